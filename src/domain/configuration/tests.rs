use super::*;
use crate::budget::{Budget, Gate, Ledger, gate};
use crate::dataset::readiness::{Readiness, Verdict};
use crate::estimate::{Duration, Estimate, Source};
use crate::hyperparameters::{Field, Problem};
use crate::memory::Memory;
use crate::money::Range;
use uuid::Uuid;

fn estimate(hours: u64, dollars: i64) -> Estimate {
    Estimate {
        formula: "x".to_owned(),
        seconds: Some(Duration { low: 3600, expected: 3600, high: hours * 3600 }),
        phases: vec![],
        seconds_per_step: Some(1.0),
        source: Source::Table,
        margin: 0.15,
        cost: Some(Range::new(Usd::ZERO, Usd::dollars(dollars))),
        cost_parts: vec![],
        reasons: vec![],
    }
}

fn configuration() -> Configuration {
    Configuration { dataset: Some(DatasetId(Uuid::nil())), ..Configuration::default() }
}

fn money(dollars: i64) -> Gate {
    gate(&Budget { block: true, ..Budget::default() }, Ledger::default(), Usd::dollars(dollars))
}

struct World(Configuration, Readiness, Vec<Problem>, u64, Estimate, Option<Gate>);

fn world() -> World {
    let ready = Readiness { verdict: Verdict::Ready, items: vec![] };
    World(configuration(), ready, vec![], 80, estimate(2, 3), Some(money(3)))
}

fn launch(w: &World, accepted: &[&str]) -> Result<(), NotYet> {
    let memory = Memory { parts: vec![], low: 30, expected: 31, high: 32 };
    let found = Findings {
        readiness: Some(&w.1),
        problems: &w.2,
        memory: &memory,
        there: Some(w.3).filter(|t| *t > 0),
        estimate: &w.4,
        gate: w.5.as_ref(),
    };
    Checklist::of(&w.0, &found).launch(accepted, true)
}

fn stops(w: &World) -> Option<String> {
    match launch(w, &["dataset", "values", "memory", "time", "cost", "place"]) {
        Err(NotYet::Stopped { name, .. }) => Some(name),
        _ => None,
    }
}

fn asks(w: &World) -> Option<String> {
    match launch(w, &[]) {
        Err(NotYet::Open { name, .. }) => Some(name),
        _ => None,
    }
}

#[test]
fn a_sound_configuration_needs_the_tick_only() {
    assert_eq!(launch(&world(), &[]), Ok(()));
    assert_eq!(Checklist(vec![]).launch(&[], false), Err(NotYet::Tick));
}

#[test]
fn what_stops_cannot_be_accepted_away() {
    let w = World { 0: Configuration::default(), ..world() };
    assert_eq!(stops(&w).as_deref(), Some("dataset"), "none chosen");
    let bad = vec![Problem::warning(Field::Seed, "x"), Problem::error(Field::Rank, "y")];
    assert_eq!(stops(&World { 2: bad, ..world() }).as_deref(), Some("values"));
    assert_eq!(stops(&World { 3: 31, ..world() }).as_deref(), Some("memory"));
    assert_eq!(
        stops(&World { 4: estimate(2, 600), 5: Some(money(600)), ..world() }).as_deref(),
        Some("cost")
    );
}

#[test]
fn a_limit_on_the_cost_holds_for_the_upper_end_and_for_the_unknown() {
    let limited = |most| Configuration { max_cost: Some(Usd::dollars(most)), ..configuration() };
    assert_eq!(stops(&World { 0: limited(3), ..world() }), None);
    assert_eq!(stops(&World { 0: limited(2), ..world() }).as_deref(), Some("cost"));
    let unknown = Estimate { cost: None, ..estimate(2, 3) };
    assert_eq!(stops(&World { 0: limited(3), 4: unknown.clone(), ..world() }).as_deref(), Some("cost"));
    assert_eq!(asks(&World { 4: unknown, ..world() }).as_deref(), Some("cost"));
}

#[test]
fn a_reason_turns_a_blocked_budget_into_something_to_accept() {
    let reason = Override::new(&"The customer waits for the second version of it. ".repeat(2)).unwrap();
    let reasoned = Configuration { over_budget: Some(reason), ..configuration() };
    let blocked = World { 4: estimate(2, 600), 5: Some(money(600)), ..world() };
    assert_eq!(stops(&blocked).as_deref(), Some("cost"));
    let w = World { 0: reasoned.clone(), ..blocked };
    assert_eq!((stops(&w), asks(&w).as_deref(), launch(&w, &["cost"])), (None, Some("cost"), Ok(())));
    // It is no way around a limit of the run's own.
    let limited = Configuration { max_cost: Some(Usd::dollars(3)), ..reasoned };
    assert_eq!(stops(&World { 0: limited, ..w }).as_deref(), Some("cost"));
}

#[test]
fn the_unknown_and_the_risky_have_to_be_accepted() {
    assert_eq!(asks(&World { 3: 0, ..world() }).as_deref(), Some("memory"));
    assert_eq!(asks(&World { 4: estimate(25, 3), ..world() }).as_deref(), Some("time"));
    assert_eq!(
        asks(&World { 4: Estimate { seconds: None, ..estimate(2, 3) }, ..world() }).as_deref(),
        Some("time")
    );
    assert_eq!(asks(&World { 4: estimate(2, 101), 5: Some(money(101)), ..world() }).as_deref(), Some("cost"));
    let spot = Configuration { tier: Tier::Interruptible, ..configuration() };
    let w = World { 0: spot, ..world() };
    assert_eq!((asks(&w).as_deref(), launch(&w, &["place"])), (Some("place"), Ok(())));
}

#[test]
fn drafts_are_kept_and_old_ones_stay_good() {
    let c = Configuration { max_cost: Some(Usd::cents(5)), gpu: Some("a40".to_owned()), ..configuration() };
    assert_eq!(serde_json::from_str::<Configuration>(&serde_json::to_string(&c).unwrap()).unwrap(), c);
    assert_eq!(serde_json::from_str::<Configuration>(r#"{"later": 1}"#).unwrap(), Configuration::default());
}
