//! The loop over all files: bounded reading, and when it looks again.

use super::Watch;
use super::ear::{Ear, Places};
use super::run::Run;
use super::source::{News, Source};
use super::standing::Standing;
use crate::clock::{self, Clock};
use domain::series::Axis;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// Bytes of a chunk; the runs are locked while it is understood, half a millisecond.
const CHUNK: usize = 256 << 10;
/// Bytes of the very first chunk: a curve is seen before the file was read.
const FIRST: usize = 64 << 10;
/// So long is read before what was read is told.
const BOX: Duration = Duration::from_millis(40);
/// Steps per second of a replay whose run tells no times.
const STEPS: f64 = 10.0;

/// So long after the last news files are looked at once more: a lock is let go of after its file was closed.
const ECHO: Duration = Duration::from_millis(2100);
/// Runs that go on are looked at so often even where everything is heard: a file may be written in ways that no kernel tells of.
const ASSURANCE: Duration = Duration::from_mins(1);

/// What one pass over the files did.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pass {
    /// There is something new to be seen.
    pub changed: bool,
    /// More can be read at once.
    pub busy: bool,
    /// When to look again, at the latest; `None`: when something is heard.
    pub wait: Option<Duration>,
}

/// Reads the files of all runs.
#[derive(Debug)]
pub(super) struct Follower {
    sources: Vec<Source>,
    replay: Option<(f64, Instant)>,
    buffer: Vec<u8>,
    /// When something was written last, or came or went.
    news: Instant,
    first: bool,
    told: Vec<Seen>,
    /// `None`: files are asked by the clock.
    ear: Option<Ear>,
    /// Seconds until a run stands elsewhere by the passing of time.
    patience: Option<f64>,
}

/// What was to be seen of a run when it was told last.
#[derive(Debug, PartialEq)]
struct Seen {
    version: (u64, u64, u64),
    standing: Standing,
    sentence: Option<String>,
    /// Everything that was there at first was read.
    whole: bool,
}

impl Follower {
    pub fn new(sources: Vec<Source>, replay: Option<f64>, now: Instant) -> Self {
        let replay = replay.map(|speed| (speed, now));
        Self {
            sources,
            replay,
            buffer: vec![0; CHUNK],
            news: now,
            first: true,
            told: Vec::new(),
            ear: None,
            patience: None,
        }
    }

    /// From now on it is woken by this bell when something was written. A replay has its own clock.
    pub fn listen(&mut self, bell: Arc<Notify>) {
        self.ear = self.replay.is_none().then(|| Ear::new(bell));
    }

    /// The bell has rung.
    pub fn heard(&mut self) {
        self.news = clock::instant();
    }

    /// As if nothing had come for long.
    #[cfg(test)]
    pub fn rest(&mut self) {
        self.news = self.news.checked_sub(Duration::from_secs(1000)).unwrap_or(self.news);
    }

    /// Listens where files are now. True: somewhere where it did not before.
    fn arm(&mut self) -> bool {
        let Some(ear) = &mut self.ear else { return false };
        let mut places = Places::new();
        self.sources.iter().for_each(|source| source.places(&mut places));
        ear.listen(places)
    }

    /// Reads for a moment, then says how things stand.
    pub fn pass(&mut self, watch: &Watch) -> Pass {
        if !self.first {
            self.arm();
        }
        if self.ear.as_ref().is_some_and(Ear::take_made) {
            self.sources.iter_mut().for_each(Source::stir);
        }
        let begin = clock::instant();
        let now = Clock::default().real();
        let (mut busy, mut news) = (true, false);
        let room = if std::mem::take(&mut self.first) { FIRST } else { CHUNK };
        while busy && begin.elapsed() < BOX {
            busy = false;
            for (index, source) in self.sources.iter_mut().enumerate() {
                let more = source.step(&mut self.buffer[..room], now, &mut |piece| {
                    news = true;
                    if let Some(run) = watch.runs().get_mut(index) {
                        take(run, piece);
                    }
                });
                busy |= more;
            }
            if room == FIRST {
                break;
            }
        }
        let replaying = self.judge(watch, busy);
        if news {
            self.news = clock::instant();
        }
        let changed = self.changed(watch);
        // Whatever was written before somebody listened there is read now.
        let wait = if self.arm() && !busy { Some(Duration::ZERO) } else { self.pace(watch, busy, replaying) };
        Pass { changed, busy, wait }
    }

