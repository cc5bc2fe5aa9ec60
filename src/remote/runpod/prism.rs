//! The contract with the management interface: Prism plays the vendor's `OpenAPI` document and judges what we send.
//!
//! Not in the document, and so proven in `tests.rs` only: secrets of the account, the jobs interface, GraphQL, pages of lists.

mod requests;
mod server;

use super::*;
use crate::error::{Advice, Kind, RemoteError};
use crate::testing::{self, Reply, Seen, Server};
use chrono::{TimeZone, Utc};
use futures::future::BoxFuture;
use requests::*;
use serde_json::Value;
use server::{Prism, document};
use std::collections::{BTreeMap, BTreeSet};

/// One request that the client can make.
struct Row {
    /// `POST /v2/pods`, as in the document.
    operation: String,
    /// Written `POST!`: it must not happen twice.
    once: bool,
    call: for<'a> fn(&'a RunPod) -> BoxFuture<'a, Result<()>>,
}

macro_rules! rows {
    ($($operation:literal: $runpod:ident => $call:expr;)+) => {
        vec![$(Row {
            operation: $operation.replacen('!', "", 1),
            once: $operation.contains('!'),
            call: |$runpod: &RunPod| Box::pin(async move { $call.await.map(drop) }),
        }),+]
    };
}

/// Every request that the client can make, with many and with few fields.
fn rows() -> Vec<Row> {
    rows! {
        "GET /v2/pods": r => r.pods().list();
        "POST! /v2/pods": r => r.pods().create(&pod());
        "POST! /v2/pods": r => r.pods().create(&full_pod());
        "POST! /v2/pods": r => r.pods().create(&cpu_pod());
        "GET /v2/pods/{id}": r => r.pods().get("p1");
        "PATCH! /v2/pods/{id}": r => r.pods().change("p1", &PodChange { name: Some("n".to_owned()), locked: Some(true), ..PodChange::default() });
        "PATCH! /v2/pods/{id}": r => r.pods().change("p1", &full_pod_change());
        "DELETE /v2/pods/{id}": r => r.pods().delete("p1");
        "POST! /v2/pods/{id}/action": r => r.pods().act("p1", PodAction::Start);
        "POST /v2/pods/{id}/action": r => r.pods().act("p1", PodAction::Stop);
        "POST! /v2/pods/{id}/action": r => r.pods().act("p1", PodAction::Restart);
        "POST /v2/pods/{id}/action": r => r.pods().act("p1", PodAction::Terminate);
        "GET /v2/pods/{id}/logs": r => first(r.pods().logs("p1", LogQuery::default()));
        "GET /v2/pods/{id}/logs": r => first(r.pods().logs("p1", LogQuery { source: Some(LogSource::System), tail: Some(9000), ..LogQuery::default() }));
        "GET /v2/pods/{id}/logs": r => first(r.pods().logs("p1", LogQuery { since: Some(time(1)), ..LogQuery::default() }));
        "GET /v2/serverless": r => r.endpoints().list();
        "POST! /v2/serverless": r => r.endpoints().create(&NewEndpoint::queue("n", "image:1", EndpointGpu::new(["ADA_24"]), 2));
        "POST! /v2/serverless": r => r.endpoints().create(&full_endpoint());
        "GET /v2/serverless/{id}": r => r.endpoints().get("e1");
        "PATCH /v2/serverless/{id}": r => r.endpoints().change("e1", &EndpointChange::default());
        "PATCH /v2/serverless/{id}": r => r.endpoints().change("e1", &full_endpoint_change());
        "DELETE /v2/serverless/{id}": r => r.endpoints().delete("e1");
        "GET /v2/serverless/{id}/workers": r => r.endpoints().workers("e1");
        "GET /v2/serverless/{id}/workers/{workerId}/logs": r => first(r.endpoints().worker_logs("e1", "w1", LogQuery::default()));
        "GET /v2/templates": r => r.templates().list();
        "POST! /v2/templates": r => r.templates().create(&NewTemplate::new("n", "image:1", true));
        "POST! /v2/templates": r => r.templates().create(&full_template());
        "GET /v2/templates/{id}": r => r.templates().get("t1");
        "PATCH /v2/templates/{id}": r => r.templates().change("t1", &full_template_change());
        "DELETE /v2/templates/{id}": r => r.templates().delete("t1");
        "GET /v2/network-volumes": r => r.volumes().list();
        "POST! /v2/network-volumes": r => r.volumes().create(&volume(None));
        "POST! /v2/network-volumes": r => r.volumes().create(&volume(Some(VolumeType::HighPerformance)));
        "GET /v2/network-volumes/{id}": r => r.volumes().get("v1");
        "PATCH /v2/network-volumes/{id}": r => r.volumes().change("v1", Some("n"), Some(200));
        "DELETE /v2/network-volumes/{id}": r => r.volumes().delete("v1");
        "GET /v2/registries": r => r.registries().list();
        "POST! /v2/registries": r => r.registries().create("n", "user", &"password".into());
        "GET /v2/registries/{id}": r => r.registries().get("r1");
        "DELETE /v2/registries/{id}": r => r.registries().delete("r1");
        "GET /v2/account/ssh-keys": r => r.ssh_keys().list();
        "PUT /v2/account/ssh-keys": r => r.ssh_keys().replace(&["ssh-ed25519 AAAAC3Nz me@example.com".to_owned()]);
        "GET /v2/catalog/gpus": r => r.catalog().gpus(&Offer::new(Product::Serverless));
        "GET /v2/catalog/gpus": r => r.catalog().gpus(&full_offer());
        "GET /v2/catalog/gpus/{id}": r => r.catalog().gpu("NVIDIA GeForce RTX 4090", &full_offer());
        "GET /v2/catalog/cpus": r => r.catalog().cpus();
        "GET /v2/catalog/datacenters": r => r.catalog().data_centers();
        "GET /v2/billing/pods": r => r.billing().pods(Span::Between(time(0), time(1)), Bucket::Hour, Some("p1"));
        "GET /v2/billing/pods": r => r.billing().pods(Span::Last(7), Bucket::Day, None);
        "GET /v2/billing/serverless": r => r.billing().serverless(Span::Between(time(0), time(1)), Bucket::Day, Some("e1"));
        "GET /v2/billing/serverless": r => r.billing().serverless(Span::Last(0), Bucket::Month, None);
    }
}

