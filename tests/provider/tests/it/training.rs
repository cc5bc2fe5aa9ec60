//! The played training keeps to the contract of decision 0170 and to the worker's protocol.

use crate::ask::{endpoint, id, jobs, order, pod, rest, status};
use provider_sim::clock::{DAY, HOUR, MINUTE, SECOND, Span};
use provider_sim::guest::training::{End, Plan, house};
use provider_sim::guest::web::Memory;
use provider_sim::{Settings, World};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

pub fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// Carries a run into the store as the engine does; what a machine is told.
pub fn carry(store: &Memory, run: &str) -> Value {
    let address = |name: &str| format!("mem:{run}/{name}");
    let data = b"{\"messages\":[]}\n";
    store.lay(&address("dataset.jsonl"), *data);
    let parts =
        |name: &str, end: &str, n: usize| (0..n).map(|at| format!("{name}/{at:05}{end}")).collect::<Vec<_>>();
    let both: Vec<String> = [
        "owner.json",
        "checkpoint.json",
        "manifest.json",
        "worker.log",
        "dataset.jsonl",
        "wish.json",
        "result.json",
    ]
    .map(str::to_owned)
    .into_iter()
    .chain(parts("events", ".jsonl", 8))
    .chain(parts("checkpoint-a", "", 4))
    .chain(parts("checkpoint-b", "", 4))
    .chain(parts("result", "", 4))
    .collect();
    let signed: Value = both
        .iter()
        .map(|name| (name.clone(), json!(address(name))))
        .collect::<serde_json::Map<_, _>>()
        .into();
    let text = json!({
        "carry": 1, "run": run, "seconds": 86_400, "beat_seconds": 10, "wish_seconds": 5, "part_bytes": 1_500,
        "spec": {"protocol": 1, "run": run, "base_model": {"name": "tiny"}, "dataset": {"path": "dataset.jsonl", "sha256": sha256(data)}, "hyperparameters": {"rank": 16}},
        "store": {"kind": "signed", "until": "2026-12-05T00:00:00Z", "get": signed, "put": signed},
    })
    .to_string();
    store.lay(&address("carry.json"), text.clone());
    json!({"brightrun": 1, "run": run, "carry": address("carry.json"), "sha256": sha256(text.as_bytes())})
}

fn there(store: &Memory, run: &str, name: &str) -> Option<Value> {
    store.look(&format!("mem:{run}/{name}")).map(|text| serde_json::from_slice(&text).unwrap())
}

