//! Money in millionths of a US dollar: exact, so that a thousand small costs add up to their sum.

mod range;
mod rate;
#[cfg(test)]
mod tests;

pub use range::Range;
pub use rate::PerHour;

use crate::numbers::divide;
use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub};
use std::{fmt, str::FromStr};

const MICROS: i64 = 1_000_000;

/// An amount of US dollars, held as millionths. Sums stop at the largest amount (nine trillion dollars) instead of
/// wrapping round. In JSON and TOML it is a number; a text is read too, and both are exact to the millionth.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Usd(i64);

/// A text or number that is no amount of money.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no amount of dollars; write 2.49")]
pub struct NotMoney(pub String);

impl Usd {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// The most that can be written into the platform's `numeric(10,2)` columns: 99,999,999.99.
    pub const COLUMN: Self = Self(99_999_999_990_000);

    /// Millionths of a dollar.
    pub const fn micros(micros: i64) -> Self {
        Self(micros)
    }
    /// Cents.
    pub const fn cents(cents: i64) -> Self {
        Self(cents.saturating_mul(MICROS / 100))
    }
    /// Dollars.
    pub const fn dollars(dollars: i64) -> Self {
        Self(dollars.saturating_mul(MICROS))
    }
    /// Millionths of a dollar.
    pub const fn as_micros(self) -> i64 {
        self.0
    }
    /// Whole cents, half a cent rounded away from zero: what `numeric(10,2)` keeps.
    #[expect(clippy::cast_possible_truncation, reason = "a ten-thousandth of an i64 is one")]
    pub const fn as_cents(self) -> i64 {
        divide(self.0 as i128, (MICROS / 100) as i128) as i64
    }
    /// The text for a `numeric(10,2)` column: `1234.50`. Larger amounts are cut to what fits.
    pub fn column(self) -> String {
        let cents = self.clamp(-Self::COLUMN, Self::COLUMN).as_cents();
        format!("{}{}.{:02}", if cents < 0 { "-" } else { "" }, cents.abs() / 100, cents.abs() % 100)
    }
    /// The nearest amount to a float of another program's making. `None` for what is no number or too large.
    pub fn from_float(dollars: f64) -> Option<Self> {
        let micros = (dollars * 1e6).round();
        #[expect(clippy::cast_possible_truncation, reason = "checked to be in range")]
        (micros.abs() < 9.2e18).then_some(Self(micros as i64))
    }
    /// For charts and shares only; never add these up.
    #[expect(
        clippy::cast_precision_loss,
        reason = "the nearest float prints the same up to a billion dollars"
    )]
    pub const fn as_float(self) -> f64 {
        self.0 as f64 / 1e6
    }
    /// This many parts of a thousand of it.
    #[must_use]
    pub const fn per_mille(self, parts: i64) -> Self {
        Self(narrow(divide(self.0 as i128 * parts as i128, 1000)))
    }
    /// Whole percent that this is of another amount, rounded down so that 100 means reached. `None` of nothing.
    pub fn percent_of(self, whole: Self) -> Option<i64> {
        (whole.0 > 0).then(|| narrow((i128::from(self.0) * 100).div_euclid(i128::from(whole.0))))
    }
    /// It, or nothing when it is negative.
    #[must_use]
    pub fn or_zero(self) -> Self {
        self.max(Self::ZERO)
    }
    /// Every digit that it has, at least two decimals: `0.004150`.
    pub fn exact(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, rest) =
            (self.0.unsigned_abs() / MICROS.unsigned_abs(), self.0.unsigned_abs() % MICROS.unsigned_abs());
        if rest.is_multiple_of(10_000) {
            format!("{sign}{whole}.{:02}", rest / 10_000)
        } else {
            format!("{sign}{whole}.{rest:06}")
        }
    }
}

/// Cut to what an amount can be.
#[expect(clippy::cast_possible_truncation, reason = "checked to be in range")]
pub(super) const fn narrow(micros: i128) -> i64 {
    if micros > i64::MAX as i128 {
        i64::MAX
    } else if micros < -(i64::MAX as i128) {
        -i64::MAX
    } else {
        micros as i64
    }
}

impl Add for Usd {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Usd {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Usd {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Neg for Usd {
    type Output = Self;
    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl Sum for Usd {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

impl fmt::Display for Usd {
    /// `$1,234.50`; more than nothing but less than half a cent is `<$0.01`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cents = self.as_cents();
        if cents == 0 && self.0 > 0 {
            return f.pad("<$0.01");
        }
        let sign = if cents < 0 { "-" } else { "" };
        let whole = crate::numbers::thousands(cents.unsigned_abs() / 100);
        f.pad(&format!("{sign}${whole}.{:02}", cents.unsigned_abs() % 100))
    }
}

impl FromStr for Usd {
    type Err = NotMoney;
    /// `2.49`, `$1,234.5`, `-3`; at most six decimals.
    fn from_str(text: &str) -> Result<Self, NotMoney> {
        let no = || NotMoney(text.chars().take(40).collect());
        let bare = text.trim();
        let (negative, bare) = bare.strip_prefix('-').map_or((false, bare), |rest| (true, rest));
        let bare = bare.strip_prefix('$').unwrap_or(bare);
        let (whole, fraction) = bare.split_once('.').unwrap_or((bare, ""));
        if fraction.len() > 6
            || !fraction.bytes().all(|b| b.is_ascii_digit())
            || (whole.is_empty() && fraction.is_empty())
        {
            return Err(no());
        }
        // `whole` reads `2k` as well, which is no way to write money.
        if !whole.bytes().all(|b| b.is_ascii_digit() || b == b',') {
            return Err(no());
        }
        let whole = if whole.is_empty() { 0 } else { crate::numbers::whole(whole).map_err(|_| no())? };
        let rest: i64 = format!("{fraction:0<6}").parse().map_err(|_| no())?;
        let micros = i64::try_from(whole)
            .ok()
            .and_then(|w| w.checked_mul(MICROS)?.checked_add(rest))
            .ok_or_else(no)?;
        Ok(Self(if negative { -micros } else { micros }))
    }
}

impl Serialize for Usd {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.as_float())
    }
}

impl<'de> Deserialize<'de> for Usd {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl Visitor<'_> for Reader {
    type Value = Usd;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an amount of dollars such as 2.49")
    }
    fn visit_i64<E: de::Error>(self, dollars: i64) -> Result<Usd, E> {
        dollars.checked_mul(MICROS).map(Usd).ok_or_else(|| E::custom("more dollars than there are"))
    }
    fn visit_u64<E: de::Error>(self, dollars: u64) -> Result<Usd, E> {
        self.visit_i64(i64::try_from(dollars).map_err(E::custom)?)
    }
    fn visit_f64<E: de::Error>(self, dollars: f64) -> Result<Usd, E> {
        Usd::from_float(dollars).ok_or_else(|| E::custom(NotMoney(dollars.to_string())))
    }
    fn visit_str<E: de::Error>(self, text: &str) -> Result<Usd, E> {
        text.parse().map_err(E::custom)
    }
}
