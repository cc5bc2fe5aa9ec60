//! A month of fifty jobs a day, with a naive client that knows the traps. The engine's own driver takes its place in the engine's tests.

use crate::training::carry;
use provider_sim::clock::{HOUR, MINUTE, Ms, SECOND, written};
use provider_sim::guest::web::Memory;
use provider_sim::month::{Arrival, Client, Month, audit, play};
use provider_sim::{Answer, Host, Request, World};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// How often it looks.
const LOOK: Ms = MINUTE;
/// How long a pod may take to run.
const PATIENCE: Ms = 15 * MINUTE;

#[derive(Debug, Clone, PartialEq, Eq)]
enum State {
    /// Nothing is rented.
    Waiting,
    /// It was asked for, and the answer did not come: since then.
    Asked(Ms),
    /// Rented as that, since then.
    Rented(String, Ms),
    /// It was told to end, and is not gone yet.
    Ending(String),
    Over(&'static str),
}

struct Run {
    key: String,
    queue: bool,
    ticket: Value,
    state: State,
    cancelled: bool,
    /// The beat that was seen, and when it was seen to grow.
    beat: (u64, Ms),
}

struct Naive {
    store: Memory,
    endpoint: String,
    runs: Vec<Run>,
    calls: u64,
    limited: u64,
}

impl Naive {
    fn ask(
        &mut self,
        world: &mut World,
        host: Host,
        method: &str,
        path: &str,
        body: &Value,
    ) -> Option<Answer> {
        for _ in 0..6 {
            self.calls += 1;
            let request = Request::new(host, method, path);
            let answer = world.call(&if body.is_null() { request } else { request.json(body) });
            if answer.status != 429 {
                return (answer.arrives() && answer.status < 500).then_some(answer);
            }
            self.limited += 1;
            let wait = answer
                .headers
                .iter()
                .find(|(name, _)| *name == "retry-after")
                .and_then(|(_, seconds)| seconds.parse::<Ms>().ok());
            world.pass(wait.unwrap_or(2) * SECOND);
        }
        None
    }

    fn told(&self, run: &str, name: &str) -> Value {
        self.store
            .look(&format!("mem:{run}/{name}"))
            .and_then(|text| serde_json::from_slice(&text).ok())
            .unwrap_or_default()
    }

    /// How the run ended by what it told the store.
    fn outcome(&self, at: usize) -> Option<&'static str> {
        let run = &self.runs[at];
        if !self.told(&run.key, "manifest.json").is_null() {
            return Some("done");
        }
        match self.told(&run.key, "owner.json")["ended"].as_str() {
            Some("failed") => Some("failed"),
            Some("cancelled") => Some("cancelled"),
            _ if run.cancelled => Some("cancelled"),
            _ => None,
        }
    }

    /// Nobody trains it: its beat stands still.
    fn quiet(&mut self, at: usize, now: Ms) -> bool {
        let owner = self.told(&self.runs[at].key, "owner.json");
        let beat = owner["beat"].as_u64().unwrap_or(0);
        let run = &mut self.runs[at];
        if run.beat.0 != beat {
            run.beat = (beat, now);
        }
        owner.is_null() || owner["ended"].is_string() || now - run.beat.1 > 5 * MINUTE
    }

    /// It is gone from the provider: it is over, or goes on elsewhere.
    fn gone(&mut self, at: usize, now: Ms) {
        if let Some(outcome) = self.outcome(at) {
            self.runs[at].state = State::Over(outcome);
        } else if self.quiet(at, now) {
            self.runs[at].state = State::Waiting;
        }
    }

