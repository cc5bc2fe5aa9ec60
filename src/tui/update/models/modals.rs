//! What lies over the models: a download, what a model is used for, versions side by side.

use super::ask;
use crate::model::models::{Ask, Download, Modal};
use crate::model::{Effect, Model, Nav, Now, Problem, TextField};
use domain::model::{Action, compare as side_by_side};
use engine::models::Downloaded;

/// What a model can be used for, with what it means.
pub const ACTIONS: [(Action, &str); 4] = [
    (Action::Test, "testing: it is being tried"),
    (Action::Deploy, "production: it is in use, and cannot be deleted"),
    (Action::Store, "stored: kept, not in use"),
    (Action::Archive, "archived: put away; X shows it"),
];

/// Opens the download; the folder is the one in which the program was started.
pub(super) fn download(model: &mut Model) -> Vec<Effect> {
    if let Some(row) = model.models.row() {
        let download = Download {
            model: row.id.to_string(),
            name: super::titled(row),
            bytes: row.bytes(),
            to: TextField::with("."),
            problem: None,
            job: None,
            result: None,
        };
        model.open(crate::model::Modal::Models(Modal::Download(Box::new(download))));
    }
    Vec::new()
}

/// Opens the choice of what it is used for, on what it could be next.
pub(super) fn status(model: &mut Model) -> Vec<Effect> {
    if let Some(row) = model.models.row() {
        let allowed = |action: Action| row.status.known().is_some_and(|status| status.after(action).is_ok());
        let at = ACTIONS.iter().position(|(action, _)| allowed(*action)).unwrap_or(0);
        let model_id = row.id.to_string();
        model.open(crate::model::Modal::Models(Modal::Status { model: model_id, at }));
    }
    Vec::new()
}

/// Opens the comparison.
pub(super) fn compare(model: &mut Model, models: &[domain::model::Model]) -> Vec<Effect> {
    if models.len() > 1 {
        let comparison = Box::new(side_by_side(models));
        model.open(crate::model::Modal::Models(Modal::Compare(comparison, 0)));
    }
    Vec::new()
}

/// A line of a list was clicked.
pub(super) fn choose(model: &mut Model, line: usize) -> Vec<Effect> {
    if let Some(crate::model::Modal::Models(Modal::Status { at, .. })) = model.modals.last_mut() {
        *at = line.min(ACTIONS.len() - 1);
    }
    Vec::new()
}

/// A move in the modal on top.
pub(super) fn nav(model: &mut Model, nav: Nav, now: Now) -> Vec<Effect> {
    let height = usize::from(model.measured.size_of("models.compare").height).max(1);
    match model.modals.last_mut() {
        Some(crate::model::Modal::Models(Modal::Status { model: id, at })) => {
            if let Some(to) = nav.step(*at, ACTIONS.len(), ACTIONS.len()) {
                *at = to;
            }
            if nav != Nav::Enter {
                return Vec::new();
            }
            let (id, action) = (id.clone(), ACTIONS[*at].0);
            model.close();
            vec![ask(model, Ask::Status(id, action))]
        }
        Some(crate::model::Modal::Models(Modal::Compare(comparison, top))) => {
            let lines = comparison.lines.len() + comparison.settings.len() + 3;
            if let Some(to) = nav.step(*top, lines.saturating_sub(height) + 1, height) {
                *top = to;
            }
            if nav == Nav::Enter {
                model.close();
            }
            Vec::new()
        }
        Some(crate::model::Modal::Models(Modal::Download(download))) => {
            if nav != Nav::Enter {
                return Vec::new();
            }
            if download.job.is_some() {
                model.close();
                return Vec::new();
            }
            let to = download.to.text().trim().to_owned();
            if to.is_empty() {
                download.problem = Some("Write a folder; . is the folder you started in".to_owned());
                return Vec::new();
            }
            let (id, title) = (download.model.clone(), format!("Download {}", download.name));
            let question = crate::model::Ask::Models(Ask::Download { model: id, to });
            let (job, effect) = model.start(title, question, now);
            if let Some(crate::model::Modal::Models(Modal::Download(download))) = model.modals.last_mut() {
                download.job = Some(job);
            }
            vec![effect]
        }
        _ => Vec::new(),
    }
}

/// The files lie on this machine, or not.
pub(super) fn done(model: &mut Model, result: Result<Downloaded, Problem>) {
    if let Some(crate::model::Modal::Models(Modal::Download(download))) = model.modals.last_mut()
        && download.job.is_some()
    {
        download.result = Some(result);
    }
}
