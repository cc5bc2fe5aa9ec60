//! Questions: yes or no, and a line of text.

use super::super::paint::{area as cells, input, overlay, put, put_toned};
use crate::model::shell::Msg as Do;
use crate::model::{Confirm, Measured, Msg, Nav, Prompt};
use crate::text;
use crate::theme::{Theme, Token};
use ratatui::Frame;
use ratatui::layout::Rect;

/// A question that is answered by yes or no.
pub fn confirm(confirm: &Confirm, theme: &Theme, frame: &mut Frame, whole: Rect) -> Measured {
    let mut measured = Measured::default();
    let columns = usize::from(whole.width.saturating_sub(8).min(64));
    let body: Vec<String> = confirm.body.iter().flat_map(|line| text::wrap(line, columns)).collect();
    let typed = 2 * u16::from(confirm.word.is_some());
    let height = u16::try_from(body.len()).unwrap_or(u16::MAX).saturating_add(4 + typed);
    let inside =
        overlay(theme, frame, whole, (u16::try_from(columns).unwrap_or(64) + 4, height), &confirm.title);
    let mut y = 0;
    for line in &body {
        put(frame.buffer_mut(), inside, 0, y, line, theme.style(Token::TextNormal));
        y += 1;
    }
    if let Some(word) = &confirm.word {
        let label = format!("Type {word}: ");
        let x = put(frame.buffer_mut(), inside, 0, y, &label, theme.style(Token::TextMuted));
        let line =
            Rect { x: inside.x + x, y: inside.y + y, width: inside.width.saturating_sub(x), height: 1 };
        measured.cursor = input(&confirm.field, "", confirm.ready(), theme, frame, line);
        y += 2;
    }
    let y = (y + 1).min(inside.height.saturating_sub(1));
    let token = if confirm.danger { Token::StatusFail } else { Token::StatusOk };
    let buttons = [
        (format!("[ {} ]", confirm.verb), token, Msg::Shell(Do::Yes)),
        ("[ No ]".to_owned(), Token::TextNormal, Msg::Nav(Nav::Close)),
    ];
    let mut x = 0;
    for (label, token, msg) in buttons {
        let start = x;
        x = put(frame.buffer_mut(), inside, x, y, &label, theme.style(token));
        measured
            .click(cells(Rect { x: inside.x + start, y: inside.y + y, width: x - start, height: 1 }), msg);
        x += 2;
    }
    measured
}

/// A line of text is wanted.
pub fn prompt(prompt: &Prompt, theme: &Theme, frame: &mut Frame, whole: Rect) -> Measured {
    let inside = overlay(theme, frame, whole, (whole.width.saturating_sub(4).min(84), 6), &prompt.title);
    let line = Rect { height: 1, ..inside };
    let cursor = input(&prompt.field, "", prompt.problem.is_none(), theme, frame, line);
    let below = prompt
        .problem
        .as_deref()
        .map_or((prompt.hint.as_str(), Token::TextPlaceholder), |why| (why, Token::FieldInvalid));
    for (line, y) in text::wrap(below.0, usize::from(inside.width)).iter().zip(1..3) {
        put(frame.buffer_mut(), inside, 0, y, line, theme.style(below.1));
    }
    let keys = [
        ("enter", Token::KeyCap),
        (" take it   ", Token::KeyHint),
        ("esc", Token::KeyCap),
        (" close", Token::KeyHint),
    ];
    put_toned(theme, frame.buffer_mut(), inside, 3, &keys);
    Measured { cursor, ..Measured::default() }
}
