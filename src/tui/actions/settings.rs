//! Actions of the settings.

use crate::keys::{ActionSpec, Availability, Scope};
use crate::model::settings::Msg as Do;
use crate::model::{Msg, ScreenId};

const HERE: Scope = Scope::Screen(ScreenId::Settings);

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
    .when(|model| Availability::when(!model.settings.list.is_empty(), "nothing is selected")),
    ActionSpec::new("settings.refresh", HERE, "Refresh", "Reads the settings again.", || {
        Msg::Settings(Do::Refresh)
    })
    .keys(&["r"])
    .hint(5, "refresh"),
];
