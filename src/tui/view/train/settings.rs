//! The settings in their folds, and a sentence about the one under the cursor.

use crate::model::train::{Msg as Do, Row, SETTINGS, State};
use crate::model::{Measured, Model, Msg};
use crate::text::{self, Align};
use crate::theme::{Theme, Token};
use crate::update::train::wrong_with;
use crate::view::area;
use crate::widgets::{field, put, scrollbar};
use domain::hyperparameters::{Field, Fold, Kind, Severity, Step};
use domain::preset::suggested;
use ratatui::{Frame, layout::Rect};

/// Columns of the names.
const NAMES: u16 = 27;
/// Columns of the values.
const VALUES: u16 = 11;

/// Draws the rows in view.
pub(super) fn draw(model: &Model, theme: &Theme, frame: &mut Frame, place: Rect, measured: &mut Measured) {
    let state = &model.train;
    measured.pane(SETTINGS, area(place));
    measured.wheel(area(place), Msg::Train(Do::Scroll(-3)), Msg::Train(Do::Scroll(3)));
    let rows = state.settings();
    let changed = state.chosen().changed;
    for (row, dy) in rows.iter().copied().skip(state.top).zip(0..place.height) {
        let line = Rect { y: place.y + dy, height: 1, width: place.width.saturating_sub(1), ..place };
        let selected = row == state.at && !state.in_checks;
        if selected {
            put(frame.buffer_mut(), line, 0, 0, theme.glyph(Token::SelectRow), theme.style(Token::KeyCap));
            measured.cursor = Some((line.x, line.y));
        }
        measured.click(area(line), Msg::Train(Do::Row(row)));
        match row {
            Row::Fold(fold) => {
                let count =
                    Field::ALL.iter().filter(|f| f.about().fold == fold && changed.contains(f)).count();
                let open = state.open.contains(&fold);
                heading(theme, frame, line, title(fold), open, count);
            }
            Row::Run => heading(theme, frame, line, "This run", state.run_open, 0),
            row => value(
                state,
                row,
                selected,
                changed.iter().any(|f| row == Row::Field(*f)),
                theme,
                frame,
                line,
                measured,
            ),
        }
    }
    let number = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
    scrollbar(
        frame.buffer_mut(),
        place,
        number(state.top),
        u64::from(place.height),
        number(rows.len()),
        theme,
    );
}

const fn title(fold: Fold) -> &'static str {
    match fold {
        Fold::Adapter => "Adapter",
        Fold::Schedule => "Schedule",
        Fold::Batch => "Batch",
        Fold::Evaluation => "Evaluation",
        Fold::Expert => "Expert",
    }
}

fn heading(theme: &Theme, frame: &mut Frame, line: Rect, title: &str, open: bool, changed: usize) {
    let sign = if open { "▾" } else { "▸" };
    let note = if open || changed == 0 { String::new() } else { format!("  {changed} changed") };
    let at =
        2 + put(frame.buffer_mut(), line, 2, 0, &format!("{sign} {title}"), theme.style(Token::TextHeading));
    put(frame.buffer_mut(), line, at, 0, &note, theme.style(Token::StatusWarn));
}

/// Name, value and range of a row.
#[expect(clippy::too_many_arguments, reason = "what a line of a view is given")]
fn value(
    state: &State,
    row: Row,
    selected: bool,
    changed: bool,
    theme: &Theme,
    frame: &mut Frame,
    line: Rect,
    measured: &mut Measured,
) {
    let wrong = match row {
        Row::Field(field) => wrong_with(state, field).map(|problem| problem.severity),
        _ => None,
    };
    let token = if selected { Token::SelectRow } else { Token::TextNormal };
    put(frame.buffer_mut(), line, 4, 0, row.word(), theme.style(token));
    let mark = match (wrong, changed) {
        (Some(Severity::Error), _) => Some(("✗", Token::StatusFail)),
        (Some(Severity::Warning), _) => Some(("!", Token::StatusWarn)),
        (None, true) => Some(("•", Token::StatusWarn)),
        (None, false) => None,
    };
    if let Some((glyph, token)) = mark {
        put(frame.buffer_mut(), line, 2, 0, glyph, theme.style(token));
    }
    if let Some(text) = state.editing.as_ref().filter(|_| selected) {
        let room =
            Rect { x: line.x + NAMES.min(line.width), width: line.width.saturating_sub(NAMES), ..line };
        let look = if state.wrong.is_some() { field::State::Invalid } else { field::State::Focus };
        measured.cursor = field::draw(frame.buffer_mut(), room, text, "", look, theme);
        return;
    }
    let (shown, note) = said(state, row);
    let token = match wrong {
        Some(Severity::Error) => Token::StatusFail,
        _ if changed => Token::TextStrong,
        _ => Token::TextNormal,
    };
    // Numbers stand in a column; words and long texts take the room there is.
    let numeric = matches!(row, Row::Field(field) if matches!(field.about().kind, Kind::Number { .. }));
    let shown = if numeric { text::fit(&shown, usize::from(VALUES), Align::Right) } else { shown };
    let took = put(frame.buffer_mut(), line, NAMES, 0, &shown, theme.style(token));
    let at = NAMES + took + 2;
    if usize::from(line.width.saturating_sub(at)) >= text::width(&note) {
        put(frame.buffer_mut(), line, at, 0, &note, theme.style(Token::TextMuted));
    }
}

