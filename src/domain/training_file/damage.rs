//! Turns that came out of generation damaged (formats 3.3).

use crate::json::Text;
use serde::{Deserialize, Serialize};

/// What is wrong with the text of a turn. One turn counts once, however many signs it shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Damage {
    /// It stops in the middle of a sentence: its last visible character ends none.
    pub truncated: bool,
    /// It holds the two characters backslash and n where a line break was meant.
    pub literal_escape: bool,
}

/// What the last visible character of a whole turn is. The platform's data has the first nine; the others are closing
/// quotation marks of other habits.
const ENDS: [char; 15] = ['.', '!', '?', '"', '\'', ')', ']', '…', ':', '”', '’', '»', '›', '«', '“'];

impl Damage {
    /// Looks at the text of one turn. An empty text is not damaged in this sense.
    pub fn of(turn: &str) -> Self {
        Self {
            truncated: turn.trim_end().chars().next_back().is_some_and(|last| !ENDS.contains(&last)),
            literal_escape: memchr::memmem::find(turn.as_bytes(), b"\\n").is_some(),
        }
    }

    /// The same for a turn as it is spelled in a file; decodes only what looks suspicious.
    pub fn of_source(turn: &Text<'_>) -> Self {
        // None of these can be the end of an escape, but for the quotation mark, which an escape only protects.
        let ends_well = turn.raw().chars().next_back().is_some_and(|last| ENDS.contains(&last));
        let spelled = memchr::memmem::find(turn.raw().as_bytes(), b"\\\\n").is_some()
            || memchr::memmem::find(turn.raw().as_bytes(), b"\\u").is_some();
        if ends_well && !spelled { Self::default() } else { Self::of(&turn.decode()) }
    }

    /// Whether anything is wrong.
    pub const fn any(self) -> bool {
        self.truncated || self.literal_escape
    }
}

#[cfg(test)]
mod tests {
    use super::Damage;
    use crate::json::Cursor;

    #[test]
    fn the_end_and_the_escapes_tell() {
        for (turn, truncated, literal_escape) in [
            ("It stops in the mid\\", true, false),
            ("It stops", true, false),
            ("One.\\n\\nTwo.", false, true),
            ("One.\\n\\nTwo\\", true, true),
            ("Whole.", false, false),
            ("Whole.  \n", false, false),
            ("She said \"yes\"", false, false),
            ("She said ‘yes’", false, false),
            ("Sie sagte »ja«", false, false),
            ("Three things:", false, false),
            ("And so on…", false, false),
            ("Line one.\nLine two\\\nthree!", false, false),
            ("", false, false),
            ("  ", false, false),
        ] {
            let expected = Damage { truncated, literal_escape };
            assert_eq!(Damage::of(turn), expected, "{turn}");
            let mut source = Vec::new();
            crate::json::quote(turn, &mut source);
            let text = Cursor::new(&source).expect("UTF-8").string().expect("a string");
            assert_eq!(Damage::of_source(&text), expected, "{turn}");
        }
        for source in [r#""so\u005cn it goes.""#, r#""so\\u006e it goes.""#, r#""so\\\u006E it goes.""#] {
            let text = Cursor::new(source.as_bytes()).expect("UTF-8").string().expect("a string");
            assert_eq!(Damage::of_source(&text), Damage::of(&text.decode()), "{source}");
        }
    }
}
