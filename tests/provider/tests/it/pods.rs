//! Pods: their life, capacity, hosts, the start command that ends.

use crate::ask::{GPU, Worker, act, empty, id, look, order, pod, rest, value};
use provider_sim::clock::{HOUR, MINUTE, SECOND, Span};
use provider_sim::settings::Chances;
use provider_sim::{Container, Next, Settings, World};
use serde_json::{Value, json};

const SURE: u32 = 1_000_000;

#[test]
fn phases_allow_their_actions_and_no_others() {
    let mut world = empty(Settings::default());
    let id = pod(&mut world, &order("a"));
    let mut seen = Vec::new();
    for _ in 0..600 {
        let shown = look(&mut world, &id);
        if seen.last() != Some(&shown["status"]) {
            seen.push(shown["status"].clone());
        }
        if shown["status"] == "RUNNING" {
            break;
        }
        assert_eq!(shown["actions"], json!(["stop", "terminate"]));
        assert_eq!(act(&mut world, &id, "restart").status, 409);
        assert_eq!(act(&mut world, &id, "start").status, 409);
        assert!(shown["runtime"].is_null() && shown["startedAt"].is_null());
        world.pass(5 * SECOND);
    }
    assert_eq!(seen, [json!("PROVISIONING"), json!("STARTING"), json!("RUNNING")]);
    assert_eq!(look(&mut world, &id)["actions"], json!(["stop", "restart", "terminate"]));
    assert_eq!(act(&mut world, &id, "stop").status, 200);
    world.pass(10 * SECOND);
    let shown = look(&mut world, &id);
    assert_eq!(
        (&shown["status"], &shown["cost"], &shown["actions"]),
        (&json!("EXITED"), &json!(0.0), &json!(["start", "terminate"]))
    );
    assert_eq!(act(&mut world, &id, "stop").status, 409);
    assert_eq!(act(&mut world, &id, "start").status, 200);
    assert_eq!(look(&mut world, &id)["status"], "PROVISIONING");
    world.pass(10 * MINUTE);
    assert_eq!(look(&mut world, &id)["status"], "RUNNING");
    assert_eq!(rest(&mut world, "DELETE", &format!("/v2/pods/{id}"), &Value::Null).status, 204);
    world.pass(10 * SECOND);
    assert_eq!(rest(&mut world, "GET", &format!("/v2/pods/{id}"), &Value::Null).status, 404);
    assert_eq!(act(&mut world, &id, "terminate").status, 404);
}

#[test]
fn bodies_with_unknown_or_wrong_members_are_named() {
    let mut world = empty(Settings::instant());
    for (change, named) in [
        (json!({"interruptible": true}), "body.interruptible: unknown property"),
        (json!({"gpu": {"id": GPU, "type": 1}}), "body.gpu.type: unknown property"),
        (json!({"mounts": {"persistent": {"size": 5, "path": "/w"}}}), "body.mounts.persistent.size"),
        (json!({"env": {"A": 1}}), "body.env"),
        (json!({"disk": 0}), "body.disk"),
        (json!({"cloud": "SPOT"}), "body.cloud"),
        (json!({"image": ""}), "body.image"),
    ] {
        let mut body = order("a");
        for (name, value) in change.as_object().unwrap() {
            body[name.as_str()] = value.clone();
        }
        let answer = rest(&mut world, "POST", "/v2/pods", &body);
        assert_eq!(answer.status, 422, "{body}");
        assert!(value(&answer)["errors"].to_string().contains(named), "{answer:?}");
    }
    let mut body = order("a");
    body["env"]["SCRIPT"] = json!("x".repeat(110_000));
    assert_eq!(rest(&mut world, "POST", "/v2/pods", &body).status, 413);
    let many: serde_json::Map<_, _> = (0..51).map(|n| (format!("V{n}"), json!("x"))).collect();
    let mut body = order("a");
    body["env"] = json!(many);
    assert_eq!(rest(&mut world, "POST", "/v2/pods", &body).status, 422);
    let mut body = order("a");
    body["cpu"] = json!({"id": "cpu3c", "vcpuCount": 2});
    assert_eq!(rest(&mut world, "POST", "/v2/pods", &body).status, 400);
    let mut body = order("a");
    body["cmd"] = json!(["python"]);
    assert_eq!(rest(&mut world, "POST", "/v2/pods", &body).status, 201);
    world.settings.september = false;
    assert_eq!(rest(&mut world, "POST", "/v2/pods", &body).status, 422);
    assert_eq!(world.truth().rented().count(), 1, "only what was created is there");
}

