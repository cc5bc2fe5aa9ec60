use super::*;
use crate::base_model::builtin;
use serde_json::{Value, json};
use std::path::Path;
use uuid::Uuid;

const SCHEMA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../worker/protocol/spec.schema.json");

fn model() -> BaseModel {
    builtin().find("mistralai/Mistral-7B-Instruct-v0.2").cloned().unwrap()
}

fn data() -> DataSource {
    DataSource::Path { path: "/data/eq.jsonl".to_owned(), sha256: "0a".repeat(32) }
}

fn spec(values: &Hyperparameters) -> Result<RunSpec, NoSpec> {
    RunSpec::new(JobId(Uuid::from_u128(7)), &model(), data(), values, Output::default(), Limits::default())
}

/// Specs that differ in everything the schema treats differently.
fn examples() -> Vec<RunSpec> {
    let plain = spec(&Hyperparameters::default()).unwrap();
    let full = Hyperparameters {
        alpha: Some(8),
        max_steps: Some(3),
        eval_every: Some(1),
        target_modules: Modules::AllLinear,
        gradient_checkpointing: Some(false),
        learning_rate: 50.0,
        rank: 1,
        ..Hyperparameters::default()
    };
    let folder = BaseModel { path: Some("/models/tiny".to_owned()), ..model() };
    let url = DataSource::Url { url: "https://x.example/d?sig=1".to_owned(), sha256: "f".repeat(64) };
    let limits = Limits { device: Device::Cpu, processes: Some(3), threads: Some(2), max_minutes: Some(0.5) };
    let other =
        RunSpec::new(JobId(Uuid::max()), &folder, url, &full, Output { merge: true }, limits).unwrap();
    vec![plain, other]
}

#[test]
fn the_spec_says_everything_and_alpha_as_a_number() {
    let value: Value =
        serde_json::from_str(&spec(&Hyperparameters::default()).unwrap().to_file().unwrap()).unwrap();
    assert_eq!(value["protocol"], 1);
    assert_eq!(value["run"], "00000000-0000-0000-0000-000000000007");
    assert_eq!(value["base_model"], json!({"name": "mistralai/Mistral-7B-Instruct-v0.2"}));
    assert_eq!(
        (&value["hyperparameters"]["alpha"], &value["hyperparameters"]["learning_rate"]),
        (&json!(32), &json!(2e-4))
    );
    assert_eq!(value["hyperparameters"]["max_steps"], Value::Null);
    assert_eq!(value["hyperparameters"].as_object().unwrap().len(), 19);
    assert_eq!(value["evaluation"], json!({"held_out": 0.1, "every_steps": null}));
    assert_eq!(value["limits"]["device"], "auto");
}

#[test]
fn specs_are_read_again() {
    for spec in examples() {
        assert_eq!(serde_json::from_str::<RunSpec>(&spec.to_file().unwrap()).unwrap(), spec);
    }
}

#[test]
fn what_the_worker_would_refuse_is_refused_here() {
    let bad = Hyperparameters { dropout: f64::NAN, ..Hyperparameters::default() };
    assert!(matches!(spec(&bad), Err(NoSpec::Settings(_))));
    let with = |model: &BaseModel, data, limits| {
        RunSpec::new(JobId(Uuid::nil()), model, data, &Hyperparameters::default(), Output::default(), limits)
            .unwrap_err()
    };
    for digest in ["", "0A", &"0A".repeat(32), &"g".repeat(64)] {
        let data = DataSource::Path { path: "d".to_owned(), sha256: digest.to_owned() };
        assert_eq!(with(&model(), data, Limits::default()), NoSpec::Digest(digest.to_owned()));
    }
    for id in ["", "a/b/c", "/a", "../x", "a b", "ä"] {
        let odd = BaseModel { id: id.to_owned(), ..model() };
        assert_eq!(with(&odd, data(), Limits::default()), NoSpec::Name(id.to_owned()));
    }
    let url = DataSource::Url { url: "s3://bucket/x".to_owned(), sha256: "0".repeat(64) };
    assert_eq!(with(&model(), url, Limits::default()), NoSpec::Address);
    for none in
        [Limits { processes: Some(0), ..Limits::default() }, Limits { threads: Some(0), ..Limits::default() }]
    {
        assert_eq!(with(&model(), data(), none), NoSpec::Limit);
    }
    for minutes in [0.0, -1.0, f64::NAN] {
        assert_eq!(
            with(&model(), data(), Limits { max_minutes: Some(minutes), ..Limits::default() }),
            NoSpec::Limit
        );
    }
}

/// Runs wherever the worker lies in this tree.
#[test]
fn specs_are_valid_by_the_workers_schema() {
    if !Path::new(SCHEMA).exists() {
        return;
    }
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(SCHEMA).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for spec in examples() {
        let value = serde_json::to_value(&spec).unwrap();
        let errors: Vec<String> =
            validator.iter_errors(&value).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert_eq!(errors, [] as [String; 0]);
    }
    // The other way round: what the schema allows for a number is what the worker's limits say here.
    for field in crate::hyperparameters::Field::ALL {
        let Some(said) = schema.pointer(&format!("/properties/hyperparameters/properties/{field}/maximum"))
        else {
            continue;
        };
        let crate::hyperparameters::Kind::Number { worker, .. } = field.about().kind else { continue };
        assert_eq!(said.as_f64(), Some(worker.1), "{field}");
    }
}
