//! Each class of failure, provoked for real and through the whole program (Must show 7): `jobs show` says its class, the cause and a
//! fix. `device` needs a broken GPU and is left to worker/tests.

mod support;

use serde_json::{Value, json};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use support::program::Outcome;
use support::training::{Bench, PATIENCE, kill, pid, processes, skipped};

/// The only run of this home has failed like this; what it says is shown to people and to programs.
fn assert_failed(bench: &Bench, class: &str, cause: &str, fix: &str) -> Value {
    let job = bench.wait(|job| job["job"]["status"] == "failed");
    let id = job["job"]["id"].as_str().expect("an id");
    let shown = bench.run(&format!("jobs show {id}")).ok().out;
    for (field, words) in [("failure", class), ("cause", cause), ("fix", fix)] {
        let line = shown.lines().find(|line| line.starts_with(field)).unwrap_or_else(|| panic!("{shown}"));
        assert!(line.contains(words), "{words} is not in: {line}");
    }
    let failure = bench.run(&format!("jobs show {id} --json")).ok().json()["job"]["failure"].clone();
    assert_eq!(failure["class"], class, "{failure:#}");
    let models = bench.run("models list --json").ok().json();
    assert_eq!(models, json!([]), "a failed run makes no model");
    assert_eq!(processes(bench.program.home.path()), Vec::<u32>::new(), "a process is left");
    failure
}

/// The run fails, and so does the command.
fn fails(bench: &Bench, line: &str) -> Outcome {
    let outcome = bench.run(line);
    assert_eq!(outcome.code, 1, "{}\n{}", outcome.out, outcome.error);
    outcome
}

