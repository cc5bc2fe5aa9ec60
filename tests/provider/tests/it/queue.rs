//! Queue endpoints: workers, jobs, time-outs, second starts, what is forgotten.

use crate::ask::{GPU, Worker, empty, endpoint, id, jobs, rest, status, submit, value};
use provider_sim::clock::{DAY, HOUR, MINUTE, Ms, SECOND, Span};
use provider_sim::{Container, Guest, Inside, Next, Settings, World};
use serde_json::{Value, json};

/// Every job works so long and returns a model.
fn working(settings: Settings, length: Ms) -> World {
    World::new(settings, move |_: &Container| Worker::boxed(length, Next::Return(json!({"model": 1}))))
}

fn long() -> Value {
    json!({"executionTimeout": 12 * HOUR, "ttl": 2 * DAY})
}

#[test]
fn a_job_from_the_queue_to_its_end_and_out_of_memory() {
    let mut world =
        working(Settings { worker_start: Span::just(30 * SECOND), ..Settings::instant() }, 30 * MINUTE);
    let ep = endpoint(&mut world, 2);
    let job = submit(&mut world, &ep, "a", &long());
    assert!(job.ends_with("-u1"));
    assert_eq!(status(&mut world, &ep, &job).body()["status"], "IN_QUEUE");
    world.pass(MINUTE);
    let shown = status(&mut world, &ep, &job).body().clone();
    assert_eq!(shown["status"], "IN_PROGRESS");
    // A second until the queue is looked at, half a minute until the worker is there.
    assert_eq!(shown["delayTime"], 31_000);
    assert!(shown["output"]["left"].is_i64(), "progress is the output while it runs: {shown}");
    let health = jobs(&mut world, "GET", &format!("/v2/{ep}/health"), &Value::Null);
    assert_eq!(
        (&health.body()["jobs"]["inProgress"], &health.body()["workers"]["running"]),
        (&json!(1), &json!(1))
    );
    world.pass(HOUR);
    // It is forgotten half an hour after its end: 31 s + 30 min, and now are 61 min.
    assert_eq!(status(&mut world, &ep, &job).status, 404);
    let rental = world.truth().rentals[0].clone();
    assert_eq!((rental.status.as_str(), rental.until.is_some()), ("COMPLETED", true));

    let job = submit(&mut world, &ep, "b", &long());
    world.pass(45 * MINUTE);
    let shown = status(&mut world, &ep, &job).body().clone();
    assert_eq!(
        (&shown["status"], &shown["output"], &shown["executionTime"]),
        (&json!("COMPLETED"), &json!({"model": 1}), &json!(1_800_000))
    );
    let workers = rest(&mut world, "GET", &format!("/v2/serverless/{ep}/workers"), &Value::Null);
    assert_eq!(workers.body()["summary"]["total"], 0, "idle workers go after five seconds");
}

#[test]
fn limits_of_time() {
    let mut world = working(Settings::instant(), 20 * MINUTE);
    let ep = endpoint(&mut world, 2);
    // Ten minutes, unless it says otherwise.
    let job = submit(&mut world, &ep, "a", &Value::Null);
    world.pass(11 * MINUTE);
    let shown = status(&mut world, &ep, &job).body().clone();
    assert_eq!((&shown["status"], &shown["error"]), (&json!("FAILED"), &json!("executionTimeout exceeded")));
    // The time to live is hard, also while it runs.
    let job = submit(&mut world, &ep, "b", &json!({"executionTimeout": HOUR, "ttl": 10 * MINUTE}));
    world.pass(9 * MINUTE);
    assert_eq!(status(&mut world, &ep, &job).body()["status"], "IN_PROGRESS");
    world.pass(2 * MINUTE);
    assert_eq!(status(&mut world, &ep, &job).status, 404);
    assert_eq!(world.truth().of("b").next().unwrap().status, "EXPIRED");
    assert_eq!(world.truth().rented().count(), 0);
    for policy in [json!({"ttl": 9_999}), json!({"executionTimeout": 4_999}), json!({"ttl": 8 * DAY})] {
        let body = json!({"input": {"a": 1}, "policy": policy});
        assert_eq!(jobs(&mut world, "POST", &format!("/v2/{ep}/run"), &body).status, 400, "{policy}");
    }
    assert_eq!(jobs(&mut world, "POST", &format!("/v2/{ep}/run"), &json!({})).status, 400);
    assert_eq!(jobs(&mut world, "POST", "/v2/none/run", &json!({"input": {"a": 1}})).status, 404);
}

