//! Keys, money, secrets, the rest of the account.

use crate::ask::{Worker, act, empty, endpoint, id, jobs, look, order, pod, rest, submit, value};
use provider_sim::clock::{HOUR, MINUTE};
use provider_sim::settings::{Key, Scope};
use provider_sim::{Container, Guest, Host, Inside, Next, Request, Settings, World};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

fn graphql(world: &mut World, key: &str, query: &str, variables: &Value) -> (u16, Value) {
    let request = Request::new(Host::Rest, "POST", "/graphql")
        .key(Some(key))
        .json(&json!({"query": query, "variables": variables}));
    let answer = world.call(&request);
    (answer.status, value(&answer))
}

#[test]
fn keys_and_what_they_may_do() {
    let mut world = empty(Settings::instant());
    let scopes = [
        ("jobs", Scope::All, Scope::None),
        ("reader", Scope::Read, Scope::Read),
        ("nothing", Scope::None, Scope::None),
    ];
    for (text, jobs, rest) in scopes {
        world.settings.keys.push(Key { text: text.to_owned(), jobs, rest, graphql: Scope::None, pod: None });
    }
    let ep = endpoint(&mut world, 1);
    let mut ask = |host, key: Option<&str>, method: &str, path: &str, body: Value| {
        world.call(&Request::new(host, method, path).key(key).json(&body)).status
    };
    let run = format!("/v2/{ep}/run");
    for (key, list, create, submit) in [
        (None, 401, 401, 401),
        (Some("wrong"), 401, 401, 401),
        (Some("nothing"), 403, 403, 403),
        (Some("jobs"), 403, 403, 200),
        (Some("Bearer reader"), 200, 403, 403),
        (Some("Bearer sim-key"), 200, 201, 200),
    ] {
        assert_eq!(ask(Host::Rest, key, "GET", "/v2/pods", Value::Null), list, "{key:?}");
        assert_eq!(ask(Host::Rest, key, "POST", "/v2/pods", order("a")), create, "{key:?}");
        assert_eq!(ask(Host::Jobs, key, "POST", &run, json!({"input": {"a": 1}})), submit, "{key:?}");
    }
    assert_eq!(graphql(&mut world, "wrong", "query { myself { id } }", &Value::Null).0, 401);
    assert_eq!(graphql(&mut world, "reader", "query { myself { id } }", &Value::Null).0, 403);
}

/// Writes down its environment and ends its own pod after an hour.
struct Own(Arc<Mutex<Vec<Container>>>, bool);

impl Guest for Own {
    fn wake(&mut self, inside: &mut Inside<'_>) -> Next {
        if std::mem::replace(&mut self.1, true) {
            inside.terminate();
            return Next::Never;
        }
        self.0.lock().unwrap().push(inside.container.clone());
        Next::At(inside.now + HOUR)
    }
}

#[test]
fn a_pod_ends_itself_by_its_own_key_and_no_other() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let inside = Arc::clone(&seen);
    let mut world = World::new(Settings::instant(), move |_: &Container| {
        Some(Box::new(Own(Arc::clone(&inside), false)) as Box<dyn Guest>)
    });
    let first = pod(&mut world, &order("a"));
    let second = pod(&mut world, &order("b"));
    world.pass(MINUTE);
    let key = seen.lock().unwrap()[0].env["RUNPOD_API_KEY"].clone();
    assert_eq!(seen.lock().unwrap()[0].env["RUNPOD_POD_ID"], first);
    assert_eq!(world.call(&Request::new(Host::Rest, "GET", "/v2/pods").key(Some(&key))).status, 403);
    assert!(graphql(&mut world, &key, "query { myself { id } }", &Value::Null).1["errors"].is_array());
    let end = "mutation End($pod: String!) { podTerminate(input: {podId: $pod}) }";
    assert!(graphql(&mut world, &key, end, &json!({"pod": second})).1["errors"].is_array());
    assert!(graphql(&mut world, &key, end, &json!({"pod": first})).1["errors"].is_null());
    assert_eq!(world.truth().rented().count(), 1);
    assert_eq!(graphql(&mut world, &key, end, &json!({"pod": first})).0, 401, "its key went with it");
    world.pass(2 * HOUR);
    assert_eq!(world.truth().rented().count(), 0, "the other one asked for it from inside");
}

