//! A picture of a screen as text, for snapshots: the cells, then where which style stands.

use crate::model::{Measured, Model};
use crate::theme::{Depth, Theme};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use std::fmt::Write;

/// Draws a model at this size.
///
/// # Panics
/// Never: the test terminal takes everything.
pub fn draw(model: &Model, theme: &Theme, size: (u16, u16)) -> (Buffer, Measured) {
    let mut terminal = Terminal::new(TestBackend::new(size.0, size.1)).unwrap();
    let mut measured = Measured::default();
    terminal.draw(|frame| measured = super::draw(model, theme, frame)).unwrap();
    (terminal.backend().buffer().clone(), measured)
}

/// Draws a model in the usual theme at this size, which it is told.
///
/// # Panics
/// Never: the theme is built in.
pub fn frame(model: &Model, depth: Depth, size: (u16, u16)) -> Buffer {
    let mut model = model.clone();
    model.shell.size = size;
    draw(&model, &Theme::named("terminal", depth).expect("it is built in"), size).0
}

/// Draws a model at the sizes at which something could break.
pub fn at_odd_sizes(model: &Model) {
    for size in [(1, 1), (2, 9), (20, 5), (40, 10), (41, 11), (60, 12), (79, 10), (100, 13), (300, 11)] {
        drop(frame(model, Depth::None, size));
    }
}

/// Snapshots of a model at three sizes, in colour and without. A macro, so that they are named after the test that takes them.
macro_rules! shots {
    ($name:expr, $model:expr) => {
        shots!($name, $model, $crate::view::shot::frame)
    };
    ($name:expr, $model:expr, $frame:expr) => {
        match ($name, $model) {
            (name, model) => {
                for size in [(80, 24), (120, 40), (200, 60)] {
                    for (depth, word) in
                        [($crate::theme::Depth::Ansi16, "colour"), ($crate::theme::Depth::None, "mono")]
                    {
                        let name = format!("{name}-{}x{}-{word}", size.0, size.1);
                        insta::assert_snapshot!(
                            name,
                            $crate::view::shot::styled(&$frame(model, depth, size))
                        );
                    }
                }
            }
        }
    };
}
pub(crate) use shots;

/// The cells as lines, without blanks at their ends.
pub fn text(buffer: &Buffer) -> String {
    let mut out = String::new();
    for y in 0..buffer.area.height {
        let mut line = String::new();
        let mut skip = 0;
        for x in 0..buffer.area.width {
            let cell = &buffer[(x, y)];
            if skip == 0 {
                line.push_str(cell.symbol());
                skip = crate::text::width(cell.symbol()).saturating_sub(1);
            } else {
                skip -= 1;
            }
        }
        let _ = writeln!(out, "{}", line.trim_end());
    }
    out
}

/// Cells, then one line per row that has a style: `3: 0-9 bold blue, 20-30 reversed`.
pub fn styled(buffer: &Buffer) -> String {
    let mut out = text(buffer);
    out.push_str("--\n");
    for y in 0..buffer.area.height {
        let mut runs: Vec<(u16, u16, String)> = Vec::new();
        for x in 0..buffer.area.width {
            let look = look(&buffer[(x, y)]);
            match runs.last_mut() {
                Some((_, end, last)) if *last == look && *end + 1 == x => *end = x,
                _ => runs.push((x, x, look)),
            }
        }
        let runs: Vec<String> = runs
            .into_iter()
            .filter(|(_, _, look)| !look.is_empty())
            .map(|(from, to, look)| format!("{from}-{to} {look}"))
            .collect();
        if !runs.is_empty() {
            let _ = writeln!(out, "{y}: {}", runs.join(", "));
        }
    }
    out
}

fn look(cell: &Cell) -> String {
    let mut words = Vec::new();
    for (modifier, word) in [
        (Modifier::BOLD, "bold"),
        (Modifier::DIM, "dim"),
        (Modifier::ITALIC, "italic"),
        (Modifier::UNDERLINED, "underlined"),
        (Modifier::REVERSED, "reversed"),
        (Modifier::CROSSED_OUT, "crossed"),
    ] {
        if cell.modifier.contains(modifier) {
            words.push(word.to_owned());
        }
    }
    for (color, sign) in [(cell.fg, ""), (cell.bg, "on ")] {
        if color != Color::Reset {
            words.push(format!("{sign}{color}").to_lowercase());
        }
    }
    words.join(" ")
}
