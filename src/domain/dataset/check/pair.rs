//! Training pairs: of full files, of enriched files, and one per line in v4 JSONL.

use super::super::report::{Code, Severity};
use super::lax::{Lax, Object, Text};
use super::tally::{At, Tally};
use super::text::{Faults, is_truncated, words};
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Pair<'a> {
    /// The head of a JSONL file, in a line of its own.
    #[serde(rename = "_meta")]
    pub meta: Lax<Object<Meta>>,
    #[serde(borrow)]
    pub id: Lax<Text<'a>>,
    #[serde(borrow)]
    pub conversation_id: Lax<Text<'a>>,
    pub turn_number: Lax<f64>,
    #[serde(borrow)]
    conversation_metadata: Lax<Object<About<'a>>>,
    #[serde(borrow)]
    system_prompt: Lax<Text<'a>>,
    #[serde(borrow)]
    conversation_history: Lax<Vec<Lax<Object<Past<'a>>>>>,
    #[serde(borrow)]
    current_user_input: Lax<Text<'a>>,
    #[serde(borrow)]
    emotional_context: Lax<Object<Emotional<'a>>>,
    #[serde(borrow)]
    pub target_response: Lax<Text<'a>>,
    training_metadata: Lax<Object<Training>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Meta {
    pub total_pairs: Lax<f64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct About<'a> {
    #[serde(borrow)]
    client_persona: Lax<Text<'a>>,
    #[serde(borrow)]
    client_background: Lax<Text<'a>>,
    #[serde(borrow)]
    session_context: Lax<Text<'a>>,
    #[serde(borrow)]
    conversation_phase: Lax<Text<'a>>,
    #[serde(borrow)]
    expected_outcome: Lax<Text<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Past<'a> {
    #[serde(borrow)]
    role: Lax<Text<'a>>,
    #[serde(borrow)]
    content: Lax<Text<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Emotional<'a> {
    #[serde(borrow)]
    detected_emotions: Lax<Object<Detected<'a>>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Detected<'a> {
    #[serde(borrow)]
    primary: Lax<Text<'a>>,
    intensity: Lax<f64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Training {
    quality_score: Lax<f64>,
}

/// What is remembered between the pairs of one conversation, so that each turn is counted once and texts that all
/// pairs share are looked through once.
#[derive(Debug, Default)]
pub(super) struct Memo {
    system: (String, Faults, u64),
    about: [(String, Faults); 5],
    user: Option<String>,
    /// Kinds of the turns so far: `true` is the user.
    pub turns: Vec<bool>,
    ids: std::collections::HashSet<String>,
    /// Ids of pairs are unique in the whole file (JSONL), not only in their conversation.
    pub over_file: bool,
}

impl Memo {
    pub fn next_conversation(&mut self) {
        self.user = None;
        self.turns.clear();
        self.ids.clear();
    }
}

/// How bad a missing or wrong field is.
const fn severity(vital: bool) -> Severity {
    if vital { Severity::Critical } else { Severity::Warning }
}

/// Says so when the field is missing or has the wrong type; gives its value when it is as it should be.
pub(super) fn field<'f, T>(
    tally: &mut Tally,
    at: At,
    field: &'f Lax<T>,
    name: &str,
    vital: bool,
) -> Option<&'f T> {
    match field {
        Lax::Is(value) => return Some(value),
        Lax::Missing => tally.add(severity(vital), Code::MissingField, at, name),
        Lax::Null => tally.add(severity(vital), Code::InvalidType, at, &format!("{name} is null")),
        Lax::Other(kind) => tally.add(severity(vital), Code::InvalidType, at, &format!("{name} is {kind}")),
    }
    None
}

/// [`field`] for a text that must say something.
pub(super) fn text<'f>(
    tally: &mut Tally,
    at: At,
    lax: &'f Lax<Text<'_>>,
    name: &str,
    vital: bool,
) -> Option<&'f str> {
    let found: &str = &field(tally, at, lax, name, vital)?.0;
    if found.trim().is_empty() {
        tally.add(severity(vital), Code::EmptyValue, at, name);
    }
    Some(found)
}

/// A turn that was not looked at before.
pub(super) fn turn(tally: &mut Tally, at: At, content: &str, name: &str) {
    if is_truncated(content) {
        let end: Vec<char> = content.chars().rev().take(24).collect();
        tally.warn(Code::TruncatedTurn, at, &format!("…{}", end.into_iter().rev().collect::<String>()));
    }
    tally.faults(Faults::of(content), at, name);
}

