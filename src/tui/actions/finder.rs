//! Actions of the lists that can be searched, filtered and sorted: the same keys on all of them.

use crate::keys::{ActionSpec, Availability, Scope};
use crate::model::finder::Finder;
use crate::model::{Msg, Nav};

/// The actions of one list.
macro_rules! finding {
    ($screen:literal, $scope:expr, $filtered:expr) => {
        [
            ActionSpec::new(
                concat!($screen, ".filter"),
                $scope,
                "Filter",
                "Opens the filter line, with completion and history.",
                || Msg::Find(crate::model::finder::Find::Filter),
            )
            .keys(&["f"])
            .hint(6, "filter"),
            ActionSpec::new(
                concat!($screen, ".search"),
                $scope,
                "Search",
                "Only those with these words in their name and what belongs to it.",
                || Msg::Find(crate::model::finder::Find::Search),
            )
            .keys(&["/"])
            .hint(7, "search"),
            ActionSpec::new(
                concat!($screen, ".sort"),
                $scope,
                "Sort by the next column",
                "What one wants to see first comes first; a click on a heading sorts by it, too.",
                || Msg::Find(crate::model::finder::Find::Sort),
            )
            .keys(&["s"])
            .hint(8, "sort"),
            ActionSpec::new(
                concat!($screen, ".turn"),
                $scope,
                "Turn the order round",
                "The last one first.",
                || Msg::Find(crate::model::finder::Find::Turn),
            )
            .keys(&["S"]),
            ActionSpec::new(
                concat!($screen, ".views"),
                $scope,
                "Ready-made views",
                "The next of the filters that are wanted often; behind the last one, all.",
                || Msg::Find(crate::model::finder::Find::View),
            )
            .keys(&["F"])
            .hint(11, "views"),
            ActionSpec::new(
                concat!($screen, ".clear-filter"),
                $scope,
                "Clear filter and search",
                "Shows everything again.",
                || Msg::Find(crate::model::finder::Find::Clear),
            )
            .keys(&["backspace"])
            .when($filtered),
        ]
    };
}
pub(super) use finding;

/// Whether there is a filter or a search to clear.
pub(super) fn filtered<C: crate::model::finder::Listed>(finder: &Finder<C>) -> Availability {
    Availability::when(!finder.is_all(), "nothing is filtered")
}

const FILTER: Scope = Scope::Pane("list.filter");
const SEARCH: Scope = Scope::Pane("list.search");

const fn line(
    id: &'static str,
    scope: Scope,
    title: &'static str,
    doc: &'static str,
    msg: fn() -> Msg,
) -> ActionSpec {
    ActionSpec::new(id, scope, title, doc, msg).unlisted()
}

/// All actions of the lines that are written in.
pub const ACTIONS: &[ActionSpec] = &[
    line("list.filter-keep", FILTER, "Keep it", "Keeps the filter and goes back to the rows.", || {
        Msg::Nav(Nav::Enter)
    })
    .keys(&["enter"])
    .hint(0, "keep"),
    line(
        "list.filter-complete",
        FILTER,
        "Complete",
        "Writes the first of the words that could stand here.",
        || Msg::Nav(Nav::Next),
    )
    .keys(&["tab"])
    .hint(1, "complete"),
    line("list.filter-drop", FILTER, "As before", "Goes back to the filter that was there before.", || {
        Msg::Nav(Nav::Close)
    })
    .keys(&["esc"])
    .hint(2, "as before"),
    line("list.search-keep", SEARCH, "Keep it", "Keeps the search and goes back to the rows.", || {
        Msg::Nav(Nav::Enter)
    })
    .keys(&["enter"])
    .hint(0, "keep"),
    line("list.search-drop", SEARCH, "As before", "Goes back to the search that was there before.", || {
        Msg::Nav(Nav::Close)
    })
    .keys(&["esc"])
    .hint(2, "as before"),
];