/// Waits for something about the run directory.
fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let begun = engine::clock::instant();
    while !holds() {
        assert!(begun.elapsed() < PATIENCE, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn events(folder: &Path) -> String {
    fs::read_to_string(folder.join("events.jsonl")).unwrap_or_default()
}

#[test]
#[ignore = "many runs"]
fn a_learning_rate_that_makes_no_numbers() {
    let Some(bench) = Bench::new("nan") else { return };
    fails(&bench, &bench.train(" --set learning_rate=1e20"));
    let failure = assert_failed(&bench, "not_a_number", "loss", "learning_rate");
    assert!(failure["step"].is_u64(), "{failure:#}");
}

#[test]
#[ignore = "many runs"]
fn a_model_that_is_missing_damaged_or_has_no_template() {
    let Some(bench) = Bench::new("model") else { return };
    let weights = bench.model.join("model.safetensors");
    let kept = fs::read(&weights).expect("weights");

    fs::write(&weights, vec![b'x'; 1000]).expect("a file");
    let damaged = bench.twin();
    fails(&damaged, &damaged.train(""));
    assert_failed(&damaged, "model_unsuitable", "damaged", "");

    fs::remove_file(&weights).expect("weights");
    let missing = bench.twin();
    fails(&missing, &missing.train(""));
    assert_failed(&missing, "model_not_found", "", "base model");

    // What can be known before is said before: nothing is begun.
    fs::write(&weights, kept).expect("a file");
    fs::remove_file(bench.model.join("chat_template.jinja")).expect("a template");
    let bare = bench.twin();
    let refused = bare.run(&bare.train(""));
    assert!(refused.code == 3 && refused.error.contains("no chat template"), "{}", refused.error);
    assert!(bare.jobs().is_empty());
}

#[test]
#[ignore = "many runs"]
fn a_dataset_that_is_broken_or_has_changed() {
    let Some(bench) = Bench::new("dataset") else { return };
    // A broken line is found when the dataset is made, and no run is begun with it.
    let good = json!({"messages": [{"role": "user", "content": "Hello?"}, {"role": "assistant", "content": "Yes."}]});
    let lines = format!("{good}\n{good}\n{{broken\n{good}\n");
    fs::write(bench.program.path("broken.jsonl"), lines).expect("a file");
    let added = bench.run("datasets add broken.jsonl");
    assert!(added.code == 1 && added.out.contains("Cannot be trained"), "{}", added.out);
    let checked = bench.run("datasets check broken").out;
    assert!(checked.contains("malformed_json") && checked.contains("line 3"), "{checked}");
    let refused = bench.run(&bench.train("").replace("train spring", "train broken"));
    assert_eq!(refused.code, 3, "{}{}", refused.out, refused.error);

    // Bytes that somebody changed behind our back.
    let below = bench.program.path(".local/share/brightrun/files/lora-datasets");
    let mut found = Vec::new();
    walk(&below, &mut found);
    let object =
        found.iter().find(|path| fs::read(path).is_ok_and(|bytes| bytes.len() > 5000)).expect("spring");
    let mut content = fs::read(object).expect("an object");
    let at = content.len() / 2;
    content[at] ^= 1;
    fs::write(object, content).expect("an object");
    fails(&bench, &bench.train(""));
    assert_failed(&bench, "dataset", "has changed", "");
}

fn walk(below: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(below).into_iter().flatten().flatten() {
        if entry.path().is_dir() {
            walk(&entry.path(), found);
        } else {
            found.push(entry.path());
        }
    }
}

#[test]
#[ignore = "many runs"]
fn a_worker_that_is_killed_again_and_again() {
    let Some(bench) = Bench::new("again") else { return };
    let mut program = bench.start(&bench.train(" --set epochs=1000 --set checkpoint_every=20"));
    let job = bench.wait(|job| job["alive"] == true);
    let folder = bench.folder(&job);
    for attempt in 1..=domain::job::REPEATS + 1 {
        let marks = format!("\"attempt\":{attempt},\"kind\":\"metrics\"");
        until("steps of the attempt", || events(&folder).contains(&marks));
        kill("-9", pid(&folder));
    }
    assert_eq!(program.wait().expect("its end").code(), Some(1));
    let failure = assert_failed(&bench, "interrupted", "was killed", "resumes from its last checkpoint");
    assert!(failure["step"].as_u64().is_some_and(|step| step > 0), "{failure:#}");
}

/// Runs the program with a disk of so many KiB for the run directories; `None` where no disk can be made.
fn on_a_small_disk(bench: &Bench, kib: u32, line: &str) -> Option<std::process::Child> {
    let runs = bench.program.path(".local/share/brightrun/runs");
    fs::create_dir_all(&runs).expect("a folder");
    let script = format!("mount -t tmpfs -o size={kib}k tmpfs '{}' || exit 77; exec \"$@\"", runs.display());
    let command = bench.command(line);
    let mut inside = Command::new("unshare");
    inside.args(["-m", "sh", "-c", &script, "sh"]).arg(command.get_program()).args(command.get_args());
    inside.env_clear().envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let child = inside
        .current_dir(bench.program.home.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    child.ok()
}

#[test]
#[ignore = "many runs"]
fn a_disk_that_is_full() {
    let Some(bench) = Bench::new("disk") else { return };
    // Room for a few checkpoints; for a few events; for not even the first of them.
    let ways = [
        (300, ["No space"].as_slice()),
        (16, &["No space", "code 24 and could not write why"]),
        (4, &["code 24 before its first word"]),
    ];
    for (kib, words) in ways {
        let bench = bench.twin();
        let line = bench.train(" --set epochs=50 --set checkpoint_every=3 --set checkpoint_keep=3");
        let Some(child) = on_a_small_disk(&bench, kib, &line) else {
            return skipped("disk", "no mount namespace of our own here");
        };
        let outcome = Outcome::of(&child.wait_with_output().expect("its end"));
        if outcome.code == 77 {
            return skipped("disk", "no file system can be mounted here");
        }
        assert_eq!(outcome.code, 1, "{kib}: {}{}", outcome.out, outcome.error);
        let failure = assert_failed(&bench, "disk_full", "", "checkpoints");
        let cause = failure["cause"].as_str().unwrap_or_default();
        assert!(words.iter().any(|words| cause.contains(words)), "{kib}: {cause}");
    }
}

#[test]
#[ignore = "many runs"]
fn a_checkpoint_that_is_damaged() {
    let Some(bench) = Bench::new("checkpoint") else { return };
    bench.run(&bench.train(" --set epochs=1000 --set checkpoint_every=20 --detach")).ok();
    let job = bench.wait(|job| job["alive"] == true);
    let (id, folder) = (job["job"]["id"].as_str().expect("an id").to_owned(), bench.folder(&job));
    until("a checkpoint", || events(&folder).contains("\"kind\":\"checkpoint\""));
    bench.run(&format!("jobs stop {id}")).ok();
    for checkpoint in fs::read_dir(folder.join("checkpoints")).expect("checkpoints").flatten() {
        fs::write(checkpoint.path().join("files.json"), "[").expect("a file");
    }
    fails(&bench, &format!("jobs resume {id}"));
    assert_failed(&bench, "checkpoint_damaged", "", "checkpoints/");
}

#[test]
#[ignore = "many runs"]
fn memory_that_does_not_suffice() {
    let Some(mut bench) = Bench::new("memory") else { return };
    // What a run with short batches needs is not enough for one with long ones.
    let small = bench.twin();
    let mut program = small.start(&small.train(" --set batch_size=1 --set epochs=400"));
    let folder = small.folder(&small.wait(|job| job["alive"] == true));
    until("many steps", || events(&folder).matches("\"loss\"").count() > 300);
    let status = fs::read_to_string(format!("/proc/{}/status", pid(&folder))).expect("its status");
    let peak = status.lines().find_map(|line| line.strip_prefix("VmPeak:")).expect("a peak");
    let kib: u64 = peak.trim().trim_end_matches(" kB").parse().expect("a number");
    let id = small.jobs()[0]["job"]["id"].as_str().expect("an id").to_owned();
    small.run(&format!("jobs cancel {id} --yes")).ok();
    program.wait().expect("its end");

    let python = bench.program.path("python");
    let script =
        format!("#!/bin/sh\nulimit -v {}\nexec '{}' \"$@\"\n", kib + 16 * 1024, bench.python.display());
    fs::write(&python, script).expect("a file");
    fs::set_permissions(&python, fs::Permissions::from_mode(0o755)).expect("its rights");
    bench.python = python;
    fails(&bench, &bench.train(" --set batch_size=27 --set max_seq_length=4096"));
    assert_failed(&bench, "out_of_memory", "memory", "batch_size");
}

#[test]
#[ignore = "many runs"]
fn a_worker_that_cannot_begin() {
    let Some(mut bench) = Bench::new("begin") else { return };
    let python = bench.program.path("python");
    // It says that all is well, and then it is not.
    let real = bench.python.display();
    let script = format!(
        "#!/bin/sh\n[ \"$2\" = brightrun_worker.about ] && exec {real} \"$@\"\necho 'ModuleNotFoundError: torch' >&2; exit 1\n"
    );
    fs::write(&python, script).expect("a file");
    fs::set_permissions(&python, fs::Permissions::from_mode(0o755)).expect("its rights");
    bench.python = python;
    fails(&bench, &bench.train(""));
    assert_failed(&bench, "other", "before its first word. It printed: ModuleNotFoundError: torch", "");
}
