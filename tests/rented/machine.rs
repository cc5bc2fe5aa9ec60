//! What a rented machine does with a run, as far as the store sees it (decision 0170): through signed addresses only.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

fn hash(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// One request over a connection of its own: status and body.
async fn http(method: &str, address: &str, body: &[u8]) -> (u16, Vec<u8>) {
    let rest = address.strip_prefix("http://").expect("an address");
    let (host, path) = rest.split_once('/').expect("a path");
    let mut socket = tokio::net::TcpStream::connect(host).await.expect("a server");
    let head = format!(
        "{method} /{path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    socket.write_all(head.as_bytes()).await.expect("sent");
    socket.write_all(body).await.expect("sent");
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).await.expect("an answer");
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("a head") + 4;
    let head = String::from_utf8_lossy(&answer[..end]).to_lowercase();
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("a status");
    let body = answer[end..].to_vec();
    (status, if head.contains("transfer-encoding: chunked") { unchunked(&body) } else { body })
}

fn unchunked(mut body: &[u8]) -> Vec<u8> {
    let mut all = Vec::new();
    loop {
        let end = body.windows(2).position(|two| two == b"\r\n").expect("a size");
        let size = usize::from_str_radix(std::str::from_utf8(&body[..end]).expect("text").trim(), 16)
            .expect("a number");
        if size == 0 {
            return all;
        }
        all.extend_from_slice(&body[end + 2..end + 2 + size]);
        body = &body[end + 4 + size..];
    }
}

pub struct Machine {
    volume: Option<std::path::PathBuf>,
    name: String,
    carry: Value,
    pub run: String,
    attempt: u64,
    seq: u64,
    events: String,
    beat: u64,
}

impl Machine {
    /// Reads its ticket and what it may do; the digest has to be right.
    pub async fn starts(ticket: &Value) -> Self {
        assert_eq!(ticket["brightrun"], 1);
        let (status, text) = http("GET", ticket["carry"].as_str().expect("an address"), b"").await;
        assert_eq!((status, hash(&text).as_str()), (200, ticket["sha256"].as_str().expect("a digest")));
        let carry: Value = serde_json::from_slice(&text).expect("JSON");
        let run = carry["run"].as_str().expect("a key").to_owned();
        let mut machine = Self {
            volume: None,
            name: "w1".to_owned(),
            carry,
            run,
            attempt: 1,
            seq: 0,
            events: String::new(),
            beat: 0,
        };
        let data = machine.get("dataset.jsonl").await.expect("the dataset is there");
        assert_eq!(hash(&data), machine.carry["spec"]["dataset"]["sha256"].as_str().expect("a digest"));
        if let Some(before) = machine.get("events/00000.jsonl").await {
            machine.events = String::from_utf8(before).expect("text");
            let last: Value =
                serde_json::from_str(machine.events.lines().last().expect("a line")).expect("JSON");
            machine.seq = last["seq"].as_u64().expect("a number");
            machine.attempt = last["attempt"].as_u64().expect("a number") + 1;
        }
        machine.beats().await;
        machine
    }

    /// The same on a machine of this name.
    pub async fn starts_on(name: &str, ticket: &Value) -> Self {
        let mut machine = Self { name: name.to_owned(), ..Self::starts(ticket).await };
        machine.beats().await;
        machine
    }

    /// One that mounts the volume on which this folder lies.
    pub fn on_volume(folder: &std::path::Path, carry: Value) -> Self {
        let run = carry["run"].as_str().expect("a key").to_owned();
        let volume = Some(folder.to_owned());
        Self { volume, name: "w1".to_owned(), carry, run, attempt: 1, seq: 0, events: String::new(), beat: 0 }
    }

    pub async fn get(&self, name: &str) -> Option<Vec<u8>> {
        let address = self.carry["store"]["get"][name].as_str().expect("it may read this");
        let (status, body) = http("GET", address, b"").await;
        (status == 200).then_some(body)
    }

    pub async fn put(&self, name: &str, body: &[u8]) {
        if let Some(folder) = &self.volume {
            let path = folder.join(if name == "events/00000.jsonl" { "events.jsonl" } else { name });
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            return std::fs::write(path, body).expect("written");
        }
        let address =
            self.carry["store"]["put"][name].as_str().unwrap_or_else(|| panic!("it may not write {name}"));
        assert_eq!(http("PUT", address, body).await.0, 200, "{name}");
    }

    pub async fn beats(&mut self) {
        self.beat += 1;
        let owner = json!({"worker": format!("{}/abc", self.name), "attempt": self.attempt, "beat": self.beat, "at": "2026-11-28T10:00:00Z"});
        self.put("owner.json", owner.to_string().as_bytes()).await;
    }

    pub async fn tells(&mut self, kind: &str, more: Value) {
        self.seq += 1;
        let mut event =
            json!({"seq": self.seq, "at": "2026-11-28T10:00:00.000Z", "attempt": self.attempt, "kind": kind});
        event.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        let _ = writeln!(self.events, "{event}");
        self.put("events/00000.jsonl", self.events.as_bytes()).await;
    }

    /// Two steps of training.
    pub async fn trains(&mut self) {
        self.tells("stage", json!({"stage": "training"})).await;
        for step in 1..=2 {
            self.tells("metrics", json!({"step": step, "values": {"loss": 3.0 - f64::from(step)}})).await;
            self.tells("progress", json!({"percent": 25 + step, "step": step, "total_steps": 2})).await;
        }
    }

    pub async fn ends(&mut self, outcome: &str, code: u32) {
        self.tells("final", json!({"outcome": outcome, "exit_code": code, "step": 2})).await;
    }

    /// The result, in parts, the manifest last.
    pub async fn finishes(&mut self) {
        let weights = b"weights of a tiny adapter".as_slice();
        let mut tar = tar::Builder::new(Vec::new());
        for (name, bytes) in [("adapter/adapter_model.safetensors", weights), ("spec.json", b"{}")] {
            let mut header = tar::Header::new_gnu();
            header.set_size(bytes.len() as u64);
            header.set_mode(0o644);
            header.set_cksum();
            tar.append_data(&mut header, name, bytes).expect("an entry");
        }
        let tar = tar.into_inner().expect("an archive");
        if self.volume.is_some() {
            self.put("adapter/adapter_model.safetensors", weights).await;
            return self.manifest(weights).await;
        }
        let (a, b) = tar.split_at(700);
        self.put("result/00000", a).await;
        self.put("result/00001", b).await;
        self.put(
            "result.json",
            json!({"bytes": tar.len(), "parts": 2, "sha256": hash(&tar)}).to_string().as_bytes(),
        )
        .await;
        self.put("worker.log", b"it printed this\n").await;
        self.manifest(weights).await;
    }

    async fn manifest(&mut self, weights: &[u8]) {
        let manifest = json!({
            "protocol": 1, "run": self.run, "finished_at": "2026-11-28T10:01:00Z", "attempts": self.attempt, "steps": 2, "epochs": 1.0,
            "training_seconds": 2.0, "final_metrics": {"loss": 1.0},
            "files": [{"path": "adapter/adapter_model.safetensors", "bytes": weights.len(), "sha256": hash(weights)}],
            "dataset": {"sha256": self.carry["spec"]["dataset"]["sha256"], "conversations": 20, "train_examples": 18, "eval_examples": 2,
                "truncated": 0, "train_tokens": 100},
            "device": {"kind": "cuda", "name": "x", "count": 1, "precision": "bf16", "quantization": "none"},
            "worker": {"version": "1"}
        });
        self.ends("done", 0).await;
        self.put("manifest.json", manifest.to_string().as_bytes()).await;
    }
}
