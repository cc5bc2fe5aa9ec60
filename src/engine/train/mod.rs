//! From a dataset to a run: the configuration with everything that is known about it before it starts.

mod base;
pub(crate) mod catalog;
mod choices;
mod configure;
mod draft;
mod folder_model;
mod launch;
mod machine;
mod presets;
mod rented;
#[cfg(test)]
pub(crate) mod tests;
mod types;

pub(crate) use base::base_model;
pub(crate) use catalog::prices;
pub use choices::{Choices, Offer, choices};
pub use configure::configure;
pub use draft::{draft, keep_draft};
pub use launch::{Accepted, launch};
pub(crate) use machine::gpu_of_the_driver;
pub use presets::{KnownPreset, presets, remove_preset, save_preset};
pub use types::{Configured, Request};