/// What stands there, and what can stand there.
fn said(state: &State, row: Row) -> (String, String) {
    let draft = &state.draft;
    let values = &draft.hyperparameters;
    let yes = |on: bool| if on { "yes" } else { "no" }.to_owned();
    let or = |text: &str, other: &str| if text.is_empty() { other.to_owned() } else { text.to_owned() };
    match row {
        Row::Field(field) => {
            let unset = match field.about().kind {
                Kind::Number { unset: Some(unset), .. } if values.typed(field) == "auto" => Some(unset),
                _ => None,
            };
            let note = unset.map_or_else(|| range(field), |unset| format!("= {unset}"));
            (values.text(field), note)
        }
        Row::Name => {
            let made = state.verdict().0.map_or("–", |done| done.configuration.name.as_str());
            (or(&draft.name, &format!("({made})")), String::new())
        }
        Row::Notes => (or(&draft.notes, "–"), String::new()),
        Row::Tags => (or(&draft.tags.join(", "), "–"), String::new()),
        Row::Gpus => (draft.gpus.to_string(), "that the run takes".to_owned()),
        Row::MaxHours => (draft.max_hours.to_string(), "hours".to_owned()),
        Row::MaxCost => {
            (draft.max_cost.map_or_else(|| "no limit".to_owned(), |limit| limit.to_string()), String::new())
        }
        Row::OverBudget => {
            let reason = draft.over_budget.as_ref().map_or("", |reason| reason.as_str());
            (or(reason, "–"), String::new())
        }
        Row::Merge => (yes(draft.merge), String::new()),
        Row::AnyValue => (yes(draft.any_value), String::new()),
        _ => (String::new(), String::new()),
    }
}

/// The values that a setting takes.
fn range(field: Field) -> String {
    match field.about().kind {
        Kind::Number { limits: (low, high), .. } => format!("{} – {}", number(low), number(high)),
        Kind::Choice(words) => words.join(", "),
        Kind::Modules => "all-linear, or names".to_owned(),
    }
}

fn number(value: f64) -> String {
    if value != 0.0 && value.abs() < 0.01 {
        domain::numbers::scientific(value)
    } else if value >= 1e4 {
        text::thousands(domain::numbers::count(value))
    } else {
        value.to_string()
    }
}

/// How far a key goes.
fn step(field: Field) -> String {
    match field.about().kind {
        Kind::Number { step: Step::By(by), .. } => format!("step {by}"),
        Kind::Number { step: Step::OneTwoFive, .. } => "steps 1, 2, 5".to_owned(),
        Kind::Number { step: Step::Double, .. } => "doubles or halves".to_owned(),
        Kind::Choice(_) | Kind::Modules => "the next one".to_owned(),
    }
}

/// One sentence about what is under the cursor; what is wrong with it goes before.
pub(super) fn sentence(model: &Model, theme: &Theme, frame: &mut Frame, place: Rect) {
    let state = &model.train;
    let (text, token) = told(state);
    let room = usize::from(place.width.saturating_sub(2)).max(1);
    for (line, dy) in text::wrap(&text, room).iter().zip(0..place.height) {
        put(frame.buffer_mut(), place, 1, dy, line, theme.style(token));
    }
}

fn told(state: &State) -> (String, Token) {
    if let Some(why) = &state.wrong {
        return (format!("✗ {why}"), Token::StatusFail);
    }
    if state.in_checks {
        let text =
            "space accepts what is marked !, or takes that back; ✗ stops it until what it names is changed.";
        return (text.to_owned(), Token::TextMuted);
    }
    if let Row::Field(field) = state.at
        && let Some(problem) = wrong_with(state, field)
    {
        let token = if problem.severity == Severity::Error { Token::StatusFail } else { Token::StatusWarn };
        return (format!("{field} {}", problem.what), token);
    }
    (about(state), Token::TextMuted)
}

fn about(state: &State) -> String {
    match state.at {
        Row::Preset => {
            let Some(base) = state.base() else { return String::new() };
            let conversations = state
                .dataset
                .as_ref()
                .and_then(|row| row.facts.as_ref())
                .map_or(0, |facts| facts.conversations);
            let best =
                Some(&base.best_for).filter(|best| !best.is_empty()).map(|best| format!("Best for: {best}"));
            let caption = Some(&base.caption).filter(|text| !text.is_empty()).map(|text| format!("({text})"));
            let parts = [
                Some(format!("{}:", base.title)),
                Some(base.about.clone()).filter(|about| !about.is_empty()),
                Some(format!(
                    "For {} {} is suggested.",
                    text::many(conversations, "conversation"),
                    suggested(conversations)
                )),
                best,
                caption,
            ];
            parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
        }
        Row::Model => {
            "The model that the adapter is made for; enter shows them all, f takes one in a folder."
                .to_owned()
        }
        Row::Place => "Where the run happens; enter shows machines and their prices.".to_owned(),
        Row::Fold(_) | Row::Run => "enter opens and closes this.".to_owned(),
        Row::Field(field) => {
            format!("{field} ({}; {}): {}", range(field), step(field), field.about().sentence)
        }
        Row::Name => "What the run will be called; empty makes a name of dataset, preset and day.".to_owned(),
        Row::Notes => "More about the run, for whoever looks at it later.".to_owned(),
        Row::Tags => {
            "Words to find it by, with commas: 3 to 30 small letters, digits and hyphens each.".to_owned()
        }
        Row::Gpus => {
            "How many GPUs train together: each reads a batch of its own in every step, so several are fewer, larger steps."
                .to_owned()
        }
        Row::MaxHours => "After so many hours the run stops with a checkpoint and can be resumed.".to_owned(),
        Row::MaxCost => "It does not start when it is estimated to cost more than this.".to_owned(),
        Row::OverBudget => {
            "Why it may go over a budget that blocks: fifty characters or more, kept with the run.".to_owned()
        }
        Row::Merge => {
            "Also writes the base model with the adapter in it: large, and ready to be served.".to_owned()
        }
        Row::AnyValue => {
            "Takes every value that the worker can run, for experiments with tiny models.".to_owned()
        }
    }
}
