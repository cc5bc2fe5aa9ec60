//! The datasets screen: what each key and each answer changes.

mod detail;
mod edit;
mod list;
mod new;

use super::finder;
use crate::model::browse::{Walked, moved};
use crate::model::datasets::{Answer, Ask, Modal, Msg, PANES, State};
use crate::model::{Confirm, Effect, Model, Nav, Now, Prompt, ScreenId, Severity, TextField};
use domain::dataset::DatasetRow;
use engine::datasets::Checked;

/// Asks the engine.
fn ask(model: &mut Model, ask: Ask) -> Effect {
    model.ask(crate::model::Ask::Datasets(ask))
}

/// A message of this screen's own.
pub fn update(model: &mut Model, msg: Msg, now: Now) -> Vec<Effect> {
    match msg {
        Msg::Details => detail::beside(model),
        Msg::Zoom => detail::zoom(model),
        Msg::Row(row) => list::to(model, row),
        Msg::Open(row) => {
            let mut effects = list::to(model, row);
            effects.extend(detail::full(model));
            effects
        }
        Msg::Scroll(lines) => list::to(model, moved(model.datasets.browse.at, lines)),
        Msg::ScrollDetail(lines) => {
            model.datasets.browse.scroll(lines, &PANES, &model.measured);
            Vec::new()
        }
        Msg::Mark => finder::mark::<State>(model, now),
        Msg::Compare => {
            let marks = model.datasets.marks.clone();
            vec![ask(model, Ask::Compare(marks))]
        }
        Msg::ScrollCompare(lines) => {
            if let Some(crate::model::Modal::Datasets(Modal::Compare { top, .. })) = model.modals.last_mut() {
                *top = moved(*top, lines);
            }
            Vec::new()
        }
        Msg::Findings => {
            model.datasets.browse.begin();
            detail::show(model)
        }
        Msg::New => new::open(model),
        Msg::Source(at) => new::pick(model, at),
        Msg::Check => check(model, None, now),
        Msg::AskCount => ask_count(model),
        Msg::AskName => edit::ask_name(model),
        Msg::AskDescription => edit::ask_description(model),
        Msg::Archive => archive(model),
        Msg::SetArchived(id, archived) => vec![ask(model, Ask::Archive(id, archived))],
        Msg::ShowArchived => {
            model.datasets.archived = !model.datasets.archived;
            refresh(model)
        }
        Msg::Train => match model.datasets.row() {
            Some(row) => {
                let row = row.clone();
                super::train::open(model, &row, ScreenId::Datasets, now)
            }
            None => Vec::new(),
        },
        Msg::Copy | Msg::CopyJson => copy(model, msg == Msg::CopyJson, now),
        Msg::Refresh => refresh(model),
    }
}

fn refresh(model: &mut Model) -> Vec<Effect> {
    let archived = model.datasets.archived;
    vec![ask(model, Ask::List(archived))]
}

fn ask_count(model: &mut Model) -> Vec<Effect> {
    let Some(row) = model.datasets.row() else { return Vec::new() };
    let counted = row.facts.as_ref().and_then(|facts| facts.tokens.tokenizer());
    let field = TextField::with(counted.unwrap_or_default());
    model.open(crate::model::Modal::Prompt(Prompt {
        to: ScreenId::Datasets,
        tag: "tokenizer",
        title: "Count tokens with the tokenizer of".to_owned(),
        hint: "a base model, a folder, or a tokenizer.json; empty: as before".to_owned(),
        field,
        problem: None,
    }));
    Vec::new()
}

/// What was asked for came.
pub fn prompted(model: &mut Model, tag: &'static str, text: &str, now: Now) -> Result<Vec<Effect>, String> {
    match tag {
        edit::NAME | edit::DESCRIPTION => edit::prompted(model, tag, text),
        _ => {
            let wanted = Some(text.trim().to_owned()).filter(|text| !text.is_empty());
            Ok(check(model, wanted, now))
        }
    }
}

fn check(model: &mut Model, counter: Option<String>, now: Now) -> Vec<Effect> {
    let Some(row) = model.datasets.row() else { return Vec::new() };
    let (title, question) = (format!("Check {}", row.name), Ask::Check(row.id, row.name.clone(), counter));
    vec![model.start(title, crate::model::Ask::Datasets(question), now).1]
}

/// Putting away is asked about; taking back is not.
fn archive(model: &mut Model) -> Vec<Effect> {
    let Some(row) = model.datasets.row() else { return Vec::new() };
    let (id, name) = (row.id, row.name.clone());
    if row.archived.is_some() {
        return vec![ask(model, Ask::Archive(id, false))];
    }
    let yes = crate::model::Msg::Datasets(Msg::SetArchived(id, true));
    let body = [
        "Its file, its runs and their models stay. It cannot be trained with while it is archived.",
        "x takes it back while archived ones are shown (X).",
    ];
    model.open(crate::model::Modal::Confirm(
        Confirm::new(format!("Archive {name}?"), "Archive", yes).body(body),
    ));
    Vec::new()
}

fn copy(model: &mut Model, json: bool, now: Now) -> Vec<Effect> {
    let Some(row) = model.datasets.row() else { return Vec::new() };
    let text = if json { serde_json::to_string_pretty(row).unwrap_or_default() } else { row.name.clone() };
    let note = if json { format!("Copied {} as JSON", row.name) } else { format!("Copied {}", row.name) };
    let note = model.shell.say(Severity::Info, note, now);
    vec![Effect::Copy(text), note]
}

