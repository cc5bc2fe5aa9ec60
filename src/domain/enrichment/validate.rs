//! Stage 2 of enrichment: what stops a conversation, and what only deserves a look (formats 5.2).

use crate::ids::ConversationId;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What is wrong. The words are the platform's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "each name says all there is to say; the texts are in `Code::texts`")]
pub enum Code {
    InvalidJsonSyntax,
    MissingConversationMetadata,
    MissingTurnsArray,
    InsufficientTurns,
    MissingClientPersona,
    MissingSessionContext,
    MissingConversationPhase,
    InvalidTurnNumber,
    InvalidRole,
    MissingContent,
    MissingEmotionalContext,
    MissingPrimaryEmotion,
    MissingIntensity,
    IntensityOutOfRange,
    MissingExpectedOutcome,
    TurnNumberMismatch,
    RoleNotAlternating,
    ShortContent,
    ExtremeIntensity,
    MissingSecondaryEmotion,
}

/// Whether it stops the conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Enrichment ends here.
    Blocker,
    /// Enrichment goes on.
    Warning,
}

/// One thing found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What.
    pub code: Code,
    /// How bad.
    pub severity: Severity,
    /// Where, e.g. `turns[3].content` (counted from 0, as the platform does).
    pub field: String,
    /// In a sentence.
    pub message: String,
    /// What to do.
    pub suggestion: String,
}

/// The validation report, keys as in `conversations.validation_report`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Nothing stops it.
    pub is_valid: bool,
    /// Something stops it.
    pub has_blockers: bool,
    /// Something deserves a look.
    pub has_warnings: bool,
    /// What stops it.
    pub blockers: Vec<Finding>,
    /// What deserves a look.
    pub warnings: Vec<Finding>,
    /// Business key.
    pub conversation_id: ConversationId,
    /// When.
    pub validated_at: DateTime<Utc>,
    /// In a sentence.
    pub summary: String,
}

/// Turns shorter than this are pointed out (characters).
const SHORT: usize = 10;

/// Looks at a raw or parsed conversation, without building anything. Every problem is reported, not only the first.
pub fn validate(bytes: &[u8], id: &ConversationId, at: DateTime<Utc>) -> Report {
    let mut found = Found::default();
    match serde_json::from_slice::<Value>(bytes) {
        Err(error) => found.add_with(Code::InvalidJsonSyntax, "", &error.to_string()),
        Ok(value) => {
            metadata(&value, &mut found);
            turns(&value, &mut found);
        }
    }
    found.into_report(id.clone(), at)
}

fn metadata(value: &Value, found: &mut Found) {
    let Some(head) = value.get("conversation_metadata").and_then(Value::as_object) else {
        found.add(Code::MissingConversationMetadata, "conversation_metadata");
        return;
    };
    for (key, code) in [
        ("client_persona", Code::MissingClientPersona),
        ("session_context", Code::MissingSessionContext),
        ("conversation_phase", Code::MissingConversationPhase),
        ("expected_outcome", Code::MissingExpectedOutcome),
    ] {
        if text(head, key).is_none() {
            found.add(code, &format!("conversation_metadata.{key}"));
        }
    }
}

fn turns(value: &Value, found: &mut Found) {
    let Some(turns) = value.get("turns").and_then(Value::as_array) else {
        found.add(Code::MissingTurnsArray, "turns");
        return;
    };
    if turns.len() < 2 {
        found.add(Code::InsufficientTurns, "turns");
    }
    let none = Map::new();
    let mut before = None;
    for (index, turn) in turns.iter().enumerate() {
        let turn = turn.as_object().unwrap_or(&none);
        let field = format!("turns[{index}]");
        let role = text(turn, "role").filter(|role| ["user", "assistant"].contains(role));
        if role.is_none() {
            found.add(Code::InvalidRole, &format!("{field}.role"));
        } else if role == before {
            found.add(Code::RoleNotAlternating, &format!("{field}.role"));
        }
        before = role;
        number(turn, index, &field, found);
        content(turn, &field, found);
        emotions(turn, &field, found);
    }
}

fn number(turn: &Map<String, Value>, index: usize, field: &str, found: &mut Found) {
    let field = format!("{field}.turn_number");
    match turn.get("turn_number").and_then(Value::as_f64) {
        None => found.add(Code::InvalidTurnNumber, &field),
        #[expect(clippy::cast_precision_loss, clippy::float_cmp, reason = "turn numbers are small integers")]
        Some(number) if number != (index + 1) as f64 => found.add(Code::TurnNumberMismatch, &field),
        Some(_) => {}
    }
}

fn content(turn: &Map<String, Value>, field: &str, found: &mut Found) {
    let field = format!("{field}.content");
    match text(turn, "content") {
        None => found.add(Code::MissingContent, &field),
        Some(content) if content.chars().nth(SHORT - 1).is_none() => found.add(Code::ShortContent, &field),
        Some(_) => {}
    }
}

