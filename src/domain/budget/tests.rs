use super::*;
use chrono::{DateTime, Utc};
use proptest::prelude::*;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn blocking() -> Budget {
    Budget { block: true, ..Budget::default() }
}

fn ledger(spent: i64, open: i64) -> Ledger {
    Ledger { spent: Usd::dollars(spent), open: Usd::dollars(open) }
}

#[test]
fn exactly_the_limit_still_fits() {
    let fits = gate(&blocking(), ledger(400, 50), Usd::dollars(50));
    assert!(!fits.blocked && !fits.over);
    assert_eq!((fits.percent, fits.level, fits.shortfall), (Some(100), Some(100), Usd::ZERO));
    let over = gate(&blocking(), ledger(400, 50), Usd::micros(50_000_001));
    assert!(over.blocked);
    assert_eq!(over.shortfall, Usd::micros(1));
}

#[test]
fn a_blocked_run_says_what_is_missing() {
    let gate = gate(&blocking(), ledger(430, 20), Usd::dollars(75));
    assert_eq!((gate.remaining, gate.shortfall), (Usd::dollars(50), Usd::dollars(25)));
    assert!(
        gate.message.contains("$75.00") && gate.message.contains("$50.00") && gate.message.contains("$25.00"),
        "{}",
        gate.message
    );
}

#[test]
fn grace_lets_a_little_over_and_no_more() {
    let budget = Budget { grace_percent: 10, ..blocking() };
    let near = gate(&budget, ledger(500, 0), Usd::dollars(50));
    assert!(near.over && !near.blocked && near.message.contains("grace"));
    assert!(gate(&budget, ledger(500, 0), Usd::dollars(51)).blocked);
}

#[test]
fn without_block_going_over_is_only_said() {
    let gate = gate(&Budget::default(), ledger(490, 0), Usd::dollars(75));
    assert!(gate.over && !gate.blocked);
    assert_eq!(gate.shortfall, Usd::dollars(65));
}

#[test]
fn a_run_that_costs_nothing_passes_though_all_is_spent() {
    let gate = gate(&blocking(), ledger(600, 0), Usd::ZERO);
    assert!(!gate.blocked && !gate.over);
    assert_eq!(gate.remaining, Usd::ZERO);
}

#[test]
fn only_levels_that_this_run_reaches_are_named() {
    assert_eq!(gate(&blocking(), ledger(420, 0), Usd::dollars(10)).level, None, "80 was reached before");
    assert_eq!(gate(&blocking(), ledger(390, 0), Usd::dollars(10)).level, Some(80));
    assert_eq!(gate(&blocking(), ledger(10, 0), Usd::dollars(480)).level, Some(95));
}

#[test]
fn each_alert_has_one_key_in_a_period() {
    let period = PeriodKind::CalendarMonth.at(at("2026-11-28T12:00:00Z"));
    let keys: Vec<_> =
        Budget::default().alerts(Usd::dollars(480), &period).into_iter().map(|a| a.key).collect();
    assert_eq!(keys, ["budget/2026-11/80", "budget/2026-11/95"]);
    assert_eq!(Budget::default().alerts(Usd::micros(399_999_999), &period), []);
    assert!(Budget::default().alerts(Usd::dollars(500), &period).last().is_some_and(|a| a.critical));
}

#[test]
fn periods_end_where_months_do() {
    let leap = PeriodKind::CalendarMonth.at(at("2028-02-29T23:59:59Z"));
    assert_eq!(
        (leap.from.to_string(), leap.to.to_string()),
        ("2028-02-01".to_owned(), "2028-02-29".to_owned())
    );
    let year = PeriodKind::CalendarMonth.at(at("2026-12-31T00:00:00Z"));
    assert_eq!((year.to.to_string(), &year.key[..]), ("2026-12-31".to_owned(), "2026-12"));
    let rolling = PeriodKind::Rolling30d.at(at("2026-03-01T00:00:00Z"));
    assert_eq!((rolling.to - rolling.from).num_days(), 29);
    assert!(rolling.holds(rolling.from) && !rolling.holds(rolling.to.succ_opt().unwrap()));
    PeriodKind::Rolling30d.at(DateTime::<Utc>::MIN_UTC);
    PeriodKind::CalendarMonth.at(DateTime::<Utc>::MAX_UTC);
}

#[test]
fn settings_that_cannot_be_are_named_together() {
    assert!(Budget::default().faults().is_empty());
    let bad =
        Budget { limit: Usd::dollars(10), grace_percent: 101, levels: vec![100, 80, 0], ..Budget::default() };
    assert_eq!(bad.faults().len(), 4);
}

#[test]
fn going_over_needs_a_reason_in_characters() {
    assert_eq!(Override::new(&"ü".repeat(49)), Err(ShortReason(49)));
    assert!(Override::new(&format!("  {}  ", "ü".repeat(50))).is_ok());
}

proptest! {
    #[test]
    fn a_dearer_run_is_never_easier(spent in 0_i64..1000, open in 0_i64..1000, a in 0_i64..1000, more in 0_i64..1000) {
        let (cheap, dear) = (gate(&blocking(), ledger(spent, open), Usd::dollars(a)), gate(&blocking(), ledger(spent, open), Usd::dollars(a + more)));
        prop_assert!(!cheap.blocked || dear.blocked);
        prop_assert!(cheap.shortfall <= dear.shortfall);
    }
}
