//! The models screen: what each key and each answer changes.

mod modals;
#[cfg(test)]
pub(crate) mod tests;

use crate::model::conversations::DetailPlace;
use crate::model::models::{Answer, Ask, DETAIL, Modal, Msg, TABLE};
use crate::model::{Confirm, Effect, Model, Nav, Now, Prompt, ScreenId, Severity, TextField};
use domain::model::ModelStatus;
use engine::models::Downloaded;

pub use modals::ACTIONS;

fn ask(model: &mut Model, ask: Ask) -> Effect {
    model.ask(crate::model::Ask::Models(ask))
}

/// Asks for the list.
pub(super) fn refresh(model: &mut Model) -> Effect {
    ask(model, Ask::List)
}

/// A message of this screen's own.
pub fn update(model: &mut Model, msg: Msg, now: Now) -> Vec<Effect> {
    match msg {
        Msg::Details => {
            let state = &mut model.models;
            state.in_detail = false;
            if state.place == DetailPlace::Beside {
                state.place = DetailPlace::Hidden;
                return Vec::new();
            }
            state.place = DetailPlace::Beside;
            show(model)
        }
        Msg::Zoom if model.models.place == DetailPlace::Full => {
            model.models.place = DetailPlace::Beside;
            model.models.in_detail = false;
            Vec::new()
        }
        Msg::Zoom => full(model),
        Msg::Row(row) => to(model, row),
        Msg::Open(row) => {
            let mut effects = to(model, row);
            effects.extend(full(model));
            effects
        }
        Msg::Scroll(lines) => {
            let at = moved(model.models.at, lines);
            to(model, at)
        }
        Msg::ScrollDetail(lines) => scroll(model, lines),
        Msg::Download => modals::download(model),
        Msg::Report => report(model),
        Msg::Compare => modals::compare(model),
        Msg::Status => modals::status(model),
        Msg::Choose(at) => modals::choose(model, at),
        Msg::Delete => delete(model, now),
        Msg::Deleted(id, name) => vec![ask(model, Ask::Delete(id, name))],
        Msg::Run => {
            let Some(id) = model.models.row().map(|row| row.lineage.job) else { return Vec::new() };
            vec![super::trainings::ask(model, crate::model::trainings::Ask::Watch(id))]
        }
        Msg::ShowArchived => {
            model.models.archived = !model.models.archived;
            to(model, 0)
        }
        Msg::Copy | Msg::CopyJson => copy(model, msg == Msg::CopyJson, now),
        Msg::Refresh => vec![refresh(model)],
    }
}

fn moved(at: usize, by: i32) -> usize {
    let lines = usize::try_from(by.unsigned_abs()).unwrap_or(usize::MAX);
    if by < 0 { at.saturating_sub(lines) } else { at.saturating_add(lines) }
}

fn height(model: &Model) -> usize {
    usize::from(model.measured.size_of(TABLE).height).max(1)
}

fn to(model: &mut Model, row: usize) -> Vec<Effect> {
    let height = height(model);
    let state = &mut model.models;
    let len = state.rows().count();
    state.at = row.min(len.saturating_sub(1));
    let lowest = (state.at + 1).saturating_sub(height);
    state.top = state.top.clamp(lowest, state.at.max(lowest)).min(len.saturating_sub(height).max(lowest));
    if state.place == DetailPlace::Hidden { Vec::new() } else { show(model) }
}

/// Asks for the model under the cursor, unless it is here.
fn show(model: &mut Model) -> Vec<Effect> {
    let state = &mut model.models;
    let Some(row) = state.row() else { return Vec::new() };
    if state.detail.as_ref().is_some_and(|detail| detail.model == *row) {
        return Vec::new();
    }
    let id = row.id.to_string();
    state.scroll = 0;
    vec![ask(model, Ask::Show(id))]
}

fn full(model: &mut Model) -> Vec<Effect> {
    if model.models.row().is_none() {
        return Vec::new();
    }
    model.models.place = DetailPlace::Full;
    model.models.in_detail = true;
    show(model)
}

