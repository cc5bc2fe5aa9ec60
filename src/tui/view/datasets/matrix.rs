//! Persona × arc as a table of conversations: arcs downwards, personas across, as many as fit.

use crate::text::{self, Align};
use crate::theme::Token;
use crate::widgets::{Lines, piece};
use domain::dataset::statistics::Facts;

/// Columns of a persona at least.
const NARROW: usize = 6;
/// And at most.
const WIDE: usize = 20;
/// So many arcs are shown.
const ARCS: usize = 24;

/// Adds the table.
pub(super) fn add(lines: &mut Lines, facts: &Facts) {
    let (personas, arcs, counts) = facts.matrix();
    lines.blank();
    lines.heading("Conversations by persona and arc");
    let named = |key: &str| if key.is_empty() { "–".to_owned() } else { key.to_owned() };
    let widest = arcs.iter().map(|arc| text::width(arc)).max().unwrap_or(1).clamp(5, 30);
    let label = widest.min(lines.width / 2);
    let room = lines.width.saturating_sub(label + 2 + NARROW + 1);
    let shown = personas.len().min((room / (NARROW + 1)).max(1));
    let wide = (room / shown.max(1)).saturating_sub(1).clamp(NARROW, WIDE);
    let cell = |text: &str| format!(" {}", text::fit(text, wide, Align::Right));
    let sum = |text: &str| format!(" {}", text::fit(text, NARROW, Align::Right));
    let mut head = vec![piece(text::pad("", label + 2), Token::TextMuted)];
    head.extend(personas.iter().take(shown).map(|key| piece(cell(&named(key)), Token::TextMuted)));
    head.push(piece(sum("all"), Token::TextMuted));
    lines.line(head);
    for (column, arc) in arcs.iter().enumerate().take(ARCS) {
        let mut line =
            vec![piece(format!("  {}", text::fit(&named(arc), label, Align::Left)), Token::TextNormal)];
        for row in counts.iter().take(shown) {
            line.push(match row[column] {
                0 => piece(cell("·"), Token::TextMuted),
                n => piece(cell(&text::thousands(n)), Token::TextStrong),
            });
        }
        let all: u64 = counts.iter().map(|row| row[column]).sum();
        line.push(piece(sum(&text::thousands(all)), Token::TextNormal));
        lines.line(line);
    }
    for (left, what) in [(arcs.len().saturating_sub(ARCS), "arc"), (personas.len() - shown, "persona")] {
        if left > 0 {
            lines.text(&format!("and {} more", text::many(left as u64, what)), 2, Token::TextMuted);
        }
    }
}
