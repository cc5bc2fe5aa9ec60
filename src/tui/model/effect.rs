//! What `update` asks the world to do. Plain data, so that a test can compare it.

use super::jobs::JobId;
use super::runs::RunId;
use super::shell::Severity;
use super::{ScreenId, conversations, datasets, files, models, overview, settings, train, trainings};

/// One thing to do. The runtime does the ones about the terminal, `perform` the ones about the engine.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Asks the engine a short question. Made by [`super::Model::ask`].
    Ask {
        /// The question's number.
        run: RunId,
        /// The newest question of a slot cancels the one before.
        slot: &'static str,
        /// What is asked.
        ask: Box<Ask>,
    },
    /// Starts long work. Made by [`super::Model::start`].
    Job {
        /// The job's number.
        job: JobId,
        /// What is done.
        ask: Box<Ask>,
    },
    /// Tells a job to stop.
    Cancel(JobId),
    /// Opens the engine, for the first time or again.
    Open,
    /// Reads these runs as long as they are in view; what comes is [`super::monitor::Msg::Changed`]. Those that were read before are left.
    Follow(engine::watch::Watch),
    /// Nothing is written into these any more: what is there is read, and nothing is waited for.
    Finish(engine::watch::Watch),
    /// Nobody looks at the runs any more.
    Unfollow,
    /// Reads what the machine of a run prints, until [`Effect::Unlisten`] or [`Effect::Unfollow`]; what comes is
    /// [`super::monitor::Msg::Printed`].
    Listen(domain::ids::JobId),
    /// Nobody looks at what the machine prints.
    Unlisten,
    /// Starts and follows the runs of this machine, and tells how all runs stand: [`super::trainings::Msg::News`].
    Runner,
    /// Sends this after a breath, in which keys are heard: long work of `update` is done in pieces.
    Soon(Box<super::Msg>),
    /// Writes the curves of a run into a file; the answer is [`super::monitor::Msg::Exported`].
    Export {
        /// The runs.
        watch: engine::watch::Watch,
        /// Where to.
        to: String,
        /// Which of the runs.
        run: usize,
        /// What a picture shows.
        sight: Box<engine::watch::Sight>,
    },
    /// Writes lines of a log into a file; the answer is the same.
    ExportLines {
        /// The lines.
        lines: Vec<engine::watch::Said>,
        /// Where to.
        to: String,
    },
    /// Puts text on the clipboard of the terminal (OSC 52).
    Copy(String),
    /// Tells the user outside the terminal (OSC 9); only done while the terminal is not focused.
    Notify(String),
    /// Switches reporting of the mouse on or off.
    Mouse(bool),
    /// Draws with this theme from now on.
    Theme(String),
    /// Gives the terminal back and stops until the shell continues us.
    Suspend,
    /// Draws everything anew.
    Repaint,
    /// Lets the user change a text in `$VISUAL` or `$EDITOR`; the answer is [`super::Msg::Edited`].
    Edit {
        /// Who gets the answer.
        to: ScreenId,
        /// What it is about, for the one who gets it.
        tag: &'static str,
        /// The text.
        text: String,
        /// End of the temporary file's name: `.json`.
        suffix: &'static str,
    },
    /// Shows a text in `$PAGER`.
    Page(String),
    /// A line in the log file.
    Log(Severity, String),
    /// Ends the program. Jobs that are still alive are cancelled, or left as they are.
    Leave(Leave),
}

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leave {
    /// Nothing is at work, or it can be left as it is: the next start finishes or undoes it.
    Now,
    /// Tells all jobs to stop and waits for them.
    Stop,
}

/// A question to the engine: the screens' own, nested.
#[derive(Debug, Clone, PartialEq)]
pub enum Ask {
    /// From the overview.
    Overview(overview::Ask),
    /// From the conversations.
    Conversations(conversations::Ask),
    /// From the training files.
    Files(files::Ask),
    /// From the datasets.
    Datasets(datasets::Ask),
    /// From the configurator.
    Train(train::Ask),
    /// From the training runs.
    Trainings(trainings::Ask),
    /// From the models.
    Models(models::Ask),
    /// From the settings.
    Settings(settings::Ask),
}

impl Ask {
    /// The slot: of two questions of one slot only the newer one is answered.
    pub fn slot(&self) -> &'static str {
        match self {
            Self::Overview(ask) => ask.slot(),
            Self::Conversations(ask) => ask.slot(),
            Self::Files(ask) => ask.slot(),
            Self::Datasets(ask) => ask.slot(),
            Self::Train(ask) => ask.slot(),
            Self::Trainings(ask) => ask.slot(),
            Self::Models(ask) => ask.slot(),
            Self::Settings(ask) => ask.slot(),
        }
    }

    /// On which screen its long work belongs: at that one's name in the rail it is counted.
    pub const fn home(&self) -> ScreenId {
        match self {
            Self::Overview(_) | Self::Conversations(_) | Self::Files(_) => ScreenId::Files,
            Self::Datasets(_) => ScreenId::Datasets,
            Self::Train(_) | Self::Trainings(_) => ScreenId::Jobs,
            Self::Models(_) => ScreenId::Models,
            Self::Settings(_) => ScreenId::Settings,
        }
    }

    /// It changes the store, so that it must not be cut off by leaving (long work is asked about on its own).
    pub fn writes(&self) -> bool {
        match self {
            Self::Conversations(ask) => ask.writes(),
            Self::Files(ask) => matches!(ask, files::Ask::Archive(..)),
            Self::Datasets(ask) => matches!(ask, datasets::Ask::Archive(..)),
            Self::Train(ask) => ask.writes(),
            Self::Trainings(ask) => ask.writes(),
            Self::Models(ask) => ask.writes(),
            Self::Settings(ask) => ask.writes(),
            Self::Overview(_) => false,
        }
    }
}

/// An answer of the engine: the screens' own, nested.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// For the overview.
    Overview(overview::Answer),
    /// For the conversations.
    Conversations(conversations::Answer),
    /// For the training files.
    Files(files::Answer),
    /// For the datasets.
    Datasets(datasets::Answer),
    /// For the configurator.
    Train(train::Answer),
    /// For the training runs.
    Trainings(trainings::Answer),
    /// For the models.
    Models(models::Answer),
    /// For the settings.
    Settings(settings::Answer),
}

impl Answer {
    /// What went wrong, when something did: it decides how a job ends.
    pub fn problem(&self) -> Option<&super::Problem> {
        match self {
            Self::Overview(answer) => answer.problem(),
            Self::Conversations(answer) => answer.problem(),
            Self::Files(answer) => answer.problem(),
            Self::Datasets(answer) => answer.problem(),
            Self::Train(answer) => answer.problem(),
            Self::Trainings(answer) => answer.problem(),
            Self::Models(answer) => answer.problem(),
            Self::Settings(answer) => answer.problem(),
        }
    }
}
