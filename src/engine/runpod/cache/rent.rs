//! Renting the machine that fetches a base model: written down before it is asked for, as for a run (decision 0176).

use super::WHAT;
use super::plan::{CachePlan, HOURS};
use crate::engine::from_db;
use crate::jobs::Heard;
use crate::runpod::HUB_SECRET;
use crate::runpod::client::{client, from_remote, keep_secret};
use crate::runpod::names::{OURS, POD_COMMAND, POD_MOUNT, POD_TAG};
use crate::{Engine, Error, Result};
use domain::ids::JobId;
use domain::lenient::Word;
use domain::place::Place;
use domain::rental::{Fetch, Rental, RentalState};
use remote::runpod::{Cloud, Compute, Env, Gpu, Mounts, NewJob, NewPod, Policy, RunPod, secret_reference};
use remote::{Advice, Kind, RemoteError};
use serde_json::json;
use std::time::Duration;
use store::StoredRental;

/// What the machine is told (decision 0170). It names no address and no key, so that it may be read by whoever reads the pod.
fn order(plan: &CachePlan, rental: &Rental) -> serde_json::Value {
    json!({"brightrun": 1, "cache": {"model": plan.model, "revision": plan.revision}, "seconds": HOURS * 3600,
        "run": rental.job, "attempt": rental.attempt})
}

/// Claims, and asks for a machine. What comes back may still be looked for: its answer was lost.
pub(super) async fn rent(
    engine: &Engine,
    plan: &CachePlan,
    id: JobId,
    heard: &Heard,
) -> Result<StoredRental> {
    let client = client(engine)?;
    let told = super::weights::told(engine, &plan.model).await?;
    let before = engine.db().rentals_of(id).await.map_err(from_db(WHAT))?;
    let attempt = u32::try_from(before.len()).unwrap_or(u32::MAX).saturating_add(1);
    let rental = Rental {
        id: engine.0.ids.next(),
        job: id,
        fetches: Some(Fetch { model: plan.model.clone(), revision: plan.revision.clone(), stops: false }),
        attempt,
        place: plan.place,
        name: format!("{OURS}{id}-{attempt}"),
        state: Word::Known(RentalState::Claimed),
        external_id: None,
        what: None,
        told_before: told.attempt,
        gpus: 1,
        claimed_at: engine.0.clock.real(),
        since: None,
        ended_at: None,
        worked_ms: None,
        quoted: plan.per_hour,
        charged: None,
        recorded: None,
        billed: None,
        why: None,
    };
    let env = if plan.place == Place::RunpodPod {
        environment(engine, &client, plan, &rental).await?
    } else {
        Env::default()
    };
    let stored = match engine.db().claim_fetch(&rental).await {
        Ok(stored) => stored,
        // Somebody was quicker: his is looked after.
        Err(error) => match super::open_one(engine, id).await? {
            Some(stored) => return Ok(stored),
            None => return Err(from_db(WHAT)(error)),
        },
    };
    match plan.place {
        Place::RunpodPod => on_pod(engine, &client, plan, stored, env, heard).await,
        _ => on_queue(engine, &client, plan, stored).await,
    }
}

async fn environment(engine: &Engine, client: &RunPod, plan: &CachePlan, rental: &Rental) -> Result<Env> {
    let order = order(plan, rental).to_string();
    let mut env = Env::default().with("BRIGHTRUN_RUN", order).with(POD_TAG, rental.id.to_string());
    if let Some(token) = engine.0.places.runpod.hub_token.clone() {
        keep_secret(client, HUB_SECRET, token).await.map_err(|e| from_remote(&e))?;
        env = env.with("HF_TOKEN", secret_reference(HUB_SECRET));
    }
    Ok(env)
}