#[test]
fn a_dead_worker_means_a_second_start_and_then_failure() {
    let mut world = working(Settings::instant(), HOUR);
    let ep = endpoint(&mut world, 3);
    let job = submit(&mut world, &ep, "a", &long());
    world.pass(10 * MINUTE);
    world.kill_worker(&job);
    world.pass(MINUTE);
    let shown = status(&mut world, &ep, &job).body().clone();
    assert_eq!((&shown["status"], &shown["retries"]), (&json!("IN_PROGRESS"), &json!(1)));
    assert_eq!(world.truth().rentals[0].starts, 2);
    world.kill_worker(&job);
    let shown = status(&mut world, &ep, &job).body().clone();
    assert_eq!(
        (&shown["status"], &shown["error"], &shown["output"]),
        (&json!("FAILED"), &json!("job timed out after 1 retries"), &Value::Null)
    );
    // It may be tried again under the same id.
    let answer = jobs(&mut world, "POST", &format!("/v2/{ep}/retry/{job}"), &Value::Null);
    assert_eq!((answer.status, &answer.body()["status"]), (200, &json!("IN_QUEUE")));
    world.pass(2 * HOUR - 30 * MINUTE);
    assert_eq!(status(&mut world, &ep, &job).body()["status"], "COMPLETED");
    assert_eq!(jobs(&mut world, "POST", &format!("/v2/{ep}/retry/{job}"), &Value::Null).status, 400);
    assert_eq!(world.truth().most_at_once("a"), 1);
}

#[test]
fn crash_loops_and_empty_inputs() {
    let mut world = working(Settings::instant(), HOUR);
    let ep = endpoint(&mut world, 3);
    world.crash_workers(&ep, true);
    let job = submit(&mut world, &ep, "a", &long());
    world.pass(8 * SECOND);
    let workers = rest(&mut world, "GET", &format!("/v2/serverless/{ep}/workers"), &Value::Null);
    assert_eq!(workers.body()["summary"]["unhealthy"], 1, "{workers:?}");
    world.pass(MINUTE);
    assert_eq!(status(&mut world, &ep, &job).body()["error"], "job timed out after 1 retries");
    world.crash_workers(&ep, false);
    let body = json!({"input": {}, "policy": long()});
    let job = id(&jobs(&mut world, "POST", &format!("/v2/{ep}/run"), &body));
    world.pass(MINUTE);
    assert_eq!(status(&mut world, &ep, &job).body()["error"], "job timed out after 1 retries");
}

#[test]
fn a_queue_without_gpus_says_why_it_waits() {
    let mut world = working(Settings::instant(), MINUTE);
    let ep = endpoint(&mut world, 1);
    world.set_free(GPU, "US-KS-2", 0);
    world.set_free(GPU, "EU-RO-1", 0);
    let job = submit(&mut world, &ep, "a", &long());
    world.pass(10 * MINUTE);
    assert_eq!(status(&mut world, &ep, &job).body()["status"], "IN_QUEUE");
    let workers = rest(&mut world, "GET", &format!("/v2/serverless/{ep}/workers"), &Value::Null);
    assert_eq!(
        (&workers.body()["summary"]["throttled"], &workers.body()["workers"][0]["gpuTypeId"]),
        (&json!(1), &Value::Null)
    );
    world.set_free(GPU, "EU-RO-1", 1);
    world.pass(MINUTE);
    assert_eq!(status(&mut world, &ep, &job).body()["status"], "IN_PROGRESS");
    assert_eq!(world.free(GPU, "EU-RO-1"), 0);
    world.throttle(&ep, true);
    world.pass(5 * MINUTE);
    assert_eq!(world.free(GPU, "EU-RO-1"), 1);
    let job = submit(&mut world, &ep, "b", &json!({"ttl": MINUTE}));
    world.pass(2 * MINUTE);
    assert_eq!(status(&mut world, &ep, &job).status, 404, "it may expire before it ever began");
    assert_eq!(world.truth().of("b").next().unwrap().starts, 0);
}

