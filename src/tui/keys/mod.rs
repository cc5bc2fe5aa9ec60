//! Keys as data: what a key is, what an action is, and which key means which action where.

pub mod combo;
pub mod keymap;
pub mod page;
pub mod spec;
#[cfg(test)]
mod tests;
mod user;

pub use combo::{Code, Combo};
pub use keymap::{Keymap, Resolved};
pub use spec::{ActionSpec, Availability, Danger, Facts, Scope};
