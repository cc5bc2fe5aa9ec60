//! Other people's runs: the files that trainers write, read while they are being written.
//!
//! [`recognize`] says what a file is by its first bytes, a [`Tail`] takes its bytes however they were cut and gives curves.
//! Damage costs the record in which it lies; what a format says about the end of a run is in [`Found::end`], and
//! [`standing`] makes of it, and of how long the file has stood still, whether the run goes on or is lost.

mod crc;
mod csv;
pub(crate) mod flat;
mod found;
mod jsonl;
mod keys;
pub(crate) mod lines;
mod proto;
mod recognize;
mod standing;
mod tail;
mod tensorboard;
#[cfg(test)]
mod tests;
mod together;
mod trainer_state;
mod wandb;

pub use found::{End, Found};
pub use recognize::{Format, Recognized, recognize};
pub use standing::{Standing, allowed, standing};
pub use tail::Tail;
