//! What a runner does for the account beside its runs, seldom: the bill, and what was left there (decisions 0207, 0209).

use super::runner::News;
use crate::runpod::{self, LAG, Settled, Stray, TURN};
use crate::{CancellationToken, Engine, Error, Result};
use chrono::{DateTime, TimeDelta, Utc};
use futures::{FutureExt as _, future::BoxFuture};
use std::collections::BTreeSet;
use std::time::Duration;

/// Between two looks at what was left.
const LOOKS: TimeDelta = TimeDelta::hours(6);

/// What an errand came back with; `None`: it was called off.
pub(super) enum Back {
    Bill(Option<Result<Settled>>),
    Strays(Option<Result<Vec<Stray>>>),
}

/// What is to be done, and when.
#[derive(Debug, Default)]
pub(super) struct Errands {
    bill: Errand,
    strays: Errand,
    /// The trouble that was told last.
    said: Option<String>,
    /// What was told to be left, by its ids.
    left: BTreeSet<String>,
}

#[derive(Debug, Default)]
struct Errand {
    /// `None`: there is nothing to do.
    due: Option<DateTime<Utc>>,
    away: bool,
}

impl Errand {
    fn goes(&mut self, now: DateTime<Utc>) -> bool {
        let goes = !self.away && self.due.is_some_and(|due| due <= now);
        self.away |= goes;
        goes
    }
    fn back(&mut self, next: Option<DateTime<Utc>>) {
        (self.away, self.due) = (false, next);
    }
}

impl Errands {
    /// Everything is due when a runner begins. Without a key there is nobody to ask.
    pub fn new(engine: &Engine) -> Self {
        let now = Some(engine.0.clock.real()).filter(|_| engine.0.places.runpod.api_key.is_some());
        let errand = || Errand { due: now, away: false };
        Self { bill: errand(), strays: errand(), ..Self::default() }
    }

    /// What is due now, to be done beside the runs.
    pub fn go<'a>(&mut self, engine: &'a Engine, cancel: &'a CancellationToken) -> Vec<BoxFuture<'a, Back>> {
        let now = engine.0.clock.real();
        let mut work: Vec<BoxFuture<'a, Back>> = Vec::new();
        if self.bill.goes(now) {
            work.push(cancel.run_until_cancelled(runpod::settle(engine)).map(Back::Bill).boxed());
        }
        if self.strays.goes(now) {
            work.push(cancel.run_until_cancelled(runpod::strays(engine)).map(Back::Strays).boxed());
        }
        work
    }

    /// How long nothing is due.
    pub fn wait(&self, now: DateTime<Utc>) -> Option<Duration> {
        let due = [&self.bill, &self.strays].into_iter().filter(|errand| !errand.away);
        let next = due.filter_map(|errand| errand.due).min()?;
        Some((next - now).to_std().unwrap_or_default())
    }

    /// Something that costs may just have ended: it is on the bill then.
    pub fn ended(&mut self, engine: &Engine) {
        if engine.0.places.runpod.api_key.is_some() {
            let on_bill = engine.0.clock.real() + LAG;
            self.bill.due = Some(self.bill.due.map_or(on_bill, |due| due.min(on_bill)));
        }
    }

    /// What is new. Trouble is told once, whichever errand has it, until one goes well.
    pub fn back(&mut self, back: Back, now: DateTime<Utc>) -> Option<News> {
        match back {
            Back::Bill(None) | Back::Strays(None) => None,
            Back::Bill(Some(Ok(settled))) => {
                self.bill.back(settled.next);
                let done = settled.done?;
                self.said = None;
                (done.corrected > 0).then_some(News::Billed(done))
            }
            Back::Strays(Some(Ok(strays))) => {
                self.strays.back(Some(now + LOOKS));
                self.said = None;
                let left = strays.iter().map(|stray| stray.id.clone()).collect();
                if self.left == left {
                    return None;
                }
                self.left = left;
                Some(News::Strays { strays })
            }
            Back::Bill(Some(Err(error))) => {
                self.bill.back(Some(now + TURN));
                self.trouble(error)
            }
            Back::Strays(Some(Err(error))) => {
                self.strays.back(Some(now + TURN));
                self.trouble(error)
            }
        }
    }

    fn trouble(&mut self, error: Error) -> Option<News> {
        tracing::warn!(%error, "RunPod's account");
        let said = error.to_string();
        let new = self.said.as_ref() != Some(&said);
        self.said = Some(said);
        new.then_some(News::Account { error })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runpod::{Reconciled, StrayKind};
    use domain::money::Usd;

    fn now() -> DateTime<Utc> {
        "2026-11-28T12:00:00Z".parse().unwrap()
    }

    fn waits() -> Errands {
        let errand = || Errand { due: Some(now()), away: true };
        Errands { bill: errand(), strays: errand(), ..Errands::default() }
    }

    fn stray(id: &str) -> Stray {
        Stray {
            kind: StrayKind::Pod,
            id: id.to_owned(),
            name: format!("brightrun-{id}"),
            status: "RUNNING".to_owned(),
            per_hour: None,
            since: None,
            unknown: false,
        }
    }

    #[test]
    fn trouble_is_told_once_whoever_has_it_and_again_after_it_was_gone() {
        let mut errands = waits();
        let bad = || Error::failed("Cannot use RunPod", "nobody answers");
        assert!(errands.back(Back::Bill(Some(Err(bad()))), now()).is_some());
        assert_eq!(errands.back(Back::Strays(Some(Err(bad()))), now()), None);
        assert_eq!(errands.back(Back::Bill(Some(Err(bad()))), now()), None);
        assert_eq!(errands.wait(now()), Some(Duration::from_hours(1)), "not at once");
        assert_eq!(errands.back(Back::Strays(Some(Ok(Vec::new()))), now()), None);
        assert!(errands.back(Back::Bill(Some(Err(bad()))), now()).is_some());
    }

    #[test]
    fn what_was_left_is_told_when_it_is_new_and_when_it_is_gone() {
        let mut errands = waits();
        let mut looks = |ids: &[&str]| {
            let strays = ids.iter().map(|id| stray(id)).collect();
            match errands.back(Back::Strays(Some(Ok(strays))), now()) {
                Some(News::Strays { strays }) => Some(strays.len()),
                _ => None,
            }
        };
        assert_eq!((looks(&[]), looks(&["a"]), looks(&["a"])), (None, Some(1), None));
        assert_eq!((looks(&["a", "b"]), looks(&[]), looks(&[])), (Some(2), Some(0), None));
    }

    #[test]
    fn the_bill_is_told_when_it_changed_the_books_and_asked_for_when_it_can_have_more() {
        let mut errands = waits();
        errands.strays.due = None;
        let compared = |corrected| Reconciled {
            compared: 3,
            corrected,
            difference: Usd::cents(2),
            ..Reconciled::default()
        };
        let back = |done, next| Back::Bill(Some(Ok(Settled { done, next })));
        assert_eq!(errands.back(back(None, None), now()), None);
        assert_eq!(errands.wait(now()), None, "nothing costs: nobody wakes up");
        assert_eq!(errands.back(back(Some(compared(0)), Some(now() + LAG)), now()), None);
        assert_eq!(errands.wait(now()), Some(Duration::from_hours(2)));
        let told = errands.back(back(Some(compared(1)), None), now());
        assert_eq!(told, Some(News::Billed(compared(1))));
    }
}
