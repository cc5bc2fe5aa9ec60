//! What an action is: one line of the catalogue from which keys, hints, help, palette and `docs/keys.md` are made.

use crate::model::{Model, Msg, ScreenId};
use std::fmt;

/// Where a key counts. An inner scope goes before an outer one:
/// field, modal, pane, screen, shell, global.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// Everywhere, also over a modal.
    Global,
    /// Everywhere but over a modal.
    Shell,
    /// On one screen.
    Screen(ScreenId),
    /// In one pane of a screen; the name is `screen.pane`.
    Pane(&'static str),
    /// While this modal is on top.
    Modal(&'static str),
    /// While a text field has the keyboard.
    Field,
}

impl fmt::Display for Scope {
    /// The name in the key file.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Global => f.write_str("global"),
            Self::Shell => f.write_str("shell"),
            Self::Screen(id) => f.write_str(id.word()),
            Self::Pane(name) => f.write_str(name),
            Self::Modal(name) => write!(f, "modal.{name}"),
            Self::Field => f.write_str("field"),
        }
    }
}

/// What an action may do to somebody's work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Danger {
    /// Nothing that could be missed.
    Safe,
    /// It asks first.
    Confirm,
    /// It asks for a word to be typed.
    Type,
}

/// Whether an action can be done now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Availability {
    /// Yes.
    Enabled,
    /// No, and this is why: one short sentence.
    Disabled(String),
    /// It makes no sense here and is not shown.
    Hidden,
}

impl Availability {
    /// Enabled when the condition holds, else disabled with this reason.
    pub fn when(condition: bool, reason: &str) -> Self {
        if condition { Self::Enabled } else { Self::Disabled(reason.to_owned()) }
    }
}

/// Everything that decides about availability is in the model.
pub type Facts = Model;

/// One action.
#[derive(Debug, Clone, Copy)]
pub struct ActionSpec {
    /// `screen.verb`; key files and documentation name it so.
    pub id: &'static str,
    /// A few words, in the imperative.
    pub title: &'static str,
    /// One sentence for help and `docs/keys.md`.
    pub doc: &'static str,
    /// Where its keys count.
    pub scope: Scope,
    /// What it may do.
    pub danger: Danger,
    /// Default keys: `["j", "down"]`, `["g g"]`.
    pub keys: &'static [&'static str],
    /// Word in the footer and its rank (smaller is kept longer); `None` keeps it out of the footer.
    pub hint: Option<(u8, &'static str)>,
    /// In the palette. Moves and text editing are kept out.
    pub palette: bool,
    /// Whether it can be done.
    pub when: fn(&Facts) -> Availability,
    /// What happens.
    pub msg: fn() -> Msg,
}

impl ActionSpec {
    /// An action without keys, hint or danger, that is always possible and is in the palette.
    pub const fn new(
        id: &'static str,
        scope: Scope,
        title: &'static str,
        doc: &'static str,
        msg: fn() -> Msg,
    ) -> Self {
        Self {
            id,
            title,
            doc,
            scope,
            danger: Danger::Safe,
            keys: &[],
            hint: None,
            palette: true,
            when: always,
            msg,
        }
    }
    /// With these default keys.
    #[must_use]
    pub const fn keys(mut self, keys: &'static [&'static str]) -> Self {
        self.keys = keys;
        self
    }
    /// With this word in the footer; a smaller rank is kept longer.
    #[must_use]
    pub const fn hint(mut self, rank: u8, word: &'static str) -> Self {
        self.hint = Some((rank, word));
        self
    }
    /// Only under this condition.
    #[must_use]
    pub const fn when(mut self, when: fn(&Facts) -> Availability) -> Self {
        self.when = when;
        self
    }
    /// With this danger.
    #[must_use]
    pub const fn danger(mut self, danger: Danger) -> Self {
        self.danger = danger;
        self
    }
    /// Not in the palette.
    #[must_use]
    pub const fn unlisted(mut self) -> Self {
        self.palette = false;
        self
    }
}

/// The condition of an action that is always possible.
pub fn always(_: &Facts) -> Availability {
    Availability::Enabled
}
