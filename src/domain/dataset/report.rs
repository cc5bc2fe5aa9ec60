//! What a check found: exactly the JSON of `brightrun check --json` (mission "Checks").

use super::Shape;
use crate::conversation::{UnknownWord, words};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::{fmt, str::FromStr};

/// Places a finding names at most.
pub const PLACES: usize = 20;
/// Characters of a conversation's id that a place keeps.
pub const ID: usize = 100;
/// Line errors that the platform's row keeps (R2.07).
pub const ROW_KEEPS: usize = 10;

words! {
    /// What is wrong. The words are fixed; scripts rely on them.
    Code, "finding" {
        /// Not JSON, or cut off.
        MalformedJson = "malformed_json",
        /// Not UTF-8.
        WrongEncoding = "wrong_encoding",
        /// A field is absent.
        MissingField = "missing_field",
        /// A field holds another type.
        InvalidType = "invalid_type",
        /// A field that must say something is empty.
        EmptyValue = "empty_value",
        /// An id occurs twice.
        DuplicateId = "duplicate_id",
        /// Roles do not alternate, do not begin with the user, or are unknown.
        RoleOrder = "role_order",
        /// A user turn that is counted as a pair.
        NullTarget = "null_target",
        /// A header claims another number than follows.
        CountMismatch = "count_mismatch",
        /// The history ends with the current input.
        RepeatedUserTurn = "repeated_user_turn",
        /// A turn ends in the middle of a sentence (formats 3.3).
        TruncatedTurn = "truncated_turn",
        /// The two characters backslash and n instead of a line break.
        LiteralEscape = "literal_escape",
        /// `{{…}}`.
        PlaceholderLeft = "placeholder_left",
        /// `[object Object]`.
        ObjectPlaceholder = "object_placeholder",
        /// Longer than a sequence length.
        OverLength = "over_length",
        /// All quality scores are equal.
        UnmeasuredQuality = "unmeasured_quality",
        /// Fewer examples than a training needs.
        SmallDataset = "small_dataset",
        /// A character that is no text.
        ControlCharacter = "control_character",
        /// Text that was read in the wrong encoding once.
        Mojibake = "mojibake",
    }
}

words! {
    /// How bad.
    Severity, "severity" {
        /// Cannot be trained like this.
        Critical = "critical",
        /// Trains, but worse than it could.
        Warning = "warning",
        /// Good to know.
        Info = "info",
    }
}

/// Where. Lines are physical lines from 1.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Line of a JSONL file, or the line at which a JSON text breaks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// Conversation: its id, else its number in the file (from 1) as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation: Option<String>,
    /// Turn number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turn: Option<u32>,
    /// The field, or what was read there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub what: Option<String>,
}

/// One kind of finding with how often and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What.
    pub code: Code,
    /// How bad.
    pub severity: Severity,
    /// How often.
    pub count: u64,
    /// One sentence.
    pub message: String,
    /// The first [`PLACES`] places.
    #[serde(rename = "where")]
    pub places: Vec<Place>,
}

/// Tokens of the training examples: system prompt, history without the doubled user turn, input and target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tokens {
    /// How they were counted: always said, because it is an estimate.
    pub method: String,
    /// Sum over all examples.
    pub total: u64,
    /// Per example; 0 without examples.
    pub mean: f64,
    /// The longest example.
    pub max: u64,
    /// Examples longer than each sequence length.
    pub over: BTreeMap<u32, u64>,
}

words! {
    /// The line errors of R2.07.
    LineErrorKind, "line error" {
        /// The line is not JSON.
        Json = "JSON parse error",
        /// No id, or an empty one.
        Id = "Missing conversation_id",
        /// `turns` is absent or no array.
        Turns = "Invalid or missing turns array",
        /// `turns` is empty.
        Empty = "Empty turns array",
        /// `Turn N missing role or content`.
        Turn = "Turn missing role or content",
        /// The whole file.
        File = "File is empty",
    }
}

/// An entry of the platform's `validation_errors` (R2.07).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineError {
    /// Physical line from 1; 0 is the whole file.
    pub line: u64,
    /// The platform's words.
    pub error: String,
    /// What to do.
    pub suggestion: String,
    /// Which of them it is.
    #[serde(skip, default = "LineErrorKind::json")]
    pub kind: LineErrorKind,
    /// Among the first [`ROW_KEEPS`], which the row keeps.
    #[serde(skip)]
    pub kept: bool,
}

impl LineErrorKind {
    const fn json() -> Self {
        Self::Json
    }
}

/// What the platform's own validator says of the file (shape `turns`, R2.06–R2.08).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Platform {
    /// How many entries there are; the list stops at [`super::check::LINE_ERRORS`].
    pub errors: u64,
    /// The entries, in file order.
    pub line_errors: Vec<LineError>,
    /// Turns of all roles, which the platform calls pairs.
    pub total_training_pairs: u64,
    /// round(Σ words × 1.3), words split at single blanks.
    pub total_tokens: u64,
    /// Turns by lines.
    pub avg_turns_per_conversation: f64,
}

/// The result of a check.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The name it was given.
    pub file: String,
    /// `None`: the file is empty, or its encoding hides what it is.
    pub shape: Option<Shape>,
    /// Conversations.
    pub conversations: u64,
    /// Pairs; user turns count.
    pub pairs: u64,
    /// Pairs with a target.
    pub trainable_pairs: u64,
    /// Estimated length of the examples.
    pub tokens: Tokens,
    /// Worst first, then in the order of [`Code`].
    pub findings: Vec<Finding>,
    /// No critical finding, and at least one trainable pair.
    pub ready: bool,
    /// The platform's own judgement; only for `turns` and empty files. Not part of the JSON.
    #[serde(skip)]
    pub platform: Option<Platform>,
}

impl Report {
    /// How often a code was found, whatever the severity. For [`Code::OverLength`] the largest of its lengths.
    pub fn count(&self, code: Code) -> u64 {
        let counts = self.findings.iter().filter(|f| f.code == code).map(|f| f.count);
        if code == Code::OverLength { counts.max().unwrap_or(0) } else { counts.sum() }
    }
    /// The platform's line errors; none for the other shapes.
    pub fn line_errors(&self) -> &[LineError] {
        self.platform.as_ref().map_or(&[], |p| &p.line_errors)
    }
}
