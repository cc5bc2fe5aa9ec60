//! Changed cells as few bytes. Over SSH every byte of a frame is waited for, so moves are the shortest that say the place, what
//! a colour or attribute changes goes out as one code, and long blanks are erased instead of written.

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};
use std::io::{self, Write};

/// Blanks that stand alone are erased from this many on: erasing and the move behind it cost about ten bytes.
const ERASED: usize = 12;

/// As many cells that did not change are written again rather than passed over: a move costs four to six bytes.
const BRIDGED: u16 = 4;

/// What the terminal shows, as far as it was drawn since the screen was cleared.
#[derive(Debug, Default)]
pub(super) struct Shown {
    width: u16,
    cells: Vec<Option<Cell>>,
}

impl Shown {
    /// Nothing is known.
    pub(super) fn forget(&mut self) {
        self.cells.clear();
    }

    fn place(&self, (x, y): (u16, u16)) -> usize {
        usize::from(y) * usize::from(self.width) + usize::from(x)
    }

    fn get(&self, at: (u16, u16)) -> Option<&Cell> {
        self.cells.get(self.place(at)).and_then(Option::as_ref)
    }

    fn set(&mut self, at: (u16, u16), cell: &Cell) {
        let place = self.place(at);
        if self.cells.len() <= place {
            self.cells.resize(place + 1, None);
        }
        self.cells[place] = Some(cell.clone());
    }

    /// What stands between two places of a row, if writing it again is the shorter way and needs no other ink.
    fn bridge(&self, from: Option<(u16, u16)>, to: (u16, u16), pen: &Pen) -> Option<String> {
        let (x, row) = from.filter(|(x, row)| *row == to.1 && *x < to.0 && to.0 - x <= BRIDGED)?;
        (x..to.0)
            .map(|x| {
                let cell = self.get((x, row))?;
                let same = if is_blank(cell) { pen.leaves(cell.bg) } else { *pen == Pen::of(cell) };
                (same && cell.symbol().len() == 1).then(|| cell.symbol())
            })
            .collect()
    }
}

/// Draws cells, in the order of rows and columns, on a terminal of this width, and leaves it without colours and attributes.
///
/// # Errors
///
/// What the writer answers.
pub(super) fn paint<'a>(
    cells: impl Iterator<Item = (u16, u16, &'a Cell)>,
    width: u16,
    shown: &mut Shown,
    out: &mut impl Write,
) -> io::Result<()> {
    if shown.width != width {
        *shown = Shown { width, cells: Vec::new() };
    }
    let cells: Vec<_> = cells.collect();
    let mut pen = Pen::default();
    let mut at = None;
    let mut rest = cells.as_slice();
    while let [(x, y, cell), ..] = rest {
        if at != Some((*x, *y)) {
            match shown.bridge(at, (*x, *y), &pen) {
                Some(text) => out.write_all(text.as_bytes())?,
                None => go(at, (*x, *y), out)?,
            }
        }
        pen.take(Pen::of(cell), is_blank(cell), out)?;
        let run = blanks(rest);
        // With a background the terminal may erase to its own; what follows at once would need no move.
        let alone = rest.get(run).is_none_or(|(next, row, _)| (*next, *row) != (*x + shift(run), *y));
        if run >= ERASED && cell.bg == Color::Reset && alone {
            write!(out, "\x1b[{run}X")?;
            at = Some((*x, *y));
            rest = &rest[run..];
        } else {
            let symbol = cell.symbol();
            out.write_all(symbol.as_bytes())?;
            // Terminals do not agree on the width of everything, so the next move names its place.
            at = (symbol.len() == 1 || one_wide(symbol)).then_some((*x + 1, *y));
            rest = &rest[1..];
        }
    }
    for (x, y, cell) in cells {
        shown.set((x, y), cell);
    }
    pen.take(Pen::default(), false, out)
}

fn shift(cells: usize) -> u16 {
    u16::try_from(cells).unwrap_or(u16::MAX)
}

fn one_wide(symbol: &str) -> bool {
    unicode_width::UnicodeWidthStr::width(symbol) == 1
}

/// Moves to a place. From another column of the row only the column is named, and the start of the next row is a line end.
fn go(from: Option<(u16, u16)>, (x, y): (u16, u16), out: &mut impl Write) -> io::Result<()> {
    match from {
        Some((_, row)) if row == y => write!(out, "\x1b[{}G", x + 1),
        Some((_, row)) if row + 1 == y && x == 0 => out.write_all(b"\r\n"),
        Some((_, row)) if row + 1 == y => write!(out, "\r\n\x1b[{x}C"),
        _ => write!(out, "\x1b[{};{}H", y + 1, x + 1),
    }
}

/// What is seen on a blank, too.
const INKED: Modifier = Modifier::REVERSED.union(Modifier::UNDERLINED).union(Modifier::CROSSED_OUT);

/// Whether nothing but the background of this cell is seen.
fn is_blank(cell: &Cell) -> bool {
    cell.symbol() == " " && !cell.modifier.intersects(INKED)
}