#[test]
fn capacity_runs_out_and_comes_back() {
    let mut world = empty(Settings::instant());
    world.set_free(GPU, "US-KS-2", 1);
    world.set_free(GPU, "EU-RO-1", 1);
    let mut there = order("a");
    there["dataCenterIds"] = json!(["EU-RO-1"]);
    let first = pod(&mut world, &there);
    assert_eq!(look(&mut world, &first)["dataCenterId"], "EU-RO-1");
    let answer = rest(&mut world, "POST", "/v2/pods", &there);
    assert_eq!(answer.status, 400, "data centres are enforced");
    assert!(
        value(&answer)["detail"].as_str().unwrap().starts_with("There are no longer any instances available")
    );
    pod(&mut world, &order("b"));
    assert_eq!(rest(&mut world, "POST", "/v2/pods", &order("c")).status, 400);
    world.terminate(&first);
    assert_eq!(world.free(GPU, "EU-RO-1"), 1);
    pod(&mut world, &order("c"));
    // The catalogue says the same, and may be wrong.
    let gpus =
        rest(&mut world, "GET", "/v2/catalog/gpus?include=AVAILABILITY&product=POD&count=1", &Value::Null);
    let gpu = gpus.body()["gpus"].as_array().unwrap().iter().find(|gpu| gpu["id"] == GPU).unwrap().clone();
    assert_eq!(gpu["availability"], "NONE");
    world.set_free(GPU, "US-KS-2", 5);
    world.settings.chances.capacity_gone = SURE;
    assert_eq!(rest(&mut world, "POST", "/v2/pods", &order("d")).status, 400);
    assert_eq!(
        rest(&mut world, "GET", "/v2/catalog/gpus?include=AVAILABILITY", &Value::Null).status,
        400,
        "product is mandatory"
    );
}

#[test]
fn a_start_command_that_ends_is_started_again_and_charged() {
    let house = |_: &Container| Worker::boxed(MINUTE, Next::Exit(0));
    let mut world = World::new(Settings { restart: Span::just(10 * SECOND), ..Settings::instant() }, house);
    let id = pod(&mut world, &order("a"));
    world.pass(30 * MINUTE);
    let shown = look(&mut world, &id);
    assert_eq!(shown["status"], "RUNNING");
    assert!(shown["runtime"]["uptime"].as_i64().unwrap() <= 60, "the clock of the container begins anew");
    let truth = world.truth();
    assert_eq!(truth.rentals[0].starts, 26, "once each 70 seconds");
    assert!(truth.rentals[0].cost > 495_000, "half an hour at 0.99 and the disk: {}", truth.rentals[0].cost);
    assert!(world.pod_log(&id).contains(&"container exited with 0".to_owned()));
}

#[test]
fn a_bad_host_never_runs_and_costs_nothing() {
    let mut world =
        empty(Settings { chances: Chances { bad_host: SURE, ..Chances::default() }, ..Settings::instant() });
    let id = pod(&mut world, &order("a"));
    world.pass(5 * HOUR);
    assert_eq!(look(&mut world, &id)["status"], "PROVISIONING");
    assert_eq!(act(&mut world, &id, "terminate").status, 204);
    assert_eq!(world.truth().bill, 0);
}

#[test]
fn a_lost_host_is_an_error_and_costs_no_more() {
    let mut world = World::new(Settings::instant(), |_: &Container| Worker::boxed(9 * HOUR, Next::Never));
    let id = pod(&mut world, &order("a"));
    world.pass(HOUR);
    world.lose_host(&id);
    let bill = world.truth().bill;
    world.pass(HOUR);
    assert_eq!(look(&mut world, &id)["status"], "ERROR");
    assert_eq!(look(&mut world, &id)["actions"], json!(["start", "terminate"]));
    assert_eq!(world.truth().bill, bill);
    // By chance, within some hours.
    world.settings.chances.host_lost_per_hour = 300_000;
    let id = pod(&mut world, &order("b"));
    world.pass(48 * HOUR);
    assert_eq!(look(&mut world, &id)["status"], "ERROR");
}

#[test]
fn an_accepted_stop_may_do_nothing() {
    let mut world = empty(Settings::instant());
    let id = pod(&mut world, &order("a"));
    world.pass(MINUTE);
    world.settings.chances.stop_ignored = SURE;
    assert_eq!(act(&mut world, &id, "stop").status, 200);
    world.pass(MINUTE);
    assert_eq!(look(&mut world, &id)["status"], "RUNNING");
    assert_eq!(rest(&mut world, "DELETE", &format!("/v2/pods/{id}"), &Value::Null).status, 204);
    world.pass(MINUTE);
    assert_eq!(world.truth().rented().count(), 1);
    world.settings.chances.stop_ignored = 0;
    world.settings.stop = Span::just(5 * SECOND);
    assert_eq!(act(&mut world, &id, "terminate").status, 204);
    assert_eq!(look(&mut world, &id)["status"], "RUNNING", "not at once");
    world.pass(5 * SECOND);
    assert_eq!(world.truth().rented().count(), 0);
}

#[test]
fn the_host_may_have_no_gpu_when_a_pod_comes_back() {
    let mut world = empty(Settings::instant());
    world.set_free(GPU, "US-KS-2", 1);
    world.set_free(GPU, "EU-RO-1", 0);
    let first = pod(&mut world, &order("a"));
    world.pass(MINUTE);
    act(&mut world, &first, "stop");
    let second = pod(&mut world, &order("b"));
    assert_eq!(act(&mut world, &first, "start").status, 400);
    world.terminate(&second);
    assert_eq!(act(&mut world, &first, "start").status, 200);
}

