//! Everything that can happen, as plain data.

use super::effect::Answer;
use super::field::Edit;
use super::finder::Find;
use super::jobs::{JobId, Step};
use super::problem::Problem;
use super::runs::RunId;
use super::shell::{self, Session};
use super::{
    ScreenId, conversations, datasets, files, models, monitor, overview, settings, train, trainings,
};
use crate::keys::Combo;

/// Something happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Msg {
    /// From the terminal.
    Input(Input),
    /// The engine answered a question.
    Answered {
        /// The number of the question.
        run: RunId,
        /// Its slot.
        slot: &'static str,
        /// What it says.
        answer: Box<Answer>,
    },
    /// A job is so far.
    Progress(JobId, Step),
    /// A job has ended.
    Finished(JobId, Box<Answer>),
    /// A task broke down: there will be no answer.
    Lost {
        /// The slot of the question.
        slot: Option<&'static str>,
        /// The job.
        job: Option<JobId>,
        /// What is known about it.
        problem: Problem,
    },
    /// The engine is open, or could not be opened.
    Opened(Result<Session, Problem>),
    /// The text editor has ended; `None`: the text was left as it was.
    Edited {
        /// Who asked for it.
        to: ScreenId,
        /// What for.
        tag: &'static str,
        /// The new text.
        result: Result<Option<String>, Problem>,
    },
    /// Something for the messages list that nobody asked for: from the terminal or the runtime.
    Report(Problem),
    /// A deadline has passed.
    Due,
    /// The panes have other sizes than in the frame before.
    Sized,
    /// The operating system asks us to leave.
    Terminate,

    /// A move, in whatever has the keyboard.
    Nav(Nav),
    /// A change of the focused text field.
    Field(Edit),
    /// For what of the list in view is shown.
    Find(Find),
    /// For the frame round the screens.
    Shell(shell::Msg),
    /// For the overview.
    Overview(overview::Msg),
    /// For the conversations.
    Conversations(conversations::Msg),
    /// For the training files.
    Files(files::Msg),
    /// For the datasets.
    Datasets(datasets::Msg),
    /// For the configurator.
    Train(train::Msg),
    /// For the training runs.
    Trainings(trainings::Msg),
    /// For the models.
    Models(models::Msg),
    /// For the settings.
    Settings(settings::Msg),
    /// For the live monitor.
    Monitor(monitor::Msg),
}

/// What the terminal reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A key.
    Key(Combo),
    /// Pasted text, raw.
    Paste(String),
    /// The mouse.
    Mouse {
        /// What it did.
        what: Mouse,
        /// Column, from 0.
        x: u16,
        /// Row, from 0.
        y: u16,
    },
    /// The new size: columns, rows.
    Resize(u16, u16),
    /// The terminal got (true) or lost the focus.
    Focus(bool),
}

/// What the mouse did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mouse {
    /// The left button went down.
    Down,
    /// It moved while the left button was down.
    Drag,
    /// The left button went up.
    Up,
    /// One notch away from the user.
    WheelUp,
    /// One notch towards the user.
    WheelDown,
}

/// Moves that mean the same everywhere. They go to the modal on top, else to the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nav {
    /// One up.
    Up,
    /// One down.
    Down,
    /// One to the left.
    Left,
    /// One to the right.
    Right,
    /// One page up.
    PageUp,
    /// One page down.
    PageDown,
    /// To the first.
    Top,
    /// To the last.
    Bottom,
    /// Opens or confirms.
    Enter,
    /// Next pane or field.
    Next,
    /// Previous pane or field.
    Previous,
    /// Closes or goes back (`esc`); never leaves the program.
    Close,
}

impl Nav {
    /// Where a list of `len` lines stands after this move from line `at`, with `page` lines in view. `None`: this is
    /// no move in a list.
    pub fn step(self, at: usize, len: usize, page: usize) -> Option<usize> {
        let last = len.saturating_sub(1);
        let page = page.max(2) - 1;
        Some(match self {
            Self::Up => at.saturating_sub(1),
            Self::Down => (at + 1).min(last),
            Self::PageUp => at.saturating_sub(page),
            Self::PageDown => (at + page).min(last),
            Self::Top => 0,
            Self::Bottom => last,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Nav;

    #[test]
    fn steps_stay_inside() {
        for nav in [Nav::Up, Nav::Down, Nav::PageUp, Nav::PageDown, Nav::Top, Nav::Bottom] {
            for len in [0, 1, 2, 50] {
                for at in 0..len.max(1) {
                    let to = nav.step(at, len, 10).unwrap();
                    assert!(to < len.max(1), "{nav:?} {at}/{len} -> {to}");
                }
            }
        }
        assert_eq!(Nav::Enter.step(0, 3, 3), None);
        assert_eq!(Nav::PageDown.step(0, 50, 10), Some(9));
        assert_eq!(Nav::PageDown.step(0, 50, 0), Some(1));
    }
}
