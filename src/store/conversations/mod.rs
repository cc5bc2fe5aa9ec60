//! The conversations table.

pub mod columns;
pub mod compile;
mod count;
mod distinct;
mod find;
mod held;
mod page;
mod plan;
mod put;
mod record;
mod review;
mod walk;

pub use put::{NewConversation, PutOutcome};
