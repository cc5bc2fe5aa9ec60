//! One file per verb: its arguments, its call of the engine, its text.

pub(crate) mod aggregate;
pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod conversations;
pub(crate) mod convert;
pub(crate) mod datasets;
pub(crate) mod db;
pub(crate) mod doctor;
pub(crate) mod files;
pub(crate) mod import;
pub(crate) mod jobs;
pub(crate) mod man;
pub(crate) mod models;
pub(crate) mod presets;
pub(crate) mod runner;
pub(crate) mod runpod;
pub(crate) mod train;
pub(crate) mod watch;
