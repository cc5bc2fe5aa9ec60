//! What is rented for a run: claimed before it is asked for, one at a time, its id never lost.

use chrono::{DateTime, Utc};
use domain::job::Run;
use domain::lenient::Word;
use domain::money::{PerHour, Usd};
use domain::place::Place;
use domain::rental::{Rental, RentalState};
use store::{Db, StoreError, StoredRental};
use uuid::Uuid;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_775_000_000 + seconds, 0).expect("a time")
}

fn rental(run: &Run, n: u128) -> Rental {
    Rental {
        id: Uuid::from_u128(0x7a31_0000_0000_4000_8000_0000_0000_9000 + n),
        job: run.job.id,
        fetches: None,
        attempt: 1,
        place: Place::RunpodPod,
        name: format!("brightrun-{}", run.job.id),
        state: Word::Known(RentalState::Claimed),
        external_id: None,
        what: None,
        told_before: 0,
        gpus: 1,
        claimed_at: at(i64::try_from(n).expect("small")),
        since: None,
        ended_at: None,
        worked_ms: None,
        quoted: Some(PerHour(Usd::dollars(1))),
        charged: None,
        recorded: None,
        billed: None,
        why: None,
    }
}

pub async fn tell(db: &Db, run: &Run) {
    let id = run.job.id;
    let hold = db.claim_run(id, "renter", None, at(100), at(900)).await.expect("an answer").expect("free");
    let first = rental(run, 1);
    let claimed = db.claim_rental(&hold, &first).await.expect("claimed");
    assert_eq!(db.rentals_of(id).await.expect("a list"), std::slice::from_ref(&claimed));
    let second = db.claim_rental(&hold, &rental(run, 2)).await;
    assert!(matches!(second, Err(StoreError::Conflict { .. })), "one at a time");

    // The id is written down whoever follows the run, and no other one after it.
    assert!(db.found_rental(first.id, "pod-a").await.expect("an answer"));
    assert!(db.found_rental(first.id, "pod-a").await.expect("an answer"), "told twice");
    assert!(!db.found_rental(first.id, "pod-b").await.expect("an answer"), "a second thing");
    let late = db.save_rental(Some(&hold), &claimed, None).await;
    assert!(matches!(late, Err(StoreError::Conflict { .. })), "who read it before the id writes nothing");
    let rented = db.rental(first.id).await.expect("an answer").expect("there");
    assert_eq!(rented.rental.external_id.as_deref(), Some("pod-a"));
    assert!(rented.rental.state.is(RentalState::Held));
    assert_eq!(db.open_rentals().await.expect("a list"), std::slice::from_ref(&rented));

    // Its end and its cost are one.
    let mut ended = rented.clone();
    ended.rental.since = Some(at(200));
    let cost = ended.rental.end("It is gone.", at(560)).expect("it worked");
    let ended = db.save_rental(Some(&hold), &ended, Some((first.id, cost.clone()))).await.expect("written");
    let again = StoredRental { turn: rented.turn, ..ended.clone() };
    let twice = db.save_rental(Some(&hold), &again, Some((first.id, cost))).await;
    assert!(matches!(twice, Err(StoreError::Conflict { .. })), "an end is recorded once");
    assert!(db.open_rentals().await.expect("a list").is_empty());
    assert_eq!(db.rentals_since(at(560)).await.expect("a list"), std::slice::from_ref(&ended));
    assert!(db.rentals_since(at(561)).await.expect("a list").is_empty());
    let costs = db.costs_of(id).await.expect("a list");
    assert_eq!(costs.len(), 1);
    assert_eq!(costs[0]["exact"], "0.10");

    // One that was given up takes no id any more: whoever rented it meanwhile has to end it.
    let mut given_up = db.claim_rental(&hold, &rental(run, 3)).await.expect("nothing else is open");
    given_up.rental.state = Word::Known(RentalState::Void);
    db.save_rental(Some(&hold), &given_up, None).await.expect("written");
    assert!(!db.found_rental(given_up.rental.id, "pod-c").await.expect("an answer"));

    // Who lost the lease claims nothing.
    db.release_run(&hold).await.expect("given back");
    let other = db.claim_run(id, "other", None, at(300), at(310)).await.expect("an answer").expect("free");
    let refused = db.claim_rental(&hold, &rental(run, 4)).await;
    assert!(matches!(refused, Err(StoreError::Conflict { .. })));
    db.release_run(&other).await.expect("given back");
}
