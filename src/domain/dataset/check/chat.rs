//! Conversations as plain turns: `turns`, `conversations` and `messages` lines, and raw files.

use super::super::Shape;
use super::super::report::{Code, LineError, LineErrorKind, Platform, ROW_KEEPS};
use super::LINE_ERRORS;
use super::lax::{Lax, Object, Text};
use super::pair::{field, turn};
use super::tally::{At, Tally, tokens};
use super::text::words;
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ChatLine<'a> {
    #[serde(borrow)]
    conversation_id: Lax<Text<'a>>,
    #[serde(borrow)]
    id: Lax<Text<'a>>,
    #[serde(borrow)]
    turns: Lax<Vec<Lax<Object<Said<'a>>>>>,
    #[serde(borrow)]
    conversations: Lax<Vec<Lax<Object<Said<'a>>>>>,
    #[serde(borrow)]
    messages: Lax<Vec<Lax<Object<Said<'a>>>>>,
}

/// One turn; `from` and `value` are the words of `ShareGPT`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::dataset) struct Said<'a> {
    #[serde(borrow)]
    pub role: Lax<Text<'a>>,
    #[serde(borrow)]
    pub content: Lax<Text<'a>>,
    #[serde(borrow)]
    pub from: Lax<Text<'a>>,
    #[serde(borrow)]
    pub value: Lax<Text<'a>>,
}

#[derive(Clone, Copy, PartialEq)]
enum Speaker {
    User,
    Assistant,
    /// System prompts and tool answers: no turns.
    Other,
}

fn speaker(role: &str) -> Option<Speaker> {
    match role {
        "user" | "human" => Some(Speaker::User),
        "assistant" | "gpt" => Some(Speaker::Assistant),
        "system" | "developer" | "tool" | "function" => Some(Speaker::Other),
        _ => None,
    }
}

/// How far a conversation has come.
#[derive(Debug, Default)]
pub(super) struct Talk {
    words: u64,
    turns: u32,
    user_last: Option<bool>,
    out_of_order: bool,
}

impl Talk {
    /// Looks at one turn; `false` when its role or content is missing (R2.06).
    pub fn said(&mut self, tally: &mut Tally, at: At, said: &Lax<Object<Said>>, number: u32) -> bool {
        let at = at.turn(number);
        let Some(Object(said)) = field(tally, at, said, "turn", true) else { return false };
        let pick = |a, b| if matches!(a, &Lax::Missing) { b } else { a };
        let (role, content) = (pick(&said.role, &said.from), pick(&said.content, &said.value));
        let role = super::pair::text(tally, at, role, "role", true).filter(|r| !r.is_empty());
        let content = super::pair::text(tally, at, content, "content", true).filter(|c| !c.is_empty());
        let who = role.and_then(|role| {
            let who = speaker(role);
            if who.is_none() {
                tally.critical(Code::RoleOrder, at, &format!("role {role}"));
            }
            who
        });
        let counted = content.map_or(0, words);
        self.words += counted;
        match who {
            Some(Speaker::Other) => {
                tally.faults(content.map(super::text::Faults::of).unwrap_or_default(), at, "content");
            }
            _ => self.turn(tally, at, who, content),
        }
        role.is_some() && content.is_some()
    }

    fn turn(&mut self, tally: &mut Tally, at: At, who: Option<Speaker>, content: Option<&str>) {
        tally.pairs += 1;
        self.turns += 1;
        if let Some(content) = content {
            turn(tally, at, content, "content");
        }
        let Some(who) = who else { return };
        let is_user = who == Speaker::User;
        if !self.out_of_order && is_user == self.user_last.unwrap_or(false) {
            tally.warn(Code::RoleOrder, at, "");
            self.out_of_order = true;
        }
        self.user_last = Some(is_user);
        if !is_user && content.is_some() {
            tally.trainable += 1;
            tally.example(self.words, at);
        }
    }
}

/// The platform's judgement of `turns` files.
#[derive(Debug, Default)]
pub(super) struct Judge {
    facts: Platform,
    words: u64,
    lines: u64,
}

