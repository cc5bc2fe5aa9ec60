//! The ways out.

use crate::model::modal::{List, QuitChoice};
use crate::model::{Effect, Leave, Modal, Model, Nav, Now, Severity};
use std::time::Duration;

/// A second `ctrl-c` within this time leaves.
const TWICE: Duration = Duration::from_secs(3);

/// `q`: closes what is open; on a screen with nothing open it leaves, asking when there is live work.
pub fn back(model: &mut Model, now: Now) -> Vec<Effect> {
    if let Some(effects) = super::super::back(model, now) {
        return effects;
    }
    match model.modals.last() {
        Some(_) => super::modal::nav(model, Nav::Close, now),
        None => quit(model),
    }
}

/// Leaves; with live work it asks what becomes of it.
pub fn quit(model: &mut Model) -> Vec<Effect> {
    if model.jobs.live().next().is_none() {
        return vec![Effect::Leave(Leave::Now)];
    }
    model.modals.retain(|modal| !matches!(modal, Modal::Quit(_)));
    model.open(Modal::Quit(List::default()));
    Vec::new()
}

/// What becomes of live work was chosen.
pub fn chosen(model: &mut Model, choice: QuitChoice, now: Now) -> Vec<Effect> {
    model.close();
    match choice {
        QuitChoice::Detach => vec![Effect::Leave(Leave::Now)],
        QuitChoice::Stop => vec![Effect::Leave(Leave::Stop)],
        QuitChoice::Wait if model.jobs.live().next().is_none() => vec![Effect::Leave(Leave::Now)],
        QuitChoice::Wait => {
            model.shell.leave_when_idle = true;
            vec![model.shell.say(
                Severity::Info,
                "Leaves as soon as everything is done; ctrl-c takes that back",
                now,
            )]
        }
    }
}

/// `ctrl-c`: cancels the newest live work; with nothing to cancel a second one leaves.
pub fn interrupt(model: &mut Model, now: Now) -> Vec<Effect> {
    if std::mem::take(&mut model.shell.leave_when_idle) {
        return vec![model.shell.say(Severity::Info, "Stays", now)];
    }
    let twice = model.shell.interrupt_until.take().is_some_and(|until| now.mono < until);
    if twice {
        return quit(model);
    }
    let running =
        model.jobs.list.iter().find(|job| job.state == crate::model::JobState::Running).map(|job| job.id);
    model.shell.interrupt_until = Some(now.mono + TWICE);
    let mut effects = running.map_or_else(Vec::new, |id| model.jobs.cancel(id));
    let line = if effects.is_empty() { "ctrl-c again leaves" } else { "Stopping; ctrl-c again leaves" };
    effects.push(model.shell.say(Severity::Info, line, now));
    effects
}
