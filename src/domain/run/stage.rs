//! The worker's stages, and the four that are shown (training-pipeline 1.4, 7 no. 24).

use crate::conversation::{UnknownWord, words};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

words! {
    /// What the worker does.
    Stage, "stage" {
        /// Looks at the machine.
        Setup = "setup",
        /// Fetches dataset and model.
        Downloading = "downloading",
        /// Reads, checks and splits the dataset.
        Preparing = "preparing",
        /// Loads the base model.
        LoadingModel = "loading_model",
        /// Adds the adapter, makes the optimizer.
        Configuring = "configuring",
        /// Trains.
        Training = "training",
        /// Evaluates, within training.
        Validating = "validating",
        /// Writes the adapter.
        Saving = "saving",
        /// Brings it away.
        Uploading = "uploading",
        /// Nothing is left to do.
        Completed = "completed",
    }
}

words! {
    /// A stage as it is shown.
    Part, "part of a run" {
        /// Dataset.
        Prepare = "prepare",
        /// Model.
        Load = "load",
        /// Training.
        Train = "train",
        /// Adapter and manifest.
        Finish = "finish",
    }
}

impl Stage {
    /// Where it is shown; `None`: before the first part.
    pub const fn part(self) -> Option<Part> {
        match self {
            Self::Setup => None,
            Self::Downloading | Self::Preparing => Some(Part::Prepare),
            Self::LoadingModel | Self::Configuring => Some(Part::Load),
            Self::Training | Self::Validating => Some(Part::Train),
            Self::Saving | Self::Uploading | Self::Completed => Some(Part::Finish),
        }
    }
}

impl Part {
    /// Where it begins and ends in the percentage of the whole run (training-pipeline 7 no. 26).
    pub const fn percent(self) -> (f64, f64) {
        match self {
            Self::Prepare => (5.0, 15.0),
            Self::Load => (15.0, 25.0),
            Self::Train => (25.0, 95.0),
            Self::Finish => (95.0, 100.0),
        }
    }

    /// Its place among the four.
    pub const fn index(self) -> usize {
        self as usize
    }
}
