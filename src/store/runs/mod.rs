//! `training_jobs` and `cost_records`, with what brightrun keeps beside them (training-pipeline 2.1, 7 nos. 24–31).
//!
//! A run of ours is kept whole as one document; the platform's columns repeat what the platform shows. Both are written in one
//! transaction, and only by whoever holds the run's lease.

mod lease;
mod read;
mod write;

pub use lease::RunHold;
pub use read::StoredRun;
pub use write::Ending;
