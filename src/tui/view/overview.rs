//! The first screen; on an empty store, how to begin.

use super::paint::{area as cells, put, put_all};
use crate::model::overview::{Msg as Do, Summary};
use crate::model::{Measured, Model, Msg};
use crate::text;
use crate::theme::{Theme, Token};
use crate::update::overview::choices;
use ratatui::Frame;
use ratatui::layout::Rect;

/// Draws it.
pub fn draw(model: &Model, theme: &Theme, frame: &mut Frame, area: Rect) -> Measured {
    let inside = Rect { x: area.x + 2, width: area.width.saturating_sub(4), ..area };
    let mut pen = Pen { theme, inside, y: 1 };
    if model.overview.empty() {
        pen.line(frame, "Nothing is here yet.", Token::TextHeading);
        pen.y += 1;
        let text = "Training conversations come in as files. Load our examples to look around, or import your own: \
                    enriched, full, v4 JSONL and raw files are recognised by their content, folders are read whole.";
        pen.wrapped(frame, text, Token::TextNormal);
        pen.y += 1;
    } else {
        numbers(model, &mut pen, frame);
    }
    next_steps(model, &mut pen, frame)
}

struct Pen<'a> {
    theme: &'a Theme,
    inside: Rect,
    y: u16,
}

impl Pen<'_> {
    fn line(&mut self, frame: &mut Frame, text: &str, token: Token) {
        put(frame.buffer_mut(), self.inside, 0, self.y, text, self.theme.style(token));
        self.y += 1;
    }

    fn wrapped(&mut self, frame: &mut Frame, text: &str, token: Token) {
        for line in text::wrap(text, usize::from(self.inside.width.min(88))) {
            self.line(frame, &line, token);
        }
    }
}

fn numbers(model: &Model, pen: &mut Pen<'_>, frame: &mut Frame) {
    let Some(summary) = &model.overview.summary else {
        pen.line(frame, "Counting …", Token::TextMuted);
        pen.y += 1;
        return;
    };
    if let Some(problem) = &model.overview.problem {
        pen.line(frame, &format!("These numbers are old: {problem}"), Token::StatusStale);
    }
    for (label, number, note) in counts(summary) {
        let (theme, y) = (pen.theme, pen.y);
        let pieces = [
            (text::pad(label, 18), Token::TextMuted),
            (format!("{number:>9}"), Token::TextStrong),
            (format!("  {note}"), Token::TextMuted),
        ];
        let pieces: Vec<_> =
            pieces.iter().map(|(text, token)| (text.as_str(), theme.style(*token))).collect();
        put_all(frame.buffer_mut(), pen.inside, 0, y, &pieces);
        pen.y += 1;
    }
    pen.y += 1;
    if !summary.newest.is_empty() {
        pen.line(frame, "Newest training files", Token::TextHeading);
        for file in &summary.newest {
            let line = format!(
                "{}  {} conversations",
                text::pad(&file.name, 32),
                text::thousands(file.conversations)
            );
            pen.line(frame, &line, Token::TextNormal);
        }
        pen.y += 1;
    }
}

fn counts(summary: &Summary) -> Vec<(&'static str, String, String)> {
    let sign = if summary.estimated { "~" } else { "" };
    vec![
        (
            "Conversations",
            format!("{sign}{}", text::thousands(summary.conversations)),
            format!(
                "{} enriched, {} approved",
                text::thousands(summary.enriched),
                text::thousands(summary.approved)
            ),
        ),
        ("To review", text::thousands(summary.pending), String::new()),
        ("Training files", text::thousands(summary.files), String::new()),
    ]
}

/// The lines that can be chosen.
fn next_steps(model: &Model, pen: &mut Pen<'_>, frame: &mut Frame) -> Measured {
    let mut measured = Measured::default();
    let (theme, inside) = (pen.theme, pen.inside);
    pen.line(frame, "What to do next", Token::TextHeading);
    for (index, (text, _)) in choices(model).iter().enumerate() {
        let selected = index == model.overview.at;
        let token = if selected { Token::SelectRow } else { Token::TextNormal };
        let bar = if selected { theme.glyph(Token::SelectRow) } else { " " };
        let row = Rect { y: inside.y + pen.y, height: 1, width: inside.width.min(50), ..inside };
        if pen.y < inside.height {
            let line = text::pad(&format!("{bar} {text}"), usize::from(row.width));
            put(frame.buffer_mut(), row, 0, 0, &line, theme.style(token));
            measured.click(cells(row), Msg::Overview(Do::Choose(index)));
        }
        pen.y += 1;
    }
    measured
}
