//! From one dataset format to another, one conversation at a time.
//!
//! Full ↔ v4 JSONL are written by [`crate::training_file::build`]; [`Regroup`] makes conversations of v4 lines again.
//! `messages`, ShareGPT and Alpaca come from [`conversation`].

mod dialogue;
mod regroup;

#[cfg(test)]
mod tests;

pub use regroup::Regroup;

use crate::conversation::{Role, UnknownWord, words};
use crate::json::quote;
use crate::training_file::fault::Fault;
use dialogue::Dialogue;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

words! {
    /// What to write.
    Target, "format" {
        /// A full training file.
        V4Json = "v4-json",
        /// Its JSONL.
        V4Jsonl = "v4-jsonl",
        /// One line per conversation: `messages` with `role` and `content`.
        Messages = "messages",
        /// One line per conversation: `conversations` with `from` and `value`.
        ShareGpt = "sharegpt",
        /// One line per answer: `instruction`, `input`, `output`, `system`, `history`.
        Alpaca = "alpaca",
    }
}

/// What became of one conversation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Converted {
    /// Lines written.
    pub lines: u32,
    /// Turns that stand in none of the lines: those after the last answer, and answers before the first question.
    pub left_out: u32,
    /// Neighbours of the same role that became one turn.
    pub joined: u32,
}

/// Writes the lines of one enriched file or one element of `conversations`; each ends in a line feed.
/// For the two v4 targets nothing is written: those need a head.
pub fn conversation(source: &[u8], target: Target, out: &mut Vec<u8>) -> Result<Converted, Fault> {
    let (exchanges, turns) = dialogue::read(source)?;
    let mut done = Converted::default();
    match target {
        Target::V4Json | Target::V4Jsonl => {}
        Target::Alpaca => {
            for exchange in &exchanges {
                let dialogue = Dialogue::of(exchange);
                done.lines += u32::from(alpaca(&dialogue, out));
            }
            done.left_out = turns.saturating_sub(2 * done.lines);
        }
        Target::Messages | Target::ShareGpt => {
            // The last answer has the whole conversation before it in its history.
            let Some(last) = exchanges.last() else {
                done.left_out = turns;
                return Ok(done);
            };
            let dialogue = Dialogue::of(last);
            let used = u32::try_from(dialogue.turns.len()).unwrap_or(u32::MAX);
            done.joined = dialogue.joined;
            done.left_out = turns.saturating_sub(used + dialogue.joined);
            if !dialogue.turns.is_empty() {
                whole(&dialogue, target, out);
                done.lines = 1;
            }
        }
    }
    Ok(done)
}

/// One line with all turns, the system prompt first.
fn whole(dialogue: &Dialogue, target: Target, out: &mut Vec<u8>) {
    let (list, who, what, names): (&[u8], &[u8], &[u8], [&str; 3]) = if target == Target::Messages {
        (b"{\"messages\":[", b"{\"role\":\"", b"\",\"content\":", ["system", "user", "assistant"])
    } else {
        (b"{\"conversations\":[", b"{\"from\":\"", b"\",\"value\":", ["system", "human", "gpt"])
    };
    let mut first = true;
    let mut turn = |name: &str, text: &str, out: &mut Vec<u8>| {
        if !std::mem::take(&mut first) {
            out.push(b',');
        }
        out.extend_from_slice(who);
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(what);
        quote(text, out);
        out.push(b'}');
    };
    out.extend_from_slice(list);
    if !dialogue.system.is_empty() {
        turn(names[0], &dialogue.system, out);
    }
    for (role, text) in &dialogue.turns {
        turn(names[if *role == Role::User { 1 } else { 2 }], text, out);
    }
    out.extend_from_slice(b"]}\n");
}

/// One line for the last answer, with the exchanges before it as `history`. False when nothing was asked.
fn alpaca(dialogue: &Dialogue, out: &mut Vec<u8>) -> bool {
    let [before @ .., (_, question), (_, answer)] = dialogue.turns.as_slice() else { return false };
    for (key, text) in [
        ("{\"instruction\":", question.as_str()),
        (",\"input\":", ""),
        (",\"output\":", answer),
        (",\"system\":", &dialogue.system),
    ] {
        out.extend_from_slice(key.as_bytes());
        quote(text, out);
    }
    out.extend_from_slice(b",\"history\":[");
    for (at, exchange) in before.chunks_exact(2).enumerate() {
        out.extend_from_slice(if at > 0 { b",[" } else { b"[" });
        quote(&exchange[0].1, out);
        out.push(b',');
        quote(&exchange[1].1, out);
        out.push(b']');
    }
    out.extend_from_slice(b"]}\n");
    true
}
