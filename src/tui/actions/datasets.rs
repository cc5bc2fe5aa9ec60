//! Actions of the datasets screen.

use super::finder::finding;
use crate::keys::{ActionSpec, Availability, Danger, Facts, Scope};
use crate::model::datasets::{FINDINGS, Msg as Do};
use crate::model::{Msg, ScreenId};

const HERE: Scope = Scope::Screen(ScreenId::Datasets);

fn a_dataset(model: &Facts) -> Availability {
    Availability::when(model.datasets.row().is_some(), "there is no dataset under the cursor")
}

fn trainable(model: &Facts) -> Availability {
    match model.datasets.row() {
        None => a_dataset(model),
        Some(row) => row.untrainable().map_or(Availability::Enabled, Availability::Disabled),
    }
}

fn several(model: &Facts) -> Availability {
    Availability::when(model.datasets.marks.len() > 1, "mark two to four with space first")
}

fn found(model: &Facts) -> Availability {
    match model.datasets.row().map(|row| &row.report) {
        None => a_dataset(model),
        Some(None) => Availability::Disabled("it was never checked by brightrun: c does".to_owned()),
        Some(Some(report)) => Availability::when(!report.findings.is_empty(), "the check found nothing"),
    }
}

macro_rules! act {
    ($id:literal, $title:literal, $doc:literal, $msg:expr) => {
        ActionSpec::new($id, HERE, $title, $doc, || Msg::Datasets($msg))
    };
}

fn filtered(model: &Facts) -> Availability {
    super::finder::filtered(&model.datasets.finder)
}

const FIND: [ActionSpec; 6] = finding!("datasets", HERE, filtered);

/// All actions of the datasets screen.
pub const ACTIONS: &[ActionSpec] = &[
    act!("datasets.train", "Train", "Opens the configurator over the dataset under the cursor.", Do::Train)
        .keys(&["t"])
        .hint(1, "train")
        .when(trainable),
    act!(
        "datasets.new",
        "New dataset",
        "Of a training file, or of a file on this machine: copied, checked and counted.",
        Do::New
    )
    .keys(&["n"])
    .hint(2, "new"),
    act!(
        "datasets.details",
        "Details beside the list",
        "Shows or hides the dataset beside the list.",
        Do::Details
    )
    .keys(&["d"])
    .hint(3, "details")
    .when(a_dataset),
    act!("datasets.mark", "Mark", "Marks the dataset, or takes the mark away.", Do::Mark)
        .keys(&["space"])
        .hint(5, "mark")
        .when(a_dataset),
    act!("datasets.compare", "Side by side", "Compares the two to four that are marked.", Do::Compare)
        .keys(&["="])
        .hint(4, "compare")
        .when(several),
    act!(
        "datasets.check",
        "Check again",
        "Reads the whole dataset and says what is wrong with it.",
        Do::Check
    )
    .keys(&["c"])
    .hint(9, "check")
    .when(a_dataset),
    act!(
        "datasets.findings",
        "Walk the findings",
        "Goes to what the check found: enter shows the line that a finding speaks of.",
        Do::Findings
    )
    .keys(&["w"])
    .hint(7, "findings")
    .when(found),
    super::walk_show("datasets.finding-show", FINDINGS),
    super::walk_leave("datasets.finding-leave", FINDINGS),
    act!(
        "datasets.count",
        "Count tokens with a tokenizer",
        "Of a base model, a folder or a file; without one tokens are estimated from words.",
        Do::AskCount
    )
    .keys(&["T"])
    .when(a_dataset),
    act!(
        "datasets.rename",
        "Rename",
        "Gives the dataset another name; its bytes and runs stay.",
        Do::AskName
    )
    .keys(&["e"])
    .when(a_dataset),
    act!(
        "datasets.describe",
        "Describe",
        "Writes more about the dataset; the search finds it.",
        Do::AskDescription
    )
    .keys(&["E"])
    .when(a_dataset),
    act!(
        "datasets.archive",
        "Archive, or take back",
        "Puts the dataset away; its file, its runs and their models stay.",
        Do::Archive
    )
    .keys(&["x"])
    .hint(10, "archive")
    .when(a_dataset)
    .danger(Danger::Confirm),
    act!(
        "datasets.archived",
        "Show archived datasets",
        "Shows archived datasets in the list, or hides them.",
        Do::ShowArchived
    )
    .keys(&["X"]),
    FIND[0],
    FIND[1],
    FIND[2],
    FIND[3],
    FIND[4],
    FIND[5],
    act!("datasets.zoom", "One pane alone", "The detail in place of the list, and back.", Do::Zoom)
        .keys(&["z"])
        .when(a_dataset),
    act!("datasets.copy", "Copy the name", "Puts the name on the clipboard.", Do::Copy)
        .keys(&["y"])
        .when(a_dataset),
    act!("datasets.copy-json", "Copy the row as JSON", "Puts the row on the clipboard.", Do::CopyJson)
        .keys(&["Y"])
        .when(a_dataset),
    act!("datasets.refresh", "Refresh", "Asks the store again.", Do::Refresh).keys(&["r"]),
];
