//! RunPod's own Python worker takes jobs from the front.
//!
//! It needs Python with the package `runpod`: `worker/.venv-rented`, or what `BRIGHTRUN_RENTED_PYTHON` names. Without one these tests say SKIPPED.

use provider_sim::clock::HOUR;
use provider_sim::front::{Admin, Pace};
use provider_sim::{Container, Front, Guest, Host, Request, Settings, World};
use serde_json::{Value, json};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// What a handler of ours is like: async, so that it can be cancelled, and it tells how far it is.
const HANDLER: &str = r#"
import asyncio, os, signal, sys
import runpod

async def handler(job):
    asked = job["input"]
    if asked.get("fail"):
        raise ValueError("the batch does not fit")
    try:
        for step in range(asked["steps"]):
            runpod.serverless.progress_update(job, {"seq": step, "step": step})
            if asked.get("die") == step and not os.path.exists(asked["mark"]):
                open(asked["mark"], "w").close()
                os.killpg(0, signal.SIGKILL)
            await asyncio.sleep(0.1)
    except asyncio.CancelledError:
        open(asked["mark"], "w").close()
        raise
    await asyncio.sleep(1)
    return {"final": True, "steps": asked["steps"]}

async def generate(job):
    for step in range(job["input"]["steps"]):
        yield {"step": step}

runpod.serverless.start({"handler": generate if "stream" in sys.argv else handler})
"#;

fn python(test: &str) -> Option<PathBuf> {
    let usual = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../worker/.venv-rented/bin/python");
    let python = std::env::var_os("BRIGHTRUN_RENTED_PYTHON").map_or(usual, PathBuf::from);
    if python.is_file() {
        return Some(python);
    }
    let why = "RunPod's worker is missing; `bash worker/setup-rented.sh` makes it";
    assert!(std::env::var_os("BRIGHTRUN_NO_SKIPS").is_none(), "{test}: {why}");
    // Nobody can be told when that fails.
    let _ = writeln!(std::io::stderr(), "SKIPPED {test}: {why}");
    None
}

/// A worker, killed with its whole group when it is dropped.
struct Worker(Child);

impl Worker {
    fn start(
        python: &Path,
        front: &Front,
        endpoint: &str,
        name: &str,
        folder: &Path,
        arguments: &[&str],
    ) -> Self {
        use std::os::unix::process::CommandExt as _;
        let file = folder.join("handler.py");
        std::fs::write(&file, HANDLER).unwrap();
        let log = std::fs::File::create(folder.join(format!("{name}.log"))).unwrap();
        let mut command = Command::new(python);
        command
            .arg(file)
            .args(arguments)
            .current_dir(folder)
            .envs(front.worker_env(endpoint, name, "sim-key"));
        command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log).process_group(0);
        Self(command.spawn().unwrap())
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let group = format!("-{}", self.0.id());
        let _gone = Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
        let _reaped = self.0.wait();
    }
}

struct Gateway {
    front: Front,
    admin: Admin,
    endpoint: String,
    folder: tempfile::TempDir,
}

impl Gateway {
    fn new() -> Self {
        let settings = Settings { silence: 6_000, ..Settings::instant() };
        let mut world = World::new(settings, |_: &Container| -> Option<Box<dyn Guest>> { None });
        let body = json!({"name": "t", "type": "QUEUE", "image": "i", "scaling": {"type": "QUEUE_DELAY", "queueDelay": 1}});
        let endpoint =
            world.call(&Request::new(Host::Rest, "POST", "/v2/serverless").json(&body)).body()["id"]
                .as_str()
                .unwrap()
                .to_owned();
        world.open_to_workers(&endpoint);
        let front = Front::start(world, Pace::Times(1)).unwrap();
        let admin = front.admin();
        Self { front, admin, endpoint, folder: tempfile::tempdir().unwrap() }
    }

    fn ask(&self, method: &str, path: &str, body: &Value) -> Value {
        let request = Request::new(Host::Jobs, method, &format!("/v2/{}/{path}", self.endpoint)).json(body);
        self.admin.with(|world| world.call(&request)).body().clone()
    }

    fn submit(&self, input: &Value) -> String {
        let body = json!({"input": input, "policy": {"executionTimeout": HOUR, "ttl": HOUR}});
        self.ask("POST", "run", &body)["id"].as_str().unwrap().to_owned()
    }

