//! Actions of the overview.

use crate::keys::{ActionSpec, Scope};
use crate::model::overview::Msg as Do;
use crate::model::{Msg, ScreenId};

const HERE: Scope = Scope::Screen(ScreenId::Overview);

/// All actions of the overview.
pub const ACTIONS: &[ActionSpec] = &[
    ActionSpec::new(
        "overview.examples",
        HERE,
        "Load the examples",
        "Brings in our own example conversations.",
        || Msg::Overview(Do::LoadExamples),
    )
    .keys(&["e"])
    .hint(1, "load examples"),
    ActionSpec::new(
        "overview.import",
        HERE,
        "Import files or a folder",
        "Brings in conversations: enriched, full, v4 JSONL or raw; the kind is recognised by content.",
        || Msg::Overview(Do::AskImport),
    )
    .keys(&["i"])
    .hint(2, "import"),
    ActionSpec::new("overview.refresh", HERE, "Refresh", "Counts again.", || Msg::Overview(Do::Refresh))
        .keys(&["r"])
        .hint(5, "refresh"),
];
