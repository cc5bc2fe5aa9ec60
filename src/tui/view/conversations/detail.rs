//! One conversation: scaffolding, turns to be read, checks, the files that hold it.

use super::table::{enrichment_token, status_token, status_word};
use crate::model::conversations::{DETAIL, DetailPlace, Focus, Msg as Do};
use crate::model::{Area, Measured, Model, Msg, Problem};
use crate::text;
use crate::theme::{Theme, Token};
use crate::view::area;
use crate::view::places::places;
use crate::widgets::{Lines, lines::Piece, piece, put};
use domain::conversation::{ConversationRow, Role, Turn};
use engine::conversations::Detail;
use ratatui::{Frame, layout::Rect};

/// Columns of the names.
const NAMES: usize = 11;
/// Longer lines are hard to read.
const READABLE: u16 = 100;

/// The border between list and detail; it is strong where the keyboard is.
pub(super) fn border(theme: &Theme, frame: &mut Frame, place: Rect, focused: bool) {
    let token = if focused { Token::BorderFocus } else { Token::BorderIdle };
    let upright = place.width == 1;
    for y in 0..place.height {
        let line = if upright { "│".to_owned() } else { "─".repeat(usize::from(place.width)) };
        put(frame.buffer_mut(), place, 0, y, &line, theme.style(token));
    }
}

/// Draws it.
pub(super) fn draw(model: &Model, theme: &Theme, frame: &mut Frame, place: Rect, measured: &mut Measured) {
    let state = &model.conversations;
    if place.width < 4 || place.height == 0 {
        return;
    }
    let width = (place.width - 2).min(READABLE);
    let mut lines = Lines::new(usize::from(width));
    let current = state.row();
    // Beside the list there is room for the turns, not for every word about them.
    let whole = state.reader.place == DetailPlace::Full;
    let detail = state.reader.detail.as_deref().filter(|d| current.is_none_or(|row| row.id == d.row.id));
    match (detail, current) {
        (Some(detail), current) => {
            let failed = state.reader.problem.as_ref();
            if let Some(problem) = failed {
                stale(&mut lines, model, problem);
            }
            let from = lines.lines.len();
            all(&mut lines, detail, current.unwrap_or(&detail.row), whole);
            if failed.is_some() {
                let old = lines.lines.iter_mut().skip(from).flatten();
                old.for_each(|(_, token)| *token = Token::TextMuted);
            }
        }
        (None, Some(row)) => {
            head(&mut lines, row, whole);
            lines.blank();
            match &state.reader.problem {
                Some(problem) => lines.text(&problem.full(), 0, Token::StatusFail),
                None => lines.text("Reading …", 0, Token::TextMuted),
            }
        }
        (None, None) => lines.text("No conversation under the cursor", 0, Token::TextMuted),
    }
    let inside = Rect { x: place.x + 1, width: place.width - 1, ..place };
    let last = lines.draw(frame.buffer_mut(), inside, state.reader.top, theme);
    measured.pane(DETAIL, area(inside));
    // How far it can scroll, as the height of a pane of that name.
    let height = u16::try_from(last).unwrap_or(u16::MAX);
    measured.pane("conversations.detail.length", Area { height, ..Area::default() });
    measured.wheel(
        area(inside),
        Msg::Conversations(Do::ScrollDetail(-3)),
        Msg::Conversations(Do::ScrollDetail(3)),
    );
    if state.focus == Focus::Detail {
        measured.cursor = Some((inside.x, inside.y));
    }
}

/// It could not be read again: how old it is, and why.
fn stale(lines: &mut Lines, model: &Model, problem: &Problem) {
    let age = match (model.now, model.conversations.reader.came) {
        (Some(now), Some(came)) => text::age(now.mono.saturating_duration_since(came)),
        _ => "–".to_owned(),
    };
    lines.text(&format!("! {age} old, r asks again: {problem}"), 0, Token::StatusStale);
    lines.blank();
}

