//! Carrying a run there: the dataset, whole and read back, and what the machine may do (decision 0170).

use super::depot::{Depot, Way};
use crate::engine::from_files;
use crate::jobs::drive::{Driver, WHAT};
use crate::{Error, Result, objects};
use chrono::{DateTime, SecondsFormat, Utc};
use domain::spec::{DataSource, Device, RunSpec};
use futures::TryStreamExt as _;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::time::Duration;
use store::files::{Allow, Upload};

/// What a machine is given; more is asked of nobody.
const BEAT: u64 = 10;
const WISH: u64 = 5;
const PART: u64 = 256 << 20;
/// Parts of events (1 MiB) that are signed: the fewest and the most, and how many bytes of a step have room (decision 0191). A step tells some
/// hundred bytes, and a run may repeat steps a few times.
const EVENTS: (u64, u64) = (64, 512);
const STEP: u64 = 4 << 10;
/// Parts of each archive that are signed.
const ARCHIVE: u64 = 64;
/// What S3 signs for at most.
pub(super) const LONGEST: Duration = Duration::from_hours(7 * 24);

#[derive(Serialize)]
struct Carry<'a> {
    #[serde(rename = "carry")]
    version: u32,
    run: String,
    spec: &'a RunSpec,
    seconds: u64,
    beat_seconds: u64,
    wish_seconds: u64,
    part_bytes: u64,
    store: Store,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Store {
    Signed { until: String, get: BTreeMap<String, String>, put: BTreeMap<String, String> },
    Volume { folder: String },
}

/// What is told to whoever starts: the input of a queue job, or the variable of a pod.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Ticket {
    brightrun: u32,
    pub run: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    carry: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    folder: Option<String>,
    pub sha256: String,
    /// The machine's own hard limit.
    seconds: u64,
    /// Which attempt it is for, to be found again by.
    attempt: u32,
}

