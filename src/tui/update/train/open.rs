//! Coming in: what can be chosen, what was kept, what the engine says about it.

use super::ask;
use crate::model::train::{Ask, FIRST, State};
use crate::model::{Effect, Model, Now, Problem, ScreenId, Severity};
use domain::configuration::Configuration;
use domain::dataset::DatasetRow;
use domain::ids::DatasetId;

/// Opens the configurator over a dataset. One that cannot be trained with is refused with what to do.
pub fn open(model: &mut Model, row: &DatasetRow, from: ScreenId, now: Now) -> Vec<Effect> {
    if let Some(why) = row.untrainable() {
        let text = format!("{} cannot be trained with: {why}; d shows what was found", row.name);
        return vec![model.shell.say(Severity::Warn, text, now)];
    }
    *model.train = State { from, dataset: Some(Box::new(row.clone())), ..State::default() };
    let go = crate::model::shell::Msg::Go(ScreenId::Train);
    crate::update::update(model, crate::model::Msg::Shell(go), now)
}

/// The screen comes into view, or the engine was opened while it was in view.
pub fn enter(model: &mut Model, now: Now) -> Vec<Effect> {
    let Some(id) = model.train.dataset.as_ref().map(|row| row.id) else {
        return super::leave_to_datasets(model, now);
    };
    let mut effects = vec![ask(model, Ask::Choices)];
    if !model.train.ready {
        effects.push(ask(model, Ask::Draft(id)));
    }
    effects
}

/// Reads again what can be chosen, and judges again.
pub(super) fn refresh(model: &mut Model) -> Vec<Effect> {
    let mut effects = vec![ask(model, Ask::Choices)];
    effects.extend(judge(model));
    effects
}

/// What was kept for the dataset came. Without it everything begins with the defaults.
pub(super) fn recalled(
    model: &mut Model,
    id: DatasetId,
    result: Result<Option<Box<Configuration>>, Problem>,
) -> Vec<Effect> {
    if model.train.ready || model.train.dataset.as_ref().is_none_or(|row| row.id != id) {
        return Vec::new();
    }
    let mut effects = Vec::new();
    let draft = result.unwrap_or_else(|problem| {
        effects.push(Effect::Log(Severity::Warn, problem.to_string()));
        None
    });
    model.train.recalled = Some(draft);
    effects.extend(begin(model));
    effects
}

/// Choices came, for the first time or again: with the draft there it can begin.
pub(super) fn begin(model: &mut Model) -> Vec<Effect> {
    let state = &mut model.train;
    state.problem = None;
    if !state.ready {
        let (Some(_), Some(recalled), Some(row)) = (&state.choices, state.recalled.clone(), &state.dataset)
        else {
            return Vec::new();
        };
        let id = row.id;
        state.draft = match recalled {
            Some(draft) => *draft,
            None => Configuration {
                hyperparameters: state
                    .known(FIRST)
                    .map(|p| p.preset.hyperparameters.clone())
                    .unwrap_or_default(),
                ..Configuration::default()
            },
        };
        state.draft.dataset = Some(id);
        state.kept = Some(state.draft.clone());
        state.ready = true;
    }
    // A preset is a file, and may be gone.
    if state.base().is_none() {
        state.draft.based_on = Some(FIRST.to_owned());
    }
    judge(model)
}

/// Asks what is known about the configuration as it is now.
pub(super) fn judge(model: &mut Model) -> Vec<Effect> {
    let request = model.train.request();
    request.map(|request| ask(model, Ask::Judge(Box::new(request)))).into_iter().collect()
}

/// Something was changed: it is kept and judged.
pub(super) fn changed(model: &mut Model) -> Vec<Effect> {
    let state = &mut model.train;
    state.wrong = None;
    let Some(id) = state.dataset.as_ref().filter(|_| state.ready).map(|row| row.id) else {
        return Vec::new();
    };
    let mut effects = Vec::new();
    if state.kept.as_ref() != Some(&state.draft) {
        let draft = state.draft.clone();
        state.kept = Some(draft.clone());
        effects.push(ask(model, Ask::Keep(id, Box::new(draft))));
    }
    effects.extend(judge(model));
    effects
}
