//! Placeholder of the house; the screen's author replaces the bodies and keeps these signatures.

use crate::model::conversations::Modal;
use crate::model::{Measured, Model};
use crate::theme::Theme;
use ratatui::{Frame, layout::Rect};

/// Draws the screen into this area.
pub fn draw(_model: &Model, _theme: &Theme, _frame: &mut Frame, _area: Rect) -> Measured {
    Measured::default()
}

/// Draws one of the screen's modals over everything; `area` is the whole terminal.
pub fn modal(_model: &Model, modal: &Modal, _theme: &Theme, _frame: &mut Frame, _area: Rect) -> Measured {
    match *modal {}
}