/// How many cells at the start are neighbours, blank, and of one background.
fn blanks(cells: &[(u16, u16, &Cell)]) -> usize {
    let Some((x, y, first)) = cells.first() else { return 0 };
    let same = |(n, (column, row, cell)): &(usize, &(u16, u16, &Cell))| {
        is_blank(cell) && cell.bg == first.bg && (*column, *row) == (*x + shift(*n), *y)
    };
    cells.iter().enumerate().take_while(same).count()
}

/// Colours and attributes as the terminal has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Pen {
    fg: Color,
    bg: Color,
    underline: Color,
    modifier: Modifier,
}

impl Default for Pen {
    fn default() -> Self {
        Self { fg: Color::Reset, bg: Color::Reset, underline: Color::Reset, modifier: Modifier::empty() }
    }
}

impl Pen {
    fn of(cell: &Cell) -> Self {
        Self { fg: cell.fg, bg: cell.bg, underline: cell.underline_color, modifier: cell.modifier }
    }

    /// Whether a blank written now shows nothing but this background.
    fn leaves(&self, bg: Color) -> bool {
        self.bg == bg && !self.modifier.intersects(INKED)
    }

    /// Changes to what a cell wants, the shorter way: by what differs, or from nothing. For a blank only the background counts.
    fn take(&mut self, mut wanted: Self, blank: bool, out: &mut impl Write) -> io::Result<()> {
        if blank {
            let mut kept = *self;
            kept.modifier.remove(INKED);
            wanted = Self { bg: wanted.bg, ..kept };
        }
        if *self == wanted {
            return Ok(());
        }
        let step = self.codes(wanted);
        let mut anew = Self::default().codes(wanted);
        // No number is zero: all off.
        anew.insert_str(0, if anew.is_empty() { "" } else { ";" });
        *self = wanted;
        write!(out, "\x1b[{}m", if step.len() <= anew.len() { step } else { anew })
    }

    /// What leads from here to there, with `;` between.
    fn codes(self, to: Self) -> String {
        let mut codes = Vec::new();
        let gone = self.modifier - to.modifier;
        let mut held = self.modifier;
        for (flags, off) in OFF {
            if gone.intersects(*flags) {
                held.remove(*flags);
                codes.push((*off).to_owned());
            }
        }
        for (flag, on) in ON {
            if (to.modifier - held).contains(*flag) {
                codes.push((*on).to_owned());
            }
        }
        if self.fg != to.fg {
            codes.push(colour(to.fg, 30));
        }
        if self.bg != to.bg {
            codes.push(colour(to.bg, 40));
        }
        if self.underline != to.underline {
            codes.push(colour(to.underline, 50));
        }
        codes.join(";")
    }
}

/// What ends attributes; bold and dim end together.
const OFF: &[(Modifier, &str)] = &[
    (Modifier::BOLD.union(Modifier::DIM), "22"),
    (Modifier::ITALIC, "23"),
    (Modifier::UNDERLINED, "24"),
    (Modifier::SLOW_BLINK.union(Modifier::RAPID_BLINK), "25"),
    (Modifier::REVERSED, "27"),
    (Modifier::HIDDEN, "28"),
    (Modifier::CROSSED_OUT, "29"),
];

/// What begins them.
const ON: &[(Modifier, &str)] = &[
    (Modifier::BOLD, "1"),
    (Modifier::DIM, "2"),
    (Modifier::ITALIC, "3"),
    (Modifier::UNDERLINED, "4"),
    (Modifier::SLOW_BLINK, "5"),
    (Modifier::RAPID_BLINK, "6"),
    (Modifier::REVERSED, "7"),
    (Modifier::HIDDEN, "8"),
    (Modifier::CROSSED_OUT, "9"),
];

