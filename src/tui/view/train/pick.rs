//! The lists of base models and of machines with their prices.

use super::{aged, billions};
use crate::model::{Measured, Model};
use crate::text::{self, Align};
use crate::theme::{Theme, Token};
use crate::update::shell::modal::PANE;
use crate::update::train::clicked;
use crate::view::area;
use crate::view::paint::page_top;
use crate::widgets::{modal, put};
use domain::numbers::gib;
use domain::place::Tier;
use ratatui::{Frame, layout::Rect};

/// The registry, and a folder at its end.
pub(super) fn models(model: &Model, at: usize, theme: &Theme, frame: &mut Frame, whole: Rect) -> Measured {
    let known = model.train.choices.iter().flat_map(|choices| &choices.models);
    let mut rows: Vec<(String, bool)> = known
        .map(|model| {
            let size = text::fit(&billions(model.parameters), 8, Align::Right);
            let gpu = text::fit(&format!("{} GiB", model.min_gpu_gb), 8, Align::Right);
            let gated = if model.gated { "terms on the hub" } else { "" };
            let name = text::fit(&model.name, 30, Align::Left);
            let licence = text::fit(&model.licence, 14, Align::Left);
            (format!("{name} {size} {gpu}  {licence} {gated}"), true)
        })
        .collect();
    rows.push(("A folder on this machine …".to_owned(), true));
    let foot = "size · least GPU memory in 4 bits · licence   enter take it · esc";
    list(&rows, at, "Base model", foot, theme, frame, whole)
}

/// This machine, then what could be rented.
pub(super) fn places(model: &Model, at: usize, theme: &Theme, frame: &mut Frame, whole: Rect) -> Measured {
    let today = model.now.map(|now| now.wall.date_naive());
    let offers = model.train.choices.iter().flat_map(|choices| &choices.offers);
    let widest = offers.clone().map(|offer| text::width(&offer.name)).max().unwrap_or(0).min(22);
    let rows: Vec<(String, bool)> = offers
        .map(|offer| {
            let place = text::fit(offer.place.word(), 18, Align::Left);
            let name = text::fit(&offer.name, widest, Align::Left);
            let memory = text::fit(&offer.memory.map_or("–".to_owned(), gib), 10, Align::Right);
            let tier = if offer.tier == Tier::Interruptible { "  may be taken away" } else { "" };
            let usable = offer.unusable.is_empty();
            let price = text::fit(&offer.quote.usd_per_hour.to_string(), 9, Align::Right);
            let age = aged(&offer.quote, today).map_or_else(String::new, |age| format!("  {age}"));
            let note = if usable { age } else { "  not set up".to_owned() };
            (format!("{place} {name} {memory} {price}{note}{tier}"), usable)
        })
        .collect();
    let foot = "memory · price of an hour and its date   enter take it · esc";
    list(&rows, at, "Place and GPU", foot, theme, frame, whole)
}

fn list(
    rows: &[(String, bool)],
    at: usize,
    title: &str,
    foot: &str,
    theme: &Theme,
    frame: &mut Frame,
    whole: Rect,
) -> Measured {
    let mut measured = Measured::default();
    let lines = u16::try_from(rows.len()).unwrap_or(u16::MAX).min(modal::room(whole).max(1));
    let size = (whole.width.saturating_sub(4).min(96), lines + 2);
    let inside = modal::frame(frame.buffer_mut(), whole, size, title, foot, theme);
    measured.pane(PANE, area(inside));
    let top = page_top(at, usize::from(inside.height));
    for ((index, (text, usable)), dy) in rows.iter().enumerate().skip(top).zip(0..inside.height) {
        let selected = index == at;
        let bar = if selected { theme.glyph(Token::SelectRow) } else { " " };
        let token = match (selected, usable) {
            (true, _) => Token::SelectRow,
            (false, true) => Token::TextNormal,
            (false, false) => Token::TextMuted,
        };
        put(frame.buffer_mut(), inside, 0, dy, bar, theme.style(Token::KeyCap));
        put(frame.buffer_mut(), inside, 2, dy, text, theme.style(token));
        let row = Rect { y: inside.y + dy, height: 1, ..inside };
        measured.click(area(row), clicked(index));
    }
    modal::position(frame.buffer_mut(), inside, top, at, rows.len(), theme);
    measured
}