#[test]
fn cancelled_in_the_queue_and_while_it_runs() {
    let mut world = working(Settings::instant(), HOUR);
    let ep = endpoint(&mut world, 1);
    let first = submit(&mut world, &ep, "a", &long());
    let second = submit(&mut world, &ep, "b", &long());
    world.pass(10 * MINUTE);
    for job in [&second, &first] {
        let answer = jobs(&mut world, "POST", &format!("/v2/{ep}/cancel/{job}"), &Value::Null);
        assert_eq!((answer.status, &answer.body()["status"]), (200, &json!("CANCELLED")));
    }
    world.pass(MINUTE);
    assert_eq!(status(&mut world, &ep, &first).body()["status"], "CANCELLED");
    assert_eq!(
        rest(&mut world, "GET", &format!("/v2/serverless/{ep}/workers"), &Value::Null).body()["summary"]["total"],
        0
    );
    assert_eq!(jobs(&mut world, "POST", &format!("/v2/{ep}/cancel/none"), &Value::Null).status, 404);
}

/// Hears of nothing.
struct Deaf;

impl Guest for Deaf {
    fn wake(&mut self, _: &mut Inside<'_>) -> Next {
        Next::Never
    }

    fn signal(&mut self, _: &mut Inside<'_>, _: provider_sim::Signal) -> Next {
        Next::Never
    }
}

#[test]
fn a_handler_that_hears_nothing_goes_on_for_a_while_and_costs() {
    let mut world = World::new(Settings { grace: 5 * MINUTE, ..Settings::instant() }, |_: &Container| {
        Some(Box::new(Deaf) as Box<dyn Guest>)
    });
    let ep = endpoint(&mut world, 1);
    let job = submit(&mut world, &ep, "a", &long());
    world.pass(MINUTE);
    jobs(&mut world, "POST", &format!("/v2/{ep}/cancel/{job}"), &Value::Null);
    let bill = world.bill();
    world.pass(4 * MINUTE);
    assert_eq!(
        rest(&mut world, "GET", &format!("/v2/serverless/{ep}/workers"), &Value::Null).body()["summary"]["running"],
        1
    );
    assert!(world.bill() > bill + 100_000);
    world.pass(2 * MINUTE);
    let bill = world.bill();
    world.pass(HOUR);
    assert_eq!(world.bill(), bill);
}

#[test]
fn failures_of_the_handler() {
    for (then, error) in [
        (
            Next::Raise("out_of_memory: too large".to_owned()),
            "\"error_message\":\"out_of_memory: too large\"",
        ),
        (Next::Return(json!({"error": "told"})), "told"),
    ] {
        let mut world =
            World::new(Settings::instant(), move |_: &Container| Worker::boxed(MINUTE, then.clone()));
        let ep = endpoint(&mut world, 1);
        let job = submit(&mut world, &ep, "a", &long());
        world.pass(3 * MINUTE);
        let shown = status(&mut world, &ep, &job).body().clone();
        assert_eq!(shown["status"], "FAILED");
        assert!(shown["error"].as_str().unwrap().contains(error), "{shown}");
    }
}

#[test]
fn progress_comes_out_of_order_and_after_the_end() {
    /// Tells ten times at once and ends.
    struct Hasty;
    impl Guest for Hasty {
        fn wake(&mut self, inside: &mut Inside<'_>) -> Next {
            for n in 0..10 {
                inside.progress(json!({"seq": n}));
            }
            Next::Return(json!({"final": true}))
        }
    }
    let settings = Settings { progress_delay: Span::between(SECOND, 20 * SECOND), ..Settings::instant() };
    let mut world = World::new(settings, |_: &Container| Some(Box::new(Hasty) as Box<dyn Guest>));
    let ep = endpoint(&mut world, 1);
    let job = submit(&mut world, &ep, "a", &long());
    world.pass(MINUTE);
    assert_eq!(status(&mut world, &ep, &job).body()["output"], json!({"final": true}));
    // Unless the hosted queue has the defect of runpod-python#250.
    world.settings.late_progress_wins = true;
    let job = submit(&mut world, &ep, "b", &long());
    world.pass(MINUTE);
    let shown = status(&mut world, &ep, &job).body().clone();
    assert_eq!(shown["status"], "IN_PROGRESS");
    assert!(shown["output"]["seq"].is_i64());
}

#[test]
fn streams_purges_and_lists() {
    let mut world = working(Settings::instant(), 10 * MINUTE);
    let ep = endpoint(&mut world, 1);
    let first = submit(&mut world, &ep, "a", &long());
    let second = submit(&mut world, &ep, "b", &long());
    world.pass(3 * MINUTE);
    let chunks = jobs(&mut world, "GET", &format!("/v2/{ep}/stream/{first}"), &Value::Null);
    assert_eq!(chunks.body()["stream"].as_array().unwrap().len(), 3);
    let again = jobs(&mut world, "GET", &format!("/v2/{ep}/stream/{first}"), &Value::Null);
    assert_eq!(again.body(), &json!({"status": "IN_PROGRESS", "stream": []}));
    let list = jobs(&mut world, "GET", &format!("/v2/{ep}/requests"), &Value::Null);
    assert_eq!(list.body()["requests"][1]["id"], json!(second));
    let purged = jobs(&mut world, "POST", &format!("/v2/{ep}/purge-queue"), &Value::Null);
    assert_eq!(purged.body(), &json!({"removed": 1, "status": "completed"}));
    assert_eq!(status(&mut world, &ep, &first).body()["status"], "IN_PROGRESS");
}

