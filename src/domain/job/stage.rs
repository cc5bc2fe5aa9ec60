//! What a run does, in the worker's words and in the four that are shown (training-pipeline 1.4.1).

use crate::conversation::{UnknownWord, words};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

words! {
    /// What a run does. The first three are the platform's words for waiting, the others the worker's stages.
    Stage, "stage" {
        /// In our queue.
        Queued = "queued",
        /// On its way to its place.
        Initializing = "initializing",
        /// In the provider's queue.
        QueuedOnGpu = "queued_on_gpu",
        /// The worker begins.
        Setup = "setup",
        /// Fetches the dataset.
        Downloading = "downloading",
        /// Reads, splits and tokenizes it.
        Preparing = "preparing",
        /// Loads the base model.
        LoadingModel = "loading_model",
        /// Attaches the adapter.
        Configuring = "configuring",
        /// Trains.
        Training = "training",
        /// Measures, within the training.
        Validating = "validating",
        /// Writes the adapter.
        Saving = "saving",
        /// Moves the files.
        Uploading = "uploading",
        /// Done.
        Completed = "completed",
    }
}

words! {
    /// The parts of a run that are shown.
    Shown, "shown stage" {
        /// Before the first of the four.
        Waiting = "waiting",
        /// The dataset.
        Preprocessing = "preprocessing",
        /// The base model.
        ModelLoading = "model_loading",
        /// Steps.
        Training = "training",
        /// Files.
        Finalization = "finalization",
    }
}

impl Stage {
    /// The shown part that it belongs to.
    pub const fn shown(self) -> Shown {
        match self {
            Self::Queued | Self::Initializing | Self::QueuedOnGpu | Self::Setup => Shown::Waiting,
            Self::Downloading | Self::Preparing => Shown::Preprocessing,
            Self::LoadingModel | Self::Configuring => Shown::ModelLoading,
            Self::Training | Self::Validating => Shown::Training,
            Self::Saving | Self::Uploading | Self::Completed => Shown::Finalization,
        }
    }

    /// The percentage of the whole run at which it begins (7 no. 26): 0–25 setup, 25–95 training, 95–100 finish.
    pub const fn begins_at(self) -> f64 {
        match self {
            Self::Queued | Self::Initializing | Self::QueuedOnGpu | Self::Setup => 0.0,
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