#[test]
fn secrets_are_for_programs_only() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let inside = Arc::clone(&seen);
    let mut world = World::new(Settings::instant(), move |_: &Container| {
        Some(Box::new(Own(Arc::clone(&inside), false)) as Box<dyn Guest>)
    });
    let ticket = json!({"brightrun": 1, "run": "r-1", "carry": "http://marked"}).to_string();
    let secret = rest(&mut world, "POST", "/v2/account/secrets", &json!({"name": "br_r1", "value": ticket}));
    assert_eq!(secret.status, 201);
    assert_eq!(
        rest(&mut world, "POST", "/v2/account/secrets", &json!({"name": "br_r1", "value": "x"})).status,
        409
    );
    for name in ["RUNPOD_x", "1a", "a b"] {
        assert_eq!(
            rest(&mut world, "POST", "/v2/account/secrets", &json!({"name": name, "value": "x"})).status,
            422,
            "{name}"
        );
    }
    let mut body = order("x");
    body["env"] = json!({"BRIGHTRUN_RUN": "{{ RUNPOD_SECRET_br_r1 }}", "A": "a{{ RUNPOD_SECRET_none }}"});
    let id = pod(&mut world, &body);
    world.pass(MINUTE);
    assert_eq!(seen.lock().unwrap()[0].env["BRIGHTRUN_RUN"], ticket);
    assert_eq!(seen.lock().unwrap()[0].env["A"], "a{{ RUNPOD_SECRET_none }}");
    assert_eq!(world.truth().of("r-1").count(), 1, "the truth knows the run behind the secret");
    let shown = look(&mut world, &id).to_string()
        + &value(&rest(&mut world, "GET", "/v2/account/secrets", &Value::Null)).to_string();
    assert!(shown.contains("RUNPOD_SECRET_br_r1") && !shown.contains("marked"), "{shown}");
    let path = format!("/v2/account/secrets/{}", secret.body()["id"].as_str().unwrap());
    assert_eq!(rest(&mut world, "PATCH", &path, &json!({"value": "y"})).status, 200);
    assert_eq!(
        rest(&mut world, "GET", "/v2/account/secrets?name=br_r1", &Value::Null).body()["secrets"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(rest(&mut world, "DELETE", &path, &Value::Null).status, 204);
    assert_eq!(rest(&mut world, "DELETE", &path, &Value::Null).status, 404);
}

#[test]
fn without_money_nothing_is_rented_and_what_is_there_goes() {
    let mut world =
        World::new(Settings { balance: 2_500_000, disks: false, ..Settings::instant() }, |_: &Container| {
            Worker::boxed(9 * HOUR, Next::Never)
        });
    let volume = id(&rest(
        &mut world,
        "POST",
        "/v2/network-volumes",
        &json!({"name": "v", "size": 10, "dataCenter": "EU-RO-1"}),
    ));
    let plain = pod(&mut world, &order("a"));
    let mut body = order("b");
    body["mounts"] = json!({"network": [{"volumeId": volume, "path": "/workspace"}]});
    let kept = pod(&mut world, &body);
    let ep = endpoint(&mut world, 1);
    submit(&mut world, &ep, "c", &json!({"executionTimeout": 6 * HOUR}));
    // 0.99 + 0.99 + 1.908 dollars an hour, so it lasts for about 38 minutes.
    let (_, account) = graphql(
        &mut world,
        "sim-key",
        "query { myself { clientBalance currentSpendPerHr spendLimit } }",
        &Value::Null,
    );
    assert_eq!(account["data"]["myself"]["spendLimit"], 80.0);
    world.pass(38 * MINUTE);
    assert_eq!(world.truth().rented().count(), 3);
    assert_eq!(rest(&mut world, "POST", "/v2/pods", &order("d")).status, 402, "not even an hour is left");
    world.pass(2 * MINUTE);
    assert_eq!(
        rest(&mut world, "GET", &format!("/v2/pods/{plain}"), &Value::Null).status,
        404,
        "with all its data"
    );
    assert_eq!(look(&mut world, &kept)["status"], "EXITED");
    assert_eq!(act(&mut world, &kept, "start").status, 402);
    assert_eq!(
        rest(&mut world, "GET", &format!("/v2/serverless/{ep}/workers"), &Value::Null).body()["summary"]["total"],
        0
    );
    let balance = world.balance();
    assert!((-100..=0).contains(&balance), "to the moment: {balance}");
    world.deposit(10_000_000);
    assert_eq!(act(&mut world, &kept, "start").status, 200);
    world.pass(MINUTE);
    assert_eq!(
        jobs(&mut world, "GET", &format!("/v2/{ep}/health"), &Value::Null).body()["jobs"]["inProgress"],
        1,
        "the queue goes on"
    );
}

#[test]
fn graphql_answers_what_it_knows() {
    let mut world = empty(Settings::instant());
    let (status, body) =
        graphql(&mut world, "sim-key", "query { myself { id clientBalance nonsense } }", &Value::Null);
    assert_eq!(status, 200, "errors come with 200");
    assert!(body["errors"][0]["message"].as_str().unwrap().contains("nonsense"));
    let id = pod(&mut world, &order("a"));
    world.pass(MINUTE);
    let (_, body) = graphql(&mut world, "sim-key", "query { myself { currentSpendPerHr } }", &Value::Null);
    let burn = body["data"]["myself"]["currentSpendPerHr"].as_f64().unwrap();
    assert!((0.99..1.0).contains(&burn), "with its disk: {burn}");
    let (_, body) = graphql(
        &mut world,
        "sim-key",
        &format!("mutation {{ podStop(input: {{podId: \"{id}\"}}) {{ id desiredStatus }} }}"),
        &Value::Null,
    );
    assert_eq!(body["data"]["podStop"]["desiredStatus"], "EXITED");
    world.settings.graphql = false;
    assert_eq!(graphql(&mut world, "sim-key", "query { myself { id } }", &Value::Null).0, 410);
}

#[test]
fn templates_registries_and_ssh_keys() {
    let mut world = empty(Settings::instant());
    let template = rest(
        &mut world,
        "POST",
        "/v2/templates",
        &json!({"name": "t", "image": "img:7", "env": {"A": "1", "B": "2"}}),
    );
    let template = id(&template);
    let body =
        json!({"name": "p", "templateId": template, "gpu": {"id": crate::ask::GPU}, "env": {"B": "3"}});
    let made = pod(&mut world, &body);
    let shown = look(&mut world, &made);
    assert_eq!(
        (&shown["image"], &shown["env"], &shown["template"]),
        (&json!("img:7"), &json!({"A": "1", "B": "3"}), &json!(template))
    );
    let path = format!("/v2/templates/{template}");
    assert_eq!(rest(&mut world, "PATCH", &path, &json!({"image": "img:8"})).body()["image"], "img:8");
    assert_eq!(rest(&mut world, "POST", "/v2/templates", &json!({"name": "t"})).status, 422);
    assert_eq!(rest(&mut world, "DELETE", &path, &Value::Null).status, 204);
    assert_eq!(rest(&mut world, "GET", &path, &Value::Null).status, 404);
    let registry = rest(
        &mut world,
        "POST",
        "/v2/registries",
        &json!({"name": "hub", "username": "u", "password": "marked"}),
    );
    assert!(!value(&registry).to_string().contains("marked"));
    assert_eq!(
        rest(&mut world, "GET", "/v2/registries", &Value::Null).body()["registries"][0]["name"],
        "hub"
    );
    assert_eq!(
        rest(&mut world, "PUT", "/v2/account/ssh-keys", &json!({"keys": ["ssh-ed25519 AAAA me"]})).body()["keys"]
            [0],
        "ssh-ed25519 AAAA me"
    );
    assert_eq!(
        rest(&mut world, "GET", "/v2/account/ssh-keys", &Value::Null).body()["keys"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}
