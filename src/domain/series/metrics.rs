//! The metrics of one run, fed record by record.

use super::axis::{At, Axis};
use super::frame::{Frame, Spot};
use super::values::Values;
use std::collections::HashMap;

/// A metric of one [`Metrics`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MetricId(u32);

/// Metrics of one run at most: a file that names its values after their steps must not fill the memory.
pub(crate) const MOST: usize = 10_000;

impl MetricId {
    /// Of a metric that is one too many.
    const NONE: Self = Self(u32::MAX);

    const fn index(self) -> usize {
        self.0 as usize
    }
}

#[derive(Debug, Clone)]
struct Home {
    name: Box<str>,
    frame: usize,
    column: usize,
}

/// All metrics of one run.
///
/// Rules: within a metric every step has one value, the newest that was told. A step that goes back means that the run was
/// taken up again there, so what the metrics of that record said at or behind it is void. [`Metrics::void_from`] says
/// the same of all metrics, where the format tells of a restart. The first 10,000 names are kept, others are left out.
#[derive(Debug, Clone, Default)]
pub struct Metrics {
    frames: Vec<Frame>,
    homes: Vec<Home>,
    by_name: HashMap<Box<str>, MetricId>,
    /// The metrics of the last record in their order: the next record most likely has the same.
    guess: Vec<MetricId>,
    /// Scratch of [`Metrics::record`].
    ids: Vec<MetricId>,
    version: u64,
    /// What the edits of a new column begin with.
    edits: u64,
}

impl Metrics {
    /// The same curves in the place of others, of which a cache or a [`super::Smooth`] may still hold something: they are
    /// told apart, even when they have as many points.
    #[must_use]
    pub fn instead_of(mut self, before: &Self) -> Self {
        self.version += before.version + 1;
        let columns = before.frames.iter().flat_map(|frame| &frame.columns);
        self.edits = columns.map(Values::edits).fold(before.edits, u64::max) + 1;
        for column in self.frames.iter_mut().flat_map(|frame| &mut frame.columns) {
            column.edited(self.edits);
        }
        self
    }

    /// Changes with every change; a frame drawn from the same version is still right.
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// Takes what was logged at one place. A NaN or infinite value is kept: it is drawn as a gap.
    pub fn record(&mut self, at: &At, values: &[(&str, f64)]) {
        if values.is_empty() {
            return;
        }
        self.version += 1;
        let mut ids = std::mem::take(&mut self.ids);
        ids.clear();
        let mut fresh = None;
        for (place, (name, _)) in values.iter().enumerate() {
            let id = match self.guess.get(place) {
                Some(id) if self.homes.get(id.index()).is_some_and(|home| *home.name == **name) => *id,
                _ => self.by_name.get(*name).copied().unwrap_or_else(|| self.join(name, &mut fresh)),
            };
            ids.push(id);
        }
        let mut open = None;
        for (id, (_, value)) in ids.iter().zip(values) {
            if *id == MetricId::NONE {
                continue;
            }
            let (frame, row) = self.place(*id, at, open);
            open = Some((frame, row));
            let column = self.homes[id.index()].column;
            self.frames[frame].columns[column].put(row, *value);
        }
        self.ids = std::mem::replace(&mut self.guess, ids);
    }

    /// A new metric; those of one record share a new frame.
    fn join(&mut self, name: &str, fresh: &mut Option<usize>) -> MetricId {
        if self.homes.len() >= MOST {
            return MetricId::NONE;
        }
        let frame = *fresh.get_or_insert_with(|| {
            self.frames.push(Frame::default());
            self.frames.len() - 1
        });
        let id = MetricId(u32::try_from(self.homes.len()).unwrap_or(u32::MAX));
        let column = self.frames[frame].columns.len();
        let mut values = Values::default();
        values.edited(self.edits);
        self.frames[frame].columns.push(values);
        self.homes.push(Home { name: name.into(), frame, column });
        self.by_name.insert(name.into(), id);
        id
    }

