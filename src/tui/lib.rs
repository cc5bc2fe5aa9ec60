//! The verbs as screens: `update` is pure, views only look, `perform` asks the engine, `term` owns the escape codes.

#![allow(
    clippy::similar_names,
    reason = "model and modal are the words of this house and stand side by side"
)]

pub mod actions;
pub mod keys;
pub mod model;
pub mod perform;
pub mod runtime;
pub mod schedule;
pub mod setup;
pub mod term;
pub mod text;
mod textbox;
pub mod theme;
pub mod update;
pub mod view;
pub mod widgets;

pub use runtime::run;
pub use setup::{Opened, Options, Setup};
pub use textbox::TextBox;
