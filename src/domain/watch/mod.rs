//! Other people's files.

pub(crate) mod flat;
pub(crate) mod lines;
