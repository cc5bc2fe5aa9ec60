//! The frame round the screens.

pub mod jobs;
pub(in crate::update) mod leave;
pub mod modal;
mod palette;
pub mod reach;
pub mod themes;

pub use palette::{Row, help_rows, palette_rows};

use crate::actions;
use crate::model::modal::{List, Search};
use crate::model::shell::{Msg, Phase, Session};
use crate::model::{Effect, Modal, Model, Now, Problem, ScreenId, Severity};
use std::time::Instant;

/// A message of the frame.
pub(super) fn update(model: &mut Model, msg: Msg, now: Now) -> Vec<Effect> {
    match msg {
        Msg::Go(screen) => return go(model, screen, now),
        Msg::Palette => toggle(model, Modal::Palette(Search::default())),
        Msg::Help => toggle(model, Modal::Help(Search::default())),
        Msg::Messages => {
            model.shell.toasts.clear();
            for message in &mut model.shell.messages {
                message.seen |= !message.notice;
            }
            toggle(model, Modal::Messages(List::default()));
        }
        Msg::Notifications => toggle(model, Modal::Notifications(List::default())),
        Msg::Themes => themes::open(model),
        Msg::Jobs => toggle(model, Modal::Jobs(List::default())),
        Msg::Mouse => {
            model.shell.mouse = !model.shell.mouse;
            let word = if model.shell.mouse { "The mouse is ours" } else { "The mouse is the terminal's" };
            return vec![Effect::Mouse(model.shell.mouse), model.shell.say(Severity::Info, word, now)];
        }
        Msg::Suspend => return vec![Effect::Suspend],
        Msg::Repaint => return vec![Effect::Repaint],
        Msg::Back => return leave::back(model, now),
        Msg::Interrupt => return leave::interrupt(model, now),
        Msg::Quit => return leave::quit(model, now),
        Msg::Leave(choice) => return leave::chosen(model, choice, now),
        Msg::Retry => return opens(model, now),
        Msg::Choose(line) => return modal::choose(model, line, now),
        Msg::Yes => return modal::yes(model, now),
        Msg::CancelJob => return jobs::cancel_selected(model),
        Msg::CancelThis => return jobs::cancel_own(model),
        Msg::CopyModal => return modal::copy(model, now),
        Msg::DismissToasts => model.shell.toasts.clear(),
        Msg::Act(id) => {
            return actions::find(id).map_or_else(Vec::new, |action| super::input::act(model, action, now));
        }
        Msg::SeenAll => {
            for message in &mut model.shell.messages {
                message.seen = true;
            }
        }
    }
    Vec::new()
}

/// Opens a modal, or closes it when it is on top already.
fn toggle(model: &mut Model, modal: Modal) {
    if model.modals.last().is_some_and(|top| top.name() == modal.name()) {
        model.close();
    } else {
        model.modals.retain(|below| below.name() != modal.name());
        model.open(modal);
    }
}

/// Goes to a screen.
fn go(model: &mut Model, screen: ScreenId, now: Now) -> Vec<Effect> {
    model.modals.clear();
    let mut effects: Vec<Effect> = super::monitor::left(model, screen).into_iter().collect();
    model.shell.screen = screen;
    effects.extend(super::enter(model, now));
    effects
}

/// `esc`: closes the modal on top, then something of the screen, then the toasts. Never leaves.
pub(super) fn close(model: &mut Model, now: Now) -> Vec<Effect> {
    if let Some(effects) = super::back(model, now) {
        return effects;
    }
    if model.close().is_none() {
        model.shell.toasts.clear();
    }
    Vec::new()
}

/// The engine is open, or could not be opened.
pub(super) fn opened(model: &mut Model, result: Result<Session, Problem>, now: Now) -> Vec<Effect> {
    model.shell.opening_long_at = None;
    match result {
        Ok(session) => {
            let recovered = session.recovered.clone();
            model.shell.phase = Phase::Ready(session);
            let mut effects: Vec<Effect> =
                recovered.into_iter().map(|line| model.shell.notice(Severity::Warn, line, now)).collect();
            effects.push(Effect::Runner);
            effects.extend(super::conversations::habits::recall(model));
            effects.extend(super::enter(model, now));
            effects.push(reach::ask(model));
            effects.extend(super::settings::runpod::opened(model));
            effects
        }
        Err(problem) => {
            let line = problem.to_string();
            model.modals.clear();
            model.shell.phase = Phase::Broken(problem);
            vec![Effect::Log(Severity::Error, line)]
        }
    }
}

/// The store is opened, which may take longer than a moment.
pub fn opens(model: &mut Model, now: Now) -> Vec<Effect> {
    model.shell.phase = Phase::Opening;
    model.shell.opening_long = false;
    model.shell.opening_long_at = Some(now.mono + engine::Engine::OPENS_WITHIN);
    vec![Effect::Open]
}

/// What changes by itself: toasts go, the keys that may follow appear, a first `ctrl-c` is forgotten.
pub(super) fn due(model: &mut Model, now: Now) -> Vec<Effect> {
    let past = |at: Option<Instant>| at.is_some_and(|at| at <= now.mono);
    model.shell.toasts.retain(|toast| toast.until > now.mono);
    if past(model.shell.which_key_at) {
        model.shell.which_key_at = None;
        model.shell.which_key = true;
    }
    if past(model.shell.interrupt_until) {
        model.shell.interrupt_until = None;
    }
    if past(model.shell.opening_long_at) {
        model.shell.opening_long_at = None;
        model.shell.opening_long = model.shell.phase == Phase::Opening;
    }
    leave::due(model, now)
}

/// When the next of these happens. While work is in view that says how long it takes, once a second.
pub(super) fn deadline(model: &Model, now: Instant) -> Option<Instant> {
    let toasts = model.shell.toasts.iter().map(|toast| toast.until);
    let watching = matches!(model.modals.last(), Some(Modal::Jobs(_))) && model.jobs.live().next().is_some();
    let second = watching.then(|| now + std::time::Duration::from_secs(1));
    let leaving = model.shell.leaving.map(|leaving| leaving.until);
    let keys = model.shell.which_key_at.into_iter().chain(model.shell.interrupt_until);
    let opening = model.shell.opening_long_at;
    toasts.chain(keys).chain(leaving).chain(second).chain(opening).min()
}

#[cfg(test)]
mod leave_tests;
#[cfg(test)]
mod tests;
