//! The training runs screen: what each key, each answer and each news of the runner changes.

mod cancel;
mod costs;
mod list;
mod lost;
mod news;
#[cfg(test)]
pub(crate) mod tests;

pub use list::{at_work, paused, state_word};

use super::finder;
use crate::model::browse::moved;
use crate::model::shell::Msg as Frame;
use crate::model::trainings::{Answer, Ask, Modal, Msg, PANES, State};
use crate::model::{Effect, Model, Nav, Now, Prompt, ScreenId, Severity, TextField};
use domain::ids::JobId;
use engine::jobs::JobLine;

/// Asks the engine.
pub(super) fn ask(model: &mut Model, ask: Ask) -> Effect {
    model.ask(crate::model::Ask::Trainings(ask))
}

/// The run that a verb is about: that of the monitor while it is in view, else the one under the cursor.
pub fn target(model: &Model) -> Option<&JobLine> {
    match model.shell.screen {
        ScreenId::Monitor => model.trainings.find(model.monitor.ours?),
        _ => model.trainings.row(),
    }
}

/// A message of this screen's own.
pub fn update(model: &mut Model, msg: Msg, now: Now) -> Vec<Effect> {
    let on = target(model).map(|line| line.run.job.id);
    match msg {
        Msg::News(news) => news::heard(model, news, now),
        Msg::Watch => on.map_or_else(Vec::new, |id| vec![ask(model, Ask::Watch(id))]),
        Msg::Details => {
            model.trainings.browse.beside();
            Vec::new()
        }
        Msg::Zoom => {
            let state = &mut model.trainings;
            if !state.browse.shrink() && state.row().is_some() {
                state.browse.full();
            }
            Vec::new()
        }
        Msg::Row(row) => list::to(model, row),
        Msg::Open(row) => {
            let effects = list::to(model, row);
            drop(effects);
            update(model, Msg::Watch, now)
        }
        Msg::Scroll(lines) => {
            let at = moved(model.trainings.browse.at, lines);
            list::to(model, at)
        }
        Msg::ScrollDetail(lines) => {
            model.trainings.browse.scroll(lines, &PANES, &model.measured);
            Vec::new()
        }
        Msg::Mark => finder::mark::<State>(model, now),
        Msg::Compare => {
            let marks = model.trainings.marks.clone();
            vec![ask(model, Ask::WatchSeveral(marks))]
        }
        Msg::Export => ask_export(model, now),
        Msg::New => new(model, now),
        Msg::Stop => on.map_or_else(Vec::new, |id| stop(model, id, now)),
        Msg::Cancel => cancel::open(model),
        Msg::Reason(at) => cancel::pick(model, at),
        Msg::Resume => on.map_or_else(Vec::new, |id| vec![ask(model, Ask::Resume(id))]),
        Msg::Retry => on.map_or_else(Vec::new, |id| vec![ask(model, Ask::Retry(id))]),
        Msg::Model => {
            let Some(id) = target(model).and_then(|line| line.run.job.model) else { return Vec::new() };
            model.models.wanted = Some(id);
            super::update(model, crate::model::Msg::Shell(Frame::Go(ScreenId::Models)), now)
        }
        Msg::Copy | Msg::CopyJson => copy(model, msg == Msg::CopyJson, now),
        Msg::Refresh => vec![ask(model, Ask::List)],
    }
}

/// To the datasets: a run begins with one.
fn new(model: &mut Model, now: Now) -> Vec<Effect> {
    let mut effects = vec![model.shell.say(Severity::Info, "Choose a dataset: t trains with it", now)];
    effects.extend(super::update(model, crate::model::Msg::Shell(Frame::Go(ScreenId::Datasets)), now));
    effects
}

/// Stops a run with a checkpoint, as long work of this session.
pub(super) fn stop(model: &mut Model, id: JobId, now: Now) -> Vec<Effect> {
    let Some(line) = model.trainings.find(id) else { return Vec::new() };
    let title = format!("Stop {}", line.run.job.name);
    vec![model.start(title, crate::model::Ask::Trainings(Ask::Stop(id)), now).1]
}

fn ask_export(model: &mut Model, now: Now) -> Vec<Effect> {
    model.open(crate::model::Modal::Prompt(Prompt {
        to: ScreenId::Jobs,
        tag: "list",
        title: "Export the runs that are shown".to_owned(),
        hint: "A file that ends in .csv".to_owned(),
        field: TextField::with(format!("runs-{}.csv", now.wall.format("%Y%m%d-%H%M%S"))),
        problem: None,
    }));
    Vec::new()
}

