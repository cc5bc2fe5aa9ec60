//! What a network volume costs (apis.md A5): by the month, used or not.

use crate::money::Usd;
use chrono::NaiveDate;

/// GB at the first price; what is above costs less.
const FIRST: u64 = 1000;
/// The prices of a GB for a month, in cents: of the first 1000 GB, and above.
const CENTS: (i64, i64) = (7, 5);

/// The day on which somebody looked at the prices of volumes.
pub const VOLUMES_AS_OF: NaiveDate = match NaiveDate::from_ymd_opt(2026, 11, 20) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

/// What a standard network volume of this many GB costs for a month.
pub fn volume_month(gigabytes: u64) -> Usd {
    let cents = |gb: u64, price: i64| i64::try_from(gb).unwrap_or(i64::MAX).saturating_mul(price);
    Usd::cents(
        cents(gigabytes.min(FIRST), CENTS.0).saturating_add(cents(gigabytes.saturating_sub(FIRST), CENTS.1)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_volumes_cost_less_above_the_first_thousand() {
        assert_eq!(volume_month(100), Usd::dollars(7));
        assert_eq!(volume_month(1000), Usd::dollars(70));
        assert_eq!(volume_month(1200), Usd::dollars(80));
        assert_eq!(VOLUMES_AS_OF.to_string(), "2026-11-20");
    }
}
