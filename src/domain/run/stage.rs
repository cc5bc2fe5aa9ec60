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

    /// The percentage of the whole run at which it begins (training-pipeline 7 no. 26): 0–25 setup, 25–95 training, 95–100 finish.
    pub const fn begins_at(self) -> f64 {
        match self {
            Self::Setup => 0.0,
            Self::Downloading => 5.0,
            Self::Preparing => 10.0,
            Self::LoadingModel => 15.0,
            Self::Configuring => 20.0,
            Self::Training | Self::Validating => 25.0,
            Self::Saving => 95.0,
            Self::Uploading => 97.0,
            Self::Completed => 100.0,
        }
    }
}

impl Part {
    /// Where it begins and ends in the percentage of the whole run: with its first stage, and with the first one of the next part.
    pub const fn percent(self) -> (f64, f64) {
        let (from, to) = match self {
            Self::Prepare => (Stage::Downloading, Stage::LoadingModel),
            Self::Load => (Stage::LoadingModel, Stage::Training),
            Self::Train => (Stage::Training, Stage::Saving),
            Self::Finish => (Stage::Saving, Stage::Completed),
        };
        (from.begins_at(), to.begins_at())
    }

    /// Its place among the four.
    pub const fn index(self) -> usize {
        self as usize
    }
}