/// Where the list is to go.
pub fn prompted(model: &mut Model, text: &str) -> Result<Vec<Effect>, String> {
    let to = text.trim();
    let csv = std::path::Path::new(to).extension().is_some_and(|end| end.eq_ignore_ascii_case("csv"));
    if !csv {
        return Err("The name ends in .csv".to_owned());
    }
    let state = &model.trainings;
    let rows = (0..state.finder.shown.len()).filter_map(|line| state.line(line).cloned()).collect();
    Ok(vec![ask(model, Ask::Export(rows, to.to_owned()))])
}

fn copy(model: &mut Model, json: bool, now: Now) -> Vec<Effect> {
    let Some(line) = target(model) else { return Vec::new() };
    let (id, name) = (line.run.job.id.to_string(), line.run.job.name.clone());
    let text = if json { serde_json::to_string_pretty(line).unwrap_or_default() } else { id };
    let note = if json { format!("Copied {name} as JSON") } else { format!("Copied the key of {name}") };
    let note = model.shell.say(Severity::Info, note, now);
    vec![Effect::Copy(text), note]
}

/// The engine answered (also the end of a job).
pub fn answered(model: &mut Model, answer: Answer, now: Now) -> Vec<Effect> {
    match answer {
        Answer::List(Ok((runs, month))) => {
            let before = lost::known(model);
            list::take(model, runs, Some(month));
            lost::tell(model, &before, now)
        }
        Answer::List(Err(problem)) => {
            let effect = model.shell.report(&problem, now);
            model.trainings.problem = Some(problem);
            vec![effect]
        }
        Answer::Watch(id, Ok(watch)) => super::monitor::open(model, Some(id), watch, now),
        Answer::WatchSeveral(Ok(watch)) => super::monitor::open(model, None, watch, now),
        Answer::Exported(Ok(path)) => {
            vec![model.shell.say(Severity::Success, format!("{path} written"), now)]
        }
        // The list of long work has said that it is done.
        Answer::Ended(Ok(_)) => vec![ask(model, Ask::List)],
        Answer::Queued(Ok(run)) => {
            let runner = matches!(&model.shell.phase, crate::model::Phase::Ready(session) if session.runner);
            let who = if runner { "" } else { "; no runner is here: `brightrun runner` starts it" };
            let text = format!("{} waits for its turn{who}", run.job.name);
            vec![model.shell.say(Severity::Info, text, now), ask(model, Ask::List)]
        }
        Answer::Watch(_, Err(problem))
        | Answer::WatchSeveral(Err(problem))
        | Answer::Exported(Err(problem))
        | Answer::Ended(Err(problem))
        | Answer::Queued(Err(problem)) => {
            vec![model.shell.report(&problem, now)]
        }
    }
}

/// The screen comes into view: what the runner told last is newest.
pub fn enter(model: &mut Model, _now: Now) -> Vec<Effect> {
    vec![ask(model, Ask::List)]
}

/// A move, for the screen or for its own modal on top.
pub fn nav(model: &mut Model, nav: Nav, now: Now) -> Vec<Effect> {
    if matches!(model.modals.last(), Some(crate::model::Modal::Trainings(Modal::Cancel(_)))) {
        return cancel::nav(model, nav, now);
    }
    if let Some(effects) = finder::nav::<State>(model, nav, now) {
        return effects;
    }
    if nav == Nav::Enter {
        return update(model, Msg::Watch, now);
    }
    let state = &mut model.trainings;
    let row = state.browse.nav(nav, state.finder.shown.len(), &PANES, &model.measured);
    row.map_or_else(Vec::new, |row| list::to(model, row))
}

/// The text of a field of this screen is another one.
pub fn field_changed(model: &mut Model, now: Now) -> Vec<Effect> {
    if model.modals.is_empty() {
        return finder::changed::<State>(model, now);
    }
    cancel::changed(model);
    Vec::new()
}

/// `esc` and `q`: closes something of this screen. `None`: there was nothing to close.
pub fn back(model: &mut Model, _now: Now) -> Option<Vec<Effect>> {
    if let Some(modal) = model.modals.last() {
        let own = matches!(modal, crate::model::Modal::Trainings(_));
        return own.then(|| {
            model.close();
            Vec::new()
        });
    }
    if let Some(effects) = finder::cancel::<State>(model) {
        return Some(effects);
    }
    if model.trainings.browse.back() {
        return Some(Vec::new());
    }
    finder::clear::<State>(model)
}

/// The panes have other sizes than before.
pub fn sized(model: &mut Model) -> Vec<Effect> {
    let at = model.trainings.browse.at;
    list::to(model, at)
}
