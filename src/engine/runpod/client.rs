//! The client of RunPod, one for the whole program, so that all who ask keep to the provider's limits together.

use crate::clock::{self, Clock};
use crate::ids::Ids;
use crate::{Engine, Error, Places, Result};
use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use remote::runpod::{Bases, RunPod, Settings};
use remote::{Kind, Pace, Patience, RemoteError};
use secrecy::SecretString;
use std::sync::Arc;
use std::time::{Duration, Instant};

const WHAT: &str = "Cannot use RunPod";

/// The engine's clock, and chance.
#[derive(Debug)]
struct Beat {
    clock: Clock,
    started: (Instant, DateTime<Utc>),
}

impl Pace for Beat {
    fn now(&self) -> Instant {
        let (instant, then) = self.started;
        instant + (self.clock.real() - then).to_std().unwrap_or_default()
    }
    fn chance(&self) -> f64 {
        let bits = u32::try_from(Ids::random().next().as_u128() & 0xffff_ffff).unwrap_or(0);
        f64::from(bits) / (f64::from(u32::MAX) + 1.0)
    }
    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        let clock = self.clock.clone();
        Box::pin(async move { clock.sleep(time).await })
    }
}

/// `None`: there is no key. Nothing is asked yet.
pub(crate) fn open(places: &Places, clock: &Clock) -> Result<Option<RunPod>, RemoteError> {
    open_with(places, clock, Patience { budget: Duration::from_mins(1), ..Patience::default() })
}

/// For somebody who looks at a screen and wants to know: he can ask again himself.
pub(super) fn open_soon(places: &Places, clock: &Clock) -> Result<Option<RunPod>, RemoteError> {
    let seconds = Duration::from_secs;
    let soon = Patience {
        connect: seconds(5),
        answer: seconds(15),
        budget: seconds(20),
        attempts: 2,
        ..Patience::default()
    };
    open_with(places, clock, soon)
}

fn open_with(places: &Places, clock: &Clock, patience: Patience) -> Result<Option<RunPod>, RemoteError> {
    let runpod = &places.runpod;
    let Some(key) = &runpod.api_key else { return Ok(None) };
    let usual = Bases::default();
    let bases = Bases {
        jobs: runpod.jobs_url.clone().unwrap_or(usual.jobs),
        rest: runpod.rest_url.clone().unwrap_or(usual.rest),
        graphql: runpod.graphql_url.clone().unwrap_or(usual.graphql),
        ..Bases::default()
    };
    let pace = Arc::new(Beat { clock: clock.clone(), started: (clock::instant(), clock.real()) });
    RunPod::new(Settings { key: key.clone(), bases, patience, pace }).map(Some)
}

/// The client.
pub(crate) fn client(engine: &Engine) -> Result<RunPod> {
    match &engine.0.runpod {
        Ok(Some(client)) => Ok(client.clone()),
        Ok(None) => Err(Error::refused(WHAT, "there is no API key")
            .next("Make one in RunPod's console and set RUNPOD_API_KEY, or runpod.api_key")),
        Err(error) => Err(from_remote(error)),
    }
}

/// What the client says, as the engine's error.
pub(crate) fn from_remote(error: &RemoteError) -> Error {
    Error::failed(WHAT, error.what()).next(error.next())
}

/// Keeps a secret under a name, in place of what is kept there; its id.
pub(crate) async fn keep_secret(
    client: &RunPod,
    name: &str,
    value: SecretString,
) -> Result<String, RemoteError> {
    match client.secrets().create(name, &value, Some("made by brightrun")).await {
        Ok(made) => return Ok(made.id),
        // Taken by an attempt whose answer was lost: or so it may be.
        Err(error) if error.kind() == Kind::Conflict || error.is_uncertain() => {}
        Err(error) => return Err(error),
    }
    match client.secrets().list(Some(name)).await?.into_iter().next() {
        Some(there) => client.secrets().change(&there.id, &value).await.map(|changed| changed.id),
        None => client.secrets().create(name, &value, Some("made by brightrun")).await.map(|made| made.id),
    }
}
