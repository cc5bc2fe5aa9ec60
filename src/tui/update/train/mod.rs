//! The configurator: what each key and each answer changes.

mod change;
mod launch;
mod open;
mod pick;
mod presets;
mod rows;
mod started;

pub use change::wrong_with;
pub use open::{enter, open};
pub use pick::clicked;
pub use rows::LENGTH;

use crate::model::train::{Answer, Ask, Judged, Modal, Msg};
use crate::model::{Effect, Model, Nav, Now, ScreenId, Severity};

/// Asks the engine.
fn ask(model: &mut Model, ask: Ask) -> Effect {
    model.ask(crate::model::Ask::Train(ask))
}

/// A message of this screen's own.
pub fn update(model: &mut Model, msg: Msg, now: Now) -> Vec<Effect> {
    match msg {
        Msg::Nudge(up) => change::nudge(model, up, now),
        Msg::Reset => change::reset(model),
        Msg::ResetAll => presets::reset(model),
        Msg::Chip(at) => {
            rows::to(model, crate::model::train::Row::Preset);
            presets::pick(model, at)
        }
        Msg::Row(row) => rows::click(model, row, now),
        Msg::Check(at) => {
            let again = model.train.in_checks && model.train.check == at;
            rows::to_check(model, at);
            if again { launch::accept(model, now) } else { Vec::new() }
        }
        Msg::Scroll(lines) => rows::scroll(model, lines),
        Msg::ScrollChecks(lines) => rows::scroll_checks(model, lines),
        Msg::Accept => launch::accept(model, now),
        Msg::AskSave => presets::ask_save(model),
        Msg::Save(name) => presets::save(model, &name, true),
        Msg::AskRemove => presets::ask_remove(model),
        Msg::Remove(name) => vec![ask(model, Ask::RemovePreset(name))],
        Msg::Pick(at) => pick::click(model, at),
        Msg::Folder => pick::ask_folder(model),
        Msg::Start => launch::ask_start(model, now),
        Msg::Tick => launch::tick(model),
        Msg::Copy => {
            let text = serde_json::to_string_pretty(&model.train.draft).unwrap_or_default();
            vec![Effect::Copy(text), model.shell.say(Severity::Info, "Copied the configuration as JSON", now)]
        }
        Msg::Cache => match model.train.open_weights() {
            Some(name) => {
                let then = crate::model::settings::runpod::Msg::CacheThis(name);
                let then = crate::model::settings::Msg::Runpod(then);
                super::update(model, crate::model::Msg::Settings(then), now)
            }
            None => Vec::new(),
        },
        Msg::Refresh => open::refresh(model),
    }
}

/// The engine answered.
pub fn answered(model: &mut Model, answer: Answer, now: Now) -> Vec<Effect> {
    match answer {
        Answer::Choices(Ok(choices)) => {
            model.train.choices = Some(choices);
            open::begin(model)
        }
        Answer::Draft(id, result) => open::recalled(model, id, result),
        Answer::Kept(Ok(())) => Vec::new(),
        Answer::Kept(Err(problem)) => vec![Effect::Log(Severity::Warn, problem.to_string())],
        Answer::Judged(judged) => judge(model, *judged),
        Answer::Saved(result) => presets::saved(model, result, now),
        Answer::Removed(Ok(name)) => {
            let told = model.shell.say(Severity::Success, format!("The preset {name} is removed"), now);
            vec![told, ask(model, Ask::Choices)]
        }
        Answer::Launched(result) => launch::launched(model, result, now),
        Answer::Choices(Err(problem)) => {
            let told = model.shell.report(&problem, now);
            model.train.problem = Some(problem);
            vec![told]
        }
        Answer::Removed(Err(problem)) => vec![model.shell.report(&problem, now)],
    }
}

/// What is known about a configuration. What was accepted counts only as long as it says the same.
fn judge(model: &mut Model, judged: Judged) -> Vec<Effect> {
    let state = &mut model.train;
    if judged.result.as_ref().is_err_and(|problem| problem.interrupted) {
        return Vec::new();
    }
    if let Some(last) = state.judged.as_ref().filter(|last| last.request != judged.request) {
        let same = last.request.dataset == judged.request.dataset;
        match (&last.result, &judged.result) {
            (Ok(last), Ok(_)) if same => state.before = Some(last.estimate.clone()),
            // What cannot be estimated is no settings before: the last that could stays.
            _ if same => {}
            _ => state.before = None,
        }
    }
    state.judged = Some(judged);
    let open: Vec<_> =
        state.open_checks().iter().map(|check| (check.name.clone(), check.text.clone())).collect();
    state.accepted.retain(|accepted| open.contains(accepted));
    state.check = state.check.min(open.len().saturating_sub(1));
    Vec::new()
}

/// A move, for the screen or for its own modal on top.
pub fn nav(model: &mut Model, nav: Nav, now: Now) -> Vec<Effect> {
    match model.modals.last() {
        Some(crate::model::Modal::Train(Modal::Launch(_))) => launch::nav(model, nav),
        Some(crate::model::Modal::Train(_)) => pick::nav(model, nav),
        _ => rows::nav(model, nav, now),
    }
}

/// A question broke down; the dialog that waits for it is free again.
pub fn lost(model: &mut Model, slot: &str) {
    if slot == "train.launch" {
        launch::lost(model);
    }
}

/// The text of the focused field is another one.
pub fn field_changed(model: &mut Model) -> Vec<Effect> {
    model.train.wrong = None;
    Vec::new()
}

/// `esc` and `q`: closes something of this screen, at last the screen itself. `None`: nothing to close.
pub fn back(model: &mut Model, now: Now) -> Option<Vec<Effect>> {
    if matches!(model.modals.last(), Some(crate::model::Modal::Train(_))) {
        // What is on its way is waited for: it may start a run.
        if !launch::is_sent(model) {
            model.close();
        }
        return Some(Vec::new());
    }
    if !model.modals.is_empty() {
        return None;
    }
    if model.train.editing.take().is_some() {
        model.train.wrong = None;
        return Some(Vec::new());
    }
    if std::mem::take(&mut model.train.in_checks) {
        return Some(Vec::new());
    }
    let from = model.train.from;
    Some(super::update(model, crate::model::Msg::Shell(crate::model::shell::Msg::Go(from)), now))
}

/// The text of a prompt of this screen.
pub fn prompted(model: &mut Model, tag: &'static str, text: &str) -> Result<Vec<Effect>, String> {
    match tag {
        presets::TAG => presets::named(model, text),
        _ => pick::folder(model, text),
    }
}

/// The panes have other sizes than before.
pub fn sized(model: &mut Model) -> Vec<Effect> {
    let at = model.train.at;
    rows::to(model, at);
    Vec::new()
}

/// Goes to the screen that a dataset can be chosen on.
fn leave_to_datasets(model: &mut Model, now: Now) -> Vec<Effect> {
    let go = crate::model::shell::Msg::Go(ScreenId::Datasets);
    super::update(model, crate::model::Msg::Shell(go), now)
}

#[cfg(test)]
pub(crate) mod tests;
