//! What lies over the screen. A stack; the top one has the keyboard.

use super::field::TextField;
use super::jobs::JobId;
use super::walk::Reading;
use super::{Msg, Problem, ScreenId, conversations, datasets, files, models, train, trainings};

/// Something over the screen.
#[derive(Debug, Clone, PartialEq)]
pub enum Modal {
    /// A question that is answered by yes or no.
    Confirm(Confirm),
    /// All about one error.
    Problem {
        /// The error.
        problem: Problem,
        /// First line in view.
        top: usize,
    },
    /// A long text: JSON, a record.
    Text {
        /// What it is.
        title: String,
        /// The text, by line.
        lines: Vec<String>,
        /// First line in view.
        top: usize,
    },
    /// The place that a finding speaks of.
    Passage(Box<Reading>),
    /// A line of text is wanted.
    Prompt(Prompt),
    /// All actions, to be searched and done.
    Palette(Search),
    /// All keys, to be searched.
    Help(Search),
    /// Messages and errors.
    Messages(List),
    /// Unread notifications.
    Notifications(List),
    /// Long work.
    Jobs(List),
    /// Leaving with live work.
    Quit(List),
    /// The themes; the one under the cursor is in use at once.
    Themes(Themes),
    /// One of the conversations screen.
    Conversations(conversations::Modal),
    /// One of the training files screen.
    Files(files::Modal),
    /// One of the datasets screen.
    Datasets(datasets::Modal),
    /// One of the configurator.
    Train(train::Modal),
    /// One of the training runs screen.
    Trainings(trainings::Modal),
    /// One of the models screen.
    Models(models::Modal),
}

/// Where a list stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct List {
    /// The selected line.
    pub at: usize,
}

/// The themes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Themes {
    /// The selected line.
    pub at: usize,
    /// The theme to go back to.
    pub before: String,
}

/// A list that is narrowed by typing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Search {
    /// What is typed.
    pub field: TextField,
    /// The selected line of those that are left.
    pub at: usize,
}

/// A question that is answered by yes or no.
#[derive(Debug, Clone, PartialEq)]
pub struct Confirm {
    /// The question.
    pub title: String,
    /// What it means, by line.
    pub body: Vec<String>,
    /// The word on the button: `Archive`.
    pub verb: String,
    /// Something is lost or costs money.
    pub danger: bool,
    /// This word must be typed first.
    pub word: Option<String>,
    /// What is typed so far.
    pub field: TextField,
    /// What yes does.
    pub yes: Box<Msg>,
}

impl Confirm {
    /// A question; `yes` is what happens on yes.
    pub fn new(title: impl Into<String>, verb: impl Into<String>, yes: Msg) -> Self {
        Self {
            title: title.into(),
            body: Vec::new(),
            verb: verb.into(),
            danger: false,
            word: None,
            field: TextField::default(),
            yes: Box::new(yes),
        }
    }

    /// With lines that explain it.
    #[must_use]
    pub fn body(mut self, lines: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.body = lines.into_iter().map(Into::into).collect();
        self
    }

    /// Marked as dangerous; with a word that must be typed first.
    #[must_use]
    pub fn danger(mut self, word: Option<String>) -> Self {
        self.danger = true;
        self.word = word;
        self
    }

    /// Yes can be said.
    pub fn ready(&self) -> bool {
        self.word.as_deref().is_none_or(|word| word == self.field.text().trim())
    }
}

/// A line of text is wanted; the screen gets it in `prompted`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prompt {
    /// Who wants it.
    pub to: ScreenId,
    /// What for.
    pub tag: &'static str,
    /// The heading.
    pub title: String,
    /// What to write, and an example.
    pub hint: String,
    /// What is written.
    pub field: TextField,
    /// Why it cannot be taken, shown below; set by the screen in `prompted`, which then keeps the modal open.
    pub problem: Option<String>,
}

impl Modal {
    /// Its name as a scope of keys.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Confirm(_) => "confirm",
            Self::Problem { .. } => "problem",
            Self::Text { .. } => "text",
            Self::Passage(_) => "passage",
            Self::Prompt(_) => "prompt",
            Self::Palette(_) => "palette",
            Self::Help(_) => "help",
            Self::Messages(_) => "messages",
            Self::Notifications(_) => "notifications",
            Self::Jobs(_) => "jobs",
            Self::Quit(_) => "quit",
            Self::Themes(_) => "themes",
            Self::Conversations(modal) => modal.name(),
            Self::Files(modal) => modal.name(),
            Self::Datasets(modal) => modal.name(),
            Self::Train(modal) => modal.name(),
            Self::Trainings(modal) => modal.name(),
            Self::Models(modal) => modal.name(),
        }
    }

    /// The screen that owns it; `None`: the shell.
    pub const fn owner(&self) -> Option<ScreenId> {
        match self {
            Self::Conversations(_) => Some(ScreenId::Conversations),
            Self::Files(_) => Some(ScreenId::Files),
            Self::Datasets(_) => Some(ScreenId::Datasets),
            Self::Train(_) => Some(ScreenId::Train),
            Self::Trainings(_) => Some(ScreenId::Jobs),
            Self::Models(_) => Some(ScreenId::Models),
            _ => None,
        }
    }

    /// The text field that has the keyboard in it.
    pub fn field(&mut self) -> Option<&mut TextField> {
        match self {
            Self::Confirm(confirm) if confirm.word.is_some() => Some(&mut confirm.field),
            Self::Prompt(prompt) => Some(&mut prompt.field),
            Self::Palette(search) | Self::Help(search) => Some(&mut search.field),
            Self::Conversations(modal) => modal.field(),
            Self::Files(modal) => modal.field(),
            Self::Datasets(modal) => modal.field(),
            Self::Trainings(modal) => Some(modal.field()),
            Self::Models(modal) => modal.field(),
            _ => None,
        }
    }

    /// The work that it waits for, or waited for.
    pub fn job(&self) -> Option<JobId> {
        match self {
            Self::Conversations(modal) => modal.job(),
            Self::Files(files::Modal::Download(download)) => download.job,
            Self::Datasets(modal) => modal.job(),
            Self::Models(modal) => modal.job(),
            _ => None,
        }
    }

    /// The text of several lines that has the keyboard in it.
    pub fn text_box(&mut self) -> Option<&mut crate::TextBox> {
        match self {
            Self::Conversations(modal) => modal.text_box(),
            _ => None,
        }
    }

    /// Whether a text field has the keyboard in it.
    pub fn has_field(&self) -> bool {
        match self {
            Self::Confirm(confirm) => confirm.word.is_some(),
            Self::Prompt(_) | Self::Palette(_) | Self::Help(_) | Self::Trainings(_) => true,
            Self::Conversations(modal) => modal.has_field(),
            Self::Files(modal) => modal.has_field(),
            Self::Datasets(modal) => modal.has_field(),
            Self::Models(modal) => modal.has_field(),
            _ => false,
        }
    }
}

/// What the user can choose when he leaves with live work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuitChoice {
    /// Leave it as it is; the next start finishes or undoes it.
    Detach,
    /// Stay until it is done, then leave.
    Wait,
    /// Cancel it and leave.
    Stop,
}

impl QuitChoice {
    /// What the dialog offers, in its order: when everything has ended meanwhile there is only to leave.
    pub fn offered(idle: bool) -> &'static [Self] {
        if idle { &[Self::Detach] } else { &[Self::Detach, Self::Wait, Self::Stop] }
    }
}
