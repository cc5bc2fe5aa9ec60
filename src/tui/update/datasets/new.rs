//! A new dataset: of a training file, or of a file on this machine.

use super::{ask, refresh, severity, verdict};
use crate::model::datasets::{Ask, Modal, New};
use crate::model::{Effect, Model, Nav, Now, Problem, Severity, TextField};
use crate::text;
use domain::training_file::TrainingFileRow;
use engine::datasets::{Add, Checked, Source, free_name};

fn open_one(model: &mut Model) -> Option<&mut New> {
    match model.modals.last_mut() {
        Some(crate::model::Modal::Datasets(Modal::New(new))) => Some(new),
        _ => None,
    }
}

/// Opens the list of sources.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    model.open(crate::model::Modal::Datasets(Modal::New(Box::default())));
    vec![ask(model, Ask::Sources)]
}

/// The training files came.
pub(super) fn sources(model: &mut Model, result: Result<Vec<TrainingFileRow>, Problem>) -> Vec<Effect> {
    if let Some(new) = open_one(model).filter(|new| !new.naming) {
        // Most datasets are made of a training file, and most often of the newest.
        new.at = usize::from(result.as_ref().is_ok_and(|files| !files.is_empty()));
        new.files = Some(result);
    }
    Vec::new()
}

/// A source was clicked: selects it; the selected one is taken.
pub(super) fn pick(model: &mut Model, at: usize) -> Vec<Effect> {
    let Some(new) = open_one(model) else { return Vec::new() };
    if new.at == at {
        name(model);
    } else {
        new.at = at;
    }
    Vec::new()
}

/// The source is chosen: what to call the dataset?
fn name(model: &mut Model) {
    let taken: Vec<String> = model.datasets.list.iter().flatten().map(|row| row.name.clone()).collect();
    let taken: Vec<&str> = taken.iter().map(String::as_str).collect();
    let Some(new) = open_one(model) else { return };
    if let Some(file) = new.file() {
        new.name = TextField::with(free_name(&file.name, &taken));
        new.in_name = true;
    } else {
        new.name.set("");
        new.in_name = false;
    }
    new.naming = true;
    new.problem = None;
}

/// A move; `enter` takes the source, then begins, and closes when it has ended.
pub(super) fn nav(model: &mut Model, nav: Nav, now: Now) -> Vec<Effect> {
    let Some(new) = open_one(model) else { return Vec::new() };
    match (nav, new.job, new.naming) {
        (Nav::Enter, Some(_), _) => drop(model.close()),
        (Nav::Enter, None, true) => return begin(model, now),
        (Nav::Enter, None, false) => name(model),
        (Nav::Next | Nav::Previous | Nav::Up | Nav::Down, None, true) => {
            new.in_name = new.file().is_some() || !new.in_name;
        }
        (nav, None, false) => {
            let (len, at) = (new.sources(), new.at);
            let page = usize::from(model.measured.size_of(crate::update::shell::modal::PANE).height);
            if let (Some(to), Some(new)) = (nav.step(at, len, page), open_one(model)) {
                new.at = to;
            }
        }
        _ => {}
    }
    Vec::new()
}

/// Makes it, in the background.
fn begin(model: &mut Model, now: Now) -> Vec<Effect> {
    let Some(new) = open_one(model) else { return Vec::new() };
    let written = new.name.text().trim().to_owned();
    let path = new.path.text().trim().to_owned();
    let (source, title) = match new.file() {
        Some(file) => (Source::TrainingFile(file.id.to_string()), written.clone()),
        None if path.is_empty() => {
            new.problem = Some("Write the path of a file; ~ is your home".to_owned());
            new.in_name = false;
            return Vec::new();
        }
        None => (Source::Path(path.clone().into()), if written.is_empty() { path } else { written.clone() }),
    };
    if new.file().is_some() && written.is_empty() {
        new.problem = Some("A dataset needs a name".to_owned());
        return Vec::new();
    }
    let add = Add {
        source,
        name: Some(written).filter(|name| !name.is_empty()),
        description: None,
        tokenizer: None,
        again: false,
    };
    let question = crate::model::Ask::Datasets(Ask::Add(Box::new(add)));
    let (job, effect) = model.start(format!("Dataset {title}"), question, now);
    if let Some(new) = open_one(model) {
        new.job = Some(job);
    }
    vec![effect]
}

/// It is made, or not. What is wrong with a name or a path is said where it can be put right.
pub(super) fn done(model: &mut Model, result: Result<Box<Checked>, Problem>, now: Now) -> Vec<Effect> {
    let checked = match result {
        Ok(checked) => checked,
        Err(problem) => {
            let Some(new) = open_one(model).filter(|new| new.job.is_some()) else {
                return vec![model.shell.report(&problem, now)];
            };
            new.job = None;
            let why = || text::sentences([&problem.why, &problem.next]);
            new.problem = (!problem.interrupted).then(why);
            return vec![Effect::Log(Severity::Warn, problem.to_string())];
        }
    };
    let row = checked.dataset.clone();
    let mut effects = Vec::new();
    match open_one(model) {
        // The dialog says all of it.
        Some(new) => new.result = Some(checked),
        None => effects.push(model.shell.say(severity(&checked), verdict(&row.name, &checked), now)),
    }
    let id = row.id;
    model.datasets.list.get_or_insert_default().insert(0, row);
    model.datasets.finder.clear();
    model.datasets.arrange(Some(id), Some(now.wall));
    effects.extend(refresh(model));
    effects
}
