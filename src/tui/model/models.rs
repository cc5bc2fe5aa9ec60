//! The models: the list, one of them in detail, versions side by side, downloads and reports.

use super::browse::{Browse, Panes};
use super::finder::{Finder, Listed};
use super::{JobId, Problem, TextField};
use chrono::{DateTime, Utc};
use domain::ids::ModelId;
use domain::model::table::Column;
use domain::model::{Action, Comparison, Model, ModelStatus};
use engine::models::{Downloaded, ModelDetail, ReportFile};

/// The panes of the screen.
pub const PANES: Panes =
    Panes { table: "models.table", detail: "models.detail", length: "models.detail.length" };

impl Listed for Column {
    const SORTS: &'static [Self] = &[
        Self::Created,
        Self::Name,
        Self::Quality,
        Self::EvalLoss,
        Self::Status,
        Self::Dataset,
        Self::BaseModel,
        Self::Size,
        Self::Cost,
    ];
    const VIEWS: &'static [(&'static str, &'static str)] = &[
        ("in use", "status in (testing, production)"),
        ("good ones", "quality >= 4"),
        ("this week", "created > 7d"),
    ];
    const EXAMPLE: &'static str = "dataset = EQ-2 and quality >= 4";
}

/// What the screen knows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct State {
    /// The models, newest first; `None` before the first answer.
    pub list: Option<Vec<Model>>,
    /// The last question failed; the list is older than that.
    pub problem: Option<Problem>,
    /// Archived ones are in the list.
    pub archived: bool,
    /// Which are shown, and in which order.
    pub finder: Finder<Column>,
    /// Marked ones, in the order of marking.
    pub marks: Vec<ModelId>,
    /// Where list and detail stand.
    pub browse: Browse,
    /// The last one that came.
    pub detail: Option<Box<ModelDetail>>,
    /// The model to go to as soon as the list is here.
    pub wanted: Option<ModelId>,
}

impl State {
    /// Those that are shown, in their order.
    pub fn rows(&self) -> impl Iterator<Item = &Model> {
        let list = self.list.as_deref().unwrap_or_default();
        self.finder.shown.iter().filter_map(|at| list.get(*at))
    }
    /// The model under the cursor.
    pub fn row(&self) -> Option<&Model> {
        self.list.as_ref()?.get(*self.finder.shown.get(self.browse.at)?)
    }
    /// So many are kept out because they are archived.
    pub fn hidden(&self) -> usize {
        self.list.iter().flatten().filter(|model| !self.takes(model)).count()
    }
    fn takes(&self, model: &Model) -> bool {
        takes(self.archived, model)
    }
    /// Finds out again which are shown; the cursor stays on its model where that is one of them.
    pub fn arrange(&mut self, on: Option<ModelId>, now: Option<DateTime<Utc>>) {
        let (list, archived) = (self.list.as_deref().unwrap_or_default(), self.archived);
        self.finder.arrange(list, |model| takes(archived, model), now);
        let shown = &self.finder.shown;
        let at = on.and_then(|id| shown.iter().position(|&n| list[n].id == id));
        self.browse.at = at.unwrap_or(self.browse.at).min(shown.len().saturating_sub(1));
        self.marks.retain(|id| list.iter().any(|model| model.id == *id));
    }
    /// A model by its key.
    pub fn find(&self, id: ModelId) -> Option<&Model> {
        self.list.iter().flatten().find(|model| model.id == id)
    }
    /// The marked ones, in the order of marking.
    pub fn marked(&self) -> Vec<Model> {
        self.marks.iter().filter_map(|id| self.find(*id)).cloned().collect()
    }
    /// All versions of the same dataset as the model under the cursor, the oldest first.
    pub fn versions(&self) -> Vec<Model> {
        let Some(row) = self.row() else { return Vec::new() };
        let same = |model: &&Model| model.lineage.dataset == row.lineage.dataset;
        let mut found: Vec<Model> = self.list.iter().flatten().filter(same).cloned().collect();
        found.sort_by_key(|model| model.created_at);
        found
    }
    /// The pane that has the keyboard, `screen.pane`.
    pub fn pane(&self) -> Option<&'static str> {
        Some(self.finder.pane().unwrap_or_else(|| self.browse.pane(&PANES)))
    }
    /// What follows the screen's name in the breadcrumb.
    pub fn crumbs(&self) -> Vec<String> {
        self.browse.crumbs(self.row().map(|model| model.name.as_str()))
    }
}

