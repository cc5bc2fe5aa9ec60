//! A table that is given its window: it asks for the cells that it shows, and for no others.

use super::{put, scrollbar};
use crate::text::{self, Align};
use crate::theme::{Theme, Token};
use ratatui::{buffer::Buffer, layout::Rect};
use std::borrow::Cow;
use std::ops::Range;

/// Columns at the left of every row: bar, mark, state, blank.
pub const GUTTER: u16 = 4;

/// Columns up to this priority stay as long as they have their least width.
const IMPORTANT: u8 = 3;

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its heading.
    pub title: &'static str,
    /// Never narrower than this.
    pub min: u16,
    /// As wide as this when there is room.
    pub ideal: u16,
    /// Share of what is left over.
    pub grow: u16,
    /// The column with the largest number goes first when there is no room.
    pub priority: u8,
    /// Where its cells stand.
    pub align: Align,
    /// Its cell becomes bold on the row under the cursor; the others stay as they are, which costs fewer bytes.
    pub lead: bool,
    /// `Some(true)`: the rows are sorted by it, the largest first.
    pub sorted: Option<bool>,
}

impl Column {
    /// The name of a row, which every list begins with: it takes the room that is left.
    pub const NAME: Self = Self { grow: 1, lead: true, ..Self::new("NAME", 16, 30, 0, Align::Left) };

    /// A column of fixed widths that is not sorted by.
    pub const fn new(title: &'static str, min: u16, ideal: u16, priority: u8, align: Align) -> Self {
        Self { title, min, ideal, grow: 0, priority, align, lead: false, sorted: None }
    }
}

/// What a row is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Look {
    /// It is under the cursor.
    pub selected: bool,
    /// It is marked.
    pub marked: bool,
    /// Its state: the token's glyph stands at the left.
    pub state: Option<Token>,
}

/// Where rows come from.
pub trait Source {
    /// What row `row` is.
    fn look(&self, row: usize) -> Look;
    /// What stands in a cell.
    fn cell(&self, row: usize, column: usize) -> (Cow<'_, str>, Token);
}

/// A table.
#[derive(Debug)]
pub struct Table<'a, S> {
    /// Columns from left to right.
    pub columns: &'a [Column],
    /// The rows.
    pub source: &'a S,
    /// The rows to be drawn, by number in the source. Those that do not fit are left out.
    pub rows: Range<usize>,
    /// All of it is older than what was asked for.
    pub stale: bool,
    /// Place of the first row in the whole list and the length of that, when both are known: for the scroll bar.
    pub place: Option<(u64, u64)>,
    /// The heading that has the cursor (choosing a sort).
    pub heading: Option<usize>,
}

/// Where things were drawn.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Drawn {
    /// Headings: column and place.
    pub headings: Vec<(usize, Rect)>,
    /// Rows: number in the source and place.
    pub rows: Vec<(usize, Rect)>,
    /// The area of the rows.
    pub body: Rect,
}

/// Widths of the columns in `room` cells with `gap` between them; `None` is left out.
pub fn widths(columns: &[Column], room: u16, gap: u16) -> Vec<Option<u16>> {
    let mut widths: Vec<Option<u16>> = columns.iter().map(|c| Some(c.min)).collect();
    let need = |widths: &[Option<u16>]| {
        let shown = u16::try_from(widths.iter().flatten().count()).unwrap_or(u16::MAX);
        widths
            .iter()
            .flatten()
            .fold(0_u16, |sum, w| sum.saturating_add(*w))
            .saturating_add(gap.saturating_mul(shown.saturating_sub(1)))
    };
    while need(&widths) > room {
        let last =
            (0..columns.len()).filter(|&i| widths[i].is_some()).max_by_key(|&i| (columns[i].priority, i));
        let Some(last) = last else { break };
        if widths.iter().flatten().count() == 1 {
            widths[last] = (room > 0).then_some(room);
            break;
        }
        widths[last] = None;
    }
    // A few columns that can be read are better than many that cannot: what is not important goes before the others
    // have half of what they wish.
    let comfort = |widths: &[Option<u16>]| -> u16 {
        let cramped = columns.iter().zip(widths).filter(|(_, w)| w.is_some());
        let more = cramped.fold(0_u16, |sum, (c, _)| sum.saturating_add(c.ideal.saturating_sub(c.min) / 2));
        need(widths).saturating_add(more)
    };
    while comfort(&widths) > room {
        let last =
            (0..columns.len()).filter(|&i| widths[i].is_some()).max_by_key(|&i| (columns[i].priority, i));
        match last.filter(|&i| columns[i].priority > IMPORTANT) {
            Some(last) => widths[last] = None,
            None => break,
        }
    }
    let mut left = room.saturating_sub(need(&widths));
    let mut order: Vec<usize> = (0..columns.len()).filter(|&i| widths[i].is_some()).collect();
    order.sort_by_key(|&i| columns[i].priority);
    // Towards the ideal widths, all of them by the same part.
    let wish = |i: usize| columns[i].ideal.saturating_sub(columns[i].min);
    let wishes: u32 = order.iter().map(|&i| u32::from(wish(i))).sum();
    let spare = u32::from(left);
    for &i in &order {
        let more = if spare >= wishes { u32::from(wish(i)) } else { u32::from(wish(i)) * spare / wishes };
        let more = u16::try_from(more).unwrap_or(0);
        widths[i] = widths[i].map(|w| w + more);
        left -= more;
    }
    let shares: u16 = order.iter().map(|&i| columns[i].grow).sum();
    if let Some(share) = left.checked_div(shares) {
        for &i in &order {
            widths[i] = widths[i].map(|w| w + share * columns[i].grow);
        }
        // What the division leaves goes to the most important of those that grow.
        if let Some(&first) = order.iter().find(|&&i| columns[i].grow > 0) {
            widths[first] = widths[first].map(|w| w + left % shares);
        }
    }
    widths
}

