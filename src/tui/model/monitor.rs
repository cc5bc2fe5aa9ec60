//! The live monitor: runs as curves, while they are written.

use super::TextField;
use domain::ids::JobId;
use domain::series::{Axis, Look, MetricId, Scale, Series, Smooth, Window};
use engine::jobs::MachineLine;
use engine::watch::{Chart, Curve, Right, Rights, Run, Sight, Watch, charts, two_sided};
use std::collections::{BTreeMap, VecDeque};

/// What of a run is in view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tab {
    /// Curves.
    #[default]
    Charts,
    /// What the worker said.
    Log,
    /// Stages, checkpoints, warnings, errors.
    Events,
    /// What was asked for.
    Configuration,
    /// All metrics in a table.
    Metrics,
}

impl Tab {
    /// All, in their order.
    pub const ALL: [Self; 5] = [Self::Charts, Self::Log, Self::Events, Self::Configuration, Self::Metrics];

    /// Its name.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Charts => "charts",
            Self::Metrics => "metrics",
            Self::Log => "log",
            Self::Events => "events",
            Self::Configuration => "config",
        }
    }
}

/// Smoothing that one can choose from: none, and three weights as `TensorBoard` means them.
pub const WEIGHTS: [f64; 4] = [0.0, 0.6, 0.9, 0.99];
/// Charts whose curves decide how far the axis reaches.
const REACHING: usize = 24;

/// Lines of a machine that are kept.
pub const PRINTED: usize = 1000;

/// What the machine of a run prints itself, while it is looked at.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Machine {
    /// The newest lines.
    pub lines: VecDeque<MachineLine>,
    /// It is being listened to.
    pub listens: bool,
    /// Why it cannot be.
    pub problem: Option<String>,
}

impl Machine {
    /// Takes lines in; the oldest go.
    pub fn take(&mut self, lines: Vec<MachineLine>) {
        self.lines.extend(lines);
        self.lines.drain(..self.lines.len().saturating_sub(PRINTED));
    }
}

/// What is searched for among the lines of a log, and which of them are shown.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Hunt {
    /// What is being written; it has the keyboard.
    pub field: Option<TextField>,
    /// What is searched for.
    pub text: String,
    /// The line that was found, counted from the oldest of those that are shown.
    pub at: Option<usize>,
    /// The how-manieth it is, counted from the newest, and how many there are.
    pub of: Option<(usize, usize)>,
    /// Which of the choices is shown.
    pub only: usize,
}

/// What the screen knows. The curves themselves stay where they are read.
#[expect(clippy::struct_excessive_bools, reason = "they have nothing to do with each other")]
#[derive(Debug, Clone)]
pub struct State {
    /// The runs; `None`: nothing is watched.
    pub watch: Option<Watch>,
    /// The run of ours that is watched; `None`: files are.
    pub ours: Option<JobId>,
    /// What the machine prints.
    pub machine: Machine,
    /// What is in view.
    pub tab: Tab,
    /// The horizontal axis of all charts.
    pub axis: Axis,
    /// Which part of it.
    pub window: Window,
    /// The vertical axes.
    pub scale: Scale,
    /// Which of [`WEIGHTS`].
    pub weight: usize,
    /// Where the cursor stands, on the axis.
    pub cursor: Option<f64>,
    /// All charts, the loss first.
    pub charts: Vec<Chart>,
    /// The selected one.
    pub at: usize,
    /// What has the axis at the right, by the title of its chart.
    pub rights: Rights,
    /// It is alone in view.
    pub alone: bool,
    /// Dots of the Braille kind cannot be shown.
    pub plain: bool,
    /// First line in view of a table; of a log, lines above its end.
    pub top: usize,
    /// The search among lines.
    pub hunt: Hunt,
    /// How far the curves reach on the axis.
    pub reach: Option<(f64, f64)>,
    /// A run still goes on, so that its axis has room to grow.
    pub growing: bool,
    /// Smoothed copies, by run and metric, and the generation of the run that they belong to.
    pub smooth: BTreeMap<(usize, MetricId), (u64, Smooth)>,
    /// Some of the smoothed copies are not up to date: [`Msg::Smoothing`] is on its way.
    pub smoothing: bool,
}

impl Default for State {
    fn default() -> Self {
        Self {
            watch: None,
            ours: None,
            machine: Machine::default(),
            tab: Tab::Charts,
            axis: Axis::Step,
            window: Window::All,
            scale: Scale::Linear,
            weight: 0,
            cursor: None,
            charts: Vec::new(),
            at: 0,
            rights: Rights::new(),
            alone: false,
            plain: false,
            top: 0,
            hunt: Hunt::default(),
            reach: None,
            growing: false,
            smooth: BTreeMap::new(),
            smoothing: false,
        }
    }
}

/// What can happen here.
#[derive(Debug, Clone, PartialEq)]
pub enum Msg {
    /// Something new was read.
    Changed,
    /// The machine printed something.
    Printed(Vec<MachineLine>),
    /// The machine is gone, or its log cannot be had.
    Silent(Option<super::Problem>),
    /// Shows so many times as much around this place, from 0 at the left to 1 at the right; `None`: around the cursor,
    /// or else at the right edge.
    Zoom(f64, Option<f64>),
    /// Shows everything.
    All,
    /// Follows the end, or stands still.
    Follow,
    /// The next smoothing.
    Smooth,
    /// Goes on with the smoothing.
    Smoothing,
    /// Linear or logarithmic.
    Scale,
    /// The next axis.
    Axis,
    /// The next thing for the axis at the right of the selected chart.
    Right,
    /// No axis at the right of the selected chart.
    OneSided,
    /// The cursor appears or goes.
    Cursor,
    /// The cursor goes to this share of the window's width, in this chart.
    Point(usize, f64),
    /// The selected chart alone, or all.
    Alone,
    /// Another part of the run.
    Tab(Tab),
    /// Copies what the charts say.
    Copy,
    /// Asks where the curves are to be written: as a picture in this look, or as a table.
    AskExport(Option<Look>),
    /// Opens the search among the lines.
    Search,
    /// Goes to the next line that was found: an older one, or a newer one.
    Found(bool),
    /// Other kinds of lines are shown.
    Only,
    /// Asks where the lines that are shown are to be written.
    AskExportLines,
    /// They were written there, or not.
    Exported(Result<String, super::Problem>),
}

