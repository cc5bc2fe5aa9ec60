//! What can happen on the screen, what it asks the engine, what comes back, and what lies over it.

use super::{Judged, Row};
use crate::model::Problem;
use domain::configuration::Configuration;
use domain::ids::DatasetId;
use domain::job::Run;
use domain::preset::Preset;
use engine::train::{Accepted, Choices, KnownPreset, Request};

/// What can happen here.
#[derive(Debug, Clone, PartialEq)]
pub enum Msg {
    /// The value under the cursor goes up or down.
    Nudge(bool),
    /// The setting under the cursor as the preset has it.
    Reset,
    /// All settings as the preset has them.
    ResetAll,
    /// A preset was clicked.
    Chip(usize),
    /// A row was clicked.
    Row(Row),
    /// An item of the checklist was clicked.
    Check(usize),
    /// The wheel over the settings.
    Scroll(i32),
    /// The wheel over estimate and checklist.
    ScrollChecks(i32),
    /// Accepts the item under the cursor, or takes that back.
    Accept,
    /// Asks for the name of a preset of one's own.
    AskSave,
    /// Saves the settings under a name, in place of what has it.
    Save(String),
    /// Asks whether to remove the preset.
    AskRemove,
    /// Removes it.
    Remove(String),
    /// A line of the list on top was clicked.
    Pick(usize),
    /// Asks for a folder that holds a base model.
    Folder,
    /// Opens the question before the start.
    Start,
    /// Ticks that cost and budget are accepted, or takes that back.
    Tick,
    /// Asks what fetching the base model onto the volume takes.
    Cache,
    /// Copies the configuration as JSON.
    Copy,
    /// Asks again.
    Refresh,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum Ask {
    /// What can be chosen.
    Choices,
    /// What was kept for a dataset.
    Draft(DatasetId),
    /// Keeps it.
    Keep(DatasetId, Box<Configuration>),
    /// What is known about a configuration.
    Judge(Box<Request>),
    /// Saves a preset, in place of one of the same name when that is wished.
    SavePreset(Box<Preset>, bool),
    /// Removes a preset.
    RemovePreset(String),
    /// Puts the run into the queue.
    Launch(Box<Request>, Accepted),
}

impl Ask {
    /// The slot: of two questions of one slot only the newer one is answered.
    pub const fn slot(&self) -> &'static str {
        match self {
            Self::Choices => "train.choices",
            Self::Draft(_) => "train.draft",
            Self::Keep(..) => "train.keep",
            Self::Judge(_) => "train.judge",
            Self::SavePreset(..) | Self::RemovePreset(_) => "train.preset",
            Self::Launch(..) => "train.launch",
        }
    }
    /// It changes the store.
    pub const fn writes(&self) -> bool {
        matches!(self, Self::Keep(..) | Self::SavePreset(..) | Self::RemovePreset(_) | Self::Launch(..))
    }
}

/// What the engine answers.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// What can be chosen.
    Choices(Result<Box<Choices>, Problem>),
    /// What was kept for a dataset.
    Draft(DatasetId, Result<Option<Box<Configuration>>, Problem>),
    /// It is kept.
    Kept(Result<(), Problem>),
    /// What is known about a configuration.
    Judged(Box<Judged>),
    /// The preset is saved.
    Saved(Result<Box<KnownPreset>, Problem>),
    /// The preset of this name is removed.
    Removed(Result<String, Problem>),
    /// The run waits in the queue.
    Launched(Result<Box<Run>, Problem>),
}

impl Answer {
    /// What went wrong, when something did. What the engine finds wrong with a configuration belongs to its answer.
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Choices(result) => result.as_ref().err(),
            Self::Draft(_, result) => result.as_ref().err(),
            Self::Kept(result) => result.as_ref().err(),
            Self::Judged(_) => None,
            Self::Saved(result) => result.as_ref().err(),
            Self::Removed(result) => result.as_ref().err(),
            Self::Launched(result) => result.as_ref().err(),
        }
    }
}

/// What lies over the screen.
#[derive(Debug, Clone, PartialEq)]
pub enum Modal {
    /// The base models.
    Models {
        /// The selected line; the last one is a folder.
        at: usize,
    },
    /// The machines with their prices.
    Places {
        /// The selected line.
        at: usize,
    },
    /// The question before the start.
    Launch(Launch),
}

/// The question before the start.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Launch {
    /// Cost and budget are accepted.
    pub tick: bool,
    /// The engine was asked.
    pub sent: bool,
    /// Why it did not start.
    pub problem: Option<Problem>,
}

impl Modal {
    /// Its name as a scope of keys.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Models { .. } => "train.models",
            Self::Places { .. } => "train.places",
            Self::Launch(_) => "train.launch",
        }
    }
}
