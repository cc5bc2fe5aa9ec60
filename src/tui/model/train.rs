//! The configurator: from a dataset to a run.

mod messages;

pub use messages::{Answer, Ask, Launch, Modal, Msg};

use super::{Problem, ScreenId, TextField};
use domain::configuration::{Check, Configuration, Mark};
use domain::dataset::DatasetRow;
use domain::hyperparameters::{Field, Fold, Hyperparameters};
use domain::preset::{Chosen, Preset};
use engine::train::{Choices, Configured, KnownPreset, Request};

/// Name of the pane of the settings.
pub const SETTINGS: &str = "train.settings";
/// Name of the pane of estimate and checklist.
pub const CHECKS: &str = "train.checks";
/// The preset that everything begins with.
pub const FIRST: &str = "balanced";

/// Something that can be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row {
    /// Which preset.
    Preset,
    /// Which base model.
    Model,
    /// Which machine.
    Place,
    /// Opens and closes settings that belong together.
    Fold(Fold),
    /// A hyperparameter.
    Field(Field),
    /// Opens and closes what is about the run itself.
    Run,
    /// What to call the run.
    Name,
    /// More about it.
    Notes,
    /// Words to find it by.
    Tags,
    /// When it is stopped.
    MaxHours,
    /// What it must not be estimated to cost more than.
    MaxCost,
    /// Why it may go over the budget.
    OverBudget,
    /// Also a model with the adapter in it.
    Merge,
    /// Hold values to what the worker can run.
    AnyValue,
}

impl Row {
    /// Those of the head.
    pub const HEAD: [Self; 3] = [Self::Preset, Self::Model, Self::Place];
    /// Those about the run itself.
    pub const RUN: [Self; 8] = [
        Self::Name,
        Self::Notes,
        Self::Tags,
        Self::MaxHours,
        Self::MaxCost,
        Self::OverBudget,
        Self::Merge,
        Self::AnyValue,
    ];

    /// What it is called.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Preset => "preset",
            Self::Model => "model",
            Self::Place => "place",
            Self::Fold(fold) => fold.word(),
            Self::Field(field) => field.word(),
            Self::Run => "run",
            Self::Name => "name",
            Self::Notes => "notes",
            Self::Tags => "tags",
            Self::MaxHours => "max_hours",
            Self::MaxCost => "max_cost",
            Self::OverBudget => "over_budget",
            Self::Merge => "merge",
            Self::AnyValue => "any_value",
        }
    }
}

/// What was answered about a configuration, and about which.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// The question.
    pub request: Request,
    /// The answer.
    pub result: Result<Box<Configured>, Problem>,
}

/// What the screen knows.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// Where it was opened from.
    pub from: ScreenId,
    /// What is trained with.
    pub dataset: Option<Box<DatasetRow>>,
    /// What can be chosen; `None` before the answer.
    pub choices: Option<Box<Choices>>,
    /// What was kept for this dataset; `None` before the answer.
    pub recalled: Option<Option<Box<Configuration>>>,
    /// Choices or draft could not be read.
    pub problem: Option<Problem>,
    /// What is configured.
    pub draft: Configuration,
    /// Choices and draft are there: it can be changed.
    pub ready: bool,
    /// The draft as the store knows it.
    pub kept: Option<Configuration>,
    /// The row under the cursor.
    pub at: Row,
    /// Folds that are open.
    pub open: Vec<Fold>,
    /// What is about the run itself is open.
    pub run_open: bool,
    /// First line of the settings in view.
    pub top: usize,
    /// Estimate and checklist have the keyboard.
    pub in_checks: bool,
    /// The item of the checklist under the cursor.
    pub check: usize,
    /// So many lines further than that.
    pub further: usize,
    /// The value that is being typed.
    pub editing: Option<TextField>,
    /// Why it cannot be taken.
    pub wrong: Option<String>,
    /// Settings of somebody's own that a preset has replaced: they can be had back.
    pub custom: Option<(Option<String>, Hyperparameters)>,
    /// What the engine says about it.
    pub judged: Option<Judged>,
    /// Items of the checklist that were accepted, with what they said.
    pub accepted: Vec<(String, String)>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            from: ScreenId::Datasets,
            dataset: None,
            choices: None,
            recalled: None,
            problem: None,
            draft: Configuration::default(),
            ready: false,
            kept: None,
            at: Row::Preset,
            open: vec![Fold::Adapter, Fold::Schedule, Fold::Batch],
            run_open: false,
            top: 0,
            in_checks: false,
            check: 0,
            further: 0,
            editing: None,
            wrong: None,
            custom: None,
            judged: None,
            accepted: Vec::new(),
        }
    }
}

