//! What the volume has of a base model, read through its S3 interface. The worker lays it out (decision 0170, *Base models*).

use super::WHAT;
use crate::engine::from_files;
use crate::runpod::glance::briefly;
use crate::runpod::ready::volume_lacks;
use crate::{Engine, Error, Result};
use chrono::{DateTime, Utc};
use domain::sentence::sentences;
use serde::{Deserialize, Serialize};
use store::files::Files;

/// Bytes at the end of the events that are read at most.
const TAIL: u64 = 64 << 10;

/// Weights that are on the volume, all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weights {
    /// Name on the model hub.
    pub model: String,
    /// The commit.
    pub revision: String,
    /// All files together.
    pub bytes: u64,
    /// When the last of them had arrived; `None`: it does not say.
    #[serde(default)]
    pub finished_at: Option<DateTime<Utc>>,
}

/// How far a machine is with a model.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Told {
    /// The newest attempt that told something.
    pub attempt: u64,
    /// Bytes that are there, and of how many.
    pub bytes: Option<(u64, u64)>,
    /// It has come to an end: well or not.
    pub ended: Option<bool>,
    /// What went wrong: cause and what to do.
    pub error: Option<String>,
}

#[derive(Deserialize)]
struct Event {
    #[serde(default)]
    attempt: u64,
    kind: String,
    #[serde(default)]
    bytes: Option<u64>,
    #[serde(default)]
    total_bytes: Option<u64>,
    #[serde(default)]
    outcome: Option<String>,
    #[serde(default)]
    cause: Option<String>,
    #[serde(default)]
    fix: Option<String>,
}

impl Told {
    /// Of the lines at the end of the events only those of the newest attempt count. What cannot be read is left out.
    fn read(text: &str) -> Self {
        let mut told = Self::default();
        for event in text.lines().filter_map(|line| serde_json::from_str::<Event>(line).ok()) {
            if event.attempt > told.attempt {
                told = Self { attempt: event.attempt, ..Self::default() };
            }
            match event.kind.as_str() {
                "progress" => told.bytes = event.bytes.zip(event.total_bytes).or(told.bytes),
                "final" => told.ended = Some(event.outcome.as_deref() == Some("done")),
                "error" => {
                    let parts = [event.cause, event.fix].into_iter().flatten();
                    told.error = Some(sentences(parts));
                }
                _ => {}
            }
        }
        told
    }
}

/// The volume's files.
pub(super) fn files(engine: &Engine) -> Result<&Files> {
    engine.0.volume.as_ref().ok_or_else(|| {
        let missing = volume_lacks(&engine.0.places.runpod);
        Error::refused(WHAT, "nobody can look onto the network volume: its S3 interface is not set up").next(
            format!("Set {}: RunPod's console makes the keys (Settings, S3 API keys)", missing.join(", ")),
        )
    })
}

fn place(model: &str, name: &str) -> String {
    format!("huggingface/brightrun/{}/{name}", model.replace('/', "--"))
}

/// What is there whole; `None`: not all of it, or nothing.
pub async fn weights(engine: &Engine, model: &str) -> Result<Option<Weights>> {
    let bytes = match files(engine)?.get(&place(model, "whole.json")).await {
        Ok(bytes) => bytes,
        Err(error) if error.is_missing() => return Ok(None),
        Err(error) => return Err(from_files(WHAT)(error)),
    };
    // What cannot be read is not whole: the worker writes it anew.
    Ok(serde_json::from_slice::<Weights>(&bytes).ok().filter(|weights| !weights.revision.is_empty()))
}

/// The same for somebody who waits at a screen. `Err`: nobody knows.
pub(crate) async fn glance(engine: &Engine, model: &str) -> Result<Option<Weights>> {
    briefly(engine, WHAT, "the network volume does not answer", Box::pin(weights(engine, model))).await
}

/// What a machine tells there.
pub(super) async fn told(engine: &Engine, model: &str) -> Result<Told> {
    let (files, key) = (files(engine)?, place(model, "events.jsonl"));
    let Some(meta) = files.head(&key).await.map_err(from_files(WHAT))? else { return Ok(Told::default()) };
    if meta.size == 0 {
        return Ok(Told::default());
    }
    let from = meta.size.saturating_sub(TAIL);
    let bytes = files.get_range(&key, from..meta.size).await.map_err(from_files(WHAT))?;
    Ok(Told::read(&String::from_utf8_lossy(&bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_newest_attempt_counts_and_a_torn_line_says_nothing() {
        let text = r#"cut off","kind":"final"}
{"seq":4,"attempt":1,"kind":"error","class":"disk_full","cause":"full","fix":"make room"}
{"seq":5,"attempt":1,"kind":"final","outcome":"failed"}
{"seq":6,"attempt":2,"kind":"progress","percent":10.0,"bytes":100,"total_bytes":1000}
{"seq":7,"attempt":2,"kind":"progress","percent":100}
{"seq":8,"att"#;
        let told = Told::read(text);
        assert_eq!(told, Told { attempt: 2, bytes: Some((100, 1000)), ended: None, error: None });
        let first = Told::read(text.split_once("{\"seq\":6").unwrap().0);
        assert_eq!((first.ended, first.error.as_deref()), (Some(false), Some("Full. Make room.")));
        let done = Told::read(r#"{"attempt":3,"kind":"final","outcome":"done"}"#);
        assert_eq!(done.ended, Some(true));
    }
}
