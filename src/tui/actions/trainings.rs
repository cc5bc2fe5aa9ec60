//! Actions of the training runs: on their screen, and on the monitor of one of them.

use super::finder::finding;
use crate::keys::{ActionSpec, Availability, Danger, Facts, Scope};
use crate::model::trainings::Msg as Do;
use crate::model::{Msg, ScreenId};
use crate::update::trainings::{paused, target};
use engine::jobs::JobLine;

const HERE: Scope = Scope::Screen(ScreenId::Jobs);
const MONITOR: Scope = Scope::Screen(ScreenId::Monitor);

/// Whether something can be done with the run in view; `why` says why not.
fn run(model: &Facts, why: impl FnOnce(&JobLine) -> Option<String>) -> Availability {
    match target(model) {
        None if model.shell.screen == ScreenId::Monitor => Availability::Hidden,
        None => Availability::Disabled("there is no run under the cursor".to_owned()),
        Some(line) => why(line).map_or(Availability::Enabled, Availability::Disabled),
    }
}

fn a_run(model: &Facts) -> Availability {
    run(model, |_| None)
}

fn any_run(model: &Facts) -> Availability {
    Availability::when(!model.trainings.finder.shown.is_empty(), "there are no runs here")
}

fn several(model: &Facts) -> Availability {
    Availability::when(model.trainings.marks.len() > 1, "mark two to four with space first")
}

fn watched(model: &Facts) -> Availability {
    run(model, |line| (!line.here).then(|| "its directory is on another machine".to_owned()))
}

fn stoppable(model: &Facts) -> Availability {
    run(model, |line| match line {
        _ if line.run.is_over() => Some(format!("it is {} already", line.run.job.status)),
        _ if paused(line) => Some("it is stopped already".to_owned()),
        _ if line.run.job.cancelling.is_some() => Some("it is being cancelled".to_owned()),
        _ => None,
    })
}

fn cancellable(model: &Facts) -> Availability {
    run(model, |line| line.run.is_over().then(|| format!("it is {} already", line.run.job.status)))
}

fn resumable(model: &Facts) -> Availability {
    run(model, |line| match line {
        _ if line.run.is_over() => {
            Some(format!("it is {}; R makes a failed or cancelled one again", line.run.job.status))
        }
        _ if !line.run.paused => Some("it is not stopped".to_owned()),
        _ => None,
    })
}

fn retriable(model: &Facts) -> Availability {
    run(model, |line| line.run.job.retriable().err().map(|why| why.to_string()))
}

fn with_model(model: &Facts) -> Availability {
    run(model, |line| {
        line.run.job.model.is_none().then(|| {
            if line.run.is_over() { "it has made no model" } else { "it has made no model yet" }.to_owned()
        })
    })
}

macro_rules! act {
    ($scope:expr, $id:literal, $title:literal, $doc:literal, $msg:expr) => {
        ActionSpec::new($id, $scope, $title, $doc, || Msg::Trainings($msg))
    };
}

/// The verbs of a run, which mean the same on both screens; the ids differ by screen.
macro_rules! verbs {
    ($scope:expr, $stop:literal, $cancel:literal, $resume:literal, $retry:literal, $model:literal) => {
        [
            act!(
                $scope,
                $stop,
                "Stop with a checkpoint",
                "Makes a checkpoint and ends the process; resuming goes on from there.",
                Do::Stop
            )
            .keys(&["t"])
            .hint(3, "stop")
            .when(stoppable),
            act!(
                $scope,
                $cancel,
                "Cancel the run",
                "Asks for the reason, then ends the run for good; its checkpoints stay.",
                Do::Cancel
            )
            .keys(&["x"])
            .hint(4, "cancel")
            .when(cancellable)
            .danger(Danger::Confirm),
            act!(
                $scope,
                $resume,
                "Resume the run",
                "Puts a stopped run back into the queue; it goes on from its last checkpoint.",
                Do::Resume
            )
            .keys(&["u"])
            .hint(2, "resume")
            .when(resumable),
            act!(
                $scope,
                $retry,
                "Make the run again",
                "A new run like one that failed or was cancelled; the old one stays as it is.",
                Do::Retry
            )
            .keys(&["R"])
            .hint(5, "again")
            .when(retriable),
            act!($scope, $model, "Open its model", "Goes to the model that the run made.", Do::Model)
                .keys(&["M"])
                .hint(2, "model")
                .when(with_model),
        ]
    };
}

const VERBS: [ActionSpec; 5] = verbs!(
    HERE,
    "trainings.stop",
    "trainings.cancel",
    "trainings.resume",
    "trainings.retry",
    "trainings.model"
);
const OF_ONE: [ActionSpec; 5] =
    verbs!(MONITOR, "monitor.stop", "monitor.cancel", "monitor.resume", "monitor.retry", "monitor.model");

fn filtered(model: &Facts) -> Availability {
    super::finder::filtered(&model.trainings.finder)
}

const FIND: [ActionSpec; 6] = finding!("trainings", HERE, filtered);

/// All actions of the training runs.
pub const ACTIONS: &[ActionSpec] = &[
    act!(
        HERE,
        "trainings.watch",
        "Watch",
        "Opens the monitor: curves, log, events, configuration.",
        Do::Watch
    )
    .keys(&["w"])
    .hint(1, "watch")
    .when(watched),
    VERBS[0],
    VERBS[1],
    VERBS[2],
    VERBS[3],
    VERBS[4],
    act!(
        HERE,
        "trainings.new",
        "New run",
        "Goes to the datasets: t configures a training with one of them.",
        Do::New
    )
    .keys(&["n"])
    .hint(6, "new"),
    act!(
        HERE,
        "trainings.details",
        "Details beside the list",
        "Shows or hides the run beside the list.",
        Do::Details
    )
    .keys(&["d"])
    .hint(7, "details")
    .when(a_run),
    act!(HERE, "trainings.mark", "Mark", "Marks the run, or takes the mark away.", Do::Mark)
        .keys(&["space"])
        .hint(9, "mark")
        .when(a_run),
    act!(
        HERE,
        "trainings.compare",
        "Compare",
        "Lays the curves of the two to four marked runs over each other; its tab config shows where they differ.",
        Do::Compare
    )
    .keys(&["="])
    .hint(4, "compare")
    .when(several),
    act!(
        HERE,
        "trainings.export",
        "Export the list",
        "Writes the runs that are shown as CSV, in the order in which they are shown.",
        Do::Export
    )
    .keys(&["o"])
    .hint(10, "export")
    .when(any_run),
    FIND[0],
    FIND[1],
    FIND[2],
    FIND[3],
    FIND[4],
    FIND[5],
    act!(HERE, "trainings.zoom", "One pane alone", "The detail in place of the list, and back.", Do::Zoom)
        .keys(&["z"])
        .when(a_run),
    act!(HERE, "trainings.copy", "Copy the key", "Puts the key of the run on the clipboard.", Do::Copy)
        .keys(&["y"])
        .when(a_run),
    act!(HERE, "trainings.copy-json", "Copy the row as JSON", "Puts the row on the clipboard.", Do::CopyJson)
        .keys(&["Y"])
        .when(a_run),
    act!(HERE, "trainings.refresh", "Refresh", "Asks the store again.", Do::Refresh).keys(&["r"]),
    OF_ONE[0],
    OF_ONE[1],
    OF_ONE[2],
    OF_ONE[3],
    OF_ONE[4],
];
