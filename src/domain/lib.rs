//! What the words mean: pure types and rules.
//!
//! Nothing here waits, reads a clock, opens a file or knows a terminal. Clock, randomness and ids come in as arguments.

pub mod base_model;
pub mod budget;
pub mod configuration;
pub mod conversation;
pub mod convert;
pub mod cost;
pub mod dataset;
pub mod enrichment;
pub mod estimate;
pub mod filter;
pub mod hyperparameters;
pub mod ids;
pub mod job;
pub mod json;
pub mod lenient;
pub mod manifest;
pub mod memory;
pub mod model;
pub mod money;
pub mod numbers;
pub mod page;
pub mod place;
pub mod preset;
pub mod price;
pub mod recognize;
pub mod rental;
pub mod run;
pub mod scaffolding;
pub mod selection;
pub mod sentence;
pub mod series;
pub mod spec;
pub mod training_file;
pub mod watch;
