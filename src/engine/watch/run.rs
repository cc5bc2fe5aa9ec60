//! One run: its curves, and what is known beside them.

use super::standing::Standing;
use chrono::{DateTime, TimeDelta, Utc};
use domain::run::{self, Alert, Eta, Event, Facts, Liveness, Progress, Reader, Stage, State};
use domain::series::{Axis, MetricId, Metrics, Series};
use domain::watch::{Format, Tail, allowed, standing};
use std::collections::VecDeque;
use std::path::PathBuf;

/// Where the curves come from.
#[derive(Debug, Clone)]
pub enum Curves {
    /// Nothing was written yet.
    Waiting,
    /// Our worker's events.
    Ours(Box<Reader>),
    /// Another trainer's file.
    Foreign(Box<Tail>),
}

/// Seconds for which a file stands still before a last line without end counts as a line.
const SETTLED: f64 = 60.0;

/// One run.
#[derive(Debug, Clone)]
pub struct Run {
    /// What it is called here: different for each of the runs that are watched.
    pub name: String,
    /// Where it lies.
    pub path: PathBuf,
    curves: Curves,
    none: Metrics,
    standing: Standing,
    /// Why the file cannot be read at present.
    problem: Option<String>,
    /// Grows when everything is read anew.
    generation: u64,
    /// Bytes that were read, and bytes there are; `None`: everything was read once.
    loading: Option<(u64, u64)>,
    /// Only what lies before this place on this axis is shown.
    cut: Option<(Axis, f64)>,
    settled: bool,
    /// When its file was written last; of our own runs their events tell it.
    written: Option<DateTime<Utc>>,
    /// What it was asked for.
    asked: Vec<(String, String)>,
}

/// What a header says of a run.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Summary {
    /// What it does, with the newest detail.
    pub stage: Option<String>,
    /// How much is done, 0 to 100.
    pub percent: Option<f64>,
    /// Steps done.
    pub step: Option<u64>,
    /// Steps in all.
    pub total: Option<u64>,
    /// Passes over the dataset.
    pub epoch: Option<f64>,
    /// Passes in all.
    pub epochs: Option<f64>,
    /// Seconds from the beginning to the newest event.
    pub elapsed: Option<f64>,
    /// How long it still takes, as of the newest event.
    pub eta: Option<Eta>,
    /// Starts of the worker; 0 where that is not known.
    pub attempt: u64,
}

impl Run {
    /// Nothing was read yet.
    pub fn new(name: impl Into<String>, path: impl Into<PathBuf>) -> Self {
        Self {
            name: name.into(),
            path: path.into(),
            curves: Curves::Waiting,
            none: Metrics::default(),
            standing: Standing::Queued,
            problem: None,
            generation: 0,
            loading: None,
            cut: None,
            settled: false,
            written: None,
            asked: Vec::new(),
        }
    }

    /// A file of this format follows, from its first byte.
    pub fn begin(&mut self, format: Format) {
        self.generation += 1;
        self.settled = false;
        self.problem = None;
        self.curves = match Tail::new(format) {
            None => Curves::Ours(Box::default()),
            Some(tail) => Curves::Foreign(Box::new(tail)),
        };
    }

    /// The file was written anew.
    pub(super) fn anew(&mut self) {
        self.settled = false;
        match &mut self.curves {
            Curves::Waiting => {}
            Curves::Ours(reader) => {
                self.generation += 1;
                **reader = Reader::default();
            }
            Curves::Foreign(tail) => tail.again(),
        }
    }

    /// What follows is of the file of this number.
    pub(super) fn file(&mut self, number: usize) {
        if let Curves::Foreign(tail) = &mut self.curves {
            tail.file(number);
        }
    }

    /// The next bytes, cut anywhere.
    pub fn push(&mut self, bytes: &[u8]) {
        match &mut self.curves {
            Curves::Waiting => {}
            Curves::Ours(reader) => reader.push(bytes),
            Curves::Foreign(tail) => tail.push(bytes),
        }
    }

    /// The last line of a file that is finished counts, with or without an end.
    pub(super) fn settle(&mut self) {
        if let (Curves::Foreign(tail), false) = (&mut self.curves, self.settled) {
            tail.settle();
            self.settled = true;
        }
    }

    pub(super) fn set_problem(&mut self, problem: Option<String>) {
        self.problem = problem;
    }

    pub(super) fn set_loading(&mut self, loading: Option<(u64, u64)>) {
        self.loading = loading;
    }

    /// Shows only what lies before a place.
    pub fn set_cut(&mut self, cut: Option<(Axis, f64)>) {
        self.cut = cut;
    }

