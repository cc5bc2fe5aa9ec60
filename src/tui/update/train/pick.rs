//! The lists of base models and of machines.

use super::open::changed;
use crate::model::train::{Modal, Msg};
use crate::model::{Effect, Model, Nav, Now, Problem, Prompt, ScreenId, Severity, TextField};
use domain::place::Place;
use engine::train::Offer;

/// Opens the base models, the cursor on the chosen one.
pub(super) fn models(model: &mut Model) -> Vec<Effect> {
    let at = model_at(model).unwrap_or(0);
    model.open(crate::model::Modal::Train(Modal::Models { at }));
    Vec::new()
}

/// Opens the machines, the cursor on the chosen one.
pub(super) fn places(model: &mut Model) -> Vec<Effect> {
    let at = model.train.choices.as_ref().and_then(|choices| chosen(model, choices.offers.iter()));
    model.open(crate::model::Modal::Train(Modal::Places { at: at.unwrap_or(0) }));
    Vec::new()
}

/// Where the chosen machine stands among these.
fn chosen<'a>(model: &Model, mut offers: impl Iterator<Item = &'a Offer>) -> Option<usize> {
    let draft = &model.train.draft;
    offers.position(|offer| {
        let same = offer.tier == draft.tier && draft.gpu.as_ref() == Some(&offer.gpu);
        offer.place == draft.place && (offer.place == Place::Local || same)
    })
}

/// The next or previous machine of those that are set up.
pub(super) fn next_place(model: &mut Model, up: bool, now: Now) -> Vec<Effect> {
    let offers = model.train.choices.iter().flat_map(|choices| &choices.offers);
    let usable: Vec<Offer> = offers.filter(|offer| offer.unusable.is_empty()).cloned().collect();
    if usable.len() < 2 {
        let text = "No other machine is set up: enter shows why";
        return vec![model.shell.say(Severity::Info, text, now)];
    }
    let len = usable.len();
    let at =
        chosen(model, usable.iter()).map_or(0, |at| if up { (at + 1) % len } else { (at + len - 1) % len });
    take_place(model, &usable[at])
}

fn take_place(model: &mut Model, offer: &Offer) -> Vec<Effect> {
    let draft = &mut model.train.draft;
    draft.place = offer.place;
    draft.gpu = (offer.place != Place::Local).then(|| offer.gpu.clone());
    draft.tier = offer.tier;
    changed(model)
}

/// The place of the chosen model in the registry; `None`: it is a folder.
pub fn model_at(model: &Model) -> Option<usize> {
    let choices = model.train.choices.as_ref()?;
    let id = model.train.model_id()?;
    choices.models.iter().position(|known| known.id == id)
}

/// The next or previous model of the registry.
pub(super) fn next_model(model: &mut Model, up: bool) -> Vec<Effect> {
    let len = model.train.choices.as_ref().map_or(0, |choices| choices.models.len());
    if len == 0 {
        return Vec::new();
    }
    let at = model_at(model).map_or(0, |at| if up { (at + 1) % len } else { (at + len - 1) % len });
    take_model(model, at)
}

fn take_model(model: &mut Model, at: usize) -> Vec<Effect> {
    let id = model.train.choices.as_ref().and_then(|choices| choices.models.get(at)).map(|m| m.id.clone());
    let Some(id) = id else { return Vec::new() };
    model.train.draft.base_model = Some(id);
    changed(model)
}

/// So many lines the list on top has.
fn len(model: &Model) -> usize {
    let choices = model.train.choices.as_ref();
    match model.modals.last() {
        Some(crate::model::Modal::Train(Modal::Models { .. })) => {
            choices.map_or(0, |choices| choices.models.len()) + 1
        }
        _ => choices.map_or(0, |choices| choices.offers.len()),
    }
}

fn at(model: &mut Model) -> Option<&mut usize> {
    match model.modals.last_mut() {
        Some(crate::model::Modal::Train(Modal::Models { at } | Modal::Places { at })) => Some(at),
        _ => None,
    }
}

/// A move in the list on top.
pub(super) fn nav(model: &mut Model, nav: Nav) -> Vec<Effect> {
    if nav == Nav::Enter {
        return take(model);
    }
    let page = usize::from(model.measured.size_of(crate::update::shell::modal::PANE).height);
    let len = len(model);
    if let Some(at) = at(model)
        && let Some(to) = nav.step(*at, len, page)
    {
        *at = to;
    }
    Vec::new()
}

/// A line was clicked: selects it; the selected one is taken.
pub(super) fn click(model: &mut Model, line: usize) -> Vec<Effect> {
    match at(model) {
        Some(at) if *at == line => take(model),
        Some(at) => {
            *at = line;
            Vec::new()
        }
        None => Vec::new(),
    }
}

/// Takes the selected line; a machine that cannot be had says why.
fn take(model: &mut Model) -> Vec<Effect> {
    match model.modals.last() {
        Some(crate::model::Modal::Train(Modal::Models { at })) => {
            let at = *at;
            model.close();
            if at + 1 > model.train.choices.as_ref().map_or(0, |choices| choices.models.len()) {
                return ask_folder(model);
            }
            take_model(model, at)
        }
        Some(crate::model::Modal::Train(Modal::Places { at })) => {
            let offer = model.train.choices.as_ref().and_then(|choices| choices.offers.get(*at)).cloned();
            let Some(offer) = offer else { return Vec::new() };
            if !offer.unusable.is_empty() {
                model.open(crate::model::Modal::Problem { problem: lacking(offer), top: 0 });
                return Vec::new();
            }
            model.close();
            take_place(model, &offer)
        }
        _ => Vec::new(),
    }
}

/// Everything that is missing, in one list.
fn lacking(offer: Offer) -> Problem {
    let why = match offer.unusable.len() {
        1 => "one thing is missing".to_owned(),
        n => format!("{n} things are missing"),
    };
    let next = "Set what is named below in the config file; Settings (0), tab, shows how RunPod stands";
    let mut problem = Problem::new(format!("{} is not set up", offer.place), why, next);
    problem.details = offer.unusable;
    problem
}

/// Asks for a folder that holds a base model.
pub(super) fn ask_folder(model: &mut Model) -> Vec<Effect> {
    model.modals.retain(|modal| !matches!(modal, crate::model::Modal::Train(_)));
    model.open(crate::model::Modal::Prompt(Prompt {
        to: ScreenId::Train,
        tag: "folder",
        title: "A folder that holds a base model".to_owned(),
        hint: "the one with config.json and the tokenizer: ~/models/my-model".to_owned(),
        field: TextField::default(),
        problem: None,
    }));
    Vec::new()
}

/// The folder came; the engine looks into it.
pub(super) fn folder(model: &mut Model, text: &str) -> Result<Vec<Effect>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("Write the path of a folder".to_owned());
    }
    // A bare word would be looked for in the registry.
    let plain = !text.contains('/') && !text.starts_with('~');
    model.train.draft.base_model = Some(if plain { format!("./{text}") } else { text.to_owned() });
    Ok(changed(model))
}

/// The message of a click on a line.
pub fn clicked(line: usize) -> crate::model::Msg {
    crate::model::Msg::Train(Msg::Pick(line))
}
