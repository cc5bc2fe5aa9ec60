//! The runner, headless and in the dashboard: it takes queued runs, follows them, and leaves workers running.
//!
//! Most tests use a worker of a few lines of shell; one uses the real one with a tiny model, and says SKIPPED without it.

mod support;

use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::time::Duration;
use support::pty::{Start, Terminal, clean_environment};
use support::training;

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_mins(4);

/// A worker that makes ten steps a second until it is asked to end; what it has done is in its directory.
const FAKE: &str = r#"#!/bin/sh
[ "$2" = brightrun_worker.about ] && { echo '{"version": "0", "protocol": 1, "python": "3.11.2", "libraries": {}, "lacks": []}'; exit; }
cd "$6" || exit 20
exec 9>>worker.lock
flock -n 9 || exit 3
printf '{"pid": %s, "host": "%s"}' $$ "$(cat /proc/sys/kernel/hostname)" > worker.lock
attempt=$(($(grep -c '"setup"' events.jsonl 2>/dev/null) + 1))
seq=$(($(wc -l < events.jsonl 2>/dev/null) + 0))
step=$(($(grep -c '"metrics"' events.jsonl 2>/dev/null) + 0))
tell() { seq=$((seq + 1)); echo "{\"seq\":$seq,\"at\":\"$(date -u +%Y-%m-%dT%H:%M:%S.000Z)\",\"attempt\":$attempt,$1}" >> events.jsonl; }
tell '"kind":"stage","stage":"setup","detail":""'
tell '"kind":"log","text":"the fake worker speaks"'
tell '"kind":"stage","stage":"training","detail":""'
ends() { rm -f stop; tell "\"kind\":\"final\",\"outcome\":\"$1\",\"exit_code\":$2,\"step\":$step"; exit $2; }
trap 'ends cancelled 11' TERM
while :; do
  [ -e cancel ] && ends cancelled 11
  [ -e stop ] && ends stopped 10
  step=$((step + 1))
  tell "\"kind\":\"metrics\",\"step\":$step,\"epoch\":0.1,\"values\":{\"loss\":$((9 - step % 5)).5}"
  tell "\"kind\":\"progress\",\"percent\":30,\"step\":$step,\"total_steps\":100000,\"epoch\":0.1"
  sleep 0.1
done
"#;

/// A home with a dataset and a base model.
struct Bench {
    home: tempfile::TempDir,
    python: PathBuf,
    worker: PathBuf,
    limit: &'static str,
}

impl Bench {
    fn with(home: tempfile::TempDir, python: PathBuf, worker: PathBuf, limit: &'static str) -> Self {
        let bench = Self { home, python, worker, limit };
        let talk: Vec<String> = (0..60)
            .map(|n| {
                let said = |role: &str, text: String| json!({"role": role, "content": text});
                let turns =
                    [said("user", format!("Question {n}?")), said("assistant", format!("Answer {n}."))];
                json!({ "messages": turns }).to_string()
            })
            .collect();
        fs::write(bench.path("talk.jsonl"), talk.join("\n")).expect("a dataset");
        bench.ok("datasets add talk.jsonl --name talk");
        bench
    }

    /// With the worker of a few lines.
    fn fake(limit: &'static str) -> Self {
        let home = tempfile::tempdir().expect("a home");
        let path = |name: &str| home.path().join(name);
        fs::create_dir_all(path("worker/brightrun_worker")).expect("a folder");
        fs::write(path("python"), FAKE).expect("a script");
        fs::set_permissions(path("python"), fs::Permissions::from_mode(0o755)).expect("executable");
        fs::create_dir_all(path("tiny")).expect("a folder");
        let config = json!({"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 64,
            "intermediate_size": 128, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2,
            "head_dim": 16, "vocab_size": 490, "max_position_embeddings": 4096, "tie_word_embeddings": false});
        fs::write(path("tiny/config.json"), config.to_string()).expect("a model");
        fs::write(path("tiny/tokenizer_config.json"), json!({"chat_template": "{{ messages }}"}).to_string())
            .expect("a tokenizer");
        let (python, worker) = (path("python"), path("worker"));
        Self::with(home, python, worker, limit)
    }

