//! What is configured, and where each value comes from. To be changed in the config file.

pub mod runpod;

use super::Problem;

/// One setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// `store.url`.
    pub key: String,
    /// Its value; secrets are never in it.
    pub value: String,
    /// `default`, `config file`, `DATABASE_URL`, `--db`.
    pub source: String,
}

/// What the screen knows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct State {
    /// All settings, in the order of the config file.
    pub list: Vec<Setting>,
    /// The selected line.
    pub at: usize,
    /// Why they could not be read.
    pub problem: Option<Problem>,
    /// Which part is in view.
    pub part: Part,
    /// Machines that are rented.
    pub runpod: runpod::State,
}

/// The parts of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Part {
    /// Every setting.
    #[default]
    List,
    /// How RunPod stands.
    Runpod,
}

impl State {
    /// The pane that has the keyboard, `screen.pane`; `None`: the list of settings.
    pub const fn pane(&self) -> Option<&'static str> {
        match self.part {
            Part::List => None,
            Part::Runpod => Some(runpod::PANE),
        }
    }
    /// What follows the screen's name in the breadcrumb.
    pub fn crumbs(&self) -> Vec<String> {
        match self.part {
            Part::List => Vec::new(),
            Part::Runpod => vec!["RunPod".to_owned()],
        }
    }
}

/// What can happen here.
#[derive(Debug, Clone, PartialEq)]
pub enum Msg {
    /// Brings a part into view.
    Part(Part),
    /// For RunPod.
    Runpod(runpod::Msg),
    /// Reads them again.
    Refresh,
    /// Copies the selected value.
    Copy,
    /// Selects a line.
    Select(usize),
}

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum Ask {
    /// All settings.
    List,
    /// About RunPod.
    Runpod(runpod::Ask),
}

impl Ask {
    /// The slot.
    pub const fn slot(&self) -> &'static str {
        match self {
            Self::List => "settings.list",
            Self::Runpod(ask) => ask.slot(),
        }
    }
    /// It changes something there.
    pub const fn writes(&self) -> bool {
        match self {
            Self::List => false,
            Self::Runpod(ask) => ask.writes(),
        }
    }
}

/// What the engine answers.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// All settings.
    List(Result<Vec<Setting>, Problem>),
    /// About RunPod.
    Runpod(runpod::Answer),
}

impl Answer {
    /// What went wrong, when something did.
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            Self::List(result) => result.as_ref().err(),
            Self::Runpod(answer) => answer.problem(),
        }
    }
}
