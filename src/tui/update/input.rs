//! Keys, mouse, paste: what the terminal reports becomes the message of an action.

use crate::keys::{ActionSpec, Availability, Code, Combo, Resolved};
use crate::model::{Edit, Effect, Input, Model, Mouse, Msg, Now, On, Severity};
use std::time::Duration;

/// After so long the keys that may follow the first one of a chord are shown.
pub(super) const WHICH_KEY: Duration = Duration::from_millis(400);
/// Two clicks within this time at one place are a double click.
const DOUBLE: Duration = Duration::from_millis(400);

/// Takes in what the terminal reports.
pub(super) fn update(model: &mut Model, input: Input, now: Now) -> Vec<Effect> {
    match input {
        Input::Key(combo) => key(model, combo, now),
        Input::Paste(text) => paste(model, text, now),
        Input::Mouse { what, x, y } => mouse(model, what, x, y, now),
        Input::Resize(columns, rows) => {
            model.shell.size = (columns, rows);
            Vec::new()
        }
        Input::Focus(focused) => {
            model.shell.focused = focused;
            Vec::new()
        }
    }
}

/// One key: into the focused field if it writes something, else what the key map says.
fn key(model: &mut Model, combo: Combo, now: Now) -> Vec<Effect> {
    if model.shell.pending.is_empty()
        && model.has_field()
        && let Some(c) = combo.printable()
    {
        return edit(model, &Edit::Insert(c.to_string()), now);
    }
    let mut pressed = std::mem::take(&mut model.shell.pending);
    model.shell.which_key = false;
    model.shell.which_key_at = None;
    if !pressed.is_empty() && combo == Combo::plain(Code::Esc) {
        return Vec::new();
    }
    pressed.push(combo);
    match model.keymap.resolve(&model.scopes(), &pressed) {
        Resolved::Action(action) => act(model, action, now),
        Resolved::Pending(_) => {
            model.shell.pending = pressed;
            model.shell.which_key_at = Some(now.mono + WHICH_KEY);
            Vec::new()
        }
        Resolved::Unbound => Vec::new(),
    }
}

/// Does an action if it can be done, and says why when it cannot.
pub(super) fn act(model: &mut Model, action: &'static ActionSpec, now: Now) -> Vec<Effect> {
    match (action.when)(model) {
        Availability::Enabled => super::update(model, (action.msg)(), now),
        Availability::Disabled(why) => {
            vec![model.shell.say(Severity::Info, format!("{}: {why}", action.title), now)]
        }
        Availability::Hidden => Vec::new(),
    }
}

/// Pasted text goes into the focused field as text and does nothing anywhere else: it is never taken for keys.
fn paste(model: &mut Model, text: String, now: Now) -> Vec<Effect> {
    if model.has_field() {
        return edit(model, &Edit::Insert(text), now);
    }
    vec![model.shell.say(
        Severity::Info,
        "Nothing here takes pasted text; open a field first, for example with / or f",
        now,
    )]
}

/// Changes the focused field.
pub(super) fn edit(model: &mut Model, edit: &Edit, now: Now) -> Vec<Effect> {
    let changed = match model.modals.last_mut().and_then(crate::model::Modal::text_box) {
        Some(text) => text.edit(edit),
        None => model.field().is_some_and(|field| field.edit(edit)),
    };
    if changed { super::field_changed(model, now) } else { Vec::new() }
}

fn mouse(model: &mut Model, what: Mouse, x: u16, y: u16, now: Now) -> Vec<Effect> {
    let find = |pick: fn(&On) -> Option<&Msg>| model.measured.at(x, y, pick);
    let msg = match what {
        Mouse::WheelUp => find(|on| on.wheel_up.as_ref()),
        Mouse::WheelDown => find(|on| on.wheel_down.as_ref()),
        Mouse::Down => {
            let again = model.shell.clicked.is_some_and(|(cx, cy, at)| {
                (cx, cy) == (x, y) && now.mono.saturating_duration_since(at) < DOUBLE
            });
            let double = if again { find(|on| on.double.as_ref()) } else { None };
            let msg = double.or_else(|| find(|on| on.click.as_ref()));
            model.shell.clicked = (!again).then_some((x, y, now.mono));
            msg
        }
    };
    model.shell.pending.clear();
    msg.map_or_else(Vec::new, |msg| super::update(model, msg, now))
}