impl Judge {
    pub fn error(&mut self, line: u64, kind: LineErrorKind, turn: usize) {
        self.facts.errors += 1;
        if self.facts.line_errors.len() >= LINE_ERRORS {
            return;
        }
        let error = match kind {
            LineErrorKind::Turn => format!("Turn {turn} missing role or content"),
            other => other.word().to_owned(),
        };
        let suggestion = match kind {
            LineErrorKind::Json => "Write one whole JSON object on each line",
            LineErrorKind::Id => "Give every conversation a conversation_id",
            LineErrorKind::Turns => "Add the list `turns` with the conversation's turns",
            LineErrorKind::Empty => "Add at least one turn",
            LineErrorKind::Turn => "Give every turn a role and a content",
            LineErrorKind::File => "",
        };
        let kept = self.facts.line_errors.len() < ROW_KEEPS;
        self.facts.line_errors.push(LineError { line, error, suggestion: suggestion.to_owned(), kind, kept });
    }

    /// A line that is no JSON.
    pub fn broken_line(&mut self, line: u64) {
        self.lines += 1;
        self.error(line, LineErrorKind::Json, 0);
    }

    #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
    pub fn finish(mut self) -> Platform {
        self.facts.total_tokens = tokens(self.words);
        let lines = self.lines.max(1) as f64;
        self.facts.avg_turns_per_conversation = self.facts.total_training_pairs as f64 / lines;
        self.facts
    }

    /// The first of the three faults that end the check of a line, else every incomplete turn.
    fn line(&mut self, line: u64, chat: &ChatLine, complete: &[bool]) {
        self.lines += 1;
        match &chat.turns {
            _ if matches!(chat.conversation_id, Lax::Missing | Lax::Null) => {
                self.error(line, LineErrorKind::Id, 0);
            }
            _ if chat.conversation_id.text() == Some("") => self.error(line, LineErrorKind::Id, 0),
            Lax::Is(turns) if turns.is_empty() => self.error(line, LineErrorKind::Empty, 0),
            Lax::Is(turns) => {
                for (i, _) in complete.iter().enumerate().filter(|(_, complete)| !**complete) {
                    self.error(line, LineErrorKind::Turn, i + 1);
                }
                self.facts.total_training_pairs += turns.len() as u64;
                let contents = turns.iter().filter_map(|t| t.get()?.0.content.text());
                self.words +=
                    contents.map(|c| c.bytes().filter(|b| *b == b' ').count() as u64 + 1).sum::<u64>();
            }
            _ => self.error(line, LineErrorKind::Turns, 0),
        }
    }
}

/// One line of a chat shape.
pub(super) fn check_line(
    tally: &mut Tally,
    judge: &mut Judge,
    shape: Shape,
    text: &str,
    line: u64,
) -> Result<(), serde_json::Error> {
    let object: Lax<Object<ChatLine>> = serde_json::from_str(text)?;
    let mut at = At { line: Some(line), ..At::default() };
    tally.conversations += 1;
    let nothing = ChatLine::default();
    let chat = match &object {
        Lax::Is(Object(chat)) => chat,
        other => {
            field(tally, at, other, "the line", true);
            &nothing
        }
    };
    let is_object = object.get().is_some();
    let id = if shape == Shape::Turns {
        is_object
            .then(|| super::pair::text(tally, at, &chat.conversation_id, "conversation_id", true))
            .flatten()
    } else {
        chat.conversation_id.text().or(chat.id.text())
    };
    at.conversation = id.filter(|id| !id.is_empty());
    if let Some(id) = at.conversation {
        tally.id("conversation_id", id, at);
    }
    let (turns, name) = match shape {
        Shape::Messages => (&chat.messages, "messages"),
        Shape::Conversations => (&chat.conversations, "conversations"),
        _ => (&chat.turns, "turns"),
    };
    let mut complete = Vec::new();
    if is_object && let Some(turns) = field(tally, at, turns, name, true) {
        if turns.is_empty() {
            tally.critical(Code::EmptyValue, at, name);
        }
        let mut talk = Talk::default();
        for (said, number) in turns.iter().zip(1..) {
            complete.push(talk.said(tally, at, said, number));
        }
    }
    if shape == Shape::Turns {
        judge.line(line, chat, &complete);
    }
    Ok(())
}
