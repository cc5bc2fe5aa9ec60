//! What comes of it: time, cost, memory and budget, then what has to be looked at, then why.

use crate::model::train::{CHECKS, Msg as Do, State};
use crate::model::{Area, Measured, Msg};
use crate::text;
use crate::theme::{Theme, Token};
use crate::update::train::LENGTH;
use crate::view::area;
use crate::widgets::lines::Piece;
use crate::widgets::{Lines, piece, put};
use domain::configuration::{Check, Mark};
use domain::estimate::{Estimate, Source};
use domain::memory::advice_words;
use domain::numbers::{gib, span};
use engine::train::Configured;
use ratatui::{Frame, layout::Rect};

/// Draws it.
pub(super) fn draw(state: &State, theme: &Theme, frame: &mut Frame, place: Rect, measured: &mut Measured) {
    measured.pane(CHECKS, area(place));
    measured.wheel(area(place), Msg::Train(Do::ScrollChecks(-3)), Msg::Train(Do::ScrollChecks(3)));
    let inside = Rect { x: place.x + 1.min(place.width), width: place.width.saturating_sub(1), ..place };
    let (configured, fresh) = state.verdict();
    let mut lines = Lines::new(usize::from(inside.width.saturating_sub(2)).clamp(1, 96));
    let mut spots = Vec::new();
    match (configured, state.judged.as_ref().map(|judged| &judged.result)) {
        (Some(done), _) => {
            lines.line(vec![standing(state)]);
            summary(&mut lines, done, state.before.as_ref());
            spots = checklist(&mut lines, state, done);
            explained(&mut lines, done);
        }
        (None, Some(Err(problem))) => {
            lines.text(&format!("✗ {}", problem.full()), 0, Token::StatusFail);
        }
        (None, _) => lines.text("Estimating …", 0, Token::TextMuted),
    }
    if !fresh {
        for piece in lines.lines.iter_mut().flatten() {
            piece.1 = Token::StatusStale;
        }
    }
    let top = top(state, &spots, usize::from(inside.height));
    let last = lines.draw(frame.buffer_mut(), inside, top, theme);
    let height = u16::try_from(last).unwrap_or(u16::MAX);
    measured.pane(LENGTH, Area { height, ..Area::default() });
    let top = top.min(last);
    for (index, (from, to)) in spots.iter().enumerate() {
        for line in (*from..*to).filter(|line| (top..top + usize::from(inside.height)).contains(line)) {
            let y = inside.y + u16::try_from(line - top).unwrap_or(u16::MAX);
            let spot = Rect { y, height: 1, ..inside };
            measured.click(area(spot), Msg::Train(Do::Check(index)));
            if state.in_checks && index == state.check && line == *from {
                put(
                    frame.buffer_mut(),
                    spot,
                    0,
                    0,
                    theme.glyph(Token::SelectRow),
                    theme.style(Token::KeyCap),
                );
                measured.cursor = Some((spot.x, spot.y));
            }
        }
    }
}

/// The first line in view: the item under the cursor is, and what was scrolled beyond it.
fn top(state: &State, spots: &[(usize, usize)], height: usize) -> usize {
    let needed = match spots.get(state.check).filter(|_| state.in_checks) {
        // One line more than the item, so that one sees that something follows.
        Some((from, to)) => (to + 1).saturating_sub(height).min(*from),
        None => 0,
    };
    needed + state.further
}

/// Whether it can start, before everything else.
fn standing(state: &State) -> Piece {
    let open = state.open_checks();
    if let Some(stop) = open.iter().find(|check| check.mark == Mark::Stop) {
        return piece(format!("✗ {} stops it", stop.name), Token::StatusFail);
    }
    match open.iter().filter(|check| !state.is_accepted(check)).count() {
        0 => piece("✓ ready to start: t", Token::StatusOk),
        n => piece(format!("! {} to accept: tab", text::many(n as u64, "thing")), Token::StatusWarn),
    }
}

fn summary(lines: &mut Lines, done: &Configured, before: Option<&Estimate>) {
    let estimate = &done.estimate;
    let unknown = || "unknown".to_owned();
    let cost = estimate.cost.map_or_else(unknown, |cost| cost.to_string());
    lines.line(vec![piece("cost   ", Token::TextMuted), piece(cost, Token::TextStrong)]);
    let time = estimate.time_words().unwrap_or_else(unknown);
    lines.line(vec![piece("time   ", Token::TextMuted), piece(time, Token::TextStrong)]);
    if let Some(change) = before.and_then(|before| estimate.against(before)) {
        lines.pair("", 6, &change, Token::TextMuted);
    }
    if let Some(steps) = done.steps {
        let text = format!(
            "{}, {} in each epoch; {} held out",
            text::many(steps.total, "step"),
            text::thousands(steps.per_epoch),
            text::thousands(steps.held_out)
        );
        lines.pair("steps", 6, &text, Token::TextNormal);
    }
    lines.pair("from", 6, &history(done), Token::TextNormal);
    if let Some(past) = done.past_estimates {
        lines.pair("", 6, &past.words(), Token::TextMuted);
    }
    if let Some(gate) = &done.gate {
        let token = match (gate.blocked, gate.over || gate.level.is_some()) {
            (true, _) => Token::StatusFail,
            (false, true) => Token::StatusWarn,
            (false, false) => Token::TextNormal,
        };
        lines.pair("budget", 6, &gate.message, token);
    }
}

