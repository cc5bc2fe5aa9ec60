//! Actions of the live monitor.

use crate::keys::{ActionSpec, Availability, Facts, Scope};
use crate::model::monitor::{Msg as Do, Tab};
use crate::model::{Msg, ScreenId};
use domain::series::Look;

const HERE: Scope = Scope::Screen(ScreenId::Monitor);
/// How much one key zooms.
const CLOSER: f64 = 0.5;

const fn here(id: &'static str, title: &'static str, doc: &'static str, msg: fn() -> Msg) -> ActionSpec {
    ActionSpec::new(id, HERE, title, doc, msg)
}

fn charts(model: &Facts) -> Availability {
    let there = model.monitor.tab == Tab::Charts && !model.monitor.charts.is_empty();
    Availability::when(there, "no chart is in view")
}

fn curves(model: &Facts) -> Availability {
    Availability::when(!model.monitor.charts.is_empty(), "no metric was logged yet")
}

fn second(model: &Facts) -> Availability {
    let choices = engine::watch::Right::choices(&model.monitor.charts, model.monitor.at);
    let there = model.monitor.tab == Tab::Charts && !choices.is_empty();
    Availability::when(there, "there is nothing that could be laid over the chart")
}

fn two_sided(model: &Facts) -> Availability {
    Availability::when(model.monitor.right().is_some(), "the chart has one axis")
}

fn asked(model: &Facts) -> Availability {
    let state = &model.monitor;
    let beside =
        || state.watch.as_ref().is_some_and(|watch| watch.runs().iter().any(|run| !run.asked().is_empty()));
    Availability::when(state.ours.is_some() || beside(), "nobody wrote down what was asked for")
}

/// Where lines of a log, or events, are in view.
const LINES: Scope = Scope::Pane("monitor.lines");
const SEARCH: Scope = Scope::Pane("monitor.search");

fn lines(model: &Facts) -> Availability {
    match model.monitor.pane() {
        Some(_) => Availability::Enabled,
        None => Availability::Hidden,
    }
}

