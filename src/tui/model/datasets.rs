//! The datasets: the list, one of them in detail, a new one, several side by side.

use super::browse::{Browse, Panes};
use super::finder::{Finder, Listed};
use super::walk::{self, Stop};
use super::{JobId, Problem, TextField};
use chrono::{DateTime, Utc};
use domain::dataset::compare::Comparison;
use domain::dataset::table::Column;
use domain::dataset::{DatasetRow, Passage, Place};
use domain::ids::DatasetId;
use domain::training_file::TrainingFileRow;
use engine::datasets::{Add, Checked, DatasetDetail};

/// The panes of the screen.
pub const PANES: Panes =
    Panes { table: "datasets.table", detail: "datasets.detail", length: "datasets.detail.length" };
/// The pane of the findings.
pub const FINDINGS: &str = "datasets.findings";
impl Listed for Column {
    const SORTS: &'static [Self] =
        &[Self::Created, Self::Name, Self::Examples, Self::Tokens, Self::Quality, Self::Size, Self::State];
    const VIEWS: &'static [(&'static str, &'static str)] =
        &[("ready", "ready = yes"), ("not ready", "ready = no"), ("this week", "created > 7d")];
    const EXAMPLE: &'static str = "ready = yes and tokens >= 100k";
}

/// What the screen knows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct State {
    /// The datasets, newest first; `None` before the first answer.
    pub list: Option<Vec<DatasetRow>>,
    /// The last question failed; the list is older than that.
    pub problem: Option<Problem>,
    /// Archived ones are in the list.
    pub archived: bool,
    /// Which are shown, and in which order.
    pub finder: Finder<Column>,
    /// Where list and detail stand.
    pub browse: Browse,
    /// The last one that came.
    pub detail: Option<Box<DatasetDetail>>,
    /// Marked ones, in the order of marking.
    pub marks: Vec<DatasetId>,
}

impl State {
    /// Line `line` of those in view.
    pub fn line(&self, line: usize) -> Option<&DatasetRow> {
        self.list.as_ref()?.get(*self.finder.shown.get(line)?)
    }
    /// The dataset under the cursor.
    pub fn row(&self) -> Option<&DatasetRow> {
        self.line(self.browse.at)
    }
    /// The places that its check names.
    pub fn stops(&self) -> Vec<Stop> {
        let report = self.row().and_then(|row| row.report.as_ref());
        walk::stops(report.into_iter().flat_map(|report| &report.findings).map(|found| &found.places[..]))
    }
    /// Finds out again which lines are in view; the cursor stays on its dataset where that is one of them.
    pub fn arrange(&mut self, on: Option<DatasetId>, now: Option<DateTime<Utc>>) {
        let list = self.list.as_deref().unwrap_or_default();
        self.finder.arrange(list, |_| true, now);
        let shown = &self.finder.shown;
        let at = on.and_then(|id| shown.iter().position(|&n| list[n].id == id));
        self.browse.at = at.unwrap_or(self.browse.at).min(shown.len().saturating_sub(1));
        self.marks.retain(|id| list.iter().any(|row| row.id == *id));
    }
    /// The pane that has the keyboard, `screen.pane`.
    pub fn pane(&self) -> Option<&'static str> {
        let rows = if self.browse.walk.is_some() { FINDINGS } else { self.browse.pane(&PANES) };
        Some(self.finder.pane().unwrap_or(rows))
    }
    /// What follows the screen's name in the breadcrumb.
    pub fn crumbs(&self) -> Vec<String> {
        self.browse.crumbs(self.row().map(|row| row.name.as_str()))
    }
}

/// What can happen here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Msg {
    /// Shows or hides the detail beside the list.
    Details,
    /// The detail in place of the list, or the list again.
    Zoom,
    /// A line was clicked.
    Row(usize),
    /// A line was clicked twice.
    Open(usize),
    /// The wheel over the list.
    Scroll(i32),
    /// The wheel over the detail.
    ScrollDetail(i32),
    /// Marks the dataset under the cursor, or takes the mark away.
    Mark,
    /// Sets the marked ones side by side.
    Compare,
    /// The wheel over the comparison.
    ScrollCompare(i32),
    /// The findings get the keyboard.
    Findings,
    /// Opens the way to a new one.
    New,
    /// A source of the new one was clicked.
    Source(usize),
    /// Reads it again, counting as before.
    Check,
    /// Asks whose tokenizer is to count.
    AskCount,
    /// Asks for another name.
    AskName,
    /// Asks for another description.
    AskDescription,
    /// Asks whether to put it away; takes it back at once.
    Archive,
    /// Puts it away, or takes it back.
    SetArchived(DatasetId, bool),
    /// Archived ones in the list, or not.
    ShowArchived,
    /// Opens the configurator.
    Train,
    /// Copies the name.
    Copy,
    /// Copies the row as JSON.
    CopyJson,
    /// Asks again.
    Refresh,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum Ask {
    /// The list, with archived ones or without.
    List(bool),
    /// One with everything that is known of it.
    Show(DatasetId),
    /// The training files, to make one of.
    Sources,
    /// Makes one.
    Add(Box<Add>),
    /// The one that holds what a training file holds now; makes it when there is none.
    OfFile(String),
    /// Reads one again: its key, its name, and whose tokenizer counts (`None`: as before).
    Check(DatasetId, String, Option<String>),
    /// What stands at a place that its check names.
    Passage(DatasetId, Place),
    /// Sets some side by side.
    Compare(Vec<DatasetId>),
    /// Puts it away, or takes it back.
    Archive(DatasetId, bool),
    /// Another name, another description.
    Edit(DatasetId, Option<String>, Option<String>),
}

