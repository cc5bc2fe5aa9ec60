//! The training files screen: what each key and each answer changes.

mod download;

use super::finder::{self, Listing};
use crate::model::browse::{Browse, Walked, moved};
use crate::model::conversations::DetailPlace;
use crate::model::files::{Answer, Ask, MEMBERS, Modal, Msg, PANES, Report, State};
use crate::model::finder::Finder;
use crate::model::shell::Msg as Frame;
use crate::model::{Confirm, Effect, Model, Nav, Now, ScreenId, Severity};
use chrono::{DateTime, Utc};
use domain::ids::TrainingFileId;
use domain::training_file::table::Column;
use domain::training_file::{FileStatus, TrainingFileRow};
use std::time::Instant;

/// Asks the engine.
fn ask(model: &mut Model, ask: Ask) -> Effect {
    model.ask(crate::model::Ask::Files(ask))
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
        Msg::Scroll(lines) => to(model, moved(model.files.browse.at, lines)),
        Msg::ScrollDetail(lines) => {
            model.files.browse.scroll(lines, &PANES, &model.measured);
            Vec::new()
        }
        Msg::Download => download::open(model),
        Msg::Format(at) => download::pick(model, at),
        Msg::New => to_conversations(model, None, now),
        Msg::Add => {
            let name = model.files.row().map(|row| row.name.clone());
            to_conversations(model, name, now)
        }
        Msg::Check => match model.files.row().map(|row| row.name.clone()) {
            Some(name) => {
                let question = crate::model::Ask::Files(Ask::Check(name.clone()));
                let (_, effect) = model.start(format!("Check {name}"), question, now);
                vec![effect]
            }
            None => Vec::new(),
        },
        Msg::Findings => {
            model.files.browse.begin();
            show(model)
        }
        Msg::Train => train(model, now),
        Msg::Archive => archive(model),
        Msg::SetArchived(name, archived) => vec![ask(model, Ask::Archive(name, archived))],
        Msg::ShowArchived => {
            model.files.archived = !model.files.archived;
            refresh(model)
        }
        Msg::Copy | Msg::CopyJson => copy(model, msg == Msg::CopyJson, now),
        Msg::Refresh => refresh(model),
    }
}

fn refresh(model: &mut Model) -> Vec<Effect> {
    let archived = model.files.archived;
    vec![ask(model, Ask::List(archived))]
}

/// To the conversations: what is marked there goes into this file (S1.3), or a new one.
fn to_conversations(model: &mut Model, into: Option<String>, now: Now) -> Vec<Effect> {
    let text = match &into {
        Some(name) => format!("Mark conversations, then n adds them to {name}"),
        None => "Mark conversations, then n makes a training file of them".to_owned(),
    };
    model.conversations.into = into;
    let mut effects = vec![model.shell.say(Severity::Info, text, now)];
    effects.extend(crate::update::update(
        model,
        crate::model::Msg::Shell(Frame::Go(ScreenId::Conversations)),
        now,
    ));
    effects
}

/// The dataset of the file, then the configurator: the datasets screen knows how it goes on.
fn train(model: &mut Model, now: Now) -> Vec<Effect> {
    let Some(name) = model.files.row().map(|row| row.name.clone()) else { return Vec::new() };
    let question = crate::model::datasets::Ask::OfFile(name.clone());
    vec![model.start(format!("Dataset of {name}"), crate::model::Ask::Datasets(question), now).1]
}

/// Putting away is asked about; taking back is not.
fn archive(model: &mut Model) -> Vec<Effect> {
    let Some(row) = model.files.row() else { return Vec::new() };
    let name = row.name.clone();
    if row.status == FileStatus::Archived {
        return vec![ask(model, Ask::Archive(name, false))];
    }
    let yes = crate::model::Msg::Files(Msg::SetArchived(name.clone(), true));
    let body = ["Both files stay in the store. x takes it back while archived ones are shown."];
    model.open(crate::model::Modal::Confirm(
        Confirm::new(format!("Archive {name}?"), "Archive", yes).body(body),
    ));
    Vec::new()
}