    /// The row in which a value of this metric belongs; it is made if need be.
    fn place(&mut self, id: MetricId, at: &At, open: Option<(usize, usize)>) -> (usize, usize) {
        let Home { frame, column, .. } = self.homes[id.index()];
        if let Some((same, row)) = open
            && same == frame
        {
            return (frame, row);
        }
        let rows = &mut self.frames[frame];
        let told = rows.columns[column].all().len();
        match rows.spot(at.step) {
            Spot::Behind => (frame, rows.append(at)),
            Spot::Row(row) if row + 1 == rows.len() => {
                rows.again(at);
                (frame, row)
            }
            // This metric comes late, the others of its frame are ahead: nothing went back.
            Spot::Row(row) if row >= told => (frame, row),
            Spot::Before(row) if row >= told => {
                self.split(id);
                let frame = self.homes[id.index()].frame;
                (frame, self.frames[frame].append(at))
            }
            Spot::Row(_) | Spot::Before(_) => {
                rows.void_from(at.step);
                (frame, rows.append(at))
            }
        }
    }

    /// Gives a metric a frame of its own, with the rows in which it was logged.
    fn split(&mut self, id: MetricId) {
        let Home { frame, column, .. } = self.homes[id.index()];
        let (old, mut new) = (&mut self.frames[frame], Frame::default());
        let values = std::mem::take(&mut old.columns[column]);
        let mut own = Values::default();
        own.edited(values.edits() + 1);
        for row in 0..values.all().len() {
            if let Some(value) = values.get(row) {
                let row = new.append(&old.at(row));
                own.put(row, value);
            }
        }
        new.columns.push(own);
        self.frames.push(new);
        let home = &mut self.homes[id.index()];
        (home.frame, home.column) = (self.frames.len() - 1, 0);
    }

    /// The run was taken up again so that `step` is the next to be done: what was told at or behind it is void.
    pub fn void_from(&mut self, step: u64) {
        self.version += 1;
        self.frames.iter_mut().for_each(|f| f.void_from(step));
    }

    /// Every metric in the order in which it was first told.
    pub fn ids(&self) -> impl Iterator<Item = MetricId> + use<> {
        (0..u32::try_from(self.homes.len()).unwrap_or(u32::MAX)).map(MetricId)
    }

    /// The metric of this name.
    pub fn find(&self, name: &str) -> Option<MetricId> {
        self.by_name.get(name).copied()
    }

    /// What it is called.
    pub fn name(&self, id: MetricId) -> &str {
        &self.homes[id.index()].name
    }

    /// One metric.
    pub fn series(&self, id: MetricId) -> Series<'_> {
        let home = &self.homes[id.index()];
        let frame = &self.frames[home.frame];
        let values = &frame.columns[home.column];
        Series { frame, values, end: values.all().len() }
    }

    /// The metric of this name.
    pub fn get(&self, name: &str) -> Option<Series<'_>> {
        self.find(name).map(|id| self.series(id))
    }

    /// The last step that any metric tells of.
    pub fn last_step(&self) -> Option<u64> {
        self.frames.iter().filter(|f| f.len() > 0).map(|f| f.step(f.len() - 1)).max()
    }

    /// Bytes that the columns hold.
    pub fn bytes(&self) -> usize {
        self.frames.iter().map(Frame::bytes).sum()
    }
}

/// One logged value and where it lies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample {
    /// Where.
    pub at: At,
    /// What. It may be NaN or infinite.
    pub value: f64,
}

/// One metric, to be asked. Costs nothing to make.
#[derive(Debug, Clone, Copy)]
pub struct Series<'a> {
    pub(super) frame: &'a Frame,
    pub(super) values: &'a Values,
    /// Rows behind this one are left out.
    pub(super) end: usize,
}

impl<'a> Series<'a> {
    /// The same metric as it was when it had come to this place: for a replay.
    #[must_use]
    pub fn until(self, axis: Axis, x: f64) -> Self {
        Self { end: self.row_behind(axis, x), ..self }
    }

