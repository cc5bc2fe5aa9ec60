//! A distribution: a bar, a number and a share per name.

use super::{Lines, piece};
use crate::text::{self, Align};
use crate::theme::Token;

/// Adds a line per name, the largest first, at most `most` of them; the rest is summed up.
pub fn add(lines: &mut Lines, counts: &[(String, u64)], most: usize) {
    let total: u64 = counts.iter().map(|(_, n)| n).sum();
    if total == 0 {
        lines.text("nothing known", 2, Token::TextMuted);
        return;
    }
    let mut sorted: Vec<&(String, u64)> = counts.iter().collect();
    sorted.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let shown = &sorted[..sorted.len().min(most)];
    let widest = shown.iter().map(|(name, _)| text::width(name)).max().unwrap_or(0).min(lines.width / 2);
    let room = lines.width.saturating_sub(widest + 18).min(30);
    let largest = shown.first().map_or(1, |(_, n)| *n).max(1);
    for (name, count) in shown {
        let share = usize::try_from(u128::from(*count) * 100 / u128::from(total)).unwrap_or(100);
        let filled = u128::from(*count) * room as u128 / u128::from(largest);
        let filled = usize::try_from(filled).unwrap_or(room).max(usize::from(room > 0));
        lines.line(vec![
            piece(format!("  {} ", text::fit(name, widest, Align::Left)), Token::TextNormal),
            piece(
                format!("{} {share:>3} % ", text::fit(&text::thousands(*count), 7, Align::Right)),
                Token::TextNormal,
            ),
            piece("█".repeat(filled), Token::ChartBand),
        ]);
    }
    if sorted.len() > most {
        let rest: u64 = sorted[most..].iter().map(|(_, n)| n).sum();
        let note = format!("and {} more with {} in all", sorted.len() - most, text::thousands(rest));
        lines.text(&note, 2, Token::TextMuted);
    }
}
