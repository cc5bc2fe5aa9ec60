//! What the model looks like. Views only look: no I/O, no change, no clock.

mod browse;
pub mod conversations;
pub mod datasets;
mod entry;
pub mod files;
mod finder;
mod findings;
mod footer;
mod header;
mod modals;
pub mod models;
pub mod monitor;
mod overlay;
mod overview;
pub mod paint;
mod places;
mod rail;
mod settings;
mod setup;
#[cfg(test)]
pub mod shot;
#[cfg(test)]
mod tests;
pub mod train;
pub mod trainings;

pub use paint::area;

use crate::model::{Measured, Modal, Model, Phase, ScreenId};
use crate::theme::{Theme, Token};
use paint::put;
use ratatui::Frame;
use ratatui::layout::Rect;

/// The smallest terminal in which something is drawn.
pub const SMALLEST: (u16, u16) = (40, 10);

/// How the frame is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Layout {
    header: Rect,
    rules: Option<(u16, u16)>,
    rail: Option<Rect>,
    body: Rect,
    footer: Rect,
}

impl Layout {
    fn of(whole: Rect, alone: bool) -> Self {
        let ruled = whole.height >= 20;
        let rail = match whole.width {
            _ if alone => 0,
            120.. => rail::WIDE,
            80.. => rail::NARROW,
            _ => 0,
        };
        let line = |y: u16, height: u16| Rect { x: whole.x, y, width: whole.width, height };
        let top = whole.y + 1 + u16::from(ruled);
        let bottom = whole.bottom() - 1 - u16::from(ruled);
        let body = line(top, bottom.saturating_sub(top));
        Self {
            header: line(whole.y, 1),
            rules: ruled.then(|| (whole.y + 1, whole.bottom() - 2)),
            rail: (rail > 0).then_some(Rect { width: rail, ..body }),
            body: Rect { x: body.x + rail, width: body.width - rail, ..body },
            footer: line(whole.bottom() - 1, 1),
        }
    }
}

/// Draws everything.
pub fn draw(model: &Model, theme: &Theme, frame: &mut Frame) -> Measured {
    let whole = frame.area();
    let mut measured = Measured::default();
    frame.buffer_mut().set_style(whole, theme.style(Token::SurfaceBase));
    if whole.width < SMALLEST.0 || whole.height < SMALLEST.1 {
        too_small(theme, frame, whole);
        return measured;
    }
    let layout = Layout::of(whole, model.shell.phase == Phase::Alone);
    header::draw(model, theme, frame, layout.header, &mut measured);
    if let Some((above, below)) = layout.rules {
        for y in [above, below] {
            crate::widgets::rule(frame.buffer_mut(), whole, y - whole.y, theme);
        }
    }
    if let Some(area) = layout.rail {
        rail::draw(model, theme, frame, area, &mut measured);
    }
    measured.merge(body(model, theme, frame, layout.body));
    footer::draw(model, theme, frame, layout.footer);
    if !model.modals.is_empty() {
        // What lies under a modal cannot be hit.
        measured.hits.clear();
        measured.cursor = None;
    }
    for (level, modal) in model.modals.iter().enumerate() {
        if level + 1 == model.modals.len() {
            measured.hits.clear();
            measured.cursor = None;
        }
        measured.merge(modal_view(model, modal, theme, frame, whole));
    }
    // Below a modal, over the keys: what a key in it has done, or why it did nothing, is seen at once.
    let place = if model.modals.is_empty() { layout.body } else { whole };
    overlay::draw(model, theme, frame, place);
    measured
}

fn body(model: &Model, theme: &Theme, frame: &mut Frame, area: Rect) -> Measured {
    match (&model.shell.phase, model.shell.screen) {
        (Phase::Opening, _) => setup::opening(model, theme, frame, area),
        (Phase::Broken(problem), _) => setup::broken(model, problem, theme, frame, area),
        (Phase::Alone, _) | (Phase::Ready(_), ScreenId::Monitor) => monitor::draw(model, theme, frame, area),
        (Phase::Ready(_), ScreenId::Overview) => overview::draw(model, theme, frame, area),
        (Phase::Ready(_), ScreenId::Conversations) => conversations::draw(model, theme, frame, area),
        (Phase::Ready(_), ScreenId::Files) => files::draw(model, theme, frame, area),
        (Phase::Ready(_), ScreenId::Datasets) => datasets::draw(model, theme, frame, area),
        (Phase::Ready(_), ScreenId::Train) => train::draw(model, theme, frame, area),
        (Phase::Ready(_), ScreenId::Jobs) => trainings::draw(model, theme, frame, area),
        (Phase::Ready(_), ScreenId::Models) => models::draw(model, theme, frame, area),
        (Phase::Ready(_), ScreenId::Settings) => settings::draw(model, theme, frame, area),
    }
}

fn modal_view(model: &Model, modal: &Modal, theme: &Theme, frame: &mut Frame, whole: Rect) -> Measured {
    match modal {
        Modal::Conversations(modal) => conversations::modal(model, modal, theme, frame, whole),
        Modal::Files(modal) => files::modal(model, modal, theme, frame, whole),
        Modal::Datasets(modal) => datasets::modal(model, modal, theme, frame, whole),
        Modal::Train(modal) => train::modal(model, modal, theme, frame, whole),
        Modal::Trainings(modal) => trainings::modal(model, modal, theme, frame, whole),
        Modal::Models(modal) => models::modal(model, modal, theme, frame, whole),
        _ => modals::draw(model, modal, theme, frame, whole),
    }
}

/// One sentence when there is no room for more.
fn too_small(theme: &Theme, frame: &mut Frame, whole: Rect) {
    let (columns, rows) = SMALLEST;
    let text = format!(
        "brightrun needs {columns} columns and {rows} rows; here are {} and {}.",
        whole.width, whole.height
    );
    for (line, y) in crate::text::wrap(&text, usize::from(whole.width)).iter().zip(whole.y..whole.bottom()) {
        put(frame.buffer_mut(), whole, 0, y - whole.y, line, theme.style(Token::TextNormal));
    }
}
