//! Orders that were left in the account: secrets of machines that are gone. Whoever ends a machine forgets its order; where that did not
//! work, or nobody knows, the runner looks for what was left, beside everything else (decision 0203).

use super::client::{client, from_remote};
use super::names::{run_of_secret, secret_name};
use crate::engine::from_db;
use crate::{Engine, Result};
use chrono::{DateTime, Utc};
use std::sync::{Mutex, PoisonError};

/// When orders are looked for that may have been left; nothing: there is no reason to.
#[derive(Debug, Default)]
pub(crate) struct Orders(Mutex<Option<Due>>);

#[derive(Debug, Clone, Copy)]
struct Due {
    next: DateTime<Utc>,
    /// What was left may be seen only from then on.
    last: DateTime<Utc>,
}

impl Orders {
    /// One may have been left, and is seen at this time at the latest.
    pub fn left(&self, at: DateTime<Utc>) {
        let mut due = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *due = Some(due.map_or(Due { next: at, last: at }, |due| Due {
            next: due.next.min(at),
            last: due.last.max(at),
        }));
    }

    /// When to look; `None`: there is no reason to.
    pub fn due(&self) -> Option<DateTime<Utc>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).map(|due| due.next)
    }

    /// Somebody looks now.
    pub fn looking(&self, now: DateTime<Utc>) {
        let mut due = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *due = due.filter(|due| due.last > now).map(|due| Due { next: due.last, ..due });
    }
}

/// One of these may have been left: it is looked for when no request can be on its way any more.
pub(crate) fn order_left(engine: &Engine) {
    let grace = engine.0.places.runpod.grace;
    engine.0.orders.left(crate::clock::after(engine.0.clock.real(), grace));
}

/// Forgets every order of a machine that is gone, of the runs of this database: one request, and one for each that was left; none where nothing was
/// ever rented. How many there were. Another program may do the same at the same time.
pub(crate) async fn forget_orders(engine: &Engine) -> Result<usize> {
    const WHAT: &str = "Cannot look for orders that were left at RunPod";
    let remote = |e: remote::RemoteError| from_remote(&e).says(WHAT);
    if !engine.db().has_rentals().await.map_err(from_db(WHAT))? {
        return Ok(0);
    }
    let client = client(engine)?;
    let mut forgotten = 0;
    // They are read before the rows: a row that is not there by now is none of this database's.
    for secret in client.secrets().list(None).await.map_err(remote)? {
        let Some(run) = run_of_secret(&secret.name) else { continue };
        let rentals = engine.db().rentals_of(run).await.map_err(from_db(WHAT))?;
        let its = rentals.iter().find(|stored| secret_name(&stored.rental) == secret.name);
        if its.is_some_and(|stored| !stored.rental.is_open()) {
            match client.secrets().delete(&secret.id).await {
                // Another program was quicker.
                Err(error) if !error.is_not_found() => return Err(remote(error)),
                _ => forgotten += 1,
            }
        }
    }
    Ok(forgotten)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_reason_is_not_put_off_and_the_last_one_is_not_forgotten() {
        let at = |s: i64| DateTime::from_timestamp(1_775_000_000 + s, 0).unwrap();
        let orders = Orders::default();
        assert_eq!(orders.due(), None);
        orders.left(at(10));
        orders.left(at(90));
        orders.left(at(40));
        assert_eq!(orders.due(), Some(at(10)));
        orders.looking(at(12));
        assert_eq!(orders.due(), Some(at(90)));
        orders.looking(at(90));
        assert_eq!(orders.due(), None);
    }
}
