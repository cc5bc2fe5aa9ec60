//! The conversations screen: filter line, table, detail.

mod build;
mod detail;
mod import;
mod line;
mod modals;
mod table;

pub(super) use detail::turn;

use crate::model::conversations::{DetailPlace, Focus, Modal};
use crate::model::{Measured, Model};
use crate::theme::Theme;
use ratatui::{Frame, layout::Rect};

/// From this width on the detail stands beside the list, else below it.
const BESIDE: u16 = 99;

/// Draws the screen into this area.
pub fn draw(model: &Model, theme: &Theme, frame: &mut Frame, area: Rect) -> Measured {
    let mut measured = Measured::default();
    if area.height < 2 {
        return measured;
    }
    let state = &model.conversations;
    let top = Rect { height: 1, ..area };
    let body = Rect { y: area.y + 1, height: area.height - 1, ..area };
    let order_in_view = match state.reader.place {
        DetailPlace::Hidden => table::draw(model, theme, frame, body, &mut measured),
        DetailPlace::Full => {
            detail::draw(model, theme, frame, body, &mut measured);
            true
        }
        DetailPlace::Beside => {
            let (list, rule, beside) = split(body);
            let order_in_view = table::draw(model, theme, frame, list, &mut measured);
            detail::border(theme, frame, rule, matches!(state.focus, Focus::Detail | Focus::Findings(_)));
            detail::draw(model, theme, frame, beside, &mut measured);
            order_in_view
        }
    };
    // Last, because the candidates lie over the list.
    line::draw(model, order_in_view, theme, frame, (top, body), &mut measured);
    measured
}

/// List, border and detail.
fn split(body: Rect) -> (Rect, Rect, Rect) {
    if body.width >= BESIDE {
        let list = body.width * 3 / 5;
        (
            Rect { width: list, ..body },
            Rect { x: body.x + list, width: 1, ..body },
            Rect { x: body.x + list + 2, width: body.width - list - 2, ..body },
        )
    } else {
        let list = body.height / 2;
        (
            Rect { height: list, ..body },
            Rect { y: body.y + list, height: 1.min(body.height - list), ..body },
            Rect { y: body.y + list + 1, height: (body.height - list).saturating_sub(1), ..body },
        )
    }
}

/// Draws one of the screen's modals over everything; `area` is the whole terminal.
pub fn modal(model: &Model, modal: &Modal, theme: &Theme, frame: &mut Frame, area: Rect) -> Measured {
    match modal {
        Modal::Views(views) => modals::views(views, theme, frame, area),
        Modal::Columns(columns) => modals::columns(columns, theme, frame, area),
        Modal::Json(json) => modals::json(json, theme, frame, area),
        Modal::Review(review) => modals::review(model, review, theme, frame, area),
        Modal::Export(export) => modals::export(model, export, theme, frame, area),
        Modal::Import(import) => import::draw(model, import, theme, frame, area),
        Modal::Build(build) => build::draw(model, build, theme, frame, area),
    }
}

#[cfg(test)]
mod tests;