fn events(store: &Memory, run: &str) -> Vec<Value> {
    let text: Vec<u8> = store
        .names(&format!("mem:{run}/events/"))
        .iter()
        .flat_map(|name| store.look(name).unwrap())
        .collect();
    String::from_utf8(text).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn plan(end: End) -> Plan {
    Plan { end, ..Plan::default() }
}

fn world(store: &Memory, end: End) -> World {
    World::new(
        Settings { restart: Span::just(5 * SECOND), ..Settings::instant() },
        house(store.clone(), move |_| plan(end.clone())),
    )
}

fn submit(world: &mut World, ep: &str, ticket: &Value) -> String {
    let body = json!({"input": ticket, "policy": {"executionTimeout": 12 * HOUR, "ttl": DAY}});
    id(&jobs(world, "POST", &format!("/v2/{ep}/run"), &body))
}

/// Every line and the manifest, by the schemas that both languages are tested against.
fn by_protocol(store: &Memory, run: &str) {
    let schema = |name: &str| -> Value {
        let path = format!("{}/../../worker/protocol/{name}.schema.json", env!("CARGO_MANIFEST_DIR"));
        serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
    };
    let event = jsonschema::validator_for(&schema("event")).unwrap();
    for line in events(store, run) {
        let wrong: Vec<_> = event.iter_errors(&line).map(|error| error.to_string()).collect();
        assert!(wrong.is_empty(), "{line}: {wrong:?}");
    }
    let registry = jsonschema::Registry::new()
        .add("urn:brightrun:protocol:1:event", schema("event"))
        .unwrap()
        .prepare()
        .unwrap();
    let manifest = jsonschema::options().with_registry(&registry).build(&schema("manifest")).unwrap();
    let told = there(store, run, "manifest.json").unwrap();
    let wrong: Vec<_> = manifest.iter_errors(&told).map(|error| error.to_string()).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn a_whole_run_on_a_queue() {
    let store = Memory::default();
    let mut world = world(&store, End::Done);
    let ep = endpoint(&mut world, 2);
    let ticket = carry(&store, "r1");
    let job = submit(&mut world, &ep, &ticket);
    world.pass(20 * MINUTE);
    let shown = status(&mut world, &ep, &job).body().clone();
    assert_eq!(
        (&shown["output"]["stage"], &shown["output"]["total"]),
        (&json!("training"), &json!(600)),
        "{shown}"
    );
    let before = there(&store, "r1", "owner.json").unwrap()["beat"].as_u64().unwrap();
    world.pass(30 * SECOND);
    assert_eq!(there(&store, "r1", "owner.json").unwrap()["beat"].as_u64().unwrap(), before + 3);
    assert!(there(&store, "r1", "manifest.json").is_none());
    world.pass(50 * MINUTE);
    let shown = status(&mut world, &ep, &job).body().clone();
    let manifest = store.look("mem:r1/manifest.json").unwrap();
    assert_eq!(
        shown["output"],
        json!({"final": true, "run": "r1", "state": "done", "manifest": sha256(&manifest)})
    );
    by_protocol(&store, "r1");
    // The archive is whole, in more than one part, and holds what the manifest names.
    let about = there(&store, "r1", "result.json").unwrap();
    assert!(about["parts"].as_u64().unwrap() > 1);
    let whole: Vec<u8> =
        store.names("mem:r1/result/").iter().flat_map(|name| store.look(name).unwrap()).collect();
    assert_eq!(
        (json!(whole.len()), json!(sha256(&whole))),
        (about["bytes"].clone(), about["sha256"].clone())
    );
    let mut archive = tar::Archive::new(whole.as_slice());
    let names: Vec<_> = archive
        .entries()
        .unwrap()
        .map(|entry| entry.unwrap().path().unwrap().display().to_string())
        .collect();
    assert_eq!(
        names,
        ["adapter/adapter_config.json", "adapter/adapter_model.safetensors", "spec.json", "base_model.json"]
    );
    // Once more: there is nothing to do.
    let again = submit(&mut world, &ep, &ticket);
    world.pass(2 * MINUTE);
    assert_eq!(status(&mut world, &ep, &again).body()["output"]["state"], "done");
    assert_eq!(store.look("mem:r1/manifest.json").unwrap(), manifest);
}

#[test]
fn a_second_start_goes_on_from_the_checkpoint() {
    let store = Memory::default();
    let mut world = world(&store, End::Done);
    let ep = endpoint(&mut world, 2);
    let job = submit(&mut world, &ep, &carry(&store, "r1"));
    world.pass(35 * MINUTE);
    world.kill_worker(&job);
    world.pass(2 * HOUR);
    let told = there(&store, "r1", "manifest.json").unwrap();
    assert_eq!((&told["attempts"], &told["steps"]), (&json!(2), &json!(600)));
    let all = events(&store, "r1");
    let resumed: Vec<_> =
        all.iter().filter(|event| event["stage"] == "resumed").map(|event| event["step"].clone()).collect();
    assert_eq!(resumed, [json!(0), json!(300)]);
    let seqs: Vec<_> = all.iter().map(|event| event["seq"].as_u64().unwrap()).collect();
    assert!(seqs.is_sorted_by(|a, b| a < b));
    by_protocol(&store, "r1");
}

#[test]
fn who_comes_second_touches_nothing() {
    let store = Memory::default();
    let mut world = world(&store, End::Done);
    let ep = endpoint(&mut world, 2);
    let ticket = carry(&store, "r1");
    submit(&mut world, &ep, &ticket);
    world.pass(10 * MINUTE);
    let second = submit(&mut world, &ep, &ticket);
    let owner = there(&store, "r1", "owner.json").unwrap()["worker"].clone();
    world.pass(2 * MINUTE);
    assert_eq!(
        status(&mut world, &ep, &second).body()["output"],
        json!({"final": true, "run": "r1", "already": true})
    );
    assert_eq!(there(&store, "r1", "owner.json").unwrap()["worker"], owner);
    assert_eq!(world.truth().most_at_once("r1"), 2, "the truth sees what must never be");
}

#[test]
fn wishes_are_heard() {
    for (wish, code) in [("stop", 10), ("cancel", 11)] {
        let store = Memory::default();
        let mut world = world(&store, End::Done);
        let ep = endpoint(&mut world, 1);
        let job = submit(&mut world, &ep, &carry(&store, "r1"));
        world.pass(20 * MINUTE);
        store.lay("mem:r1/wish.json", json!({"wish": wish}).to_string());
        world.pass(20 * SECOND);
        let state = if wish == "stop" { "stopped" } else { "cancelled" };
        assert_eq!(status(&mut world, &ep, &job).body()["output"]["state"], state);
        assert_eq!(events(&store, "r1").last().unwrap()["exit_code"], code);
        assert_eq!(there(&store, "r1", "owner.json").unwrap()["ended"], state);
        let kept = there(&store, "r1", "checkpoint.json").map(|told| told["step"].as_u64().unwrap());
        assert!(if wish == "stop" { kept > Some(150) } else { kept == Some(100) }, "{kept:?}");
    }
}

#[test]
fn a_cancelled_job_tells_its_end_and_keeps_a_checkpoint() {
    let store = Memory::default();
    let mut world = world(&store, End::Done);
    let ep = endpoint(&mut world, 1);
    let job = submit(&mut world, &ep, &carry(&store, "r1"));
    world.pass(20 * MINUTE);
    jobs(&mut world, "POST", &format!("/v2/{ep}/cancel/{job}"), &Value::Null);
    assert_eq!(events(&store, "r1").last().unwrap()["outcome"], "stopped");
    assert!(there(&store, "r1", "checkpoint.json").is_some());
}

#[test]
fn failures_raise_and_hangs_and_deaths_do_not_end() {
    let store = Memory::default();
    let end = End::Fails(50, "out_of_memory", "CUDA out of memory".to_owned());
    let mut failing = world(&store, end);
    let ep = endpoint(&mut failing, 1);
    let job = submit(&mut failing, &ep, &carry(&store, "r1"));
    failing.pass(20 * MINUTE);
    let shown = status(&mut failing, &ep, &job).body().clone();
    assert_eq!(shown["status"], "FAILED");
    assert!(shown["error"].as_str().unwrap().contains("out_of_memory: CUDA out of memory."), "{shown}");
    let last = events(&store, "r1").last().unwrap().clone();
    assert_eq!((&last["outcome"], &last["exit_code"]), (&json!("failed"), &json!(20)));

    let store = Memory::default();
    let mut dying = world(&store, End::Dies(250));
    let ep = endpoint(&mut dying, 1);
    let job = submit(&mut dying, &ep, &carry(&store, "r1"));
    dying.pass(45 * MINUTE);
    assert_eq!(status(&mut dying, &ep, &job).body()["error"], "job timed out after 1 retries");
    assert_eq!(there(&store, "r1", "checkpoint.json").unwrap()["step"], 200);

    let store = Memory::default();
    let mut hanging = world(&store, End::Hangs(10));
    let ep = endpoint(&mut hanging, 1);
    let job = submit(&mut hanging, &ep, &carry(&store, "r1"));
    hanging.pass(5 * HOUR);
    assert_eq!(status(&mut hanging, &ep, &job).body()["output"]["step"], 10);
}

fn ordered(world: &mut World, ticket: &Value) -> String {
    let mut body = order("x");
    body["env"] = json!({"BRIGHTRUN_RUN": ticket.to_string()});
    pod(world, &body)
}

#[test]
fn a_pod_trains_through_a_restart_and_ends_itself_until_it_is_gone() {
    let store = Memory::default();
    let mut world = world(&store, End::Done);
    let id = ordered(&mut world, &carry(&store, "r1"));
    world.pass(35 * MINUTE);
    world.restart_container(&id);
    world.settings.chances.stop_ignored = 1_000_000;
    world.pass(2 * HOUR);
    assert_eq!(there(&store, "r1", "manifest.json").unwrap()["attempts"], 2);
    assert_eq!(world.truth().rented().count(), 1);
    world.settings.chances.stop_ignored = 0;
    world.pass(HOUR + MINUTE);
    assert_eq!(world.truth().rented().count(), 0, "it asks again");
    by_protocol(&store, "r1");
}

#[test]
fn an_order_that_makes_no_sense_fails() {
    let store = Memory::default();
    let mut world = world(&store, End::Done);
    let ep = endpoint(&mut world, 1);
    let mut ticket = carry(&store, "r1");
    ticket["sha256"] = json!("0".repeat(64));
    let job = submit(&mut world, &ep, &ticket);
    world.pass(MINUTE);
    assert!(
        status(&mut world, &ep, &job).body()["error"].as_str().unwrap().contains("not the one of the order")
    );
    let id = ordered(&mut world, &json!({"brightrun": 2}));
    world.pass(MINUTE);
    assert!(!world.pod_ids().contains(&id), "a pod ends itself then, too");
}

#[test]
fn a_run_on_a_network_volume() {
    let store = Memory::default();
    let mut world = world(&store, End::Done);
    let volume = rest(
        &mut world,
        "POST",
        "/v2/network-volumes",
        &json!({"name": "v", "size": 10, "dataCenter": "EU-RO-1"}),
    );
    let volume = id(&volume);
    let folder = format!("volume:{volume}/brightrun/runs/r1");
    let data = b"{}\n";
    store.lay(&format!("{folder}/dataset.jsonl"), *data);
    let text = json!({"carry": 1, "run": "r1", "spec": {"dataset": {"sha256": sha256(data)}}, "store": {"kind": "volume", "folder": "brightrun/runs/r1"}}).to_string();
    store.lay(&format!("{folder}/carry.json"), text.clone());
    let ticket = json!({"brightrun": 1, "run": "r1", "folder": "brightrun/runs/r1", "sha256": sha256(text.as_bytes())});
    let mut body = order("x");
    body["env"] = json!({"BRIGHTRUN_RUN": ticket.to_string()});
    body["mounts"] = json!({"network": [{"volumeId": volume, "path": "/workspace"}]});
    pod(&mut world, &body);
    world.pass(2 * HOUR);
    for name in ["events.jsonl", "manifest.json", "adapter/adapter_model.safetensors"] {
        assert!(store.look(&format!("{folder}/{name}")).is_some(), "{name}");
    }
}
