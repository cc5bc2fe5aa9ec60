//! "Create training file": choose the file, look at what will happen, build in the background (S1.3, S1.8, S1.9).

use super::{ask, export};
use crate::model::conversations::{Ask, Build, BuildMsg, BuildStage, Modal, Target};
use crate::model::shell::Msg as Frame;
use crate::model::{Effect, Model, Nav, Now, Problem, ScreenId, Severity};
use domain::training_file::{Eligibility, TrainingFileRow};
use engine::files::{Source, Written};

/// Name of the pane of the list of reasons.
pub const REASONS: &str = "conversations.build";
/// The name under which the view says how far the result can scroll (as a height).
pub const LENGTH: &str = "conversations.build.length";
/// Longest name of a training file (formats 6).
const NAME: usize = 255;

pub(super) fn building(model: &mut Model) -> Option<&mut Build> {
    model.modals.iter_mut().rev().find_map(|modal| match modal {
        crate::model::Modal::Conversations(Modal::Build(build)) => Some(build.as_mut()),
        _ => None,
    })
}

/// Opens it. Nothing marked: it is about the row under the cursor.
pub(super) fn open(model: &mut Model, now: Now) -> Vec<Effect> {
    if export::meant(model).is_none() {
        let text = "There is nothing to build from: import conversations first (i)";
        return vec![model.shell.say(Severity::Warn, text, now)];
    }
    model.open(crate::model::Modal::Conversations(Modal::Build(Box::default())));
    vec![ask(model, Ask::Files)]
}

/// The files that exist came.
pub(super) fn files(model: &mut Model, result: Result<Vec<TrainingFileRow>, Problem>) -> Vec<Effect> {
    let into = model.conversations.into.clone();
    if let Some(build) = building(model) {
        if let (Some(into), Ok(files)) = (into, &result) {
            build.at = files.iter().position(|file| file.name == into).map_or(0, |at| at + 1);
        }
        build.files = Some(result);
    }
    Vec::new()
}

/// A move.
pub(super) fn nav(model: &mut Model, nav: Nav, now: Now) -> Vec<Effect> {
    let height = usize::from(model.measured.size_of(REASONS).height).max(1);
    let last = usize::from(model.measured.size_of(LENGTH).height);
    let Some(build) = building(model) else { return Vec::new() };
    let rows = build.files.as_ref().and_then(|files| files.as_ref().ok()).map_or(0, Vec::len) + 1;
    match (&mut build.stage, nav) {
        (BuildStage::Choose, Nav::Enter) => chosen(model),
        (BuildStage::Name, Nav::Enter) => named(model),
        (BuildStage::Name, Nav::Up | Nav::Down | Nav::Next | Nav::Previous) => {
            build.in_description = !build.in_description;
            Vec::new()
        }
        (BuildStage::Look { .. }, Nav::Enter) => begin(model, now),
        (BuildStage::Work { .. } | BuildStage::Done { .. }, Nav::Enter) => {
            model.close();
            Vec::new()
        }
        (BuildStage::Choose, nav) => {
            if let Some(at) = nav.step(build.at, rows, height) {
                build.at = at;
            }
            Vec::new()
        }
        (BuildStage::Done { top, .. }, nav) => {
            if let Some(to) = nav.step(*top, last + 1, height) {
                *top = to;
            }
            Vec::new()
        }
        (BuildStage::Look { judged: Some(Ok(judged)), top, .. }, nav) => {
            if let Some(to) = nav.step(*top, judged.unfit.len().saturating_sub(height) + 1, height) {
                *top = to;
            }
            Vec::new()
        }
        _ => Vec::new(),
    }
}

/// Something else of it.
pub(super) fn step(model: &mut Model, step: &BuildMsg, now: Now) -> Vec<Effect> {
    match step {
        &BuildMsg::Choose(at) => {
            let Some(build) = building(model) else { return Vec::new() };
            if build.stage != BuildStage::Choose {
                return Vec::new();
            }
            if build.at == at {
                return chosen(model);
            }
            build.at = at;
            Vec::new()
        }
        BuildMsg::UnmarkUnfit => unmark(model),
        BuildMsg::SkipDamaged => {
            if let Some(build) = building(model) {
                build.skip_damaged = !build.skip_damaged;
            }
            Vec::new()
        }
        BuildMsg::ShowFile => {
            model.close();
            crate::update::update(model, crate::model::Msg::Shell(Frame::Go(ScreenId::Files)), now)
        }
    }
}

fn chosen(model: &mut Model) -> Vec<Effect> {
    let Some(build) = building(model) else { return Vec::new() };
    let files = build.files.as_ref().and_then(|files| files.as_ref().ok());
    match build.at.checked_sub(1) {
        None => {
            build.stage = BuildStage::Name;
            Vec::new()
        }
        Some(at) => match files.and_then(|files| files.get(at)) {
            Some(file) => {
                let target = Target { name: file.name.clone(), existing: true };
                look(model, target)
            }
            None => Vec::new(),
        },
    }
}

