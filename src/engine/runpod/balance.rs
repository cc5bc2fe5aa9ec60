//! What is left on the account.

use super::client::{client, from_remote};
use crate::{Engine, Result};
use domain::money::{PerHour, Usd};
use remote::runpod::Wallet as _;
use serde::Serialize;

/// What is left, and how fast it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Balance {
    /// What is left.
    pub left: Usd,
    /// What everything in the account costs for an hour, not only ours; `None`: it was not told.
    pub spend: Option<PerHour>,
    /// The account's own limit of that; `None`: it was not told.
    pub limit: Option<PerHour>,
    /// Minutes until nothing is left, when it goes on like this; `None`: it does not go down.
    pub minutes: Option<u64>,
}

/// Asks for it. `None`: RunPod tells no balance any more (the interface that it comes from ends in early 2027).
pub async fn balance(engine: &Engine) -> Result<Option<Balance>> {
    let found = client(engine)?.wallet().balance().await.map_err(|e| from_remote(&e))?;
    Ok(found.map(|found| Balance {
        left: found.left,
        spend: found.spend,
        limit: found.limit,
        minutes: minutes(found.left, found.spend),
    }))
}

fn minutes(left: Usd, spend: Option<PerHour>) -> Option<u64> {
    let hourly = spend.map(|spend| spend.0.as_micros()).filter(|micros| *micros > 0)?;
    u64::try_from(left.or_zero().as_micros().saturating_mul(60) / hourly).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_lasts_as_long_as_it_is_spent() {
        let spend = |cents| Some(PerHour(Usd::cents(cents)));
        assert_eq!(minutes(Usd::cents(150), spend(100)), Some(90));
        assert_eq!(minutes(Usd::cents(-5), spend(100)), Some(0));
        assert_eq!(minutes(Usd::cents(150), spend(0)), None);
        assert_eq!(minutes(Usd::cents(150), None), None);
    }
}
