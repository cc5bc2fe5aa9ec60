//! Search, filter line and sort of the lists whose rows are all at hand: what each key changes, on whichever screen.

use crate::model::browse::Browse;
use crate::model::finder::{Find, Finder, Listed, MOST};
use crate::model::{Effect, Model, Nav, Now, Severity};
use chrono::{DateTime, Utc};
use domain::filter::Row;

/// The state of a screen that is such a list.
pub(super) trait Listing: 'static {
    /// What is in the list.
    type Row: Row<Field = Self::Column>;
    /// Its columns.
    type Column: Listed;

    /// The screen's own state.
    fn of(model: &mut Model) -> &mut Self;
    /// The rows, and what of them is shown.
    fn parts(&mut self) -> (&[Self::Row], &mut Finder<Self::Column>);
    /// Finds out again what is shown; the cursor stays on its row where that is shown.
    fn arrange(&mut self, now: Option<DateTime<Utc>>);
    /// Where the list stands.
    fn browse(&mut self) -> &mut Browse;
    /// Puts the cursor on a line.
    fn to(model: &mut Model, row: usize) -> Vec<Effect>;
}

/// A list whose rows can be marked, to be compared.
pub(super) trait Marking: Listing {
    /// What tells its rows apart.
    type Key: Copy + PartialEq;

    /// The row that the cursor stands on.
    fn current(&self) -> Option<Self::Key>;
    /// The marked ones, in the order in which they were marked.
    fn marks(&mut self) -> &mut Vec<Self::Key>;
}

/// Marks, or takes the mark away, and goes on to the next line.
pub(super) fn mark<L: Marking>(model: &mut Model, now: Now) -> Vec<Effect> {
    let state = L::of(model);
    let Some(key) = state.current() else { return Vec::new() };
    let marks = state.marks();
    if let Some(at) = marks.iter().position(|marked| *marked == key) {
        marks.remove(at);
    } else if marks.len() >= MOST {
        return vec![model.shell.say(Severity::Info, "Four are marked; more cannot be compared", now)];
    } else {
        marks.push(key);
    }
    let next = L::of(model).browse().at + 1;
    L::to(model, next)
}

fn arranged<L: Listing>(model: &mut Model) -> Vec<Effect> {
    let now = model.now.map(|now| now.wall);
    let state = L::of(model);
    state.arrange(now);
    let at = state.browse().at;
    L::to(model, at)
}

/// Something is asked of the finder.
pub(super) fn take<L: Listing>(model: &mut Model, find: Find, now: Now) -> Vec<Effect> {
    let state = L::of(model);
    // A list that is not in view can be neither searched nor sorted.
    state.browse().shrink();
    state.browse().in_detail = false;
    let (rows, finder) = state.parts();
    finder.take(rows, find, now.wall);
    arranged::<L>(model)
}

/// A move; `None`: it is one for the rows.
pub(super) fn nav<L: Listing>(model: &mut Model, nav: Nav, now: Now) -> Option<Vec<Effect>> {
    let (rows, finder) = L::of(model).parts();
    finder.nav(rows, nav, now.wall).then(|| arranged::<L>(model))
}

/// The text of the line is another one.
pub(super) fn changed<L: Listing>(model: &mut Model, now: Now) -> Vec<Effect> {
    let (rows, finder) = L::of(model).parts();
    finder.changed(rows, now.wall);
    arranged::<L>(model)
}

/// `esc` in a line: as it was before. `None`: none is open.
pub(super) fn cancel<L: Listing>(model: &mut Model) -> Option<Vec<Effect>> {
    L::of(model).parts().1.cancel().then(|| arranged::<L>(model))
}

/// Shows everything again. `None`: it does already.
pub(super) fn clear<L: Listing>(model: &mut Model) -> Option<Vec<Effect>> {
    L::of(model).parts().1.clear().then(|| arranged::<L>(model))
}
