//! Where it is kept: rows (SQLite or Postgres) and files (a folder or S3).
//!
//! [`Db`] is a database opened for one user: every query it runs is scoped by that user. One SQL text serves both
//! databases wherever they agree; where they do not, both texts stand next to each other.

mod attach;
mod batches;
mod conversations;
mod datasets;
mod db;
mod error;
pub mod files;
mod index;
mod journal;
mod migrate;
mod models;
mod postgres;
mod rentals;
mod runs;
mod settings;
mod sql;
mod sqlite;
mod status;
mod training_files;
mod types;
mod url;
mod views;

pub use attach::{AttachPlan, Statement};
pub use conversations::{NewConversation, PutOutcome};
pub use db::{Db, DbKind, OpenOptions};
pub use error::{Result, StoreError};
pub use journal::{Hold, JournalEntry};
pub use models::StoredModel;
pub use rentals::StoredRental;
pub use runs::{Ending, RunHold, StoredRun};
pub use status::{DbStatus, Layout};
pub use training_files::CommitFile;
pub use url::{Pooler, StoreUrl};
