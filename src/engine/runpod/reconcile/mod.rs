//! Comparing what was recorded with the provider's bill, which comes up to an hour late. Differences become cost records of their own,
//! each once, so that the books are the bill's (decisions 0179, 0207, 0208).

mod days;
mod due;
mod marks;
mod pods;
mod queue;
mod volume;

pub use marks::VolumePrice;
pub(super) use marks::volume_price;

use super::client::client;
use crate::engine::from_db;
use crate::{Engine, Progress, Result};
use chrono::{DateTime, Days, NaiveTime, TimeDelta, Utc};
use domain::money::Usd;
use due::Due;
use marks::Marks;
use serde::Serialize;
use store::StoredRental;

const WHAT: &str = "Cannot compare with the bill";
/// How far the bill lags behind at most.
pub(crate) const LAG: TimeDelta = TimeDelta::hours(2);
/// How many days are looked back.
const BACK: Days = Days::new(40);
/// Between two comparisons that nobody asked for, whichever program makes them.
pub(crate) const TURN: TimeDelta = TimeDelta::hours(1);
/// Whose turn it is.
const TURN_KEY: &str = "runpod.bill.turn";

/// What came of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Reconciled {
    /// Bills that were read: of pods, and of days of the endpoint and of the network volume.
    pub compared: usize,
    /// Those that came to another amount than was recorded.
    pub corrected: usize,
    /// What was added to the books, or taken away; what the network volume costs is in it.
    pub difference: Usd,
    /// What of that the network volume cost.
    pub storage: Usd,
}

impl Reconciled {
    /// What it came to: `2 corrected, $0.31 more than recorded`.
    pub fn sentence(&self) -> String {
        if self.corrected == 0 {
            return "it says what is recorded".to_owned();
        }
        let storage = match self.storage {
            Usd::ZERO => String::new(),
            storage => format!(", {storage} of it for the network volume"),
        };
        let (more, word) =
            if self.difference < Usd::ZERO { (-self.difference, "less") } else { (self.difference, "more") };
        format!("{} corrected, {more} {word} than recorded{storage}", self.corrected)
    }

    fn add(&mut self, amount: Usd) {
        self.corrected += 1;
        self.difference += amount;
    }
}

/// What a comparison that nobody asked for came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Settled {
    /// What was compared; `None`: there was nothing, or another program is at it.
    pub done: Option<Reconciled>,
    /// When it is worth the next question; `None`: nothing costs.
    pub next: Option<DateTime<Utc>>,
}

/// What the rows say.
struct Rows {
    /// Those that ended, of the days that are looked back.
    ended: Vec<StoredRental>,
    open: Vec<StoredRental>,
    marks: Marks,
}

impl Rows {
    async fn read(engine: &Engine, now: DateTime<Utc>) -> Result<Self> {
        let db = engine.db();
        Ok(Self {
            ended: db.rentals_since(since(now)).await.map_err(from_db(WHAT))?,
            open: db.open_rentals().await.map_err(from_db(WHAT))?,
            marks: Marks::read(engine).await?,
        })
    }

    fn due(&self, engine: &Engine, now: DateTime<Utc>) -> Due {
        let runpod = &engine.0.places.runpod;
        due::due(self, (runpod.endpoint.as_deref(), runpod.volume.as_deref()), now)
    }
}

/// From when on is looked. The bill of a day is compared with all that ended on that day, so no day may be begun in its middle.
fn since(now: DateTime<Utc>) -> DateTime<Utc> {
    let day = now.date_naive();
    day.checked_sub_days(BACK).unwrap_or(day).and_time(NaiveTime::MIN).and_utc()
}

/// Compares everything that ended early enough to be on the bill, also what was compared before. Stage: `bill`.
pub async fn reconcile(engine: &Engine, progress: &Progress) -> Result<Reconciled> {
    client(engine)?;
    let now = engine.0.clock.real();
    let mut rows = Rows::read(engine, now).await?;
    // As if nothing had been compared yet.
    let all = due::due(
        &Rows { marks: Marks::default(), ended: fresh(&rows.ended), open: rows.open.clone() },
        (engine.0.places.runpod.endpoint.as_deref(), engine.0.places.runpod.volume.as_deref()),
        now,
    );
    compare(engine, &mut rows, &all, now, progress).await
}

/// The same rentals, none of which has been compared.
fn fresh(ended: &[StoredRental]) -> Vec<StoredRental> {
    let forget = |stored: &StoredRental| {
        let mut stored = stored.clone();
        stored.rental.billed = None;
        stored
    };
    ended.iter().map(forget).collect()
}

/// Compares what has become due since the last time, unless a program has just done so: at most once an hour, and each thing once.
pub(crate) async fn settle(engine: &Engine) -> Result<Settled> {
    let now = engine.0.clock.real();
    let mut rows = Rows::read(engine, now).await?;
    let due = rows.due(engine, now);
    if due.is_nothing() {
        return Ok(Settled { done: None, next: due.next });
    }
    if !engine.db().take_turn(TURN_KEY, now, now + TURN).await.map_err(from_db(WHAT))? {
        return Ok(Settled { done: None, next: Some(now + TURN) });
    }
    let done = compare(engine, &mut rows, &due, now, &Progress::none()).await?;
    // What is on no bill yet is asked for again in an hour.
    let next = Rows::read(engine, now).await?.due(engine, now);
    let next = if next.is_nothing() { next.next } else { Some(now + TURN) };
    Ok(Settled { done: Some(done), next })
}

async fn compare(
    engine: &Engine,
    rows: &mut Rows,
    due: &Due,
    now: DateTime<Utc>,
    progress: &Progress,
) -> Result<Reconciled> {
    let client = client(engine)?;
    let runpod = &engine.0.places.runpod;
    let mut done = Reconciled::default();
    for (n, id) in (1_u64..).zip(&due.pods) {
        if let Some(stored) = rows.ended.iter().find(|stored| stored.rental.id == *id) {
            pods::pod(engine, &client, stored, now, &mut done).await?;
        }
        progress.step("bill", n, Some(due.pods.len() as u64));
    }
    if let (Some(endpoint), Some(days)) = (&runpod.endpoint, due.queue) {
        queue::queue(engine, &client, endpoint, rows, days, now, &mut done).await?;
        rows.marks.days(endpoint, days.last);
    }
    if let (Some(volume), Some(days)) = (&runpod.volume, due.volume) {
        volume::volume(engine, &client, volume, days, now, &mut done).await?;
        rows.marks.days(volume, days.last);
    }
    rows.marks.pods(now - LAG);
    rows.marks.write(engine).await?;
    Ok(done)
}