/// Where the estimate comes from, in a few words.
fn history(done: &Configured) -> String {
    let margin = format!("±{:.0} %", done.estimate.margin * 100.0);
    match done.estimate.source {
        Source::Same { runs } => format!("{} like this, {margin}", text::many(runs as u64, "run")),
        Source::Scaled { runs } => {
            format!("{} scaled to this batch, {margin}", text::many(runs as u64, "run"))
        }
        Source::Table => format!("the GPU's data sheet, {margin}; no finished run like this yet"),
        Source::Nothing => "nothing: no finished run like this yet".to_owned(),
    }
}

/// What is good on one line, the rest item by item. Answers the lines of each open item.
fn checklist(lines: &mut Lines, state: &State, done: &Configured) -> Vec<(usize, usize)> {
    lines.blank();
    lines.heading("Checklist");
    let good: Vec<&str> = done
        .checklist
        .0
        .iter()
        .filter(|check| check.mark == Mark::Good)
        .map(|check| check.name.as_str())
        .collect();
    if !good.is_empty() {
        lines.text(&format!("✓ {}", good.join("  ✓ ")), 2, Token::StatusOk);
    }
    for note in done.checklist.0.iter().filter(|check| check.mark == Mark::Note) {
        item(lines, note, false);
    }
    let mut spots = Vec::new();
    for check in state.open_checks() {
        let from = lines.lines.len();
        item(lines, check, state.is_accepted(check));
        if let Some(words) = advice_words(&done.advice).filter(|_| check.name == "memory") {
            lines.text(&words, 4, Token::TextStrong);
        }
        spots.push((from, lines.lines.len()));
    }
    spots
}

fn item(lines: &mut Lines, check: &Check, accepted: bool) {
    let (glyph, token) = match (check.mark, accepted) {
        (Mark::Stop, _) => ("✗", Token::StatusFail),
        (Mark::Note, _) => ("·", Token::TextMuted),
        (_, true) => ("☑", Token::StatusOk),
        (_, false) => ("!", Token::StatusWarn),
    };
    let text = format!("{}: {}", check.name, check.text);
    for (index, line) in text::wrap(&text, lines.width.saturating_sub(4)).into_iter().enumerate() {
        let mark = if index == 0 { glyph } else { " " };
        lines.line(vec![piece(format!("  {mark} "), token), piece(line, Token::TextNormal)]);
    }
    if check.mark == Mark::Accept && !accepted {
        lines.text("space accepts it", 4, Token::TextMuted);
    }
}

/// What it is made of, and why it is a range.
fn explained(lines: &mut Lines, done: &Configured) {
    let estimate = &done.estimate;
    let total: u64 = estimate.phases.iter().map(|(_, seconds)| seconds).sum();
    if total > 0 {
        lines.blank();
        lines.heading("Time and cost");
        for (phase, seconds) in &estimate.phases {
            let share = u128::from(*seconds) * 100 / u128::from(total);
            let cost = estimate.cost_parts.iter().find(|part| part.name == phase.word());
            let cost = cost.map(|part| format!("  {}", part.amount)).unwrap_or_default();
            lines.pair(
                phase.word(),
                12,
                &format!("{:>8}  {share:>3} %{cost}", span(*seconds)),
                Token::TextNormal,
            );
        }
        let extra =
            estimate.cost_parts.iter().filter(|part| ["storage", "reserve"].contains(&part.name.as_str()));
        for part in extra {
            lines.pair(
                &part.name,
                12,
                &format!("{:>8}  {:>3} %  {}", "", part.percent, part.amount),
                Token::TextNormal,
            );
        }
    }
    lines.blank();
    lines.heading("Memory");
    for (part, bytes) in &done.memory.parts {
        lines.pair(part.word(), 12, &format!("{:>9}", gib(*bytes)), Token::TextNormal);
    }
    lines.blank();
    lines.heading("Why a range");
    for reason in &estimate.reasons {
        lines.text(reason, 0, Token::TextMuted);
    }
}
