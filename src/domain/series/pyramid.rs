//! Smallest and largest value of every block, of every block of blocks, and so on: any range in a few dozen looks.

/// Values in a block, and blocks in the next larger one.
const FAN: usize = 32;

/// Smallest and largest finite value; the smallest is above the largest when there is none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Span {
    pub min: f64,
    pub max: f64,
}

impl Span {
    pub const EMPTY: Self = Self { min: f64::INFINITY, max: f64::NEG_INFINITY };

    pub fn is_empty(self) -> bool {
        self.min > self.max
    }

    pub fn take(&mut self, value: f64) {
        if value.is_finite() {
            self.min = self.min.min(value);
            self.max = self.max.max(value);
        }
    }

    fn join(&mut self, other: Self) {
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
    }
}

/// The blocks that are full. What lies behind the last one is asked from the values themselves, so that an append
/// touches nothing until a block is full.
#[derive(Debug, Clone, Default)]
pub(super) struct Pyramid {
    levels: Vec<Vec<Span>>,
}

impl Pyramid {
    /// `values` got one longer.
    pub fn grown(&mut self, values: &[f64]) {
        if !values.len().is_multiple_of(FAN) {
            return;
        }
        let mut span = Span::EMPTY;
        values[values.len() - FAN..].iter().for_each(|v| span.take(*v));
        let mut level = 0;
        loop {
            if self.levels.len() == level {
                self.levels.push(Vec::new());
            }
            let blocks = &mut self.levels[level];
            super::values::push(blocks, span);
            if !blocks.len().is_multiple_of(FAN) {
                return;
            }
            span = Span::EMPTY;
            blocks[blocks.len() - FAN..].iter().for_each(|b| span.join(*b));
            level += 1;
        }
    }

    /// Only the first `len` values are left.
    pub fn truncate(&mut self, len: usize) {
        let mut full = len;
        for blocks in &mut self.levels {
            full /= FAN;
            blocks.truncate(full);
        }
    }

    /// The largest block that begins at `at` and ends at or before `to`, as its length and its span.
    fn block(&self, at: usize, to: usize) -> Option<(usize, Span)> {
        let (mut size, mut found) = (FAN, None);
        for blocks in &self.levels {
            if !at.is_multiple_of(size) || at + size > to {
                break;
            }
            let Some(span) = blocks.get(at / size) else { break };
            found = Some((size, *span));
            size *= FAN;
        }
        found
    }

    /// The span of `values[from..to]`.
    pub fn span(&self, values: &[f64], from: usize, to: usize) -> Span {
        let (mut at, mut span) = (from, Span::EMPTY);
        while at < to {
            if let Some((size, block)) = self.block(at, to) {
                span.join(block);
                at += size;
            } else {
                span.take(values[at]);
                at += 1;
            }
        }
        span
    }

    /// The first place in `from..to` whose value is finite and passes; blocks that `skip` are not opened.
    pub fn find(
        &self,
        values: &[f64],
        (from, to): (usize, usize),
        skip: impl Fn(Span) -> bool,
        pass: impl Fn(f64) -> bool,
    ) -> Option<usize> {
        let mut at = from;
        while at < to {
            match self.block(at, to) {
                Some((size, span)) if span.is_empty() || skip(span) => at += size,
                _ if values[at].is_finite() && pass(values[at]) => return Some(at),
                _ => at += 1,
            }
        }
        None
    }

    /// The last place in `from..to` whose value is finite.
    pub fn last(&self, values: &[f64], from: usize, to: usize) -> Option<usize> {
        let mut end = to;
        while end > from {
            if end.is_multiple_of(FAN)
                && end - from >= FAN
                && self.levels.first().and_then(|l| l.get(end / FAN - 1)).is_some_and(|b| b.is_empty())
            {
                // Climb as far as the blocks stay empty, so that a long hole costs no more than a short one.
                let mut size = FAN;
                for blocks in self.levels.iter().skip(1) {
                    let next = size * FAN;
                    let fits = end.is_multiple_of(next) && end - from >= next;
                    if !fits || !blocks.get(end / next - 1).is_some_and(|b| b.is_empty()) {
                        break;
                    }
                    size = next;
                }
                end -= size;
            } else if values[end - 1].is_finite() {
                return Some(end - 1);
            } else {
                end -= 1;
            }
        }
        None
    }

    /// Bytes it holds.
    pub fn bytes(&self) -> usize {
        self.levels.iter().map(|l| l.capacity() * size_of::<Span>()).sum()
    }
}
