//! Actions of the models screen.

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

macro_rules! act {
    ($id:literal, $title:literal, $doc:literal, $msg:expr) => {
        ActionSpec::new($id, HERE, $title, $doc, || Msg::Models($msg))
    };
}

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
        Do::Compare
    )
    .keys(&["v"])
    .hint(4, "versions")
    .when(versions),
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
    .hint(7, "delete")
    .when(a_model)
    .danger(Danger::Type),
    act!(
        "models.archived",
        "Show archived models",
        "Shows archived models in the list, or hides them.",
        Do::ShowArchived
    )
    .keys(&["a"])
    .hint(8, "archived"),
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
