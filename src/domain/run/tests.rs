#![expect(
    clippy::cast_precision_loss,
    clippy::float_cmp,
    reason = "small whole numbers, and values that must come back as they were"
)]
#![expect(clippy::needless_pass_by_value, reason = "values made where they are told")]

use super::*;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

mod examples;
mod health;
mod reading;
mod standing;

fn clock(seconds: f64) -> DateTime<Utc> {
    #[expect(clippy::cast_possible_truncation, reason = "a test")]
    let ms = (seconds * 1000.0).round() as i64;
    DateTime::from_timestamp(1_795_000_000, 0).unwrap() + TimeDelta::milliseconds(ms)
}

/// Writes events as the worker does.
#[derive(Default)]
struct Worker {
    seq: u64,
    attempt: u64,
    now: f64,
    out: Vec<u8>,
}

impl Worker {
    fn start() -> Self {
        Self { attempt: 1, ..Self::default() }
    }

    fn tell(&mut self, kind: &str, mut rest: Value) -> &mut Self {
        self.seq += 1;
        rest["seq"] = json!(self.seq);
        rest["at"] = json!(clock(self.now).format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string());
        rest["attempt"] = json!(self.attempt);
        rest["kind"] = json!(kind);
        self.out.extend_from_slice(rest.to_string().as_bytes());
        self.out.push(b'\n');
        self
    }

    fn stage(&mut self, stage: &str) -> &mut Self {
        self.tell("stage", json!({"stage": stage}))
    }

    fn metrics(&mut self, step: u64, values: Value) -> &mut Self {
        self.tell("metrics", json!({"step": step, "epoch": 0.5, "values": values}))
    }

    fn progress(&mut self, percent: f64, step: u64) -> &mut Self {
        let rest = json!({"percent": percent, "step": step, "total_steps": 100, "seconds_per_step": null});
        self.tell("progress", rest)
    }

    fn after(&mut self, seconds: f64) -> &mut Self {
        self.now += seconds;
        self
    }

    fn read(&self) -> Reader {
        let mut reader = Reader::default();
        reader.push(&self.out);
        reader
    }

    fn state(&self, process: Liveness) -> State {
        state(self.read().facts(), clock(self.now), process)
    }
}
