//! How good a model is: only from what was measured, and never without saying how (R5.03, R5.04; training-pipeline 7 nos.
//! 34 and 35).

use crate::conversation::{UnknownWord, words};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

words! {
    /// How a model was rated.
    Method, "rating method" {
        /// By the final loss and perplexity on what was held out.
        FinalValues = "final_values",
        /// By how far the training loss fell; nothing was held out.
        LossReduction = "loss_reduction",
        /// Not at all.
        Unrated = "unrated",
    }
}

words! {
    /// A rating in a word.
    Rating, "rating" {
        /// 5 of 5.
        Excellent = "Excellent",
        /// 4 of 5.
        Good = "Good",
        /// 3 of 5.
        Fair = "Fair",
        /// 2 of 5.
        Poor = "Poor",
        /// 1 of 5.
        VeryPoor = "Very Poor",
    }
}

impl Rating {
    /// 1 to 5.
    pub const fn stars(self) -> u8 {
        match self {
            Self::Excellent => 5,
            Self::Good => 4,
            Self::Fair => 3,
            Self::Poor => 2,
            Self::VeryPoor => 1,
        }
    }
}

/// What was measured. Numbers that are not finite count as not measured.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Losses {
    /// The first training loss.
    pub first: Option<f64>,
    /// The last training loss.
    pub last: Option<f64>,
    /// The last loss on what was held out.
    pub validation: Option<f64>,
}

/// A rating with its method.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Quality {
    /// How it was rated.
    pub method: Method,
    /// `None`: unrated.
    pub rating: Option<Rating>,
    /// exp(validation loss); `None` without one.
    pub perplexity: Option<f64>,
    /// How far the training loss fell, in percent of where it began.
    pub reduction_percent: Option<f64>,
    /// What was held out is at least 0.5 worse than what was trained with: it was learnt by heart.
    pub overfit: bool,
    /// What was measured.
    pub losses: Losses,
}

/// Rates a model.
pub fn rate(losses: Losses) -> Quality {
    let sound = |v: Option<f64>| v.filter(|v| v.is_finite() && *v >= 0.0);
    let losses =
        Losses { first: sound(losses.first), last: sound(losses.last), validation: sound(losses.validation) };
    let perplexity = losses.validation.map(f64::exp).filter(|p| p.is_finite());
    let reduction = losses
        .first
        .zip(losses.last)
        .filter(|(first, _)| *first > 0.0)
        .map(|(first, last)| (first - last) / first * 100.0);
    let overfit = losses.validation.zip(losses.last).is_some_and(|(v, last)| v - last > 0.5);
    let (method, rating) = match (losses.validation, reduction) {
        (Some(loss), _) => (Method::FinalValues, Some(by_values(loss))),
        (None, Some(percent)) => (Method::LossReduction, Some(by_reduction(percent))),
        (None, None) => (Method::Unrated, None),
    };
    Quality { method, rating, perplexity, reduction_percent: reduction, overfit, losses }
}

/// The wireframe's steps; a perplexity above the step takes the next one.
fn by_values(loss: f64) -> Rating {
    let perplexity = loss.exp();
    let steps = [(0.30, 1.3, Rating::Excellent), (0.35, 1.5, Rating::Good), (0.45, 1.8, Rating::Fair)];
    let found = steps.into_iter().find(|(l, p, _)| loss < *l && perplexity < *p).map(|(_, _, rating)| rating);
    found.unwrap_or(if loss < 0.60 { Rating::Poor } else { Rating::VeryPoor })
}

fn by_reduction(percent: f64) -> Rating {
    // 1.0 → 0.7 is 30 %, though its float is a little more.
    let percent = (percent * 1e6).round() / 1e6;
    let steps = [(50.0, Rating::Excellent), (30.0, Rating::Good), (15.0, Rating::Fair), (5.0, Rating::Poor)];
    steps.into_iter().find(|(least, _)| percent > *least).map_or(Rating::VeryPoor, |(_, rating)| rating)
}

impl Quality {
    /// `Good, 4 of 5, by final values`, `unrated: nothing was measured`.
    pub fn words(&self) -> String {
        let how = match self.method {
            Method::FinalValues => "by the final loss on what was held out",
            Method::LossReduction => "by how far the training loss fell; nothing was held out",
            Method::Unrated => return "unrated: nothing was measured".to_owned(),
        };
        let rating = self.rating.map_or_else(String::new, |r| format!("{r}, {} of 5, ", r.stars()));
        let heart = if self.overfit { "; it learnt by heart" } else { "" };
        format!("{rating}{how}{heart}")
    }
}
