//! The rows: which are shown, in which order, and where the cursor stands.

use crate::model::browse::Browse;
use crate::model::finder::Finder;
use crate::model::trainings::{PANES, State};
use crate::model::{Effect, Model};
use crate::update::finder::{Listing, Marking};
use chrono::{DateTime, Utc};
use domain::ids::JobId;
use domain::job::Status;
use domain::job::table::Column;
use engine::jobs::{JobLine, Month};

/// What failed while the runner asked the store.
pub(super) const STORE: &str = "trainings.list";

/// Puts the cursor on a row and brings it into view.
pub(super) fn to(model: &mut Model, row: usize) -> Vec<Effect> {
    let height = PANES.height(&model.measured);
    let state = &mut model.trainings;
    let before = state.browse.at;
    state.browse.to(row, state.finder.shown.len(), height);
    if state.browse.at != before {
        state.browse.scroll = 0;
    }
    Vec::new()
}

/// Takes a list in.
pub(super) fn take(model: &mut Model, runs: Vec<JobLine>, month: Option<Month>) {
    let on = model.trainings.row().map(|line| line.run.job.id);
    model.trainings.list = Some(runs);
    taken(model, on, month);
}

/// The list was changed, while the cursor was on a run.
pub(super) fn taken(model: &mut Model, on: Option<JobId>, month: Option<Month>) {
    model.trainings.month = month.or(model.trainings.month);
    model.trainings.problem = None;
    model.shell.solved(STORE);
    settle(model, on);
}

fn settle(model: &mut Model, on: Option<JobId>) {
    let now = model.now.map(|now| now.wall);
    arrange(&mut model.trainings, on, now);
    let at = model.trainings.browse.at;
    drop(to(model, at));
}

/// Chooses and sorts anew; the cursor stays on its run, or goes to the one that is waited for.
fn arrange(state: &mut State, on: Option<JobId>, now: Option<DateTime<Utc>>) {
    let list = state.list.as_deref().unwrap_or_default();
    state.finder.arrange(list, |_| true, now);
    state.marks.retain(|id| list.iter().any(|line| line.run.job.id == *id));
    let place = |id| state.finder.shown.iter().position(|place| Some(list[*place].run.job.id) == id);
    let wanted = state.wanted.and_then(|id| place(Some(id)));
    let at = wanted.or_else(|| place(on)).unwrap_or(state.browse.at);
    if wanted.is_some() {
        state.wanted = None;
    }
    state.browse.at = at;
}

impl Listing for State {
    type Row = JobLine;
    type Column = Column;

    fn of(model: &mut Model) -> &mut Self {
        &mut model.trainings
    }
    fn parts(&mut self) -> (&[JobLine], &mut Finder<Column>) {
        (self.list.as_deref().unwrap_or_default(), &mut self.finder)
    }
    fn arrange(&mut self, now: Option<DateTime<Utc>>) {
        let on = self.row().map(|line| line.run.job.id);
        arrange(self, on, now);
    }
    fn browse(&mut self) -> &mut Browse {
        &mut self.browse
    }
    fn to(model: &mut Model, row: usize) -> Vec<Effect> {
        to(model, row)
    }
}

impl Marking for State {
    type Key = JobId;

    fn current(&self) -> Option<Self::Key> {
        self.row().map(|line| line.run.job.id)
    }
    fn marks(&mut self) -> &mut Vec<Self::Key> {
        &mut self.marks
    }
}

/// It was stopped and waits for somebody.
pub fn paused(line: &JobLine) -> bool {
    line.run.paused && !line.run.is_over()
}

/// The word of a run's state.
pub fn state_word(line: &JobLine) -> String {
    line.word().to_owned()
}

/// Its machine works, or is about to.
pub fn at_work(line: &JobLine) -> bool {
    line.run.job.status.known().is_some_and(Status::is_active)
}
