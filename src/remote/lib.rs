//! Whom we talk to: RunPod. Typed questions and tolerant answers over HTTP; no rows, no files, no rule of the product.
//!
//! [`runpod::RunPod`] is the client; everything it can do goes through one core (`http`) that waits its turn, repeats what may be
//! repeated and says in one error type, [`RemoteError`], what to do about what went wrong. Facts and traps: apis.md A.

mod error;
mod http;
pub mod runpod;
#[cfg(test)]
mod testing;

pub use error::{Advice, Kind, RemoteError, Result};
pub use http::{Pace, Patience};
