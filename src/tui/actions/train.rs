//! Actions of the configurator.

use crate::keys::{ActionSpec, Availability, Danger, Facts, Scope};
use crate::model::train::{CHECKS, Msg as Do, Row, SETTINGS};
use crate::model::{Msg, ScreenId};

const HERE: Scope = Scope::Screen(ScreenId::Train);

fn ready(model: &Facts) -> Availability {
    Availability::when(model.train.ready, "it is still being read")
}

fn a_value(model: &Facts) -> Availability {
    let there = matches!(model.train.at, Row::Field(_));
    Availability::when(model.train.ready && there, "there is no setting of a preset under the cursor")
}

fn changed(model: &Facts) -> Availability {
    Availability::when(model.train.is_custom(), "nothing was changed")
}

fn own(model: &Facts) -> Availability {
    let name = model.train.draft.based_on.as_deref().and_then(|name| model.train.known(name));
    match name {
        Some(known) if known.file.is_some() => Availability::Enabled,
        _ => Availability::Disabled("the chosen preset comes with the program".to_owned()),
    }
}

fn on_a_volume(model: &Facts) -> Availability {
    let there = model.train.open_weights().is_some();
    Availability::when(there, "no run goes to a machine with a network volume here, or the weights are there")
}

fn a_check(model: &Facts) -> Availability {
    Availability::when(!model.train.open_checks().is_empty(), "nothing has to be accepted")
}

macro_rules! act {
    ($id:literal, $title:literal, $doc:literal, $msg:expr) => {
        act!(HERE, $id, $title, $doc, $msg)
    };
    ($scope:expr, $id:literal, $title:literal, $doc:literal, $msg:expr) => {
        ActionSpec::new($id, $scope, $title, $doc, || Msg::Train($msg))
    };
}

/// All actions of the configurator.
pub const ACTIONS: &[ActionSpec] = &[
    act!(
        "train.start",
        "Start",
        "Asks once more with everything in view, then puts the run into the queue.",
        Do::Start
    )
    .keys(&["t"])
    .hint(1, "start")
    .when(ready)
    .danger(Danger::Confirm),
    act!(
        Scope::Pane(CHECKS),
        "train.accept",
        "Accept",
        "Accepts the item of the checklist under the cursor, or takes that back.",
        Do::Accept
    )
    .keys(&["space"])
    .hint(0, "accept")
    .when(a_check),
    act!(
        Scope::Pane(SETTINGS),
        "train.more",
        "More",
        "The value one step up, the next word, or the next preset.",
        Do::Nudge(true)
    )
    .keys(&["+", "=", "space"])
    .hint(2, "more")
    .when(ready),
    act!(
        Scope::Pane(SETTINGS),
        "train.less",
        "Less",
        "The value one step down, the word or the preset before.",
        Do::Nudge(false)
    )
    .keys(&["-"])
    .hint(3, "less")
    .when(ready),
    act!(
        "train.reset",
        "This setting as the preset has it",
        "Takes back what was changed about the setting under the cursor.",
        Do::Reset
    )
    .keys(&["backspace"])
    .hint(6, "as preset")
    .when(a_value),
    act!(
        "train.reset-all",
        "All settings as the preset has them",
        "What was changed is set aside and can be had back in the line of presets.",
        Do::ResetAll
    )
    .keys(&["R"])
    .when(changed),
    act!(
        "train.save",
        "Save as a preset",
        "Writes the settings into a file of your own, under a name.",
        Do::AskSave
    )
    .keys(&["w"])
    .hint(5, "save preset")
    .when(ready),
    act!(
        "train.remove",
        "Remove the preset",
        "Removes the chosen preset when it is one of yours.",
        Do::AskRemove
    )
    .keys(&["x"])
    .when(own)
    .danger(Danger::Confirm),
    act!("train.folder", "Base model in a folder", "Trains a model that no registry names.", Do::Folder)
        .keys(&["f"])
        .when(ready),
    act!("train.copy", "Copy as JSON", "Puts the configuration on the clipboard.", Do::Copy)
        .keys(&["Y"])
        .when(ready),
    act!("train.refresh", "Refresh", "Reads presets, models and prices again and judges anew.", Do::Refresh)
        .keys(&["r"]),
    act!(
        "train.cache",
        "Fetch the base model first",
        "Fetches the weights onto the network volume before a run needs them, after a question that names the price.",
        Do::Cache
    )
    .keys(&["W"])
    .when(on_a_volume),
    act!(
        Scope::Modal("train.launch"),
        "train.tick",
        "Accept cost and budget",
        "Sets the tick that the start needs, or takes it away.",
        Do::Tick
    )
    .keys(&["space"])
    .hint(1, "tick")
    .unlisted(),
];
