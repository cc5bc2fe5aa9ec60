//! Events and manifest in the worker's protocol.

use super::carry::Carry;
use crate::clock::{Ms, written_exactly};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// A part of events is full at so many bytes.
const PART: usize = 1 << 20;

/// Hexadecimal digest.
pub(super) fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// `events.jsonl`, and what of it is in the store.
#[derive(Debug, Clone, Default)]
pub(super) struct Events {
    text: Vec<u8>,
    /// Where each part begins.
    parts: Vec<usize>,
    /// Bytes that were put.
    put: usize,
    pub(super) seq: u64,
    pub(super) attempt: u64,
    pub(super) step: u64,
    pub(super) stage: String,
}

impl Events {
    /// Those of earlier attempts.
    pub(super) fn read(text: &[u8]) -> Self {
        let last = |line: &[u8]| serde_json::from_slice::<Value>(line).ok()?["seq"].as_u64();
        let seq = text.split(|byte| *byte == b'\n').rev().find_map(last).unwrap_or(0);
        let mut events = Self { text: Vec::new(), parts: vec![0], put: text.len(), seq, ..Self::default() };
        for line in text.split_inclusive(|byte| *byte == b'\n') {
            events.push(line);
        }
        events
    }

    fn push(&mut self, line: &[u8]) {
        if self.parts.is_empty() {
            self.parts.push(0);
        }
        self.text.extend(line);
        if self.text.len() - self.parts[self.parts.len() - 1] >= PART {
            self.parts.push(self.text.len());
        }
    }

    pub(super) fn text(&self) -> &[u8] {
        &self.text
    }

    pub(super) fn add(&mut self, now: Ms, kind: &str, about: Value) {
        self.seq += 1;
        if let Some(stage) = about["stage"].as_str().filter(|_| kind == "stage") {
            stage.clone_into(&mut self.stage);
        }
        if let Some(step) = about["step"].as_u64().filter(|_| about["stage"] == "resumed") {
            self.step = step;
        }
        let mut event =
            json!({"seq": self.seq, "at": written_exactly(now), "attempt": self.attempt, "kind": kind});
        if let (Some(event), Value::Object(about)) = (event.as_object_mut(), about) {
            event.extend(about);
        }
        let mut line = event.to_string().into_bytes();
        line.push(b'\n');
        self.push(&line);
    }

    /// The parts that have more than was put, whole.
    pub(super) fn grown(&mut self) -> Vec<(usize, Vec<u8>)> {
        let mut grown = Vec::new();
        for (number, from) in self.parts.iter().enumerate() {
            let to = self.parts.get(number + 1).copied().unwrap_or(self.text.len());
            if to > self.put && to > *from {
                grown.push((number, self.text[*from..to].to_vec()));
            }
        }
        self.put = self.text.len();
        grown
    }
}

/// What a finished training tells of itself.
pub(super) struct Told {
    pub(super) now: Ms,
    pub(super) steps: u64,
    pub(super) attempts: u64,
    pub(super) seconds: i64,
}

/// A small adapter that is the same for the same spec.
pub(super) fn adapter(carry: &Carry) -> Vec<(String, Vec<u8>)> {
    let spec = &carry.spec["hyperparameters"];
    let config = json!({"peft_type": "LORA", "r": spec["rank"], "lora_alpha": spec["alpha"], "base_model_name_or_path": carry.spec["base_model"]["name"]});
    // A safetensors file without a tensor: the length of its head, and the head.
    let mut weights = 2_u64.to_le_bytes().to_vec();
    weights.extend(b"{}");
    vec![
        ("adapter/adapter_config.json".to_owned(), config.to_string().into_bytes()),
        ("adapter/adapter_model.safetensors".to_owned(), weights),
    ]
}

/// The manifest.
pub(super) fn manifest(carry: &Carry, told: &Told, adapter: &[(String, Vec<u8>)], spec: &[u8]) -> Vec<u8> {
    let files: Vec<_> = adapter
        .iter()
        .map(|(path, bytes)| json!({"path": path, "bytes": bytes.len(), "sha256": sha256(bytes)}))
        .collect();
    json!({
        "protocol": 1, "run": carry.run, "finished_at": written_exactly(told.now), "attempts": told.attempts, "steps": told.steps, "epochs": 1.0,
        "training_seconds": told.seconds, "files": files, "final_metrics": {"loss": loss(told.steps)}, "base_model": carry.spec["base_model"],
        "dataset": {"sha256": carry.spec["dataset"]["sha256"], "shape": "messages", "conversations": 12, "train_examples": 40, "eval_examples": 4,
                    "truncated": 0, "train_tokens": 4_000},
        "spec_sha256": sha256(spec),
        "device": {"kind": "cuda", "name": "simulated", "count": 1, "precision": "bf16", "quantization": "none", "peak_memory_gb": 18.5},
        "worker": {"version": "0.1.0", "revision": null, "source_sha256": "0".repeat(64)},
        "versions": {"python": "3.12"},
    })
    .to_string()
    .into_bytes()
}

/// A loss that falls.
pub(super) fn loss(step: u64) -> f64 {
    2.0 / (1.0 + share(step, 100)).max(0.1)
}

/// `part` of `whole`, 0 to 1 and beyond.
#[expect(clippy::cast_precision_loss, reason = "steps stay far below 2^53")]
pub(super) fn share(part: u64, whole: u64) -> f64 {
    part as f64 / whole.max(1) as f64
}

/// The worker's exit code of a class of errors.
pub(super) fn exit_code(class: &str) -> u64 {
    const CLASSES: [&str; 8] = [
        "out_of_memory",
        "not_a_number",
        "dataset",
        "model_not_found",
        "disk_full",
        "model_unsuitable",
        "device",
        "checkpoint_damaged",
    ];
    CLASSES.iter().position(|known| *known == class).map_or(1, |at| 20 + at as u64)
}
