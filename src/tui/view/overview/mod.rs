//! The first screen: how much there is, what to do next, what happened lately; on an empty store, how to begin.

mod lately;

use super::paint::{area as cells, put, put_toned};
use super::trainings::token;
use crate::model::overview::{Msg as Do, Summary};
use crate::model::{Measured, Model, Msg};
use crate::text;
use crate::theme::{Theme, Token};
use crate::update::overview::{choices, lately};
use ratatui::Frame;
use ratatui::layout::Rect;

/// Draws it.
pub fn draw(model: &Model, theme: &Theme, frame: &mut Frame, area: Rect) -> Measured {
    let inside = Rect { x: area.x + 2, width: area.width.saturating_sub(4), ..area };
    let recent = lately(model);
    // Beside the numbers where there is room for both, else below them.
    let beside = inside.width >= WIDE && !recent.is_empty() && !model.overview.empty();
    let left = if beside { Rect { width: inside.width * 3 / 5, ..inside } } else { inside };
    let mut pen = Pen { theme, inside: left, y: 1 };
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
    } else if beside {
        let x = left.right() + 2;
        let place = Rect { x, width: inside.right().saturating_sub(x), ..inside };
        lately::draw(
            model,
            &recent,
            theme,
            frame,
            Rect { y: place.y + 1, height: place.height.saturating_sub(1), ..place },
        );
    } else {
        let below =
            Rect { y: inside.y + pen.y + 1, height: inside.height.saturating_sub(pen.y + 1), ..inside };
        lately::draw(model, &recent, theme, frame, below);
    }
    measured
}

/// Columns from which the latest stands beside the numbers.
const WIDE: u16 = 150;

/// The way from conversations to a run.
const PATH: [(&str, &str); 5] = [
    ("Import", "every file is checked, and says what came of it"),
    ("Look", "filter (f), search (/), read (enter), review (R)"),
    ("Mark", "space, a range (v), the page (a), all that match (A)"),
    ("Build", "n makes a training file; screen 3 has it, to download"),
    ("Train", "t on screen 3 or 4: settings, time, cost, then the run"),
];

fn path(pen: &mut Pen<'_>, frame: &mut Frame) {
    pen.y += 1;
    pen.line(frame, "How it goes", Token::TextHeading);
    for (number, (name, what)) in (1..).zip(PATH) {
        let (theme, y) = (pen.theme, pen.y);
        let (step, name) = (format!("  {number}  "), text::pad(name, 8));
        let pieces = [
            (step.as_str(), Token::TextMuted),
            (name.as_str(), Token::TextStrong),
            (what, Token::TextNormal),
        ];
        put_toned(theme, frame.buffer_mut(), pen.inside, y, &pieces);
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
    let runs = runs(model);
    for (label, number, (note, tone)) in counts(summary).into_iter().chain(runs) {
        let (theme, y) = (pen.theme, pen.y);
        let pieces = [
            (text::pad(label, 18), Token::TextMuted),
            (format!("{number:>9}"), Token::TextStrong),
            (format!("  {note}"), tone),
        ];
        put_toned(theme, frame.buffer_mut(), pen.inside, y, &pieces);
        pen.y += 1;
    }
    pen.y += 1;
}

/// A number with its name and what there is to say about it.
type Number = (&'static str, String, (String, Token));

/// The runs, and what they have cost.
fn runs(model: &Model) -> Vec<Number> {
    let state = &model.trainings;
    let Some(list) = &state.list else { return Vec::new() };
    let active = state.active().count() as u64;
    let worst = state.active().map(token).find(|token| *token != Token::StatusRun);
    let note = match (active, list.first()) {
        (0, Some(last)) => (format!("the last: {}", crate::update::trainings::state_word(last)), token(last)),
        (0, None) => (String::new(), Token::TextMuted),
        (active, _) => (format!("{active} at work"), worst.unwrap_or(Token::StatusRun)),
    };
    let mut numbers = vec![("Runs", text::thousands(list.len() as u64), note)];
    if let (Some(month), Some(sum)) = (&state.month, state.spent()) {
        let percent =
            sum.percent_of(month.limit).map_or_else(String::new, |percent| format!(", {percent} %"));
        let note = format!("of {} this month{percent}", month.limit);
        numbers.push(("Spent", sum.to_string(), (note, Token::TextMuted)));
    }
    numbers
}

fn counts(summary: &Summary) -> Vec<Number> {
    let sign = if summary.estimated { "~" } else { "" };
    let number = |name, number, note: String| (name, text::thousands(number), (note, Token::TextMuted));
    let words = format!(
        "{} enriched, {} approved",
        text::thousands(summary.enriched),
        text::thousands(summary.approved)
    );
    let mut conversations = number("Conversations", summary.conversations, words);
    conversations.1.insert_str(0, sign);
    vec![
        conversations,
        number("To review", summary.pending, String::new()),
        number("Training files", summary.files, String::new()),
        number("Datasets", summary.datasets, format!("{} ready", text::thousands(summary.ready))),
        number("Models", summary.models, String::new()),
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
