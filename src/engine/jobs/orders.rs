//! The runner's look for orders that were left in the account, beside its runs (decision 0203).

use super::runner::{Done, Driven};
use crate::clock::after;
use crate::runpod::forget_orders;
use crate::{CancellationToken, Engine, Result};
use futures::FutureExt as _;
use std::time::Duration;

/// Between two tries where it does not work: the first pause and the longest.
const PAUSE: (Duration, Duration) = (Duration::from_mins(1), Duration::from_hours(1));

/// Whether it is under way, and the pause after the last time that it did not work.
#[derive(Debug, Default)]
pub(super) struct Sweep {
    going: bool,
    pause: Option<Duration>,
}

impl Sweep {
    /// Begins to look when it is time to. How long until then; `None`: there is no reason to look, or it is under way.
    pub fn look<'a>(
        &mut self,
        engine: &'a Engine,
        cancel: &'a CancellationToken,
        driven: &mut Driven<'a>,
    ) -> Option<Duration> {
        let (due, now) = (engine.0.orders.due()?, engine.0.clock.real());
        if self.going || engine.0.places.runpod.api_key.is_none() {
            return None;
        }
        if due > now {
            return (due - now).to_std().ok();
        }
        engine.0.orders.looking(now);
        self.going = true;
        let work = async move {
            // Whoever leaves does not wait for it: what is left is found at the next start.
            tokio::select! {
                found = forget_orders(engine) => Done::Orders(found),
                () = cancel.cancelled() => Done::Orders(Ok(0)),
            }
        };
        driven.push(work.boxed());
        None
    }

    /// It is done. What did not work is tried again: an order costs nothing, so nobody is told.
    pub fn done(&mut self, engine: &Engine, found: Result<usize>) {
        self.going = false;
        match found {
            Ok(found) => {
                self.pause = None;
                if found > 0 {
                    tracing::info!(found, "orders that machines had left were forgotten");
                }
            }
            Err(error) => {
                tracing::warn!(%error, "orders that machines may have left");
                let pause = self.pause.map_or(PAUSE.0, |pause| (pause * 2).min(PAUSE.1));
                self.pause = Some(pause);
                engine.0.orders.left(after(engine.0.clock.real(), pause));
            }
        }
    }
}
