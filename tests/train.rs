//! Training on this machine from end to end, with the real worker and a tiny model that is made on the spot.
//!
//! The worker's environment is `worker/.venv`, or what `BRIGHTRUN_WORKER_PYTHON` names; without one these tests say SKIPPED.

mod support;

use serde_json::Value;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use support::corpus;
use support::program::{Outcome, Program};

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_mins(4);

/// A home with the tiny model and a dataset of a training file.
struct Bench {
    program: Program,
    python: PathBuf,
}

fn worker() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("worker")
}

/// `None`: there is no worker here.
fn bench(test: &str) -> Option<Bench> {
    let python = std::env::var_os("BRIGHTRUN_WORKER_PYTHON")
        .map_or_else(|| worker().join(".venv/bin/python"), PathBuf::from);
    if !python.is_file() {
        let why = "the worker's environment is missing; `bash worker/setup.sh` makes it";
        // Seen in the output of the tests; nobody can be told when that fails.
        let _ = writeln!(std::io::stderr(), "SKIPPED {test}: {why}");
        return None;
    }
    let bench = Bench { program: Program::default(), python };
    let made = Command::new(&bench.python)
        .arg(worker().join("tests/tiny_model.py"))
        .arg(bench.program.path("tiny"))
        .output()
        .expect("python");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    corpus::write(&bench.program.path("in"), 0..12);
    bench.run("files create spring --from in").ok();
    bench.run("datasets add spring").ok();
    Some(bench)
}