/// A name that cannot be, and why.
fn wrong(name: &str, files: Option<&Vec<TrainingFileRow>>) -> Option<String> {
    if name.is_empty() {
        Some("Write a name, for example EQ-2".to_owned())
    } else if name.chars().count() > NAME {
        Some(format!("A name has at most {NAME} characters"))
    } else if files.is_some_and(|files| files.iter().any(|file| file.name == name)) {
        Some(
            "There is a file of that name: choose it in the list to add to it, or write another name"
                .to_owned(),
        )
    } else {
        None
    }
}

fn named(model: &mut Model) -> Vec<Effect> {
    let Some(build) = building(model) else { return Vec::new() };
    let name = build.name.text().trim().to_owned();
    build.problem = wrong(&name, build.files.as_ref().and_then(|files| files.as_ref().ok()));
    if build.problem.is_some() {
        build.in_description = false;
        return Vec::new();
    }
    look(model, Target { name, existing: false })
}

fn source(model: &Model) -> Option<Source> {
    export::meant(model).map(Source::Selection)
}

/// Finds out what would become of them.
fn look(model: &mut Model, target: Target) -> Vec<Effect> {
    let Some(source) = source(model) else { return Vec::new() };
    let into = target.existing.then(|| target.name.clone());
    if let Some(build) = building(model) {
        build.stage = BuildStage::Look { target, judged: None, top: 0 };
    }
    vec![ask(model, Ask::Judge { source, into })]
}

/// It is found out.
pub(super) fn judged(model: &mut Model, result: Result<Box<Eligibility>, Problem>) -> Vec<Effect> {
    if let Some(build) = building(model)
        && let BuildStage::Look { judged, top, .. } = &mut build.stage
    {
        *judged = Some(result);
        *top = 0;
    }
    Vec::new()
}

/// The unfit ones lose their marks, and it is looked at again: those that were found by looking, or those that only
/// the build itself came upon, because their files are gone or broken.
fn unmark(model: &mut Model) -> Vec<Effect> {
    let Some(build) = building(model) else { return Vec::new() };
    let Some(target) = build.target().cloned() else { return Vec::new() };
    let unfit: Vec<_> = build.unfit().iter().map(|blocked| blocked.id.clone()).collect();
    if unfit.is_empty() || !model.conversations.marks.leaves_some(unfit.len()) {
        return Vec::new();
    }
    model.conversations.marks.remove_all(unfit);
    look(model, target)
}

/// Begins to build. Unfit ones block it: nothing is left out silently.
fn begin(model: &mut Model, now: Now) -> Vec<Effect> {
    let Some(source) = source(model) else { return Vec::new() };
    let Some(build) = building(model) else { return Vec::new() };
    let skip_damaged = build.skip_damaged;
    let BuildStage::Look { target, judged, .. } = &build.stage else { return Vec::new() };
    let judged = match judged {
        Some(Ok(judged)) => judged,
        // What is wrong stands in the dialog.
        Some(Err(_)) => return Vec::new(),
        None => {
            let text = "Still looking at the conversations: press enter again when the list is there";
            return vec![model.shell.say(Severity::Info, text, now)];
        }
    };
    if judged.fit.is_empty() || !judged.unfit.is_empty() {
        let text = if judged.fit.is_empty() {
            "None of them fits into the file"
        } else {
            "Some do not fit: u unmarks them, or fix them first"
        };
        return vec![model.shell.say(Severity::Warn, text, now)];
    }
    let target = target.clone();
    let description = Some(build.description.text().trim().to_owned());
    let question = Ask::Build {
        name: target.name.clone(),
        description: description.filter(|text| !text.is_empty() && !target.existing),
        existing: target.existing,
        source,
        skip_damaged,
    };
    let verb = if target.existing { "Add to" } else { "Build" };
    let (job, effect) =
        model.start(format!("{verb} {}", target.name), crate::model::Ask::Conversations(question), now);
    if let Some(build) = building(model) {
        build.stage = BuildStage::Work { target, job };
    }
    vec![effect]
}

/// It is built, or not.
pub(super) fn done(
    model: &mut Model,
    source: &Source,
    result: Result<Box<Written>, Problem>,
    now: Now,
) -> Vec<Effect> {
    let mut effects = Vec::new();
    match &result {
        Ok(written) => {
            let file = &written.file;
            let text = format!(
                "{} has {} and {} now: it is on screen 3",
                file.name,
                crate::text::many(u64::from(file.conversations), "conversation"),
                crate::text::many(u64::from(file.pairs), "pair")
            );
            effects.push(model.shell.say(Severity::Success, text, now));
            // What was marked while it was being built is meant for something else.
            let state = &mut model.conversations;
            if matches!(source, Source::Selection(built) if built == state.marks.selection()) {
                state.marks.clear();
            }
            if state.into.as_ref() == Some(&written.file.name) {
                state.into = None;
            }
        }
        Err(problem) => effects.push(model.shell.report(problem, now)),
    }
    if let Some(build) = building(model)
        && let BuildStage::Work { target, .. } = &build.stage
    {
        build.stage = BuildStage::Done { target: target.clone(), result, top: 0 };
    }
    effects.extend(super::page::refresh(model));
    effects
}
