//! The overview, and the first run.

#[cfg(test)]
mod tests;

use super::trainings::state_word;
use crate::model::overview::{Answer, Ask, Msg, Recent};
use crate::model::shell::Msg as Frame;
use crate::model::{Effect, Model, Nav, Now, ScreenId, Severity};
use domain::series::number;
use engine::jobs::JobLine;

/// So many of the runs at work can be opened from here.
const WATCHED: usize = 3;

/// A line of *what to do next*: what, more about it, and what happens.
pub type Choice = (String, String, crate::model::Msg);

/// What the lines of *what to do next* do. Runs at work come first.
pub fn choices(model: &Model) -> Vec<Choice> {
    let watch = model.trainings.active().take(WATCHED).map(|line| {
        let job = &line.run.job;
        let loss = job.progress.loss.map_or_else(String::new, |loss| format!(", loss {}", number(loss)));
        let note = format!("{}, {:.0} %{loss}", state_word(line), job.progress.percent);
        (format!("Watch {}", job.name), note, crate::model::Msg::Overview(Msg::Watch(job.id)))
    });
    let plain = plain(model).into_iter();
    watch.chain(plain.map(|(text, note, msg)| (text.to_owned(), note.to_owned(), msg))).collect()
}

/// What was made or has changed lately, newest first.
pub fn lately(model: &Model) -> Vec<Recent> {
    let of_run = |line: &JobLine| {
        let job = &line.run.job;
        Recent {
            kind: "run",
            name: job.name.clone(),
            note: state_word(line),
            at: job.completed_at.or(job.started_at).unwrap_or(job.queued_at),
        }
    };
    let runs = model.trainings.list.iter().flatten().map(of_run);
    let mut all: Vec<_> = runs
        .chain(model.overview.summary.iter().flat_map(|summary| summary.newest.iter().cloned()))
        .collect();
    all.sort_by_key(|thing| std::cmp::Reverse(thing.at));
    all
}

fn plain(model: &Model) -> Vec<(&'static str, &'static str, crate::model::Msg)> {
    let examples = (
        "Load the example conversations",
        "thirty of our own, some damaged on purpose",
        crate::model::Msg::Overview(Msg::LoadExamples),
    );
    let import = (
        "Import files or a folder",
        "enriched, full, v4 JSONL or raw; known by their content",
        crate::model::Msg::Overview(Msg::AskImport),
    );
    let go = |text, note, screen| (text, note, crate::model::Msg::Shell(Frame::Go(screen)));
    if model.overview.empty() {
        vec![examples, import, ("Leave", "", crate::model::Msg::Shell(Frame::Quit))]
    } else {
        vec![
            go("Look at the conversations", "filter, read, review, mark", ScreenId::Conversations),
            go("Look at the training files", "what is in them, download", ScreenId::Files),
            go("Train an adapter", "choose a dataset, then t", ScreenId::Datasets),
            import,
        ]
    }
}

/// A message of this screen's own.
pub fn update(model: &mut Model, msg: Msg, now: Now) -> Vec<Effect> {
    match msg {
        Msg::Refresh => enter(model, now),
        Msg::LoadExamples => {
            let ask = crate::model::Ask::Overview(Ask::LoadExamples);
            let (_, effect) = model.start("Load the examples", ask, now);
            vec![effect]
        }
        Msg::AskImport => super::conversations::import::open(model),
        Msg::Watch(run) => vec![super::trainings::ask(model, crate::model::trainings::Ask::Watch(run))],
        Msg::Choose(line) => {
            model.overview.at = line;
            nav(model, Nav::Enter, now)
        }
    }
}

/// The engine answered.
pub fn answered(model: &mut Model, answer: Answer, now: Now) -> Vec<Effect> {
    match answer {
        Answer::Summary(Ok(summary)) => {
            model.overview.summary = Some(summary);
            model.overview.problem = None;
            Vec::new()
        }
        Answer::Summary(Err(problem)) => {
            let effect = model.shell.report(&problem, now);
            model.overview.problem = Some(problem);
            vec![effect]
        }
        Answer::Imported(Ok(imported)) => {
            let mut line = format!("{} came in", crate::text::many(imported.added, "conversation"));
            if imported.same > 0 {
                let were = if imported.same == 1 { "was" } else { "were" };
                line = format!("{line}, {} {were} there already", imported.same);
            }
            let mut effects = vec![model.shell.say(Severity::Success, line, now)];
            effects.extend(super::enter(model, now));
            effects
        }
        Answer::Imported(Err(problem)) => vec![model.shell.report(&problem, now)],
    }
}

/// The screen comes into view.
pub fn enter(model: &mut Model, _now: Now) -> Vec<Effect> {
    vec![model.ask(crate::model::Ask::Overview(Ask::Summary))]
}

/// A move.
pub fn nav(model: &mut Model, nav: Nav, now: Now) -> Vec<Effect> {
    let choices = choices(model);
    if nav == Nav::Enter {
        let msg = choices.into_iter().nth(model.overview.at).map(|(_, _, msg)| msg);
        return msg.map_or_else(Vec::new, |msg| super::update(model, msg, now));
    }
    if let Some(at) = nav.step(model.overview.at, choices.len(), choices.len()) {
        model.overview.at = at;
    }
    Vec::new()
}
