//! What was made or has changed lately.

use crate::model::Model;
use crate::model::overview::Recent;
use crate::text;
use crate::theme::{Theme, Token};
use crate::view::paint::{put, put_toned};
use ratatui::Frame;
use ratatui::layout::Rect;

/// Columns of a name at most.
const NAME: usize = 40;
/// Columns of the kind, the note and the age.
const REST: usize = 7 + 20 + 10;

/// Draws as many of them as there is room for.
pub fn draw(model: &Model, recent: &[Recent], theme: &Theme, frame: &mut Frame, place: Rect) {
    if recent.is_empty() || place.height < 2 {
        return;
    }
    put(frame.buffer_mut(), place, 0, 0, "Lately", theme.style(Token::TextHeading));
    let name = usize::from(place.width).saturating_sub(REST).clamp(8, NAME);
    for (thing, y) in recent.iter().zip(1..place.height) {
        let age = model.now.and_then(|now| (now.wall - thing.at).to_std().ok());
        let age = age.map_or_else(String::new, |age| format!("{} ago", text::age(age)));
        let pieces = [
            (text::pad(thing.kind, 7), Token::TextMuted),
            (text::pad(&text::truncate(&thing.name, name - 2), name), Token::TextNormal),
            (text::pad(&text::truncate(&thing.note, 18), 20), Token::TextMuted),
            (age, Token::TextMuted),
        ];
        put_toned(theme, frame.buffer_mut(), place, y, &pieces);
    }
}
