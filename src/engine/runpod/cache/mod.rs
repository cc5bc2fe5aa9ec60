//! Base models on the network volume: each fetched there once, by a machine of its own, for every run after it (decision 0187).

mod plan;
mod rent;
mod tend;
mod weights;

pub use plan::{CachePlan, plan_cache};
pub(crate) use tend::{fetches, tend_open};
pub(crate) use weights::glance;
pub use weights::{Weights, weights};

use crate::engine::from_db;
use crate::jobs::Heard;
use crate::{CancellationToken, Engine, Error, Progress, Result};
use domain::ids::JobId;
use serde::Serialize;
use store::StoredRental;
use tend::{End, Tender};
use uuid::Uuid;

pub(super) const WHAT: &str = "Cannot fetch the base model";
/// How often a machine that went away without a word is followed by another one.
const REPEATS: u32 = 3;

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "outcome", content = "weights")]
pub enum Cached {
    /// They were there before anything was rented.
    Already(Weights),
    /// They are there now.
    Done(Weights),
    /// Somebody ended it; what was fetched stays.
    Stopped,
    /// The machine goes on without this program.
    Left,
}

/// The key of a model on a volume: of one that has it, at most one rental is open, and so it is fetched once at a time.
pub(super) fn key(volume: &str, model: &str) -> JobId {
    let name = format!("brightrun/weights/{volume}/{}", model.to_lowercase());
    JobId(Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes()))
}

/// The volume that is set up.
pub(super) fn volume(engine: &Engine) -> Result<String> {
    engine.0.places.runpod.volume.clone().ok_or_else(|| {
        Error::refused(WHAT, "there is no network volume to keep it on")
            .next("Make one with `brightrun runpod volume create`, then set runpod.volume and runpod.volume_data_center")
    })
}

pub(super) async fn open_one(engine: &Engine, id: JobId) -> Result<Option<StoredRental>> {
    let all = engine.db().rentals_of(id).await.map_err(from_db(WHAT))?;
    Ok(all.into_iter().find(|stored| stored.rental.is_open()))
}

/// Fetches it: rents a machine, or looks after the one that fetches it already, until the weights are there. Cancelling leaves
/// the machine alone; it ends by itself. Stage: `fetching`, in MB.
pub async fn cache(
    engine: &Engine,
    plan: &CachePlan,
    heard: &Heard,
    progress: &Progress,
    cancel: &CancellationToken,
) -> Result<Cached> {
    let id = key(&volume(engine)?, &plan.model);
    let mut rented = 0;
    loop {
        let stored = match open_one(engine, id).await? {
            Some(stored) => stored,
            None if rented == 0 && plan.there.is_some() => {
                return Ok(Cached::Already(plan.there.clone().unwrap_or_default()));
            }
            None => {
                rented += 1;
                rent::rent(engine, plan, id, heard).await?
            }
        };
        let end = Tender::new(engine, stored, heard, progress, cancel)?.tend().await?;
        match end {
            End::Left => return Ok(Cached::Left),
            End::Stopped => return Ok(Cached::Stopped),
            End::Done => {
                let found = weights(engine, &plan.model).await?;
                return found.map(Cached::Done).ok_or_else(|| {
                    Error::failed(WHAT, "the machine says that it is done, but the volume does not have it")
                        .on(&plan.model)
                        .next("Look whether runpod.volume is the volume that the endpoint mounts: `brightrun runpod check`")
                });
            }
            End::Gone(_) if rented < REPEATS => {}
            End::Failed(why) | End::Gone(why) => {
                return Err(Error::failed(WHAT, why)
                    .on(&plan.model)
                    .next("Start again: it goes on with what is there"));
            }
        }
    }
}

/// Ends the machine that fetches it; what was fetched stays, and the next one goes on from there. `false`: none does.
pub async fn stop_cache(engine: &Engine, model: &str, cancel: &CancellationToken) -> Result<bool> {
    let model = plan::named(engine, model)?.0;
    let Some(mut stored) = open_one(engine, key(&volume(engine)?, &model)).await? else { return Ok(false) };
    if let Some(fetch) = &mut stored.rental.fetches {
        fetch.stops = true;
    }
    let stored = engine.db().save_rental(None, &stored, None).await.map_err(from_db(WHAT))?;
    let (heard, progress) = (Heard::none(), Progress::none());
    match Tender::new(engine, stored, &heard, &progress, cancel)?.tend().await? {
        End::Left => {
            Err(Error::interrupted(WHAT).next("It ends when somebody looks again: `brightrun runpod rented`"))
        }
        _ => Ok(true),
    }
}
