//! Where a run stands, ours or somebody else's, in one set of words.

use domain::run::{Failure, State};
use domain::series::duration;
use domain::watch::Standing as Foreign;

/// Where a run stands.
#[derive(Debug, Clone, PartialEq)]
pub enum Standing {
    /// Nothing was written yet.
    Queued,
    /// It prepares.
    Starting,
    /// It trains, or its file grows.
    Running,
    /// A run of ours that is silent for longer than it may be, for so many seconds.
    Stale(f64),
    /// A file without an end that stands still, for so many seconds: nobody knows.
    Lost(f64),
    /// It failed.
    Failed(Failure),
    /// It was ended on request; it may go on from the checkpoint of this step.
    Cancelled(Option<u64>),
    /// It is finished.
    Done,
    /// What is there is shown as if it happened now.
    Replay,
    /// The file cannot be read: a sentence.
    Unreadable(String),
}

impl Standing {
    /// The badge.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Starting => "starting",
            Self::Running => "running",
            Self::Stale(_) => "stale",
            Self::Lost(_) => "lost",
            Self::Failed(_) => "failed",
            Self::Cancelled(_) => "cancelled",
            Self::Done => "done",
            Self::Replay => "replay",
            Self::Unreadable(_) => "unreadable",
        }
    }

    /// Nothing more is expected: a command that follows may end.
    pub const fn is_over(&self) -> bool {
        matches!(
            self,
            Self::Failed(_) | Self::Cancelled(_) | Self::Done | Self::Lost(_) | Self::Unreadable(_)
        )
    }

    /// It ended as it should.
    pub const fn is_good(&self) -> bool {
        matches!(self, Self::Done | Self::Replay)
    }

    /// A sentence or two for people where the badge alone does not say enough. It changes by the minute at most.
    pub fn sentence(&self) -> Option<String> {
        let round =
            |seconds: f64| duration(if seconds < 60.0 { seconds } else { seconds - seconds % 60.0 }.floor());
        match self {
            Self::Queued => Some("Nothing was written yet".to_owned()),
            Self::Stale(silent) => {
                Some(format!("Nothing was heard for {}; whether it still runs is not known", round(*silent)))
            }
            Self::Lost(still) => Some(format!(
                "The file tells no end and stands still for {}: it was ended, or hangs",
                round(*still)
            )),
            Self::Failed(failure) => Some(failure.told()),
            Self::Cancelled(Some(step)) => Some(format!("Stopped; it can go on from step {step}")),
            Self::Unreadable(why) => Some(why.clone()),
            Self::Starting | Self::Running | Self::Cancelled(None) | Self::Done | Self::Replay => None,
        }
    }
}

impl From<State> for Standing {
    fn from(state: State) -> Self {
        match state {
            State::Queued => Self::Queued,
            State::Starting => Self::Starting,
            State::Running => Self::Running,
            State::Stale { silent } => Self::Stale(silent),
            State::Failed(failure) => Self::Failed(failure),
            State::Cancelled { resumable } => Self::Cancelled(resumable),
            State::Done => Self::Done,
        }
    }
}

impl From<Foreign> for Standing {
    fn from(standing: Foreign) -> Self {
        match standing {
            Foreign::Running => Self::Running,
            Foreign::Lost { still } => Self::Lost(still),
            Foreign::Finished => Self::Done,
            Foreign::Failed(code) => Self::Failed(Failure {
                class: domain::run::Class::Other,
                cause: format!("The program ended with code {code}"),
                fix: "Its own output says why".to_owned(),
                step: None,
                line: None,
                trace: None,
            }),
        }
    }
}