    fn rent(&mut self, world: &mut World, at: usize) {
        if self.runs[at].cancelled {
            self.runs[at].state = State::Over("cancelled");
            return;
        }
        let ticket = self.runs[at].ticket.clone();
        if self.runs[at].queue {
            let body = json!({"input": ticket, "policy": {"executionTimeout": 12 * HOUR, "ttl": 36 * HOUR}});
            let path = format!("/v2/{}/run", self.endpoint);
            self.runs[at].state = match self.ask(world, Host::Jobs, "POST", &path, &body) {
                Some(answer) if answer.status == 200 => {
                    State::Rented(answer.body()["id"].as_str().unwrap().to_owned(), world.now())
                }
                Some(_) => State::Waiting,
                None => State::Asked(world.now()),
            };
            return;
        }
        let include = "/v2/catalog/gpus?include=AVAILABILITY&product=POD&count=1&cloud=SECURE";
        let Some(catalog) = self.ask(world, Host::Rest, "GET", include, &Value::Null) else { return };
        let mut candidates: Vec<_> = catalog.body()["gpus"].as_array().cloned().unwrap_or_default();
        candidates.retain(|gpu| gpu["availability"] != "NONE");
        candidates.sort_by(|a, b| {
            a["price"]["secure"].as_f64().unwrap().total_cmp(&b["price"]["secure"].as_f64().unwrap())
        });
        for gpu in candidates {
            let body = json!({"name": self.runs[at].key, "image": "i:1", "gpu": {"id": gpu["id"]}, "env": {"BRIGHTRUN_RUN": ticket.to_string()}});
            match self.ask(world, Host::Rest, "POST", "/v2/pods", &body) {
                Some(answer) if answer.status == 201 => {
                    self.runs[at].state =
                        State::Rented(answer.body()["id"].as_str().unwrap().to_owned(), world.now());
                    return;
                }
                // The next candidate.
                Some(answer) if answer.status == 400 => {}
                Some(_) => return,
                None => {
                    self.runs[at].state = State::Asked(world.now());
                    return;
                }
            }
        }
    }

    fn look_at_pods(&mut self, world: &mut World) {
        if !self.runs.iter().any(|run| !run.queue && !matches!(run.state, State::Waiting | State::Over(_))) {
            return;
        }
        let Some(answer) = self.ask(world, Host::Rest, "GET", "/v2/pods", &Value::Null) else { return };
        let Some(list) = answer.body()["pods"].as_array() else { return };
        let pods: BTreeMap<&str, &Value> =
            list.iter().map(|pod| (pod["name"].as_str().unwrap(), pod)).collect();
        let now = world.now();
        for at in 0..self.runs.len() {
            if self.runs[at].queue {
                continue;
            }
            let pod = pods.get(self.runs[at].key.as_str());
            match (self.runs[at].state.clone(), pod) {
                (State::Asked(_), Some(pod)) => {
                    self.runs[at].state = State::Rented(pod["id"].as_str().unwrap().to_owned(), now);
                }
                // It never came to be.
                (State::Asked(since), None) if now - since > MINUTE => self.runs[at].state = State::Waiting,
                (State::Rented(..) | State::Ending(_), None) => self.gone(at, now),
                (State::Rented(id, since), Some(pod)) => {
                    let waits = matches!(pod["status"].as_str(), Some("PROVISIONING" | "STARTING"))
                        && now - since > PATIENCE;
                    let dead = matches!(pod["status"].as_str(), Some("EXITED" | "ERROR"));
                    if waits || dead || self.outcome(at).is_some() {
                        self.end(world, at, &id);
                    }
                }
                (State::Ending(id), Some(_)) => self.end(world, at, &id),
                _ => {}
            }
        }
    }

    /// A pod is told to end until it is gone.
    fn end(&mut self, world: &mut World, at: usize, id: &str) {
        self.ask(world, Host::Rest, "DELETE", &format!("/v2/pods/{id}"), &Value::Null);
        self.runs[at].state = State::Ending(id.to_owned());
    }

    fn look_at_jobs(&mut self, world: &mut World) {
        for at in 0..self.runs.len() {
            if !self.runs[at].queue {
                continue;
            }
            let now = world.now();
            match self.runs[at].state.clone() {
                State::Asked(_) => {
                    let path = format!("/v2/{}/requests", self.endpoint);
                    let Some(answer) = self.ask(world, Host::Jobs, "GET", &path, &Value::Null) else {
                        continue;
                    };
                    let of = |job: &&Value| {
                        job["input"]["run"] == self.runs[at].key
                            && matches!(job["status"].as_str(), Some("IN_QUEUE" | "IN_PROGRESS"))
                    };
                    let found = answer.body()["requests"]
                        .as_array()
                        .and_then(|jobs| jobs.iter().find(of))
                        .and_then(|job| job["id"].as_str());
                    self.runs[at].state =
                        found.map_or(State::Waiting, |id| State::Rented(id.to_owned(), now));
                }
                State::Rented(id, _) | State::Ending(id) => {
                    if self.runs[at].cancelled {
                        let path = format!("/v2/{}/cancel/{id}", self.endpoint);
                        self.ask(world, Host::Jobs, "POST", &path, &Value::Null);
                    }
                    let path = format!("/v2/{}/status/{id}", self.endpoint);
                    let Some(answer) = self.ask(world, Host::Jobs, "GET", &path, &Value::Null) else {
                        continue;
                    };
                    let over = answer.status == 404
                        || matches!(
                            answer.body()["status"].as_str(),
                            Some("COMPLETED" | "FAILED" | "CANCELLED")
                        );
                    if over {
                        self.gone(at, now);
                    }
                }
                State::Waiting | State::Over(_) => {}
            }
        }
    }
}