    /// Decides where the run stands. `still`: seconds since its file was written; `manifest`: its last file is there.
    pub fn judge(&mut self, now: DateTime<Utc>, still: f64, process: Liveness, manifest: bool) {
        let silence = i64::try_from(domain::numbers::count(still * 1000.0)).ok();
        self.written = silence.and_then(TimeDelta::try_milliseconds).and_then(|s| now.checked_sub_signed(s));
        if still > SETTLED && self.loading.is_none() {
            self.settle();
        }
        self.standing = match (&self.curves, &self.problem) {
            (_, Some(problem)) => Standing::Unreadable(problem.clone()),
            _ if self.cut.is_some() => Standing::Replay,
            _ if manifest => Standing::Done,
            (Curves::Waiting, None) => match process {
                Liveness::Alive => Standing::Starting,
                _ => Standing::Queued,
            },
            (Curves::Ours(reader), None) => run::state(reader.facts(), now, process).into(),
            (Curves::Foreign(tail), None) => match tail.found().stopped {
                Some(why) => Standing::Unreadable(why.to_owned()),
                None => standing(tail.found().end, still, tail.found().gap()).into(),
            },
        };
    }

    /// Seconds until it stands elsewhere, or says so in other words, by the passing of time alone; `None`: never.
    pub(super) fn patience(&self, now: DateTime<Utc>, still: f64) -> Option<f64> {
        let seconds = match (&self.standing, &self.curves) {
            // The sentence counts minutes.
            (Standing::Stale(silent) | Standing::Lost(silent), _) => 60.0 - silent % 60.0,
            (Standing::Starting | Standing::Running, Curves::Ours(reader)) => {
                run::patience(reader.facts(), now)
            }
            (Standing::Running, Curves::Foreign(tail)) if self.settled => allowed(tail.found().gap()) - still,
            (Standing::Running, Curves::Foreign(_)) => SETTLED - still,
            _ => return None,
        };
        Some(seconds.max(0.0))
    }

    /// When it was heard of last: its newest event, or when its file was written. It changes only with what there is to be seen.
    pub fn heard(&self) -> Option<DateTime<Utc>> {
        match &self.curves {
            Curves::Waiting => None,
            Curves::Ours(reader) => reader.facts().last_at,
            Curves::Foreign(_) => self.written,
        }
    }

    pub(super) fn set_asked(&mut self, asked: Vec<(String, String)>) {
        self.asked = asked;
    }

    /// What it was asked for, line by line: what the spec beside its events says. Empty where there is none.
    pub fn asked(&self) -> &[(String, String)] {
        &self.asked
    }

    /// Where it stands.
    pub const fn standing(&self) -> &Standing {
        &self.standing
    }

    /// Changes with everything that can be seen of the curves: a picture of the same version is still right.
    pub fn version(&self) -> (u64, u64, u64) {
        let told = match &self.curves {
            Curves::Ours(reader) => {
                let facts = reader.facts();
                let last = facts.last_at.map_or(0, |at| at.timestamp_millis().unsigned_abs());
                last ^ (reader.events().len() as u64 + reader.dropped()) << 48
            }
            _ => 0,
        };
        (self.generation, self.metrics().version(), told)
    }

    /// Changes when everything was read anew, so that what was derived must begin again.
    pub const fn generation(&self) -> u64 {
        self.generation
    }

    /// How much is read, 0 to 1; `None`: everything that was there at first.
    #[expect(clippy::cast_precision_loss, reason = "a share of a file")]
    pub fn loading(&self) -> Option<f64> {
        self.loading.map(|(read, len)| read as f64 / len.max(1) as f64)
    }

    /// All its metrics.
    pub fn metrics(&self) -> &Metrics {
        match &self.curves {
            Curves::Waiting => &self.none,
            Curves::Ours(reader) => reader.metrics(),
            Curves::Foreign(tail) => &tail.found().metrics,
        }
    }

