//! Things of ours at RunPod that belong to no run: found by name and mark, shown, and ended only when somebody says so.

use super::client::{client, from_remote};
use super::names::{OURS, POD_TAG, run_of_secret, secret_name, without_ours};
use crate::engine::from_db;
use crate::{CancellationToken, Engine, Error, Result};
use chrono::{DateTime, Utc};
use domain::money::Usd;
use remote::runpod::{JobState, PodStatus, RunPod};
use serde::Serialize;
use std::collections::BTreeSet;

const WHAT: &str = "Cannot look for what was left at RunPod";
/// So often it is looked whether something is really gone, every fifth of the pause between two calls that give it back.
const LOOKS: u32 = 40;

/// What kind of thing it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StrayKind {
    /// A machine: it costs money until it is gone.
    Pod,
    /// A job on our endpoint that no run waits for.
    Job,
    /// A secret with an order in it; costs nothing.
    Secret,
}

impl StrayKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Pod, Self::Job, Self::Secret];

    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pod => "pod",
            Self::Job => "job",
            Self::Secret => "secret",
        }
    }
}

/// Something of ours without a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stray {
    /// What it is.
    pub kind: StrayKind,
    /// The provider's id.
    pub id: String,
    /// What it is called there.
    pub name: String,
    /// How it stands, in the provider's word.
    pub status: String,
    /// What an hour of it costs; `None`: nobody says.
    pub per_hour: Option<Usd>,
    /// Since when it is there; `None`: nobody says.
    pub since: Option<DateTime<Utc>>,
    /// Its run is none of this database: it may be somebody else's who uses the same account.
    pub unknown: bool,
}

impl Stray {
    /// Its name without what all of ours begin with: the key of its run, and the rest.
    pub fn of(&self) -> &str {
        without_ours(&self.name)
    }
}

/// What these cost, and what is lost with them, in sentences.
pub fn at_stake<'a>(strays: impl Iterator<Item = &'a Stray>) -> String {
    let (mut per_hour, mut all, mut pods) = (Usd::ZERO, 0, 0);
    for stray in strays {
        per_hour += stray.per_hour.unwrap_or(Usd::ZERO);
        all += 1;
        pods += u32::from(stray.kind == StrayKind::Pod);
    }
    let cost = match (per_hour > Usd::ZERO, all) {
        (true, 1) => format!("It costs {per_hour} an hour."),
        (true, _) => format!("They cost {per_hour} an hour."),
        (false, _) => "No price is known of it.".to_owned(),
    };
    match pods {
        0 if per_hour == Usd::ZERO => "It costs nothing while nobody works on it.".to_owned(),
        0 => cost,
        1 => format!("{cost} What is on the disk of the pod is lost."),
        _ => format!("{cost} What is on the disks of the pods is lost."),
    }
}

/// Looks for them. What is rented for a run, or may be, is none.
pub async fn strays(engine: &Engine) -> Result<Vec<Stray>> {
    let client = client(engine)?;
    let open = engine.db().open_rentals().await.map_err(from_db(WHAT))?;
    let names: BTreeSet<&str> = open.iter().map(|stored| stored.rental.name.as_str()).collect();
    let ids: BTreeSet<&str> = open.iter().filter_map(|stored| stored.rental.external_id.as_deref()).collect();
    let runs = engine.db().run_ids().await.map_err(from_db(WHAT))?;
    let mut keys: BTreeSet<String> = runs.iter().map(ToString::to_string).collect();
    let before = engine.db().rentals_since(DateTime::UNIX_EPOCH).await.map_err(from_db(WHAT))?;
    keys.extend(before.iter().map(|stored| stored.rental.job.to_string()));
    let known = |name: &str| keys.iter().any(|key| name.contains(key.as_str()));
    let orders: BTreeSet<String> = open.iter().map(|stored| secret_name(&stored.rental)).collect();
    let mut found = Vec::new();
    for pod in client.pods().list().await.map_err(|e| from_remote(&e))? {
        let ours = pod.name.starts_with(OURS) || pod.env.get(POD_TAG).is_some();
        if !ours
            || pod.is(PodStatus::Terminated)
            || ids.contains(pod.id.as_str())
            || names.contains(pod.name.as_str())
        {
            continue;
        }
        found.push(Stray {
            kind: StrayKind::Pod,
            unknown: !known(&pod.name),
            status: pod.status.map(|status| status.to_string()).unwrap_or_default(),
            per_hour: pod.cost.map(|cost| cost.0),
            since: pod.started_at.or(pod.created_at),
            id: pod.id,
            name: pod.name,
        });
    }
    for secret in client.secrets().list(None).await.map_err(|e| from_remote(&e))? {
        let Some(run) = run_of_secret(&secret.name) else { continue };
        // The order of one that is rented.
        if orders.contains(&secret.name) {
            continue;
        }
        found.push(Stray {
            kind: StrayKind::Secret,
            unknown: !known(&run.to_string()),
            status: String::new(),
            per_hour: None,
            since: secret.created_at,
            id: secret.id,
            name: secret.name,
        });
    }
    if let Some(endpoint) = &engine.0.places.runpod.endpoint {
        found.extend(jobs(&client, endpoint, &ids, &keys, &open).await?);
    }
    found.sort_by(|a, b| (a.kind, &a.name, &a.id).cmp(&(b.kind, &b.name, &b.id)));
    Ok(found)
}

