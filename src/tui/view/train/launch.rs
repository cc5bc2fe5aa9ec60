//! The question before the start: everything that matters once more, and one tick.

use crate::model::train::{Launch, Msg as Do};
use crate::model::{Measured, Model, Msg, Nav};
use crate::theme::{Theme, Token};
use crate::view::area;
use crate::widgets::{Lines, modal, piece};
use domain::hyperparameters::Field;
use domain::money::Usd;
use domain::place::Tier;
use ratatui::{Frame, layout::Rect};

/// Columns of the names.
const NAMES: usize = 9;

/// Draws it.
pub(super) fn draw(
    model: &Model,
    launch: &Launch,
    theme: &Theme,
    frame: &mut Frame,
    whole: Rect,
) -> Measured {
    let mut measured = Measured::default();
    let state = &model.train;
    let Some(done) = state.verdict().0 else { return measured };
    let width = whole.width.saturating_sub(4).min(84);
    let mut lines = Lines::new(usize::from(width.saturating_sub(4)));
    let configuration = &done.configuration;
    let values = &configuration.hyperparameters;
    let key = [Field::Rank, Field::LearningRate, Field::Epochs, Field::BatchSize, Field::MaxSeqLength]
        .map(|field| format!("{field} {}", values.text(field)));
    let unknown = || "unknown".to_owned();
    let mut pair = |name: &str, value: &str| lines.pair(name, NAMES, value, Token::TextNormal);
    pair("run", &configuration.name);
    pair("dataset", &done.dataset.name);
    pair("model", &done.model.name);
    pair("preset", &done.preset);
    pair("settings", &key.join(", "));
    pair("place", &format!("{}, {}", configuration.place, done.machine));
    pair("time", &done.estimate.time_words().unwrap_or_else(unknown));
    pair("cost", &done.estimate.cost.map_or_else(unknown, |cost| cost.to_string()));
    if let Some(gate) = &done.gate {
        pair("budget", &gate.message);
    }
    if configuration.tier == Tier::Interruptible {
        let text = "The machine may go away; the run then resumes from its last checkpoint.";
        lines.text(text, 0, Token::StatusWarn);
    }
    let accepted: Vec<&str> = state.accepted.iter().map(|(name, _)| name.as_str()).collect();
    if !accepted.is_empty() {
        lines.pair("accepted", NAMES, &accepted.join(", "), Token::StatusWarn);
    }
    lines.blank();
    let (mark, token) = if launch.tick { ("☑", Token::StatusOk) } else { ("☐", Token::TextStrong) };
    let tick = lines.lines.len();
    let text = match done.estimate.cost {
        Some(cost) if cost.high == Usd::ZERO => "I accept this; it costs nothing.".to_owned(),
        Some(cost) => {
            format!("I accept that it may cost up to {}, and what that does to the budget.", cost.high)
        }
        None => "I accept that nobody knows what it costs, and what that does to the budget.".to_owned(),
    };
    for (index, line) in crate::text::wrap(&text, lines.width.saturating_sub(2)).into_iter().enumerate() {
        let mark = if index == 0 { mark } else { " " };
        lines.line(vec![piece(format!("{mark} "), token), piece(line, Token::TextNormal)]);
    }
    lines.blank();
    if launch.sent {
        lines.text("Starting …", 0, Token::StatusRun);
    } else if let Some(problem) = &launch.problem {
        lines.text(&problem.to_string(), 0, Token::StatusFail);
    } else {
        let token = if launch.tick { Token::StatusOk } else { Token::TextMuted };
        lines.text("[ Start ]", 0, token);
    }
    let height = u16::try_from(lines.lines.len()).unwrap_or(u16::MAX).min(modal::room(whole).max(1)) + 2;
    let foot = "space tick · enter start · esc back";
    let inside = modal::frame(frame.buffer_mut(), whole, (width, height), "Start this run?", foot, theme);
    if launch.tick && !launch.sent && launch.problem.is_none() {
        let row = Rect { y: inside.bottom().saturating_sub(1), height: 1, ..inside };
        measured.click(area(row), Msg::Nav(Nav::Enter));
    }
    // On a small screen the end is what is asked.
    let top = lines.lines.len().saturating_sub(usize::from(inside.height));
    lines.draw(frame.buffer_mut(), inside, top, theme);
    if let Some(dy) =
        tick.checked_sub(top).and_then(|dy| u16::try_from(dy).ok()).filter(|dy| *dy < inside.height)
    {
        let row = Rect { y: inside.y + dy, height: 1, ..inside };
        measured.click(area(row), Msg::Train(Do::Tick));
        measured.cursor = Some((row.x, row.y));
    }
    measured
}