/// What the document has and the client has no use for.
const UNUSED: [&str; 17] = [
    "DELETE /v2/clusters/{id}",
    "DELETE /v2/registries/delegations/{id}",
    "GET /v2/billing",
    "GET /v2/billing/clusters",
    "GET /v2/billing/endpoints",
    "GET /v2/billing/network-volumes",
    "GET /v2/catalog/cpus/{id}",
    "GET /v2/catalog/datacenters/{id}",
    "GET /v2/catalog/templates",
    "GET /v2/clusters",
    "GET /v2/clusters/{id}",
    "GET /v2/clusters/{id}/pods",
    "GET /v2/registries/delegations",
    "GET /v2/serverless/{id}/releases",
    "PATCH /v2/clusters/{id}",
    "POST /v2/clusters",
    "POST /v2/registries/delegations",
];

#[tokio::test]
#[ignore = "compares with BRIGHTRUN_REFERENCE and needs target/prism (tests/prism.sh)"]
async fn reference_prism_takes_every_request_that_the_client_can_make() {
    let prism = Prism::start().await;
    let runpod = prism.client();
    let mut refused = Vec::new();
    for row in rows() {
        if let Err(error) = (row.call)(&runpod).await {
            refused.push(format!("{}: {error:?}", row.operation));
        }
    }
    assert!(refused.is_empty(), "{refused:#?}");
    // Whether it looks at all: a number for a word, and a word that is none. (It does not see a field too many; the next test does.)
    let rest = &runpod.rest;
    let call = rest.call("try", reqwest::Method::POST, &["pods"]).unwrap().makes();
    let body = serde_json::json!({"name": "n", "image": "i", "gpu": {"id": 5}});
    let error = rest.send::<Value>(call, &body).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Fields, "{error}");
    let call =
        rest.call("try", reqwest::Method::GET, &["billing", "pods"]).unwrap().query("bucketSize", "decade");
    assert!(rest.http.json::<Value>(&call).await.is_err());
    prism.end().await;
}

/// Prism passes over `unevaluatedProperties` and unknown parameters; the server refuses the one and ignores the other.
#[tokio::test]
#[ignore = "compares with BRIGHTRUN_REFERENCE"]
async fn reference_every_request_has_only_documented_fields_and_parameters() {
    let document = document();
    let server = Server::script([Reply::json(200, "{}")]).await;
    let runpod = testing::client(&server.url).0;
    for row in rows() {
        let before = server.seen().len();
        let _ = (row.call)(&runpod).await;
        let seen = server.seen();
        assert!(seen.len() > before, "{} sent nothing", row.operation);
        for seen in &seen[before..] {
            let problems = problems(&document, &row.operation, seen);
            assert!(problems.is_empty(), "{}\n{}\n{problems:#?}", seen.line, seen.body);
        }
    }
    // Whether this looks at all.
    let odd = |line: &str, body: &str| Seen {
        line: line.to_owned(),
        headers: BTreeMap::default(),
        body: body.to_owned(),
    };
    let body = r#"{"name":"n","image":"i","gpu":{"id":"g"},"imageName":"old"}"#;
    assert_eq!(problems(&document, "POST /v2/pods", &odd("POST /v2/pods", body)).len(), 1);
    assert_eq!(problems(&document, "GET /v2/pods", &odd("GET /v2/pods?podId=1", "")).len(), 1);
    assert_eq!(problems(&document, "GET /v2/pods/{id}", &odd("GET /v2/pods/a/b", "")).len(), 1);
}

