//! A run as its directory tells it: the worker's events (protocol 1), and what a monitor makes of them.
//!
//! [`Reader`] takes the bytes of `events.jsonl` however they were cut. [`state`], [`eta`] and [`alerts`] are pure functions of what it
//! gathered, of the clock and of what is known of the process.

mod at;
mod eta;
mod event;
pub mod export;
mod facts;
mod health;
mod parse;
mod reader;
mod roles;
mod stage;
mod state;
#[cfg(test)]
mod tests;

pub use at::instant;
pub use eta::{Eta, eta};
pub use event::{Checkpoint, Class, Event, Failure, Final, Kind, Outcome, Progress};
pub use facts::{Facts, Stretch};
pub use health::{Alert, AlertKind, Severity, alerts};
pub use reader::{Damage, KEPT, Reader};
pub use roles::Roles;
pub use stage::{Part, Stage};
pub use state::{Liveness, State, patience, state};