    fn status(&self, job: &str) -> Value {
        self.ask("GET", &format!("status/{job}"), &Value::Null)
    }

    /// Looks until it is so, for two minutes at most.
    fn until(&self, job: &str, what: impl Fn(&Value) -> bool) -> Value {
        for _ in 0..1_200 {
            let shown = self.status(job);
            if what(&shown) {
                return shown;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        let log = std::fs::read_to_string(self.folder.path().join("w1.log")).unwrap_or_default();
        panic!("{}\n{log}", self.status(job));
    }

    fn mark(&self) -> PathBuf {
        self.folder.path().join("mark")
    }

    fn start(&self, python: &Path, name: &str, arguments: &[&str]) -> Worker {
        Worker::start(python, &self.front, &self.endpoint, name, self.folder.path(), arguments)
    }
}

fn is(state: &'static str) -> impl Fn(&Value) -> bool {
    move |shown| shown["status"] == state
}

#[test]
fn jobs_run_tell_end_fail_and_are_cancelled() {
    let Some(python) = python("jobs_run_tell_end_fail_and_are_cancelled") else { return };
    let gateway = Gateway::new();
    let _worker = gateway.start(&python, "w1", &[]);
    let job = gateway.submit(&json!({"steps": 10}));
    assert_eq!(gateway.status(&job)["status"], "IN_QUEUE");
    let shown = gateway.until(&job, |shown| shown["output"]["step"].is_i64());
    assert_eq!((&shown["status"], &shown["workerId"]), (&json!("IN_PROGRESS"), &json!("w1")));
    let shown = gateway.until(&job, is("COMPLETED"));
    assert_eq!(shown["output"], json!({"final": true, "steps": 10}));
    assert!(shown["executionTime"].as_i64().unwrap() >= 2_000, "{shown}");

    let job = gateway.submit(&json!({"fail": true}));
    let shown = gateway.until(&job, is("FAILED"));
    let told: Value = serde_json::from_str(shown["error"].as_str().unwrap()).unwrap();
    assert_eq!(
        (&told["error_message"], &told["runpod_version"]),
        (&json!("the batch does not fit"), &json!("1.12.0"))
    );

    // The async handler hears of the cancel.
    let job = gateway.submit(&json!({"steps": 3_000, "mark": gateway.mark()}));
    gateway.until(&job, |shown| shown["output"]["step"].as_i64() > Some(3));
    assert_eq!(gateway.ask("POST", &format!("cancel/{job}"), &Value::Null)["status"], "CANCELLED");
    let waiting = gateway.submit(&json!({"steps": 1}));
    gateway.until(&waiting, is("COMPLETED"));
    assert!(gateway.mark().exists());
    assert_eq!(gateway.status(&job)["status"], "CANCELLED");
}

#[test]
fn a_killed_worker_is_missed_and_the_job_is_given_to_another() {
    let Some(python) = python("a_killed_worker_is_missed_and_the_job_is_given_to_another") else { return };
    let gateway = Gateway::new();
    let _first = gateway.start(&python, "w1", &[]);
    let job = gateway.submit(&json!({"steps": 20, "die": 5, "mark": gateway.mark()}));
    gateway.until(&job, |_| gateway.mark().exists());
    let _second = gateway.start(&python, "w2", &[]);
    let shown = gateway.until(&job, is("COMPLETED"));
    assert_eq!((&shown["workerId"], &shown["retries"]), (&json!("w2"), &json!(1)));
    assert_eq!(gateway.admin.truth().rentals[0].starts, 2);
}

#[test]
fn chunks_of_a_generator_are_streamed() {
    let Some(python) = python("chunks_of_a_generator_are_streamed") else { return };
    let gateway = Gateway::new();
    let _worker = gateway.start(&python, "w1", &["stream"]);
    let job = gateway.submit(&json!({"steps": 5}));
    gateway.until(&job, is("COMPLETED"));
    let chunks = gateway.ask("GET", &format!("stream/{job}"), &Value::Null);
    let steps: Vec<_> =
        chunks["stream"].as_array().unwrap().iter().map(|chunk| chunk["output"]["step"].clone()).collect();
    assert_eq!(steps, [json!(0), json!(1), json!(2), json!(3), json!(4)]);
}
