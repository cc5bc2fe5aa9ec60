//! What an hour costs.

use super::{Usd, narrow};
use crate::numbers::divide;
use serde::{Deserialize, Serialize};
use std::fmt;

/// US dollars for an hour of one GPU.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PerHour(pub Usd);

impl PerHour {
    /// What this many GPUs cost in this many milliseconds; half a millionth is rounded up.
    pub const fn of(self, milliseconds: u64, gpus: u32) -> Usd {
        // 2^63 · 2^64 · 2^32 does not fit: the time is cut to a million years first.
        let time = if milliseconds > 31_557_600_000_000_000 { 31_557_600_000_000_000 } else { milliseconds };
        let micros = (self.0.as_micros() as i128).saturating_mul(time as i128).saturating_mul(gpus as i128);
        Usd::micros(narrow(divide(micros, 3_600_000)))
    }

    /// What this many GPUs cost in this many seconds.
    pub const fn seconds(self, seconds: u64, gpus: u32) -> Usd {
        self.of(seconds.saturating_mul(1000), gpus)
    }

    /// What this many GPUs cost in an hour.
    pub const fn gpus(self, gpus: u32) -> Usd {
        self.of(3_600_000, gpus)
    }
}

impl fmt::Display for PerHour {
    /// `$1.39/h`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}/h", self.0))
    }
}
