//! What can happen on the screen, what it asks the engine, and what comes back.

use super::habits::Habits;
use super::modals::BuildMsg;
use super::window::Place;
use crate::model::Problem;
use domain::conversation::{ConversationRow, Review};
use domain::filter::{Column, Filter, View};
use domain::ids::{ConversationId, ViewId};
use domain::page::{Count, Page, PageRequest};
use domain::selection::Selection;
use domain::training_file::{Eligibility, TrainingFileRow};
use engine::conversations::{Detail, Export, Exported, Which};
use engine::files::{Source, Written};
use engine::import;

/// What can happen here.
#[derive(Debug, Clone, PartialEq)]
pub enum Msg {
    /// Opens the filter line.
    Filter,
    /// Opens the search line.
    Search,
    /// Takes the candidate that was stepped to, or this one.
    Complete(Option<usize>),
    /// Takes a pill of the filter away.
    DropPill(usize),
    /// Takes filter and search away.
    ClearFilter,
    /// Opens the saved views.
    Views,
    /// Uses a saved view.
    ApplyView(usize),
    /// Asks for the name under which this view is saved.
    SaveView,
    /// Saves this view in place of the one that has its name.
    ReplaceView(Box<View>),
    /// Asks whether the view is to be deleted.
    AskDeleteView,
    /// Deletes a view.
    DeleteView(ViewId),
    /// Goes to the headings.
    SortPick,
    /// Turns the order round.
    SortTurn,
    /// Sorts by a column; again: the other way.
    SortBy(Column),
    /// Opens the column chooser.
    Columns,
    /// Shows or hides the column under the cursor.
    ColumnToggle,
    /// Moves the column under the cursor: towards the left, or the right.
    ColumnMove(bool),
    /// Marks the row under the cursor or takes its mark away.
    Mark,
    /// Begins a range, or marks it.
    Range,
    /// Marks all rows in view, or takes their marks away.
    MarkPage,
    /// Marks all that match.
    MarkAll,
    /// Marks what is not marked.
    Invert,
    /// Shows or hides the detail beside the list.
    Details,
    /// The detail in place of the list, or the list again.
    Zoom,
    /// A row was clicked: its number in the window.
    Row(usize),
    /// A row was clicked twice.
    Open(usize),
    /// The wheel over the list: so many rows.
    Scroll(i32),
    /// The wheel over the detail.
    ScrollDetail(i32),
    /// The findings get the keyboard.
    Findings,
    /// Shows the JSON.
    Json,
    /// The other of raw and enriched.
    JsonOther,
    /// The JSON in `$PAGER`.
    Page,
    /// The JSON in `$EDITOR`; changes are not taken over.
    Editor,
    /// Opens the review.
    Review,
    /// In the review.
    ReviewStep(ReviewStep),
    /// Opens the export.
    Export,
    /// The other of raw and enriched.
    ExportOther,
    /// Copies the key.
    Copy,
    /// Copies the row as JSON.
    CopyJson,
    /// Asks again.
    Refresh,
    /// Opens the import.
    Import,
    /// Opens "create training file".
    Build,
    /// In "create training file".
    BuildStep(BuildMsg),
}

/// What happens in the review.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReviewStep {
    /// The decision with this number.
    Pick(usize),
    /// To the next conversation (or the one before) without a decision.
    Skip(bool),
    /// The keyboard to the note, or back to the decisions.
    Note,
    /// Sets the decision and keeps the note.
    Set,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum Ask {
    /// A page of the table.
    Page {
        /// Which.
        request: PageRequest,
        /// What for.
        place: Place,
    },
    /// How many match.
    Count {
        /// What.
        filter: Filter,
        /// Counted, not guessed.
        exact: bool,
    },
    /// How many there are.
    Total,
    /// How many are marked: all, and those that do not fit.
    CountMarks(Filter),
    /// One with its turns.
    Show(ConversationId),
    /// Its JSON.
    Json(ConversationId, Which, JsonFor),
    /// Values for a completion.
    Values(Column, String),
    /// The saved views.
    Views,
    /// Saves a view.
    SaveView {
        /// Under this name; a view of that name is replaced.
        name: String,
        /// The view; its key and name are made by the engine.
        view: Box<View>,
    },
    /// Deletes a view.
    DeleteView(ViewId),
    /// Sets the review.
    Review(Selection, Review),
    /// Objects to files.
    Export(Export),
    /// Files in.
    Import(import::Request),
    /// What was remembered of this screen.
    Recall,
    /// Remembers this.
    Keep(Box<Habits>),
    /// The training files to choose from.
    Files,
    /// What would become of the marked ones.
    Judge {
        /// Them.
        source: Source,
        /// The training file; `None` is a new one.
        into: Option<String>,
    },
    /// Makes a training file or adds to one.
    Build {
        /// Its name.
        name: String,
        /// What a new one is for.
        description: Option<String>,
        /// It exists already.
        existing: bool,
        /// What goes in.
        source: Source,
        /// Damaged turns are left out.
        skip_damaged: bool,
    },
}

