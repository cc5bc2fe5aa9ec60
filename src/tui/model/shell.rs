//! The frame round the screens.

use super::effect::Effect;
use super::{Now, Problem, ScreenId};
use crate::keys::Combo;
use chrono::{DateTime, Utc};
use engine::config::Badge;
use std::time::{Duration, Instant};

/// How bad, or how good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// For information.
    Info,
    /// It worked.
    Success,
    /// It worked, but look.
    Warn,
    /// It did not work.
    Error,
}

impl Severity {
    /// How long a toast stays: as long as it takes to read it.
    pub const fn life(self) -> Duration {
        match self {
            Self::Info | Self::Success => Duration::from_secs(4),
            Self::Warn => Duration::from_secs(8),
            Self::Error => Duration::from_secs(20),
        }
    }
}

/// A line that appears for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toast {
    /// How bad.
    pub severity: Severity,
    /// One line.
    pub text: String,
    /// When it came.
    pub since: Instant,
    /// When it goes by itself.
    pub until: Instant,
    /// The question that failed: the next answer to one of this slot takes the toast away.
    pub slot: Option<&'static str>,
}

/// Whoever presses a key after so long has seen what stood there.
const SEEN: Duration = Duration::from_millis(1500);

/// A line of the messages list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// When.
    pub at: DateTime<Utc>,
    /// How bad.
    pub severity: Severity,
    /// One line.
    pub text: String,
    /// All about it, for errors.
    pub problem: Option<Problem>,
    /// It is something to be told about (`b`): the end of long work, what the start finished or undid.
    pub notice: bool,
    /// It was looked at.
    pub seen: bool,
}

/// How the engine stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Phase {
    /// It is being opened.
    #[default]
    Opening,
    /// It is open.
    Ready(Session),
    /// It cannot be opened.
    Broken(Problem),
    /// None is needed: `brightrun watch` reads files only.
    Alone,
}

/// Whether the store of the files answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reach {
    /// It was not asked yet.
    #[default]
    Unknown,
    /// The last answer was one.
    Answers,
    /// It did not.
    Silent,
}

/// What the status bar says about an open engine.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Session {
    /// `sqlite` or `postgres`.
    pub store: String,
    /// `folder` or `s3`.
    pub files: String,
    /// Where the store is, without a password.
    pub place: String,
    /// Runs of this machine are started and followed here.
    pub runner: bool,
    /// How RunPod stands, before anybody was asked.
    pub runpod: engine::runpod::Standing,
    /// What the start finished or undid after a crash, one line each.
    pub recovered: Vec<String>,
}

/// What happens in the frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Msg {
    /// Goes to a screen.
    Go(ScreenId),
    /// Opens the palette.
    Palette,
    /// Opens the help.
    Help,
    /// Opens the messages.
    Messages,
    /// Opens the notifications.
    Notifications,
    /// Opens the list of jobs.
    Jobs,
    /// Opens the list of themes.
    Themes,
    /// Mouse on or off.
    Mouse,
    /// Stops until the shell continues us.
    Suspend,
    /// Draws everything anew.
    Repaint,
    /// `q`: back, or leave.
    Back,
    /// `ctrl-c`: cancels what runs here; twice: leaves.
    Interrupt,
    /// Leaves, asking when there is live work.
    Quit,
    /// An answer to the question of leaving.
    Leave(super::modal::QuitChoice),
    /// Tries again to open the engine.
    Retry,
    /// Does the selected line of the modal on top.
    Choose(usize),
    /// Yes to the question on top.
    Yes,
    /// Cancels the selected job of the jobs list.
    CancelJob,
    /// Cancels the work that the dialog on top waits for.
    CancelThis,
    /// Copies the text of what is on top.
    CopyModal,
    /// Forgets the toasts.
    DismissToasts,
    /// Runs an action by its id (palette, which-key, mouse).
    Act(&'static str),
    /// Marks all notifications as seen.
    SeenAll,
}

/// Leaving, as soon as the store has taken what was decided last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leaving {
    /// How.
    pub how: super::Leave,
    /// So long it is waited.
    pub until: Instant,
    /// The operating system wants it: nobody is there to be asked again.
    pub forced: bool,
}

/// The state of the frame.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "five switches that have nothing to do with each other")]
pub struct Shell {
    /// The screen in view.
    pub screen: ScreenId,
    /// How the engine stands.
    pub phase: Phase,
    /// Whether the store of the files answers.
    pub reach: Reach,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// The colour of the badge; `None` leaves it to the theme.
    pub badge: Option<Badge>,
    /// No bar moves.
    pub still: bool,
    /// The name of the theme in use.
    pub theme: String,
    /// The names of all themes.
    pub themes: Vec<String>,
    /// The terminal has the focus.
    pub focused: bool,
    /// The mouse is reported to us.
    pub mouse: bool,
    /// The name of the profile, for the badge: `dev`.
    pub environment: String,
    /// The first keys of a chord.
    pub pending: Vec<Combo>,
    /// When the keys that may follow are shown.
    pub which_key_at: Option<Instant>,
    /// They are shown.
    pub which_key: bool,
    /// When a store that is not open yet is worth a word.
    pub opening_long_at: Option<Instant>,
    /// That word is said.
    pub opening_long: bool,
    /// Lines that appear for a while, the newest last.
    pub toasts: Vec<Toast>,
    /// All messages, the newest first; the last 500.
    pub messages: Vec<Message>,
    /// The last click: where and when.
    pub clicked: Option<(u16, u16, Instant)>,
    /// Something is held with the mouse.
    pub grip: Option<super::Grip>,
    /// `ctrl-c` was pressed with nothing to cancel; a second one until then leaves.
    pub interrupt_until: Option<Instant>,
    /// Leave as soon as no job is alive.
    pub leave_when_idle: bool,
    /// Leaving waits for the last changes to be saved.
    pub leaving: Option<Leaving>,
}

