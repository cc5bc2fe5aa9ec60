//! One key press as data: the same value for a crossterm event, a line of the key file and a footer hint.
//!
//! Written as `ctrl-k`, `shift-tab`, `G`, `?`, `space`, `pgup`, `f5`. A capital letter is the letter itself: there is no
//! `shift-g` beside `G` (decision 0070).

use std::{fmt, str::FromStr};

/// Which key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Code {
    /// A key that writes this character.
    Char(char),
    /// Enter.
    Enter,
    /// Escape.
    Esc,
    /// Tab.
    Tab,
    /// Backspace.
    Backspace,
    /// Delete.
    Delete,
    /// Insert.
    Insert,
    /// Home.
    Home,
    /// End.
    End,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
    /// Arrow up.
    Up,
    /// Arrow down.
    Down,
    /// Arrow left.
    Left,
    /// Arrow right.
    Right,
    /// Function key, from 1.
    F(u8),
}

const NAMED: &[(&str, Code)] = &[
    ("enter", Code::Enter),
    ("esc", Code::Esc),
    ("tab", Code::Tab),
    ("backspace", Code::Backspace),
    ("del", Code::Delete),
    ("ins", Code::Insert),
    ("home", Code::Home),
    ("end", Code::End),
    ("pgup", Code::PageUp),
    ("pgdn", Code::PageDown),
    ("up", Code::Up),
    ("down", Code::Down),
    ("left", Code::Left),
    ("right", Code::Right),
    ("space", Code::Char(' ')),
];

/// Other spellings that a key file may use.
const ALIASES: &[(&str, Code)] = &[
    ("return", Code::Enter),
    ("escape", Code::Esc),
    ("delete", Code::Delete),
    ("insert", Code::Insert),
    ("pageup", Code::PageUp),
    ("pagedown", Code::PageDown),
    ("minus", Code::Char('-')),
    ("hyphen", Code::Char('-')),
];

/// A key with what is held down beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Combo {
    /// Which key.
    pub code: Code,
    /// Control is held.
    pub ctrl: bool,
    /// Alt is held.
    pub alt: bool,
    /// Shift is held; never set for characters, whose case says it.
    pub shift: bool,
}

impl Combo {
    /// Brings the ways in which terminals report the same key to one form.
    pub fn new(code: Code, ctrl: bool, alt: bool, shift: bool) -> Self {
        match code {
            Code::Char('\r' | '\n') => Self { code: Code::Enter, ctrl, alt, shift },
            Code::Char('\t') => Self { code: Code::Tab, ctrl, alt, shift },
            Code::Char(c) if ctrl => {
                Self { code: Code::Char(c.to_ascii_lowercase()), ctrl, alt, shift: false }
            }
            Code::Char(c) if shift && c.is_ascii_lowercase() => {
                Self { code: Code::Char(c.to_ascii_uppercase()), ctrl, alt, shift: false }
            }
            Code::Char(_) => Self { code, ctrl, alt, shift: false },
            _ => Self { code, ctrl, alt, shift },
        }
    }

    /// A key by itself.
    pub fn plain(code: Code) -> Self {
        Self::new(code, false, false, false)
    }

    /// The character that this key writes into a text field.
    pub fn printable(self) -> Option<char> {
        match self.code {
            Code::Char(c) if !self.ctrl && !self.alt && !c.is_control() => Some(c),
            _ => None,
        }
    }
}

/// Text that names no key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownKey(
    /// What was written.
    pub String,
);

impl fmt::Display for UnknownKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is no key; write for example ctrl-k, shift-tab, G, space, pgup or f5", self.0)
    }
}

impl FromStr for Combo {
    type Err = UnknownKey;

    fn from_str(text: &str) -> Result<Self, UnknownKey> {
        let (mut ctrl, mut alt, mut shift) = (false, false, false);
        let mut rest = text;
        loop {
            let lower = rest.to_ascii_lowercase();
            let held = [("ctrl-", &mut ctrl), ("alt-", &mut alt), ("shift-", &mut shift)]
                .into_iter()
                .find(|(prefix, _)| lower.starts_with(prefix) && rest.len() > prefix.len());
            let Some((prefix, held)) = held else { break };
            *held = true;
            rest = &rest[prefix.len()..];
        }
        let mut chars = rest.chars();
        let code = match (chars.next(), chars.next()) {
            (Some(c), None) if !c.is_whitespace() && !c.is_control() => Code::Char(c),
            _ => named(&rest.to_ascii_lowercase()).ok_or_else(|| UnknownKey(text.to_owned()))?,
        };
        Ok(Self::new(code, ctrl, alt, shift))
    }
}

fn named(word: &str) -> Option<Code> {
    let listed = NAMED.iter().chain(ALIASES).find(|(name, _)| *name == word).map(|(_, code)| *code);
    listed.or_else(|| {
        let number: u8 = word.strip_prefix('f')?.parse().ok()?;
        (1..=24).contains(&number).then_some(Code::F(number))
    })
}

impl fmt::Display for Combo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (held, word) in [(self.ctrl, "ctrl-"), (self.alt, "alt-"), (self.shift, "shift-")] {
            if held {
                f.write_str(word)?;
            }
        }
        match (NAMED.iter().find(|(_, code)| *code == self.code), self.code) {
            (Some((name, _)), _) => f.write_str(name),
            (None, Code::Char(c)) => write!(f, "{c}"),
            (None, Code::F(n)) => write!(f, "f{n}"),
            (None, other) => write!(f, "{other:?}"),
        }
    }
}

/// One or two key presses after each other, separated by blanks: `g g`.
///
/// # Errors
/// A part that names no key, or nothing at all.
pub fn chord(text: &str) -> Result<Vec<Combo>, UnknownKey> {
    let keys: Vec<Combo> = text.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
    if keys.is_empty() { Err(UnknownKey(text.to_owned())) } else { Ok(keys) }
}

/// The text of a chord.
pub fn chord_text(keys: &[Combo]) -> String {
    keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capital_is_not_small() {
        assert_ne!("G".parse::<Combo>(), "g".parse::<Combo>());
        assert_eq!("shift-g".parse::<Combo>(), "G".parse::<Combo>());
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", " ", "ctrl-", "crtl-k", "f0", "f25", "pg", "ctrl-shift-"] {
            assert!(text.parse::<Combo>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn print_and_parse_are_inverses() {
        for text in
            ["ctrl-k", "shift-tab", "G", "?", "space", "pgup", "f5", "-", "ctrl--", "alt-enter", "é", ":"]
        {
            assert_eq!(text.parse::<Combo>().map(|c| c.to_string()).as_deref(), Ok(text));
        }
        assert_eq!(chord("g  g").map(|c| chord_text(&c)).as_deref(), Ok("g g"));
    }

    #[test]
    fn only_plain_characters_write() {
        assert_eq!("ctrl-k".parse::<Combo>().unwrap().printable(), None);
        assert_eq!("G".parse::<Combo>().unwrap().printable(), Some('G'));
        assert_eq!("enter".parse::<Combo>().unwrap().printable(), None);
    }
}
