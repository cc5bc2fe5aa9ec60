//! A terminal's screen as an SVG picture.

use std::fmt::Write as _;
use vt100::{Color, Screen};

const WIDE: f64 = 8.4;
const HIGH: f64 = 18.0;
const INK: &str = "#d8dee4";
const PAPER: &str = "#111827";
/// The sixteen colours of a usual dark terminal.
const SIXTEEN: [&str; 16] = [
    "#1f2937", "#ef4444", "#10b981", "#f59e0b", "#60a5fa", "#c084fc", "#22d3ee", "#d8dee4", "#6b7280",
    "#f87171", "#34d399", "#fbbf24", "#93c5fd", "#d8b4fe", "#67e8f9", "#ffffff",
];

fn colour(colour: Color, otherwise: &str) -> String {
    match colour {
        Color::Default => otherwise.to_owned(),
        Color::Rgb(r, g, b) => format!("#{r:02x}{g:02x}{b:02x}"),
        Color::Idx(n @ 0..16) => SIXTEEN[usize::from(n)].to_owned(),
        Color::Idx(n @ 232..) => {
            let grey = 8 + 10 * (n - 232);
            format!("#{grey:02x}{grey:02x}{grey:02x}")
        }
        Color::Idx(n) => {
            let level = |part: u8| if part == 0 { 0 } else { 55 + 40 * part };
            let n = n - 16;
            format!("#{:02x}{:02x}{:02x}", level(n / 36), level(n / 6 % 6), level(n % 6))
        }
    }
}

/// What two neighbouring cells must share to be drawn as one piece of text.
#[derive(PartialEq)]
struct Look {
    ink: String,
    paper: String,
    bold: bool,
    dim: bool,
}

/// Draws the whole screen.
pub fn svg(screen: &Screen) -> String {
    let (rows, columns) = screen.size();
    let (rows, columns) = (rows.get(), columns.get());
    let (width, height) = (f64::from(columns) * WIDE + 16.0, f64::from(rows) * HIGH + 16.0);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" font-family=\"'DejaVu Sans Mono', ui-monospace, Menlo, monospace\" font-size=\"14\">\n<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{PAPER}\"/>\n"
    );
    for row in 0..rows {
        let mut column = 0;
        while column < columns {
            let begin = column;
            let look = look(screen, row, column);
            let mut text = String::new();
            while column < columns && self::look(screen, row, column) == look {
                let cell = screen.cell(row, column).expect("a cell");
                text.push_str(if cell.contents().is_empty() { " " } else { cell.contents() });
                column += 1;
            }
            piece(&mut out, row, begin, column, &look, &text);
        }
    }
    out.push_str("</svg>\n");
    out
}

fn look(screen: &Screen, row: u16, column: u16) -> Look {
    let cell = screen.cell(row, column).expect("a cell");
    let (ink, paper) = (colour(cell.fgcolor(), INK), colour(cell.bgcolor(), PAPER));
    let (ink, paper) = if cell.inverse() { (paper, ink) } else { (ink, paper) };
    Look { ink, paper, bold: cell.bold(), dim: cell.dim() }
}

fn piece(out: &mut String, row: u16, begin: u16, end: u16, look: &Look, text: &str) {
    let (x, y) = (f64::from(begin) * WIDE + 8.0, f64::from(row) * HIGH + 8.0);
    let wide = f64::from(end - begin) * WIDE;
    if look.paper != PAPER {
        let _ = writeln!(
            out,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{wide:.1}\" height=\"{HIGH}\" fill=\"{}\"/>",
            look.paper
        );
    }
    if text.trim().is_empty() {
        return;
    }
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let weight = if look.bold { " font-weight=\"bold\"" } else { "" };
    let shade = if look.dim { " opacity=\"0.65\"" } else { "" };
    let _ = writeln!(
        out,
        "<text x=\"{x:.1}\" y=\"{:.1}\" textLength=\"{wide:.1}\" lengthAdjust=\"spacingAndGlyphs\" xml:space=\"preserve\" fill=\"{}\"{weight}{shade}>{escaped}</text>",
        y + 13.5,
        look.ink
    );
}
