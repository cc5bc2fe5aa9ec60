//! Values: one step up or down, typed, back to the preset's.

use super::open::changed;
use super::{pick, presets, rows};
use crate::model::train::Row;
use crate::model::{Effect, Model, Now, Severity, TextField};
use domain::budget::Override;
use domain::hyperparameters::{Field, Fold, Kind};
use domain::job::{check_name, check_tags};
use domain::money::Usd;

/// Dollars that a key changes the limit by.
const DOLLARS: i64 = 5;
/// GPUs of one machine at most.
const GPUS: u32 = 8;
/// Hours that a run may take at most.
const HOURS: u32 = 8760;

/// One step up or down, for whatever is under the cursor.
pub(super) fn nudge(model: &mut Model, up: bool, now: Now) -> Vec<Effect> {
    let state = &mut model.train;
    if !state.ready || state.editing.is_some() {
        return Vec::new();
    }
    match state.at {
        Row::Preset => {
            let (at, len) = (state.chip(), state.chips().len().max(1));
            return presets::pick(model, if up { (at + 1) % len } else { (at + len - 1) % len });
        }
        Row::Model => return pick::next_model(model, up),
        Row::Place => return pick::next_place(model, up, now),
        Row::Fold(fold) => fold_to(model, fold, up),
        Row::Run => state.run_open = up,
        Row::Field(field) => {
            // An edit begins settings of one's own; others that were set aside are given up for them.
            state.custom = None;
            state.draft.hyperparameters.nudge(field, up);
        }
        Row::Gpus => {
            let gpus = state.draft.gpus;
            state.draft.gpus = if up { gpus + 1 } else { gpus.saturating_sub(1) }.clamp(1, GPUS);
        }
        Row::MaxHours => {
            let hours = state.draft.max_hours;
            state.draft.max_hours = if up { hours + 1 } else { hours.saturating_sub(1) }.clamp(1, HOURS);
        }
        Row::MaxCost => state.draft.max_cost = limit(state.draft.max_cost, up),
        Row::Merge => state.draft.merge = !state.draft.merge,
        Row::AnyValue => state.draft.any_value = !state.draft.any_value,
        Row::Name | Row::Notes | Row::Tags | Row::OverBudget => {
            return vec![model.shell.say(Severity::Info, "enter types a text here", now)];
        }
    }
    changed(model)
}

/// The limit one step up or down; below the first step there is none.
fn limit(now: Option<Usd>, up: bool) -> Option<Usd> {
    let step = Usd::dollars(DOLLARS);
    match (now, up) {
        (None, true) => Some(step),
        (None, false) => None,
        (Some(limit), true) => Some(limit + step),
        (Some(limit), false) => Some(limit - step).filter(|limit| *limit > Usd::ZERO),
    }
}

fn fold_to(model: &mut Model, fold: Fold, open: bool) {
    let state = &mut model.train;
    state.open.retain(|known| *known != fold);
    if open {
        state.open.push(fold);
    }
    rows::to(model, Row::Fold(fold));
}

/// `enter`: opens a list or a fold, goes to the next word, or begins to type.
pub(super) fn enter(model: &mut Model, now: Now) -> Vec<Effect> {
    let state = &mut model.train;
    let values = &state.draft.hyperparameters;
    let text = match state.at {
        Row::Model => return pick::models(model),
        Row::Place => return pick::places(model),
        Row::Fold(fold) => {
            let open = state.open.contains(&fold);
            fold_to(model, fold, !open);
            return Vec::new();
        }
        Row::Run => {
            state.run_open = !state.run_open;
            rows::to(model, Row::Run);
            return Vec::new();
        }
        Row::Field(field) if !matches!(field.about().kind, Kind::Choice(_)) => values.typed(field),
        Row::Field(_) | Row::Preset | Row::Merge | Row::AnyValue => return nudge(model, true, now),
        Row::Name => state.draft.name.clone(),
        Row::Notes => state.draft.notes.clone(),
        Row::Tags => state.draft.tags.join(", "),
        Row::OverBudget => {
            state.draft.over_budget.as_ref().map_or_else(String::new, |reason| reason.as_str().to_owned())
        }
        Row::Gpus => state.draft.gpus.to_string(),
        Row::MaxHours => state.draft.max_hours.to_string(),
        Row::MaxCost => {
            state.draft.max_cost.map_or_else(String::new, |limit| limit.to_string().replace(['$', ','], ""))
        }
    };
    state.editing = Some(TextField::with(text));
    state.wrong = None;
    Vec::new()
}

