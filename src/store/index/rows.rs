//! A set of row numbers, and how a piece of one is kept.

/// Rows per piece: as a map of bits it just fits into a page of SQLite.
pub const PIECE: i64 = 32_000;
const WORDS: usize = 500;
const BYTES: usize = WORDS * 8;

/// A set of row numbers, one bit each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rows(Vec<u64>);

const fn split(row: i64) -> Option<(usize, u64)> {
    // Row numbers are counted up from one.
    if row < 0 {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "not negative, far below 2^48"
    )]
    Some(((row / 64) as usize, 1 << (row % 64)))
}

impl Rows {
    pub fn insert(&mut self, row: i64) {
        let Some((word, bit)) = split(row) else { return };
        if word >= self.0.len() {
            self.0.resize(word + 1, 0);
        }
        self.0[word] |= bit;
    }

    pub fn contains(&self, row: i64) -> bool {
        split(row).is_some_and(|(word, bit)| self.0.get(word).is_some_and(|bits| bits & bit != 0))
    }

    pub fn len(&self) -> u64 {
        self.0.iter().map(|bits| u64::from(bits.count_ones())).sum()
    }

    /// All rows are below this.
    pub fn span(&self) -> u64 {
        self.0.len() as u64 * 64
    }

    /// Keeps what is in both.
    pub fn intersect(&mut self, other: &Self) {
        self.0.truncate(other.0.len());
        for (bits, more) in self.0.iter_mut().zip(&other.0) {
            *bits &= more;
        }
    }

    /// Adds what is in the other.
    pub fn unite(&mut self, other: &Self) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        for (bits, more) in self.0.iter_mut().zip(&other.0) {
            *bits |= more;
        }
    }

    /// Takes away what is in the other.
    pub fn subtract(&mut self, other: &Self) {
        for (bits, less) in self.0.iter_mut().zip(&other.0) {
            *bits &= !less;
        }
    }

    /// Bit n of the set is bit n % 8 of byte n / 8, as Postgres counts.
    pub fn bytes(&self) -> Vec<u8> {
        self.0.iter().flat_map(|bits| bits.to_le_bytes()).collect()
    }

    pub fn iter(&self) -> impl Iterator<Item = i64> + '_ {
        self.0.iter().enumerate().flat_map(|(n, bits)| {
            let base = i64::try_from(n).unwrap_or(i64::MAX / 64) * 64;
            (0..64).filter(move |bit| bits >> bit & 1 == 1).map(move |bit| base + bit)
        })
    }

    /// Adds a piece as it is kept.
    pub fn unite_piece(&mut self, piece: i64, kept: &[u8]) {
        let base = piece * PIECE;
        if kept.len() != BYTES {
            kept.chunks_exact(2)
                .for_each(|pair| self.insert(base + i64::from(u16::from_le_bytes([pair[0], pair[1]]))));
            return;
        }
        let Some((start, _)) = split(base) else { return };
        if self.0.len() < start + WORDS {
            self.0.resize(start + WORDS, 0);
        }
        for (bits, bytes) in self.0[start..].iter_mut().zip(kept.as_chunks::<8>().0) {
            *bits |= u64::from_le_bytes(*bytes);
        }
    }
}

impl FromIterator<i64> for Rows {
    fn from_iter<T: IntoIterator<Item = i64>>(all: T) -> Self {
        let mut rows = Self::default();
        all.into_iter().for_each(|row| rows.insert(row));
        rows
    }
}

/// One piece, open for changes.
pub struct Piece(Vec<u64>);

impl Piece {
    pub fn read(kept: &[u8]) -> Self {
        let mut rows = Rows(vec![0; WORDS]);
        rows.unite_piece(0, kept);
        Self(rows.0)
    }

    /// Sets or clears a row, counted within the piece.
    pub fn set(&mut self, row: i64, there: bool) {
        let Some((word, bit)) = split(row) else { return };
        if there {
            self.0[word] |= bit;
        } else {
            self.0[word] &= !bit;
        }
    }

    /// As it is kept: a list of few, or a map of many; nothing when it is empty.
    pub fn write(self) -> Vec<u8> {
        let rows = Rows(self.0);
        if rows.len() < (BYTES / 2) as u64 {
            rows.iter().filter_map(|row| u16::try_from(row).ok()).flat_map(u16::to_le_bytes).collect()
        } else {
            rows.0.iter().flat_map(|bits| bits.to_le_bytes()).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_come_back_as_they_were() {
        for step in [1, 3, 16, 17, 900, 31_999] {
            let (mut piece, mut wanted) = (Piece::read(&[]), Rows::default());
            for row in (0..PIECE).step_by(step) {
                piece.set(row, true);
                wanted.insert(2 * PIECE + row);
            }
            let kept = piece.write();
            let mut rows = Rows::default();
            rows.unite_piece(2, &kept);
            assert_eq!(rows.iter().collect::<Vec<_>>(), wanted.iter().collect::<Vec<_>>(), "{step}");
            assert_eq!(Piece::read(&kept).write(), kept, "{step}");
        }
    }

    #[test]
    fn sets_of_different_lengths() {
        let (few, many): (Rows, Rows) = ([3, 64].into_iter().collect(), [64, 70, 900].into_iter().collect());
        let all = |rows: &Rows| rows.iter().collect::<Vec<_>>();
        let mut both = many.clone();
        both.intersect(&few);
        assert_eq!(all(&both), [64]);
        let mut either = few.clone();
        either.unite(&many);
        assert_eq!(all(&either), [3, 64, 70, 900]);
        either.subtract(&few);
        assert_eq!(all(&either), [70, 900]);
        assert_eq!(either.len(), 2);
        assert!(!few.contains(900) && !few.contains(-1) && many.contains(900));
    }
}
