//! Which part of a curve is shown, and how keys move it. Everything is a pure function; `all` is what the curves reach.

/// Share of the window at its right edge in which zooming in begins to follow the end.
const TAIL: f64 = 0.95;
/// Deepest zoom: this share of everything. Below it the places on an axis can no longer be told apart.
const DEEPEST: f64 = 1e-7;

/// A window on an axis, in the axis' units.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub enum Window {
    /// Everything, growing.
    #[default]
    All,
    /// The newest `span`, moving along.
    Follow {
        /// How much.
        span: f64,
    },
    /// A part that stands still.
    Frozen {
        /// Left edge.
        from: f64,
        /// Right edge.
        to: f64,
    },
}

impl Window {
    /// The word on the chart's frame.
    pub const fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Follow { .. } => "follow",
            Self::Frozen { .. } => "frozen",
        }
    }

    /// Its edges.
    pub fn range(self, all: (f64, f64)) -> (f64, f64) {
        match self {
            Self::All => all,
            Self::Follow { span } => ((all.1 - span).max(all.0), all.1),
            Self::Frozen { from, to } => (from, to),
        }
    }

    /// Shows `factor` times as much (below 1: closer). `anchor`, from 0 at the left edge to 1 at the right one, stays in
    /// its place; at the right edge of a window that ends where the curves end, the window follows them.
    #[must_use]
    pub fn zoom(self, all: (f64, f64), factor: f64, anchor: f64) -> Self {
        let (from, to) = self.range(all);
        let whole = all.1 - all.0;
        if !(factor > 0.0 && factor.is_finite() && whole > 0.0) {
            return self;
        }
        let span = ((to - from) * factor).max(whole * DEEPEST);
        if span >= whole {
            return Self::All;
        }
        let at_end = to >= all.1;
        if at_end && (anchor >= TAIL || matches!(self, Self::Follow { .. })) {
            return Self::Follow { span };
        }
        let fixed = (to - from).mul_add(anchor.clamp(0.0, 1.0), from);
        Self::at(fixed - span * anchor.clamp(0.0, 1.0), span, all)
    }

    /// Moves by a share of its width: negative to the left. It stops at both ends, and follows once it reaches the right one.
    #[must_use]
    pub fn pan(self, all: (f64, f64), share: f64) -> Self {
        let (from, to) = self.range(all);
        if !share.is_finite() || share == 0.0 || self == Self::All {
            return self;
        }
        let span = to - from;
        let moved = Self::at(span.mul_add(share, from), span, all);
        match moved {
            Self::Frozen { to, .. } if share > 0.0 && to >= all.1 => Self::Follow { span },
            moved => moved,
        }
    }

    /// Follows the end, as wide as it is now.
    #[must_use]
    pub fn follow(self, all: (f64, f64)) -> Self {
        let (from, to) = self.range(all);
        Self::Follow { span: to - from }
    }

    /// Stands still where it is now.
    #[must_use]
    pub fn freeze(self, all: (f64, f64)) -> Self {
        let (from, to) = self.range(all);
        Self::Frozen { from, to }
    }

    /// A window of this width, moved so that it lies within everything.
    fn at(from: f64, span: f64, all: (f64, f64)) -> Self {
        let from = from.min(all.1 - span).max(all.0);
        Self::Frozen { from, to: from + span }
    }
}
