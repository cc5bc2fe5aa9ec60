//! Looking after what is rented: is it there, does it work, is it really gone.

use super::Left;
use crate::Result;
use crate::clock::after;
use crate::jobs::drive::Driver;
use domain::place::Place;
use domain::rental::RentalState;
use serde::Deserialize;

/// Who trains, as he says himself: `owner.json`.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Owner {
    /// The provider's name of the machine, a slash, and a name of the process.
    #[serde(default)]
    pub worker: String,
    /// Grows while he trains.
    #[serde(default)]
    pub beat: u64,
    /// He trains no more, and says so.
    #[serde(default)]
    pub ended: Option<serde_json::Value>,
}

impl Owner {
    /// What cannot be read says nothing.
    pub fn read(text: &[u8]) -> Self {
        serde_json::from_slice(text).unwrap_or_default()
    }
    pub fn is_on(&self, machine: &str) -> bool {
        self.machine() == machine
    }
    /// The provider's name of the machine; empty: he did not say.
    pub fn machine(&self) -> &str {
        self.worker.split('/').next().unwrap_or_default()
    }
}

/// What looking for something whose answer was lost has found.
pub(super) enum Found {
    /// Its id.
    This(String),
    /// It is not there.
    Nothing,
    /// Nobody can say yet.
    Unknown,
}

impl Driver<'_> {
    /// How the attempt was left; `None`: it goes on, or nobody knows yet.
    pub(in crate::jobs::site) async fn gone_away(&mut self) -> Result<Option<Left>> {
        let now = self.engine.0.clock.real();
        let Some(stored) = &self.away().rental else { return Ok(Some(Left::Unseen)) };
        let claimed = stored.rental.state.is(RentalState::Claimed);
        if now < self.away().poll_at {
            return Ok(None);
        }
        self.away().poll_at = after(now, self.engine.0.places.runpod.poll);
        if claimed {
            return self.look().await;
        }
        if self.away().over.is_none() {
            let over = match self.run.configuration.place {
                Place::RunpodServerless => self.poll_queue().await?,
                _ => self.poll_pod().await?,
            };
            self.away().over = over;
        }
        let Some((why, left)) = self.away().over.clone() else { return Ok(None) };
        let pod = self.run.configuration.place == Place::RunpodPod;
        let quiet = if pod { self.pod_is_gone().await? } else { self.is_quiet().await? };
        if !quiet {
            return Ok(None);
        }
        // It costs nothing from here on, however long it takes to fetch what it left. That is fetched before its row ends, so that whoever
        // comes next fetches it, too.
        self.keep_rental(|rental| rental.ended_at = rental.ended_at.or(Some(now))).await?;
        if let Err(error) = self.bring_home().await {
            self.store_trouble(&error);
            return Ok(None);
        }
        let left = self.away().spoilt.take().unwrap_or(left);
        if pod {
            let client = crate::runpod::client(self.engine)?;
            self.forget_secret(&client).await;
        }
        self.end_rental(&why).await?;
        Ok(Some(left))
    }

    /// The answer to what was asked for is lost: it is looked for. Nothing found for long enough: it never was.
    async fn look(&mut self) -> Result<Option<Left>> {
        let found = match self.run.configuration.place {
            Place::RunpodServerless => self.look_in_queue().await?,
            _ => self.look_for_pod().await?,
        };
        match found {
            Found::This(id) => {
                self.found(&id).await?;
                // It is asked about at once.
                self.away().poll_at = self.engine.0.clock.real();
                return Ok(None);
            }
            Found::Unknown => return Ok(None),
            Found::Nothing => {}
        }
        let now = self.engine.0.clock.real();
        let grace = self.engine.0.places.runpod.grace;
        let waited =
            self.away().rental.as_ref().is_some_and(|stored| now >= after(stored.rental.claimed_at, grace));
        if !waited {
            return Ok(None);
        }
        self.void("RunPod never got the request; it is made again").await?;
        Ok(Some(Left::Void))
    }

    /// Nobody trains any more: the run told its end, its manifest is there, or the beat of its machine stands still for long
    /// enough. The provider's word alone is not believed: a queue job may be deleted while its worker goes on.
    async fn is_quiet(&mut self) -> Result<bool> {
        let (depot, now) = (self.depot()?, self.engine.0.clock.real());
        self.away().bring_at = now;
        self.bring_news().await?;
        self.news()?;
        let facts = self.tail.reader.facts();
        if facts.ended.is_some() && facts.attempt > self.before.unwrap_or(0) {
            return Ok(true);
        }
        let asked = async {
            Ok::<_, crate::Error>((depot.head("manifest.json").await?, depot.get("owner.json").await?))
        };
        let (manifest, owner) = match self.staying(asked).await? {
            Ok(found) => found,
            Err(error) => {
                self.store_trouble(&error);
                return Ok(false);
            }
        };
        let Some(owner) = owner.filter(|_| manifest.is_none()) else { return Ok(true) };
        let owner = Owner::read(&owner);
        if owner.ended.is_some() {
            return Ok(true);
        }
        let beat = owner.beat;
        let quiet = self.engine.0.places.runpod.quiet;
        match self.away().beat {
            Some((before, since)) if before == beat => Ok(now >= after(since, quiet)),
            _ => {
                self.away().beat = Some((beat, now));
                Ok(false)
            }
        }
    }
}