#[test]
fn what_is_charged_may_differ_from_what_was_quoted() {
    let mut world = empty(Settings {
        chances: Chances { price_differs: SURE, ..Chances::default() },
        disks: false,
        ..Settings::instant()
    });
    let ids: Vec<_> = (0..4).map(|n| pod(&mut world, &order(&n.to_string()))).collect();
    let costs: Vec<f64> = ids.iter().map(|id| look(&mut world, id)["cost"].as_f64().unwrap()).collect();
    assert!(costs.iter().any(|cost| (cost - 0.99).abs() > 1e-9), "{costs:?}");
    assert!(costs.iter().all(|cost| (0.89..1.1).contains(cost)), "{costs:?}");
    // What is billed is what the pod shows.
    world.pass(10 * HOUR);
    for id in ids {
        let cost = look(&mut world, &id)["cost"].as_f64().unwrap();
        let bill = world.truth().rentals.iter().find(|rental| rental.id == id).unwrap().cost;
        #[expect(clippy::cast_precision_loss, reason = "dollars")]
        let dollars = bill as f64 / 1e6;
        assert!((dollars - cost * 10.0).abs() < 0.01, "{dollars} {cost}");
    }
}

#[test]
fn a_network_volume_pins_the_place() {
    let mut world = empty(Settings::instant());
    let volume = rest(
        &mut world,
        "POST",
        "/v2/network-volumes",
        &json!({"name": "v", "size": 50, "dataCenter": "EU-RO-1"}),
    );
    let volume = id(&volume);
    let mut body = order("a");
    body["mounts"] = json!({"network": [{"volumeId": volume, "path": "/workspace"}]});
    let with = pod(&mut world, &body);
    assert_eq!(look(&mut world, &with)["dataCenterId"], "EU-RO-1");
    body["cloud"] = json!("COMMUNITY");
    assert_eq!(rest(&mut world, "POST", "/v2/pods", &body).status, 400);
    body["cloud"] = json!("SECURE");
    body["dataCenterIds"] = json!(["US-KS-2"]);
    assert_eq!(rest(&mut world, "POST", "/v2/pods", &body).status, 400);
    body["mounts"]["persistent"] = json!({"size": 10, "path": "/w"});
    assert_eq!(rest(&mut world, "POST", "/v2/pods", &body).status, 400, "one or the other");
    let path = format!("/v2/network-volumes/{volume}");
    assert_eq!(rest(&mut world, "DELETE", &path, &Value::Null).status, 400, "in use");
    assert_eq!(rest(&mut world, "PATCH", &path, &json!({"size": 40})).status, 400, "only grows");
    assert_eq!(rest(&mut world, "PATCH", &path, &json!({"size": 60})).body()["size"], 60);
    world.terminate(&with);
    assert_eq!(rest(&mut world, "DELETE", &path, &Value::Null).status, 204);
}

#[test]
fn a_changed_or_locked_pod() {
    let mut world = World::new(Settings::instant(), |_: &Container| Worker::boxed(9 * HOUR, Next::Never));
    let id = pod(&mut world, &order("a"));
    world.pass(MINUTE);
    let path = format!("/v2/pods/{id}");
    assert_eq!(
        rest(&mut world, "PATCH", &path, &json!({"image": "img:2", "locked": true})).body()["image"],
        "img:2"
    );
    world.pass(MINUTE);
    assert_eq!(world.truth().rentals[0].starts, 2, "a change resets a running pod");
    assert_eq!(rest(&mut world, "DELETE", &path, &Value::Null).status, 409);
    assert_eq!(act(&mut world, &id, "stop").status, 409);
    assert_eq!(rest(&mut world, "PATCH", &path, &json!({"spot": 1})).status, 422);
    rest(&mut world, "PATCH", &path, &json!({"locked": false}));
    assert_eq!(act(&mut world, &id, "restart").status, 200);
    assert_eq!(rest(&mut world, "GET", "/v2/pods", &Value::Null).body()["pods"][0]["id"], json!(id));
}

#[test]
fn a_machine_without_a_gpu() {
    let mut world = empty(Settings { disks: false, ..Settings::instant() });
    let mut body = order("a");
    body.as_object_mut().unwrap().remove("gpu");
    body["cpu"] = json!({"id": "cpu3c", "vcpuCount": 4});
    let made = pod(&mut world, &body);
    world.pass(0);
    world.pass(HOUR);
    let shown = look(&mut world, &made);
    assert!(shown["gpu"].is_null() && shown["cpu"]["vcpuCount"] == 4, "{shown}");
    assert_eq!(world.bill(), 120_000);
    world.terminate(&made);
    world.pass(HOUR);
    let bill = rest(&mut world, "GET", "/v2/billing/pods?bucketSize=day", &Value::Null);
    assert_eq!(bill.body()["metadata"]["totals"]["cpuAmount"], 0.12);
    body["mounts"] = json!({"persistent": {"size": 10, "path": "/w"}});
    assert_eq!(rest(&mut world, "POST", "/v2/pods", &body).status, 400);
}
