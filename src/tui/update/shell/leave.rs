//! The ways out.

use crate::model::modal::{List, QuitChoice};
use crate::model::shell::Leaving;
use crate::model::{Confirm, Effect, Leave, Modal, Model, Nav, Now, Problem, Severity};
use domain::money::Usd;
use std::time::Duration;

/// A second `ctrl-c` within this time leaves.
const TWICE: Duration = Duration::from_secs(3);

/// So long leaving waits for the last changes to be saved.
const PATIENCE: Duration = Duration::from_secs(4);

/// `q`: closes what is open; on a screen with nothing open it leaves, asking when there is live work.
pub fn back(model: &mut Model, now: Now) -> Vec<Effect> {
    if let Some(effects) = super::super::back(model, now) {
        return effects;
    }
    match model.modals.last() {
        Some(_) => super::modal::nav(model, Nav::Close, now),
        None => quit(model, now),
    }
}

/// Leaves; with live work it asks what becomes of it.
pub fn quit(model: &mut Model, now: Now) -> Vec<Effect> {
    if let Some(leaving) = model.shell.leaving.take() {
        return vec![Effect::Leave(leaving.how)];
    }
    if model.idle() {
        return match reminder(model, now) {
            // A second time is an answer.
            Some(reminder) if model.modals.last() != Some(&reminder) => {
                model.open(reminder);
                Vec::new()
            }
            _ => go(model, Leave::Now, now),
        };
    }
    model.modals.retain(|modal| !matches!(modal, Modal::Quit(_)));
    model.open(Modal::Quit(List::default()));
    Vec::new()
}

/// What is rented and goes on costing, with what each costs: to be said before one leaves. `None`: nothing is.
fn reminder(model: &Model, now: Now) -> Option<Modal> {
    const AFTER: &str = "They are looked after again by the next dashboard or `brightrun runner`; until then a run that is done may go on costing.";
    let state = &model.settings.runpod;
    let (lines, left) = (state.lines(), crate::model::rented::left(&state.left()));
    let burn = state.burn().or(left.as_ref().map(|_| Usd::ZERO))?;
    let mut body = crate::model::rented::first(lines, now.wall);
    if !lines.is_empty() {
        body.extend([String::new(), AFTER.to_owned()]);
    }
    body.extend(left);
    let cost = if burn > Usd::ZERO {
        format!("{burn} an hour")
    } else if lines.is_empty() {
        "what was left at RunPod".to_owned()
    } else {
        "what was rented".to_owned()
    };
    let question = Confirm::new(
        format!("Leave with {cost} going on?"),
        "Leave",
        crate::model::Msg::Shell(crate::model::shell::Msg::Leave(QuitChoice::Detach)),
    );
    Some(Modal::Confirm(question.body(body).danger(None)))
}

/// Leaves as soon as nothing is unsaved. A second time leaves at once.
pub(in crate::update) fn go(model: &mut Model, how: Leave, now: Now) -> Vec<Effect> {
    wait(model, Leaving { how, until: now.mono + PATIENCE, forced: false }, now)
}

/// The operating system asks us to leave: what is on its way is saved, if that does not take long.
pub(in crate::update) fn terminated(model: &mut Model, now: Now) -> Vec<Effect> {
    if model.shell.leaving.is_some_and(|leaving| leaving.forced) {
        return Vec::new();
    }
    wait(model, Leaving { how: Leave::Now, until: now.mono + PATIENCE, forced: true }, now)
}

fn wait(model: &mut Model, leaving: Leaving, now: Now) -> Vec<Effect> {
    let unsaved = model.unsaved();
    if unsaved == 0 {
        return vec![Effect::Leave(leaving.how)];
    }
    model.shell.leaving = Some(leaving);
    let text = format!("Saving {}, then leaving", crate::text::many(unsaved as u64, "change"));
    vec![model.shell.say(Severity::Info, text, now)]
}

