//! What a curve can be drawn over.

use crate::conversation::{UnknownWord, words};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

words! {
    /// A horizontal axis.
    Axis, "axis" {
        /// Optimizer steps.
        Step = "step",
        /// Passes over the dataset.
        Epoch = "epoch",
        /// Seconds since the beginning of the run.
        Time = "time",
        /// Tokens seen.
        Tokens = "tokens",
    }
}

/// Where a record lies on every axis. What is unknown is taken from the record before.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct At {
    /// Optimizer steps done.
    pub step: u64,
    /// Passes over the dataset, with fraction.
    pub epoch: Option<f64>,
    /// Seconds since the beginning of the run.
    pub seconds: Option<f64>,
    /// Tokens seen so far.
    pub tokens: Option<u64>,
}

impl At {
    /// A step of which nothing else is known.
    pub const fn step(step: u64) -> Self {
        Self { step, epoch: None, seconds: None, tokens: None }
    }

    /// Where it lies on an axis; `None`: that is not known.
    #[expect(clippy::cast_precision_loss, reason = "a screen has fewer columns than 2^53")]
    pub fn on(&self, axis: Axis) -> Option<f64> {
        match axis {
            Axis::Step => Some(self.step as f64),
            Axis::Epoch => self.epoch,
            Axis::Time => self.seconds,
            Axis::Tokens => self.tokens.map(|tokens| tokens as f64),
        }
    }
}
