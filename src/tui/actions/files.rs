//! Actions of the training files screen.

use super::finder::finding;
use crate::keys::{ActionSpec, Availability, Danger, Facts, Scope};
use crate::model::files::{FINDINGS, Msg as Do};
use crate::model::{Msg, ScreenId};

const HERE: Scope = Scope::Screen(ScreenId::Files);

fn a_file(model: &Facts) -> Availability {
    Availability::when(model.files.row().is_some(), "there is no training file under the cursor")
}

fn found(model: &Facts) -> Availability {
    let state = &model.files;
    match (state.row(), state.found()) {
        (None, _) => a_file(model),
        (_, None) => Availability::Disabled("it was not checked yet: c does".to_owned()),
        (_, Some(report)) => Availability::when(!report.findings.is_empty(), "the check found nothing"),
    }
}

macro_rules! act {
    ($id:literal, $title:literal, $doc:literal, $msg:expr) => {
        ActionSpec::new($id, HERE, $title, $doc, || Msg::Files($msg))
    };
}

fn filtered(model: &Facts) -> Availability {
    super::finder::filtered(&model.files.finder)
}

const FIND: [ActionSpec; 6] = finding!("files", HERE, filtered);

/// All actions of the training files screen.
pub const ACTIONS: &[ActionSpec] = &[
    act!(
        "files.download",
        "Download",
        "Brings the JSON, the JSONL or another shape to this machine.",
        Do::Download
    )
    .keys(&["o"])
    .hint(1, "download")
    .when(a_file),
    act!(
        "files.new",
        "New training file",
        "Goes to the conversations, to mark some for a new file.",
        Do::New
    )
    .keys(&["n"])
    .hint(3, "new"),
    act!("files.add", "Add conversations", "Goes to the conversations, to mark some for this file.", Do::Add)
        .keys(&["a"])
        .hint(3, "add")
        .when(a_file),
    act!("files.details", "Details beside the list", "Shows or hides the file beside the list.", Do::Details)
        .keys(&["d"])
        .hint(4, "details")
        .when(a_file),
    act!("files.check", "Check", "Reads the whole file and says what is wrong with it.", Do::Check)
        .keys(&["c"])
        .hint(5, "check")
        .when(a_file),
    act!(
        "files.findings",
        "Walk the findings",
        "Goes to what the check found: enter shows the place that a finding speaks of.",
        Do::Findings
    )
    .keys(&["w"])
    .hint(5, "findings")
    .when(found),
    super::walk_show("files.finding-show", FINDINGS),
    super::walk_leave("files.finding-leave", FINDINGS),
    act!(
        "files.archive",
        "Archive, or take back",
        "Puts the file away; both objects stay in the store.",
        Do::Archive
    )
    .keys(&["x"])
    .hint(9, "archive")
    .when(a_file)
    .danger(Danger::Confirm),
    act!(
        "files.archived",
        "Show archived files",
        "Shows archived files in the list, or hides them.",
        Do::ShowArchived
    )
    .keys(&["X"]),
    act!(
        "files.train",
        "Train",
        "Makes a dataset of the file, unless there is one of what it holds now, and opens the configurator.",
        Do::Train
    )
    .keys(&["t"])
    .hint(2, "train")
    .when(a_file),
    FIND[0],
    FIND[1],
    FIND[2],
    FIND[3],
    FIND[4],
    FIND[5],
    act!("files.zoom", "One pane alone", "The detail in place of the list, and back.", Do::Zoom)
        .keys(&["z"])
        .when(a_file),
    act!("files.copy", "Copy the name", "Puts the name on the clipboard.", Do::Copy)
        .keys(&["y"])
        .when(a_file),
    act!("files.copy-json", "Copy the row as JSON", "Puts the row on the clipboard.", Do::CopyJson)
        .keys(&["Y"])
        .when(a_file),
    act!("files.refresh", "Refresh", "Asks the store again.", Do::Refresh).keys(&["r"]),
];
