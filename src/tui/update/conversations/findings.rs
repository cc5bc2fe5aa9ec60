//! Walking what the check found in a conversation, and going to the turn that it speaks of.

use super::read;
use crate::model::conversations::{DetailPlace, Focus, Jump};
use crate::model::walk::{self, FIRST, Walk};
use crate::model::{Effect, Model, Nav, Now, Severity};
use domain::dataset::Place;

/// The findings get the keyboard; a detail that is not in view comes in place of the list.
pub(super) fn begin(model: &mut Model, now: Now) -> Vec<Effect> {
    let state = &mut model.conversations;
    if state.row().is_none() || matches!(state.focus, Focus::Findings(_)) {
        return Vec::new();
    }
    let from = (state.reader.place, state.focus == Focus::Detail);
    if state.reader.place == DetailPlace::Hidden {
        state.reader.place = DetailPlace::Full;
    }
    state.reader.jump = None;
    state.focus = Focus::Findings(Walk { at: 0, from });
    let mut effects = read::ask_current(model);
    effects.extend(came(model, now));
    effects
}

/// The conversation is here: where nothing was found there is nothing to walk.
pub(super) fn came(model: &mut Model, now: Now) -> Option<Effect> {
    let Focus::Findings(walk) = model.conversations.focus else { return None };
    if model.conversations.detail().is_none() || !model.conversations.stops().is_empty() {
        return None;
    }
    end(model, walk);
    Some(model.shell.say(Severity::Info, "The check found nothing in this conversation", now))
}

/// Back to where the walk began.
pub(super) fn end(model: &mut Model, walk: Walk) {
    let state = &mut model.conversations;
    state.reader.top = usize::from(model.measured.size_of(FIRST).height);
    state.reader.place = walk.from.0;
    state.focus = if walk.from.1 { Focus::Detail } else { Focus::Table };
}

/// `tab` from the detail leads to the findings in it, `shift-tab` from the list; whether it did.
pub(super) fn tabbed(model: &mut Model, nav: Nav) -> bool {
    let state = &mut model.conversations;
    let (place, in_detail) = (state.reader.place, state.focus == Focus::Detail);
    let before = place == DetailPlace::Full || place == DetailPlace::Beside && !in_detail;
    let next = nav == Nav::Next && in_detail || nav == Nav::Previous && before;
    if !next || state.stops().is_empty() {
        return false;
    }
    state.reader.jump = None;
    state.focus = Focus::Findings(Walk { at: 0, from: (place, in_detail) });
    true
}

/// A move among the findings.
pub(super) fn nav(model: &mut Model, walk: Walk, nav: Nav) -> Vec<Effect> {
    let stops = model.conversations.stops();
    let state = &mut model.conversations;
    // The view has moved it so that the cursor is in view.
    state.reader.top = usize::from(model.measured.size_of(FIRST).height);
    match nav {
        Nav::Enter => {
            let place = stops.get(walk.at).and_then(|stop| {
                let finding = state.detail()?.findings.get(stop.finding)?;
                Some(stop.place.and_then(|place| finding.places.get(place)).cloned().unwrap_or_default())
            });
            return place.map_or_else(Vec::new, |place| open(model, walk, place));
        }
        Nav::Next | Nav::Previous => {
            let beside = state.reader.place == DetailPlace::Beside;
            state.focus = if beside && nav == Nav::Next { Focus::Table } else { Focus::Detail };
        }
        _ => {
            if let Some(at) = walk::step(nav, walk.at, &stops) {
                state.focus = Focus::Findings(Walk { at, ..walk });
            }
        }
    }
    Vec::new()
}

/// To the turn, in the detail; what is in no turn is shown in the file.
fn open(model: &mut Model, walk: Walk, place: Place) -> Vec<Effect> {
    let state = &mut model.conversations;
    let turn = place.turn.filter(|number| {
        state.detail().is_some_and(|detail| detail.turns.iter().any(|turn| turn.number == *number))
    });
    match turn {
        Some(turn) => {
            state.reader.jump = Some(Jump { turn, back: walk, first: true });
            state.focus = Focus::Detail;
            Vec::new()
        }
        None => read::json(model, Some(place)),
    }
}
