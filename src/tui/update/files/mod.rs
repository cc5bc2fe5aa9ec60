//! Placeholder of the house; the screen's author replaces the bodies and keeps these signatures.

use crate::model::files::{Answer, Msg};
use crate::model::{Effect, Model, Nav, Now};
use std::time::Instant;

/// A message of this screen's own.
pub fn update(_model: &mut Model, msg: Msg, _now: Now) -> Vec<Effect> {
    match msg {}
}

/// The engine answered (also the end of a job).
pub fn answered(_model: &mut Model, answer: Answer, _now: Now) -> Vec<Effect> {
    match answer {}
}

/// The screen comes into view, or the engine was opened while it was in view.
pub fn enter(_model: &mut Model, _now: Now) -> Vec<Effect> {
    Vec::new()
}

/// A move, for the screen or for its own modal on top.
pub fn nav(_model: &mut Model, _nav: Nav, _now: Now) -> Vec<Effect> {
    Vec::new()
}

/// The text of the focused field (of the screen or of its own modal) is another one.
pub fn field_changed(_model: &mut Model, _now: Now) -> Vec<Effect> {
    Vec::new()
}

/// `esc` and `q`: closes something of this screen. `None`: there was nothing to close.
pub fn back(_model: &mut Model, _now: Now) -> Option<Vec<Effect>> {
    None
}

/// A prompt that this screen opened was confirmed with this text. An error keeps it open and is shown in it.
pub fn prompted(_model: &mut Model, _tag: &'static str, _text: &str, _now: Now) -> Result<Vec<Effect>, String> {
    Ok(Vec::new())
}

/// The text editor has ended.
pub fn edited(_model: &mut Model, _tag: &'static str, _text: String, _now: Now) -> Vec<Effect> {
    Vec::new()
}

/// The panes have other sizes than before.
pub fn sized(_model: &mut Model, _now: Now) -> Vec<Effect> {
    Vec::new()
}

/// When this screen wants to be woken: a debounce, an age that changes. `None`: not at all.
pub fn deadline(_model: &Model, _now: Instant) -> Option<Instant> {
    None
}

/// Its deadline may have passed.
pub fn due(_model: &mut Model, _now: Now) -> Vec<Effect> {
    Vec::new()
}
