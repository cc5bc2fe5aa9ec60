//! One dataset: what it holds, whether it can be trained with and what to do about it, how it is distributed, what the check
//! found, which runs there were.

use super::{look, matrix, tokens};
use crate::model::datasets::{Msg as Do, PANES, State};
use crate::model::{Measured, Msg};
use crate::text::{self, Align};
use crate::theme::{Theme, Token};
use crate::view::{browse, findings};
use crate::widgets::{Lines, bars, piece};
use domain::dataset::DatasetRow;
use domain::dataset::readiness::{Mark, Readiness};
use domain::dataset::statistics::Facts;
use domain::numbers::{fixed, percent};
use engine::datasets::DatasetDetail;
use ratatui::{Frame, layout::Rect};

/// Columns of the names.
const NAMES: usize = 15;

/// Draws it.
pub(super) fn draw(state: &State, theme: &Theme, frame: &mut Frame, place: Rect, measured: &mut Measured) {
    let (view, wheel) = ((&state.browse, &PANES), |lines| Msg::Datasets(Do::ScrollDetail(lines)));
    browse::detail(view, (100, wheel), theme, frame, place, measured, |lines| match state.row() {
        None => lines.text("No dataset under the cursor", 0, Token::TextMuted),
        Some(row) => one(lines, state, row),
    });
}

fn one(lines: &mut Lines, state: &State, row: &DatasetRow) {
    lines.text(&row.name, 0, Token::TextHeading);
    if let Some(description) = row.description.as_ref().filter(|text| !text.is_empty()) {
        lines.text(description, 0, Token::TextMuted);
    }
    let Some(detail) = state.detail.as_ref().filter(|detail| detail.dataset.id == row.id) else {
        lines.text("Reading …", 0, Token::TextMuted);
        return;
    };
    let Some(facts) = &detail.facts else {
        head(lines, detail);
        lines.blank();
        lines.text("It was never checked by brightrun; c reads and checks it.", 0, Token::StatusWarn);
        runs(lines, detail);
        return;
    };
    checklist(lines, detail.readiness.as_ref());
    lines.blank();
    head(lines, detail);
    counts(lines, row, facts);
    lengths(lines, facts);
    if facts.cells.iter().any(|cell| !cell.persona.is_empty() || !cell.arc.is_empty()) {
        matrix::add(lines, facts);
        lines.blank();
        lines.heading("Topics");
        let topics: Vec<(String, u64)> =
            facts.axis(|cell| &cell.topic).into_iter().map(|(key, n)| (key.to_owned(), n)).collect();
        bars::add(lines, &topics, 8);
    }
    if let Some(report) = &row.report {
        lines.blank();
        lines.heading("Findings");
        findings::add(lines, report, state.browse.walk.map(|walk| walk.at));
    }
    runs(lines, detail);
}

/// The checklist: what is not in order first, with what to do.
fn checklist(lines: &mut Lines, readiness: Option<&Readiness>) {
    let Some(readiness) = readiness else { return };
    let (glyph, token) = look(readiness.verdict);
    lines.text(&format!("{glyph} {}", readiness.verdict.words()), 0, token);
    let mut items: Vec<_> = readiness.items.iter().collect();
    items.sort_by_key(|item| std::cmp::Reverse(item.mark));
    for item in items {
        let (glyph, token) = match item.mark {
            Mark::Pass => ("✓", Token::StatusOk),
            Mark::Info => ("·", Token::TextMuted),
            Mark::Warn => ("!", Token::StatusWarn),
            Mark::Block => ("✗", Token::StatusFail),
        };
        let found = text::wrap(&item.found, lines.width.saturating_sub(4));
        for (index, line) in found.into_iter().enumerate() {
            let mark = if index == 0 { glyph } else { " " };
            lines.line(vec![piece(format!("  {mark} "), token), piece(line, Token::TextNormal)]);
        }
        if !item.next.is_empty() {
            lines.text(&format!("{} {}", item.why, item.next), 4, Token::TextMuted);
        }
    }
}