/// Archived ones are kept out unless they are asked for.
fn takes(archived: bool, model: &Model) -> bool {
    archived || !model.status.is(ModelStatus::Archived)
}

/// What can happen here.
#[derive(Debug, Clone, PartialEq)]
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
    /// Opens the download.
    Download,
    /// Asks where the report is to go.
    Report,
    /// Marks the model under the cursor, or takes the mark away.
    Mark,
    /// The marked ones side by side.
    Compare,
    /// Versions of the same dataset side by side.
    Versions,
    /// Asks what it is used for.
    Status,
    /// A line of a list was clicked.
    Choose(usize),
    /// Asks for its name, to delete it.
    Delete,
    /// Deletes it; its name was typed.
    Deleted(String, String),
    /// Goes to the run that made it.
    Run,
    /// Archived ones in the list, or not.
    ShowArchived,
    /// Copies the key.
    Copy,
    /// Copies the row as JSON.
    CopyJson,
    /// Asks again.
    Refresh,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum Ask {
    /// The list.
    List,
    /// One with its lineage.
    Show(String),
    /// Its files to this machine.
    Download {
        /// Which.
        model: String,
        /// Where to.
        to: String,
    },
    /// A report about it.
    Report {
        /// Which.
        model: String,
        /// Where to.
        to: String,
    },
    /// What it is used for.
    Status(String, Action),
    /// Its end: key, and the name that was typed.
    Delete(String, String),
}

impl Ask {
    /// The slot: of two questions of one slot only the newer one is answered.
    pub fn slot(&self) -> &'static str {
        match self {
            Self::List => "models.list",
            Self::Show(_) => "models.show",
            Self::Download { .. } => "models.download",
            Self::Report { .. } => "models.report",
            Self::Status(..) => "models.status",
            Self::Delete(..) => "models.delete",
        }
    }
    /// It changes the store.
    pub const fn writes(&self) -> bool {
        matches!(self, Self::Status(..) | Self::Delete(..))
    }
}

/// What the engine answers.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// The list.
    List(Result<Vec<Model>, Problem>),
    /// One with its lineage.
    Show(Result<Box<ModelDetail>, Problem>),
    /// Its files lie on this machine.
    Downloaded(Result<Downloaded, Problem>),
    /// The report lies there.
    Reported(Result<ReportFile, Problem>),
    /// What it is used for now.
    Changed(Result<Box<Model>, Problem>),
    /// It is gone.
    Deleted(Result<Box<Model>, Problem>),
}

impl Answer {
    /// What went wrong, when something did.
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            Self::List(result) => result.as_ref().err(),
            Self::Show(result) => result.as_ref().err(),
            Self::Downloaded(result) => result.as_ref().err(),
            Self::Reported(result) => result.as_ref().err(),
            Self::Changed(result) | Self::Deleted(result) => result.as_ref().err(),
        }
    }
}

/// What lies over the screen.
#[derive(Debug, Clone, PartialEq)]
pub enum Modal {
    /// A download.
    Download(Box<Download>),
    /// What it is used for: name, and the selected action.
    Status {
        /// Which model.
        model: String,
        /// The selected action.
        at: usize,
    },
    /// Versions side by side; the first line in view.
    Compare(Box<Comparison>, usize),
}

/// A download: of what, where to, how far.
#[derive(Debug, Clone, PartialEq)]
pub struct Download {
    /// Key of the model.
    pub model: String,
    /// Its name.
    pub name: String,
    /// Bytes of all its files.
    pub bytes: u64,
    /// The folder.
    pub to: TextField,
    /// Why it cannot begin.
    pub problem: Option<String>,
    /// It is at work, or was.
    pub job: Option<JobId>,
    /// What came of it.
    pub result: Option<Result<Downloaded, Problem>>,
}

impl Modal {
    /// Its name as a scope of keys.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Download(_) => "models.download",
            Self::Status { .. } => "models.status",
            Self::Compare(..) => "models.compare",
        }
    }
    /// The text field that has the keyboard in it.
    pub fn field(&mut self) -> Option<&mut TextField> {
        match self {
            Self::Download(download) => download.job.is_none().then_some(&mut download.to),
            _ => None,
        }
    }
    /// Whether a text field has the keyboard in it.
    pub fn has_field(&self) -> bool {
        matches!(self, Self::Download(download) if download.job.is_none())
    }
    /// The work that it waits for, or waited for.
    pub fn job(&self) -> Option<JobId> {
        match self {
            Self::Download(download) => download.job,
            _ => None,
        }
    }
}
