//! Actions of the settings.

use crate::keys::{ActionSpec, Availability, Danger, Facts, Scope};
use crate::model::settings::runpod::{Msg as Rents, PANE};
use crate::model::settings::{Msg as Do, Part};
use crate::model::{Msg, ScreenId};
use crate::update::settings::runpod::standing;
use engine::runpod::Standing;

const HERE: Scope = Scope::Screen(ScreenId::Settings);
const RUNPOD: Scope = Scope::Pane(PANE);

fn with_key(model: &Facts) -> Availability {
    let without = matches!(standing(model), Standing::NotSet | Standing::NoKey);
    Availability::when(!without, "there is no API key: set RUNPOD_API_KEY, or runpod.api_key")
}

macro_rules! rents {
    ($id:literal, $title:literal, $about:literal, $msg:ident) => {
        ActionSpec::new($id, RUNPOD, $title, $about, || Msg::Settings(Do::Runpod(Rents::$msg)))
    };
}

/// All actions of the settings.
pub const ACTIONS: &[ActionSpec] = &[
    ActionSpec::new(
        "settings.copy",
        HERE,
        "Copy the value",
        "Puts the selected value on the clipboard.",
        || Msg::Settings(Do::Copy),
    )
    .keys(&["y"])
    .hint(1, "copy")
    .when(|model| match model.settings.part {
        Part::List => Availability::when(!model.settings.list.is_empty(), "nothing is selected"),
        Part::Runpod => Availability::Hidden,
    }),
    ActionSpec::new("settings.refresh", HERE, "Refresh", "Reads the settings again.", || {
        Msg::Settings(Do::Refresh)
    })
    .keys(&["r"])
    .hint(5, "refresh")
    .when(|model| match model.settings.part {
        Part::List => Availability::Enabled,
        Part::Runpod => Availability::Hidden,
    }),
    ActionSpec::new(
        "settings.runpod",
        HERE,
        "How RunPod stands",
        "Shows key, balance, endpoint, volume, image, prices and what is rented.",
        || Msg::Settings(Do::Part(Part::Runpod)),
    )
    .keys(&["p"])
    .hint(2, "RunPod")
    .when(|model| match model.settings.part {
        Part::List => Availability::Enabled,
        Part::Runpod => Availability::Hidden,
    }),
    rents!("settings.runpod.check", "Check again", "Asks RunPod about everything again.", Check)
        .keys(&["r"])
        .hint(1, "check again"),
    rents!(
        "settings.runpod.endpoint",
        "Make an endpoint",
        "Makes the queue endpoint for runs on runpod-serverless, after a question that names its price.",
        Endpoint
    )
    .keys(&["n"])
    .hint(2, "endpoint")
    .when(with_key)
    .danger(Danger::Confirm),
    rents!(
        "settings.runpod.volume",
        "Make a volume",
        "Makes the network volume, after a question that names its price.",
        Volume
    )
    .keys(&["v"])
    .hint(3, "volume")
    .when(with_key)
    .danger(Danger::Confirm),
    rents!(
        "settings.runpod.cache",
        "Fetch a base model",
        "Fetches a base model onto the network volume, once for all runs, after a question that names its price; or ends the machine that does.",
        Cache
    )
    .keys(&["c"])
    .hint(4, "base model")
    .when(with_key)
    .danger(Danger::Confirm),
    rents!(
        "settings.runpod.reap",
        "End what was left",
        "Looks for pods, jobs and secrets of ours that no run waits for, lists them, and asks before it ends them.",
        Reap
    )
    .keys(&["x"])
    .hint(5, "reap")
    .when(with_key)
    .danger(Danger::Confirm),
    rents!(
        "settings.runpod.prices",
        "Read the prices",
        "Reads the present prices of RunPod's catalog and keeps them.",
        Prices
    )
    .keys(&["P"])
    .hint(6, "prices")
    .when(with_key),
    rents!(
        "settings.runpod.bill",
        "Compare with the bill",
        "Compares the recorded costs of the last forty days with RunPod's bill, and corrects them; what ended within two hours is not on it yet.",
        Bill
    )
    .keys(&["B"])
    .hint(7, "bill")
    .when(with_key),
    rents!("settings.runpod.copy", "Copy all lines", "Puts everything that is shown on the clipboard.", Copy)
        .keys(&["y"])
        .hint(8, "copy")
        .when(|model| {
            Availability::when(model.settings.runpod.checked.is_some(), "nothing is known yet")
        }),
];
