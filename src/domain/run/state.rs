//! What a run's badge says: a pure function of what was told, of the clock and of the process.

use super::at::seconds;
use super::event::{Class, Failure, Outcome};
use super::facts::Facts;
use super::stage::{Part, Stage};
use chrono::{DateTime, Utc};

/// What is known of the worker's process, or of the provider's job.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Liveness {
    /// Nothing: only the files can be seen.
    #[default]
    Unknown,
    /// Not begun: it waits for its turn or for a machine.
    Waiting,
    /// It runs.
    Alive,
    /// It ended, with this code where that is known.
    Dead(Option<i32>),
}

/// Where a run stands.
#[derive(Debug, Clone, PartialEq)]
pub enum State {
    /// It waits.
    Queued,
    /// It prepares; no step was done yet.
    Starting,
    /// It trains or writes its adapter.
    Running,
    /// Nothing was heard for longer than it may take; whether it runs is not known.
    Stale {
        /// Seconds since the last event.
        silent: f64,
    },
    /// It failed.
    Failed(Failure),
    /// It was ended on request.
    Cancelled {
        /// The step of the checkpoint from which it can go on, if it may.
        resumable: Option<u64>,
    },
    /// It is finished, with an adapter.
    Done,
}

/// Seconds of silence that are no cause for worry before training: a large model is downloaded and read in silence.
const QUIET_START: f64 = 600.0;
/// Likewise in training, at least; and as a multiple of the time that a step takes.
const QUIET: f64 = 60.0;
const QUIET_STEPS: f64 = 20.0;

impl State {
    /// The badge.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Starting => "starting",
            Self::Running => "running",
            Self::Stale { .. } => "stale",
            Self::Failed(_) => "failed",
            Self::Cancelled { .. } => "cancelled",
            Self::Done => "done",
        }
    }

    /// Nothing more will come.
    pub const fn is_end(&self) -> bool {
        matches!(self, Self::Failed(_) | Self::Cancelled { .. } | Self::Done)
    }
}

/// Where the run stands.
///
/// A last word counts until a newer attempt tells something, whatever the process does; an error without one counts once the process is gone. An attempt that ended
/// without a word was killed. A run that is silent is never said to be running.
pub fn state(facts: &Facts, now: DateTime<Utc>, process: Liveness) -> State {
    if let Some((_, ended)) = facts.ended {
        let checkpoint = facts.checkpoint.as_ref().map(|(_, c)| c.step);
        match ended.outcome {
            Outcome::Done => return State::Done,
            Outcome::Cancelled => return State::Cancelled { resumable: None },
            Outcome::Stopped => return State::Cancelled { resumable: checkpoint },
            Outcome::Failed => return State::Failed(facts.error.clone().unwrap_or_else(|| wordless(facts))),
        }
    }
    if let Liveness::Dead(code) = process {
        return State::Failed(facts.error.clone().unwrap_or_else(|| killed(facts, code)));
    }
    if facts.last_at.is_none() {
        return if process == Liveness::Alive { State::Starting } else { State::Queued };
    }
    let silent = silence(facts, now);
    if silent > quiet(facts) {
        return State::Stale { silent };
    }
    match facts.part() {
        Some(Part::Train | Part::Finish) => State::Running,
        Some(Part::Prepare | Part::Load) | None => State::Starting,
    }
}

/// Seconds until silence alone makes another state of it; never more than it may be silent. Negative: it is stale already.
pub fn patience(facts: &Facts, now: DateTime<Utc>) -> f64 {
    quiet(facts) - silence(facts, now)
}

/// Seconds since the last event. Clocks of two machines differ: an event from the future is from now.
fn silence(facts: &Facts, now: DateTime<Utc>) -> f64 {
    facts.last_at.map_or(0.0, |last| seconds(last, now).max(0.0))
}

/// Seconds of silence that the stage allows.
fn quiet(facts: &Facts) -> f64 {
    let step = facts.progress.and_then(|(_, p)| p.seconds_per_step).unwrap_or_default();
    match facts.stage {
        Some(Stage::Training) => QUIET.max(step * QUIET_STEPS),
        _ => QUIET_START,
    }
}

fn wordless(facts: &Facts) -> Failure {
    Failure {
        class: Class::Other,
        cause: "The worker failed without saying why".to_owned(),
        fix: "Read the end of the log, then retry".to_owned(),
        step: facts.ended.map(|(_, ended)| ended.step),
        line: None,
        trace: None,
    }
}

fn killed(facts: &Facts, code: Option<i32>) -> Failure {
    let how = match code {
        // How shells spell an end by signal 9, which is what the system sends when memory runs out.
        Some(137 | -9) => "was killed, most likely because the machine's memory ran out".to_owned(),
        Some(code) => format!("ended with code {code} without a word"),
        None => "ended without a word".to_owned(),
    };
    let told = facts.last_at.is_some();
    let fix = match &facts.checkpoint {
        Some((_, checkpoint)) => format!("Resume: it goes on from step {}", checkpoint.step),
        None if told => "Start it again: there is no checkpoint yet, so it begins anew".to_owned(),
        None => "Look at the worker's own output, then start it again".to_owned(),
    };
    Failure {
        class: if told { Class::Killed } else { Class::NotStarted },
        cause: format!("The worker {how}"),
        fix,
        step: facts.progress.and_then(|(_, p)| p.step),
        line: None,
        trace: None,
    }
}