impl Default for Shell {
    fn default() -> Self {
        Self {
            screen: ScreenId::Overview,
            phase: Phase::Opening,
            reach: Reach::Unknown,
            size: (80, 24),
            badge: None,
            still: false,
            theme: crate::theme::DEFAULT.to_owned(),
            themes: Vec::new(),
            focused: true,
            mouse: true,
            environment: "dev".to_owned(),
            pending: Vec::new(),
            which_key_at: None,
            opening_long_at: None,
            opening_long: false,
            which_key: false,
            toasts: Vec::new(),
            messages: Vec::new(),
            clicked: None,
            grip: None,
            interrupt_until: None,
            leave_when_idle: false,
            leaving: None,
        }
    }
}

/// So many messages are kept.
const KEPT: usize = 500;
/// So many toasts are shown at once.
const TOASTS: usize = 4;

impl Shell {
    /// Says one line: a toast, a message, a line in the log.
    pub fn say(&mut self, severity: Severity, text: impl Into<String>, now: Now) -> Effect {
        self.tell(severity, text.into(), None, false, now)
    }

    /// A word on a key that was just pressed: seen for a moment, worth no place among the messages.
    pub fn hint(&mut self, text: String, now: Now) {
        self.toast(Severity::Info, text, now);
    }

    /// Warns in one line; opened among the messages it says all about it.
    pub fn warn(&mut self, text: impl Into<String>, about: Problem, now: Now) -> Effect {
        self.tell(Severity::Warn, text.into(), Some(about), false, now)
    }

    /// Like [`Self::say`], and among the notifications.
    pub fn notice(&mut self, severity: Severity, text: impl Into<String>, now: Now) -> Effect {
        self.tell(severity, text.into(), None, true, now)
    }

    /// The one path of errors: a toast, a message with all about it that the header tells of until it is looked at, a line in the log.
    /// What the user stopped himself is only information.
    pub fn report(&mut self, problem: &Problem, now: Now) -> Effect {
        if problem.interrupted {
            return self.say(Severity::Info, format!("{} was stopped", problem.headline()), now);
        }
        self.tell(Severity::Error, problem.to_string(), Some(problem.clone()), false, now)
    }

    fn tell(
        &mut self,
        severity: Severity,
        text: String,
        problem: Option<Problem>,
        notice: bool,
        now: Now,
    ) -> Effect {
        // That something failed is told with its reason; the notification would only say it a second time.
        if !(notice && severity == Severity::Error) {
            self.toast(severity, text.clone(), now);
        }
        let message = Message { at: now.wall, severity, text: text.clone(), problem, notice, seen: false };
        self.messages.insert(0, message);
        self.messages.truncate(KEPT);
        Effect::Log(severity, text)
    }

    fn toast(&mut self, severity: Severity, text: String, now: Now) {
        let until = now.mono + severity.life();
        self.take_back(&text);
        self.toasts.push(Toast { severity, text, since: now.mono, until, slot: None });
        let surplus = self.toasts.len().saturating_sub(TOASTS);
        self.toasts.drain(..surplus);
    }

    /// A key was pressed: errors that stood there for a moment were seen, and go. Whether there were any.
    pub fn moves_on(&mut self, now: Instant) -> bool {
        let before = self.toasts.len();
        let stood = |toast: &Toast| now.saturating_duration_since(toast.since) >= SEEN;
        self.toasts.retain(|toast| toast.severity != Severity::Error || !stood(toast));
        self.toasts.len() < before
    }

    /// The errors that were not there before are about this slot.
    pub fn blame(&mut self, before: &[Toast], slot: &'static str) {
        let new = self.toasts.iter_mut().filter(|toast| toast.severity == Severity::Error);
        new.filter(|toast| !before.contains(toast)).for_each(|toast| toast.slot = Some(slot));
    }

    /// What had failed in this slot works again: nobody has to read of it any more. The messages keep it.
    pub fn solved(&mut self, slot: &'static str) {
        for toast in self.toasts.iter().filter(|toast| toast.slot == Some(slot)) {
            for message in self.messages.iter_mut().filter(|message| message.text == toast.text) {
                message.seen = true;
            }
        }
        self.toasts.retain(|toast| toast.slot != Some(slot));
    }

    /// Errors that were not looked at.
    pub fn errors(&self) -> usize {
        let unseen =
            |message: &&Message| message.severity == Severity::Error && !message.notice && !message.seen;
        self.messages.iter().filter(unseen).count()
    }

    /// Takes the toast with this text away; no two have the same.
    pub fn take_back(&mut self, text: &str) {
        self.toasts.retain(|toast| toast.text != text);
    }

    /// Notifications that were not looked at.
    pub fn unread(&self) -> usize {
        self.messages.iter().filter(|message| message.notice && !message.seen).count()
    }

    /// The engine is open.
    pub const fn ready(&self) -> bool {
        matches!(self.phase, Phase::Ready(_) | Phase::Alone)
    }
}