/// Jobs that say what run they are for, while that run has another machine or none.
async fn jobs(
    client: &RunPod,
    endpoint: &str,
    ids: &BTreeSet<&str>,
    keys: &BTreeSet<String>,
    open: &[store::StoredRental],
) -> Result<Vec<Stray>> {
    let requests = client.jobs(endpoint).requests().await.map_err(|e| from_remote(&e))?;
    let stray = |job: remote::runpod::Job| {
        let run = job.input.as_ref()?.get("run")?.as_str()?.to_owned();
        let ended = job.status.known().is_some_and(JobState::is_end);
        // An answer that is still looked for may be this one.
        let looked_for = open
            .iter()
            .any(|stored| stored.rental.external_id.is_none() && stored.rental.job.to_string() == run);
        (!ended && !ids.contains(job.id.as_str()) && !looked_for).then(|| Stray {
            kind: StrayKind::Job,
            unknown: !keys.contains(&run),
            status: job.status.to_string(),
            per_hour: None,
            since: None,
            name: format!("{OURS}{run}"),
            id: job.id,
        })
    };
    Ok(requests.into_iter().filter_map(stray).collect())
}

/// Ends one, and comes back when the provider says that it is gone.
pub async fn end(engine: &Engine, stray: &Stray, cancel: &CancellationToken) -> Result<()> {
    const WHAT: &str = "Cannot end what was left at RunPod";
    let client = client(engine)?;
    let remote = |e: remote::RemoteError| from_remote(&e).on(&stray.name);
    let endpoint = engine.0.places.runpod.endpoint.clone().unwrap_or_default();
    for look in 0..LOOKS {
        let gone = match stray.kind {
            StrayKind::Secret => return client.secrets().delete(&stray.id).await.map_err(remote),
            StrayKind::Pod => match client.pods().get(&stray.id).await {
                Ok(pod) => pod.is(PodStatus::Terminated),
                Err(error) if error.is_not_found() => true,
                Err(error) => return Err(remote(error)),
            },
            StrayKind::Job => match client.jobs(&endpoint).status(&stray.id).await {
                Ok(job) => job.status.known().is_some_and(JobState::is_end),
                Err(error) if error.is_not_found() => true,
                Err(error) => return Err(remote(error)),
            },
        };
        if gone {
            return Ok(());
        }
        if cancel.is_cancelled() {
            return Err(Error::interrupted(WHAT)
                .on(&stray.name)
                .next("Look again with `brightrun runpod reap`"));
        }
        // Asked again now and then: one call alone is not trusted.
        if look % 5 == 0 {
            let asked = match stray.kind {
                StrayKind::Pod => client.pods().delete(&stray.id).await,
                _ => client.jobs(&endpoint).cancel(&stray.id).await.map(|_| ()),
            };
            match asked {
                Err(error) if !error.is_not_found() && !error.is_transient() && !error.is_uncertain() => {
                    return Err(remote(error));
                }
                _ => continue,
            }
        }
        engine.0.clock.sleep(engine.0.places.runpod.again / 5).await;
    }
    Err(Error::failed(WHAT, "RunPod still shows it")
        .on(&stray.name)
        .next("Look at its console: it may cost money until it is gone"))
}
