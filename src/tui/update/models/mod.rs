//! The models screen: what each key and each answer changes.

mod modals;
#[cfg(test)]
pub(crate) mod tests;

use super::finder::{self, Listing, Marking};
use crate::model::browse::{Browse, moved};
use crate::model::conversations::DetailPlace;
use crate::model::finder::Finder;
use crate::model::models::{Answer, Ask, Modal, Msg, PANES, State};
use crate::model::{Confirm, Effect, Model, Nav, Now, Prompt, ScreenId, Severity, TextField};
use chrono::{DateTime, Utc};
use domain::model::ModelStatus;
use domain::model::table::Column;
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
        Msg::Details => details(model),
        Msg::Zoom => zoom(model),
        Msg::Row(row) => to(model, row),
        Msg::Open(row) => {
            let mut effects = to(model, row);
            effects.extend(full(model));
            effects
        }
        Msg::Scroll(lines) => {
            let at = moved(model.models.browse.at, lines);
            to(model, at)
        }
        Msg::ScrollDetail(lines) => {
            model.models.browse.scroll(lines, &PANES, &model.measured);
            Vec::new()
        }
        Msg::Download => modals::download(model),
        Msg::Report => report(model),
        Msg::Compare => {
            let marked = model.models.marked();
            modals::compare(model, &marked)
        }
        Msg::Versions => {
            let versions = model.models.versions();
            modals::compare(model, &versions)
        }
        Msg::Status => modals::status(model),
        Msg::Choose(at) => modals::choose(model, at),
        Msg::Delete => delete(model, now),
        Msg::Deleted(id, name) => vec![ask(model, Ask::Delete(id, name))],
        Msg::Run => {
            let Some(id) = model.models.row().map(|row| row.lineage.job) else { return Vec::new() };
            vec![super::trainings::ask(model, crate::model::trainings::Ask::Watch(id))]
        }
        Msg::ShowArchived => {
            let on = model.models.row().map(|row| row.id);
            model.models.archived = !model.models.archived;
            model.models.arrange(on, Some(now.wall));
            let at = model.models.browse.at;
            to(model, at)
        }
        Msg::Mark => finder::mark::<State>(model, now),
        Msg::Copy | Msg::CopyJson => copy(model, msg == Msg::CopyJson, now),
        Msg::Refresh => vec![refresh(model)],
    }
}

fn to(model: &mut Model, row: usize) -> Vec<Effect> {
    let (len, height) = (model.models.finder.shown.len(), PANES.height(&model.measured));
    model.models.browse.to(row, len, height);
    if model.models.browse.place == DetailPlace::Hidden { Vec::new() } else { show(model) }
}

/// Asks for the model under the cursor, unless it is here.
fn show(model: &mut Model) -> Vec<Effect> {
    let state = &mut model.models;
    let Some(row) = state.row() else { return Vec::new() };
    if state.detail.as_ref().is_some_and(|detail| detail.model == *row) {
        return Vec::new();
    }
    let id = row.id.to_string();
    state.browse.scroll = 0;
    vec![ask(model, Ask::Show(id))]
}

fn details(model: &mut Model) -> Vec<Effect> {
    if model.models.browse.beside() { show(model) } else { Vec::new() }
}

fn zoom(model: &mut Model) -> Vec<Effect> {
    if model.models.browse.shrink() { Vec::new() } else { full(model) }
}

fn full(model: &mut Model) -> Vec<Effect> {
    if model.models.row().is_none() {
        return Vec::new();
    }
    model.models.browse.full();
    show(model)
}

impl Listing for State {
    type Row = domain::model::Model;
    type Column = Column;

    fn of(model: &mut Model) -> &mut Self {
        &mut model.models
    }
    fn parts(&mut self) -> (&[domain::model::Model], &mut Finder<Column>) {
        (self.list.as_deref().unwrap_or_default(), &mut self.finder)
    }
    fn arrange(&mut self, now: Option<DateTime<Utc>>) {
        let on = self.row().map(|row| row.id);
        self.arrange(on, now);
    }
    fn browse(&mut self) -> &mut Browse {
        &mut self.browse
    }
    fn to(model: &mut Model, row: usize) -> Vec<Effect> {
        to(model, row)
    }
}