fn scroll(model: &mut Model, lines: i32) -> Vec<Effect> {
    let last = usize::from(model.measured.size_of("models.detail.length").height);
    let at = model.models.scroll.min(last);
    model.models.scroll = moved(at, lines).min(last);
    Vec::new()
}

/// Its exact name must be typed; what is in use must be taken out of use first (R5.05).
fn delete(model: &mut Model, now: Now) -> Vec<Effect> {
    let Some(row) = model.models.row() else { return Vec::new() };
    let (id, name) = (row.id.to_string(), row.name.clone());
    if row.status.is(ModelStatus::Production) {
        let text = format!("{name} is in production: p changes that first");
        return vec![model.shell.say(Severity::Warn, text, now)];
    }
    let yes = crate::model::Msg::Models(Msg::Deleted(id, name.clone()));
    let body = ["Its row goes from the list; run and dataset still know of it. Its files stay in the store."];
    let confirm = Confirm::new("Delete the model?", "Delete", yes).body(body).danger(Some(name));
    model.open(crate::model::Modal::Confirm(confirm));
    Vec::new()
}

fn report(model: &mut Model) -> Vec<Effect> {
    let Some(row) = model.models.row() else { return Vec::new() };
    let name: String = row.name.chars().map(|c| if c == '/' || c == ' ' { '-' } else { c }).collect();
    model.open(crate::model::Modal::Prompt(Prompt {
        to: ScreenId::Models,
        tag: "report",
        title: format!("Report of {}", row.name),
        hint: "A file that ends in .md (with pictures beside it) or .html (all in one)".to_owned(),
        field: TextField::with(format!("{name}.html")),
        problem: None,
    }));
    Vec::new()
}

/// Where the report is to go.
pub fn prompted(model: &mut Model, text: &str, now: Now) -> Result<Vec<Effect>, String> {
    let to = text.trim().to_owned();
    let end = std::path::Path::new(&to).extension().and_then(|end| end.to_str()).unwrap_or_default();
    if !["md", "html", "htm"].iter().any(|known| end.eq_ignore_ascii_case(known)) {
        return Err("The name ends in .md or .html".to_owned());
    }
    let Some(row) = model.models.row() else { return Ok(Vec::new()) };
    let (id, title) = (row.id.to_string(), format!("Report of {}", row.name));
    let ask = crate::model::Ask::Models(Ask::Report { model: id, to });
    Ok(vec![model.start(title, ask, now).1])
}

fn copy(model: &mut Model, json: bool, now: Now) -> Vec<Effect> {
    let Some(row) = model.models.row() else { return Vec::new() };
    let (id, name) = (row.id.to_string(), row.name.clone());
    let text = if json { serde_json::to_string_pretty(row).unwrap_or_default() } else { id };
    let note = if json { format!("Copied {name} as JSON") } else { format!("Copied the key of {name}") };
    let note = model.shell.say(Severity::Info, note, now);
    vec![Effect::Copy(text), note]
}

/// The engine answered (also the end of a job).
pub fn answered(model: &mut Model, answer: Answer, now: Now) -> Vec<Effect> {
    match answer {
        Answer::List(Ok(list)) => came(model, list),
        Answer::List(Err(problem)) => {
            let effect = model.shell.report(&problem, now);
            model.models.problem = Some(problem);
            vec![effect]
        }
        Answer::Show(Ok(detail)) => {
            model.models.detail = Some(detail);
            Vec::new()
        }
        Answer::Downloaded(result) => {
            let line = match &result {
                Ok(done) => model.shell.say(Severity::Success, downloaded(done), now),
                Err(problem) => model.shell.report(problem, now),
            };
            modals::done(model, result);
            vec![line]
        }
        Answer::Reported(Ok(done)) => {
            let beside = done.beside.len() as u64;
            let more = if beside > 0 {
                format!(", {} beside it", crate::text::many(beside, "picture"))
            } else {
                String::new()
            };
            vec![model.shell.say(Severity::Success, format!("{} written{more}", done.path.display()), now)]
        }
        Answer::Changed(Ok(changed)) => {
            let text = format!("{} is {}", changed.name, changed.status);
            vec![model.shell.say(Severity::Success, text, now), refresh(model)]
        }
        Answer::Deleted(Ok(gone)) => {
            let text = format!("{} is deleted; its files are still in the store", gone.name);
            model.models.detail = None;
            vec![model.shell.say(Severity::Success, text, now), refresh(model)]
        }
        Answer::Show(Err(problem))
        | Answer::Reported(Err(problem))
        | Answer::Changed(Err(problem))
        | Answer::Deleted(Err(problem)) => vec![model.shell.report(&problem, now)],
    }
}

