//! The order, `carry.json` and the store behind it.

use super::super::Container;
use super::super::web::Web;
use super::record::{self, Events, Told};
use super::tar;
use crate::clock::{Ms, SECOND, written_exactly};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What it is told.
pub(super) struct Carry {
    pub(super) run: String,
    pub(super) spec: Value,
    /// Its time limit, seconds.
    pub(super) seconds: Option<i64>,
    pub(super) beat: Ms,
    pub(super) part: usize,
}

/// The files of the run, by name.
pub(super) enum Depot {
    /// By signed addresses, each for one name and one method.
    Signed { get: BTreeMap<String, String>, put: BTreeMap<String, String> },
    /// Below this address: a folder of a mounted volume.
    Volume(String),
}

/// `owner.json`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Owner {
    pub(super) worker: String,
    pub(super) attempt: u64,
    pub(super) beat: u64,
    pub(super) ended: Option<String>,
}

impl Owner {
    /// The machine of a name `machine/…`.
    pub(super) fn machine(&self) -> &str {
        self.worker.rsplit_once('/').map_or(&self.worker, |(machine, _)| machine)
    }

    pub(super) fn text(&self, now: Ms) -> String {
        let mut told = json!({"worker": self.worker, "attempt": self.attempt, "beat": self.beat, "at": written_exactly(now)});
        if let Some(ended) = &self.ended {
            told["ended"] = json!(ended);
        }
        told.to_string()
    }

    fn read(text: &[u8]) -> Option<Self> {
        let value: Value = serde_json::from_slice(text).ok()?;
        Some(Self {
            worker: value["worker"].as_str()?.to_owned(),
            attempt: value["attempt"].as_u64()?,
            beat: value["beat"].as_u64()?,
            ended: value["ended"].as_str().map(str::to_owned),
        })
    }
}

impl Carry {
    /// Reads what the order names and compares its digest.
    pub(super) fn fetch(
        web: &mut impl Web,
        order: &Value,
        container: &Container,
    ) -> Result<(Self, Depot), String> {
        const AGAIN: &str =
            "The program and the image do not fit together: use the image of the program's version.";
        let bad = |what: &str| format!("other: {what}. {AGAIN}");
        if order["brightrun"] != 1 {
            return Err(bad("this is no order for this worker"));
        }
        let folder = order["folder"].as_str().map(|folder| below(container, folder)).transpose()?;
        let address = match &folder {
            Some(folder) => format!("{folder}/carry.json"),
            None => {
                order["carry"].as_str().ok_or_else(|| bad("one of carry and folder is needed"))?.to_owned()
            }
        };
        let text = web.get(&address)?.ok_or_else(|| bad("carry.json is no longer in the store"))?;
        if order["sha256"].as_str() != Some(&record::sha256(&text)) {
            return Err(bad("carry.json is not the one of the order"));
        }
        let value: Value = serde_json::from_slice(&text).map_err(|_| bad("carry.json is no JSON"))?;
        if value["carry"] != 1 || value["run"] != order["run"] {
            return Err(bad("carry.json is of another run or another version"));
        }
        let names = |value: &Value| -> BTreeMap<String, String> {
            let members = value.as_object().into_iter().flatten();
            members
                .map(|(name, address)| (name.clone(), address.as_str().unwrap_or_default().to_owned()))
                .collect()
        };
        let store = &value["store"];
        let depot = match store["kind"].as_str() {
            Some("signed") => Depot::Signed { get: names(&store["get"]), put: names(&store["put"]) },
            Some("volume") => Depot::Volume(below(container, store["folder"].as_str().unwrap_or_default())?),
            _ => return Err(bad("carry.json names a store that this worker does not know")),
        };
        let carry = Self {
            run: value["run"].as_str().unwrap_or_default().to_owned(),
            spec: value["spec"].clone(),
            seconds: value["seconds"].as_i64(),
            beat: value["beat_seconds"].as_i64().unwrap_or(10) * SECOND,
            part: value["part_bytes"]
                .as_u64()
                .and_then(|n| usize::try_from(n).ok())
                .unwrap_or(256 << 20)
                .max(1),
        };
        Ok((carry, depot))
    }
}

/// A folder below the mounted volume, as an address: `volume:<id>/<folder>`.
fn below(container: &Container, folder: &str) -> Result<String, String> {
    let (volume, _) = container.volume.as_ref().ok_or_else(|| {
        "other: no network volume is mounted. Choose an endpoint with the volume.".to_owned()
    })?;
    Ok(format!("volume:{volume}/{folder}"))
}

impl Depot {
    pub(super) fn get(&self, web: &mut impl Web, name: &str) -> Result<Option<Vec<u8>>, String> {
        match self {
            Self::Signed { get, .. } => web.get(
                get.get(name)
                    .ok_or_else(|| format!("other: {name} may not be read. Start the run again."))?,
            ),
            Self::Volume(folder) => web.get(&format!("{folder}/{name}")),
        }
    }