impl<S: Source> Table<'_, S> {
    /// Draws it: one line of headings, then the rows.
    pub fn draw(&self, buffer: &mut Buffer, area: Rect, theme: &Theme) -> Drawn {
        let area = area.intersection(buffer.area);
        if area.is_empty() {
            return Drawn::default();
        }
        let gap = if area.width >= 140 { 2 } else { 1 };
        // The scroll bar, and a blank before it.
        let inner = Rect { width: area.width.saturating_sub(2), ..area };
        let widths = widths(self.columns, inner.width.saturating_sub(GUTTER), gap);
        let mut drawn = Drawn { headings: self.head(buffer, inner, &widths, gap, theme), ..Drawn::default() };
        drawn.body = Rect { y: area.y + 1, height: area.height - 1, ..area };
        for (line, row) in self.rows.clone().take(usize::from(drawn.body.height)).enumerate() {
            let place =
                Rect { y: drawn.body.y + u16::try_from(line).unwrap_or(u16::MAX), height: 1, ..inner };
            self.row(buffer, place, row, &widths, gap, theme);
            drawn.rows.push((row, place));
        }
        if let Some((from, total)) = self.place {
            scrollbar(buffer, drawn.body, from, u64::from(drawn.body.height), total, theme);
        }
        drawn
    }

    fn head(
        &self,
        buffer: &mut Buffer,
        area: Rect,
        widths: &[Option<u16>],
        gap: u16,
        theme: &Theme,
    ) -> Vec<(usize, Rect)> {
        let mut places = Vec::new();
        let mut at = GUTTER;
        for (index, column) in self.columns.iter().enumerate() {
            let Some(width) = widths[index] else { continue };
            let mark = match column.sorted {
                Some(true) => " ↓",
                Some(false) => " ↑",
                None => "",
            };
            let title = text::truncate(column.title, usize::from(width).saturating_sub(text::width(mark)));
            let title = text::fit(&format!("{title}{mark}"), usize::from(width), column.align);
            let token = match (self.heading == Some(index), column.sorted.is_some()) {
                (true, _) => Token::SelectCell,
                (false, true) => Token::TextStrong,
                (false, false) => Token::TextMuted,
            };
            put(buffer, area, at, 0, &title, theme.style(token));
            if at < area.width {
                places.push((
                    index,
                    Rect { x: area.x + at, y: area.y, width: width.min(area.width - at), height: 1 },
                ));
            }
            at = at.saturating_add(width + gap);
        }
        places
    }

    fn row(
        &self,
        buffer: &mut Buffer,
        place: Rect,
        row: usize,
        widths: &[Option<u16>],
        gap: u16,
        theme: &Theme,
    ) {
        let look = self.source.look(row);
        let ground = theme.style(Token::SelectRow);
        if look.selected {
            // The bar is the one thing that says where one is without colour: it stands out from bold text beside it.
            let style = ground.patch(theme.style(Token::KeyCap));
            put(buffer, place, 0, 0, theme.glyph(Token::SelectRow), style);
        }
        if look.marked {
            put(buffer, place, 1, 0, theme.glyph(Token::SelectMarked), theme.style(Token::SelectMarked));
        }
        if let Some(state) = look.state {
            put(buffer, place, 2, 0, theme.glyph(state), theme.style(state));
        }
        let mut at = GUTTER;
        for (index, width) in widths.iter().enumerate() {
            let Some(width) = *width else { continue };
            let (content, token) = self.source.cell(row, index);
            let token = if self.stale { Token::StatusStale } else { token };
            let style = if look.selected && self.columns[index].lead { ground } else { theme.style(token) };
            let content = text::fit(&content, usize::from(width), self.columns[index].align);
            put(buffer, place, at, 0, content.trim_end(), style);
            at = at.saturating_add(width + gap);
        }
    }
}
