//! Actions of the conversations screen.

use crate::keys::{ActionSpec, Availability, Danger, Facts, Scope};
use crate::model::conversations::{
    BuildMsg, BuildStage, FINDINGS, Focus, Modal, Msg as Do, ReviewStep, TURN,
};
use crate::model::{Msg, Nav, ScreenId};

const HERE: Scope = Scope::Screen(ScreenId::Conversations);

macro_rules! act {
    ($scope:expr, $id:literal, $title:literal, $doc:literal, $msg:expr) => {
        ActionSpec::new($id, $scope, $title, $doc, || Msg::Conversations($msg))
    };
}

fn a_row(model: &Facts) -> Availability {
    Availability::when(model.conversations.row().is_some(), "there is no conversation under the cursor")
}

fn something(model: &Facts) -> Availability {
    let state = &model.conversations;
    Availability::when(state.row().is_some() || !state.marks.is_empty(), "there are no conversations here")
}

fn filtered(model: &Facts) -> Availability {
    let all = model.conversations.query.effective() == domain::filter::Filter::All;
    Availability::when(!all, "nothing is filtered")
}

fn in_table(model: &Facts) -> Availability {
    Availability::when(
        !matches!(model.conversations.focus, Focus::Detail | Focus::Findings(_)),
        "leave the detail first (esc)",
    )
}

/// The review is of the conversation under the cursor, not of all marked ones at once.
fn one_by_one(model: &Facts) -> Availability {
    match model.modals.last() {
        Some(crate::model::Modal::Conversations(Modal::Review(review))) if !review.marked => {
            Availability::Enabled
        }
        _ => Availability::Hidden,
    }
}

fn unfit(model: &Facts) -> Availability {
    let state = &model.conversations;
    let Some(crate::model::Modal::Conversations(Modal::Build(build))) = model.modals.last() else {
        return Availability::Hidden;
    };
    let unfit = build.unfit().len();
    match &build.stage {
        BuildStage::Look { .. } if unfit == 0 => Availability::Disabled("all of them fit".to_owned()),
        BuildStage::Look { .. } | BuildStage::Done { .. } if unfit > 0 => {
            Availability::when(state.marks.leaves_some(unfit), "none would be left")
        }
        _ => Availability::Hidden,
    }
}

fn looking(model: &Facts) -> Availability {
    match model.modals.last() {
        Some(crate::model::Modal::Conversations(Modal::Build(build)))
            if matches!(build.stage, BuildStage::Look { .. }) =>
        {
            Availability::Enabled
        }
        _ => Availability::Hidden,
    }
}

fn built(model: &Facts) -> Availability {
    match model.modals.last() {
        Some(crate::model::Modal::Conversations(Modal::Build(build)))
            if matches!(&build.stage, BuildStage::Done { result: Ok(_), .. }) =>
        {
            Availability::Enabled
        }
        _ => Availability::Hidden,
    }
}

const VIEWS: Scope = Scope::Modal("conversations.views");
const COLUMNS: Scope = Scope::Modal("conversations.columns");
const JSON: Scope = Scope::Modal("conversations.json");
const BUILD: Scope = Scope::Modal("conversations.build");
const FILTER: Scope = Scope::Pane("conversations.filter");
const SEARCH: Scope = Scope::Pane("conversations.search");
const REVIEW: Scope = Scope::Modal("conversations.review");

