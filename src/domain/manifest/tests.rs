use super::*;
use serde_json::{Value, json};

pub(crate) fn sample() -> Value {
    json!({
        "protocol": 1, "run": "r1", "finished_at": "2026-11-28T10:00:00.000Z", "attempts": 2, "steps": 30, "epochs": 3,
        "training_seconds": 12.5,
        "files": [{"path": "adapter/adapter_model.safetensors", "bytes": 100, "sha256": "a".repeat(64)},
            {"path": "adapter/adapter_config.json", "bytes": 20, "sha256": "b".repeat(64)}],
        "final_metrics": {"loss": 0.5, "eval_loss": "nan", "odd": "x"},
        "base_model": {"path": "/m"},
        "dataset": {"sha256": "c".repeat(64), "shape": "messages", "conversations": 12, "train_examples": 40,
            "eval_examples": 4, "truncated": 1, "train_tokens": 5000},
        "spec_sha256": "d".repeat(64),
        "device": {"kind": "cpu", "count": 1, "precision": "fp32", "quantization": "none"},
        "worker": {"version": "0.1", "revision": null, "source_sha256": "e".repeat(64)}, "versions": {"torch": "2"},
    })
}

fn read(value: &Value) -> Result<Manifest, BadManifest> {
    Manifest::read(value.to_string().as_bytes(), "r1")
}

fn with(change: impl FnOnce(&mut Value)) -> BadManifest {
    let mut value = sample();
    change(&mut value);
    read(&value).unwrap_err()
}

#[test]
fn a_sound_manifest_is_read() {
    let manifest = read(&sample()).unwrap();
    assert_eq!((manifest.bytes(), manifest.metric("loss"), manifest.attempts), (120, Some(0.5), 2));
    assert_eq!(manifest.metric("eval_loss"), None, "NaN is no result");
    assert!(manifest.final_metrics["eval_loss"].is_nan() && !manifest.final_metrics.contains_key("odd"));
}

#[test]
fn files_outside_the_result_are_refused() {
    for path in [
        "../etc/passwd",
        "adapter/../../x",
        "adapter/",
        "adapter//x",
        "/adapter/x",
        "adapter",
        "other/x",
        "adapter/a\\b",
    ] {
        assert_eq!(with(|v| v["files"][0]["path"] = json!(path)), BadManifest::File(path.to_owned()));
    }
    assert!(matches!(with(|v| v["files"][0]["sha256"] = json!("abc")), BadManifest::File(_)));
    assert_eq!(with(|v| v["files"] = json!([])), BadManifest::Empty);
}

#[test]
fn other_protocols_runs_and_garbage_are_refused() {
    assert_eq!(with(|v| *v = json!({"protocol": 2})), BadManifest::Protocol(2));
    assert_eq!(with(|v| v["run"] = json!("r2")), BadManifest::Foreign("r2".to_owned()));
    assert!(matches!(with(|v| v["steps"] = json!(-1)), BadManifest::Broken(_)));
    assert!(matches!(Manifest::read(b"{\"protocol\": 1", "r1"), Err(BadManifest::Broken(_))));
}