/// What the document has against a request.
fn problems(document: &Value, operation: &str, seen: &Seen) -> Vec<String> {
    let (method, path) = operation.split_once(' ').unwrap();
    let (item, at) = (&document["paths"][path], seen.line.split_once(' ').unwrap());
    let described = &item[method.to_lowercase()];
    let (sent, query) = at.1.split_once('?').unwrap_or((at.1, ""));
    let mut problems = Vec::new();
    let fits = |(wanted, sent): (&str, &str)| wanted == sent || wanted.starts_with('{') && !sent.is_empty();
    let same_length = path.split('/').count() == sent.split('/').count();
    if at.0 != method || !same_length || !path.split('/').zip(sent.split('/')).all(fits) {
        problems.push(format!("it is no {operation}"));
    }
    let parameters = described["parameters"].as_array().cloned().unwrap_or_default();
    let names: Vec<Value> = parameters.iter().map(|one| resolved(document, one)["name"].clone()).collect();
    for (name, _) in url::form_urlencoded::parse(query.as_bytes()) {
        if !names.iter().any(|known| known.as_str() == Some(&*name)) {
            problems.push(format!("`{name}` is no parameter"));
        }
    }
    let schema = &described["requestBody"]["content"]["application/json"]["schema"];
    match (schema.is_null(), seen.body.is_empty()) {
        (true, true) => {}
        (false, false) => {
            let mut schema = schema.clone();
            schema["components"] = document["components"].clone();
            let judge = jsonschema::draft202012::new(&schema).unwrap();
            problems.extend(judge.iter_errors(&seen.json()).map(|error| error.to_string()));
        }
        _ => problems.push("a body where there is none, or the other way round".to_owned()),
    }
    problems
}

fn resolved<'a>(document: &'a Value, parameter: &'a Value) -> &'a Value {
    let Some(reference) = parameter["$ref"].as_str() else { return parameter };
    document.pointer(reference.trim_start_matches('#')).unwrap()
}

#[tokio::test]
#[ignore = "compares with BRIGHTRUN_REFERENCE and needs target/prism (tests/prism.sh)"]
async fn reference_every_documented_error_is_understood() {
    let prism = Prism::start().await;
    let runpod = prism.client();
    let document = document();
    let mut tried = BTreeSet::new();
    for row in rows() {
        let documented =
            responses(&document, &row.operation).into_iter().filter_map(|code| code.parse::<u16>().ok());
        // What only stands there as `default`.
        for code in documented.filter(|code| *code >= 400).chain([402, 410, 413, 500, 502, 504]) {
            let answer = (row.call)(&runpod.preferring(&format!("code={code}"))).await;
            let error = answer.expect_err(&format!("{} {code}", row.operation));
            let (kind, advice) = expected(&row, code);
            assert_eq!((error.kind(), error.advice()), (kind, advice), "{} {code}: {error}", row.operation);
            assert_eq!(error.http_status(), Some(code), "{}", row.operation);
            tried.insert((row.operation.clone(), code));
        }
    }
    assert!(tried.len() > 300, "{}", tried.len());
    prism.end().await;
}

#[test]
#[ignore = "compares with BRIGHTRUN_REFERENCE"]
fn reference_the_document_has_nothing_that_the_client_does_not_know_of() {
    let document = document();
    let known: BTreeSet<String> =
        rows().into_iter().map(|row| row.operation).chain(UNUSED.map(str::to_owned)).collect();
    let methods = |path: &str, item: &Value| -> Vec<String> {
        let methods = item.as_object().unwrap().keys().filter(|key| *key != "parameters");
        methods.map(|method| format!("{} {path}", method.to_uppercase())).collect()
    };
    let documented: BTreeSet<String> =
        document["paths"].as_object().unwrap().iter().flat_map(|(path, item)| methods(path, item)).collect();
    assert_eq!(known, documented);
}

/// What a status means for an operation, written down once more without looking at the client.
fn expected(row: &Row, code: u16) -> (Kind, Advice) {
    let operation = row.operation.as_str();
    let fault = if row.once { Advice::Uncertain } else { Advice::TryAgain };
    let next = if operation == "POST /v2/pods" { Advice::NextCandidate } else { Advice::FixThis };
    match code {
        400 => (Kind::Rule, next),
        401 => (Kind::BadKey, Advice::FixThis),
        402 => (Kind::Balance, Advice::Stop),
        403 => (Kind::Scope, next),
        404 => (Kind::NotFound, Advice::FixThis),
        409 => (Kind::Conflict, Advice::FixThis),
        410 => (Kind::Retired, Advice::FixThis),
        413 => (Kind::TooLarge, Advice::FixThis),
        422 => (Kind::Fields, Advice::FixThis),
        429 => (Kind::Limited, Advice::TryAgain),
        500 | 502 | 504 => (Kind::Server, fault),
        other => panic!("{operation} documents {other}"),
    }
}

fn responses(document: &Value, operation: &str) -> Vec<String> {
    let (method, path) = operation.split_once(' ').unwrap();
    let responses = &document["paths"][path][method.to_lowercase()]["responses"];
    responses.as_object().unwrap_or_else(|| panic!("{operation} is not documented")).keys().cloned().collect()
}

/// The first line of a stream.
async fn first(stream: Result<LogStream<'_>>) -> Result<()> {
    let line = stream?.next().await?.filter(|line| !line.line.is_empty());
    line.map(drop).ok_or_else(|| RemoteError::rule(SERVICE, "read a line", "there is none"))
}
