use super::*;
use crate::ids::JobId;
use uuid::Uuid;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn meter() -> Meter {
    Meter {
        usd_per_hour: PerHour(Usd::cents(249)),
        gpus: 2,
        fixed: Usd::cents(10),
        earlier_ms: 0,
        since: Some(at("2026-11-28T10:00:00Z")),
        until: None,
    }
}

const NOON: &str = "2026-11-28T12:00:00Z";

#[test]
fn waiting_costs_nothing() {
    let waiting = Meter { since: None, fixed: Usd::ZERO, ..meter() };
    assert_eq!(waiting.so_far(at(NOON)), Usd::ZERO);
    assert_eq!(CostRecord::compute(JobId(Uuid::nil()), &waiting, "a40", at(NOON)), None);
}

#[test]
fn working_is_billed_for_each_gpu_and_earlier_attempts_count() {
    assert_eq!(meter().so_far(at(NOON)), Usd::cents(249 * 4 + 10));
    let again = Meter { earlier_ms: 3_600_000, ..meter() };
    assert_eq!(again.so_far(at(NOON)), Usd::cents(249 * 6 + 10));
    assert_eq!(meter().so_far(at("2026-11-28T09:00:00Z")), Usd::cents(10), "a clock that goes backwards");
}

#[test]
fn the_end_is_unknown_without_a_rate_and_known_after_it() {
    assert_eq!(meter().projected(at(NOON), None), None);
    assert_eq!(meter().projected(at(NOON), Some(3600)), Some(Usd::cents(249 * 6 + 10)));
    let done = Meter { until: Some(at("2026-11-28T11:00:00Z")), ..meter() };
    assert_eq!(done.projected(at(NOON), None), Some(Usd::cents(249 * 2 + 10)));
}

#[test]
fn colours_go_by_the_upper_end() {
    let estimate = Some(Range::new(Usd::dollars(45), Usd::dollars(55)));
    let level = |dollars: i64| Tracker::new(Usd::dollars(dollars), None, estimate).level;
    assert_eq!(
        [level(43), level(44), level(55), level(56), level(66), level(67)],
        [Level::Within, Level::Near, Level::Near, Level::Over, Level::Over, Level::FarOver]
    );
    let tracker = Tracker::new(Usd::cents(2218), Some(Usd::dollars(70)), estimate);
    assert_eq!(tracker.words(), "49 % of low / 40 % of high");
    assert_eq!(tracker.ahead, Level::FarOver);
}

#[test]
fn an_estimate_of_nothing_has_no_percentage() {
    let free = Some(Range::default());
    let tracker = Tracker::new(Usd::ZERO, None, free);
    assert_eq!((tracker.of_high, tracker.level, tracker.ahead), (None, Level::Within, Level::Unknown));
    assert_eq!(tracker.words(), "");
    assert_eq!(Tracker::new(Usd::cents(1), None, free).level, Level::FarOver);
    assert_eq!(Tracker::new(Usd::cents(1), None, None).level, Level::Unknown);
}

#[test]
fn a_failed_run_is_recorded_like_any_other() {
    let done = Meter { until: Some(at("2026-12-01T00:00:01Z")), ..meter() };
    let record = CostRecord::compute(JobId(Uuid::nil()), &done, "a40", at("2026-12-02T00:00:00Z")).unwrap();
    assert_eq!(record.billing_period.to_string(), "2026-12-01");
    assert_eq!(record.amount, done.so_far(at(NOON)));
    assert_eq!(record.details["gpu_count"], 2);
}

#[test]
fn old_words_of_cost_records_are_read() {
    assert!(CostKind::read("training_compute").is(CostKind::Compute));
    assert!(CostKind::read("API_CALLS").is(CostKind::Api));
    assert_eq!(CostKind::read("coffee").known(), None);
}

#[test]
fn what_is_too_dear_is_said_in_words_and_cancelling_is_only_spoken_of_far_above() {
    let estimate = Some(Range::new(Usd::dollars(45), Usd::dollars(50)));
    let said = |now: i64, end: i64| Tracker::new(Usd::dollars(now), Some(Usd::dollars(end)), estimate).said();
    assert_eq!(said(10, 39), None);
    assert_eq!(said(10, 45), None, "an end near the estimate is no news");
    assert_eq!(said(40, 45), None, "its colour says it");
    assert!(said(10, 51).is_some_and(|text| text.starts_with("It will") && !text.contains("cancel")));
    assert!(said(51, 60).is_some_and(|text| text.starts_with("It costs") && !text.contains("cancel")));
    assert!(
        said(51, 61).is_some_and(|text| text.starts_with("It will") && text.contains("consider cancelling"))
    );
    assert!(
        said(61, 61).is_some_and(|text| text.starts_with("It costs") && text.contains("consider cancelling"))
    );
}
