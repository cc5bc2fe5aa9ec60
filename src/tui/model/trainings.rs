//! The training runs: the list, one of them in detail, cancelling.

use super::browse::{Browse, Panes};
use super::{Problem, TextField};
use domain::cost::Level;
use domain::ids::JobId;
use domain::job::{CancelReason, Run, Status};
use domain::money::Usd;
use engine::jobs::{JobLine, Month, News};
use engine::watch::Watch;
use std::collections::{BTreeMap, BTreeSet};

/// The panes of the screen.
pub const PANES: Panes =
    Panes { table: "trainings.table", detail: "trainings.detail", length: "trainings.detail.length" };

/// Which runs are in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Show {
    /// All of them.
    #[default]
    All,
    /// Those that have not ended.
    Open,
    /// Those that made a model.
    Done,
    /// Those that failed or were cancelled.
    Bad,
}

impl Show {
    /// All, in their order.
    pub const ALL: [Self; 4] = [Self::All, Self::Open, Self::Done, Self::Bad];

    /// What the head of the list says.
    pub const fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Open => "not ended",
            Self::Done => "completed",
            Self::Bad => "failed or cancelled",
        }
    }

    /// A run belongs there.
    pub fn takes(self, run: &Run) -> bool {
        match self {
            Self::All => true,
            Self::Open => !run.is_over(),
            Self::Done => run.job.status.is(Status::Completed),
            Self::Bad => run.is_over() && !run.job.status.is(Status::Completed),
        }
    }
}

/// What the list is sorted by; the natural direction of each is the one that one wants first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// The newest first.
    #[default]
    Queued,
    /// By name.
    Name,
    /// What goes on first.
    State,
    /// The furthest first.
    Progress,
    /// The lowest first.
    Loss,
    /// The dearest first.
    Cost,
}

impl Sort {
    /// All, in their order.
    pub const ALL: [Self; 6] =
        [Self::Queued, Self::Name, Self::State, Self::Progress, Self::Loss, Self::Cost];

    /// What is said when it is chosen.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Queued => "when it was made",
            Self::Name => "name",
            Self::State => "state",
            Self::Progress => "progress",
            Self::Loss => "loss",
            Self::Cost => "cost",
        }
    }
}

/// What the screen knows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct State {
    /// The runs, newest first; `None` before the first answer.
    pub list: Option<Vec<JobLine>>,
    /// Places in the list of those that are shown, in their order.
    pub shown: Vec<usize>,
    /// What the month has cost.
    pub month: Option<Month>,
    /// The store did not answer; the list is older than that.
    pub problem: Option<Problem>,
    /// Runs that this dashboard follows.
    pub hands: BTreeSet<JobId>,
    /// The levels of its estimate that were told of each run's cost.
    pub levels: BTreeMap<JobId, Level>,
    /// Which are shown.
    pub show: Show,
    /// Only those whose name, dataset or base model holds this.
    pub search: String,
    /// What they are sorted by.
    pub sort: Sort,
    /// The other way round.
    pub turned: bool,
    /// The run that gets the cursor as soon as it is in the list: one that was just started.
    pub wanted: Option<JobId>,
    /// Where list and detail stand.
    pub browse: Browse,
}

impl State {
    /// The run under the cursor.
    pub fn row(&self) -> Option<&JobLine> {
        self.list.as_ref()?.get(*self.shown.get(self.browse.at)?)
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
        Some(self.browse.pane(&PANES))
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
    /// Others are shown.
    Show,
    /// Asks what to search for.
    Search,
    /// Sorted by something else.
    Sort,
    /// Sorted the other way round.
    Turn,
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
            Self::Watch(_) => "trainings.watch",
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
            Self::Watch(_, result) => result.as_ref().err(),
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