impl Bench {
    fn command(&self, line: &str) -> Command {
        let mut command = self.program.command(line.split(' '));
        command.env("BRIGHTRUN_WORKER_PYTHON", &self.python).env("BRIGHTRUN_WORKER_FOLDER", worker());
        command.env("BRIGHTRUN_WORKER_THREADS", "1").env("HF_HUB_OFFLINE", "1");
        command
    }
    fn run(&self, line: &str) -> Outcome {
        let output = self.command(line).output().expect("it starts");
        Outcome {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            error: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
    fn start(&self, line: &str) -> Child {
        self.command(line).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts")
    }
    /// `train` with what every test wants.
    fn train(&self, more: &str) -> String {
        let model = self.program.path("tiny");
        format!(
            "train spring --base-model {} --any-value --set quantization=none --set target_modules=all-linear \
             --set learning_rate=0.005 --set max_seq_length=256 --set batch_size=2 --set rank=4{more} --yes",
            model.display()
        )
    }
    fn jobs(&self) -> Vec<Value> {
        self.run("jobs list --json").ok().json().as_array().expect("a list").clone()
    }
    /// The only run, once `ready` says so.
    fn wait(&self, ready: impl Fn(&Value) -> bool) -> Value {
        let begun = engine::clock::instant();
        loop {
            if let Some(job) = self.jobs().into_iter().find(|job| ready(job)) {
                return job;
            }
            assert!(begun.elapsed() < PATIENCE, "{:#?}", self.jobs());
            std::thread::sleep(Duration::from_millis(100));
        }
    }
    fn folder(&self, job: &Value) -> PathBuf {
        let id = job["job"]["id"].as_str().expect("an id");
        self.program.path(".local/share/brightrun/runs").join(id)
    }
}

fn sha256(path: &Path) -> String {
    let output = Command::new("sha256sum").arg(path).output().expect("sha256sum");
    String::from_utf8_lossy(&output.stdout).split(' ').next().unwrap_or_default().to_owned()
}

/// The worker that holds a run directory.
fn pid(folder: &Path) -> u32 {
    let text = fs::read_to_string(folder.join("worker.lock")).expect("the lock");
    let said: Value = serde_json::from_str(&text).expect("JSON");
    u32::try_from(said["pid"].as_u64().expect("a pid")).expect("small")
}

fn lives(pid: u32) -> bool {
    // One that was ended and not waited for yet is a zombie.
    fs::read_to_string(format!("/proc/{pid}/stat"))
        .is_ok_and(|stat| stat.rsplit(')').next().is_some_and(|rest| !rest.trim_start().starts_with('Z')))
}

fn kill(signal: &str, pid: u32) {
    Command::new("kill").args([signal, &pid.to_string()]).status().expect("kill");
}

/// Steps that were told more than once for the newest attempt, or after a resumption again: none may be.
fn steps(folder: &Path) -> Vec<u64> {
    let mut reader = domain::run::Reader::default();
    reader.push(&fs::read(folder.join("events.jsonl")).expect("events"));
    let loss = reader.metrics().get("loss").expect("a loss");
    loss.samples().map(|sample| sample.at.step).collect()
}

#[test]
fn a_training_file_becomes_a_model_whose_files_are_what_the_manifest_says() {
    let Some(bench) = bench("train") else { return };
    let dry = bench.run(&bench.train(" --dry-run --json")).ok().json();
    assert_eq!(dry["preset_id"], "custom");
    assert!(bench.jobs().is_empty(), "a dry run starts nothing");

    let done = bench.run(&bench.train(" --set epochs=3")).ok();
    assert!(done.out.contains("Its model is"), "{}\n{}", done.out, done.error);
    let job = bench.wait(|_| true);
    assert_eq!((&job["job"]["status"], &job["alive"]), (&"completed".into(), &false.into()), "{job:#}");
    let models = bench.run("models list --json").ok().json();
    assert_eq!(models.as_array().map(Vec::len), Some(1), "exactly one model");
    let model = &models[0];
    assert_eq!(model["id"], job["job"]["model"]);

    let shown = bench.run(&format!("jobs show {} --json", job["job"]["id"].as_str().unwrap())).ok().json();
    assert_eq!(shown["costs"].as_array().map(Vec::len), Some(1), "a cost record, of nothing: {shown:#}");
    let loss = fs::read_to_string(bench.folder(&job).join("events.jsonl")).expect("events");
    assert!(loss.contains("\"eval_loss\""), "it was measured");

    let got = bench.run("models download spring-custom-x -o got");
    assert_eq!(got.code, 1, "an unknown name");
    let id = model["id"].as_str().expect("an id");
    let got = bench.run(&format!("models download {id} -o got --json")).ok().json();
    let folder =
        bench.program.path("got").join(Path::new(got["path"].as_str().unwrap()).file_name().unwrap());
    for file in model["files"].as_array().expect("files") {
        let path = folder.join(file["path"].as_str().unwrap());
        assert_eq!(file["sha256"], sha256(&path), "{}", path.display());
    }
    let again = bench.run(&format!("models download {id} -o got --json")).ok().json();
    assert_eq!(again["copied"], 0, "what is whole is not copied again");

    bench.run(&format!("models report {id} -o report.html")).ok();
    let report = fs::read_to_string(bench.program.path("report.html")).expect("a report");
    assert!(report.contains("image/svg+xml") && report.contains("spring"));
    let lineage = bench.run("datasets show spring --json").ok().json();
    assert_eq!((&lineage["made"][0]["model"], &lineage["made"][0]["run"]), (&model["id"], &job["job"]["id"]));
    assert_eq!(bench.run(&format!("models status {id} deploy --json")).ok().json()["status"], "production");
    assert_eq!(bench.run(&format!("models delete {id} --confirm wrong")).code, 3);

    // The second estimate knows how long the first run took.
    let learnt = bench.run(&bench.train(" --set epochs=3 --dry-run --json")).ok().json();
    assert_eq!(learnt["estimate"]["source"]["kind"], "same", "{:#}", learnt["estimate"]);
    assert!(learnt["estimate"]["cost"].is_object(), "nothing, but known");
}

#[test]
fn a_killed_worker_and_a_killed_program_lose_nothing_and_double_nothing() {
    let Some(bench) = bench("kill") else { return };
    let mut program =
        bench.start(&bench.train(" --set epochs=30 --set checkpoint_every=20 --set eval_every=200"));
    let job = bench.wait(|job| job["alive"] == true);
    let folder = bench.folder(&job);
    let first = pid(&folder);
    let begun = engine::clock::instant();
    // The row comes later; the directory tells at once.
    while fs::read_to_string(folder.join("events.jsonl")).unwrap_or_default().matches("\"loss\"").count() < 30
    {
        assert!(begun.elapsed() < PATIENCE, "it makes no steps");
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(lives(first), "it is in the middle");
    // The worker: whoever follows starts it again from its last checkpoint.
    kill("-9", first);
    let begun = engine::clock::instant();
    while pid(&folder) == first || !lives(pid(&folder)) {
        assert!(begun.elapsed() < PATIENCE, "it was not started again");
        std::thread::sleep(Duration::from_millis(50));
    }
    // The program: its worker goes on, and another program takes it over.
    bench.wait(|job| job["job"]["attempts"] == 1 && job["job"]["status"] == "running");
    program.kill().expect("killed");
    program.wait().expect("waited for");
    assert!(lives(pid(&folder)), "the worker outlives the program");
    let id = job["job"]["id"].as_str().expect("an id");
    let done = bench.run(&format!("jobs resume {id}")).ok();
    assert!(done.out.contains("Its model is"), "{}\n{}", done.out, done.error);
    assert_eq!(bench.run("models list --json").ok().json().as_array().map(Vec::len), Some(1));
    let steps = steps(&folder);
    let total = u64::try_from(steps.len()).expect("small");
    assert_eq!(steps, (1..=total).collect::<Vec<_>>(), "no step is lost or told twice");
    assert!(fs::read_to_string(folder.join("events.jsonl")).unwrap().contains("\"resumed\""));
}

#[test]
fn a_stopped_run_goes_on_and_a_cancelled_one_leaves_no_process() {
    let Some(bench) = bench("stop") else { return };
    let detached = bench.run(&bench.train(" --set epochs=400 --set checkpoint_every=50 --detach")).ok();
    assert!(detached.out.contains("goes on without this program"), "{}", detached.out);
    let job = bench.wait(|job| job["alive"] == true);
    let (id, folder) = (job["job"]["id"].as_str().expect("an id").to_owned(), bench.folder(&job));
    let stopped = bench.run(&format!("jobs stop {id} --json")).ok().json();
    assert_eq!(
        (&stopped["paused"], &stopped["job"]["status"]),
        (&true.into(), &"queued".into()),
        "{stopped:#}"
    );
    assert!(bench.jobs().iter().all(|job| job["alive"] == false));
    let untouched = bench.run("jobs resume").ok();
    assert!(untouched.error.contains("no run"), "a stopped run waits for its name: {}", untouched.error);

    let mut follower = bench.start(&format!("jobs resume {id}"));
    bench.wait(|job| job["alive"] == true && job["job"]["status"] == "running");
    let worker = pid(&folder);
    let cancelled = bench.run(&format!("jobs cancel {id} --reason wrong_config --notes enough --yes --json"));
    let cancelled = cancelled.ok().json();
    assert_eq!(cancelled["job"]["status"], "cancelled", "{cancelled:#}");
    assert_eq!(cancelled["job"]["cancelling"]["reason"], "wrong_config");
    assert!(!lives(worker), "no process is left");
    assert!(follower.wait().expect("it ends").success());
    assert!(bench.run("models list --json").ok().json().as_array().is_some_and(Vec::is_empty));
    assert_eq!(bench.run(&format!("jobs cancel {id} --yes")).code, 3, "it has ended");
    assert_eq!(bench.run(&format!("jobs resume {id}")).code, 3);
}

#[test]
fn a_failed_run_says_its_class_and_what_to_do_and_can_be_made_again() {
    let Some(bench) = bench("fail") else { return };
    // A model without its weights.
    fs::remove_file(bench.program.path("tiny/model.safetensors")).expect("weights");
    let failed = bench.run(&bench.train(""));
    assert_eq!(failed.code, 1, "{}\n{}", failed.out, failed.error);
    let job = bench.wait(|_| true);
    let failure = &job["job"]["failure"];
    assert_eq!(job["job"]["status"], "failed", "{job:#}");
    assert_eq!(failure["class"], "model_not_found", "{failure:#}");
    assert!(
        !failure["cause"].as_str().unwrap_or_default().is_empty()
            && !failure["fix"].as_str().unwrap_or_default().is_empty()
    );
    let id = job["job"]["id"].as_str().expect("an id");
    assert_eq!(bench.run(&format!("jobs retry {id}")).code, 1);
    let jobs = bench.jobs();
    assert_eq!((jobs.len(), &jobs[0]["job"]["retry_of"]), (2, &job["job"]["id"]));
    assert!(jobs[0]["job"]["name"].as_str().unwrap().ends_with("(Retry #1)"));
    assert!(bench.run("models list --json").ok().json().as_array().is_some_and(Vec::is_empty));
}

#[test]
fn a_run_that_ended_while_nobody_followed_it_becomes_a_model_later() {
    let Some(bench) = bench("later") else { return };
    bench.run(&bench.train(" --set epochs=2 --detach")).ok();
    let begun = engine::clock::instant();
    let job = bench.wait(|_| true);
    while !bench.folder(&job).join("manifest.json").exists() {
        assert!(begun.elapsed() < PATIENCE, "it does not end");
        std::thread::sleep(Duration::from_millis(50));
    }
    bench.wait(|job| job["alive"] == false);
    assert!(bench.run("jobs list").ok().error.contains("Nobody follows 1"));
    let done = bench.run("jobs resume").ok();
    assert!(done.out.contains("Its model is"), "{}\n{}", done.out, done.error);
    let job = bench.wait(|_| true);
    assert_eq!((&job["job"]["status"], &job["job"]["attempts"]), (&"completed".into(), &0.into()));
}