/// What JSON is wanted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JsonFor {
    /// To be shown here.
    View,
    /// To be shown by the pager.
    Pager,
    /// To be shown by the editor.
    Editor,
}

impl Ask {
    /// The slot: of two questions of one slot only the newer one is answered.
    pub fn slot(&self) -> &'static str {
        match self {
            Self::Page { .. } => "conversations.page",
            Self::Count { .. } => "conversations.count",
            Self::Total => "conversations.total",
            Self::CountMarks(_) => "conversations.marks",
            Self::Show(_) => "conversations.show",
            Self::Json(..) => "conversations.json",
            Self::Values(..) => "conversations.values",
            Self::Views => "conversations.views",
            Self::SaveView { .. } => "conversations.save_view",
            Self::DeleteView(_) => "conversations.delete_view",
            Self::Review(..) => "conversations.review",
            Self::Export(_) => "conversations.export",
            Self::Import(_) => "conversations.import",
            Self::Recall => "conversations.recall",
            Self::Keep(_) => "conversations.keep",
            Self::Files => "conversations.files",
            Self::Judge { .. } => "conversations.judge",
            Self::Build { .. } => "conversations.build",
        }
    }

    /// It changes the store.
    pub const fn writes(&self) -> bool {
        matches!(self, Self::SaveView { .. } | Self::DeleteView(_) | Self::Review(..) | Self::Keep(_))
    }
}

/// What the engine answers.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// A page.
    Page(Place, Result<Page<ConversationRow>, Problem>),
    /// How many match.
    Count(Result<Count, Problem>),
    /// How many there are.
    Total(Result<Count, Problem>),
    /// How many are marked, and how many of these do not fit.
    CountMarks(Result<(Count, Count), Problem>),
    /// One with its turns.
    Show(Result<Box<Detail>, Problem>),
    /// Its JSON.
    Json(ConversationId, Which, JsonFor, Result<String, Problem>),
    /// Values for a completion.
    Values(Column, Result<Vec<String>, Problem>),
    /// The saved views; also after one was saved or deleted.
    Views(Result<Vec<View>, Problem>),
    /// A view was saved under this name.
    SavedView(Result<String, Problem>),
    /// The review was set on so many.
    Reviewed(Review, Result<u64, Problem>),
    /// The files are written.
    Exported(Result<Exported, Problem>),
    /// The files are in.
    Imported(Result<import::Outcome, Problem>),
    /// What was remembered; `None`: nothing.
    Recalled(Result<Option<Box<Habits>>, Problem>),
    /// It is remembered.
    Kept(Result<(), Problem>),
    /// The training files.
    Files(Result<Vec<TrainingFileRow>, Problem>),
    /// What would become of the marked ones.
    Judged(Result<Box<Eligibility>, Problem>),
    /// The training file is made, of these.
    Built(Source, Result<Box<Written>, Problem>),
}

impl Answer {
    /// What went wrong, when something did.
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Page(_, result) => result.as_ref().err(),
            Self::Count(result) | Self::Total(result) => result.as_ref().err(),
            Self::CountMarks(result) => result.as_ref().err(),
            Self::Show(result) => result.as_ref().err(),
            Self::Json(_, _, _, result) | Self::SavedView(result) => result.as_ref().err(),
            Self::Values(_, result) => result.as_ref().err(),
            Self::Views(result) => result.as_ref().err(),
            Self::Reviewed(_, result) => result.as_ref().err(),
            Self::Exported(result) => result.as_ref().err(),
            Self::Imported(result) => result.as_ref().err(),
            Self::Recalled(result) => result.as_ref().err(),
            Self::Kept(result) => result.as_ref().err(),
            Self::Files(result) => result.as_ref().err(),
            Self::Judged(result) => result.as_ref().err(),
            Self::Built(_, result) => result.as_ref().err(),
        }
    }
}
