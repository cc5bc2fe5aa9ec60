//! Another name or description for the dataset under the cursor (R2.16).

use super::ask;
use crate::model::datasets::Ask;
use crate::model::{Effect, Modal, Model, Prompt, ScreenId, TextField};

pub(super) const NAME: &str = "name";
pub(super) const DESCRIPTION: &str = "description";

pub(super) fn ask_name(model: &mut Model) -> Vec<Effect> {
    let Some(row) = model.datasets.row() else { return Vec::new() };
    let (title, written) = (format!("Rename {}", row.name), row.name.clone());
    open(model, NAME, title, "runs keep the name that it had when they were made", &written)
}

pub(super) fn ask_description(model: &mut Model) -> Vec<Effect> {
    let Some(row) = model.datasets.row() else { return Vec::new() };
    let (title, written) = (format!("Describe {}", row.name), row.description.clone().unwrap_or_default());
    open(model, DESCRIPTION, title, "a line about it; empty takes it away", &written)
}

fn open(model: &mut Model, tag: &'static str, title: String, hint: &str, written: &str) -> Vec<Effect> {
    model.open(Modal::Prompt(Prompt {
        to: ScreenId::Datasets,
        tag,
        title,
        hint: hint.to_owned(),
        field: TextField::with(written),
        problem: None,
    }));
    Vec::new()
}

/// It was written. What cannot be a name is said where it stands.
pub(super) fn prompted(model: &mut Model, tag: &'static str, text: &str) -> Result<Vec<Effect>, String> {
    let Some(row) = model.datasets.row() else { return Ok(Vec::new()) };
    let (id, text) = (row.id, text.trim().to_owned());
    let (name, description) = if tag == NAME { (Some(text), None) } else { (None, Some(text)) };
    if let Some(name) = &name {
        let faults = domain::dataset::state::check_new(name, &row.file_name, 1, 1);
        if let Some(fault) = faults.first() {
            return Err(crate::text::sentence(&fault.to_string()));
        }
    }
    Ok(vec![ask(model, Ask::Edit(id, name, description))])
}