    /// With the real one; `None`: there is none here.
    fn real(test: &str) -> Option<Self> {
        let python = training::python(test)?;
        let home = tempfile::tempdir().expect("a home");
        training::tiny_model(&python, &home.path().join("tiny"));
        Some(Self::with(home, python, training::worker(), "3"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }
    fn variables(&self) -> Vec<(String, String)> {
        let text = |path: &Path| path.display().to_string();
        let ours = [
            ("BRIGHTRUN_WORKER_PYTHON", text(&self.python)),
            ("BRIGHTRUN_WORKER_FOLDER", text(&self.worker)),
            ("BRIGHTRUN_WORKER_THREADS", "1".to_owned()),
            ("BRIGHTRUN_TRAINING_QUEUE_LIMIT", self.limit.to_owned()),
            ("HF_HUB_OFFLINE", "1".to_owned()),
        ];
        ours.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }
    fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_brightrun"));
        command.args(line.split(' ')).current_dir(self.home.path()).env_clear();
        command.envs(clean_environment(self.home.path())).envs(self.variables()).stdin(Stdio::null());
        command
    }
    fn run(&self, line: &str) -> Output {
        self.command(line).output().expect("it starts")
    }
    fn ok(&self, line: &str) -> String {
        let output = self.run(line);
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{line}: {error}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
    fn json(&self, line: &str) -> Value {
        serde_json::from_str(&self.ok(line)).expect("JSON")
    }
    /// Leaves a run behind that goes on or waits.
    fn train(&self, name: &str, more: &str) {
        self.ok(&format!(
            "train talk --base-model {} --any-value --set quantization=none --set target_modules=all-linear \
             --set learning_rate=0.005 --set max_seq_length=128 --set batch_size=2 --set rank=4 --name {name}{more} \
             --yes --detach",
            self.path("tiny").display()
        ));
    }
    fn runner(&self) -> Runner {
        let mut child =
            self.command("runner").stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it starts");
        let out = BufReader::new(child.stdout.take().expect("its output"));
        Runner { child, out, said: Vec::new() }
    }
    fn job(&self, name: &str) -> Value {
        let jobs = self.json("jobs list --json");
        let found = jobs.as_array().expect("a list").iter().find(|job| job["job"]["name"] == name);
        found.unwrap_or_else(|| panic!("no {name} in {jobs:#}")).clone()
    }
    /// A run, once `ready` says so.
    fn wait(&self, name: &str, ready: impl Fn(&Value) -> bool) -> Value {
        let begun = engine::clock::instant();
        loop {
            let job = self.job(name);
            if ready(&job) {
                return job;
            }
            assert!(begun.elapsed() < PATIENCE, "{job:#}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }
    fn folder(&self, name: &str) -> PathBuf {
        let id = self.job(name)["job"]["id"].as_str().expect("an id").to_owned();
        self.path(".local/share/brightrun/runs").join(id)
    }
    fn dashboard(self, columns: u16, rows: u16) -> (Terminal, Vec<(String, String)>) {
        let variables = self.variables();
        (open(self.home, &variables, columns, rows), variables)
    }
}

fn open(home: tempfile::TempDir, variables: &[(String, String)], columns: u16, rows: u16) -> Terminal {
    let start = Start::at(columns, rows).home(home);
    variables.iter().fold(start, |start, (name, value)| start.variable(name, value)).run()
}

/// Goes to the jobs, once the store is open.
fn to_jobs(terminal: &mut Terminal) {
    terminal.see("What to do next");
    terminal.keys("5");
    terminal.see("NAME");
}

/// Leaves when nothing is at work any more.
fn leave(terminal: &mut Terminal) {
    terminal.settle();
    terminal.keys("\x11");
    assert_eq!(terminal.end(), 0, "the screen shows:\n{}", terminal.text());
    terminal.assert_modes_undone();
}

struct Runner {
    child: Child,
    out: BufReader<ChildStdout>,
    said: Vec<String>,
}

impl Runner {
    /// Reads until a line holds this.
    fn says(&mut self, words: &str) {
        loop {
            let mut line = String::new();
            let read = self.out.read_line(&mut line).expect("its output");
            assert!(read > 0, "it ended without “{words}”: {:#?}", self.said);
            self.said.push(line);
            if self.said.last().is_some_and(|line| line.contains(words)) {
                return;
            }
        }
    }
    /// It is told to end, and does so in order.
    fn ends(&mut self) {
        self.signal("-TERM");
        assert!(self.child.wait().expect("it ends").success());
    }
    fn signal(&self, signal: &str) {
        Command::new("kill").args([signal, &self.child.id().to_string()]).status().expect("kill");
    }
}

fn active(job: &Value) -> bool {
    job["job"]["status"] == "running" && job["alive"] == true
}

#[test]
fn it_takes_over_keeps_the_limit_and_leaves_workers_running() {
    let bench = Bench::fake("1");
    bench.train("first", "");
    bench.train("second", "");
    assert!(active(&bench.job("first")), "{:#}", bench.job("first"));
    assert_eq!(bench.job("second")["job"]["status"], "queued", "one at a time");

    let mut runner = bench.runner();
    runner.says("2 runs to do");
    runner.says("“first” is taken over");
    bench.wait("first", |job| job["followed"] == true);
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!(bench.job("second")["job"]["status"], "queued", "the limit is the runner's, too");

    bench.ok("jobs stop first");
    runner.says("“first” is stopped");
    runner.says("“second” is taken");
    bench.wait("second", |job| active(job) && job["followed"] == true);
    runner.signal("-TERM");
    runner.says("“second” goes on without this program");
    assert!(runner.child.wait().expect("it ends").success());
    let left = bench.job("second");
    assert!(active(&left) && left["followed"] == false, "{left:#}");

    // Killed, not ended: whoever comes next knows at once.
    let mut runner = bench.runner();
    runner.says("“second” is taken over");
    bench.wait("second", |job| job["followed"] == true);
    runner.child.kill().expect("killed");
    runner.child.wait().expect("waited for");
    let mut runner = bench.runner();
    runner.says("“second” is taken over");
    bench.ok("jobs cancel second --yes");
    runner.says("“second” is cancelled");
    assert_eq!(bench.job("second")["job"]["status"], "cancelled");
    runner.signal("-INT");
    assert!(runner.child.wait().expect("it ends").success());
    assert_eq!(bench.job("first")["paused"], true, "what was stopped waits for a person");
}

#[test]
fn a_worker_that_is_killed_without_a_follower_goes_on_with_the_runner() {
    let bench = Bench::fake("3");
    bench.train("lonely", "");
    training::kill("-9", training::pid(&bench.folder("lonely")));
    bench.wait("lonely", |job| job["alive"] == false);
    let mut runner = bench.runner();
    runner.says("“lonely” is taken over");
    let job = bench.wait("lonely", |job| active(job) && job["job"]["attempts"] == 1);
    assert_eq!(job["job"]["failure"], Value::Null);
    bench.ok("jobs cancel lonely --yes");
    runner.ends();
}

#[test]
fn a_worker_that_cannot_be_started_is_told_once_and_the_run_waits() {
    let bench = Bench::fake("3");
    bench.train("early", "");
    bench.ok("jobs stop early");
    fs::rename(bench.path("python"), bench.path("gone")).expect("renamed");
    let mut runner = bench.runner();
    runner.says("1 run to do, 1 stopped");
    // Its follower lets go of it in the middle of a start: the run is queued, and nobody can drive it.
    let resumed = bench.run("jobs resume early");
    assert!(!resumed.status.success());
    runner.says("“early”: Cannot start the worker");
    assert_eq!(bench.job("early")["job"]["status"], "queued");
    fs::rename(bench.path("gone"), bench.path("python")).expect("renamed");
    bench.wait("early", active);
    let troubles = runner.said.iter().filter(|line| line.contains("Cannot start")).count();
    assert_eq!(troubles, 1, "{:#?}", runner.said);
    bench.ok("jobs cancel early --yes");
    runner.ends();
}

#[test]
fn what_a_run_said_and_measured_can_be_read() {
    let bench = Bench::fake("3");
    bench.train("talker", "");
    bench.wait("talker", active);
    let log = bench.ok("jobs logs talker");
    assert!(log.contains("the fake worker speaks") && log.contains("training"), "{log}");
    let follow =
        bench.command("jobs logs talker --follow --json").stdout(Stdio::piped()).spawn().expect("it starts");
    let csv = bench.ok("jobs metrics talker --csv");
    assert!(csv.starts_with("step") && csv.contains("loss") && csv.lines().count() > 1, "{csv}");
    assert!(bench.json("jobs metrics talker --json").is_object());
    let table = bench.ok("jobs metrics talker");
    assert!(table.contains("loss") && table.contains("at step"), "{table}");
    bench.ok("jobs cancel talker --yes");
    let followed = follow.wait_with_output().expect("it ends with the run");
    let followed = String::from_utf8_lossy(&followed.stdout);
    let last: Value = serde_json::from_str(followed.lines().last().expect("lines")).expect("JSON lines");
    assert!(last["text"].as_str().is_some_and(|text| text.contains("cancelled")), "{followed}");
    assert_eq!(bench.run("jobs logs nobody").status.code(), Some(1));
}

#[test]
fn a_dashboard_sleeps_until_a_run_is_queued_and_sleeps_again_when_it_is_stopped() {
    let bench = Bench::fake("3");
    let variables = bench.variables();
    let home = bench.home.path().to_owned();
    let (mut terminal, _) = bench.dashboard(120, 40);
    terminal.see("runner here");
    to_jobs(&mut terminal);
    terminal.see("No runs yet");
    terminal.settle();
    assert_eq!(terminal.idle_bytes(Duration::from_secs(3)), 0, "nothing goes on");
    // Another program queues a run: the bell wakes the dashboard, and its runner takes over.
    let train = format!(
        "train talk --base-model {} --any-value --set quantization=none --name belle --yes --detach",
        home.join("tiny").display()
    );
    let outside = |line: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_brightrun"));
        command.args(line.split(' ')).current_dir(&home).env_clear().envs(clean_environment(&home));
        let done = command.envs(variables.iter().cloned()).output().expect("it starts");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    };
    outside(&train);
    terminal.see("1 running");
    terminal.see("belle");
    // Followed here: asking for the end goes through this dashboard.
    terminal.keys("d");
    terminal.see("here");
    terminal.keys("t");
    terminal.see("paused");
    terminal.see("u resumes it");
    let told = |text: &str| text.contains("Stop belle is done") || text.contains("belle is stopped");
    terminal.until("no toast", |screen| !told(&screen.contents()));
    terminal.settle();
    assert_eq!(terminal.idle_bytes(Duration::from_secs(4)), 0, "a stopped run wakes nobody");
    terminal.keys("u");
    terminal.see("1 running");
    terminal.keys("x");
    terminal.see("Cancel belle?");
    terminal.keys("\r");
    terminal.see("Checkpoints stay");
    terminal.gone("1 running");
    terminal.see("Cancel belle is done");
    leave(&mut terminal);
}

#[test]
fn leaving_detaches_and_a_killed_dashboard_is_taken_over_at_the_next_start() {
    let bench = Bench::fake("3");
    bench.train("long", "");
    let folder = bench.folder("long");
    let steps = move || {
        fs::read_to_string(folder.join("events.jsonl")).unwrap_or_default().matches("metrics").count()
    };
    let (mut terminal, variables) = bench.dashboard(200, 50);
    to_jobs(&mut terminal);
    terminal.see("local     here");
    terminal.keys("\x11");
    terminal.see("detach");
    terminal.keys("d");
    assert_eq!(terminal.end(), 0);
    let before = steps();
    std::thread::sleep(Duration::from_millis(500));
    assert!(steps() > before, "the worker goes on");

    let mut terminal = open(
        std::mem::replace(&mut terminal.home, tempfile::tempdir().expect("a home")),
        &variables,
        200,
        50,
    );
    to_jobs(&mut terminal);
    terminal.see("local     here");
    let pid = terminal.process().to_string();
    Command::new("kill").args(["-9", &pid]).status().expect("kill");
    // Nobody has asked for its exit code yet.
    let gone = || fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| stat.contains(") Z"));
    let ended = (0..1000).any(|_| {
        std::thread::sleep(Duration::from_millis(20));
        gone()
    });
    assert!(ended, "kill -9 ends it");

    let mut terminal = open(
        std::mem::replace(&mut terminal.home, tempfile::tempdir().expect("a home")),
        &variables,
        200,
        50,
    );
    to_jobs(&mut terminal);
    terminal.see("local     here");
    terminal.keys("x");
    terminal.see("Cancel long?");
    terminal.keys("\r");
    terminal.see("cancelled");
    terminal.gone("1 running");
    terminal.see("Cancel long is done");
    leave(&mut terminal);
}

#[test]
fn a_run_of_the_real_worker_becomes_a_model_before_the_eyes() {
    let Some(bench) = Bench::real("a_run_of_the_real_worker_becomes_a_model_before_the_eyes") else { return };
    bench.train("eyes", " --set epochs=12 --set eval_every=50");
    let (mut terminal, _) = bench.dashboard(120, 40);
    to_jobs(&mut terminal);
    terminal.see("eyes  ");
    terminal.keys("\r");
    terminal.see("followed here");
    terminal.see("4 config");
    terminal.see_a_curve_grow();
    terminal.see("M opens");
    terminal.see("Done");
    terminal.gone("on screen 6");
    terminal.settle();
    assert_eq!(terminal.idle_bytes(Duration::from_secs(4)), 0, "nothing goes on any more");
    terminal.keys("M");
    terminal.see("sha256");
    terminal.see("adapter_model.safetensors");
    terminal.keys("o");
    terminal.see("folder of its own");
    terminal.keys("\r");
    terminal.see("every digest is right");
    terminal.keys("\x1b");
    terminal.settle();
    leave(&mut terminal);
}
