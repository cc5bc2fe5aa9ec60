//! What lies over the table.

use crate::TextBox;
use crate::model::{JobId, Problem, TextField};
use domain::conversation::ReviewStatus;
use domain::filter::{Column, View};
use domain::ids::ConversationId;
use domain::training_file::{Blocked, Eligibility, TrainingFileRow};
use engine::conversations::Which;
use engine::files::Written;
use engine::import;

/// What lies over the screen.
#[derive(Debug, Clone, PartialEq)]
pub enum Modal {
    /// The saved views.
    Views(Views),
    /// The columns.
    Columns(Columns),
    /// The JSON of a conversation.
    Json(Json),
    /// A review.
    Review(Box<Reviewing>),
    /// An export.
    Export(Exporting),
    /// An import.
    Import(Box<Import>),
    /// "Create training file".
    Build(Box<Build>),
}

/// The saved views.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Views {
    /// `None` while they are asked for.
    pub views: Option<Result<Vec<View>, Problem>>,
    /// The selected line.
    pub at: usize,
}

/// The column chooser.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Columns {
    /// All columns in their order, and whether each is in view.
    pub list: Vec<(Column, bool)>,
    /// The selected line.
    pub at: usize,
}

/// The JSON of a conversation.
#[derive(Debug, Clone, PartialEq)]
pub struct Json {
    /// Whose.
    pub id: ConversationId,
    /// Which of the two.
    pub which: Which,
    /// By line; `None` while it is read.
    pub lines: Option<Result<Vec<String>, Problem>>,
    /// First line in view.
    pub top: usize,
    /// A finding has led here: this place is to be in view when the file is here.
    pub seek: Option<domain::dataset::Place>,
}

/// A review.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reviewing {
    /// All marked ones at once, not the one under the cursor.
    pub marked: bool,
    /// The decision.
    pub at: usize,
    /// The note.
    pub note: TextBox,
    /// The note has the keyboard, not the decisions.
    pub in_note: bool,
}

impl Reviewing {
    /// What can be decided (formats 5.5).
    pub const DECISIONS: [ReviewStatus; 5] = [
        ReviewStatus::Approved,
        ReviewStatus::NeedsRevision,
        ReviewStatus::Rejected,
        ReviewStatus::Archived,
        ReviewStatus::PendingReview,
    ];
}

/// An export.
#[derive(Debug, Clone, PartialEq)]
pub struct Exporting {
    /// Which of the two objects.
    pub which: Which,
    /// The folder.
    pub to: TextField,
    /// Why it cannot be.
    pub problem: Option<String>,
}

/// An import.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Import {
    /// File or folder.
    pub path: TextField,
    /// Name of the batch; empty is none.
    pub batch: TextField,
    /// The second field has the keyboard.
    pub in_batch: bool,
    /// Why it cannot begin.
    pub problem: Option<String>,
    /// It is at work, or was.
    pub job: Option<JobId>,
    /// What came of it.
    pub result: Option<Result<import::Outcome, Problem>>,
    /// First line of the result in view.
    pub top: usize,
}

/// For which file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Its name.
    pub name: String,
    /// It exists already.
    pub existing: bool,
}

/// "Create training file", from the choice of the file to the result.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Build {
    /// The files that exist; `None` while they are asked for.
    pub files: Option<Result<Vec<TrainingFileRow>, Problem>>,
    /// The selected line: 0 is a new file.
    pub at: usize,
    /// The name of a new file.
    pub name: TextField,
    /// What a new file is for; may be empty.
    pub description: TextField,
    /// The second of the two fields has the keyboard.
    pub in_description: bool,
    /// Why the name cannot be.
    pub problem: Option<String>,
    /// Damaged turns are left out.
    pub skip_damaged: bool,
    /// How far the user is.
    pub stage: BuildStage,
}

impl Build {
    /// For which file, once that is chosen.
    pub const fn target(&self) -> Option<&Target> {
        match &self.stage {
            BuildStage::Choose | BuildStage::Name => None,
            BuildStage::Look { target, .. }
            | BuildStage::Work { target, .. }
            | BuildStage::Done { target, .. } => Some(target),
        }
    }

    /// The conversations that stand in the way, found by looking or by the build itself.
    pub fn unfit(&self) -> &[Blocked] {
        match &self.stage {
            BuildStage::Look { judged: Some(Ok(judged)), .. } => &judged.unfit,
            BuildStage::Done { result: Err(problem), .. } => &problem.blocked,
            _ => &[],
        }
    }
}

/// How far "create training file" is.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum BuildStage {
    /// Choosing the file.
    #[default]
    Choose,
    /// Naming a new one.
    Name,
    /// Looking at what will happen.
    Look {
        /// For which file.
        target: Target,
        /// What would become of the marked ones; `None` while it is found out.
        judged: Option<Result<Box<Eligibility>, Problem>>,
        /// First line in view.
        top: usize,
    },
    /// At work.
    Work {
        /// For which file.
        target: Target,
        /// The job.
        job: JobId,
    },
    /// Ended.
    Done {
        /// For which file.
        target: Target,
        /// What came of it.
        result: Result<Box<Written>, Problem>,
        /// First line in view.
        top: usize,
    },
}

/// What happens in "create training file".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BuildMsg {
    /// A line was clicked.
    Choose(usize),
    /// Takes the marks of the unfit ones away.
    UnmarkUnfit,
    /// Leaves damaged turns out, or not.
    SkipDamaged,
    /// Shows the training file that was made.
    ShowFile,
}

impl Modal {
    /// Its name as a scope of keys. The stages of "create training file" share one.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Views(_) => "conversations.views",
            Self::Columns(_) => "conversations.columns",
            Self::Json(_) => "conversations.json",
            Self::Review(_) => "conversations.review",
            Self::Export(_) => "conversations.export",
            Self::Import(_) => "conversations.import",
            Self::Build(_) => "conversations.build",
        }
    }

    /// The work that it waits for, or waited for.
    pub const fn job(&self) -> Option<JobId> {
        match self {
            Self::Import(import) => import.job,
            Self::Build(build) => match &build.stage {
                BuildStage::Work { job, .. } => Some(*job),
                _ => None,
            },
            _ => None,
        }
    }

    /// The text field that has the keyboard in it.
    pub fn field(&mut self) -> Option<&mut TextField> {
        match self {
            Self::Export(export) => Some(&mut export.to),
            Self::Import(import) if import.job.is_none() => {
                Some(if import.in_batch { &mut import.batch } else { &mut import.path })
            }
            Self::Build(build) if build.stage == BuildStage::Name => {
                Some(if build.in_description { &mut build.description } else { &mut build.name })
            }
            _ => None,
        }
    }

    /// The text of several lines that has the keyboard in it.
    pub fn text_box(&mut self) -> Option<&mut TextBox> {
        match self {
            Self::Review(review) if review.in_note => Some(&mut review.note),
            _ => None,
        }
    }

    /// Whether a text field has the keyboard in it.
    pub fn has_field(&self) -> bool {
        match self {
            Self::Review(review) => review.in_note,
            Self::Export(_) => true,
            Self::Import(import) => import.job.is_none(),
            Self::Build(build) => build.stage == BuildStage::Name,
            _ => false,
        }
    }
}
