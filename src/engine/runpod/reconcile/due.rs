//! What can be compared with the bill now, and when there will be more: by the rows alone.

use super::days::{Days, after, last_whole, whole_at};
use super::{BACK, LAG, Rows, TURN};
use chrono::{DateTime, Days as Count, NaiveDate, TimeDelta, Utc};
use domain::place::Place;
use domain::rental::Rental;
use uuid::Uuid;

/// So long a pod is asked about that is on no bill.
const PATIENCE: TimeDelta = TimeDelta::days(1);
/// No job lives longer at RunPod (apis.md A3: seven days at most).
const LONGEST: TimeDelta = TimeDelta::days(8);

/// What can be compared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Due {
    /// Rentals of pods, by their key.
    pub pods: Vec<Uuid>,
    /// Days of the endpoint.
    pub queue: Option<Days>,
    /// Days of the network volume.
    pub volume: Option<Days>,
    /// When there is more; `None`: nothing that costs is known.
    pub next: Option<DateTime<Utc>>,
}

impl Due {
    /// Nothing need be asked.
    pub fn is_nothing(&self) -> bool {
        self.pods.is_empty() && self.queue.is_none() && self.volume.is_none()
    }
    fn again(&mut self, at: DateTime<Utc>) {
        self.next = Some(self.next.map_or(at, |next| next.min(at)));
    }
}

/// Works it out. `owners` are the endpoint and the network volume of the configuration.
pub(super) fn due(rows: &Rows, owners: (Option<&str>, Option<&str>), now: DateTime<Utc>) -> Due {
    let mut due = Due::default();
    pods(rows, now, &mut due);
    if let Some(endpoint) = owners.0 {
        queue(rows, endpoint, now, &mut due);
    }
    if let Some(volume) = owners.1 {
        let first = next_day(rows, volume, earliest(now));
        due.volume = Days::new(first, last_whole(now));
        due.again(whole_at(due.volume.map_or(first, |days| after(days.last))));
    }
    due
}

/// The day on which the list of rentals begins, so that none of a day's is missing.
fn earliest(now: DateTime<Utc>) -> NaiveDate {
    let day = now.date_naive();
    day.checked_sub_days(BACK).map_or(day, after)
}

/// The first day that was not compared.
fn next_day(rows: &Rows, owner: &str, earliest: NaiveDate) -> NaiveDate {
    rows.marks.last_day(owner).map_or(earliest, |last| after(last).max(earliest))
}

fn pods(rows: &Rows, now: DateTime<Utc>, due: &mut Due) {
    let is_pod = |rental: &&Rental| rental.place == Place::RunpodPod;
    for rental in rows.ended.iter().map(|stored| &stored.rental).filter(is_pod) {
        let (Some(_), None, Some(ended)) = (&rental.external_id, rental.billed, rental.ended_at) else {
            continue;
        };
        if ended > now - LAG {
            due.again(ended + LAG);
        } else if rows.marks.pods_until().is_none_or(|asked| ended > asked - PATIENCE) {
            due.pods.push(rental.id);
        }
    }
    // What ends now is on the bill then.
    if rows.open.iter().map(|stored| &stored.rental).any(|rental| is_pod(&rental)) {
        due.again(now + LAG);
    }
}

/// Workers cost from the first request on. A day is compared when all that was given to them on it or before has ended: what is not recorded
/// yet would be counted twice.
fn queue(rows: &Rows, endpoint: &str, now: DateTime<Utc>, due: &mut Due) {
    let of = |stored: &&store::StoredRental| stored.rental.place == Place::RunpodServerless;
    let all = || rows.ended.iter().chain(&rows.open).filter(of);
    let Some(begun) = all().map(|stored| stored.rental.claimed_at.date_naive()).min() else { return };
    let first = next_day(rows, endpoint, earliest(now)).max(begun);
    let open = rows.open.iter().filter(of).map(|stored| stored.rental.claimed_at);
    let open = open.filter(|claimed| *claimed > now - LONGEST).min();
    let whole = last_whole(now);
    let last = open.and_then(|claimed| claimed.date_naive().checked_sub_days(Count::new(1)));
    due.queue = Days::new(first, last.map_or(whole, |last| last.min(whole)));
    let next = whole_at(due.queue.map_or(first, |days| after(days.last)));
    due.again(next.max(now + TURN));
}

#[cfg(test)]
mod tests {
    use super::super::Marks;
    use super::*;
    use domain::lenient::Word;
    use domain::rental::RentalState;
    use store::StoredRental;

    fn at(text: &str) -> DateTime<Utc> {
        format!("2026-11-{text}Z").parse().unwrap()
    }

    fn rental(n: u128, place: Place, claimed: &str, ended: Option<&str>) -> StoredRental {
        let rental = Rental {
            id: Uuid::from_u128(n),
            job: domain::ids::JobId(Uuid::from_u128(n)),
            fetches: None,
            attempt: 1,
            place,
            name: String::new(),
            state: Word::Known(if ended.is_some() { RentalState::Ended } else { RentalState::Held }),
            external_id: Some(n.to_string()),
            what: None,
            gpus: 1,
            told_before: 0,
            claimed_at: at(claimed),
            since: None,
            ended_at: ended.map(at),
            worked_ms: None,
            quoted: None,
            charged: None,
            recorded: None,
            billed: None,
            why: None,
        };
        StoredRental { rental, turn: 0 }
    }

