//! One model: quality and how it was judged, metrics, files with their digests, lineage both ways.

use super::token;
use crate::model::models::{Msg as Do, PANES, State};
use crate::model::{Measured, Msg};
use crate::text;
use crate::theme::{Theme, Token};
use crate::view::browse;
use crate::widgets::Lines;
use domain::hyperparameters::{Field, Hyperparameters};
use domain::model::Model;
use domain::numbers::{UNKNOWN, count, fixed, span};
use domain::series::number;
use ratatui::{Frame, layout::Rect};

/// Columns of the names.
const NAMES: usize = 15;

/// Draws it.
pub(super) fn draw(state: &State, theme: &Theme, frame: &mut Frame, place: Rect, measured: &mut Measured) {
    let (view, wheel) = ((&state.browse, &PANES), |lines| Msg::Models(Do::ScrollDetail(lines)));
    browse::detail(view, (110, wheel), theme, frame, place, measured, |lines| match state.row() {
        None => lines.text("No model under the cursor", 0, Token::TextMuted),
        Some(row) => {
            head(lines, row);
            metrics(lines, row);
            files(lines, row);
            lineage(lines, state, row);
            settings(lines, row);
        }
    });
}

fn head(lines: &mut Lines, model: &Model) {
    lines.text(&format!("{} {}", model.name, model.version), 0, Token::TextHeading);
    if !model.description.is_empty() {
        lines.text(&model.description, 0, Token::TextMuted);
    }
    lines.pair("status", NAMES, &model.status.to_string(), token(model));
    lines.pair("quality", NAMES, &model.quality.words(), Token::TextNormal);
    lines.pair(
        "created",
        NAMES,
        &model.created_at.format("%Y-%m-%d %H:%M UTC").to_string(),
        Token::TextNormal,
    );
    lines.pair("key", NAMES, &model.id.to_string(), Token::TextMuted);
}

fn metrics(lines: &mut Lines, model: &Model) {
    lines.blank();
    lines.heading("Metrics");
    let or = |text: Option<String>| text.unwrap_or_else(|| UNKNOWN.to_owned());
    let (quality, summary) = (&model.quality, &model.summary);
    let mut pair = |name: &str, value: String| lines.pair(name, NAMES, &value, Token::TextNormal);
    pair("eval loss", or(quality.losses.validation.map(number)));
    pair("perplexity", or(quality.perplexity.map(|p| fixed(p, 2))));
    let fell =
        quality.reduction_percent.map_or_else(String::new, |percent| format!(" (fell by {percent:.0} %)"));
    let first = quality.losses.first.map_or_else(String::new, |first| format!("{} → ", number(first)));
    pair("loss", or(quality.losses.last.map(|last| format!("{first}{}{fell}", number(last)))));
    let epochs = summary.epochs.map_or_else(String::new, |epochs| format!(", {epochs:.1} epochs"));
    pair("steps", or(summary.steps.map(|steps| format!("{}{epochs}", text::thousands(steps)))));
    let cut = summary
        .truncated
        .filter(|cut| *cut > 0)
        .map_or_else(String::new, |cut| format!(", {} cut", text::thousands(cut)));
    pair("examples", or(summary.examples.map(|n| format!("{}{cut}", text::thousands(n)))));
    let on = summary.device.as_ref().map_or_else(String::new, |device| format!(" on {device}"));
    pair("trained for", or(summary.training_seconds.map(|s| format!("{}{on}", span(count(s))))));
    let estimated = summary.estimated_cost.map_or_else(String::new, |range| format!(", estimated {range}"));
    pair("cost", or(summary.cost.map(|cost| format!("{cost}{estimated}"))));
}

fn files(lines: &mut Lines, model: &Model) {
    lines.blank();
    lines.heading(&format!("Files, {}", text::bytes(model.bytes())));
    for file in &model.files {
        lines.text(&format!("{}  {}", file.path, text::bytes(file.bytes)), 2, Token::TextNormal);
        lines.text(&format!("sha256 {}", file.sha256), 4, Token::TextMuted);
    }
    lines.text("o brings them here and holds each to its digest", 2, Token::TextMuted);
}

/// Where it came from, then what else was made of the same dataset.
fn lineage(lines: &mut Lines, state: &State, model: &Model) {
    lines.blank();
    lines.heading("Lineage");
    let lineage = &model.lineage;
    let detail = state.detail.as_ref().filter(|detail| detail.model.id == model.id);
    let gone = if detail.is_some_and(|detail| !detail.dataset_is_there) { " (it is gone)" } else { "" };
    let mut pair = |name: &str, value: &str| lines.pair(name, NAMES, value, Token::TextNormal);
    pair("dataset", &format!("{}{gone}", lineage.dataset_name));
    if let Some(sha256) = &lineage.dataset_sha256 {
        pair("its sha256", sha256);
    }
    pair("base model", lineage.base_model.as_deref().unwrap_or(UNKNOWN));
    pair("preset", &lineage.preset_id);
    pair("run", &format!("{}  (w watches it)", lineage.job_name));
    let versions = state.versions();
    let others: Vec<_> = versions.iter().filter(|other| other.id != model.id).collect();
    lines.blank();
    lines.heading("Other models of this dataset");
    if others.is_empty() {
        lines.text("None.", 2, Token::TextMuted);
    }
    for other in &others {
        let eval = other.quality.losses.validation.map_or_else(|| UNKNOWN.to_owned(), number);
        lines.text(
            &format!("{} {}  eval loss {eval}  {}", other.name, other.version, other.status),
            2,
            Token::TextNormal,
        );
    }
    if !others.is_empty() {
        lines.text("v compares them side by side", 2, Token::TextMuted);
    }
}

fn settings(lines: &mut Lines, model: &Model) {
    lines.blank();
    lines.heading("Settings");
    let values = Hyperparameters::from_row(&model.lineage.hyperparameters).values;
    for field in Field::ALL {
        lines.pair(&field.to_string(), 28, &values.text(*field), Token::TextNormal);
    }
}