/// A preset in the line of presets, or one's own settings.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Chip<'a> {
    /// A preset.
    Preset(&'a KnownPreset),
    /// Settings of somebody's own.
    Custom,
}

impl State {
    /// All rows that can have the cursor: those of the head, then the folds with what is in the open ones.
    pub fn rows(&self) -> Vec<Row> {
        Row::HEAD.into_iter().chain(self.settings()).collect()
    }

    /// The rows below the head.
    pub fn settings(&self) -> Vec<Row> {
        let mut rows = Vec::with_capacity(40);
        for fold in Fold::ALL.iter().copied() {
            rows.push(Row::Fold(fold));
            if self.open.contains(&fold) {
                let inside = Field::ALL.iter().copied().filter(|field| field.about().fold == fold);
                rows.extend(inside.map(Row::Field));
            }
        }
        rows.push(Row::Run);
        if self.run_open {
            rows.extend(Row::RUN);
        }
        rows
    }

    /// The preset that the settings were made from.
    pub fn base(&self) -> Option<&Preset> {
        Some(&self.known(self.draft.based_on.as_deref()?)?.preset)
    }

    /// A preset by its name.
    pub fn known(&self, name: &str) -> Option<&KnownPreset> {
        self.choices.as_ref()?.presets.iter().find(|known| known.name == name)
    }

    /// Which preset it is, or what was changed.
    pub fn chosen(&self) -> Chosen {
        Chosen::of(&self.draft.hyperparameters, self.base())
    }

    /// The line of presets.
    pub fn chips(&self) -> Vec<Chip<'_>> {
        let known = self.choices.iter().flat_map(|choices| &choices.presets);
        let mut chips: Vec<Chip> = known.map(Chip::Preset).collect();
        if self.custom.is_some() || self.is_custom() {
            chips.push(Chip::Custom);
        }
        chips
    }

    /// Something was changed since the preset was picked.
    pub fn is_custom(&self) -> bool {
        self.ready && (self.base().is_none() || !self.chosen().changed.is_empty())
    }

    /// Where in the line of presets the settings stand.
    pub fn chip(&self) -> usize {
        let mine = |chip: &Chip| match chip {
            Chip::Custom => self.is_custom(),
            Chip::Preset(known) => {
                !self.is_custom() && Some(known.name.as_str()) == self.draft.based_on.as_deref()
            }
        };
        self.chips().iter().position(mine).unwrap_or(0)
    }

    /// The question to the engine; `None`: it is too early.
    pub fn request(&self) -> Option<Request> {
        let dataset = self.dataset.as_ref().filter(|_| self.ready)?;
        Some(Request::of(dataset.id, &self.draft))
    }

    /// What the engine says, and whether that is about what is configured now.
    pub fn verdict(&self) -> (Option<&Configured>, bool) {
        let judged = self.judged.as_ref();
        let fresh = judged.is_some_and(|judged| Some(&judged.request) == self.request().as_ref());
        (judged.and_then(|judged| judged.result.as_deref().ok()), fresh)
    }

    /// The base model whose weights are to come onto the network volume; `None`: they are there, or nothing is to go there.
    pub fn open_weights(&self) -> Option<String> {
        let configured = self.verdict().0?;
        (configured.weights == Some(false)).then(|| configured.model.id.clone())
    }

    /// The items of the checklist that are not in order; those that stop it first.
    pub fn open_checks(&self) -> Vec<&Check> {
        let checks = self.verdict().0.map_or(&[][..], |configured| &configured.checklist.0);
        let mut open: Vec<&Check> = checks.iter().filter(|check| check.mark != Mark::Good).collect();
        open.sort_by_key(|check| std::cmp::Reverse(check.mark));
        open
    }

    /// Somebody has accepted this item as it stands there.
    pub fn is_accepted(&self, check: &Check) -> bool {
        self.accepted.iter().any(|(name, text)| *name == check.name && *text == check.text)
    }

    /// The text field that has the keyboard.
    pub const fn field(&mut self) -> Option<&mut TextField> {
        self.editing.as_mut()
    }

    /// Whether a text field has the keyboard.
    pub const fn has_field(&self) -> bool {
        self.editing.is_some()
    }

    /// The pane that has the keyboard, `screen.pane`.
    pub const fn pane(&self) -> Option<&'static str> {
        Some(if self.in_checks { CHECKS } else { SETTINGS })
    }

    /// What follows the screen's name in the breadcrumb.
    pub fn crumbs(&self) -> Vec<String> {
        self.dataset.iter().map(|row| row.name.clone()).collect()
    }
}