    pub(super) fn put(&self, web: &mut impl Web, name: &str, bytes: Vec<u8>) -> Result<(), String> {
        match self {
            Self::Signed { put, .. } => {
                let address = put.get(name).ok_or_else(|| {
                    format!("disk_full: {name} does not fit into what was signed. Start the run again.")
                })?;
                web.put(address, bytes)
            }
            Self::Volume(folder) => web.put(&format!("{folder}/{name}"), bytes),
        }
    }

    pub(super) fn owner(&self, web: &mut impl Web) -> Result<Option<Owner>, String> {
        Ok(self.get(web, "owner.json")?.and_then(|text| Owner::read(&text)))
    }

    pub(super) fn wish(&self, web: &mut impl Web) -> Result<Option<String>, String> {
        let text = self.get(web, "wish.json")?;
        let value: Value = text.and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default();
        Ok(value["wish"].as_str().map(str::to_owned))
    }

    /// All events that are there, put together again.
    pub(super) fn events(&self, web: &mut impl Web) -> Result<Events, String> {
        let mut text = Vec::new();
        match self {
            Self::Volume(_) => text = self.get(web, "events.jsonl")?.unwrap_or_default(),
            Self::Signed { .. } => {
                let mut part = 0;
                while let Some(more) = self.get(web, &part_of_events(part))? {
                    text.extend(more);
                    part += 1;
                }
            }
        }
        Ok(Events::read(&text))
    }

    /// Puts the parts that grew.
    pub(super) fn put_events(&self, web: &mut impl Web, events: &mut Events) -> Result<(), String> {
        if let Self::Volume(_) = self {
            return self.put(web, "events.jsonl", events.text().to_vec());
        }
        for (part, bytes) in events.grown() {
            self.put(web, &part_of_events(part), bytes)?;
        }
        Ok(())
    }

    /// Step and slot of the newest whole checkpoint.
    pub(super) fn checkpoint(&self, web: &mut impl Web) -> Result<Option<(u64, char)>, String> {
        let Some(text) = self.get(web, "checkpoint.json")? else { return Ok(None) };
        let value: Value = serde_json::from_slice(&text).unwrap_or_default();
        let (Some(step), Some(slot)) =
            (value["step"].as_u64(), value["slot"].as_str().and_then(|slot| slot.chars().next()))
        else {
            return Ok(None);
        };
        if let Self::Volume(_) = self {
            return Ok(Some((step, slot)));
        }
        let mut whole = Vec::new();
        for part in 0..value["parts"].as_u64().unwrap_or(0) {
            whole.extend(self.get(web, &format!("checkpoint-{slot}/{part:05}"))?.unwrap_or_default());
        }
        Ok((value["sha256"].as_str() == Some(&record::sha256(&whole))).then_some((step, slot)))
    }

    /// Puts a checkpoint into a slot; its bytes.
    pub(super) fn put_checkpoint(
        &self,
        web: &mut impl Web,
        slot: char,
        step: u64,
        part: usize,
    ) -> Result<usize, String> {
        let files =
            [(format!("checkpoint-{step}/state.json"), json!({"step": step}).to_string().into_bytes())];
        let (bytes, parts, sha256) = self.put_archive(web, &format!("checkpoint-{slot}"), &files, part)?;
        let told =
            json!({"slot": slot.to_string(), "step": step, "bytes": bytes, "parts": parts, "sha256": sha256});
        self.put(web, "checkpoint.json", told.to_string().into_bytes())?;
        Ok(bytes)
    }

    /// Puts result and manifest; the manifest's bytes.
    pub(super) fn put_result(
        &self,
        web: &mut impl Web,
        carry: &Carry,
        told: &Told,
    ) -> Result<Vec<u8>, String> {
        let adapter = record::adapter(carry);
        let spec = carry.spec.to_string().into_bytes();
        let manifest = record::manifest(carry, told, &adapter, &spec);
        let mut files = adapter;
        files.push(("spec.json".to_owned(), spec));
        files.push(("base_model.json".to_owned(), b"{}".to_vec()));
        if let Self::Volume(_) = self {
            for (name, bytes) in files {
                self.put(web, &name, bytes)?;
            }
        } else {
            let (bytes, parts, sha256) = self.put_archive(web, "result", &files, carry.part)?;
            let about = json!({"bytes": bytes, "parts": parts, "sha256": sha256});
            self.put(web, "result.json", about.to_string().into_bytes())?;
        }
        self.put(web, "manifest.json", manifest.clone())?;
        Ok(manifest)
    }

    fn put_archive(
        &self,
        web: &mut impl Web,
        name: &str,
        files: &[(String, Vec<u8>)],
        part: usize,
    ) -> Result<(usize, usize, String), String> {
        let whole = tar::pack(files);
        let mut parts = 0;
        for piece in whole.chunks(part) {
            self.put(web, &format!("{name}/{parts:05}"), piece.to_vec())?;
            parts += 1;
        }
        Ok((whole.len(), parts, record::sha256(&whole)))
    }
}

fn part_of_events(part: usize) -> String {
    format!("events/{part:05}.jsonl")
}
