//! What a check found: whether it can be trained with, then every kind of finding with its places: the first few of them, or
//! all when they can be walked.

use super::places::{place, places};
use crate::model::walk;
use crate::text;
use crate::theme::Token;
use crate::widgets::Lines;
use domain::dataset::{Place, Report, Severity};

/// How to walk them.
pub(super) const HINT: &str = "w goes through the places";
/// What can be done while they are walked.
pub(super) const WALKED: &str = "enter shows the place, esc goes back";

/// One kind of finding as it is shown.
pub(super) struct Found<'a> {
    /// Sign and sentence.
    pub line: String,
    /// How bad.
    pub token: Token,
    /// How often.
    pub count: u64,
    /// Where, as far as the check has kept it.
    pub places: &'a [Place],
}

/// Adds a report's lines; `at` is the stop under the cursor while they are walked.
pub(super) fn add(lines: &mut Lines, report: &Report, at: Option<usize>) {
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
    let found = report.findings.iter().map(|finding| {
        let (glyph, token) = sign(finding.severity);
        let line = format!("{glyph} ×{} {}", text::thousands(finding.count), finding.message);
        Found { line, token, count: finding.count, places: &finding.places }
    });
    if let Some(at) = at {
        return walked(lines, found, at);
    }
    for found in found {
        lines.text(&found.line, 2, found.token);
        let places = places(found.places);
        if !places.is_empty() {
            lines.text(&places, 4, Token::TextMuted);
        }
    }
    if !report.findings.is_empty() {
        lines.text(HINT, 2, Token::TextMuted);
    }
}

/// The sign and the colour of a severity.
pub(super) const fn sign(severity: Severity) -> (&'static str, Token) {
    match severity {
        Severity::Critical => ("✗", Token::StatusFail),
        Severity::Warning => ("!", Token::StatusWarn),
        Severity::Info => ("·", Token::TextMuted),
    }
}

/// Every place in a line of its own; the one under the cursor is selected.
pub(super) fn walked<'a>(lines: &mut Lines, found: impl Iterator<Item = Found<'a>>, at: usize) {
    let mut stop = 0;
    for (number, found) in found.enumerate() {
        let own = walk::of(number, found.places).next().is_some_and(|stop| stop.place.is_none());
        let selected = own && stop == at;
        write(lines, selected, &found.line, 2, found.token);
        if own {
            stop += 1;
            continue;
        }
        for one in found.places {
            write(lines, stop == at, &place(one), 5, Token::TextNormal);
            stop += 1;
        }
        let kept = found.places.len() as u64;
        if found.count > kept {
            let more = text::thousands(found.count - kept);
            let text = format!("and {more} more; a check names the first {kept} places");
            lines.text(&text, 5, Token::TextMuted);
        }
    }
}

fn write(lines: &mut Lines, selected: bool, text: &str, indent: usize, token: Token) {
    if selected {
        lines.select(|lines| lines.text(text, indent, token));
    } else {
        lines.text(text, indent, token);
    }
}
