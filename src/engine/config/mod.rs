//! Settings: what can be set, where a value comes from, and what is said when one is wrong.
//!
//! Precedence: flags, then the environment, then the file, then the defaults. The JSON schema made from the types in
//! `types.rs` is the one list of keys: the file is checked against it, and the environment's names follow from it.

mod anchor;
mod file;
mod folders;
mod init;
mod keys;
mod load;
mod problem;
mod resolve;
mod runpod;
mod secret;
mod show;
#[cfg(test)]
mod tests;
mod types;

pub use folders::Folders;
pub use init::{EXAMPLE, Initialized, init};
pub use keys::{Key, Kind, keys, schema};
pub(crate) use load::is_setting;
pub use load::{Loaded, Origin, Sources, load};
pub use problem::{ConfigError, Problem};
pub use runpod::{Cloud, Runpod};
pub use secret::{Address, Secret, redacted};
pub use show::{Shown, ShownValue, show};
pub use types::{Badge, Color, Config, Database, Files, Level, Log, Profile, S3, TrainingFile, Ui};
