//! Actions of the models screen.

use super::finder::finding;
use crate::keys::{ActionSpec, Availability, Danger, Facts, Scope};
use crate::model::models::Msg as Do;
use crate::model::{Msg, ScreenId};

const HERE: Scope = Scope::Screen(ScreenId::Models);

fn a_model(model: &Facts) -> Availability {
    Availability::when(model.models.row().is_some(), "there is no model under the cursor")
}

fn with_files(model: &Facts) -> Availability {
    match model.models.row() {
        Some(row) => Availability::when(!row.files.is_empty(), "nobody knows its files"),
        None => a_model(model),
    }
}

fn versions(model: &Facts) -> Availability {
    Availability::when(model.models.versions().len() > 1, "it is the only model of its dataset")
}

fn several(model: &Facts) -> Availability {
    Availability::when(model.models.marks.len() > 1, "mark two to four with space first")
}

macro_rules! act {
    ($id:literal, $title:literal, $doc:literal, $msg:expr) => {
        ActionSpec::new($id, HERE, $title, $doc, || Msg::Models($msg))
    };
}

fn filtered(model: &Facts) -> Availability {
    super::finder::filtered(&model.models.finder)
}

const FIND: [ActionSpec; 6] = finding!("models", HERE, filtered);

/// All actions of the models screen.
pub const ACTIONS: &[ActionSpec] = &[
    act!(
        "models.download",
        "Download",
        "Brings all files to this machine, each held to its digest; what is whole already is not copied again.",
        Do::Download
    )
    .keys(&["o"])
    .hint(1, "download")
    .when(with_files),
    act!("models.details", "Details beside the list", "Shows or hides the model beside the list.", Do::Details)
        .keys(&["d"])
        .hint(2, "details")
        .when(a_model),
    act!(
        "models.status",
        "What it is used for",
        "Stored, testing, production or archived; what is not allowed says why.",
        Do::Status
    )
    .keys(&["p"])
    .hint(3, "status")
    .when(a_model),
    act!(
        "models.compare",
        "Compare the versions",
        "All models of the same dataset side by side: what was measured, and the settings in which they differ.",
        Do::Versions
    )
    .keys(&["v"])
    .hint(4, "versions")
    .when(versions),
    act!("models.mark", "Mark", "Marks the model, or takes the mark away.", Do::Mark)
        .keys(&["space"])
        .hint(7, "mark")
        .when(a_model),
    act!("models.marked", "Side by side", "Compares the two to four that are marked.", Do::Compare)
        .keys(&["="])
        .hint(4, "compare")
        .when(several),
    act!("models.report", "Write a report", "Markdown or HTML with its curves, to a file.", Do::Report)
        .keys(&["e"])
        .hint(5, "report")
        .when(a_model),
    act!("models.run", "Its run", "Opens the monitor on the run that made it.", Do::Run)
        .keys(&["w"])
        .hint(6, "run")
        .when(a_model),
    act!(
        "models.delete",
        "Delete",
        "Asks for its exact name. Its files stay in the store; one in production cannot be deleted.",
        Do::Delete
    )
    .keys(&["x"])
    .hint(12, "delete")
    .when(a_model)
    .danger(Danger::Type),
    act!(
        "models.archived",
        "Show archived models",
        "Shows archived models in the list, or hides them.",
        Do::ShowArchived
    )
    .keys(&["X"]),
    FIND[0],
    FIND[1],
    FIND[2],
    FIND[3],
    FIND[4],
    FIND[5],
    act!("models.zoom", "One pane alone", "The detail in place of the list, and back.", Do::Zoom)
        .keys(&["z"])
        .when(a_model),
    act!("models.copy", "Copy the key", "Puts the key of the model on the clipboard.", Do::Copy)
        .keys(&["y"])
        .when(a_model),
    act!("models.copy-json", "Copy the row as JSON", "Puts the row on the clipboard.", Do::CopyJson)
        .keys(&["Y"])
        .when(a_model),
    act!("models.refresh", "Refresh", "Asks the store again.", Do::Refresh).keys(&["r"]),
];
