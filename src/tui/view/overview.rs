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
        pen.line(frame, "Conversations in, training files and adapters out.", Token::Brand);
        pen.y += 1;
        pen.line(frame, "Nothing is here yet.", Token::TextHeading);
        let text =
            "Training conversations come in as files. Load our examples to look around, or import your own.";
        pen.wrapped(frame, text, Token::TextNormal);
        pen.y += 1;
    } else {
        numbers(model, &mut pen, frame);
    }
    let measured = next_steps(model, &mut pen, frame);
    if model.overview.empty() {
        path(&mut pen, frame);
    }
    measured
}

/// The way from conversations to a run.
const PATH: [(&str, &str); 5] = [
    ("Import", "every file is checked as it comes in; each says what came of it"),
    ("Look", "filter (f), search (/), read (enter), review (R)"),
    ("Mark", "space, a range (v), the page (a), all that match (A)"),
    ("Build", "n makes a training file, JSON and JSONL; download it on screen 3"),
    ("Train", "t on screen 3 or 4: every setting, what it takes and costs, then the run"),
];

fn path(pen: &mut Pen<'_>, frame: &mut Frame) {
    pen.y += 1;
    pen.line(frame, "How it goes", Token::TextHeading);
    for (number, (name, what)) in (1..).zip(PATH) {
        let (theme, y) = (pen.theme, pen.y);
        let (step, name) = (format!("  {number}  "), text::pad(name, 8));
        let pieces = [
            (step.as_str(), theme.style(Token::TextMuted)),
            (name.as_str(), theme.style(Token::TextStrong)),
            (what, theme.style(Token::TextNormal)),
        ];
        put_all(frame.buffer_mut(), pen.inside, 0, y, &pieces);
        pen.y += 1;
    }
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
            let line =
                format!("{}  {}", text::pad(&file.name, 32), text::many(file.conversations, "conversation"));
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
    for (index, (text, note, _)) in choices(model).iter().enumerate() {
        let selected = index == model.overview.at;
        let token = if selected { Token::SelectRow } else { Token::TextNormal };
        let bar = if selected { theme.glyph(Token::SelectRow) } else { " " };
        let row = Rect { y: inside.y + pen.y, height: 1, width: inside.width.min(100), ..inside };
        if pen.y < inside.height {
            put(frame.buffer_mut(), row, 0, 0, bar, theme.style(Token::KeyCap));
            put(frame.buffer_mut(), row, 2, 0, text, theme.style(token));
            // A note that does not fit says nothing.
            if 36 + text::width(note) <= usize::from(row.width) {
                put(frame.buffer_mut(), row, 36, 0, note, theme.style(Token::TextMuted));
            }
            measured.click(cells(row), Msg::Overview(Do::Choose(index)));
        }
        pen.y += 1;
    }
    measured
}
