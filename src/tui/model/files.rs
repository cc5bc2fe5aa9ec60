//! The training files: the list, one of them in detail, downloads.

use super::browse::{Browse, Panes};
use super::finder::{Finder, Listed};
use super::walk::{self, Stop};
use super::{JobId, Problem, TextField};
use chrono::{DateTime, Utc};
use domain::conversation::ConversationRow;
use domain::dataset::{Passage, Place, Report as Found};
use domain::ids::ConversationId;
use domain::training_file::TrainingFileRow;
use domain::training_file::table::Column;
use engine::check::FileReport;
use engine::convert::Target;
use engine::files::{Downloaded, FileDetail, Object};

/// The panes of the screen.
pub const PANES: Panes =
    Panes { table: "files.table", detail: "files.detail", length: "files.detail.length" };
/// The pane of the findings.
pub const FINDINGS: &str = "files.findings";
/// Members whose rows are read for the detail.
pub const MEMBERS: usize = 200;

impl Listed for Column {
    const SORTS: &'static [Self] = &[
        Self::Created,
        Self::Updated,
        Self::Name,
        Self::Conversations,
        Self::Pairs,
        Self::Quality,
        Self::Json,
    ];
    const VIEWS: &'static [(&'static str, &'static str)] = &[
        ("this week", "updated > 7d"),
        ("measured", "quality is not empty"),
        ("large", "conversations >= 50"),
    ];
    const EXAMPLE: &'static str = "conversations >= 50 and updated > 7d";
}

/// What the screen knows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct State {
    /// The files, newest first; `None` before the first answer.
    pub list: Option<Vec<TrainingFileRow>>,
    /// The last question failed; the list is older than that.
    pub problem: Option<Problem>,
    /// Archived ones are in the list.
    pub archived: bool,
    /// Which are shown, and in which order.
    pub finder: Finder<Column>,
    /// Where list and detail stand.
    pub browse: Browse,
    /// The last one that came.
    pub detail: Option<Box<FileDetail>>,
    /// Rows of its first members.
    pub members: Vec<ConversationRow>,
    /// What the last check found.
    pub report: Option<Report>,
}

/// What a check found.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// In which file.
    pub name: String,
    /// When that file had last been built; another one in the list: the report is about an older file.
    pub of: Option<DateTime<Utc>>,
    /// What it says.
    pub result: Result<Box<FileReport>, Problem>,
}

impl State {
    /// The file under the cursor.
    pub fn row(&self) -> Option<&TrainingFileRow> {
        self.line(self.browse.at)
    }
    /// Line `line` of those that are shown.
    pub fn line(&self, line: usize) -> Option<&TrainingFileRow> {
        self.list.as_ref()?.get(*self.finder.shown.get(line)?)
    }
    /// What the check of the file under the cursor found.
    pub fn found(&self) -> Option<&Found> {
        let report =
            self.report.as_ref().filter(|report| Some(&report.name) == self.row().map(|row| &row.name));
        report?.result.as_ref().ok()?.report()
    }
    /// The places that it names.
    pub fn stops(&self) -> Vec<Stop> {
        walk::stops(
            self.found().into_iter().flat_map(|report| &report.findings).map(|found| &found.places[..]),
        )
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
    /// A format was clicked.
    Format(usize),
    /// Goes to the conversations, to mark some for a new file.
    New,
    /// Goes to the conversations, to mark some for this file.
    Add,
    /// Checks the file.
    Check,
    /// The findings get the keyboard.
    Findings,
    /// Trains with it.
    Train,
    /// Asks whether to put it away; takes it back at once.
    Archive,
    /// Puts it away, or takes it back.
    SetArchived(String, bool),
    /// Archived ones in the list, or not.
    ShowArchived,
    /// Copies the name.
    Copy,
    /// Copies the row as JSON.
    CopyJson,
    /// Asks again.
    Refresh,
}

/// What can be brought to this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One of the two objects.
    Object(Object),
    /// Another shape.
    Shape(Target),
}

impl Format {
    /// All of them, with what they are.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::Object(Object::Json), "training.json: the whole file"),
        (Self::Object(Object::Jsonl), "training.jsonl: one pair per line, for the worker"),
        (Self::Shape(Target::Messages), "messages: OpenAI chat lines"),
        (Self::Shape(Target::ShareGpt), "ShareGPT lines"),
        (Self::Shape(Target::Alpaca), "Alpaca lines"),
    ];
}

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum Ask {
    /// Whether the store of the files answers.
    Reach,
    /// The list, with archived ones or without.
    List(bool),
    /// One with its members.
    Show(String),
    /// Rows of members.
    Members(Vec<ConversationId>),
    /// What the check finds.
    Check(String),
    /// What stands at a place that the check names, in a file of this shape.
    Passage(String, Option<domain::dataset::Shape>, Place),
    /// A file to this machine.
    Fetch {
        /// Which.
        file: String,
        /// As what.
        format: Format,
        /// Where to.
        to: String,
    },
    /// Puts it away, or takes it back.
    Archive(String, bool),
}

impl Ask {
    /// The slot: of two questions of one slot only the newer one is answered.
    pub fn slot(&self) -> &'static str {
        match self {
            Self::Reach => "files.reach",
            Self::List(_) => "files.list",
            Self::Show(_) => "files.show",
            Self::Members(_) => "files.members",
            Self::Check(_) => "files.check",
            Self::Passage(..) => "files.passage",
            Self::Fetch { .. } => "files.fetch",
            Self::Archive(..) => "files.archive",
        }
    }
}

/// What the engine answers.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// The store of the files answers, or why not.
    Reached(Result<(), Problem>),
    /// The list.
    List(Result<Vec<TrainingFileRow>, Problem>),
    /// One with its members.
    Show(Result<Box<FileDetail>, Problem>),
    /// Rows of members.
    Members(Result<Vec<ConversationRow>, Problem>),
    /// What the check found.
    Checked(String, Result<Box<FileReport>, Problem>),
    /// What stands at a place.
    Passage(Result<Box<Passage>, Problem>),
    /// It lies on this machine.
    Fetched(Result<Downloaded, Problem>),
    /// It is put away, or back.
    Archived(Result<Box<TrainingFileRow>, Problem>),
}

impl Answer {
    /// What went wrong, when something did.
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Reached(result) => result.as_ref().err(),
            Self::List(result) => result.as_ref().err(),
            Self::Show(result) => result.as_ref().err(),
            Self::Members(result) => result.as_ref().err(),
            Self::Checked(_, result) => result.as_ref().err(),
            Self::Passage(result) => result.as_ref().err(),
            Self::Fetched(result) => result.as_ref().err(),
            Self::Archived(result) => result.as_ref().err(),
        }
    }
}

/// What lies over the screen.
#[derive(Debug, Clone, PartialEq)]
pub enum Modal {
    /// A download.
    Download(Download),
}

/// A download: what, where to, how far.
#[derive(Debug, Clone, PartialEq)]
pub struct Download {
    /// Of this file.
    pub file: String,
    /// The selected format.
    pub at: usize,
    /// Folder or file.
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
    pub fn name(&self) -> &'static str {
        match self {
            Self::Download(_) => "files.download",
        }
    }
    /// The text field that has the keyboard in it.
    pub fn field(&mut self) -> Option<&mut TextField> {
        match self {
            Self::Download(download) => download.job.is_none().then_some(&mut download.to),
        }
    }
    /// Whether a text field has the keyboard in it.
    pub fn has_field(&self) -> bool {
        match self {
            Self::Download(download) => download.job.is_none(),
        }
    }
}
