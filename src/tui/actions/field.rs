//! Keys of a focused text field. Keys that write a character go into the field before any of these is looked up.

use crate::keys::{ActionSpec, Scope};
use crate::model::{Edit, Msg};

const fn field(id: &'static str, title: &'static str, doc: &'static str, msg: fn() -> Msg) -> ActionSpec {
    ActionSpec::new(id, Scope::Field, title, doc, msg).unlisted()
}

/// All actions of a text field.
pub const ACTIONS: &[ActionSpec] = &[
    field("field.left", "Character back", "One character to the left.", || Msg::Field(Edit::Left))
        .keys(&["left"]),
    field("field.right", "Character on", "One character to the right.", || Msg::Field(Edit::Right))
        .keys(&["right"]),
    field("field.word-left", "Word back", "One word to the left.", || Msg::Field(Edit::WordLeft))
        .keys(&["ctrl-left", "alt-b"]),
    field("field.word-right", "Word on", "One word to the right.", || Msg::Field(Edit::WordRight))
        .keys(&["ctrl-right", "alt-f"]),
    field("field.start", "Beginning", "To the beginning of the line.", || Msg::Field(Edit::Start))
        .keys(&["home", "ctrl-a"]),
    field("field.end", "End", "To the end of the line.", || Msg::Field(Edit::End)).keys(&["end", "ctrl-e"]),
    field("field.backspace", "Delete back", "Takes the character before the cursor.", || {
        Msg::Field(Edit::Backspace)
    })
    .keys(&["backspace", "ctrl-h"]),
    field("field.delete", "Delete", "Takes the character after the cursor.", || Msg::Field(Edit::Delete))
        .keys(&["del", "ctrl-d"]),
    field("field.delete-word", "Delete word", "Takes the word before the cursor.", || {
        Msg::Field(Edit::DeleteWord)
    })
    .keys(&["ctrl-w", "alt-backspace"]),
    field("field.delete-line", "Delete to the beginning", "Takes everything before the cursor.", || {
        Msg::Field(Edit::DeleteToStart)
    })
    .keys(&["ctrl-u"]),
];