    /// Values that were logged.
    pub fn len(&self) -> usize {
        if self.end == self.values.all().len() { self.values.logged() } else { self.samples().count() }
    }

    /// Nothing was logged, or all of it is void.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether it can be drawn over this axis.
    pub fn has(&self, axis: Axis) -> bool {
        self.frame.has(axis)
    }

    /// The rows of its frame, of which it may lack some.
    pub(super) const fn rows(&self) -> usize {
        self.end
    }

    pub(super) fn sample(&self, row: usize) -> Option<Sample> {
        self.values.get(row).map(|value| Sample { at: self.frame.at(row), value })
    }

    /// Every logged value in order.
    pub fn samples(self) -> impl Iterator<Item = Sample> + use<'a> {
        (0..self.rows()).filter_map(move |row| self.sample(row))
    }

    /// Every logged value, newest first.
    pub fn newest(self) -> impl Iterator<Item = Sample> + use<'a> {
        (0..self.rows()).rev().filter_map(move |row| self.sample(row))
    }

    /// The last logged value, whatever it is.
    pub fn last(&self) -> Option<Sample> {
        self.newest().next()
    }

    /// The last logged value that is a number.
    pub fn last_finite(&self) -> Option<Sample> {
        self.values.last(0, self.rows()).and_then(|row| self.sample(row))
    }

    /// The last logged value that is NaN or infinite.
    pub fn last_gap(&self) -> Option<Sample> {
        self.values.last_gap(self.rows()).and_then(|row| self.sample(row))
    }

    /// The smallest value, where it was reached first.
    pub fn lowest(&self) -> Option<Sample> {
        self.values.lowest(0, self.rows()).and_then(|row| self.sample(row))
    }

    /// Smallest and largest value between two places on an axis, both included; `None`: there is no number.
    pub fn span(&self, axis: Axis, from: f64, to: f64) -> Option<(f64, f64)> {
        let span = self.values.span(self.frame.row_at(axis, from), self.row_behind(axis, to));
        (!span.is_empty()).then_some((span.min, span.max))
    }

    /// Whether a value between two places, both included, is NaN or infinite.
    pub fn has_gap(&self, axis: Axis, from: f64, to: f64) -> bool {
        self.values.gap(self.frame.row_at(axis, from), self.row_behind(axis, to))
    }

    /// The first row behind a place.
    pub(super) fn row_behind(&self, axis: Axis, x: f64) -> usize {
        self.frame.row_at(axis, x.next_up()).min(self.rows())
    }

    /// The first and the last place on an axis at which something was logged.
    pub fn reach(&self, axis: Axis) -> Option<(f64, f64)> {
        let logged = |row: &usize| self.values.get(*row).is_some() && self.frame.x(axis, *row).is_finite();
        let first = (0..self.rows()).find(logged)?;
        let last = (first..self.rows()).rev().find(logged)?;
        Some((self.frame.x(axis, first), self.frame.x(axis, last)))
    }

    /// The first logged value at a place or behind it.
    pub fn from(&self, axis: Axis, x: f64) -> Option<Sample> {
        (self.frame.row_at(axis, x)..self.rows()).find_map(|row| self.sample(row))
    }

    /// The logged value nearest to a place: what a cursor shows.
    pub fn nearest(&self, axis: Axis, x: f64) -> Option<Sample> {
        let row = self.frame.row_at(axis, x).min(self.rows());
        let behind = (row..self.rows()).find(|row| self.values.get(*row).is_some());
        let before = (0..row).rev().find(|row| self.values.get(*row).is_some());
        let far = |row: &usize| (self.frame.x(axis, *row) - x).abs();
        let row = match (before, behind) {
            (Some(a), Some(b)) => {
                if far(&b) < far(&a) {
                    b
                } else {
                    a
                }
            }
            (a, b) => a.or(b)?,
        };
        self.sample(row)
    }
}
