//! The training runs: the list, one of them in detail, cancelling.

use super::browse::{Browse, Panes};
use super::finder::{Finder, Listed};
use super::{Problem, TextField};
use domain::cost::Level;
use domain::ids::JobId;
use domain::job::table::Column;
use domain::job::{CancelReason, Run, Status};
use domain::money::Usd;
use engine::jobs::{JobLine, Month, News};
use engine::watch::Watch;
use std::collections::{BTreeMap, BTreeSet};

/// The panes of the screen.
pub const PANES: Panes =
    Panes { table: "trainings.table", detail: "trainings.detail", length: "trainings.detail.length" };

impl Listed for Column {
    const SORTS: &'static [Self] =
        &[Self::Created, Self::Name, Self::State, Self::Progress, Self::Loss, Self::Minutes, Self::Cost];
    const VIEWS: &'static [(&'static str, &'static str)] = &[
        ("not ended", "ended is empty"),
        ("completed", "state = done"),
        ("failed or cancelled", "state in (failed, cancelled)"),
        ("last 30 days", "created > 30d"),
    ];
    const EXAMPLE: &'static str = "state = failed and created > 30d";
}

/// What the screen knows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct State {
    /// The runs, newest first; `None` before the first answer.
    pub list: Option<Vec<JobLine>>,
    /// Which are shown, and in which order.
    pub finder: Finder<Column>,
    /// Marked ones, in the order of marking.
    pub marks: Vec<JobId>,
    /// What the month has cost.
    pub month: Option<Month>,
    /// The store did not answer; the list is older than that.
    pub problem: Option<Problem>,
    /// Runs that this dashboard follows.
    pub hands: BTreeSet<JobId>,
    /// The levels of its estimate that were told of each run's cost.
    pub levels: BTreeMap<JobId, Level>,
    /// The run that gets the cursor as soon as it is in the list: one that was just started.
    pub wanted: Option<JobId>,
    /// Where list and detail stand.
    pub browse: Browse,
}

impl State {
    /// The run under the cursor.
    pub fn row(&self) -> Option<&JobLine> {
        self.line(self.browse.at)
    }
    /// Line `line` of those that are shown.
    pub fn line(&self, line: usize) -> Option<&JobLine> {
        self.list.as_ref()?.get(*self.finder.shown.get(line)?)
    }
    /// A run by its key.
    pub fn find(&self, id: JobId) -> Option<&JobLine> {
        self.list.iter().flatten().find(|line| line.run.job.id == id)
    }
    /// Runs whose machine works.
    pub fn active(&self) -> impl Iterator<Item = &JobLine> {
        let active = |line: &&JobLine| line.run.job.status.known().is_some_and(Status::is_active);
        self.list.iter().flatten().filter(active)
    }
    /// What the month has cost by now, as the runs at work tell it.
    pub fn spent(&self) -> Option<Usd> {
        let open = self.list.iter().flatten().filter(|line| !line.run.is_over());
        // Machines that were given back have records already.
        let running: Usd = open.map(|line| (line.run.job.current_cost - line.run.job.paid).or_zero()).sum();
        self.month.map(|month| month.spent + running)
    }
    /// The pane that has the keyboard, `screen.pane`.
    pub fn pane(&self) -> Option<&'static str> {
        Some(self.finder.pane().unwrap_or_else(|| self.browse.pane(&PANES)))
    }
    /// What follows the screen's name in the breadcrumb.
    pub fn crumbs(&self) -> Vec<String> {
        self.browse.crumbs(self.row().map(|line| line.run.job.name.as_str()))
    }
}

/// What can happen here. Verbs are about the run in view: that of the monitor, else the one under the cursor.
#[derive(Debug, Clone, PartialEq)]
pub enum Msg {
    /// The runner tells something.
    News(News),
    /// Opens the monitor on the run under the cursor.
    Watch,
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
    /// Marks the run under the cursor, or takes the mark away.
    Mark,
    /// Lays the curves of the marked ones over each other.
    Compare,
    /// Asks where the list is to be written.
    Export,
    /// A new run.
    New,
    /// Stops it with a checkpoint.
    Stop,
    /// Asks why it is to be cancelled.
    Cancel,
    /// A reason was clicked.
    Reason(usize),
    /// Puts it back into the queue.
    Resume,
    /// Makes it again.
    Retry,
    /// Goes to its model.
    Model,
    /// Copies its key.
    Copy,
    /// Copies the row as JSON.
    CopyJson,
    /// Asks again.
    Refresh,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum Ask {
    /// All runs.
    List,
    /// The run directory, to be watched.
    Watch(JobId),
    /// The run directories of several, to be looked at over each other.
    WatchSeveral(Vec<JobId>),
    /// These rows into a file.
    Export(Vec<JobLine>, String),
    /// A checkpoint, then the end of its process.
    Stop(JobId),
    /// The end of it.
    Cancel(JobId, CancelReason, String),
    /// Back into the queue.
    Resume(JobId),
    /// The same again.
    Retry(JobId),
}

impl Ask {
    /// The slot: of two questions of one slot only the newer one is answered.
    pub fn slot(&self) -> &'static str {
        match self {
            Self::List => "trainings.list",
            Self::Watch(_) | Self::WatchSeveral(_) => "trainings.watch",
            Self::Export(..) => "trainings.export",
            Self::Stop(_) => "trainings.stop",
            Self::Cancel(..) => "trainings.cancel",
            Self::Resume(_) => "trainings.resume",
            Self::Retry(_) => "trainings.retry",
        }
    }
    /// It changes the store.
    pub const fn writes(&self) -> bool {
        matches!(self, Self::Resume(_) | Self::Retry(_))
    }
}

/// What the engine answers.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// All runs, and what the month has cost.
    List(Result<(Vec<JobLine>, Month), Problem>),
    /// The run directory.
    Watch(JobId, Result<Watch, Problem>),
    /// Several run directories.
    WatchSeveral(Result<Watch, Problem>),
    /// The rows were written there.
    Exported(Result<String, Problem>),
    /// Its process is gone.
    Ended(Result<Box<Run>, Problem>),
    /// It waits for its turn.
    Queued(Result<Box<Run>, Problem>),
}

impl Answer {
    /// What went wrong, when something did.
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            Self::List(result) => result.as_ref().err(),
            Self::Watch(_, result) | Self::WatchSeveral(result) => result.as_ref().err(),
            Self::Exported(result) => result.as_ref().err(),
            Self::Ended(result) | Self::Queued(result) => result.as_ref().err(),
        }
    }
}

/// What lies over the screen.
#[derive(Debug, Clone, PartialEq)]
pub enum Modal {
    /// Why a run is to be cancelled.
    Cancel(Cancel),
}

/// Why a run is to be cancelled, and what that means.
#[derive(Debug, Clone, PartialEq)]
pub struct Cancel {
    /// Which run.
    pub id: JobId,
    /// The selected reason.
    pub at: usize,
    /// More about it.
    pub notes: TextField,
    /// Why it cannot be taken.
    pub problem: Option<String>,
}

impl Modal {
    /// Its name as a scope of keys.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Cancel(_) => "trainings.cancel",
        }
    }
    /// The text field that has the keyboard in it.
    pub const fn field(&mut self) -> &mut TextField {
        match self {
            Self::Cancel(cancel) => &mut cancel.notes,
        }
    }
}
