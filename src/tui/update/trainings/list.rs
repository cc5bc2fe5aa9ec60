//! The rows: which are shown, in which order, and where the cursor stands.

use crate::model::trainings::{PANES, Sort, State};
use crate::model::{Effect, Model};
use domain::job::{Health, Status};
use engine::jobs::{JobLine, Month};
use std::cmp::Ordering;

/// Puts the cursor on a row and brings it into view.
pub(super) fn to(model: &mut Model, row: usize) -> Vec<Effect> {
    let height = PANES.height(&model.measured);
    let state = &mut model.trainings;
    let before = state.browse.at;
    state.browse.to(row, state.shown.len(), height);
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
pub(super) fn taken(model: &mut Model, on: Option<domain::ids::JobId>, month: Option<Month>) {
    model.trainings.month = month.or(model.trainings.month);
    model.trainings.problem = None;
    settle(model, on);
}

/// Chooses and sorts anew; the cursor stays on its run.
pub(super) fn arrange(model: &mut Model) {
    let on = model.trainings.row().map(|line| line.run.job.id);
    settle(model, on);
}

fn settle(model: &mut Model, on: Option<domain::ids::JobId>) {
    let state = &mut model.trainings;
    state.shown = shown(state);
    let list = state.list.as_deref().unwrap_or_default();
    let place = |id| state.shown.iter().position(|place| Some(list[*place].run.job.id) == id);
    let wanted = state.wanted.and_then(|id| place(Some(id)));
    let at = wanted.or_else(|| place(on)).unwrap_or(state.browse.at);
    if wanted.is_some() {
        state.wanted = None;
    }
    drop(to(model, at));
}

fn shown(state: &State) -> Vec<usize> {
    let list = state.list.as_deref().unwrap_or_default();
    let wanted = state.search.to_lowercase();
    let holds = |line: &JobLine| {
        let run = &line.run;
        let texts = [&run.job.name, &run.dataset_name, &run.model.name];
        wanted.is_empty() || texts.iter().any(|text| text.to_lowercase().contains(&wanted))
    };
    let mut shown: Vec<usize> =
        (0..list.len()).filter(|at| state.show.takes(&list[*at].run) && holds(&list[*at])).collect();
    // A stable sort: equal ones stay as they were made.
    shown.sort_by(|a, b| order(state.sort, &list[*a], &list[*b]));
    if state.turned {
        shown.reverse();
    }
    shown
}

/// What one wants to see first comes first; unknown values are last.
fn order(sort: Sort, a: &JobLine, b: &JobLine) -> Ordering {
    let (x, y) = (&a.run.job, &b.run.job);
    match sort {
        Sort::Queued => y.queued_at.cmp(&x.queued_at),
        Sort::Name => x.name.to_lowercase().cmp(&y.name.to_lowercase()),
        Sort::State => rank(a).cmp(&rank(b)),
        Sort::Progress => y.progress.percent.total_cmp(&x.progress.percent),
        Sort::Loss => match (x.progress.loss, y.progress.loss) {
            (Some(x), Some(y)) => x.total_cmp(&y),
            (x, y) => y.is_some().cmp(&x.is_some()),
        },
        Sort::Cost => y.final_cost.unwrap_or(y.current_cost).cmp(&x.final_cost.unwrap_or(x.current_cost)),
    }
}

/// Work first, then what waits, then the ends.
fn rank(line: &JobLine) -> u8 {
    match line.health {
        Health::Running | Health::Stopping | Health::Stale => 0,
        Health::Starting => 1,
        Health::Queued if paused(line) => 3,
        Health::Queued => 2,
        Health::Failed => 4,
        Health::Cancelled => 5,
        Health::Done => 6,
        Health::Unknown => 7,
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