    /// Says of each run where it stands. True: a replay goes on.
    fn judge(&mut self, watch: &Watch, busy: bool) -> bool {
        let now = Clock::default().real();
        let mut replaying = false;
        self.patience = None;
        for (index, source) in self.sources.iter_mut().enumerate() {
            let (process, manifest) = source.process(now);
            let mut runs = watch.runs();
            let Some(run) = runs.get_mut(index) else { continue };
            run.set_loading((busy && !source.caught_up()).then(|| source.so_far()));
            if let Some((speed, began)) = self.replay {
                let axis = if run.reach(Axis::Time).is_some() { Axis::Time } else { Axis::Step };
                let rate = if axis == Axis::Time { speed } else { speed * STEPS };
                let reach = run.reach(axis).unwrap_or_default();
                let at = began.elapsed().as_secs_f64().mul_add(rate, reach.0);
                run.set_cut((at < reach.1).then_some((axis, at)));
                replaying |= at < reach.1;
            }
            let still = source.still(now);
            run.judge(now, still, process, manifest);
            let patience = run.patience(now, still);
            self.patience = self.patience.into_iter().chain(patience).reduce(f64::min);
        }
        replaying
    }

    fn changed(&mut self, watch: &Watch) -> bool {
        let seen: Vec<Seen> = watch
            .runs()
            .iter()
            .map(|run| {
                let standing = run.standing().clone();
                let sentence = standing.sentence();
                // Seconds of silence count only as far as they are said.
                let standing = match standing {
                    Standing::Stale(_) => Standing::Stale(0.0),
                    Standing::Lost(_) => Standing::Lost(0.0),
                    other => other,
                };
                Seen { version: run.version(), standing, sentence, whole: run.loading().is_none() }
            })
            .collect();
        let changed = seen != self.told
            || self.replay.is_some() && watch.runs().iter().any(|run| *run.standing() == Standing::Replay);
        self.told = seen;
        changed
    }

    /// Where everything is heard, when time alone changes something. Else ten times a second while something comes, ever more rarely
    /// when nothing does.
    fn pace(&self, watch: &Watch, busy: bool, replaying: bool) -> Option<Duration> {
        if busy {
            return Some(Duration::ZERO);
        }
        let over = watch.runs().iter().all(|run| run.standing().is_over());
        let still = self.news.elapsed();
        if self.ear.as_ref().is_some_and(Ear::hears) {
            // A second more than needed, so that it has changed by then.
            let patience = self.patience.map(|seconds| Duration::from_secs_f64(seconds.min(3600.0) + 1.0));
            let echo = ECHO.checked_sub(still);
            return patience.into_iter().chain(echo).chain((!over).then_some(ASSURANCE)).min();
        }
        Some(Duration::from_millis(match still.as_secs() {
            _ if replaying => 100,
            0..15 => 100,
            15..60 => 200,
            _ if over => 2000,
            60..600 => 500,
            _ => 1000,
        }))
    }
}

fn take(run: &mut Run, piece: News<'_>) {
    match piece {
        News::Anew => run.anew(),
        News::File(number) => run.file(number),
        News::Is(format) => run.begin(format),
        News::Bytes(bytes) => {
            if run.format().is_none() {
                // The events of a run directory that was empty at first.
                run.begin(domain::watch::Format::Events);
            }
            run.push(bytes);
        }
        News::Problem(problem) => run.set_problem(problem),
    }
}