    fn rows(all: Vec<StoredRental>) -> Rows {
        let (open, ended) = all.into_iter().partition(|stored| stored.rental.is_open());
        Rows { ended, open, marks: Marks::default() }
    }

    fn days(first: u32, last: u32) -> Option<Days> {
        let day = |day| NaiveDate::from_ymd_opt(2026, 11, day).unwrap();
        Days::new(day(first), day(last))
    }

    #[test]
    fn who_rents_nothing_and_has_no_volume_is_never_asked_for() {
        assert_eq!(due(&rows(Vec::new()), (Some("ep"), None), at("20T12:00:00")), Due::default());
    }

    #[test]
    fn a_pod_is_asked_about_when_it_can_be_on_the_bill_and_once() {
        let mut rows = rows(vec![rental(1, Place::RunpodPod, "20T08:00:00", Some("20T10:00:00"))]);
        let early = due(&rows, (None, None), at("20T11:59:00"));
        assert_eq!((early.is_nothing(), early.next), (true, Some(at("20T12:00:00"))));
        let now = due(&rows, (None, None), at("20T12:00:00"));
        assert_eq!((now.pods, now.next), (vec![Uuid::from_u128(1)], None));
        // It was asked about, and is on no bill: for a day somebody looks again.
        rows.marks.pods(at("21T09:59:00"));
        assert!(!due(&rows, (None, None), at("21T11:59:00")).is_nothing());
        rows.marks.pods(at("21T10:00:00"));
        assert_eq!(due(&rows, (None, None), at("21T12:00:00")), Due::default());
        // A program that was away for a week asks about what ended in it.
        rows.marks = Marks::default();
        rows.marks.pods(at("15T10:00:00"));
        assert!(!due(&rows, (None, None), at("27T12:00:00")).is_nothing());
        rows.ended[0].rental.billed = Some(domain::money::Usd::ZERO);
        assert_eq!(due(&rows, (None, None), at("27T12:00:00")), Due::default());
    }

    #[test]
    fn a_pod_that_goes_on_is_thought_of() {
        let rows = rows(vec![rental(1, Place::RunpodPod, "20T08:00:00", None)]);
        let due = due(&rows, (None, None), at("20T12:00:00"));
        assert_eq!((due.is_nothing(), due.next), (true, Some(at("20T14:00:00"))));
    }

    #[test]
    fn a_day_of_the_endpoint_waits_for_all_that_it_was_given() {
        let whole = vec![
            rental(1, Place::RunpodServerless, "18T08:00:00", Some("18T10:00:00")),
            rental(2, Place::RunpodServerless, "20T08:00:00", Some("20T10:00:00")),
        ];
        let at_two = |rows: &Rows| due(rows, (Some("ep"), None), at("21T02:00:00"));
        let mut all = rows(whole.clone());
        assert_eq!(due(&all, (Some("ep"), None), at("21T01:59:00")).queue, days(18, 19));
        assert_eq!(at_two(&all).queue, days(18, 20));
        assert_eq!(at_two(&all).next, Some(at("22T02:00:00")));
        all.marks.days("ep", NaiveDate::from_ymd_opt(2026, 11, 20).unwrap());
        assert_eq!((at_two(&all).queue, at_two(&all).next), (None, Some(at("22T02:00:00"))));
        assert_eq!(
            due(&all, (Some("other"), None), at("21T02:00:00")).queue,
            days(18, 20),
            "another endpoint"
        );
        // Nobody has seen the end of one: it may be on any day since.
        let open = rental(3, Place::RunpodServerless, "19T08:00:00", None);
        let held = rows(whole.iter().cloned().chain([open]).collect());
        assert_eq!(at_two(&held).queue, days(18, 18));
        assert_eq!(at_two(&held).next, Some(at("21T03:00:00")), "it may end at any time");
        // One that can live no more keeps nothing back.
        assert_eq!(due(&held, (Some("ep"), None), at("28T02:00:00")).queue, days(18, 27));
    }

    #[test]
    fn a_volume_costs_each_day() {
        let mut none = rows(Vec::new());
        let first = due(&none, (None, Some("v")), at("20T12:00:00"));
        assert_eq!(first.volume.map(|days| days.last.to_string()).as_deref(), Some("2026-11-19"));
        none.marks.days("v", NaiveDate::from_ymd_opt(2026, 11, 19).unwrap());
        let later = due(&none, (None, Some("v")), at("20T12:00:00"));
        assert_eq!((later.is_nothing(), later.next), (true, Some(at("21T02:00:00"))));
        assert_eq!(due(&none, (None, Some("v")), at("23T02:00:00")).volume, days(20, 22), "who was away");
    }
}
