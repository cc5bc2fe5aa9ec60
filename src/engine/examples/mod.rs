//! Example conversations of our own, so that a newcomer sees something real: made here from their raw form by the enrichment
//! rules (formats 5), always to the same bytes. They lie in `examples/` and are compiled in.

mod load;
mod make;
mod set;
mod write;

pub use load::load;
pub use set::{CONSULTANT_PROFILE, SYSTEM_PROMPT};
pub use write::write_to;

use serde::Serialize;

/// What [`load`] did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct ExamplesOutcome {
    /// Example conversations that are there now.
    pub conversations: u64,
    /// The batches that they belong to.
    pub batches: u64,
    /// How many of the conversations were not there before, or had been changed.
    pub new: u64,
}

#[cfg(test)]
mod store_tests;
#[cfg(test)]
mod tests;
