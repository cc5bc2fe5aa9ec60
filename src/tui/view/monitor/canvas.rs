//! Dots in cells: Braille where the terminal can show it, otherwise two dots above each other in ASCII.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// A plot being drawn. A cell shows one curve, the last one that touched it: no colour spills over.
#[derive(Debug)]
pub struct Canvas {
    width: usize,
    height: usize,
    plain: bool,
    /// Every other pair of dots is left out.
    dashed: bool,
    cells: Vec<(u8, u8)>,
}

/// Bits of a Braille cell, by column and row.
const BRAILLE: [[u8; 4]; 2] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]];

impl Canvas {
    /// An empty one of so many cells.
    pub fn new(width: u16, height: u16, plain: bool) -> Self {
        let (width, height) = (usize::from(width), usize::from(height));
        Self { width, height, plain, dashed: false, cells: vec![(0, 0); width * height] }
    }

    /// What follows is drawn in dashes, or no longer: told apart without colours, too.
    pub fn dash(&mut self, on: bool) {
        self.dashed = on;
    }

    /// Dots of its width.
    pub const fn columns(&self) -> usize {
        self.width * if self.plain { 1 } else { 2 }
    }

    /// Dots of its height.
    pub const fn rows(&self) -> usize {
        self.height * if self.plain { 2 } else { 4 }
    }

    /// The row of dots of a place from 0 at the bottom to 1 at the top; what lies beyond is at the edge.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a screen has few rows, and the place is brought between 0 and 1"
    )]
    pub fn row(&self, place: f64) -> usize {
        let last = self.rows().saturating_sub(1);
        last - (place.clamp(0.0, 1.0) * last as f64).round() as usize
    }

    /// Dots of a column from one row to another, by the owner of this number.
    pub fn column(&mut self, x: usize, from: usize, to: usize, owner: u8) {
        for y in from.min(to)..=from.max(to) {
            self.dot(x, y, owner);
        }
    }

    /// A line from one dot to another; the first one is not drawn.
    pub fn line(&mut self, (x0, y0): (usize, usize), (x1, y1): (usize, usize), owner: u8) {
        let steps = x1.saturating_sub(x0).max(1);
        let mut before = y0;
        for step in 1..=steps {
            let y = if y1 >= y0 { y0 + (y1 - y0) * step / steps } else { y0 - (y0 - y1) * step / steps };
            // The rise between two columns is shared by both.
            let middle = usize::midpoint(before, y);
            if step > 1 || x1 == x0 {
                self.column((x0 + step - 1).min(x1), before, middle, owner);
            }
            self.column((x0 + step).min(x1), if before == y { y } else { middle }, y, owner);
            before = y;
        }
    }

    fn dot(&mut self, x: usize, y: usize, owner: u8) {
        let (wide, high) = if self.plain { (1, 2) } else { (2, 4) };
        let (column, row) = (x / wide, y / high);
        // Dashes go across and up alike, so that a steep curve is not lost between two of them.
        let left_out = self.dashed && (column + row) % 2 == 1;
        if column >= self.width || row >= self.height || left_out {
            return;
        }
        let bit = if self.plain { 1 << (y % 2) } else { BRAILLE[x % 2][y % 4] };
        let cell = &mut self.cells[row * self.width + column];
        if cell.1 != owner {
            *cell = (0, owner);
        }
        cell.0 |= bit;
    }

    /// Whether nothing is drawn in a cell.
    pub fn is_empty(&self, column: u16, row: u16) -> bool {
        let at = usize::from(row) * self.width + usize::from(column);
        self.cells.get(at).is_none_or(|(dots, _)| *dots == 0)
    }

    /// Puts it on the screen; `style` is that of an owner.
    pub fn draw(&self, buffer: &mut Buffer, area: Rect, style: impl Fn(u8) -> Style) {
        let mut place = [0; 4];
        for (y, line) in (area.y..area.bottom()).zip(self.cells.chunks(self.width.max(1))) {
            for (x, (dots, owner)) in (area.x..area.right()).zip(line) {
                if *dots == 0 {
                    continue;
                }
                let letter = match (self.plain, dots) {
                    (true, 1) => '\'',
                    (true, 2) => '.',
                    (true, _) => ':',
                    (false, dots) => char::from_u32(0x2800 + u32::from(*dots)).unwrap_or('.'),
                };
                buffer[(x, y)].set_symbol(letter.encode_utf8(&mut place)).set_style(style(*owner));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(canvas: &Canvas) -> String {
        let area =
            Rect::new(0, 0, u16::try_from(canvas.width).unwrap(), u16::try_from(canvas.height).unwrap());
        let mut buffer = Buffer::empty(area);
        canvas.draw(&mut buffer, area, |_| Style::new());
        buffer.content.iter().map(|cell| cell.symbol().to_owned()).collect()
    }

    #[test]
    fn dots_have_their_places() {
        let mut canvas = Canvas::new(1, 1, false);
        canvas.column(0, 0, 3, 0);
        canvas.column(1, 3, 3, 0);
        assert_eq!(shown(&canvas), "⣇");
        let mut canvas = Canvas::new(2, 1, true);
        canvas.column(0, 0, 1, 0);
        canvas.column(1, 1, 1, 0);
        assert_eq!(shown(&canvas), ":.");
    }

    #[test]
    fn the_last_curve_has_the_cell() {
        let mut canvas = Canvas::new(1, 1, false);
        canvas.column(0, 0, 3, 0);
        canvas.column(1, 0, 0, 1);
        assert_eq!(shown(&canvas), "⠈");
    }

    #[test]
    fn a_line_has_no_holes_and_stays_inside() {
        for plain in [false, true] {
            let mut canvas = Canvas::new(10, 5, plain);
            let (x, y) = (canvas.columns() - 1, canvas.rows() - 1);
            canvas.line((0, 0), (x, y), 0);
            canvas.line((0, y), (0, 0), 0);
            canvas.line((x, 0), (x + 50, y + 50), 0);
            let columns = (0..10).filter(|column| (0..5).any(|row| !canvas.is_empty(*column, row)));
            assert_eq!(columns.count(), 10);
        }
        assert_eq!(Canvas::new(0, 0, false).row(0.5), 0);
    }
}
