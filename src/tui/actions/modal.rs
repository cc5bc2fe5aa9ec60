//! Actions of the frame's own modals.

use crate::keys::{ActionSpec, Availability, Danger, Facts, Scope};
use crate::model::modal::QuitChoice;
use crate::model::shell::Msg as Do;
use crate::model::{JobState, Modal, Msg, Nav};

const fn modal(
    name: &'static str,
    id: &'static str,
    title: &'static str,
    doc: &'static str,
    msg: fn() -> Msg,
) -> ActionSpec {
    ActionSpec::new(id, Scope::Modal(name), title, doc, msg).unlisted()
}

const fn close(name: &'static str, id: &'static str) -> ActionSpec {
    modal(name, id, "Close", "Closes this.", || Msg::Nav(Nav::Close)).keys(&["q"]).hint(9, "close")
}

const fn read(name: &'static str, id: &'static str) -> ActionSpec {
    modal(name, id, "Read", "Shows the whole message.", || Msg::Nav(Nav::Enter))
        .keys(&["enter"])
        .hint(1, "read")
}

/// Something is at work that leaving would end, or leave to the next start.
fn at_work(model: &Facts) -> Availability {
    if model.idle() { Availability::Hidden } else { Availability::Enabled }
}

fn job(model: &Facts) -> Availability {
    let Some(Modal::Jobs(list)) = model.modals.last() else { return Availability::Hidden };
    let live = model.jobs.list.get(list.at).is_some_and(crate::model::Job::live);
    Availability::when(live, "this work has ended")
}

/// The work of the dialog on top can be stopped.
fn own_job(model: &Facts) -> Availability {
    let job = model.modals.last().and_then(Modal::job).and_then(|id| model.jobs.get(id));
    match job.map(|job| &job.state) {
        Some(JobState::Running) => Availability::Enabled,
        Some(JobState::Cancelling) => Availability::Disabled("it is stopping already".to_owned()),
        _ => Availability::Hidden,
    }
}

/// Stops the work of the dialog on top. It asks nothing: nothing half-done is left.
const fn stop(name: &'static str, id: &'static str) -> ActionSpec {
    let doc = "Tells the work of this dialog to stop. Nothing half-done is left.";
    modal(name, id, "Stop", doc, || Msg::Shell(Do::CancelThis)).keys(&["x"]).hint(0, "stop").when(own_job)
}

fn yes(model: &Facts) -> Availability {
    match model.modals.last() {
        Some(Modal::Confirm(confirm)) => Availability::when(confirm.ready(), "type the word first"),
        _ => Availability::Hidden,
    }
}

/// All actions of the frame's modals.
pub const ACTIONS: &[ActionSpec] = &[
    modal("confirm", "confirm.yes", "Yes", "Does it.", || Msg::Shell(Do::Yes))
        .keys(&["y"])
        .hint(1, "yes")
        .when(yes)
        .danger(Danger::Confirm),
    modal("confirm", "confirm.no", "No", "Changes nothing.", || Msg::Nav(Nav::Close))
        .keys(&["n", "q"])
        .hint(2, "no"),
    modal("problem", "problem.copy", "Copy", "Puts the whole text on the clipboard.", || {
        Msg::Shell(Do::CopyModal)
    })
    .keys(&["y"])
    .hint(1, "copy"),
    close("problem", "problem.close"),
    modal("text", "text.copy", "Copy", "Puts the whole text on the clipboard.", || Msg::Shell(Do::CopyModal))
        .keys(&["y"])
        .hint(1, "copy"),
    close("text", "text.close"),
    close("passage", "passage.close"),
    read("messages", "messages.read"),
    read("notifications", "notifications.read"),
    modal("messages", "messages.copy", "Copy", "Puts the selected message on the clipboard.", || {
        Msg::Shell(Do::CopyModal)
    })
    .keys(&["y"])
    .hint(2, "copy"),
    modal("messages", "messages.close", "Close", "Closes the list.", || Msg::Nav(Nav::Close))
        .keys(&["q", "!"])
        .hint(9, "close"),
    modal(
        "notifications",
        "notifications.seen",
        "Mark all as read",
        "Takes the number away from the bell.",
        || Msg::Shell(Do::SeenAll),
    )
    .keys(&["a"])
    .hint(2, "all read"),
    modal("notifications", "notifications.close", "Close", "Closes the list.", || Msg::Nav(Nav::Close))
        .keys(&["q", "b"])
        .hint(9, "close"),
    modal(
        "jobs",
        "jobs.cancel",
        "Stop",
        "Tells the selected work to stop. Nothing half-done is left.",
        || Msg::Shell(Do::CancelJob),
    )
    .keys(&["x"])
    .hint(1, "stop")
    .when(job)
    .danger(Danger::Safe),
    modal("jobs", "jobs.close", "Close", "Closes the list; the work goes on.", || Msg::Nav(Nav::Close))
        .keys(&["q", "J"])
        .hint(9, "close"),
    modal(
        "quit",
        "quit.detach",
        "Leave it",
        "Leaves now; workers go on, and the next start finishes or undoes what else is open.",
        || Msg::Shell(Do::Leave(QuitChoice::Detach)),
    )
    .keys(&["d"])
    .hint(1, "detach"),
    modal("quit", "quit.wait", "Wait", "Leaves as soon as everything is done.", || {
        Msg::Shell(Do::Leave(QuitChoice::Wait))
    })
    .keys(&["w"])
    .hint(2, "wait")
    .when(at_work),
    modal(
        "quit",
        "quit.stop",
        "Stop",
        "Stops the work and leaves: runs with a checkpoint, everything else without anything half-done.",
        || Msg::Shell(Do::Leave(QuitChoice::Stop)),
    )
    .keys(&["s"])
    .hint(3, "stop")
    .when(at_work),
    close("quit", "quit.close"),
    close("themes", "themes.close"),
    stop("conversations.build", "conversations.build-stop"),
    stop("conversations.import", "conversations.import-stop"),
    stop("files.download", "files.download-stop"),
    stop("datasets.new", "datasets.new-stop"),
    close("datasets.compare", "datasets.compare-close"),
    close("train.models", "train.models-close"),
    close("train.places", "train.places-close"),
    stop("models.download", "models.download-stop"),
];