impl Pair<'_> {
    /// Looks at one pair; `from_one` is its number in the conversation, which stands in for a missing turn number.
    pub fn check(&self, tally: &mut Tally, at: At, memo: &mut Memo, from_one: u32) {
        tally.pairs += 1;
        let number = self.turn_number.get().copied();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be in range")]
        let at = at.turn(number.filter(|n| (0.0..1e9).contains(n)).map_or(from_one, |n| n as u32));
        field(tally, at, &self.turn_number, "turn_number", false);
        let id = text(tally, at, &self.id, "id", false);
        match id {
            Some(id) if memo.over_file => tally.id("id", id, at),
            Some(id) if !memo.ids.insert(id.to_owned()) => {
                tally.warn(Code::DuplicateId, at, &format!("id {id}"));
            }
            _ => {}
        }
        text(tally, at, &self.conversation_id, "conversation_id", false);
        self.check_about(tally, at, memo);
        let is_user = matches!(self.target_response, Lax::Null);
        memo.turns.push(is_user);
        let target = if is_user {
            tally.add(Severity::Info, Code::NullTarget, at, "");
            None
        } else {
            text(tally, at, &self.target_response, "target_response", true)
        };
        let system = self.check_system(tally, at, memo);
        let input = field(tally, at, &self.current_user_input, "current_user_input", !is_user).map(|t| &*t.0);
        if let Some(input) = input {
            Self::check_input(tally, at, memo, input, is_user);
        }
        let history = self.check_history(tally, at, input, is_user);
        if let Some(target) = target {
            turn(tally, at, target, "target_response");
            tally.trainable += 1;
            tally.example(system + history + input.map_or(0, words) + words(target), at);
        }
    }

    fn check_about(&self, tally: &mut Tally, at: At, memo: &mut Memo) {
        if let Some(Object(about)) =
            field(tally, at, &self.conversation_metadata, "conversation_metadata", false)
        {
            let fields = [
                (&about.client_persona, "conversation_metadata.client_persona"),
                (&about.client_background, "conversation_metadata.client_background"),
                (&about.session_context, "conversation_metadata.session_context"),
                (&about.conversation_phase, "conversation_metadata.conversation_phase"),
                (&about.expected_outcome, "conversation_metadata.expected_outcome"),
            ];
            for ((lax, name), known) in fields.into_iter().zip(&mut memo.about) {
                let Some(found) = field(tally, at, lax, name, false) else { continue };
                if known.0 != *found.0 {
                    *known = (found.0.clone().into_owned(), Faults::of(&found.0));
                }
                tally.faults(known.1, at, name);
            }
        }
        if let Some(Object(context)) = field(tally, at, &self.emotional_context, "emotional_context", false)
            && let Some(Object(emotions)) =
                field(tally, at, &context.detected_emotions, "emotional_context.detected_emotions", false)
        {
            text(tally, at, &emotions.primary, "emotional_context.detected_emotions.primary", false);
            field(tally, at, &emotions.intensity, "emotional_context.detected_emotions.intensity", false);
        }
        if let Some(Object(training)) = field(tally, at, &self.training_metadata, "training_metadata", false)
            && let Some(score) =
                field(tally, at, &training.quality_score, "training_metadata.quality_score", false)
        {
            tally.score(*score);
        }
    }

    /// The words of the system prompt.
    fn check_system(&self, tally: &mut Tally, at: At, memo: &mut Memo) -> u64 {
        let Some(system) = text(tally, at, &self.system_prompt, "system_prompt", false) else { return 0 };
        if memo.system.0 != system {
            memo.system = (system.to_owned(), Faults::of(system), words(system));
        }
        tally.faults(memo.system.1, at, "system_prompt");
        memo.system.2
    }

    /// The user's turn: an assistant's pair repeats the input of the user's pair before it.
    fn check_input(tally: &mut Tally, at: At, memo: &mut Memo, input: &str, is_user: bool) {
        if input.trim().is_empty() {
            tally.add(severity(is_user), Code::EmptyValue, at, "current_user_input");
            return;
        }
        if is_user || memo.user.as_deref() != Some(input) {
            let before = at.turn.unwrap_or(1).saturating_sub(u32::from(!is_user)).max(1);
            turn(tally, at.turn(before), input, "current_user_input");
            memo.user = Some(input.to_owned());
        }
    }

    /// The words of the history, without its last turn when that repeats the input.
    fn check_history(&self, tally: &mut Tally, at: At, input: Option<&str>, is_user: bool) -> u64 {
        let Some(history) = field(tally, at, &self.conversation_history, "conversation_history", !is_user)
        else {
            return 0;
        };
        let mut sum = 0;
        let mut last: Option<(Option<&str>, Option<&str>)> = None;
        let mut in_order = true;
        for past in history {
            let Some(Object(past)) = field(tally, at, past, "conversation_history[]", !is_user) else {
                continue;
            };
            let role = past.role.text();
            if role.is_none() || (past.content.text().is_none() && !is_user) {
                field(tally, at, &past.role, "conversation_history[].role", !is_user);
                field(tally, at, &past.content, "conversation_history[].content", !is_user);
            }
            if let Some(role) = role
                && !matches!(role, "user" | "assistant")
            {
                tally.critical(Code::RoleOrder, at, &format!("role {role}"));
            }
            in_order &= match last {
                None => role != Some("assistant"),
                Some((before, _)) => before != role,
            };
            // Only examples are measured, and user pairs are none.
            sum += if is_user { 0 } else { past.content.text().map_or(0, words) };
            last = Some((role, past.content.text()));
        }
        let repeated = matches!(last, Some((Some("user"), Some(content))) if Some(content) == input);
        if repeated {
            tally.warn(Code::RepeatedUserTurn, at, "");
            sum -= if is_user { 0 } else { input.map_or(0, words) };
        }
        if !is_user && !in_order {
            tally.warn(Code::RoleOrder, at, "conversation_history");
        }
        sum
    }
}

/// The turns of a conversation alternate and begin with the user. Files without user pairs say nothing about it.
pub(super) fn check_order(tally: &mut Tally, at: At, turns: &[bool]) {
    if !turns.contains(&true) {
        return;
    }
    let mut expected = true;
    for (i, is_user) in turns.iter().enumerate() {
        if *is_user != expected {
            tally.warn(Code::RoleOrder, at.turn(u32::try_from(i + 1).unwrap_or(u32::MAX)), "");
        }
        expected = !is_user;
    }
}
