//! Everything the dashboard knows, as plain data. Nothing here names ratatui or crossterm, waits, or reads a clock.

pub mod browse;
pub mod conversations;
pub mod datasets;
pub mod effect;
pub mod entry;
pub mod field;
pub mod files;
pub mod finder;
pub mod jobs;
pub mod measured;
pub mod modal;
pub mod models;
pub mod monitor;
pub mod msg;
pub mod now;
pub mod overview;
pub mod problem;
pub mod rented;
pub mod runs;
pub mod screen;
pub mod settings;
pub mod shell;
pub mod train;
pub mod trainings;
pub mod walk;

pub use effect::{Answer, Ask, Effect, Leave};
pub use field::{Edit, TextField};
pub use jobs::{Job, JobId, JobState, Jobs, Step};
pub use measured::{Area, Drag, Grip, Hit, Measured, On};
pub use modal::{Confirm, Modal, Prompt};
pub use msg::{Input, Mouse, Msg, Nav};
pub use now::Now;
pub use problem::Problem;
pub use runs::{RunId, Runs};
pub use screen::ScreenId;
pub use shell::{Phase, Session, Severity, Shell};

use crate::keys::{Keymap, Scope};

/// The whole state.
#[derive(Debug, Clone)]
pub struct Model {
    /// The frame round the screens.
    pub shell: Shell,
    /// What lies over the screen; the last one has the keyboard.
    pub modals: Vec<Modal>,
    /// Open questions to the engine.
    pub runs: Runs,
    /// Long work.
    pub jobs: Jobs,
    /// Sizes and hit areas of the last frame. The runtime writes it.
    pub measured: Measured,
    /// Which key does what.
    pub keymap: Keymap,
    /// When the last message came; views count ages from it.
    pub now: Option<Now>,
    /// Something has changed since the last frame. `update` sets it for every message.
    pub dirty: bool,
    /// The overview.
    pub overview: overview::State,
    /// The conversations.
    pub conversations: conversations::State,
    /// The training files.
    pub files: files::State,
    /// The datasets.
    pub datasets: datasets::State,
    /// The configurator.
    pub train: Box<train::State>,
    /// The training runs.
    pub trainings: trainings::State,
    /// The models.
    pub models: models::State,
    /// The settings.
    pub settings: settings::State,
    /// The live monitor.
    pub monitor: monitor::State,
}

impl Default for Model {
    fn default() -> Self {
        Self::new(Keymap::defaults())
    }
}

impl Model {
    /// The state at the start.
    pub fn new(keymap: Keymap) -> Self {
        Self {
            shell: Shell::default(),
            modals: Vec::new(),
            runs: Runs::default(),
            jobs: Jobs::default(),
            measured: Measured::default(),
            keymap,
            now: None,
            dirty: true,
            overview: overview::State::default(),
            conversations: conversations::State::default(),
            files: files::State::default(),
            datasets: datasets::State::default(),
            train: Box::default(),
            trainings: trainings::State::default(),
            models: models::State::default(),
            settings: settings::State::default(),
            monitor: monitor::State::default(),
        }
    }

    /// Asks the engine; the newest question of a slot wins.
    pub fn ask(&mut self, ask: Ask) -> Effect {
        self.runs.ask(ask)
    }

    /// Starts long work, which appears in the list of jobs. Progress and end come by themselves.
    pub fn start(&mut self, title: impl Into<String>, ask: Ask, now: Now) -> (JobId, Effect) {
        self.jobs.start(title, ask, now.mono)
    }

    /// Changes that the store has not taken yet: queued decisions, and open questions that write.
    pub fn unsaved(&self) -> usize {
        // The decision that is on its way is still the first of the queue.
        let review = "conversations.review";
        self.conversations.decisions.len() + self.runs.writes().filter(|slot| *slot != review).count()
    }

    /// Nothing is at work that ends with this program: neither long work nor a run that is followed here.
    pub fn idle(&self) -> bool {
        self.jobs.live().next().is_none() && self.trainings.hands.is_empty()
    }

    /// Lays a modal on top.
    pub fn open(&mut self, modal: Modal) {
        self.modals.push(modal);
    }

    /// Takes the top modal away.
    pub fn close(&mut self) -> Option<Modal> {
        self.modals.pop()
    }

    /// The text field that has the keyboard.
    pub fn field(&mut self) -> Option<&mut TextField> {
        if let Some(modal) = self.modals.last_mut() {
            return modal.field();
        }
        match self.shell.screen {
            ScreenId::Conversations => self.conversations.field(),
            ScreenId::Files => self.files.finder.field(),
            ScreenId::Datasets => self.datasets.finder.field(),
            ScreenId::Jobs => self.trainings.finder.field(),
            ScreenId::Models => self.models.finder.field(),
            ScreenId::Train => self.train.field(),
            ScreenId::Monitor => self.monitor.hunt.field.as_mut(),
            _ => None,
        }
    }

    /// Whether a text field has the keyboard.
    pub fn has_field(&self) -> bool {
        match (self.modals.last(), self.shell.screen) {
            (Some(modal), _) => modal.has_field(),
            (None, ScreenId::Conversations) => self.conversations.has_field(),
            (None, ScreenId::Files) => self.files.finder.pane().is_some(),
            (None, ScreenId::Datasets) => self.datasets.finder.pane().is_some(),
            (None, ScreenId::Jobs) => self.trainings.finder.pane().is_some(),
            (None, ScreenId::Models) => self.models.finder.pane().is_some(),
            (None, ScreenId::Train) => self.train.has_field(),
            (None, ScreenId::Monitor) => self.monitor.hunt.field.is_some(),
            (None, _) => false,
        }
    }

    /// The pane of the screen that has the keyboard, as a scope of keys.
    pub fn pane(&self) -> Option<&'static str> {
        match self.shell.screen {
            ScreenId::Conversations => self.conversations.pane(),
            ScreenId::Files => self.files.pane(),
            ScreenId::Datasets => self.datasets.pane(),
            ScreenId::Train => self.train.pane(),
            ScreenId::Jobs => self.trainings.pane(),
            ScreenId::Models => self.models.pane(),
            ScreenId::Settings => self.settings.pane(),
            ScreenId::Monitor => self.monitor.pane(),
            ScreenId::Overview => None,
        }
    }

    /// What follows the screen's name in the breadcrumb.
    pub fn crumbs(&self) -> Vec<String> {
        match self.shell.screen {
            ScreenId::Conversations => self.conversations.crumbs(),
            ScreenId::Files => self.files.crumbs(),
            ScreenId::Datasets => self.datasets.crumbs(),
            ScreenId::Train => self.train.crumbs(),
            ScreenId::Monitor => self.monitor.crumbs(),
            ScreenId::Jobs => self.trainings.crumbs(),
            ScreenId::Models => self.models.crumbs(),
            ScreenId::Settings => self.settings.crumbs(),
            ScreenId::Overview => Vec::new(),
        }
    }

    /// Where a key counts now, the innermost first.
    pub fn scopes(&self) -> Vec<Scope> {
        let mut scopes = Vec::with_capacity(5);
        if self.has_field() {
            scopes.push(Scope::Field);
        }
        if let Some(modal) = self.modals.last() {
            scopes.push(Scope::Modal(modal.name()));
        } else if self.shell.ready() {
            scopes.extend(self.pane().map(Scope::Pane));
            scopes.push(Scope::Screen(self.shell.screen));
            scopes.push(Scope::Shell);
        } else {
            scopes.push(Scope::Modal("setup"));
        }
        scopes.push(Scope::Global);
        scopes
    }
}
