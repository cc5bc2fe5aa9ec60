//! What each message changes, and what the world is asked to do about it. Pure: no I/O, no clock, no task.

pub mod conversations;
pub mod datasets;
pub mod files;
mod finder;
mod input;
pub mod models;
pub mod monitor;
pub mod overview;
mod passage;
pub mod settings;
pub mod shell;
#[cfg(test)]
pub(crate) mod tests;
pub mod train;
pub mod trainings;
mod unbound;

use crate::model::finder::Find;
use crate::model::shell::Reach;
use crate::model::{Answer, Effect, Modal, Model, Msg, Nav, Now, RunId, ScreenId};
use std::time::Instant;

/// Takes a message in.
pub fn update(model: &mut Model, msg: Msg, now: Now) -> Vec<Effect> {
    model.dirty = true;
    model.now = Some(now);
    match msg {
        Msg::Input(input) => input::update(model, input, now),
        Msg::Answered { run, slot, answer } => came(model, run, slot, *answer, now),
        Msg::Progress(job, step) => shell::jobs::progress(model, job, step),
        Msg::Finished(job, answer) => shell::jobs::finished(model, job, *answer, now),
        Msg::Lost { slot, job, problem } => {
            let mut effects = Vec::new();
            if let Some(slot) = slot {
                model.runs.forget(slot);
                effects.extend(conversations::lost(model, slot));
                train::lost(model, slot);
            }
            let told = model.shell.report(&problem, now);
            effects
                .extend(job.map_or_else(Vec::new, |job| shell::jobs::ended(model, job, Some(&problem), now)));
            effects.push(told);
            effects.extend(shell::leave::saved(model, true, now));
            effects
        }
        Msg::Opened(result) => shell::opened(model, result, now),
        Msg::Edited { to, tag, result } => edited(model, to, tag, result, now),
        Msg::Report(problem) => vec![model.shell.report(&problem, now)],
        Msg::Due => due(model, now),
        Msg::Sized => sized(model, now),
        Msg::Terminate => shell::leave::terminated(model, now),
        Msg::Nav(nav) => navigate(model, nav, now),
        Msg::Field(edit) => input::edit(model, &edit, now),
        Msg::Find(find) => asked(model, find, now),
        Msg::Shell(msg) => shell::update(model, msg, now),
        Msg::Overview(msg) => overview::update(model, msg, now),
        Msg::Conversations(msg) => conversations::update(model, msg, now),
        Msg::Files(msg) => files::update(model, msg, now),
        Msg::Datasets(msg) => datasets::update(model, msg, now),
        Msg::Train(msg) => train::update(model, msg, now),
        Msg::Trainings(msg) => trainings::update(model, msg, now),
        Msg::Models(msg) => models::update(model, msg, now),
        Msg::Settings(msg) => settings::update(model, msg, now),
        Msg::Monitor(msg) => monitor::update(model, msg, now),
    }
}

/// Another part of the list in view is to be shown.
fn asked(model: &mut Model, find: Find, now: Now) -> Vec<Effect> {
    use crate::model as of;
    match model.shell.screen {
        ScreenId::Files => finder::take::<of::files::State>(model, find, now),
        ScreenId::Datasets => finder::take::<of::datasets::State>(model, find, now),
        ScreenId::Jobs => finder::take::<of::trainings::State>(model, find, now),
        ScreenId::Models => finder::take::<of::models::State>(model, find, now),
        _ => Vec::new(),
    }
}

/// An answer came; leaving may have waited for it.
fn came(model: &mut Model, run: RunId, slot: &'static str, answer: Answer, now: Now) -> Vec<Effect> {
    // What could not be remembered of a screen is not worth staying for.
    let failed = answer.problem().is_some() && !matches!(slot, "conversations.keep" | "train.keep");
    let current = model.runs.answered(slot, run);
    let works = answer.problem().is_none();
    let seen = model.shell.toasts.clone();
    let mut effects = if current { answered(model, answer, now) } else { Vec::new() };
    if !works {
        model.shell.blame(&seen, slot);
    } else if current {
        model.shell.solved(slot);
    }
    effects.extend(shell::leave::saved(model, failed, now));
    effects
}

/// What an answer changes.
fn answered(model: &mut Model, answer: Answer, now: Now) -> Vec<Effect> {
    let reach = shell::reach::heard(model, &answer);
    let mut effects = match answer {
        Answer::Overview(answer) => overview::answered(model, answer, now),
        Answer::Conversations(answer) => conversations::answered(model, answer, now),
        Answer::Files(answer) => files::answered(model, answer, now),
        Answer::Datasets(answer) => datasets::answered(model, answer, now),
        Answer::Train(answer) => train::answered(model, answer, now),
        Answer::Trainings(answer) => trainings::answered(model, answer, now),
        Answer::Models(answer) => models::answered(model, answer, now),
        Answer::Settings(answer) => settings::answered(model, answer, now),
    };
    effects.extend(reach);
    effects
}

/// The screen in view was entered, or the engine was opened under it.
pub(crate) fn enter(model: &mut Model, now: Now) -> Vec<Effect> {
    if !model.shell.ready() {
        return Vec::new();
    }
    let mut effects = match model.shell.screen {
        ScreenId::Overview => overview::enter(model, now),
        ScreenId::Conversations => conversations::enter(model, now),
        ScreenId::Files => files::enter(model, now),
        ScreenId::Datasets => datasets::enter(model, now),
        ScreenId::Train => train::enter(model, now),
        ScreenId::Jobs => trainings::enter(model, now),
        ScreenId::Models => models::enter(model, now),
        ScreenId::Settings => settings::enter(model, now),
        ScreenId::Monitor => Vec::new(),
    };
    if model.shell.reach == Reach::Silent {
        // They may be back.
        effects.push(shell::reach::ask(model));
    }
    effects
}