fn head(lines: &mut Lines, row: &ConversationRow, whole: bool) {
    lines.text(&row.title, 0, Token::TextHeading);
    if whole {
        lines.pair("key", NAMES, row.id.as_str(), Token::TextNormal);
    }
    let of = &row.scaffolding;
    for (name, key, long) in [
        ("persona", &of.persona_key, &of.persona_name),
        ("arc", &of.emotional_arc_key, &of.emotional_arc),
        ("topic", &of.training_topic_key, &of.training_topic),
    ] {
        let value = match (key.is_empty(), long.is_empty()) {
            (true, true) => "–".to_owned(),
            (false, _) if !whole => key.clone(),
            (false, false) if key != long => format!("{long} ({key})"),
            (true, false) => long.clone(),
            _ => key.clone(),
        };
        lines.pair(name, NAMES, &value, Token::TextNormal);
    }
    lines.pair("review", NAMES, status_word(row.status), status_token(row.status));
    let enrichment = row.enrichment.word().replace('_', " ");
    lines.pair("enrichment", NAMES, &enrichment, enrichment_token(row.enrichment));
    let batch = row.batch.as_ref().map_or("–", |batch| batch.name.as_str());
    lines.pair("batch", NAMES, batch, Token::TextNormal);
    let size = row.size.map_or("–".to_owned(), text::bytes);
    let made = row.created.format("%Y-%m-%d %H:%M UTC");
    lines.pair("file", NAMES, &format!("{} turns, {size}, made {made}", row.turns), Token::TextNormal);
    let quality =
        row.quality.map_or("– (not measured)".to_owned(), |quality| format!("{quality:.1} of 10"));
    lines.pair("quality", NAMES, &quality, Token::TextNormal);
    if let Some(unfit) = row.unfit() {
        lines.pair("fit", NAMES, &format!("✗ {unfit}"), Token::StatusFail);
    }
}

fn all(lines: &mut Lines, detail: &Detail, row: &ConversationRow, whole: bool) {
    head(lines, row, whole);
    let files: Vec<&str> = detail.in_files.iter().map(|(_, name)| name.as_str()).collect();
    let files = if files.is_empty() { "in no training file".to_owned() } else { files.join(", ") };
    lines.pair("in files", NAMES, &files, Token::TextNormal);
    checks(lines, detail, whole);
    for (name, value) in [
        ("client", &detail.client),
        ("session", &detail.session),
        ("phase", &detail.phase),
        ("expected", &detail.expected),
        ("notes", &detail.review_notes),
    ] {
        if !value.is_empty() {
            lines.pair(name, NAMES, value, Token::TextNormal);
        }
    }
    if let Some(problem) = &detail.problem {
        lines.blank();
        lines.text(problem, 0, Token::StatusFail);
    }
    for said in &detail.turns {
        lines.blank();
        turn(lines, detail, said);
    }
}

fn checks(lines: &mut Lines, detail: &Detail, whole: bool) {
    if detail.findings.is_empty() {
        lines.pair("checks", NAMES, "✓ clean", Token::StatusOk);
        return;
    }
    let mut name = "checks";
    for (at, finding) in detail.findings.iter().enumerate() {
        let mut count = finding.count;
        let mut found = finding.places.clone();
        if !whole {
            // One line for each kind.
            if detail.findings[..at].iter().any(|other| other.code == finding.code) {
                continue;
            }
            let same = || detail.findings.iter().filter(|other| other.code == finding.code);
            count = same().map(|other| other.count).sum();
            found = same().flat_map(|other| other.places.clone()).collect();
        }
        // Everything here is in this one conversation.
        for place in &mut found {
            (place.line, place.conversation) = (None, None);
        }
        let (glyph, token) = sign(&finding.severity);
        let places = places(&found);
        let gap = if places.is_empty() { "" } else { ": " };
        lines.pair(name, NAMES, &format!("{glyph} {} ×{count}{gap}{places}", finding.code), token);
        if whole {
            lines.pair("", NAMES, &format!("  {}", finding.message), Token::TextMuted);
        }
        name = "";
    }
}

/// The sign and the colour of a severity.
fn sign(severity: &str) -> (&'static str, Token) {
    match severity {
        "critical" => ("✗", Token::StatusFail),
        "warning" => ("!", Token::StatusWarn),
        _ => ("·", Token::TextMuted),
    }
}

/// What was found in a turn stands beside it.
fn found(line: &mut Vec<Piece>, detail: &Detail, number: u32) {
    let mut seen: Vec<&str> = Vec::new();
    for finding in &detail.findings {
        let here = finding.places.iter().any(|place| place.turn == Some(number));
        if here && !seen.contains(&finding.code.as_str()) {
            let (glyph, token) = sign(&finding.severity);
            line.push(piece(format!("  {glyph} {}", finding.code), token));
            seen.push(&finding.code);
        }
    }
}

fn turn(lines: &mut Lines, detail: &Detail, turn: &Turn) {
    let token = match turn.role {
        Role::User => Token::RoleUser,
        Role::Assistant => Token::RoleAssistant,
    };
    let mut line = vec![piece(format!("{} {}", turn.number, turn.role), token)];
    if let Some((emotion, strength)) = &turn.emotion {
        line.push(piece(format!(" · {emotion} {strength:.2}"), Token::TextMuted));
    }
    if let Some(second) = &turn.secondary {
        line.push(piece(format!(", {second}"), Token::TextMuted));
    }
    found(&mut line, detail, turn.number);
    lines.line(line);
    lines.text(&turn.content, 2, Token::TextNormal);
}
