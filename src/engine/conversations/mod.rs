//! The conversations: list, count, show, review, export.

mod export;
mod keys;
mod list;
mod show;
mod types;

pub use export::export;
pub(crate) use keys::by_ids;
pub use list::{count, distinct, ids, list, resolve, review};
pub use show::{json, show};
pub use types::{Detail, Export, Exported, Resolved, Which};

#[cfg(test)]
mod tests;