fn copy(model: &mut Model, json: bool, now: Now) -> Vec<Effect> {
    let Some(row) = model.files.row() else { return Vec::new() };
    let text = if json { serde_json::to_string_pretty(row).unwrap_or_default() } else { row.name.clone() };
    let note = if json { format!("Copied {} as JSON", row.name) } else { format!("Copied {}", row.name) };
    let note = model.shell.say(Severity::Info, note, now);
    vec![Effect::Copy(text), note]
}

fn to(model: &mut Model, row: usize) -> Vec<Effect> {
    let (len, height) = (model.files.finder.shown.len(), PANES.height(&model.measured));
    model.files.browse.to(row, len, height);
    if model.files.browse.place == DetailPlace::Hidden { Vec::new() } else { show(model) }
}

/// Finds out again which are shown; the cursor stays on its file where that is one of them.
fn arrange(state: &mut State, on: Option<TrainingFileId>, now: Option<DateTime<Utc>>) {
    let list = state.list.as_deref().unwrap_or_default();
    state.finder.arrange(list, |_| true, now);
    let at = on.and_then(|id| state.finder.shown.iter().position(|&n| list[n].id == id));
    state.browse.at = at.unwrap_or(state.browse.at);
}

impl Listing for State {
    type Row = TrainingFileRow;
    type Column = Column;

    fn of(model: &mut Model) -> &mut Self {
        &mut model.files
    }
    fn parts(&mut self) -> (&[TrainingFileRow], &mut Finder<Column>) {
        (self.list.as_deref().unwrap_or_default(), &mut self.finder)
    }
    fn arrange(&mut self, now: Option<DateTime<Utc>>) {
        let on = self.row().map(|row| row.id);
        arrange(self, on, now);
    }
    fn browse(&mut self) -> &mut Browse {
        &mut self.browse
    }
    fn to(model: &mut Model, row: usize) -> Vec<Effect> {
        to(model, row)
    }
}

/// Asks for the file under the cursor, unless it is here.
fn show(model: &mut Model) -> Vec<Effect> {
    let state = &mut model.files;
    let Some(row) = state.row() else { return Vec::new() };
    let name = row.name.clone();
    if state.detail.as_ref().is_some_and(|detail| detail.file == *row) {
        return Vec::new();
    }
    state.browse.scroll = 0;
    state.members.clear();
    vec![ask(model, Ask::Show(name))]
}

fn details(model: &mut Model) -> Vec<Effect> {
    if model.files.browse.beside() { show(model) } else { Vec::new() }
}

fn zoom(model: &mut Model) -> Vec<Effect> {
    if model.files.browse.shrink() { Vec::new() } else { full(model) }
}

fn full(model: &mut Model) -> Vec<Effect> {
    if model.files.row().is_none() {
        return Vec::new();
    }
    model.files.browse.full();
    show(model)
}

/// A check says nothing about a file that was built again since, or is gone.
fn forget_old_report(model: &mut Model) {
    let state = &mut model.files;
    let (Some(report), Some(list)) = (&state.report, &state.list) else { return };
    let now = list.iter().find(|row| row.name == report.name).map(|row| row.updated);
    if now != report.of {
        state.report = None;
    }
}

