//! Chance from a seed: the same seed plays the same month.

use crate::clock::{Ms, Span};

/// Steele, Lea and Flood's splitmix64: short, seedable, good enough to roll dice.
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    /// Dice of this seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `limit`; 0 where that is 0.
    pub const fn below(&mut self, limit: u64) -> u64 {
        if limit == 0 { 0 } else { self.next() % limit }
    }

    /// Whether something happens that happens `ppm` times in a million.
    pub const fn happens(&mut self, ppm: u32) -> bool {
        ppm > 0 && self.below(1_000_000) < ppm as u64
    }

    /// A length of time of this span.
    pub fn within(&mut self, span: Span) -> Ms {
        let wide = (span.most - span.least).max(0) + 1;
        span.least + self.below(wide.cast_unsigned()).cast_signed()
    }

    /// A name of `length` small letters and digits, as the provider gives them.
    pub fn name(&mut self, length: usize) -> String {
        const LETTERS: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyz";
        (0..length).map(|_| char::from(LETTERS[usize::try_from(self.below(36)).unwrap_or(0)])).collect()
    }
}