fn emotions(turn: &Map<String, Value>, field: &str, found: &mut Found) {
    let field = format!("{field}.emotional_context");
    let Some(emotions) = turn.get("emotional_context").and_then(Value::as_object) else {
        found.add(Code::MissingEmotionalContext, &field);
        return;
    };
    if text(emotions, "primary_emotion").is_none() {
        found.add(Code::MissingPrimaryEmotion, &format!("{field}.primary_emotion"));
    }
    if text(emotions, "secondary_emotion").is_none() {
        found.add(Code::MissingSecondaryEmotion, &format!("{field}.secondary_emotion"));
    }
    let field = format!("{field}.intensity");
    match emotions.get("intensity").and_then(Value::as_f64) {
        None => found.add(Code::MissingIntensity, &field),
        Some(strength) if !(0.0..=1.0).contains(&strength) => {
            found.add_with(Code::IntensityOutOfRange, &field, &format!("it is {strength}"));
        }
        Some(strength) if strength <= 0.0 || strength >= 1.0 => found.add(Code::ExtremeIntensity, &field),
        Some(_) => {}
    }
}

/// A text that is there and not empty.
fn text<'a>(object: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    object.get(key).and_then(Value::as_str).filter(|text| !text.is_empty())
}

#[derive(Default)]
struct Found {
    blockers: Vec<Finding>,
    warnings: Vec<Finding>,
}

impl Found {
    fn add(&mut self, code: Code, field: &str) {
        self.add_with(code, field, "");
    }

    fn add_with(&mut self, code: Code, field: &str, detail: &str) {
        let (message, suggestion) = code.texts();
        let message = if detail.is_empty() { message.to_owned() } else { format!("{message}: {detail}") };
        let severity = code.severity();
        let finding =
            Finding { code, severity, field: field.to_owned(), message, suggestion: suggestion.to_owned() };
        match severity {
            Severity::Blocker => self.blockers.push(finding),
            Severity::Warning => self.warnings.push(finding),
        }
    }

    fn into_report(self, conversation_id: ConversationId, validated_at: DateTime<Utc>) -> Report {
        let (has_blockers, has_warnings) = (!self.blockers.is_empty(), !self.warnings.is_empty());
        let summary = match (self.blockers.len(), self.warnings.len()) {
            (0, 0) => "nothing found".to_owned(),
            (0, warnings) => format!("usable, {}", count(warnings, "warning")),
            (blockers, 0) => format!("stopped by {}", count(blockers, "blocker")),
            (blockers, warnings) => {
                format!("stopped by {}, {}", count(blockers, "blocker"), count(warnings, "warning"))
            }
        };
        Report {
            is_valid: !has_blockers,
            has_blockers,
            has_warnings,
            blockers: self.blockers,
            warnings: self.warnings,
            conversation_id,
            validated_at,
            summary,
        }
    }
}

fn count(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

impl Code {
    /// Whether it stops the conversation.
    pub const fn severity(self) -> Severity {
        match self {
            Self::MissingExpectedOutcome
            | Self::TurnNumberMismatch
            | Self::RoleNotAlternating
            | Self::ShortContent
            | Self::ExtremeIntensity
            | Self::MissingSecondaryEmotion => Severity::Warning,
            _ => Severity::Blocker,
        }
    }

    /// Message and suggestion.
    const fn texts(self) -> (&'static str, &'static str) {
        match self {
            Self::InvalidJsonSyntax => ("this is no JSON", "generate the conversation again"),
            Self::MissingConversationMetadata => ("the head is missing", "add `conversation_metadata`"),
            Self::MissingTurnsArray => ("the list of turns is missing", "add `turns`, a list"),
            Self::InsufficientTurns => ("there are fewer than two turns", "add the answer of the consultant"),
            Self::MissingClientPersona => ("nobody says who the client is", "add `client_persona`"),
            Self::MissingSessionContext => ("the situation is missing", "add `session_context`"),
            Self::MissingConversationPhase => ("the phase is missing", "add `conversation_phase`"),
            Self::InvalidTurnNumber => ("the turn has no number", "number the turns from 1"),
            Self::InvalidRole => ("nobody speaks", "write `user` or `assistant`"),
            Self::MissingContent => ("nothing is said", "add the text of the turn or take the turn out"),
            Self::MissingEmotionalContext => ("the feelings are missing", "add `emotional_context`"),
            Self::MissingPrimaryEmotion => ("the first feeling is missing", "add `primary_emotion`"),
            Self::MissingIntensity => ("the strength is missing", "add `intensity`, 0 to 1"),
            Self::IntensityOutOfRange => {
                ("the strength is not between 0 and 1", "bring it into the range; 8 of 10 is 0.8")
            }
            Self::MissingExpectedOutcome => ("nobody says what should come of it", "add `expected_outcome`"),
            Self::TurnNumberMismatch => ("the number is not the turn's place", "number the turns from 1"),
            Self::RoleNotAlternating => ("the same side speaks twice in a row", "join the two turns"),
            Self::ShortContent => ("the turn is very short", "see whether something was cut off"),
            Self::ExtremeIntensity => ("the strength is exactly 0 or 1", "see whether it was meant so"),
            Self::MissingSecondaryEmotion => ("the second feeling is missing", "add `secondary_emotion`"),
        }
    }
}

#[cfg(test)]
#[path = "validate_tests.rs"]
mod tests;
