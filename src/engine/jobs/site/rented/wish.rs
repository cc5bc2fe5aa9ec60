//! Passing a wish on: to the machine through the store, to the provider by his own call, until it is true.

use crate::Result;
use crate::clock::after;
use crate::jobs::drive::Driver;
use crate::runpod::client;
use domain::job::Wish;
use domain::place::Place;
use std::time::Duration;

/// Between two calls that ask the provider to end something.
const AGAIN: Duration = Duration::from_secs(30);

impl Driver<'_> {
    /// Asks the machine, and the provider where that is quicker or surer. Comes back at once: that it is gone is seen by looking.
    pub(in crate::jobs::site) async fn ask_away(&mut self, wish: &Wish) -> Result<()> {
        let word = match wish {
            Wish::Stop => "stop",
            Wish::Cancel(_) => "cancel",
        };
        if self.away().put != Some(word) {
            let (depot, text) = (self.depot()?, serde_json::json!({ "wish": word }).to_string());
            match self.staying(depot.put("wish.json", text)).await? {
                Ok(()) => self.away().put = Some(word),
                Err(error) => self.store_trouble(&error),
            }
        }
        let now = self.engine.0.clock.real();
        if self.run.configuration.place == Place::RunpodPod {
            if self.away().is_held() && self.away().over.is_none() {
                self.wish_pod(wish, now);
            }
            return Ok(());
        }
        // One that works makes its checkpoint first when it is to stop; one that still waits has none to make.
        let works = self.away().rental.as_ref().is_some_and(|stored| stored.rental.since.is_some());
        let at_once = matches!(wish, Wish::Cancel(_)) || !works;
        let lately = self.away().asked_at.is_some_and(|at| now < after(at, AGAIN));
        if !at_once || lately || !self.away().is_held() || self.away().over.is_some() {
            return Ok(());
        }
        let Some(id) = self.away().rental.as_ref().and_then(|stored| stored.rental.external_id.clone())
        else {
            return Ok(());
        };
        self.away().asked_at = Some(now);
        let client = client(self.engine)?;
        if let Some(endpoint) = self.engine.0.places.runpod.endpoint.clone() {
            self.cancel_job(&client, &endpoint, &id).await;
        }
        self.away().poll_at = now;
        Ok(())
    }
}