/// Takes what was typed; `None`: it cannot be taken, and it is said why.
pub(super) fn take(model: &mut Model) -> Option<Vec<Effect>> {
    let state = &mut model.train;
    let text = state.editing.as_ref()?.text().trim().to_owned();
    let draft = &mut state.draft;
    let result = match state.at {
        Row::Field(field) => draft.hyperparameters.set(field, &text).map_err(|problem| problem.what),
        Row::Name if text.is_empty() => {
            draft.name.clear();
            Ok(())
        }
        Row::Name => check_name(&text).map(|name| draft.name = name).map_err(|e| e.to_string()),
        Row::Notes => {
            draft.notes = text;
            Ok(())
        }
        Row::Tags => tags(&text).map(|tags| draft.tags = tags),
        Row::Gpus => whole(&text, GPUS, "GPUs").map(|gpus| draft.gpus = gpus),
        Row::MaxHours => whole(&text, HOURS, "whole hours").map(|hours| draft.max_hours = hours),
        Row::MaxCost => cost(&text).map(|limit| draft.max_cost = limit),
        Row::OverBudget if text.is_empty() => {
            draft.over_budget = None;
            Ok(())
        }
        Row::OverBudget => {
            Override::new(&text).map(|reason| draft.over_budget = Some(reason)).map_err(|e| e.to_string())
        }
        _ => Ok(()),
    };
    if let Err(why) = result {
        state.wrong = Some(why);
        return None;
    }
    if matches!(state.at, Row::Field(_)) {
        state.custom = None;
    }
    state.editing = None;
    Some(changed(model))
}

fn tags(text: &str) -> Result<Vec<String>, String> {
    let words = text.split([',', ' ']).map(str::trim).filter(|word| !word.is_empty());
    check_tags(&words.map(str::to_owned).collect::<Vec<_>>()).map_err(|e| e.to_string())
}

fn whole(text: &str, most: u32, of: &str) -> Result<u32, String> {
    let number = text.parse::<u32>().ok().filter(|number| (1..=most).contains(number));
    number.ok_or_else(|| format!("write {of}, 1 to {most}"))
}

fn cost(text: &str) -> Result<Option<Usd>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let limit = text.parse::<Usd>().ok().filter(|limit| *limit > Usd::ZERO);
    limit.map(Some).ok_or_else(|| "write dollars, e.g. 12.50; empty is no limit".to_owned())
}

/// The setting under the cursor as the preset has it.
pub(super) fn reset(model: &mut Model) -> Vec<Effect> {
    let state = &mut model.train;
    let Row::Field(field) = state.at else { return Vec::new() };
    let Some(value) = state.base().map(|base| base.hyperparameters.typed(field)) else { return Vec::new() };
    let taken = state.draft.hyperparameters.set(field, &value);
    debug_assert!(taken.is_ok(), "{field} took no {value}");
    changed(model)
}

/// What is wrong with a setting, by itself: said at once, before the engine has answered.
pub fn wrong_with(
    state: &crate::model::train::State,
    field: Field,
) -> Option<domain::hyperparameters::Problem> {
    use domain::hyperparameters::Limits;
    let limits = if state.draft.any_value { Limits::Worker } else { Limits::Service };
    let own = state.draft.hyperparameters.check(limits).into_iter().find(|problem| problem.field == field);
    let (configured, fresh) = state.verdict();
    let told = configured.filter(|_| fresh).into_iter().flat_map(|done| &done.problems);
    own.or_else(|| told.into_iter().find(|problem| problem.field == field).cloned())
}
