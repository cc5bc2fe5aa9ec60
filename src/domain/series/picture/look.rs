//! The colours of a picture.

use crate::conversation::{UnknownWord, words};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

words! {
    /// By day or by night.
    Look, "look" {
        /// Dark on light: for paper and documents.
        Day = "day",
        /// Light on dark.
        Night = "night",
    }
}

/// What is drawn in which colour: those of the themes of the same names, so that a curve has one colour everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colours {
    /// The ground.
    pub paper: &'static str,
    /// Text and the edges of the charts.
    pub ink: &'static str,
    /// Labels and sentences.
    pub muted: &'static str,
    /// Lines behind the curves.
    pub grid: &'static str,
    /// Warnings.
    pub warn: &'static str,
    /// What is worse, and values that are no numbers.
    pub bad: &'static str,
    /// Curves.
    pub series: [&'static str; 6],
}

impl Look {
    /// Its colours.
    pub const fn colours(self) -> &'static Colours {
        match self {
            Self::Day => &Colours {
                paper: "#f9fafb",
                ink: "#111827",
                muted: "#4b5563",
                grid: "#e5e7eb",
                warn: "#92400e",
                bad: "#b91c1c",
                series: ["#1d4ed8", "#9a3412", "#047857", "#6d28d9", "#0e7490", "#b91c1c"],
            },
            Self::Night => &Colours {
                paper: "#111827",
                ink: "#e5e7eb",
                muted: "#9ca3af",
                grid: "#29323f",
                warn: "#f59e0b",
                bad: "#f87171",
                series: ["#60a5fa", "#fdba74", "#10b981", "#c4b5fd", "#22d3ee", "#f87171"],
            },
        }
    }
}
