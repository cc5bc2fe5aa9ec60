//! From a dataset to a run: the configuration with everything that is known about it before it starts.

mod catalog;
mod configure;
mod folder_model;
mod machine;
#[cfg(test)]
mod tests;
mod types;

pub(crate) use configure::base_model;
pub use configure::configure;
pub use types::{Configured, Request};
