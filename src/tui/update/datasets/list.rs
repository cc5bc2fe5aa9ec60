//! The list: cursor, marks, what is shown.

use super::detail;
use crate::model::browse::Browse;
use crate::model::conversations::DetailPlace;
use crate::model::datasets::{MOST, PANES, State};
use crate::model::finder::Finder;
use crate::model::{Effect, Model, Now, Severity};
use crate::update::finder::Listing;
use chrono::{DateTime, Utc};
use domain::dataset::DatasetRow;
use domain::dataset::table::Column;

/// Puts the cursor on a line.
pub(super) fn to(model: &mut Model, row: usize) -> Vec<Effect> {
    let height = PANES.height(&model.measured);
    let state = &mut model.datasets;
    state.browse.to(row, state.finder.shown.len(), height);
    if state.browse.place == DetailPlace::Hidden { Vec::new() } else { detail::show(model) }
}

/// Marks, or takes the mark away, and goes on to the next line.
pub(super) fn mark(model: &mut Model, now: Now) -> Vec<Effect> {
    let state = &mut model.datasets;
    let Some(id) = state.row().map(|row| row.id) else { return Vec::new() };
    if let Some(at) = state.marks.iter().position(|marked| *marked == id) {
        state.marks.remove(at);
    } else if state.marks.len() >= MOST {
        return vec![model.shell.say(Severity::Info, "Four are marked; more cannot be compared", now)];
    } else {
        state.marks.push(id);
    }
    let next = model.datasets.browse.at + 1;
    to(model, next)
}

impl Listing for State {
    type Row = DatasetRow;
    type Column = Column;

    fn of(model: &mut Model) -> &mut Self {
        &mut model.datasets
    }
    fn parts(&mut self) -> (&[DatasetRow], &mut Finder<Column>) {
        (self.list.as_deref().unwrap_or_default(), &mut self.finder)
    }
    fn arrange(&mut self, now: Option<DateTime<Utc>>) {
        let on = self.row().map(|row| row.id);
        self.arrange(on, now);
    }
    fn browse(&mut self) -> &mut Browse {
        &mut self.browse
    }
    fn to(model: &mut Model, row: usize) -> Vec<Effect> {
        to(model, row)
    }
}