/// The engine answered (also the end of a job).
pub fn answered(model: &mut Model, answer: Answer, now: Now) -> Vec<Effect> {
    match answer {
        Answer::List(Ok(rows)) => {
            let state = &mut model.datasets;
            let on = state.row().map(|row| row.id);
            state.list = Some(rows);
            state.problem = None;
            state.arrange(on, Some(now.wall));
            let at = state.browse.at;
            list::to(model, at)
        }
        Answer::List(Err(problem)) => {
            let effect = model.shell.report(&problem, now);
            model.datasets.problem = Some(problem);
            vec![effect]
        }
        Answer::Show(Ok(detail)) => {
            model.datasets.detail = Some(detail);
            Vec::new()
        }
        Answer::Passage(result) => super::passage::came(model, result),
        Answer::Sources(result) => new::sources(model, result),
        Answer::Added(result) => new::done(model, result, now),
        Answer::OfFile(Ok(row)) => of_file(model, &row, now),
        Answer::Checked(name, Ok(checked)) => {
            let line = model.shell.say(severity(&checked), verdict(&name, &checked), now);
            // What was found before is not what holds now.
            model.datasets.detail = None;
            let mut effects = vec![line];
            effects.extend(refresh(model));
            effects
        }
        Answer::Compared(Ok(comparison)) => {
            model.open(crate::model::Modal::Datasets(Modal::Compare { comparison, top: 0 }));
            Vec::new()
        }
        Answer::Archived(Ok(row)) => {
            let text = if row.archived.is_some() {
                format!("{} is archived: X shows archived datasets", row.name)
            } else {
                format!("{} is back", row.name)
            };
            let mut effects = vec![model.shell.say(Severity::Success, text, now)];
            effects.extend(refresh(model));
            effects
        }
        Answer::Edited(Ok(row)) => {
            let line = model.shell.say(Severity::Success, format!("{} is changed", row.name), now);
            model.datasets.detail = None;
            let mut effects = vec![line];
            effects.extend(refresh(model));
            effects
        }
        Answer::Show(Err(problem))
        | Answer::Edited(Err(problem))
        | Answer::OfFile(Err(problem))
        | Answer::Checked(_, Err(problem))
        | Answer::Compared(Err(problem))
        | Answer::Archived(Err(problem)) => vec![model.shell.report(&problem, now)],
    }
}

/// The dataset of a training file is there: it is trained with at once, unless the user has gone elsewhere meanwhile.
fn of_file(model: &mut Model, row: &DatasetRow, now: Now) -> Vec<Effect> {
    if let Some(why) = row.untrainable() {
        let text = format!("The dataset {} cannot be trained with: {why}. Look at it on screen 4", row.name);
        return vec![model.shell.say(Severity::Warn, text, now)];
    }
    if model.shell.screen == ScreenId::Files && model.modals.is_empty() {
        return super::train::open(model, row, ScreenId::Files, now);
    }
    let text = format!("The dataset {} is there: t on screen 4 trains with it", row.name);
    vec![model.shell.say(Severity::Success, text, now)]
}

/// What came of reading a dataset, in a line.
fn verdict(name: &str, checked: &Checked) -> String {
    if checked.dataset.training_ready {
        format!("{name}: {}", checked.readiness.verdict.words())
    } else {
        format!("{name} cannot be trained with: d shows why")
    }
}

const fn severity(checked: &Checked) -> Severity {
    if checked.dataset.training_ready { Severity::Success } else { Severity::Warn }
}

/// The screen comes into view, or the engine was opened while it was in view.
pub fn enter(model: &mut Model, _now: Now) -> Vec<Effect> {
    refresh(model)
}

/// A move, for the screen or for its own modal on top.
pub fn nav(model: &mut Model, nav: Nav, now: Now) -> Vec<Effect> {
    match model.modals.last_mut() {
        Some(crate::model::Modal::Datasets(Modal::New(_))) => return new::nav(model, nav, now),
        Some(crate::model::Modal::Datasets(Modal::Compare { .. })) => return detail::compared(model, nav),
        _ => {}
    }
    if let Some(effects) = finder::nav::<State>(model, nav, now) {
        return effects;
    }
    let stops = model.datasets.stops();
    match model.datasets.browse.walked(nav, &stops, &model.measured) {
        Walked::Open(at) => return super::passage::open(model, at, now),
        Walked::Done => return Vec::new(),
        Walked::Passed => {}
    }
    if nav == Nav::Enter {
        return detail::full(model);
    }
    let state = &mut model.datasets;
    let row = state.browse.nav(nav, state.finder.shown.len(), &PANES, &model.measured);
    row.map_or_else(Vec::new, |row| list::to(model, row))
}

/// The text of the focused field (of the screen or of its own modal) is another one.
pub fn field_changed(model: &mut Model, now: Now) -> Vec<Effect> {
    if let Some(crate::model::Modal::Datasets(Modal::New(new))) = model.modals.last_mut() {
        new.problem = None;
        return Vec::new();
    }
    finder::changed::<State>(model, now)
}

/// `esc` and `q`: closes something of this screen. `None`: there was nothing to close.
pub fn back(model: &mut Model, _now: Now) -> Option<Vec<Effect>> {
    if let Some(crate::model::Modal::Datasets(modal)) = model.modals.last_mut() {
        match modal {
            Modal::New(new) if new.naming && new.job.is_none() => new.naming = false,
            _ => drop(model.close()),
        }
        return Some(Vec::new());
    }
    if let Some(effects) = finder::cancel::<State>(model) {
        return Some(effects);
    }
    if model.datasets.browse.back() {
        return Some(Vec::new());
    }
    finder::clear::<State>(model)
}

/// The panes have other sizes than before.
pub fn sized(model: &mut Model) -> Vec<Effect> {
    let at = model.datasets.browse.at;
    list::to(model, at)
}

#[cfg(test)]
pub(crate) mod tests;
