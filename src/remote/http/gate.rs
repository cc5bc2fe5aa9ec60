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
    pub fn enter(&self, lane: &str, now: Instant) -> Result<Pass<'_>, Duration> {
        let mut lanes = self.lanes();
        let known = lanes.entry(lane.to_owned()).or_default();
        known.windows.retain(|_, left| left.renews > now);
        let wait = known.shut(now);
        if !wait.is_zero() {
            return Err(wait);
        }
        known.closed = None;
        known.windows.values_mut().for_each(|left| left.calls -= 1);
        known.under_way += 1;
        Ok(Pass { gate: self, lane: lane.to_owned() })
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

    fn leave(&self, lane: &str) {
        if let Some(lane) = self.lanes().get_mut(lane) {
            lane.under_way = lane.under_way.saturating_sub(1);
        }
    }

    fn tell(&self, lane: &str, now: Instant, windows: Vec<Window>) {
        let mut lanes = self.lanes();
        let lane = lanes.entry(lane.to_owned()).or_default();
        for window in windows {
            let calls = window.left.saturating_sub(lane.under_way);
            lane.windows.insert(window.name, Left { calls, renews: now + window.renews });
        }
    }

    fn lanes(&self) -> MutexGuard<'_, HashMap<String, Lane>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call that went in. Dropped, it has left without an answer: lost, or given up by whoever waited for it.
#[derive(Debug)]
pub(super) struct Pass<'a> {
    gate: &'a Gate,
    lane: String,
}

impl Pass<'_> {
    /// Leaves with what the answer told.
    pub fn told(self, now: Instant, windows: Vec<Window>) {
        let (gate, lane) = (self.gate, self.lane.clone());
        drop(self);
        gate.tell(&lane, now, windows);
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        self.gate.leave(&self.lane);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Pace;
    use crate::testing::Jumps;

    fn window(left: u64, seconds: u64) -> Window {
        Window { name: "minute".to_owned(), left, renews: Duration::from_secs(seconds), quota: Some(60) }
    }

    fn refused(gate: &Gate, lane: &str, now: Instant) -> Option<Duration> {
        gate.enter(lane, now).err()
    }

    #[test]
    fn calls_under_way_count_before_their_answers_come() {
        let (gate, clock) = (Gate::default(), Jumps::default());
        let now = clock.now();
        let [first, second, third] = [(); 3].map(|()| gate.enter("a", now).unwrap());
        // The server had only seen the first of three when it said that two are left: those two are on their way.
        first.told(now, vec![window(2, 30)]);
        assert_eq!(refused(&gate, "a", now), Some(Duration::from_secs(30)));
        assert_eq!(refused(&gate, "b", now), None, "another lane is another limit");
        clock.pass(Duration::from_secs(30));
        assert_eq!(refused(&gate, "a", clock.now()), None, "a new window");
        drop((second, third));
    }

    #[test]
    fn a_call_that_was_given_up_is_not_under_way_for_ever() {
        let (gate, clock) = (Gate::default(), Jumps::default());
        let now = clock.now();
        for _ in 0..5 {
            drop(gate.enter("a", now).unwrap());
        }
        gate.enter("a", now).unwrap().told(now, vec![window(1, 30)]);
        assert_eq!(refused(&gate, "a", now), None);
        assert_eq!(refused(&gate, "a", now), Some(Duration::from_secs(30)));
    }

    #[test]
    fn nobody_goes_in_before_the_time_that_a_429_named() {
        let (gate, clock) = (Gate::default(), Jumps::default());
        let now = clock.now();
        gate.close("a", now + Duration::from_secs(12));
        gate.close("a", now + Duration::from_secs(5));
        assert_eq!(refused(&gate, "a", now), Some(Duration::from_secs(12)));
        assert_eq!(gate.pace("a", now, Duration::from_secs(1)), Duration::from_secs(12));
        clock.pass(Duration::from_secs(12));
        assert_eq!(refused(&gate, "a", clock.now()), None);
    }

    #[test]
    fn pollers_leave_half_of_what_is_left_to_people() {
        let (gate, clock) = (Gate::default(), Jumps::default());
        let (now, least) = (clock.now(), Duration::from_secs(10));
        assert_eq!(gate.pace("a", now, least), least, "nothing is known");
        let told = |left, seconds| {
            gate.tell("a", now, vec![window(left, seconds)]);
            gate.pace("a", now, least)
        };
        assert_eq!(told(60, 60), least, "plenty");
        assert_eq!(told(8, 60), Duration::from_secs(15), "four of eight in a minute");
        assert_eq!(told(1, 60), Duration::from_mins(1), "the last one is for people");
        assert_eq!(told(0, 60), Duration::from_mins(1));
        clock.pass(Duration::from_secs(61));
        assert_eq!(gate.pace("a", clock.now(), least), least, "a new window");
    }
}