/// All actions of the monitor.
pub const ACTIONS: &[ActionSpec] = &[
    here("monitor.closer", "Zoom in", "Shows half as much, around the cursor or at the newest end.", || {
        Msg::Monitor(Do::Zoom(CLOSER, None))
    })
    .keys(&["+", "="])
    .hint(11, "zoom")
    .when(charts),
    here("monitor.wider", "Zoom out", "Shows twice as much.", || Msg::Monitor(Do::Zoom(1.0 / CLOSER, None)))
        .keys(&["-"])
        .when(charts),
    here("monitor.all", "Show everything", "From the first step to the newest.", || Msg::Monitor(Do::All))
        .keys(&["0"])
        .hint(13, "all")
        .when(charts),
    here(
        "monitor.follow",
        "Follow or freeze",
        "The window moves along with the newest step, or stands still.",
        || Msg::Monitor(Do::Follow),
    )
    .keys(&["f"])
    .hint(12, "follow")
    .when(charts),
    here(
        "monitor.smooth",
        "Smoothing",
        "None, 0.6, 0.9, 0.99, as TensorBoard counts it; the raw curve stays, dimmed.",
        || Msg::Monitor(Do::Smooth),
    )
    .keys(&["e"])
    .hint(14, "smooth")
    .when(charts),
    here("monitor.log-scale", "Logarithmic or linear", "The scale of the values.", || {
        Msg::Monitor(Do::Scale)
    })
    .keys(&["L"])
    .hint(16, "log")
    .when(charts),
    here("monitor.axis", "Over steps, epochs, time or tokens", "The next axis that the run knows.", || {
        Msg::Monitor(Do::Axis)
    })
    .keys(&["X"])
    .hint(17, "axis")
    .when(charts),
    here(
        "monitor.right",
        "Second axis at the right",
        "Gives the evaluation, or the next other chart laid over this one, an axis of its own at the right; at last none.",
        || Msg::Monitor(Do::Right),
    )
    .keys(&["Y"])
    .hint(17, "2 axes")
    .when(second),
    here("monitor.one-sided", "No second axis", "The selected chart has one axis again.", || {
        Msg::Monitor(Do::OneSided)
    })
    .keys(&["U"])
    .when(two_sided),
    here(
        "monitor.cursor",
        "Cursor",
        "A line through all charts that tells the values there; left and right move it.",
        || Msg::Monitor(Do::Cursor),
    )
    .keys(&["i"])
    .hint(15, "cursor")
    .when(charts),
    here(
        "monitor.alone",
        "This chart alone",
        "The selected chart over the whole screen, or all again.",
        || Msg::Monitor(Do::Alone),
    )
    .keys(&["z"])
    .hint(18, "alone")
    .when(charts),
    here("monitor.charts", "Charts", "The curves.", || Msg::Monitor(Do::Tab(Tab::Charts))).keys(&["1"]),
    here("monitor.config", "Configuration", "What was asked for.", || {
        Msg::Monitor(Do::Tab(Tab::Configuration))
    })
    .keys(&["4"])
    .when(asked),
    here("monitor.metrics", "Metrics", "All metrics with their newest values and where they go.", || {
        Msg::Monitor(Do::Tab(Tab::Metrics))
    })
    .keys(&["5"]),
    here("monitor.log", "Log", "What the worker said.", || Msg::Monitor(Do::Tab(Tab::Log))).keys(&["2"]),
    here("monitor.events", "Events", "Stages, checkpoints, warnings and errors.", || {
        Msg::Monitor(Do::Tab(Tab::Events))
    })
    .keys(&["3"]),
    ActionSpec::new("monitor.search", LINES, "Search", "Finds lines with these words; n and N go on.", || {
        Msg::Monitor(Do::Search)
    })
    .keys(&["/"])
    .hint(11, "search")
    .when(lines),
    ActionSpec::new("monitor.found-older", LINES, "Next one that was found", "Goes to an older line.", || {
        Msg::Monitor(Do::Found(true))
    })
    .keys(&["n"])
    .hint(12, "next")
    .when(lines),
    ActionSpec::new("monitor.found-newer", LINES, "One before that was found", "Goes to a newer line.", || {
        Msg::Monitor(Do::Found(false))
    })
    .keys(&["N"])
    .when(lines),
    ActionSpec::new(
        "monitor.only",
        LINES,
        "Which lines are shown",
        "Of the log warnings and errors, errors, the worker's or the machine's; of the events stages, checkpoints, beginnings and ends.",
        || Msg::Monitor(Do::Only),
    )
    .keys(&["f"])
    .hint(13, "filter")
    .when(lines),
    ActionSpec::new(
        "monitor.export-lines",
        LINES,
        "Export the lines",
        "Writes what is shown as CSV, JSON or text, as the file's name ends.",
        || Msg::Monitor(Do::AskExportLines),
    )
    .keys(&["o"])
    .hint(14, "export")
    .when(lines),
    ActionSpec::new("monitor.search-keep", SEARCH, "Keep it", "Keeps the search; n and N go on.", || {
        Msg::Nav(crate::model::Nav::Enter)
    })
    .keys(&["enter"])
    .hint(0, "keep")
    .unlisted(),
    ActionSpec::new("monitor.search-drop", SEARCH, "No search", "Ends the search.", || {
        Msg::Nav(crate::model::Nav::Close)
    })
    .keys(&["esc"])
    .hint(1, "end")
    .unlisted(),
    here("monitor.copy", "Copy in words", "Puts what the charts say on the clipboard.", || {
        Msg::Monitor(Do::Copy)
    })
    .keys(&["y"])
    .when(curves),
    here(
        "monitor.export",
        "Export the values",
        "Writes them as CSV or JSON, or the charts as SVG or PNG, as the file's name ends.",
        || Msg::Monitor(Do::AskExport(None)),
    )
    .keys(&["o"])
    .hint(19, "export")
    .when(curves),
    here(
        "monitor.picture",
        "Picture of the charts",
        "Writes what is in view as PNG (2000 × 1200) or SVG, dark on light.",
        || Msg::Monitor(Do::AskExport(Some(Look::Day))),
    )
    .keys(&["O"])
    .when(curves),
    here("monitor.picture-night", "Picture of the charts by night", "The same, light on dark.", || {
        Msg::Monitor(Do::AskExport(Some(Look::Night)))
    })
    .keys(&["N"])
    .when(curves),
];
