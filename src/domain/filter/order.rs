//! The order of rows that are all at hand.

use super::{Cell, Direction, Field, Row, Sort};
use std::cmp::Ordering;

impl<C: Field> Sort<C> {
    /// By this column, what one wants to see first on top.
    pub fn natural(column: C) -> Self {
        let direction = if column.falls() { Direction::Descending } else { Direction::Ascending };
        Self { column, direction }
    }

    /// The other way round.
    #[must_use]
    pub fn turned(self) -> Self {
        let direction = match self.direction {
            Direction::Ascending => Direction::Descending,
            Direction::Descending => Direction::Ascending,
        };
        Self { direction, ..self }
    }
}

/// Which of two rows is first. Words stand in their natural order, texts whatever their case; rows without a value come last in
/// both directions. Equal ones stay as they are where the sort is stable.
pub fn order<R: Row>(sort: Sort<R::Field>, a: &R, b: &R) -> Ordering {
    let (x, y) = (a.cell(sort.column), b.cell(sort.column));
    let found = match (x, y) {
        (Cell::None, Cell::None) => return Ordering::Equal,
        (Cell::None, _) => return Ordering::Greater,
        (_, Cell::None) => return Ordering::Less,
        (Cell::Number(x), Cell::Number(y)) => x.total_cmp(&y),
        (Cell::Time(x), Cell::Time(y)) => x.cmp(&y),
        (Cell::Text(x), Cell::Text(y)) => texts(sort.column, x, y),
        _ => Ordering::Equal,
    };
    if sort.direction == Direction::Descending { found.reverse() } else { found }
}

fn texts<C: Field>(column: C, x: &str, y: &str) -> Ordering {
    let words = column.words();
    // Words of another version come after those that are known.
    let place = |text| words.iter().position(|word| *word == text).unwrap_or(words.len());
    place(x).cmp(&place(y)).then_with(|| x.to_lowercase().cmp(&y.to_lowercase()))
}
