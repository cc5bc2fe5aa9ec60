//! The list: cursor, marks, what is shown.

use super::detail;
use crate::model::browse::Browse;
use crate::model::conversations::DetailPlace;
use crate::model::datasets::{PANES, State};
use crate::model::finder::Finder;
use crate::model::{Effect, Model};
use crate::update::finder::{Listing, Marking};
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

impl Marking for State {
    type Key = domain::ids::DatasetId;

    fn current(&self) -> Option<Self::Key> {
        self.row().map(|row| row.id)
    }
    fn marks(&mut self) -> &mut Vec<Self::Key> {
        &mut self.marks
    }
}
