//! One gate for all calls of a client: it knows what the provider still allows and who has to wait.
//!
//! A lane is what one limit counts: all of the management interface together, each operation of a queue endpoint by itself.

use super::limits::Window;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// What is known of every lane.
#[derive(Debug, Default)]
pub(crate) struct Gate(Mutex<HashMap<String, Lane>>);

#[derive(Debug, Default)]
struct Lane {
    windows: HashMap<String, Left>,
    /// After a 429: until when.
    closed: Option<Instant>,
    /// Calls that went in and were not answered yet; the provider's count may not hold them.
    under_way: u64,
}

#[derive(Debug)]
struct Left {
    calls: u64,
    renews: Instant,
}

impl Lane {
    /// How long nobody may go in.
    fn shut(&self, now: Instant) -> Duration {
        let windows = self.windows.values().filter(|left| left.calls == 0).map(|left| left.renews);
        windows.chain(self.closed).map(|until| until.saturating_duration_since(now)).max().unwrap_or_default()
    }
}

impl Gate {
    /// Goes in, or says how long to wait before asking again.
    pub fn enter(&self, lane: &str, now: Instant) -> Result<(), Duration> {
        let mut lanes = self.lanes();
        let lane = lanes.entry(lane.to_owned()).or_default();
        lane.windows.retain(|_, left| left.renews > now);
        let wait = lane.shut(now);
        if !wait.is_zero() {
            return Err(wait);
        }
        lane.closed = None;
        lane.windows.values_mut().for_each(|left| left.calls -= 1);
        lane.under_way += 1;
        Ok(())
    }

    /// Comes out again with what the answer told; nothing after a lost one.
    pub fn leave(&self, lane: &str, now: Instant, told: Vec<Window>) {
        let mut lanes = self.lanes();
        let lane = lanes.entry(lane.to_owned()).or_default();
        lane.under_way = lane.under_way.saturating_sub(1);
        let under_way = lane.under_way;
        for window in told {
            let calls = window.left.saturating_sub(under_way);
            lane.windows.insert(window.name, Left { calls, renews: now + window.renews });
        }
    }

    /// The provider said to wait.
    pub fn close(&self, lane: &str, until: Instant) {
        let mut lanes = self.lanes();
        let lane = lanes.entry(lane.to_owned()).or_default();
        lane.closed = Some(lane.closed.map_or(until, |before| before.max(until)));
    }

    /// When somebody who asks again and again may ask next: never before `least`, and so seldom that half of what is left stays
    /// free for people.
    pub fn pace(&self, lane: &str, now: Instant, least: Duration) -> Duration {
        let lanes = self.lanes();
        let Some(lane) = lanes.get(lane) else { return least };
        let spread = lane.windows.values().filter(|left| left.renews > now).map(|left| {
            let half = u32::try_from(left.calls / 2).unwrap_or(u32::MAX);
            let time = left.renews - now;
            time.checked_div(half).unwrap_or(time)
        });
        spread.max().unwrap_or_default().max(lane.shut(now)).max(least)
    }

    fn lanes(&self) -> MutexGuard<'_, HashMap<String, Lane>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