#[test]
fn idle_endpoints_lose_their_workers() {
    let mut world = working(Settings::instant(), MINUTE);
    let ep = endpoint(&mut world, 5);
    let most = |world: &mut World| {
        rest(world, "GET", &format!("/v2/serverless/{ep}"), &Value::Null).body()["workers"]["max"].clone()
    };
    world.pass(2 * DAY);
    assert_eq!(most(&mut world), 5);
    world.pass(2 * DAY);
    assert_eq!(most(&mut world), 2);
    submit(&mut world, &ep, "a", &long());
    world.pass(3 * DAY);
    assert_eq!(most(&mut world), 2, "a request counts");
    world.pass(6 * DAY);
    assert_eq!(most(&mut world), 0);
    let job = submit(&mut world, &ep, "b", &long());
    world.pass(HOUR);
    assert_eq!(
        status(&mut world, &ep, &job).body()["status"],
        "IN_QUEUE",
        "it stays 0 until somebody raises it"
    );
    rest(&mut world, "PATCH", &format!("/v2/serverless/{ep}"), &json!({"workers": {"max": 1}}));
    world.pass(10 * SECOND);
    assert_eq!(status(&mut world, &ep, &job).body()["status"], "IN_PROGRESS");
}

#[test]
fn low_priority_waits_for_a_worker_that_is_there_anyway() {
    let mut world = working(Settings::instant(), MINUTE);
    let ep = endpoint(&mut world, 1);
    let job = submit(&mut world, &ep, "a", &json!({"lowPriority": true, "ttl": DAY}));
    world.pass(HOUR);
    assert_eq!(status(&mut world, &ep, &job).body()["status"], "IN_QUEUE");
    submit(&mut world, &ep, "b", &long());
    world.pass(10 * SECOND);
    assert_eq!(status(&mut world, &ep, &job).body()["status"], "IN_PROGRESS");
}

#[test]
fn endpoints_are_checked_and_show_themselves() {
    let mut world = empty(Settings::instant());
    let good = json!({"name": "t", "type": "QUEUE", "image": "i:1", "scaling": {"type": "REQUEST_COUNT", "requestCount": 1}});
    let ep = id(&rest(&mut world, "POST", "/v2/serverless", &good));
    let shown = rest(&mut world, "GET", &format!("/v2/serverless/{ep}"), &Value::Null).body().clone();
    assert_eq!(shown["timeout"], 0, "what was seen, not what is documented");
    assert!(shown["workers"]["idleTimeout"].is_null(), "not with REQUEST_COUNT");
    assert_eq!(shown["requestUrls"]["run"], format!("https://api.runpod.ai/v2/{ep}/run"));
    for (change, status) in [
        (json!({"scaling": {"type": "QUEUE_DELAY"}}), 422),
        (json!({"workers": {"min": 1, "max": 3, "idleTimeout": 5}}), 400),
        (json!({"workersMax": 3}), 422),
        (json!({"gpu": {"pools": ["NONE_9"]}}), 400),
        (json!({"networkVolumes": ["none"]}), 404),
        (json!({"templateId": "none"}), 404),
        (json!({"timeout": -1}), 422),
    ] {
        let mut body = good.clone();
        for (name, value) in change.as_object().unwrap() {
            body[name.as_str()] = value.clone();
        }
        assert_eq!(rest(&mut world, "POST", "/v2/serverless", &body).status, status, "{change}");
    }
    let releases = rest(&mut world, "GET", &format!("/v2/serverless/{ep}/releases"), &Value::Null);
    assert_eq!(releases.body()["endpointVersion"], 1);
    assert_eq!(rest(&mut world, "DELETE", &format!("/v2/serverless/{ep}"), &Value::Null).status, 204);
    assert_eq!(jobs(&mut world, "GET", &format!("/v2/{ep}/health"), &Value::Null).status, 404);
    assert_eq!(value(&rest(&mut world, "GET", &format!("/v2/serverless/{ep}"), &Value::Null))["status"], 404);
}
