//! What the outside gives to a client: a clock, a way to wait and some chance. Tests give their own.

use futures::future::BoxFuture;
use std::fmt::Debug;
use std::time::{Duration, Instant};

/// A clock that only goes forward, waiting, and chance. `engine::clock` is the home of the real one.
pub trait Pace: Debug + Send + Sync {
    /// A point to measure from.
    fn now(&self) -> Instant;
    /// A number from 0 up to but not 1, different each time.
    fn chance(&self) -> f64;
    /// Returns after this time.
    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(time))
    }
}