/// Who has the keyboard: the owner of the modal on top (`None`: the shell), else the screen.
fn owner(model: &Model) -> Option<ScreenId> {
    model.modals.last().map_or(Some(model.shell.screen), Modal::owner)
}

fn navigate(model: &mut Model, nav: Nav, now: Now) -> Vec<Effect> {
    let Some(screen) = owner(model) else { return shell::modal::nav(model, nav, now) };
    if nav == Nav::Close {
        return shell::close(model, now);
    }
    match screen {
        ScreenId::Overview => overview::nav(model, nav, now),
        ScreenId::Conversations => conversations::nav(model, nav, now),
        ScreenId::Files => files::nav(model, nav, now),
        ScreenId::Datasets => datasets::nav(model, nav, now),
        ScreenId::Train => train::nav(model, nav, now),
        ScreenId::Jobs => trainings::nav(model, nav, now),
        ScreenId::Models => models::nav(model, nav, now),
        ScreenId::Settings => settings::nav(model, nav, now),
        ScreenId::Monitor => monitor::nav(model, nav, now),
    }
}

/// Closes something of the screen in view; `None`: there is nothing to close.
pub(crate) fn back(model: &mut Model, now: Now) -> Option<Vec<Effect>> {
    match owner(model) {
        Some(ScreenId::Conversations) => conversations::back(model, now),
        Some(ScreenId::Files) => files::back(model, now),
        Some(ScreenId::Datasets) => datasets::back(model, now),
        Some(ScreenId::Train) => train::back(model, now),
        Some(ScreenId::Jobs) => trainings::back(model, now),
        Some(ScreenId::Models) => models::back(model, now),
        Some(ScreenId::Monitor) => monitor::back(model, now),
        Some(ScreenId::Settings) => settings::back(model),
        _ => None,
    }
}

fn field_changed(model: &mut Model, now: Now) -> Vec<Effect> {
    match owner(model) {
        None => shell::modal::field_changed(model),
        Some(ScreenId::Conversations) => conversations::field_changed(model, now),
        Some(ScreenId::Files) => files::field_changed(model, now),
        Some(ScreenId::Datasets) => datasets::field_changed(model, now),
        Some(ScreenId::Train) => train::field_changed(model),
        Some(ScreenId::Jobs) => trainings::field_changed(model, now),
        Some(ScreenId::Models) => models::field_changed(model, now),
        Some(ScreenId::Monitor) => monitor::field_changed(model),
        Some(ScreenId::Overview | ScreenId::Settings) => Vec::new(),
    }
}

/// Gives the text of a prompt to the screen that wants it.
pub(crate) fn prompted(
    model: &mut Model,
    to: ScreenId,
    tag: &'static str,
    text: &str,
    now: Now,
) -> Result<Vec<Effect>, String> {
    match to {
        ScreenId::Conversations => conversations::prompted(model, tag, text, now),
        ScreenId::Files => files::prompted(model, tag, text, now),
        ScreenId::Train => train::prompted(model, tag, text),
        ScreenId::Monitor => monitor::prompted(model, tag, text),
        ScreenId::Datasets => datasets::prompted(model, tag, text, now),
        ScreenId::Models => models::prompted(model, text, now),
        ScreenId::Settings => settings::runpod::prompted(model, tag, text),
        ScreenId::Jobs => trainings::prompted(model, text),
        ScreenId::Overview => Ok(Vec::new()),
    }
}

fn edited(
    model: &mut Model,
    to: ScreenId,
    tag: &'static str,
    result: Result<Option<String>, crate::model::Problem>,
    now: Now,
) -> Vec<Effect> {
    match (result, to) {
        (Err(problem), _) => vec![model.shell.report(&problem, now)],
        (Ok(Some(text)), ScreenId::Conversations) => conversations::edited(model, tag, text, now),
        (Ok(Some(text)), ScreenId::Files) => files::edited(model, tag, text, now),
        (Ok(_), _) => Vec::new(),
    }
}

fn sized(model: &mut Model, now: Now) -> Vec<Effect> {
    match model.shell.screen {
        ScreenId::Conversations => conversations::sized(model, now),
        ScreenId::Files => files::sized(model, now),
        ScreenId::Datasets => datasets::sized(model),
        ScreenId::Train => train::sized(model),
        ScreenId::Jobs => trainings::sized(model),
        ScreenId::Models => models::sized(model),
        ScreenId::Overview | ScreenId::Settings | ScreenId::Monitor => Vec::new(),
    }
}

fn due(model: &mut Model, now: Now) -> Vec<Effect> {
    let mut effects = shell::due(model, now);
    effects.extend(conversations::due(model, now));
    effects.extend(files::due(model, now));
    effects
}

/// The next instant at which something changes by itself; `None`: nothing will.
pub fn deadline(model: &Model, now: Instant) -> Option<Instant> {
    [shell::deadline(model, now), conversations::deadline(model, now), files::deadline(model, now)]
        .into_iter()
        .flatten()
        .min()
}
