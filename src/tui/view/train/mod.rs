//! The configurator: what is trained with what, every setting, and what comes of it.

mod estimate;
mod head;
mod launch;
mod pick;
mod settings;

use crate::model::train::Modal;
use crate::model::{Measured, Model};
use crate::text;
use crate::theme::{Theme, Token};
use crate::widgets::{put, rule};
use ratatui::{Frame, layout::Rect};

/// From this width on settings and estimate stand side by side.
const BESIDE: u16 = 60;
/// From this height on lines part head, body and sentence.
const RULED: u16 = 16;

/// Draws the screen into this area.
pub fn draw(model: &Model, theme: &Theme, frame: &mut Frame, place: Rect) -> Measured {
    let mut measured = Measured::default();
    let state = &model.train;
    if place.height < 3 {
        return measured;
    }
    if !state.ready {
        let text = match &state.problem {
            Some(problem) => format!("✗ {problem} r tries again."),
            None => "Reading presets, models and prices …".to_owned(),
        };
        put(frame.buffer_mut(), place, 2, 1, &text, theme.style(Token::TextMuted));
        return measured;
    }
    let ruled = place.height >= RULED;
    let head = Rect { height: 4.min(place.height), ..place };
    head::draw(model, theme, frame, head, &mut measured);
    let line = u16::from(ruled);
    let foot = if ruled { 3 } else { 1 }.min(place.height - head.height);
    let body = Rect {
        y: place.y + head.height + line.min(place.height - head.height),
        height: place.height.saturating_sub(head.height + line + foot),
        ..place
    };
    if ruled {
        rule(frame.buffer_mut(), place, head.height, theme);
        rule(frame.buffer_mut(), place, place.height - foot, theme);
    }
    let sentence = Rect { y: place.bottom() - foot + line, height: foot.saturating_sub(line), ..place };
    settings::sentence(model, theme, frame, sentence);
    if body.width < BESIDE {
        // One pane at a time: the one that has the keyboard.
        if state.in_checks {
            estimate::draw(state, theme, frame, body, &mut measured);
        } else {
            settings::draw(model, theme, frame, body, &mut measured);
        }
        return measured;
    }
    let wide = if body.width < 100 { body.width * 11 / 20 } else { (body.width / 2).min(76) };
    settings::draw(model, theme, frame, Rect { width: wide, ..body }, &mut measured);
    for dy in 0..body.height {
        put(frame.buffer_mut(), body, wide, dy, "│", theme.style(Token::BorderIdle));
    }
    let right = Rect { x: body.x + wide + 1, width: body.width - wide - 1, ..body };
    estimate::draw(state, theme, frame, right, &mut measured);
    measured
}

/// Draws one of the screen's modals over everything; `area` is the whole terminal.
pub fn modal(model: &Model, modal: &Modal, theme: &Theme, frame: &mut Frame, area: Rect) -> Measured {
    match modal {
        Modal::Models { at } => pick::models(model, *at, theme, frame, area),
        Modal::Places { at } => pick::places(model, *at, theme, frame, area),
        Modal::Launch(launch) => launch::draw(model, launch, theme, frame, area),
    }
}

/// Weights of a model: `8.2 B`, `86M`.
fn billions(parameters: u64) -> String {
    if parameters < 100_000_000 {
        return text::compact(parameters);
    }
    let tenths = parameters / 100_000_000;
    format!("{}.{} B", tenths / 10, tenths % 10)
}

/// How old a price is, in words; this machine's does not age.
fn aged(quote: &domain::price::Quote, today: Option<chrono::NaiveDate>) -> Option<String> {
    let day = quote.as_of?;
    match today.and_then(|today| quote.age(today)).filter(|age| *age > domain::price::OLD_AFTER) {
        Some(age) => Some(format!("{} old", text::many(u64::try_from(age).unwrap_or(0), "day"))),
        None => Some(day.to_string()),
    }
}

#[cfg(test)]
mod tests;
