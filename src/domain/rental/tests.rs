use super::*;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn rental() -> Rental {
    Rental {
        id: Uuid::from_u128(1),
        job: JobId(Uuid::from_u128(2)),
        fetches: None,
        attempt: 1,
        place: Place::RunpodPod,
        name: "brightrun-2".to_owned(),
        state: Word::Known(RentalState::Held),
        external_id: Some("pod1".to_owned()),
        what: None,
        told_before: 0,
        gpus: 2,
        claimed_at: at("2026-11-28T09:00:00Z"),
        since: Some(at("2026-11-28T10:00:00Z")),
        ended_at: None,
        worked_ms: None,
        quoted: Some(PerHour(Usd::cents(100))),
        charged: None,
        recorded: None,
        billed: None,
        why: None,
    }
}

#[test]
fn what_is_charged_counts_and_the_providers_time_wins() {
    let now = at("2026-11-28T11:00:00Z");
    assert_eq!(rental().cost(now), Usd::cents(200));
    let charged = Rental { charged: Some(PerHour(Usd::cents(150))), ..rental() };
    assert_eq!(charged.cost(now), Usd::cents(300));
    let timed = Rental { worked_ms: Some(1_800_000), ..rental() };
    assert_eq!(timed.cost(now), Usd::cents(100));
    assert_eq!(Rental { since: None, ..rental() }.cost(now), Usd::ZERO, "waiting costs nothing");
}

#[test]
fn a_price_above_the_quote_is_told_and_a_rounding_is_not() {
    let charged = |cents| Rental { charged: Some(PerHour(Usd::cents(cents))), ..rental() }.surprise();
    assert_eq!(charged(102), None);
    assert!(charged(103).unwrap().contains("$1.03/h"));
    assert!(charged(90).is_some());
    assert_eq!(rental().surprise(), None);
}

#[test]
fn an_end_is_recorded_and_a_bill_corrects_it_once() {
    let mut it = rental();
    let cost = it.end("It is gone.", at("2026-11-28T11:00:00Z")).unwrap();
    assert_eq!((cost.amount, it.is_open()), (Usd::cents(200), false));
    assert_eq!(it.cost(at("2026-11-29T11:00:00Z")), Usd::cents(200), "what has ended grows no more");
    let more = it.reconcile(Usd::cents(207), at("2026-11-28T13:00:00Z")).unwrap();
    assert_eq!(more.amount, Usd::cents(7));
    assert_eq!(it.reconcile(Usd::cents(207), at("2026-11-28T14:00:00Z")), None);
    let less = it.reconcile(Usd::cents(206), at("2026-11-28T15:00:00Z")).unwrap();
    assert_eq!(less.amount, Usd::cents(-1));
    let mut never = Rental { since: None, ..rental() };
    assert_eq!(never.end("It never worked.", at("2026-11-28T11:00:00Z")), None);
}
