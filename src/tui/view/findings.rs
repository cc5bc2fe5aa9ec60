//! What a check found: whether it can be trained with, then every kind of finding with its places.

use super::places::places;
use crate::text;
use crate::theme::Token;
use crate::widgets::Lines;
use domain::dataset::{Report, Severity};

/// Adds a report's lines.
pub(super) fn add(lines: &mut Lines, report: &Report) {
    let (glyph, word, token) = if report.ready {
        ("✓", "ready for training", Token::StatusOk)
    } else {
        ("✗", "not ready for training", Token::StatusFail)
    };
    lines.text(
        &format!(
            "{glyph} {word}: {} of {} pairs can be trained",
            text::thousands(report.trainable_pairs),
            text::thousands(report.pairs)
        ),
        2,
        token,
    );
    for finding in &report.findings {
        let (glyph, token) = match finding.severity {
            Severity::Critical => ("✗", Token::StatusFail),
            Severity::Warning => ("!", Token::StatusWarn),
            Severity::Info => ("·", Token::TextMuted),
        };
        lines.text(&format!("{glyph} ×{} {}", text::thousands(finding.count), finding.message), 2, token);
        let places = places(&finding.places);
        if !places.is_empty() {
            lines.text(&places, 4, Token::TextMuted);
        }
    }
}
