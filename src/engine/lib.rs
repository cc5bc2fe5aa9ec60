//! What the product does: one file per verb.
//!
//! A verb takes the [`Engine`], its request, a [`Progress`] and a [`CancellationToken`]; it prints nothing. `aggregate`, `convert` and
//! `check` need no store and block: call them from a thread that may wait.

pub mod aggregate;
mod bell;
pub mod check;
pub mod clock;
pub mod config;
pub mod conversations;
pub mod convert;
pub mod datasets;
pub mod db;
pub mod doctor;
mod engine;
mod error;
pub mod examples;
pub mod files;
pub mod ids;
pub mod import;
pub mod jobs;
mod journal;
mod local;
pub mod memory;
pub mod models;
mod named;
mod objects;
mod passage;
mod places;
mod progress;
mod recovery;
pub mod runpod;
#[cfg(test)]
mod testing;
pub mod train;
pub mod views;
pub mod watch;

pub use engine::{Engine, Recovered, StatusLine};
pub use error::{Error, ErrorKind, Failure, Problem};
pub use places::{Places, RunpodPlaces, TrainingPlaces};
pub use progress::{Progress, Step};
pub use tokio_util::sync::CancellationToken;

/// What a verb answers.
pub type Result<T, E = Error> = std::result::Result<T, E>;