impl Ask {
    /// The slot: of two questions of one slot only the newer one is answered.
    pub const fn slot(&self) -> &'static str {
        match self {
            Self::List(_) => "datasets.list",
            Self::Show(_) => "datasets.show",
            Self::Sources => "datasets.sources",
            Self::Add(_) => "datasets.add",
            Self::OfFile(_) => "datasets.of-file",
            Self::Check(..) => "datasets.check",
            Self::Passage(..) => "datasets.passage",
            Self::Compare(_) => "datasets.compare",
            Self::Archive(..) => "datasets.archive",
            Self::Edit(..) => "datasets.edit",
        }
    }
}

/// What the engine answers.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// The list.
    List(Result<Vec<DatasetRow>, Problem>),
    /// One with everything that is known of it.
    Show(Result<Box<DatasetDetail>, Problem>),
    /// The training files.
    Sources(Result<Vec<TrainingFileRow>, Problem>),
    /// It is made.
    Added(Result<Box<Checked>, Problem>),
    /// The one of a training file.
    OfFile(Result<Box<DatasetRow>, Problem>),
    /// It was read again; its name.
    Checked(String, Result<Box<Checked>, Problem>),
    /// What stands at a place.
    Passage(Result<Box<Passage>, Problem>),
    /// Some side by side.
    Compared(Result<Box<Comparison>, Problem>),
    /// It is put away, or back.
    Archived(Result<Box<DatasetRow>, Problem>),
    /// It has another name or description.
    Edited(Result<Box<DatasetRow>, Problem>),
}

impl Answer {
    /// What went wrong, when something did.
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            Self::List(result) => result.as_ref().err(),
            Self::Show(result) => result.as_ref().err(),
            Self::Sources(result) => result.as_ref().err(),
            Self::Added(result) | Self::Checked(_, result) => result.as_ref().err(),
            Self::OfFile(result) | Self::Archived(result) | Self::Edited(result) => result.as_ref().err(),
            Self::Passage(result) => result.as_ref().err(),
            Self::Compared(result) => result.as_ref().err(),
        }
    }
}

/// What lies over the screen.
#[derive(Debug, Clone, PartialEq)]
pub enum Modal {
    /// A new dataset.
    New(Box<New>),
    /// Some side by side.
    Compare {
        /// What was compared.
        comparison: Box<Comparison>,
        /// First line in view.
        top: usize,
    },
}

/// A new dataset: from what, called what, how far.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct New {
    /// The training files; `None` before the answer.
    pub files: Option<Result<Vec<TrainingFileRow>, Problem>>,
    /// The selected source: 0 is a file on this machine, then the training files.
    pub at: usize,
    /// A source was chosen: it is named now.
    pub naming: bool,
    /// The file on this machine.
    pub path: TextField,
    /// What to call it; empty: as the file is called.
    pub name: TextField,
    /// The name has the keyboard, not the path.
    pub in_name: bool,
    /// Why it cannot begin.
    pub problem: Option<String>,
    /// It is at work, or was.
    pub job: Option<JobId>,
    /// What came of it.
    pub result: Option<Box<Checked>>,
}

impl New {
    /// The chosen training file; `None`: a file on this machine.
    pub fn file(&self) -> Option<&TrainingFileRow> {
        self.files.as_ref()?.as_ref().ok()?.get(self.at.checked_sub(1)?)
    }
    /// So many sources there are.
    pub fn sources(&self) -> usize {
        1 + self.files.as_ref().and_then(|files| files.as_ref().ok()).map_or(0, Vec::len)
    }
    fn types(&self) -> bool {
        self.naming && self.job.is_none()
    }
}

impl Modal {
    /// Its name as a scope of keys.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::New(_) => "datasets.new",
            Self::Compare { .. } => "datasets.compare",
        }
    }
    /// The text field that has the keyboard in it.
    pub fn field(&mut self) -> Option<&mut TextField> {
        match self {
            Self::New(new) if new.types() => Some(if new.in_name { &mut new.name } else { &mut new.path }),
            _ => None,
        }
    }
    /// Whether a text field has the keyboard in it.
    pub fn has_field(&self) -> bool {
        matches!(self, Self::New(new) if new.types())
    }
    /// The work that it waits for, or waited for.
    pub const fn job(&self) -> Option<JobId> {
        match self {
            Self::New(new) => new.job,
            Self::Compare { .. } => None,
        }
    }
}