/// All actions of the conversations screen.
pub const ACTIONS: &[ActionSpec] = &[
    act!(HERE, "conversations.mark", "Mark", "Marks the row under the cursor, or takes its mark away.", Do::Mark)
        .keys(&["space"])
        .hint(2, "mark")
        .when(a_row),
    act!(HERE, "conversations.build", "Create or extend a training file",
        "Puts the marked conversations (or the one under the cursor) into a new or an existing training file.", Do::Build)
        .keys(&["n"])
        .hint(3, "training file")
        .when(something),
    act!(HERE, "conversations.filter", "Filter", "Opens the filter line: status = approved and turns >= 6.", Do::Filter)
        .keys(&["f"])
        .hint(4, "filter"),
    act!(HERE, "conversations.search", "Search", "Finds words in title, persona, arc, topic and key.", Do::Search)
        .keys(&["/"])
        .hint(5, "search"),
    act!(HERE, "conversations.mark-all", "Mark all that match", "Marks everything that the filter matches; again: nothing.", Do::MarkAll)
        .keys(&["A"])
        .hint(6, "all"),
    act!(HERE, "conversations.range", "Mark a range", "Begins a range; the second time marks all from there to here.", Do::Range)
        .keys(&["v"])
        .hint(7, "range")
        .when(a_row),
    act!(HERE, "conversations.review", "Review", "Approves, rejects, sends back or archives, with a note.", Do::Review)
        .keys(&["R"])
        .hint(8, "review")
        .when(something)
        .danger(Danger::Confirm),
    act!(HERE, "conversations.details", "Details beside the list", "Shows or hides the conversation beside the list.", Do::Details)
        .keys(&["d"])
        .hint(9, "details")
        .when(a_row),
    act!(HERE, "conversations.export", "Export", "Writes the raw or enriched files of the marked ones to a folder.", Do::Export)
        .keys(&["o"])
        .hint(10, "export")
        .when(something),
    act!(HERE, "conversations.sort", "Sort by a column", "Goes to the headings: left and right choose, enter sorts.", Do::SortPick)
        .keys(&["s"])
        .hint(11, "sort")
        .when(in_table),
    act!(HERE, "conversations.turn", "Turn the order round", "The same column, the other way.", Do::SortTurn)
        .keys(&["S"]),
    act!(HERE, "conversations.mark-page", "Mark all in view", "Marks the rows in view, or takes their marks away.", Do::MarkPage)
        .keys(&["a"]),
    act!(HERE, "conversations.invert", "Invert the marks", "Marks what is not marked among all that match.", Do::Invert)
        .keys(&["*"]),
    act!(HERE, "conversations.clear-filter", "Clear filter and search", "Shows everything again.", Do::ClearFilter)
        .keys(&["backspace"])
        .when(filtered),
    act!(HERE, "conversations.views", "Saved views", "Uses, saves or deletes a filter with its order and columns.", Do::Views)
        .keys(&["F"])
        .hint(12, "views"),
    act!(HERE, "conversations.columns", "Columns", "Shows, hides and moves columns.", Do::Columns)
        .keys(&["c"])
        .hint(13, "columns"),
    act!(HERE, "conversations.zoom", "One pane alone", "The detail in place of the list, and back.", Do::Zoom)
        .keys(&["z"])
        .when(a_row),
    act!(HERE, "conversations.json", "JSON", "Shows the file of the conversation, enriched or raw.", Do::Json)
        .keys(&["t"])
        .hint(14, "json")
        .when(a_row),
    act!(HERE, "conversations.findings", "Walk the findings", "Goes to what the check found: enter goes to the turn that a finding speaks of.", Do::Findings)
        .keys(&["w"])
        .hint(14, "findings")
        .when(a_row),
    super::walk_show("conversations.finding-show", FINDINGS),
    super::walk_leave("conversations.finding-leave", FINDINGS),
    super::walk_leave("conversations.turn-leave", TURN),
    act!(HERE, "conversations.pager", "JSON in the pager", "Opens the JSON in $PAGER.", Do::Page)
        .keys(&["p"])
        .when(a_row),
    act!(HERE, "conversations.editor", "JSON in the editor", "Opens a copy of the JSON in $EDITOR; changes are not taken over.", Do::Editor)
        .keys(&["E"])
        .when(a_row),
    act!(HERE, "conversations.copy", "Copy the key", "Puts the key of the conversation on the clipboard.", Do::Copy)
        .keys(&["y"])
        .when(a_row),
    act!(HERE, "conversations.copy-json", "Copy the row as JSON", "Puts the row on the clipboard.", Do::CopyJson)
        .keys(&["Y"])
        .when(a_row),
    act!(HERE, "conversations.import", "Import", "Brings in files or a folder: enriched, full, v4 JSONL, raw.", Do::Import)
        .keys(&["i"])
        .hint(15, "import"),
    act!(HERE, "conversations.refresh", "Refresh", "Asks the store again.", Do::Refresh).keys(&["r"]),
    act!(VIEWS, "conversations.view-save", "Save this view", "Saves filter, search, order and columns under a name.", Do::SaveView)
        .keys(&["s", "n"])
        .hint(1, "save this view"),
    act!(VIEWS, "conversations.view-delete", "Delete the view", "Deletes the selected view; conversations stay.", Do::AskDeleteView)
        .keys(&["x"])
        .hint(2, "delete")
        .danger(Danger::Confirm),
    act!(COLUMNS, "conversations.column-toggle", "Show or hide", "Shows or hides the selected column.", Do::ColumnToggle)
        .keys(&["space"])
        .hint(1, "show/hide"),
    act!(COLUMNS, "conversations.column-left", "Towards the left", "Moves the selected column one place to the left.", Do::ColumnMove(true))
        .keys(&["K", "<"])
        .hint(2, "left"),
    act!(COLUMNS, "conversations.column-right", "Towards the right", "Moves the selected column one place to the right.", Do::ColumnMove(false))
        .keys(&["J", ">"])
        .hint(3, "right"),
    act!(JSON, "conversations.json-other", "Raw or enriched", "Shows the other of the two files.", Do::JsonOther)
        .keys(&["t", "w"])
        .hint(1, "raw/enriched"),
    act!(JSON, "conversations.json-editor", "Open in the editor", "Opens a copy in $EDITOR.", Do::Editor)
        .keys(&["E"])
        .hint(2, "editor"),
    act!(JSON, "conversations.json-pager", "Open in the pager", "Opens it in $PAGER.", Do::Page)
        .keys(&["p"])
        .hint(3, "pager"),
    act!(REVIEW, "conversations.review-next", "Next conversation", "Goes on without a decision.", Do::ReviewStep(ReviewStep::Skip(true)))
        .keys(&["ctrl-n"])
        .hint(2, "next")
        .when(one_by_one),
    act!(REVIEW, "conversations.review-previous", "Conversation before", "Goes back without a decision.", Do::ReviewStep(ReviewStep::Skip(false)))
        .keys(&["ctrl-p"])
        .hint(3, "before")
        .when(one_by_one),
    ActionSpec::new("conversations.filter-keep", FILTER, "Keep it", "Keeps the filter and goes back to the rows.", || Msg::Nav(Nav::Enter))
        .keys(&["enter"])
        .hint(0, "keep")
        .unlisted(),
    ActionSpec::new("conversations.filter-complete", FILTER, "Complete", "Writes the first of the words that could stand here.", || Msg::Nav(Nav::Next))
        .keys(&["tab"])
        .hint(1, "complete")
        .unlisted(),
    ActionSpec::new("conversations.filter-drop", FILTER, "As before", "Goes back to the filter that was there before.", || Msg::Nav(Nav::Close))
        .keys(&["esc"])
        .hint(2, "as before")
        .unlisted(),
    ActionSpec::new("conversations.search-keep", SEARCH, "Keep it", "Keeps the search and goes back to the rows.", || Msg::Nav(Nav::Enter))
        .keys(&["enter"])
        .hint(0, "keep")
        .unlisted(),
    ActionSpec::new("conversations.search-drop", SEARCH, "As before", "Goes back to the search that was there before.", || Msg::Nav(Nav::Close))
        .keys(&["esc"])
        .hint(2, "as before")
        .unlisted(),
    act!(REVIEW, "conversations.review-set", "Set the decision", "Sets the decision with its note; also from inside the note.", Do::ReviewStep(ReviewStep::Set))
        .keys(&["ctrl-o"])
        .hint(0, "set"),
    act!(REVIEW, "conversations.review-note", "Note", "Goes to the note, where enter begins a line, and back to the decisions.", Do::ReviewStep(ReviewStep::Note))
        .keys(&["tab"])
        .hint(1, "note"),
    act!(BUILD, "conversations.build-unmark", "Unmark the unfit ones", "Takes the marks of those away that cannot go in.", Do::BuildStep(BuildMsg::UnmarkUnfit))
        .keys(&["u"])
        .hint(1, "unmark the unfit")
        .when(unfit),
    act!(BUILD, "conversations.build-skip", "Leave damaged turns out", "Turns that end in the middle of a sentence do not go in; the result says which.", Do::BuildStep(BuildMsg::SkipDamaged))
        .keys(&["d"])
        .hint(2, "leave damaged turns out")
        .when(looking),
    act!(BUILD, "conversations.build-show", "Show the training file", "Goes to the training files.", Do::BuildStep(BuildMsg::ShowFile))
        .keys(&["g"])
        .hint(3, "show the file")
        .when(built),
];