fn hash(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// How many parts of events a run over so many examples may fill; `None`: nobody knows how many there are.
fn event_parts(examples: Option<u64>, epochs: u32) -> u64 {
    // A step has one example at least.
    let steps = examples.map_or(u64::MAX, |examples| examples.saturating_mul(u64::from(epochs)));
    (EVENTS.0 + steps.saturating_mul(STEP) / (1 << 20)).min(EVENTS.1)
}

/// Names that the machine reads, and names that it writes.
fn names(events: u64) -> (Vec<String>, Vec<String>) {
    let parts = |folder: &str, count: u64| -> Vec<String> {
        (0..count).map(|n| format!("{folder}/{n:05}")).collect()
    };
    let events: Vec<String> = (0..events).map(|n| format!("events/{n:05}.jsonl")).collect();
    let mut both: Vec<String> =
        ["owner.json", "checkpoint.json", "manifest.json", "worker.log"].map(str::to_owned).to_vec();
    both.extend(events);
    both.extend(parts("checkpoint-a", ARCHIVE));
    both.extend(parts("checkpoint-b", ARCHIVE));
    let (mut get, mut put) = (both.clone(), both);
    get.extend(["dataset.jsonl", "wish.json"].map(str::to_owned));
    put.push("result.json".to_owned());
    put.extend(parts("result", ARCHIVE));
    (get, put)
}

async fn signed(
    depot: &Depot,
    what: Allow,
    names: Vec<String>,
    time: Duration,
) -> Result<BTreeMap<String, String>> {
    let mut all = BTreeMap::new();
    for name in names {
        let address = address(depot, what, &name, time).await?;
        all.insert(name, address);
    }
    Ok(all)
}

async fn address(depot: &Depot, what: Allow, name: &str, time: Duration) -> Result<String> {
    let signed = depot.files.presign(what, &depot.key(name), time).await.map_err(from_files(WHAT))?;
    signed.map(String::from).ok_or_else(|| Error::failed(WHAT, crate::runpod::NO_STORE))
}

impl Driver<'_> {
    /// Puts everything there and reads it back. `lives` is how long the machine may need its addresses.
    pub(super) async fn carry(&mut self, depot: &Depot, seconds: u64, lives: Duration) -> Result<Ticket> {
        let data =
            DataSource::Path { path: "dataset.jsonl".to_owned(), sha256: self.run.dataset_sha256.clone() };
        // A rented machine without its GPU is not worth its price; experiments may have one.
        let device = if self.run.configuration.any_value { Device::Auto } else { Device::Cuda };
        let spec = self.spec(data, device, None)?;
        self.write_spec(&spec)?;
        let row = self.dataset_row().await?;
        self.carry_dataset(depot, &objects::copy_of(&row)).await?;
        // A wish that no machine has heard is none of the next attempt's.
        depot.delete("wish.json").await?;
        let lives = lives.min(LONGEST);
        let store = match depot.way {
            Way::Volume => Store::Volume { folder: depot.folder().to_owned() },
            Way::Signed => {
                let epochs = self.run.configuration.hyperparameters.epochs;
                let (get, put) = names(event_parts(row.examples, epochs));
                let until: DateTime<Utc> = self.engine.0.clock.real() + lives;
                Store::Signed {
                    until: until.to_rfc3339_opts(SecondsFormat::Secs, true),
                    get: signed(depot, Allow::Read, get, lives).await?,
                    put: signed(depot, Allow::Write, put, lives).await?,
                }
            }
        };
        let carry = Carry {
            version: 1,
            run: self.run.job.id.to_string(),
            spec: &spec,
            seconds,
            beat_seconds: BEAT,
            wish_seconds: WISH,
            part_bytes: PART,
            store,
        };
        let text = serde_json::to_vec(&carry).map_err(|e| Error::failed(WHAT, e.to_string()))?;
        let sha256 = hash(&text);
        depot.put("carry.json", text).await?;
        let back = depot.get("carry.json").await?;
        if back.is_none_or(|back| hash(&back) != sha256) {
            return Err(garbled("carry.json"));
        }
        let (carry, folder) = match depot.way {
            Way::Signed => (Some(address(depot, Allow::Read, "carry.json", lives).await?), None),
            Way::Volume => (None, Some(depot.folder().to_owned())),
        };
        let (run, attempt) = (self.run.job.id.to_string(), self.away().attempts + 1);
        Ok(Ticket { brightrun: 1, run, carry, folder, sha256, seconds, attempt })
    }

    /// The dataset is there whole: by its digest, read back.
    async fn carry_dataset(&mut self, depot: &Depot, key: &str) -> Result<()> {
        const NAME: &str = "dataset.jsonl";
        let wanted = self.run.dataset_sha256.to_ascii_lowercase();
        // A large one takes longer to read than the lease lives.
        if depot.head(NAME).await?.is_some() && self.staying(depot.measure(NAME)).await??.1 == wanted {
            return Ok(());
        }
        let mut upload = depot.files.put_stream(&depot.key(NAME)).map_err(from_files(WHAT))?;
        if let Err(error) = self.copy_object(key, &mut upload).await {
            // What stays behind all the same nobody sees.
            let _ = upload.abort().await;
            return Err(error);
        }
        let bytes = upload.finish().await.map_err(from_files(WHAT))?;
        let back = self.staying(depot.measure(NAME)).await??;
        if back == (bytes, wanted) { Ok(()) } else { Err(garbled(NAME)) }
    }

    async fn copy_object(&mut self, key: &str, upload: &mut Upload) -> Result<()> {
        let (_, mut chunks) = self.engine.files().get_stream(key).await.map_err(from_files(WHAT))?;
        while let Some(chunk) = chunks.try_next().await.map_err(from_files(WHAT))? {
            upload.write(&chunk).await.map_err(from_files(WHAT))?;
            self.stay().await?;
        }
        Ok(())
    }
}

fn garbled(name: &str) -> Error {
    Error::failed(WHAT, "other bytes came back from the store than were written; nothing was rented").on(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_have_room_by_what_a_run_may_tell() {
        assert_eq!(event_parts(None, 3), 512, "nobody knows");
        assert_eq!(event_parts(Some(20), 3), 64);
        assert_eq!(event_parts(Some(5_000), 3), 122);
        assert_eq!(event_parts(Some(1_000_000), 3), 512);
        assert_eq!(event_parts(Some(u64::MAX), u32::MAX), 512);
        let (get, put) = names(64);
        assert!(
            put.contains(&"events/00063.jsonl".to_owned()) && get.contains(&"events/00063.jsonl".to_owned())
        );
        assert_eq!((get.len(), put.len()), (198, 261));
    }
}
