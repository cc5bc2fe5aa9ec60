//! One conversation: scaffolding, turns to be read, checks, the files that hold it.

use super::table::{enrichment_token, status_token, status_word};
use crate::model::conversations::{DETAIL, DetailPlace, Focus, Msg as Do};
use crate::model::{Area, Measured, Model, Msg, Problem};
use crate::text;
use crate::theme::{Theme, Token};
use crate::view::area;
use crate::view::browse::{cursor, first};
use crate::view::findings::{self, Found};
use crate::view::places::places;
use crate::widgets::{Lines, lines::Piece, piece, put};
use domain::conversation::{ConversationRow, Role, Turn};
use domain::dataset::{Code, Place};
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
            let shown =
                Shown { whole, walk: walk(&state.focus), turn: state.reader.jump.map(|jump| jump.turn) };
            all(&mut lines, detail, current.unwrap_or(&detail.row), shown);
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
    let height = usize::from(inside.height);
    let top = match (&state.focus, &state.reader.jump, &lines.selected) {
        (Focus::Findings(_), ..) => lines.reveal(state.reader.top, height),
        // The turn comes first, with the empty line before it.
        (_, Some(jump), Some(turn)) if jump.first => turn.start.saturating_sub(1),
        _ => state.reader.top,
    };
    let last = lines.draw(frame.buffer_mut(), inside, top, theme);
    let top = top.min(last);
    first(top, measured);
    measured.pane(DETAIL, area(inside));
    // How far it can scroll, as the height of a pane of that name.
    let height = u16::try_from(last).unwrap_or(u16::MAX);
    measured.pane("conversations.detail.length", Area { height, ..Area::default() });
    measured.wheel(
        area(inside),
        Msg::Conversations(Do::ScrollDetail(-3)),
        Msg::Conversations(Do::ScrollDetail(3)),
    );
    if matches!(state.focus, Focus::Detail | Focus::Findings(_)) {
        measured.cursor = Some(cursor(&lines, top, inside));
    }
}

/// How a conversation is shown.
#[derive(Clone, Copy)]
struct Shown {
    /// With every word about it, not only the turns.
    whole: bool,
    /// The findings are walked; the stop under the cursor.
    walk: Option<usize>,
    /// A finding has led to this turn.
    turn: Option<u32>,
}

const fn walk(focus: &Focus) -> Option<usize> {
    match focus {
        Focus::Findings(walk) => Some(walk.at),
        _ => None,
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

fn all(lines: &mut Lines, detail: &Detail, row: &ConversationRow, shown: Shown) {
    head(lines, row, shown.whole);
    let files: Vec<&str> = detail.in_files.iter().map(|(_, name)| name.as_str()).collect();
    let files = if files.is_empty() { "in no training file".to_owned() } else { files.join(", ") };
    lines.pair("in files", NAMES, &files, Token::TextNormal);
    checks(lines, detail, shown);
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
        // While the findings are walked the cursor is there.
        let here = shown.walk.is_none() && shown.turn == Some(said.number);
        turn(lines, said, here, &mut |line| found(line, detail, said.number));
    }
}

/// Every place in a line of its own.
fn walked(lines: &mut Lines, detail: &Detail, at: usize) {
    lines.pair("checks", NAMES, findings::WALKED, Token::TextMuted);
    // Everything here is in this one conversation.
    let places: Vec<Vec<Place>> = (detail.findings.iter())
        .map(|finding| {
            let inside = |place: &Place| Place { conversation: None, ..place.clone() };
            finding.places.iter().map(inside).collect()
        })
        .collect();
    let found = detail.findings.iter().zip(&places).map(|(finding, places)| {
        let (glyph, token) = sign(&finding.severity);
        let line = format!("{glyph} ×{} {}", text::thousands(finding.count), finding.message);
        Found { line, token, count: finding.count, places }
    });
    findings::walked(lines, found, at);
}

fn checks(lines: &mut Lines, detail: &Detail, Shown { whole, walk, .. }: Shown) {
    if detail.findings.is_empty() {
        lines.pair("checks", NAMES, "✓ clean", Token::StatusOk);
        return;
    }
    if let Some(at) = walk {
        return walked(lines, detail, at);
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
            let counts = same().map(|other| other.count);
            // What is longer than one length is counted again for every shorter one.
            let nested = finding.code == Code::OverLength.word();
            count = if nested { counts.max().unwrap_or(0) } else { counts.sum() };
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
    if whole {
        lines.pair("", NAMES, findings::HINT, Token::TextMuted);
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

/// A turn: who speaks, how, what else `found` says of it, and what is said. `here` puts the cursor on it.
pub(in crate::view) fn turn(
    lines: &mut Lines,
    turn: &Turn,
    here: bool,
    found: &mut dyn FnMut(&mut Vec<Piece>),
) {
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
    found(&mut line);
    if here {
        // Set in, so that the bar of the cursor stands before it also where there are no colours.
        line.insert(0, piece("  ", Token::TextNormal));
        lines.select(|lines| lines.line(line));
    } else {
        lines.line(line);
    }
    lines.text(&turn.content, 2, Token::TextNormal);
}
