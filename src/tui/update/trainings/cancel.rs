//! Cancelling: a reason, some words about it, and what it means (R4.14).

use crate::model::trainings::{Ask, Cancel, Modal};
use crate::model::{Effect, Model, Nav, Now, TextField};
use domain::job::{CancelReason, NOTES};

fn open_one(model: &mut Model) -> Option<&mut Cancel> {
    match model.modals.last_mut() {
        Some(crate::model::Modal::Trainings(Modal::Cancel(cancel))) => Some(cancel),
        _ => None,
    }
}

/// Opens it.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    if let Some(id) = super::target(model).map(|line| line.run.job.id) {
        let last = CancelReason::ALL.len() - 1;
        let cancel = Cancel { id, at: last, notes: TextField::default(), problem: None };
        model.open(crate::model::Modal::Trainings(Modal::Cancel(cancel)));
    }
    Vec::new()
}

/// A reason was clicked.
pub(super) fn pick(model: &mut Model, at: usize) -> Vec<Effect> {
    if let Some(cancel) = open_one(model) {
        cancel.at = at.min(CancelReason::ALL.len() - 1);
    }
    Vec::new()
}

/// A move; `enter` cancels.
pub(super) fn nav(model: &mut Model, nav: Nav, now: Now) -> Vec<Effect> {
    let Some(cancel) = open_one(model) else { return Vec::new() };
    let len = CancelReason::ALL.len();
    match nav {
        // Letters go to the notes at any time: who presses tab on the way there means no other reason.
        Nav::Enter | Nav::Next | Nav::Previous => {}
        _ => {
            cancel.at = nav.step(cancel.at, len, len).unwrap_or(cancel.at);
        }
    }
    if nav != Nav::Enter {
        return Vec::new();
    }
    let notes = cancel.notes.text().trim().to_owned();
    let count = notes.chars().count();
    if count > NOTES {
        cancel.problem = Some(format!("{count} characters; at most {NOTES} fit"));
        return Vec::new();
    }
    let (id, reason) = (cancel.id, CancelReason::ALL[cancel.at]);
    model.close();
    let name = model.trainings.find(id).map_or_else(|| id.to_string(), |line| line.run.job.name.clone());
    let ask = crate::model::Ask::Trainings(Ask::Cancel(id, reason, notes));
    vec![model.start(format!("Cancel {name}"), ask, now).1]
}

/// The notes are other ones.
pub(super) fn changed(model: &mut Model) {
    if let Some(cancel) = open_one(model) {
        cancel.problem = None;
    }
}