fn downloaded(done: &Downloaded) -> String {
    let there = if done.kept > 0 { format!(", {} there already", done.kept) } else { String::new() };
    format!(
        "{}: {} copied{there}, all verified, {}",
        done.path.display(),
        crate::text::many(done.copied, "file"),
        crate::text::bytes(done.bytes)
    )
}

fn came(model: &mut Model, list: Vec<domain::model::Model>) -> Vec<Effect> {
    let on = model.models.wanted.take().or_else(|| model.models.row().map(|row| row.id));
    model.models.list = Some(list);
    model.models.problem = None;
    if on.and_then(|id| model.models.find(id)).is_some_and(|found| found.status.is(ModelStatus::Archived)) {
        model.models.archived = true;
    }
    let at = model.models.rows().position(|row| Some(row.id) == on);
    let at = at.unwrap_or(model.models.at);
    to(model, at)
}

/// The screen comes into view. Who came for one model sees it at once.
pub fn enter(model: &mut Model, _now: Now) -> Vec<Effect> {
    if model.models.wanted.is_some() && model.models.place == DetailPlace::Hidden {
        model.models.place = DetailPlace::Beside;
    }
    vec![refresh(model)]
}

/// A move, for the screen or for its own modal on top.
pub fn nav(model: &mut Model, nav: Nav, now: Now) -> Vec<Effect> {
    if matches!(model.modals.last(), Some(crate::model::Modal::Models(_))) {
        return modals::nav(model, nav, now);
    }
    let page = i32::from(model.measured.size_of(DETAIL).height).max(2) - 1;
    let at = model.models.at;
    match (nav, model.models.in_detail) {
        (Nav::Enter, _) => return full(model),
        (Nav::Next | Nav::Previous, _) => {
            let state = &mut model.models;
            state.in_detail =
                state.place == DetailPlace::Full || state.place == DetailPlace::Beside && !state.in_detail;
            return Vec::new();
        }
        (Nav::Left, true) => return to(model, at.saturating_sub(1)),
        (Nav::Right, true) => return to(model, at + 1),
        (Nav::Up, true) => return scroll(model, -1),
        (Nav::Down, true) => return scroll(model, 1),
        (Nav::PageUp, true) => return scroll(model, -page),
        (Nav::PageDown, true) => return scroll(model, page),
        (Nav::Top, true) => return scroll(model, i32::MIN),
        (Nav::Bottom, true) => return scroll(model, i32::MAX),
        _ => {}
    }
    let len = model.models.rows().count();
    match nav.step(at, len, height(model)) {
        Some(row) => to(model, row),
        None => Vec::new(),
    }
}

/// The text of a field of this screen is another one.
pub fn field_changed(model: &mut Model) -> Vec<Effect> {
    if let Some(crate::model::Modal::Models(Modal::Download(download))) = model.modals.last_mut() {
        download.problem = None;
    }
    Vec::new()
}

/// `esc` and `q`: closes something of this screen. `None`: there was nothing to close.
pub fn back(model: &mut Model, _now: Now) -> Option<Vec<Effect>> {
    if let Some(modal) = model.modals.last() {
        let own = matches!(modal, crate::model::Modal::Models(_));
        return own.then(|| {
            model.close();
            Vec::new()
        });
    }
    let state = &mut model.models;
    if state.in_detail {
        state.in_detail = false;
        if state.place == DetailPlace::Full {
            state.place = DetailPlace::Hidden;
        }
        return Some(Vec::new());
    }
    if state.place == DetailPlace::Hidden {
        return None;
    }
    state.place = DetailPlace::Hidden;
    Some(Vec::new())
}

/// The panes have other sizes than before.
pub fn sized(model: &mut Model) -> Vec<Effect> {
    let at = model.models.at;
    to(model, at)
}