async fn on_pod(
    engine: &Engine,
    client: &RunPod,
    plan: &CachePlan,
    mut stored: StoredRental,
    env: Env,
    heard: &Heard,
) -> Result<StoredRental> {
    let places = &engine.0.places.runpod;
    let Some(image) = &places.image else {
        void(engine, stored, "there is no image").await?;
        return Err(Error::refused(WHAT, "there is no image").next("Set runpod.image"));
    };
    let centers: Vec<String> = places.volume_data_center.iter().cloned().collect();
    let (mut tried, mut rights) = (Vec::new(), None::<RemoteError>);
    for machine in &plan.machines {
        let what = format!("{} at {}", machine.gpu, machine.per_hour);
        heard.say(&plan.model, &format!("RunPod is asked for {what}."));
        stored.rental.what = Some(what.clone());
        stored.rental.quoted = Some(machine.per_hour);
        stored.rental.claimed_at = engine.0.clock.real();
        stored = engine.db().save_rental(None, &stored, None).await.map_err(from_db(WHAT))?;
        let pod = NewPod {
            args: Some(POD_COMMAND.to_owned()),
            disk: Some(places.disk),
            env: env.clone(),
            mounts: Some(Mounts::network(&plan.volume, POD_MOUNT)),
            cloud: Some(Cloud::Secure),
            data_center_ids: centers.clone(),
            ..NewPod::new(&stored.rental.name, image, Compute::Gpu(Gpu::new(&machine.gpu, 1)))
        };
        match client.pods().create(&pod).await {
            Ok(made) => {
                return found(engine, stored, &made.id, async || {
                    if let Err(error) = client.pods().delete(&made.id).await {
                        tracing::warn!(%error, "a pod that was given up stays; `runpod reap` finds it");
                    }
                })
                .await;
            }
            Err(error) if error.advice() == Advice::NextCandidate => {
                tried.push(what);
                rights = Some(error)
                    .filter(|error| error.kind() == Kind::Scope && (rights.is_some() || tried.len() == 1));
            }
            Err(error) => return refused(engine, stored, error).await,
        }
    }
    if let Some(error) = rights {
        // Not one machine: it is the key.
        return refused(engine, stored, error.of_all()).await;
    }
    void(engine, stored, "RunPod has no machine").await?;
    let why = format!("RunPod has no machine free beside the volume; asked for: {}", tried.join(", "));
    Err(Error::failed(WHAT, why).next("Try again later, or take the endpoint with --on runpod-serverless"))
}

async fn on_queue(
    engine: &Engine,
    client: &RunPod,
    plan: &CachePlan,
    stored: StoredRental,
) -> Result<StoredRental> {
    let places = &engine.0.places.runpod;
    let Some(endpoint) = &places.endpoint else {
        void(engine, stored, "there is no endpoint").await?;
        return Err(Error::refused(WHAT, "there is no endpoint").next("Set runpod.endpoint"));
    };
    let policy =
        Policy::new(Duration::from_hours(u64::from(HOURS)), places.queue).map_err(|e| from_remote(&e))?;
    let job = NewJob::new(order(plan, &stored.rental), policy);
    match client.jobs(endpoint).run(&job).await {
        Ok(made) => {
            found(engine, stored, &made.id, async || {
                if let Err(error) = client.jobs(endpoint).cancel(&made.id).await {
                    tracing::warn!(%error, "a job that was given up stays; `runpod reap` finds it");
                }
            })
            .await
        }
        Err(error) => refused(engine, stored, error).await,
    }
}

/// Its id is written down before anything else. Given up meanwhile: it is ended again.
async fn found(
    engine: &Engine,
    stored: StoredRental,
    id: &str,
    end: impl AsyncFnOnce(),
) -> Result<StoredRental> {
    if engine.db().found_rental(stored.rental.id, id).await.map_err(from_db(WHAT))? {
        return reread(engine, stored).await;
    }
    end().await;
    Err(Error::refused(WHAT, "somebody gave it up meanwhile; its machine was given back again"))
}

/// It may have come all the same: then it is looked for. Otherwise it never was.
async fn refused(engine: &Engine, stored: StoredRental, error: RemoteError) -> Result<StoredRental> {
    if error.is_uncertain() {
        return Ok(stored);
    }
    void(engine, stored, &error.what()).await?;
    Err(from_remote(&error))
}

/// It never was.
pub(super) async fn void(engine: &Engine, mut stored: StoredRental, why: &str) -> Result<()> {
    stored.rental.state = Word::Known(RentalState::Void);
    stored.rental.why = Some(why.to_owned());
    engine.db().save_rental(None, &stored, None).await.map_err(from_db(WHAT)).map(|_| ())
}

/// As the rows have it now.
pub(super) async fn reread(engine: &Engine, stored: StoredRental) -> Result<StoredRental> {
    let now = engine.db().rental(stored.rental.id).await.map_err(from_db(WHAT))?;
    Ok(now.unwrap_or(stored))
}
