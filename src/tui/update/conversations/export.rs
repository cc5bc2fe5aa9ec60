//! Conversations to files.

use crate::model::conversations::{Ask, Exporting, Modal};
use crate::model::{Effect, Model, Nav, Now, Severity, TextField};
use domain::selection::Selection;
use engine::conversations::{Export, Exported, Which};

fn exporting(model: &mut Model) -> Option<&mut Exporting> {
    match model.modals.last_mut() {
        Some(crate::model::Modal::Conversations(Modal::Export(export))) => Some(export),
        _ => None,
    }
}

/// What is meant: the marked ones, else the one under the cursor.
pub(super) fn meant(model: &Model) -> Option<Selection> {
    let state = &model.conversations;
    if state.marks.is_empty() {
        state.row().map(|row| Selection::Ids(vec![row.id.clone()]))
    } else {
        Some(state.marks.selection().clone())
    }
}

/// Opens it.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    if meant(model).is_some() {
        let export =
            Exporting { which: Which::Enriched, to: TextField::with("conversations"), problem: None };
        model.open(crate::model::Modal::Conversations(Modal::Export(export)));
    }
    Vec::new()
}

/// The other of the two objects.
pub(super) fn other(model: &mut Model) -> Vec<Effect> {
    if let Some(export) = exporting(model) {
        export.which = if export.which == Which::Raw { Which::Enriched } else { Which::Raw };
    }
    Vec::new()
}

/// A move; `enter` begins.
pub(super) fn nav(model: &mut Model, nav: Nav, now: Now) -> Vec<Effect> {
    match nav {
        Nav::Up | Nav::Down | Nav::Next | Nav::Previous => return other(model),
        Nav::Enter => {}
        _ => return Vec::new(),
    }
    let Some(selection) = meant(model) else { return Vec::new() };
    let Some(export) = exporting(model) else { return Vec::new() };
    let to = export.to.text().trim().to_owned();
    if to.is_empty() {
        export.problem = Some("Write the folder for the files; it is made when it is missing".to_owned());
        return Vec::new();
    }
    let request = Export { selection, which: export.which, to: to.clone().into() };
    model.close();
    let question = crate::model::Ask::Conversations(Ask::Export(request));
    let (_, effect) = model.start(format!("Export to {to}"), question, now);
    vec![effect]
}

/// The files are written.
pub(super) fn done(model: &mut Model, exported: &Exported, now: Now) -> Vec<Effect> {
    let mut text = format!(
        "{} written, {}, in {}",
        crate::text::many(exported.files, "file"),
        crate::text::bytes(exported.bytes),
        exported.to.display()
    );
    let severity = if exported.missing.is_empty() { Severity::Success } else { Severity::Warn };
    if let Some(first) = exported.missing.first() {
        let lack = match exported.missing.len() {
            1 => format!("; {} has no such file", first.short()),
            count => format!("; {count} have no such file, for example {}", first.short()),
        };
        text += &lack;
    }
    vec![model.shell.say(severity, text, now)]
}
