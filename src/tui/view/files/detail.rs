//! One training file: what it is, how it is distributed, what the check found, who is in it.

use super::quality;
use crate::model::files::{Msg as Do, PANES, State};
use crate::model::{Measured, Msg};
use crate::text;
use crate::theme::{Theme, Token};
use crate::view::{browse, findings};
use crate::widgets::{Lines, bars, piece};
use domain::training_file::TrainingFileRow;
use engine::check::FileReport;
use ratatui::{Frame, layout::Rect};

/// Columns of the names.
const NAMES: usize = 13;

/// Draws it.
pub(super) fn draw(state: &State, theme: &Theme, frame: &mut Frame, place: Rect, measured: &mut Measured) {
    let (view, wheel) = ((&state.browse, &PANES), |lines| Msg::Files(Do::ScrollDetail(lines)));
    browse::detail(view, (100, wheel), theme, frame, place, measured, |lines| match state.row() {
        None => lines.text("No training file under the cursor", 0, Token::TextMuted),
        Some(row) => {
            head(lines, row);
            checks(lines, state, &row.name);
            distribution(lines, row);
            members(lines, state, row);
        }
    });
}

fn head(lines: &mut Lines, row: &TrainingFileRow) {
    lines.text(&row.name, 0, Token::TextHeading);
    if let Some(description) = row.description.as_ref().filter(|text| !text.is_empty()) {
        lines.text(description, 0, Token::TextMuted);
    }
    let what = format!(
        "{}, {}",
        text::many(u64::from(row.conversations), "conversation"),
        text::many(u64::from(row.pairs), "pair")
    );
    lines.pair("holds", NAMES, &what, Token::TextNormal);
    let size = |size: Option<u64>| size.map_or("–".to_owned(), text::bytes);
    lines.pair("JSON", NAMES, &format!("{}  {}", size(row.json_size), row.json_path), Token::TextNormal);
    lines.pair("JSONL", NAMES, &format!("{}  {}", size(row.jsonl_size), row.jsonl_path), Token::TextNormal);
    let measured = quality(&row.quality);
    let measured =
        if measured == "–" { "– (not measured: all scores are equal)".to_owned() } else { measured };
    lines.pair("quality", NAMES, &measured, Token::TextNormal);
    lines.pair("status", NAMES, row.status.word(), Token::TextNormal);
    lines.pair("created", NAMES, &row.created.format("%Y-%m-%d %H:%M UTC").to_string(), Token::TextNormal);
    lines.pair("updated", NAMES, &row.updated.format("%Y-%m-%d %H:%M UTC").to_string(), Token::TextNormal);
}

fn checks(lines: &mut Lines, state: &State, name: &str) {
    lines.blank();
    lines.heading("Checks");
    let Some(report) = state.report.as_ref().filter(|report| report.name == name) else {
        lines.text("c checks the whole file", 2, Token::TextMuted);
        return;
    };
    let report = match &report.result {
        Ok(report) => report.as_ref(),
        Err(problem) => {
            lines.text(&problem.full(), 2, Token::StatusFail);
            return;
        }
    };
    match report {
        FileReport::Failed { error, .. } => lines.text(&text::sentence(error), 2, Token::StatusFail),
        FileReport::Checked(report) => findings::add(lines, report, state.browse.walk.map(|walk| walk.at)),
    }
}

fn distribution(lines: &mut Lines, row: &TrainingFileRow) {
    for (title, counts) in [
        ("Personas", &row.distribution.personas),
        ("Arcs", &row.distribution.emotional_arcs),
        ("Topics", &row.distribution.training_topics),
    ] {
        lines.blank();
        lines.heading(title);
        let counts: Vec<(String, u64)> =
            counts.iter().map(|(key, n)| (key.clone(), n.as_u64().unwrap_or(0))).collect();
        bars::add(lines, &counts, 8);
    }
}

fn members(lines: &mut Lines, state: &State, row: &TrainingFileRow) {
    lines.blank();
    lines.heading("Conversations");
    let Some(detail) = state.detail.as_ref().filter(|detail| detail.file.id == row.id) else {
        lines.text("Reading …", 2, Token::TextMuted);
        return;
    };
    for member in &state.members {
        let title = text::fit(&member.title, lines.width.saturating_sub(22), text::Align::Left);
        lines.line(vec![
            piece(format!("  {} ", member.id.short()), Token::TextMuted),
            piece(title, Token::TextNormal),
            piece(format!(" {:>3} turns", member.turns), Token::TextMuted),
        ]);
    }
    let left = detail.members.len().saturating_sub(state.members.len());
    if left > 0 {
        lines.text(&format!("and {} more", text::thousands(left as u64)), 2, Token::TextMuted);
    }
}
