//! What is configured, and where each value comes from. To be changed in the config file.

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
}

/// What can happen here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Msg {
    /// Reads them again.
    Refresh,
    /// Copies the selected value.
    Copy,
    /// Selects a line.
    Select(usize),
}

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// All settings.
    List,
}

impl Ask {
    /// The slot.
    pub fn slot(&self) -> &'static str {
        "settings.list"
    }
}

/// What the engine answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// All settings.
    List(Result<Vec<Setting>, Problem>),
}

impl Answer {
    /// What went wrong, when something did.
    pub fn problem(&self) -> Option<&Problem> {
        let Self::List(result) = self;
        result.as_ref().err()
    }
}
