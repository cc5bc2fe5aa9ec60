//! Asking a world without a network.

use provider_sim::clock::{MINUTE, Ms, SECOND};
use provider_sim::{Answer, Container, Guest, Host, Inside, Next, Reply, Request, Settings, Signal, World};
use serde_json::{Value, json};

pub const GPU: &str = "NVIDIA L40S";

/// Nothing takes time; nobody is inside.
pub fn empty(settings: Settings) -> World {
    World::new(settings, |_: &Container| -> Option<Box<dyn Guest>> { None })
}

pub fn rest(world: &mut World, method: &str, path: &str, body: &Value) -> Answer {
    let request = Request::new(Host::Rest, method, path);
    world.call(&if body.is_null() { request } else { request.json(body) })
}

pub fn jobs(world: &mut World, method: &str, path: &str, body: &Value) -> Answer {
    let request = Request::new(Host::Jobs, method, path);
    world.call(&if body.is_null() { request } else { request.json(body) })
}

/// The JSON of an answer of either kind.
pub fn value(answer: &Answer) -> Value {
    match &answer.reply {
        Reply::Json(value) => value.clone(),
        Reply::Text(_, text) => serde_json::from_str(text).unwrap_or(Value::Null),
        _ => Value::Null,
    }
}

pub fn id(answer: &Answer) -> String {
    assert!(matches!(answer.status, 200 | 201), "{answer:?}");
    answer.body()["id"].as_str().unwrap().to_owned()
}

pub fn order(run: &str) -> Value {
    json!({"name": format!("br-{run}"), "image": "img:1", "gpu": {"id": GPU}, "disk": 20, "env": {"BRIGHTRUN_RUN": json!({"run": run}).to_string()}})
}

pub fn pod(world: &mut World, order: &Value) -> String {
    id(&rest(world, "POST", "/v2/pods", order))
}

pub fn look(world: &mut World, pod: &str) -> Value {
    value(&rest(world, "GET", &format!("/v2/pods/{pod}"), &Value::Null))
}

pub fn act(world: &mut World, pod: &str, action: &str) -> Answer {
    rest(world, "POST", &format!("/v2/pods/{pod}/action"), &json!({"action": action}))
}

/// An endpoint with at most so many workers.
pub fn endpoint(world: &mut World, most: u32) -> String {
    let body = json!({"name": "train", "type": "QUEUE", "image": "img:1", "gpu": {"pools": ["ADA_48_PRO"]}, "timeout": 0,
        "workers": {"min": 0, "max": most, "idleTimeout": 5}, "scaling": {"type": "QUEUE_DELAY", "queueDelay": 1}});
    id(&rest(world, "POST", "/v2/serverless", &body))
}

pub fn submit(world: &mut World, endpoint: &str, run: &str, policy: &Value) -> String {
    let mut body = json!({"input": {"run": run}});
    if !policy.is_null() {
        body["policy"] = policy.clone();
    }
    id(&jobs(world, "POST", &format!("/v2/{endpoint}/run"), &body))
}

pub fn status(world: &mut World, endpoint: &str, job: &str) -> Answer {
    jobs(world, "GET", &format!("/v2/{endpoint}/status/{job}"), &Value::Null)
}

/// Works for a while, tells of it each minute, and then does what it is told.
pub struct Worker {
    until: Option<Ms>,
    length: Ms,
    then: Next,
}

impl Worker {
    #[expect(clippy::unnecessary_wraps, reason = "it is what a house gives")]
    pub fn boxed(length: Ms, then: Next) -> Option<Box<dyn Guest>> {
        Some(Box::new(Self { until: None, length, then }))
    }
}

impl Guest for Worker {
    fn wake(&mut self, inside: &mut Inside<'_>) -> Next {
        let until = *self.until.get_or_insert(inside.now + self.length);
        if inside.now >= until {
            return self.then.clone();
        }
        inside.log("working");
        inside.progress(json!({"left": (until - inside.now) / SECOND}));
        inside.chunk(json!(inside.now));
        Next::At(until.min(inside.now + MINUTE))
    }

    fn signal(&mut self, inside: &mut Inside<'_>, why: Signal) -> Next {
        inside.log(format!("{why:?}"));
        Next::Return(json!({"stopped": true}))
    }
}