/// The code of a colour; `base` is 30 for the text, 40 for the background, 50 for the underline, which has no short ones.
fn colour(colour: Color, base: u8) -> String {
    let named = match colour {
        Color::Reset => return (base + 9).to_string(),
        Color::Rgb(r, g, b) => return format!("{};2;{r};{g};{b}", base + 8),
        Color::Indexed(n) => n,
        Color::Black => 0,
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::Gray => 7,
        Color::DarkGray => 8,
        Color::LightRed => 9,
        Color::LightGreen => 10,
        Color::LightYellow => 11,
        Color::LightBlue => 12,
        Color::LightMagenta => 13,
        Color::LightCyan => 14,
        Color::White => 15,
    };
    match named {
        0..8 if base < 50 => (base + named).to_string(),
        8..16 if base < 50 => (base + 52 + named).to_string(),
        _ => format!("{};5;{named}", base + 8),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::backend::{Backend as _, CrosstermBackend};
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    const COLOURS: [Color; 8] = [
        Color::Reset,
        Color::Red,
        Color::LightCyan,
        Color::DarkGray,
        Color::White,
        Color::Indexed(3),
        Color::Indexed(200),
        Color::Rgb(1, 22, 133),
    ];
    const TEXTS: [&str; 8] = [
        "a",
        "The client asks about a mortgage",
        "  ",
        "│",
        "日本",
        "                      ",
        "ü",
        "e\u{301}!",
    ];

    /// Numbers that look random and are the same each time.
    struct Dice(u64);
    impl Dice {
        fn below(&mut self, n: usize) -> usize {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(self.0 >> 33).unwrap() % n
        }
    }

    fn scribble(buffer: &mut Buffer, dice: &mut Dice, times: usize) {
        let area = buffer.area;
        for _ in 0..times {
            let (x, y) = (shift(dice.below(area.width.into())), shift(dice.below(area.height.into())));
            let mut style = Style::reset();
            if dice.below(2) == 0 {
                style = style.fg(COLOURS[dice.below(8)]).bg(COLOURS[dice.below(8)]);
            }
            // The terminal of the test knows bold or dim, not both.
            let left_out = Modifier::HIDDEN | [Modifier::BOLD, Modifier::DIM][dice.below(2)];
            for (flag, _) in ON.iter().filter(|(flag, _)| !left_out.contains(*flag)) {
                if dice.below(6) == 0 {
                    style = style.add_modifier(*flag);
                }
            }
            buffer.set_stringn(x, y, TEXTS[dice.below(8)], (area.width - x).into(), style);
        }
    }

    fn bytes(before: &Buffer, after: &Buffer, shown: &mut Shown) -> Vec<u8> {
        let mut ours = Vec::new();
        paint(before.diff(after).into_iter(), after.area.width, shown, &mut ours).unwrap();
        ours
    }

    /// Two terminals that got the frames of either painter look alike, cell by cell.
    #[test]
    fn it_looks_like_crossterms_and_is_shorter() {
        let area = Rect::new(0, 0, 60, 12);
        let (mut sum, mut theirs_sum) = (0, 0);
        for seed in 0..300 {
            let mut dice = Dice(seed);
            let [mut terminal, mut other] =
                [(); 2].map(|()| vt100::Parser::new(12.try_into().unwrap(), 60.try_into().unwrap(), 0));
            let (mut before, mut shown) = (Buffer::empty(area), Shown::default());
            for frame in 0..4 {
                let mut after = before.clone();
                scribble(&mut after, &mut dice, 12);
                let ours = bytes(&before, &after, &mut shown);
                terminal.process(&ours);
                let mut theirs = Vec::new();
                CrosstermBackend::new(&mut theirs).draw(before.diff(&after).into_iter()).unwrap();
                other.process(&theirs);
                sum += ours.len();
                theirs_sum += theirs.len();
                for (row, column) in (0..12).flat_map(|row| (0..60).map(move |column| (row, column))) {
                    let look = |terminal: &vt100::Parser| {
                        let cell = terminal.screen().cell(row, column).unwrap();
                        let text =
                            if cell.has_contents() { cell.contents().to_owned() } else { " ".to_owned() };
                        let blank = text == " " && !cell.inverse() && !cell.underline();
                        let ink = (!blank).then(|| (cell.fgcolor(), cell.bold(), cell.dim(), cell.italic()));
                        (text, cell.bgcolor(), cell.inverse(), cell.underline(), ink)
                    };
                    assert_eq!(look(&terminal), look(&other), "seed {seed}, frame {frame}, {column},{row}");
                }
                before = after;
            }
        }
        assert!(sum * 10 < theirs_sum * 8, "{sum} bytes, crossterm {theirs_sum}");
    }

    #[test]
    fn codes_are_the_short_ones() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 40, 3));
        let empty = buffer.clone();
        buffer.set_string(0, 0, "ab", Style::new().fg(Color::Red).add_modifier(Modifier::BOLD));
        buffer.set_string(2, 0, "c", Style::new().fg(Color::Red));
        buffer.set_string(5, 0, "d", Style::new());
        buffer.set_string(0, 1, "e", Style::new());
        buffer.set_string(7, 2, "f", Style::new().fg(Color::LightBlue).bg(Color::Indexed(99)));
        let said = String::from_utf8(bytes(&empty, &buffer, &mut Shown::default())).unwrap();
        assert_eq!(
            said,
            "\x1b[1;1H\x1b[1;31mab\x1b[22mc\x1b[6G\x1b[md\r\ne\r\n\x1b[7C\x1b[94;48;5;99mf\x1b[m"
        );

        let mut filled = empty.clone();
        filled.set_string(3, 1, "x".repeat(30), Style::new());
        let said = String::from_utf8(bytes(&filled, &empty, &mut Shown::default())).unwrap();
        assert_eq!(said, "\x1b[2;4H\x1b[30X");

        // Three that stay the same are shorter than a move past them.
        let mut shown = Shown::default();
        let (mut was, mut is) = (empty.clone(), empty.clone());
        was.set_string(0, 0, "a-b-c2", Style::new());
        is.set_string(0, 0, "d-b-e9", Style::new());
        drop(bytes(&empty, &was, &mut shown));
        assert_eq!(String::from_utf8(bytes(&was, &is, &mut shown)).unwrap(), "\x1b[1;1Hd-b-e9");
        shown.forget();
        assert_eq!(String::from_utf8(bytes(&was, &is, &mut shown)).unwrap(), "\x1b[1;1Hd\x1b[5Ge9");
    }
}