fn head(lines: &mut Lines, detail: &DatasetDetail) {
    let row = &detail.dataset;
    let mut pair = |name: &str, value: &str| lines.pair(name, NAMES, value, Token::TextNormal);
    pair("state", &row.state());
    pair("format", &row.format);
    pair("file", &format!("{}, {}", row.file_name, text::bytes(row.file_size)));
    if let Some(name) = &detail.training_file {
        pair("training file", name);
    }
    if let Some(sha256) = row.sha256.as_ref().filter(|digest| !digest.is_empty()) {
        pair("sha256", sha256);
    }
    pair("created", &row.created.format("%Y-%m-%d %H:%M UTC").to_string());
    let checked = row.validated.map_or("–".to_owned(), |at| at.format("%Y-%m-%d %H:%M UTC").to_string());
    pair("checked", &checked);
}

fn counts(lines: &mut Lines, row: &DatasetRow, facts: &Facts) {
    lines.blank();
    lines.heading("Statistics");
    let mut pair = |name: &str, value: &str| lines.pair(name, NAMES, value, Token::TextNormal);
    let number = |n: Option<u32>| n.map_or("–".to_owned(), |n| text::thousands(u64::from(n)));
    pair("conversations", &text::thousands(facts.conversations));
    pair("pairs", &text::thousands(facts.pairs));
    pair("trainable", &text::thousands(facts.examples));
    let turns = facts.turns_per_conversation().map_or("–".to_owned(), |turns| fixed(turns, 1));
    pair("turns", &format!("{turns} per conversation"));
    let how = if facts.tokens.exact { "" } else { " (an estimate; T counts them)" };
    pair("tokens", &format!("{}, {}{how}", tokens(row), facts.tokens.method));
    let mean = facts.tokens.mean.map_or("–".to_owned(), |mean| fixed(mean, 0));
    let (median, p95, max) =
        (number(facts.tokens.median), number(facts.tokens.p95), number(facts.tokens.max));
    pair("per example", &format!("mean {mean}, median {median}, 95 % up to {p95}, longest {max}"));
    let quality = facts.scores.mean().map_or("no scores".to_owned(), |mean| {
        let measured = if facts.scores.is_measured() { "" } else { " (all equal: not measured)" };
        format!("{} of 5{measured}", fixed(mean, 2))
    });
    pair("quality", &quality);
    pair("reviewed", &percent(facts.reviewed_share(), 0));
}

/// How much is cut off at each length.
fn lengths(lines: &mut Lines, facts: &Facts) {
    if facts.examples == 0 {
        return;
    }
    lines.blank();
    lines.heading("Cut off at a sequence length of");
    let room = lines.width.saturating_sub(38).min(30);
    for (length, over) in &facts.tokens.over {
        let share = facts.truncated(*length);
        let token = match share {
            s if s <= 0.0 => Token::StatusOk,
            s if s <= 0.05 => Token::TextNormal,
            _ => Token::StatusWarn,
        };
        let filled = usize::try_from(u128::from(*over) * room as u128 / u128::from(facts.examples));
        let length = text::fit(&text::thousands(u64::from(*length)), 7, Align::Right);
        let over = text::fit(&text::thousands(*over), 7, Align::Right);
        let percent = text::fit(&percent(share, 1), 8, Align::Right);
        lines.line(vec![
            piece(format!("  {length} "), Token::TextNormal),
            piece(format!("{over} {percent} "), token),
            piece("█".repeat(filled.unwrap_or(room)), Token::ChartBand),
        ]);
    }
}

/// The runs over it, each with what came of it.
fn runs(lines: &mut Lines, detail: &DatasetDetail) {
    lines.blank();
    lines.heading("Runs");
    if detail.made.is_empty() {
        lines.text("none yet; t trains with it", 2, Token::TextMuted);
    }
    for made in &detail.made {
        let model = if made.model.is_some() { ", a model came of it" } else { "" };
        lines.text(&format!("{}: {}{model}", made.name, made.status), 2, Token::TextNormal);
    }
}
