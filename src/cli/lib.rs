//! The verbs as commands, as text and as JSON.
//!
//! Results go to stdout, everything else to stderr. `main.rs` calls [`parse`], loads the settings, and calls [`run`]
//! or opens the dashboard. One file per verb under `verbs/`; `out` is the only place that writes.

mod args;
mod ask;
mod context;
mod curves;
mod filters;
mod interrupt;
mod meter;
mod narrow;
mod out;
mod run;
mod table;
mod terminal;
mod text;
mod verbs;

pub use args::{Invocation, parse};
pub use out::{note, report};
pub use run::{STACK_BYTES, run};