impl State {
    /// The pane that has the keyboard: lines have keys of their own.
    pub const fn pane(&self) -> Option<&'static str> {
        match self.tab {
            Tab::Log | Tab::Events if self.hunt.field.is_some() => Some("monitor.search"),
            Tab::Log | Tab::Events => Some("monitor.lines"),
            _ => None,
        }
    }

    /// What follows the screen's name: the runs.
    pub fn crumbs(&self) -> Vec<String> {
        let Some(watch) = &self.watch else { return Vec::new() };
        let runs = watch.runs();
        match &runs[..] {
            [run] => vec![run.name.clone()],
            runs => vec![crate::text::many(runs.len() as u64, "run")],
        }
    }

    /// What `all` means to the window: everything, with room to the right while a run grows. The room comes in pieces, so that the
    /// picture stands still in between.
    pub fn all(&self) -> (f64, f64) {
        let (from, to) = self.reach.unwrap_or((0.0, 1.0));
        let span = match self.window {
            Window::Follow { span } => span.min(to - from),
            _ => to - from,
        };
        if !self.growing || span <= 0.0 || self.reach.is_none() {
            return (from, to);
        }
        let piece = (span / 8.0).log2().floor().exp2();
        (from, ((to - from) / piece).ceil().mul_add(piece, from))
    }

    /// The edges of the window.
    pub fn range(&self) -> (f64, f64) {
        self.window.range(self.all())
    }

    /// The weight of the smoothing.
    pub fn weight(&self) -> f64 {
        WEIGHTS[self.weight % WEIGHTS.len()]
    }

    /// A curve's values, as much of them as is shown; smoothed where that is chosen and makes sense.
    pub fn series<'a>(&'a self, run: &'a Run, curve: &Curve) -> (Series<'a>, Option<Series<'a>>) {
        let raw = run.series(curve.id);
        let smooth = self.smooth.get(&(curve.run, curve.id)).filter(|_| self.weight > 0 && !curve.eval);
        (raw, smooth.map(|(_, smooth)| smooth.series(raw)))
    }

    /// The chart of this number as it is drawn: with what has the axis at its right.
    pub fn chart(&self, at: usize) -> Option<Chart> {
        two_sided(&self.charts, at, &self.rights)
    }

    /// What the selected chart has at its right.
    pub fn right(&self) -> Option<&Right> {
        self.rights.get(&self.charts.get(self.at)?.title)
    }

    /// What is seen, for a picture of it.
    pub fn sight(&self, look: Look) -> Sight {
        Sight {
            axis: self.axis,
            window: (self.window != Window::All).then(|| self.range()),
            scale: self.scale,
            weight: self.weight(),
            look,
            only: self.alone.then_some(self.at),
            rights: self.rights.clone(),
        }
    }

    /// Takes in what the runs are now.
    pub fn refresh(&mut self) {
        let Some(watch) = self.watch.clone() else { return };
        let runs = watch.runs();
        self.growing = runs.iter().any(|run| !run.standing().is_over());
        let metrics: usize = runs.iter().map(|run| run.metrics().ids().count()).sum();
        if metrics != self.charts.iter().map(|chart| chart.curves.len()).sum::<usize>() {
            self.charts = charts(&runs);
            self.at = self.at.min(self.charts.len().saturating_sub(1));
        }
        let shown = self.charts.iter().take(REACHING).flat_map(|chart| &chart.curves);
        self.reach = shown
            .filter_map(|curve| runs.get(curve.run)?.series(curve.id).reach(self.axis))
            .reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
    }

    /// Brings the smoothed copies up to date, a piece of the way at a time; true: there is more to do.
    pub fn smooth_on(&mut self) -> bool {
        let Some(watch) = self.watch.clone() else { return false };
        let runs = watch.runs();
        self.follow_smooth(&runs)
    }

    /// Without smoothing there are no copies.
    fn follow_smooth(&mut self, runs: &[Run]) -> bool {
        let mut room = Smooth::PIECE;
        if self.weight == 0 {
            self.smooth.clear();
            return false;
        }
        let weight = self.weight();
        for curve in self.charts.iter().flat_map(|chart| &chart.curves).filter(|curve| !curve.eval) {
            let Some(run) = runs.get(curve.run) else { continue };
            let generation = run.generation();
            let fresh = || (generation, Smooth::new(weight));
            let (of, smooth) = self.smooth.entry((curve.run, curve.id)).or_insert_with(fresh);
            if *of != generation {
                (*of, *smooth) = fresh();
            }
            room -= smooth.follow(run.metrics().series(curve.id), room);
        }
        room == 0
    }

    /// Whether any run can be shown over this axis.
    pub fn has(&self, axis: Axis) -> bool {
        let Some(watch) = &self.watch else { return false };
        let runs = watch.runs();
        self.charts
            .iter()
            .flat_map(|chart| &chart.curves)
            .take(REACHING)
            .any(|curve| runs.get(curve.run).is_some_and(|run| run.metrics().series(curve.id).has(axis)))
    }
}