impl Marking for State {
    type Key = domain::ids::ModelId;

    fn current(&self) -> Option<Self::Key> {
        self.row().map(|row| row.id)
    }
    fn marks(&mut self) -> &mut Vec<Self::Key> {
        &mut self.marks
    }
}

/// Its exact name must be typed; what is in use must be taken out of use first (R5.05).
fn delete(model: &mut Model, now: Now) -> Vec<Effect> {
    let Some(row) = model.models.row() else { return Vec::new() };
    let (id, name) = (row.id.to_string(), row.name.clone());
    // Versions of one dataset may have one name.
    let title = format!("Delete version {} of this model?", row.version);
    if row.status.is(ModelStatus::Production) {
        let text = format!("{name} is in production: p changes that first");
        return vec![model.shell.say(Severity::Warn, text, now)];
    }
    let yes = crate::model::Msg::Models(Msg::Deleted(id, name.clone()));
    let body = ["Its row goes from the list; run and dataset still know of it. Its files stay in the store."];
    let confirm = Confirm::new(title, "Delete", yes).body(body).danger(Some(name));
    model.open(crate::model::Modal::Confirm(confirm));
    Vec::new()
}

/// Name and version: what one dataset taught at different times may have one name.
pub(crate) fn titled(row: &domain::model::Model) -> String {
    format!("{} {}", row.name, row.version)
}

fn report(model: &mut Model) -> Vec<Effect> {
    let Some(row) = model.models.row() else { return Vec::new() };
    let titled = titled(row);
    let name: String = titled.chars().map(|c| if c == '/' || c == ' ' { '-' } else { c }).collect();
    model.open(crate::model::Modal::Prompt(Prompt {
        to: ScreenId::Models,
        tag: "report",
        title: format!("Report of {titled}"),
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
    let (id, title) = (row.id.to_string(), format!("Report of {}", titled(row)));
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
    let wanted = model.models.wanted.is_some();
    let on = model.models.wanted.take().or_else(|| model.models.row().map(|row| row.id));
    model.models.list = Some(list);
    model.models.problem = None;
    if on.and_then(|id| model.models.find(id)).is_some_and(|found| found.status.is(ModelStatus::Archived)) {
        model.models.archived = true;
    }
    if wanted {
        // Whoever came for one model sees it, whatever had been filtered.
        model.models.finder.clear();
    }
    let now = model.now.map(|now| now.wall);
    model.models.arrange(on, now);
    let at = model.models.browse.at;
    to(model, at)
}

/// The screen comes into view. Who came for one model sees it at once.
pub fn enter(model: &mut Model, _now: Now) -> Vec<Effect> {
    if model.models.wanted.is_some() && model.models.browse.place == DetailPlace::Hidden {
        model.models.browse.place = DetailPlace::Beside;
    }
    vec![refresh(model)]
}

/// A move, for the screen or for its own modal on top.
pub fn nav(model: &mut Model, nav: Nav, now: Now) -> Vec<Effect> {
    if matches!(model.modals.last(), Some(crate::model::Modal::Models(_))) {
        return modals::nav(model, nav, now);
    }
    if let Some(effects) = finder::nav::<State>(model, nav, now) {
        return effects;
    }
    if nav == Nav::Enter {
        return full(model);
    }
    let len = model.models.finder.shown.len();
    let row = model.models.browse.nav(nav, len, &PANES, &model.measured);
    row.map_or_else(Vec::new, |row| to(model, row))
}

/// The text of a field of this screen is another one.
pub fn field_changed(model: &mut Model, now: Now) -> Vec<Effect> {
    if model.modals.is_empty() {
        return finder::changed::<State>(model, now);
    }
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
    if let Some(effects) = finder::cancel::<State>(model) {
        return Some(effects);
    }
    if model.models.browse.back() {
        return Some(Vec::new());
    }
    finder::clear::<State>(model)
}

/// The panes have other sizes than before.
pub fn sized(model: &mut Model) -> Vec<Effect> {
    let at = model.models.browse.at;
    to(model, at)
}