/// The engine answered (also the end of a job).
pub fn answered(model: &mut Model, answer: Answer, now: Now) -> Vec<Effect> {
    match answer {
        Answer::Reached(result) => crate::update::shell::reach::answered(model, result, now),
        Answer::List(Ok(list)) => {
            let on = model.files.row().map(|row| row.id);
            model.files.list = Some(list);
            model.files.problem = None;
            forget_old_report(model);
            arrange(&mut model.files, on, Some(now.wall));
            let at = model.files.browse.at;
            to(model, at)
        }
        Answer::List(Err(problem)) => {
            let effect = model.shell.report(&problem, now);
            model.files.problem = Some(problem);
            vec![effect]
        }
        Answer::Show(Ok(detail)) => {
            let first: Vec<_> = detail.members.iter().take(MEMBERS).cloned().collect();
            model.files.detail = Some(detail);
            vec![ask(model, Ask::Members(first))]
        }
        Answer::Members(Ok(members)) => {
            model.files.members = members;
            Vec::new()
        }
        Answer::Checked(name, result) => {
            let line = match &result {
                Ok(report) if report.report().is_some_and(|report| report.ready) => {
                    model.shell.say(Severity::Success, format!("{name} is ready for training"), now)
                }
                Ok(_) => model.shell.say(Severity::Warn, format!("{name} is not ready: d shows why"), now),
                Err(problem) => model.shell.report(problem, now),
            };
            let of = model.files.list.iter().flatten().find(|row| row.name == name).map(|row| row.updated);
            model.files.report = Some(Report { name, of, result });
            vec![line]
        }
        Answer::Passage(result) => super::passage::came(model, result),
        Answer::Fetched(result) => download::done(model, result, now),
        Answer::Archived(Ok(row)) => {
            let text = if row.status == FileStatus::Archived {
                format!("{} is archived: X shows archived files", row.name)
            } else {
                format!("{} is active again", row.name)
            };
            let mut effects = vec![model.shell.say(Severity::Success, text, now)];
            effects.extend(refresh(model));
            effects
        }
        Answer::Show(Err(problem)) | Answer::Members(Err(problem)) | Answer::Archived(Err(problem)) => {
            vec![model.shell.report(&problem, now)]
        }
    }
}

/// The screen comes into view, or the engine was opened while it was in view.
pub fn enter(model: &mut Model, _now: Now) -> Vec<Effect> {
    refresh(model)
}

/// A move, for the screen or for its own modal on top.
pub fn nav(model: &mut Model, nav: Nav, now: Now) -> Vec<Effect> {
    if let Some(crate::model::Modal::Files(Modal::Download(_))) = model.modals.last() {
        return download::nav(model, nav, now);
    }
    if let Some(effects) = finder::nav::<State>(model, nav, now) {
        return effects;
    }
    let stops = model.files.stops();
    match model.files.browse.walked(nav, &stops, &model.measured) {
        Walked::Open(at) => return super::passage::open(model, at, now),
        Walked::Done => return Vec::new(),
        Walked::Passed => {}
    }
    if nav == Nav::Enter {
        return full(model);
    }
    let len = model.files.finder.shown.len();
    let row = model.files.browse.nav(nav, len, &PANES, &model.measured);
    row.map_or_else(Vec::new, |row| to(model, row))
}

/// The text of the focused field (of the screen or of its own modal) is another one.
pub fn field_changed(model: &mut Model, now: Now) -> Vec<Effect> {
    if model.modals.is_empty() {
        return finder::changed::<State>(model, now);
    }
    if let Some(crate::model::Modal::Files(Modal::Download(download))) = model.modals.last_mut() {
        download.problem = None;
    }
    Vec::new()
}

/// `esc` and `q`: closes something of this screen. `None`: there was nothing to close.
pub fn back(model: &mut Model, _now: Now) -> Option<Vec<Effect>> {
    if matches!(model.modals.last(), Some(crate::model::Modal::Files(_))) {
        model.close();
        return Some(Vec::new());
    }
    if let Some(effects) = finder::cancel::<State>(model) {
        return Some(effects);
    }
    if model.files.browse.back() {
        return Some(Vec::new());
    }
    finder::clear::<State>(model)
}

/// This screen opens no prompt.
pub fn prompted(
    _model: &mut Model,
    _tag: &'static str,
    _text: &str,
    _now: Now,
) -> Result<Vec<Effect>, String> {
    Ok(Vec::new())
}

/// This screen opens no editor.
pub fn edited(_model: &mut Model, _tag: &'static str, _text: String, _now: Now) -> Vec<Effect> {
    Vec::new()
}

/// The panes have other sizes than before.
pub fn sized(model: &mut Model, _now: Now) -> Vec<Effect> {
    let at = model.files.browse.at;
    to(model, at)
}

/// It needs no waking.
pub fn deadline(_model: &Model, _now: Instant) -> Option<Instant> {
    None
}

/// It needs no waking.
pub fn due(_model: &mut Model, _now: Now) -> Vec<Effect> {
    Vec::new()
}

#[cfg(test)]
pub(crate) mod tests;
