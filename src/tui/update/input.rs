//! Keys, mouse, paste: what the terminal reports becomes the message of an action.

use crate::keys::{ActionSpec, Availability, Code, Combo, Resolved};
use crate::model::{Edit, Effect, Grip, Input, Model, Mouse, Msg, Now, On, Severity};
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
    let seen = model.shell.moves_on(now.mono);
    if seen && combo == Combo::plain(Code::Esc) && model.modals.is_empty() && !model.has_field() {
        // It is the toast that somebody wants to be rid of, nothing else.
        return Vec::new();
    }
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
        Resolved::Unbound => super::unbound::said(model, &pressed, now),
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

/// Takes hold of what can be dragged at this place.
fn held(model: &mut Model, x: u16, y: u16) -> bool {
    let top = model.measured.hits.iter().rev().find(|hit| hit.area.contains(x, y) && hit.on.click.is_some());
    let grip = top.and_then(|hit| Some((hit.on.drag?, hit.on.click.clone())));
    model.shell.grip = grip.map(|(drag, click)| Grip { drag, x, moved: false, click });
    model.shell.grip.is_some()
}

/// What is held goes with the mouse.
fn drag(model: &mut Model, x: u16, now: Now) -> Vec<Effect> {
    let Some(grip) = &mut model.shell.grip else { return Vec::new() };
    let by = f64::from(grip.x) - f64::from(x);
    if by == 0.0 {
        return Vec::new();
    }
    let begins = !std::mem::replace(&mut grip.moved, true);
    grip.x = x;
    let share = by / f64::from(grip.drag.width.max(1));
    let chart = grip.drag.chart;
    super::monitor::dragged(model, chart, share, begins, now)
}

fn mouse(model: &mut Model, what: Mouse, x: u16, y: u16, now: Now) -> Vec<Effect> {
    let held = what == Mouse::Down && held(model, x, y);
    let find = |pick: fn(&On) -> Option<&Msg>| model.measured.at(x, y, pick);
    if what == Mouse::Down {
        model.shell.moves_on(now.mono);
    }
    let msg = match what {
        Mouse::WheelUp => find(|on| on.wheel_up.as_ref()),
        Mouse::WheelDown => find(|on| on.wheel_down.as_ref()),
        Mouse::Drag => return drag(model, x, now),
        Mouse::Up => {
            let grip = model.shell.grip.take();
            grip.filter(|grip| !grip.moved).and_then(|grip| grip.click)
        }
        Mouse::Down if held => None,
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