impl Client for Naive {
    fn arrives(&mut self, _world: &mut World, arrival: &Arrival) {
        let run = format!("run-{:04}", arrival.number);
        let ticket = carry(&self.store, &run);
        self.runs.push(Run {
            key: run,
            queue: arrival.queue,
            ticket,
            state: State::Waiting,
            cancelled: false,
            beat: (0, 0),
        });
    }

    fn cancelled(&mut self, _world: &mut World, number: u32) {
        let run = &mut self.runs[usize::try_from(number).unwrap()];
        run.cancelled = !matches!(run.state, State::Over(_));
        if run.cancelled {
            self.store.lay(&format!("mem:{}/wish.json", run.key), json!({"wish": "cancel"}).to_string());
        }
    }

    fn act(&mut self, world: &mut World) -> Option<Ms> {
        self.look_at_pods(world);
        self.look_at_jobs(world);
        for at in 0..self.runs.len() {
            if self.runs[at].state == State::Waiting {
                self.rent(world, at);
            }
        }
        self.runs.iter().any(|run| !matches!(run.state, State::Over(_))).then(|| world.now() + LOOK)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "sums of a test")]
fn billed(world: &mut World, kind: &str, from: Ms) -> i64 {
    let path = format!(
        "/v2/billing/{kind}?bucketSize=hour&startTime={}&endTime={}",
        written(from),
        written(world.now())
    );
    let answer = world.call(&Request::new(Host::Rest, "GET", &path));
    assert_eq!(answer.status, 200, "{answer:?}");
    let records = answer.body()["records"].as_array().unwrap();
    records.iter().map(|record| (record["totalAmount"].as_f64().unwrap() * 1e6).round() as i64).sum()
}

#[test]
fn fifty_jobs_a_day_for_a_month() {
    let month = Month { beat: Some(MINUTE), ..Month::default() };
    let store = Memory::default();
    let mut world = month.world(store.clone());
    let start = world.now();
    let body = json!({"name": "train", "type": "QUEUE", "image": "i:1", "scaling": {"type": "QUEUE_DELAY", "queueDelay": 4}, "workers": {"min": 0, "max": 8, "idleTimeout": 60}});
    let endpoint = loop {
        let made = world.call(&Request::new(Host::Rest, "POST", "/v2/serverless").json(&body));
        if made.arrives() && made.status == 201 {
            break made.body()["id"].as_str().unwrap().to_owned();
        }
    };
    let mut client = Naive { store, endpoint, runs: Vec::new(), calls: 0, limited: 0 };
    play(&month, &mut world, &mut client);

    assert_eq!(audit(&world), Vec::<String>::new());
    let mut ends: BTreeMap<&str, u32> = BTreeMap::new();
    for run in &client.runs {
        let State::Over(how) = run.state else { panic!("{} is {:?}", run.key, run.state) };
        *ends.entry(how).or_default() += 1;
    }
    assert_eq!(ends.values().sum::<u32>(), 1_500);
    assert!(ends["done"] > 1_200 && ends["failed"] > 10 && ends["cancelled"] > 20, "{ends:?}");
    // It was a month with troubles.
    let truth = world.truth();
    assert!(truth.rentals.len() > 1_540, "{}", truth.rentals.len());
    assert!(truth.rentals.iter().any(|rental| rental.starts > 1));
    // The bill, once it is known, is the truth to the cent; here even to the millionth.
    world.settings.chances = provider_sim::settings::Chances::default();
    world.settings.windows.clear();
    world.pass(2 * HOUR);
    let bill = billed(&mut world, "pods", start) + billed(&mut world, "serverless", start);
    assert_eq!(bill, world.bill());
}
