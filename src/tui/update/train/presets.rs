//! The line of presets: picking, saving and removing one's own.

use super::ask;
use super::open::changed;
use crate::model::train::{Ask, Chip, Msg};
use crate::model::{Confirm, Effect, Model, Now, Problem, Prompt, ScreenId, Severity, TextField};
use domain::preset::{Preset, builtin};
use engine::train::KnownPreset;

/// The prompt of this file.
pub(super) const TAG: &str = "preset";

/// Takes a preset of the line. Settings of one's own are set aside, and can be had back there.
pub(super) fn pick(model: &mut Model, at: usize) -> Vec<Effect> {
    let state = &mut model.train;
    if !state.ready || at == state.chip() {
        return Vec::new();
    }
    let picked = match state.chips().get(at) {
        None => return Vec::new(),
        Some(Chip::Custom) => state.custom.take(),
        Some(Chip::Preset(known)) => Some((Some(known.name.clone()), known.preset.hyperparameters.clone())),
    };
    let Some((based_on, values)) = picked else { return Vec::new() };
    if state.is_custom() {
        state.custom = Some((state.draft.based_on.clone(), state.draft.hyperparameters.clone()));
    }
    state.draft.based_on = based_on;
    state.draft.hyperparameters = values;
    changed(model)
}

/// All settings as the preset has them.
pub(super) fn reset(model: &mut Model) -> Vec<Effect> {
    let name = model.train.draft.based_on.clone();
    let at = model
        .train
        .chips()
        .iter()
        .position(|chip| matches!(chip, Chip::Preset(known) if Some(&known.name) == name.as_ref()));
    at.map_or_else(Vec::new, |at| pick(model, at))
}

/// Asks for a name.
pub(super) fn ask_save(model: &mut Model) -> Vec<Effect> {
    let own = model.train.draft.based_on.as_deref().and_then(|name| model.train.known(name));
    let name = own.filter(|known| known.file.is_some()).map_or_else(String::new, |known| known.name.clone());
    model.open(crate::model::Modal::Prompt(Prompt {
        to: ScreenId::Train,
        tag: TAG,
        title: "Save these settings as a preset".to_owned(),
        hint: "small letters, digits and hyphens: night-run".to_owned(),
        field: TextField::with(name),
        problem: None,
    }));
    Vec::new()
}

/// The name came. One that is taken is asked about.
pub(super) fn named(model: &mut Model, text: &str) -> Result<Vec<Effect>, String> {
    let name = text.trim();
    let faults = preset(model, name).faults();
    if !faults.is_empty() {
        return Err(faults.join("; "));
    }
    if builtin().find(name).is_some() {
        return Err("a preset of the program has this name; take another one".to_owned());
    }
    if model.train.known(name).is_some() {
        let yes = crate::model::Msg::Train(Msg::Save(name.to_owned()));
        let body = ["Its settings are lost; runs that were started with it keep theirs."];
        model.open(crate::model::Modal::Confirm(
            Confirm::new(format!("Replace the preset {name}?"), "Replace", yes).body(body),
        ));
        return Ok(Vec::new());
    }
    Ok(save(model, name, false))
}

fn preset(model: &Model, name: &str) -> Preset {
    let draft = &model.train.draft;
    Preset::of(name, draft.based_on.clone(), &draft.hyperparameters)
}

/// Saves them.
pub(super) fn save(model: &mut Model, name: &str, replace: bool) -> Vec<Effect> {
    let preset = preset(model, name);
    vec![ask(model, Ask::SavePreset(Box::new(preset), replace))]
}

/// It is saved: the settings are that preset's now.
pub(super) fn saved(model: &mut Model, result: Result<Box<KnownPreset>, Problem>, now: Now) -> Vec<Effect> {
    let known = match result {
        Ok(known) => *known,
        Err(problem) => return vec![model.shell.report(&problem, now)],
    };
    let file = known.file.as_ref().map(|path| path.display().to_string()).unwrap_or_default();
    let told = model.shell.say(Severity::Success, format!("The preset {} is saved: {file}", known.name), now);
    let state = &mut model.train;
    state.draft.based_on = Some(known.name.clone());
    state.custom = None;
    if let Some(choices) = &mut state.choices {
        choices.presets.retain(|old| old.name != known.name);
        choices.presets.push(known);
    }
    let mut effects = vec![told];
    effects.extend(changed(model));
    effects
}

/// Asks whether to remove the preset that is chosen.
pub(super) fn ask_remove(model: &mut Model) -> Vec<Effect> {
    let Some(name) = model.train.draft.based_on.clone() else { return Vec::new() };
    let yes = crate::model::Msg::Train(Msg::Remove(name.clone()));
    let body = ["Its file goes. The settings on this screen stay, and so do those of runs."];
    model.open(crate::model::Modal::Confirm(
        Confirm::new(format!("Remove the preset {name}?"), "Remove", yes).body(body).danger(None),
    ));
    Vec::new()
}