    /// One metric, as much of it as is to be shown.
    pub fn series(&self, id: MetricId) -> Series<'_> {
        self.shown(self.metrics().series(id))
    }

    /// As much of a metric as is to be shown.
    pub fn shown<'a>(&self, series: Series<'a>) -> Series<'a> {
        match self.cut {
            Some((axis, at)) if series.has(axis) => series.until(axis, at),
            Some(_) | None => series,
        }
    }

    /// What the worker told; nothing of other trainers.
    pub fn facts(&self) -> Option<&Facts> {
        match &self.curves {
            Curves::Ours(reader) => Some(reader.facts()),
            _ => None,
        }
    }

    /// The newest events of our worker, oldest first.
    pub fn events(&self) -> Option<&VecDeque<Event>> {
        match &self.curves {
            Curves::Ours(reader) => Some(reader.events()),
            _ => None,
        }
    }

    /// What is read.
    pub const fn format(&self) -> Option<Format> {
        match &self.curves {
            Curves::Waiting => None,
            Curves::Ours(_) => Some(Format::Events),
            Curves::Foreign(tail) => Some(tail.format()),
        }
    }

    /// Records that could not be read and were left out.
    pub fn broken(&self) -> u64 {
        match &self.curves {
            Curves::Waiting => 0,
            Curves::Ours(reader) => reader.damage().broken + reader.damage().too_long,
            Curves::Foreign(tail) => tail.found().broken,
        }
    }

    /// What is wrong with it, worst first.
    pub fn alerts(&self) -> Vec<Alert> {
        let state = match &self.standing {
            Standing::Stale(silent) | Standing::Lost(silent) => State::Stale { silent: *silent },
            Standing::Done | Standing::Cancelled(_) | Standing::Failed(_) | Standing::Unreadable(_) => {
                State::Done
            }
            Standing::Replay => return Vec::new(),
            _ => State::Running,
        };
        let none = Facts::default();
        run::alerts(self.facts().unwrap_or(&none), self.metrics(), &state)
    }

    /// The newest place of any metric that is shown.
    pub(super) fn reach(&self, axis: Axis) -> Option<(f64, f64)> {
        let all = self.metrics().ids().filter_map(|id| self.metrics().series(id).reach(axis));
        all.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
    }

    /// What a header says.
    pub fn summary(&self) -> Summary {
        if self.cut.is_some() {
            return self.replayed();
        }
        match &self.curves {
            Curves::Waiting => Summary::default(),
            Curves::Ours(reader) => ours(reader, !self.goes_on()),
            Curves::Foreign(tail) => {
                let found = tail.found();
                self.counted(found.total_steps, self.goes_on())
            }
        }
    }

    /// Whether an end can be expected: of a run that is silent nobody knows.
    const fn goes_on(&self) -> bool {
        !self.standing.is_over() && !matches!(self.standing, Standing::Stale(_))
    }

    fn replayed(&self) -> Summary {
        let total = match &self.curves {
            Curves::Foreign(tail) => tail.found().total_steps,
            _ => self.facts().and_then(|facts| facts.progress?.1.total_steps),
        };
        self.counted(total.or_else(|| self.metrics().last_step()), false)
    }

    /// What the curves alone tell.
    #[expect(clippy::cast_precision_loss, reason = "steps of a run")]
    fn counted(&self, total: Option<u64>, goes_on: bool) -> Summary {
        let newest = self.metrics().ids().filter_map(|id| self.series(id).last()).max_by_key(|s| s.at.step);
        let Some(newest) = newest else { return Summary { total, ..Summary::default() } };
        let step = newest.at.step;
        let percent = total.filter(|n| *n > 0).map(|n| (step as f64 / n as f64 * 100.0).min(100.0));
        let progress = Progress { step: Some(step), total_steps: total, ..Progress::default() };
        let at = DateTime::UNIX_EPOCH;
        let facts =
            Facts { progress: Some((at, progress)), stage: Some(Stage::Training), ..Facts::default() };
        Summary {
            percent,
            step: Some(step),
            total,
            epoch: newest.at.epoch,
            elapsed: newest.at.seconds,
            eta: if goes_on { run::eta(&facts, self.metrics(), at) } else { None },
            ..Summary::default()
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds of a run")]
fn ours(reader: &Reader, over: bool) -> Summary {
    let facts = reader.facts();
    let progress = facts.progress.map(|(_, progress)| progress).unwrap_or_default();
    let detail = facts.part().and_then(|part| facts.parts[part.index()].detail.as_deref());
    let stage = facts.stage.filter(|_| facts.ended.is_none()).map(|stage| {
        let word = stage.word().replace('_', " ");
        detail.map_or_else(|| word.clone(), |detail| format!("{word}: {detail}"))
    });
    let elapsed =
        facts.started.zip(facts.last_at).map(|(from, to)| (to - from).num_milliseconds() as f64 / 1000.0);
    let step = progress.step.or_else(|| reader.metrics().last_step());
    Summary {
        stage,
        percent: facts.progress.map(|(_, progress)| progress.percent),
        step,
        total: progress.total_steps,
        epoch: progress.epoch,
        epochs: progress.total_epochs,
        elapsed,
        eta: facts.last_at.filter(|_| !over).and_then(|at| run::eta(facts, reader.metrics(), at)),
        attempt: facts.attempt,
    }
}
