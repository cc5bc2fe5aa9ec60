//! A clock on which waiting takes no time.

use crate::http::Pace;
use futures::future::BoxFuture;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Every wait is over at once, and the clock is as much later. Remembers how long was waited.
#[derive(Debug)]
pub struct Jumps {
    begun: Instant,
    waits: Mutex<Vec<Duration>>,
}

impl Default for Jumps {
    #[expect(clippy::disallowed_methods, reason = "somewhere it has to begin")]
    fn default() -> Self {
        Self { begun: Instant::now(), waits: Mutex::default() }
    }
}

impl Jumps {
    /// All waits so far.
    pub fn waits(&self) -> Vec<Duration> {
        self.waits.lock().unwrap().clone()
    }
    /// Lets time pass.
    pub fn pass(&self, time: Duration) {
        self.waits.lock().unwrap().push(time);
    }
}

impl Pace for Jumps {
    fn now(&self) -> Instant {
        self.begun + self.waits().iter().sum::<Duration>()
    }
    fn chance(&self) -> f64 {
        1.0
    }
    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        self.pass(time);
        Box::pin(tokio::task::yield_now())
    }
}
