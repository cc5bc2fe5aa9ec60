//! The table of conversations: what it shows, what is marked, what lies over it.

mod habits;
mod marks;
mod messages;
mod modals;
mod window;

pub use habits::Habits;
pub use marks::Marks;
pub use messages::{Answer, Ask, JsonFor, Msg, ReviewStep};
pub use modals::{
    Build, BuildMsg, BuildStage, Columns, Exporting, Import, Json, Modal, Reviewing, Target, Views,
};
pub use window::{AHEAD, Land, PAGE, Place, Window};

pub use super::entry::{Entry, Query};

use super::walk::{self, Stop, Walk};
use super::{Problem, TextField};
use domain::conversation::{ConversationRow, Review};
use domain::filter::Column;
use domain::ids::ConversationId;
use domain::page::Count;
use domain::selection::Selection;
use engine::conversations::Detail;
use std::collections::VecDeque;
use std::time::Instant;

/// Name of the pane of the rows.
pub const TABLE: &str = "conversations.table";
/// Name of the pane of the detail.
pub const DETAIL: &str = "conversations.detail";

/// Name of the pane of the findings.
pub const FINDINGS: &str = "conversations.findings";

/// Name of the detail as a pane after a finding has led into it.
pub const TURN: &str = "conversations.turn";

/// What has the keyboard.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Focus {
    /// The rows.
    #[default]
    Table,
    /// The headings: choosing a sort.
    Heading(usize),
    /// The filter line.
    Filter(Box<Entry>),
    /// The search line.
    Search(Box<Entry>),
    /// The detail.
    Detail,
    /// The findings in it.
    Findings(Walk),
}

/// Where the detail is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DetailPlace {
    /// Nowhere.
    #[default]
    Hidden,
    /// Beside the list, or below it where there is no room beside.
    Beside,
    /// In place of the list.
    Full,
}

/// The conversation that is read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reader {
    /// Where it is.
    pub place: DetailPlace,
    /// The last one that came.
    pub detail: Option<Box<Detail>>,
    /// Why none came.
    pub problem: Option<Problem>,
    /// First line in view.
    pub top: usize,
    /// When the one under the cursor is asked for.
    pub due: Option<Instant>,
    /// When the last one came.
    pub came: Option<Instant>,
    /// It may have changed in the store: it is asked for again, also when it is here.
    pub old: bool,
    /// A finding has led to a turn.
    pub jump: Option<Jump>,
}

/// A turn to which a finding has led.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Jump {
    /// Its number.
    pub turn: u32,
    /// The finding, to go back to.
    pub back: Walk,
    /// The turn is the first thing in view; nothing was scrolled since.
    pub first: bool,
}

/// What the screen knows.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// What is asked.
    pub query: Query,
    /// The rows that are here.
    pub window: Window,
    /// What the rows answer; `None` before the first page. Another one than `query`: the rows are old.
    pub shown: Option<Query>,
    /// The row under the cursor, by number in the window.
    pub at: usize,
    /// The first row in view.
    pub top: usize,
    /// How many match.
    pub count: Option<Count>,
    /// How many there are.
    pub total: Option<Count>,
    /// When the last page came: the age of the rows while no newer one can be had.
    pub came: Option<Instant>,
    /// The last page could not be had.
    pub problem: Option<Problem>,
    /// What is marked.
    pub marks: Marks,
    /// Where a range began.
    pub range: Option<ConversationId>,
    /// Columns in view, from left to right.
    pub columns: Vec<Column>,
    /// What has the keyboard.
    pub focus: Focus,
    /// Earlier filters, the newest last.
    pub history: Vec<String>,
    /// The detail.
    pub reader: Reader,
    /// The training file that the marked ones are meant for (`add` on the files screen).
    pub into: Option<String>,
    /// Decisions on their way to the store, the one that is asked first.
    pub decisions: VecDeque<(Selection, Review)>,
    /// The name of the view in use, until something of it is changed.
    pub view: Option<String>,
    /// What the store remembers of this screen; `None` until it was read, and nothing is kept before.
    pub kept: Option<Habits>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            query: Query::default(),
            window: Window::default(),
            shown: None,
            at: 0,
            top: 0,
            count: None,
            total: None,
            came: None,
            problem: None,
            marks: Marks::default(),
            range: None,
            columns: Column::ALL.to_vec(),
            focus: Focus::default(),
            history: Vec::new(),
            reader: Reader::default(),
            into: None,
            decisions: VecDeque::new(),
            view: None,
            kept: None,
        }
    }
}

impl State {
    /// The row under the cursor.
    pub fn row(&self) -> Option<&ConversationRow> {
        self.window.row(self.at)
    }

    /// The detail of the row under the cursor, once it is here.
    pub fn detail(&self) -> Option<&Detail> {
        let row = self.row()?;
        self.reader.detail.as_deref().filter(|detail| detail.row.id == row.id)
    }

    /// The places that the check of the row under the cursor names.
    pub fn stops(&self) -> Vec<Stop> {
        let found = self.detail().into_iter().flat_map(|detail| &detail.findings);
        walk::stops(found.map(|found| &found.places[..]))
    }

    /// The rows are older than what is asked.
    pub fn stale(&self) -> bool {
        self.problem.is_some() || self.shown.as_ref().is_some_and(|shown| *shown != self.query)
    }

    /// The rows that an open range covers.
    pub fn range_rows(&self) -> Option<std::ops::RangeInclusive<usize>> {
        let from = self.window.find(self.range.as_ref()?)?;
        Some(from.min(self.at)..=from.max(self.at))
    }

    /// The text field that has the keyboard.
    pub fn field(&mut self) -> Option<&mut TextField> {
        match &mut self.focus {
            Focus::Filter(entry) | Focus::Search(entry) => Some(&mut entry.field),
            _ => None,
        }
    }

    /// Whether a text field has the keyboard.
    pub fn has_field(&self) -> bool {
        matches!(self.focus, Focus::Filter(_) | Focus::Search(_))
    }

    /// The pane that has the keyboard.
    pub fn pane(&self) -> Option<&'static str> {
        match self.focus {
            Focus::Table => Some(TABLE),
            Focus::Heading(_) => Some("conversations.headings"),
            Focus::Filter(_) => Some("conversations.filter"),
            Focus::Search(_) => Some("conversations.search"),
            Focus::Detail if self.reader.jump.is_some() => Some(TURN),
            Focus::Detail => Some(DETAIL),
            Focus::Findings(_) => Some(FINDINGS),
        }
    }

    /// What follows the screen's name in the breadcrumb.
    pub fn crumbs(&self) -> Vec<String> {
        let mut crumbs: Vec<String> = self.view.iter().cloned().collect();
        if self.reader.place == DetailPlace::Full
            && let Some(row) = self.row()
        {
            crumbs.push(row.title.clone());
        }
        crumbs
    }
}
