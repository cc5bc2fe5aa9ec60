//! Conversations in from files.

use super::page;
use crate::model::conversations::{Ask, Import, Modal};
use crate::model::{Effect, Model, Nav, Now, Problem, ScreenId, Severity};
use engine::import::{Outcome, Request};

/// Name of the pane of the results.
pub const RESULT: &str = "conversations.import";

/// So many files that could not be read are named in a message.
const NAMED: usize = 200;

fn importing(model: &mut Model) -> Option<&mut Import> {
    model.modals.iter_mut().rev().find_map(|modal| match modal {
        crate::model::Modal::Conversations(Modal::Import(import)) => Some(import.as_mut()),
        _ => None,
    })
}

/// Opens it, over the conversations or over the overview: it is the same import.
pub(in crate::update) fn open(model: &mut Model) -> Vec<Effect> {
    model.open(crate::model::Modal::Conversations(Modal::Import(Box::default())));
    Vec::new()
}

/// A move: between the fields, then in the results.
pub(super) fn nav(model: &mut Model, nav: Nav, now: Now) -> Vec<Effect> {
    let height = usize::from(model.measured.size_of(RESULT).height).max(1);
    let Some(import) = importing(model) else { return Vec::new() };
    if import.job.is_some() {
        if nav == Nav::Enter && import.result.is_some() {
            model.close();
        } else if let Some(Ok(outcome)) = &import.result
            && let Some(top) = nav.step(import.top, outcome.files.len().saturating_sub(height) + 1, height)
        {
            import.top = top;
        }
        return Vec::new();
    }
    match nav {
        Nav::Up | Nav::Down | Nav::Next | Nav::Previous => {
            import.in_batch = !import.in_batch;
            return Vec::new();
        }
        Nav::Enter => {}
        _ => return Vec::new(),
    }
    let path = import.path.text().trim().to_owned();
    if path.is_empty() {
        import.problem = Some("Write the path of a file or a folder".to_owned());
        import.in_batch = false;
        return Vec::new();
    }
    let batch = Some(import.batch.text().trim().to_owned()).filter(|name| !name.is_empty());
    let request = Request { paths: vec![path.clone().into()], batch };
    let question = crate::model::Ask::Conversations(Ask::Import(request));
    let (job, effect) = model.start(format!("Import {path}"), question, now);
    if let Some(import) = importing(model) {
        import.job = Some(job);
    }
    vec![effect]
}

/// The files that could not be read, each with the reason: the dialog that shows them may be closed by now.
fn failed(outcome: &Outcome) -> Option<Problem> {
    let bad = outcome.files.iter().filter_map(|file| Some((&file.path, file.error.as_ref()?)));
    let mut details: Vec<String> = bad.map(|(path, why)| format!("{path}: {why}")).collect();
    if details.is_empty() {
        return None;
    }
    let more = details.len().saturating_sub(NAMED);
    details.truncate(NAMED);
    if more > 0 {
        details.push(format!("and {} more", crate::text::thousands(more as u64)));
    }
    let next = "Everything else is in; mend these and import them again".to_owned();
    let why = "these files could not be read".to_owned();
    Some(Problem { details, ..Problem::new("Import", why, next) })
}

/// The files are in, or not.
pub(super) fn done(model: &mut Model, result: Result<Outcome, Problem>, now: Now) -> Vec<Effect> {
    let line = match &result {
        Ok(outcome) => {
            let total = outcome.total;
            let text = format!("{} new, {} known, {} replaced", total.new, total.same, total.replaced);
            match failed(outcome) {
                Some(about) => {
                    let count = crate::text::many(outcome.failed, "file");
                    model.shell.warn(format!("{text}; {count} could not be read"), about, now)
                }
                None => model.shell.say(Severity::Success, text, now),
            }
        }
        Err(problem) => model.shell.report(problem, now),
    };
    if let Some(import) = importing(model) {
        import.result = Some(result);
    }
    let mut effects = vec![line];
    if model.shell.screen == ScreenId::Overview {
        effects.extend(crate::update::enter(model, now));
    } else {
        effects.extend(page::refresh(model));
        effects.push(super::review::recount(model));
    }
    effects
}