/// Something was saved, or could not be. Leaving goes on when it was the last; when the user leaves and something
/// failed he stays, so that he can read what was lost.
pub(in crate::update) fn saved(model: &mut Model, failed: bool, now: Now) -> Vec<Effect> {
    let Some(leaving) = model.shell.leaving else { return Vec::new() };
    if failed && !leaving.forced {
        model.shell.leaving = None;
        return vec![model.shell.say(Severity::Warn, "Stays: a change could not be saved", now)];
    }
    if model.unsaved() > 0 {
        return Vec::new();
    }
    model.shell.leaving = None;
    vec![Effect::Leave(leaving.how)]
}

/// It was waited long enough.
pub(super) fn due(model: &mut Model, now: Now) -> Vec<Effect> {
    let Some(leaving) = model.shell.leaving.filter(|leaving| leaving.until <= now.mono) else {
        return Vec::new();
    };
    model.shell.leaving = None;
    let unsaved = crate::text::many(model.unsaved() as u64, "change");
    if leaving.forced {
        let line = format!("Left with {unsaved} not saved: the store did not answer");
        return vec![Effect::Log(Severity::Error, line), Effect::Leave(leaving.how)];
    }
    let why = format!("the store does not answer, and {unsaved} would be lost");
    vec![model.shell.report(&Problem::new("Did not leave", why, "Leave twice to give them up"), now)]
}

/// Leaves when somebody waits for the end of the last piece of work, and this was it.
pub(in crate::update) fn if_idle(model: &mut Model, now: Now) -> Vec<Effect> {
    if model.shell.leave_when_idle && model.idle() { go(model, Leave::Now, now) } else { Vec::new() }
}

/// Long work is told to stop, and every run that is followed here makes a checkpoint; then this program leaves.
fn stop(model: &mut Model, now: Now) -> Vec<Effect> {
    let live: Vec<_> = model.jobs.live().map(|job| job.id).collect();
    let mut effects: Vec<Effect> = live.into_iter().flat_map(|id| model.jobs.cancel(id)).collect();
    let hands: Vec<_> = model.trainings.hands.iter().copied().collect();
    effects.extend(hands.into_iter().flat_map(|id| super::super::trainings::stop(model, id, now)));
    model.shell.leave_when_idle = true;
    effects.push(model.shell.say(
        Severity::Info,
        "Leaves as soon as every run has its checkpoint; ctrl-c stays",
        now,
    ));
    effects
}

/// What becomes of live work was chosen.
pub fn chosen(model: &mut Model, choice: QuitChoice, now: Now) -> Vec<Effect> {
    model.close();
    match choice {
        QuitChoice::Detach => go(model, Leave::Now, now),
        QuitChoice::Stop if model.trainings.hands.is_empty() => go(model, Leave::Stop, now),
        QuitChoice::Stop => stop(model, now),
        QuitChoice::Wait if model.idle() => go(model, Leave::Now, now),
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

/// `ctrl-c`: cancels the work of the dialog on top, else the newest live work; with nothing to cancel a second one leaves.
pub fn interrupt(model: &mut Model, now: Now) -> Vec<Effect> {
    if std::mem::take(&mut model.shell.leave_when_idle) {
        return vec![model.shell.say(Severity::Info, "Stays", now)];
    }
    let twice = model.shell.interrupt_until.take().is_some_and(|until| now.mono < until);
    if twice {
        return quit(model, now);
    }
    let newest = model.jobs.list.iter().find(|job| job.state == crate::model::JobState::Running);
    let running = super::jobs::on_top(model).or_else(|| newest.map(|job| job.id));
    model.shell.interrupt_until = Some(now.mono + TWICE);
    let mut effects = running.map_or_else(Vec::new, |id| model.jobs.cancel(id));
    let line = if effects.is_empty() { "ctrl-c again leaves" } else { "Stopping; ctrl-c again leaves" };
    effects.push(model.shell.say(Severity::Info, line, now));
    effects
}
