//! What the words mean: pure types and rules.
//!
//! Nothing here waits, reads a clock, opens a file or knows a terminal. Clock, randomness and ids come in as arguments.

pub mod conversation;
pub mod convert;
pub mod dataset;
pub mod enrichment;
pub mod filter;
pub mod ids;
pub mod json;
pub mod page;
pub mod recognize;
pub mod run;
pub mod scaffolding;
pub mod selection;
pub mod series;
pub mod training_file;
pub mod watch;
