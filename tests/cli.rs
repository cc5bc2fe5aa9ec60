//! The command line as scripts meet it: exit codes, what goes to stdout and what to stderr, what is never said.

#[path = "cli/datasets.rs"]
mod datasets;
#[path = "cli/drafts.rs"]
mod drafts;
#[path = "cli/faces.rs"]
mod faces;
#[path = "cli/from.rs"]
mod from;
#[path = "cli/jobs.rs"]
mod jobs;
#[path = "cli/runpod.rs"]
mod runpod;
mod support;

use serde_json::Value;
use std::fs;
use std::io::Read;
use std::process::{Command, Stdio};
use support::corpus;
use support::program::{Outcome, Program};

/// A password that must never come back.
const PASSWORD: &str = "hunter2-planted";

/// An empty home, and the `n` first conversations as files in `in/`.
fn with_files(n: usize) -> Program {
    let program = Program::default();
    corpus::write(&program.path("in"), 0..n);
    program
}

fn run(program: &Program, line: &str) -> Outcome {
    program.run(line.split(' '))
}

// ── wrong usage ─────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn without_a_terminal_the_dashboard_is_an_error_with_a_hint() {
    let outcome = Program::default().run::<&str>([]);
    assert_eq!(outcome.code, 2);
    assert_eq!(outcome.out, "");
    assert!(outcome.error.contains("terminal") && outcome.error.contains("--help"), "{}", outcome.error);
}

#[test]
fn wrong_usage_is_exit_2_and_prints_nothing_on_stdout() {
    let program = Program::default();
    for line in [
        "wonderful",
        "files",
        "files create n",
        "files create n a --status approved",
        "files create n a --from b",
        "conversations export -o out",
        "conversations review --approve",
        "conversations review a --approve --search b",
        "conversations list --where colour=red",
        "jobs list --where colour=red",
        "models list --sort wonderful",
        "files list --where created>>3d",
        "check",
        "import",
        "--color pink doctor",
        "--db mysql://x conversations list",
        "--config missing.toml conversations list",
    ] {
        let outcome = run(&program, line);
        assert_eq!(outcome.code, 2, "{line}: {}{}", outcome.out, outcome.error);
        assert_eq!(outcome.out, "", "{line}");
        assert!(!outcome.error.is_empty(), "{line}");
    }
}

#[test]
fn a_wrong_expression_is_shown_with_a_caret_under_the_spot() {
    let outcome = Program::default().run(["conversations", "list", "--where", "turns > 3 and colour = red"]);
    assert_eq!(outcome.code, 2);
    let lines: Vec<&str> = outcome.error.lines().collect();
    let text =
        lines.iter().position(|line| line.trim() == "turns > 3 and colour = red").expect("the expression");
    assert_eq!(lines[text].find("colour"), lines[text + 1].find('^'), "{}", outcome.error);
}

#[test]
fn a_wrong_expression_has_its_position_in_the_json() {
    let outcome =
        Program::default().run(["conversations", "list", "--json", "--where", "title = é and turns > many"]);
    let error: Value = serde_json::from_str(&outcome.error).expect("one JSON object");
    let position = &error["error"]["position"];
    assert_eq!((&position["from"], &position["to"]), (&22.into(), &26.into()), "{error:#}");
    assert_eq!(position["suggestions"], serde_json::json!(["6"]));
}

#[test]
fn help_and_version_are_results() {
    let program = Program::default();
    for line in ["--help", "files create --help", "--version"] {
        let outcome = run(&program, line).ok();
        assert!(outcome.out.contains("brightrun") && outcome.error.is_empty(), "{line}");
    }
}

// ── settings ────────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn config_init_writes_a_file_that_is_valid_and_refuses_to_replace_it() {
    let program = Program::default();
    let written = run(&program, "config init").ok();
    let path = written.out.trim().to_owned();
    assert!(path.ends_with("config.toml"), "{path}");
    let shown = run(&program, "--json config show").ok().json();
    assert_eq!(shown["config_file_exists"], true);
    let again = run(&program, "config init");
    assert_eq!((again.code, again.out.as_str()), (3, ""));
    fs::write(&path, "[ui]\nmosue = true\n").expect("the file");
    let wrong = run(&program, "config show");
    assert_eq!(wrong.code, 2);
    assert!(wrong.error.contains("line 2") && wrong.error.contains("ui.mouse"), "{}", wrong.error);
    run(&program, "config schema").ok();
}

#[test]
fn paths_of_the_config_file_mean_the_same_in_every_working_directory() {
    let program = with_files(1);
    let text = "[database]\nurl = \"sqlite:rows.db\"\n[files]\nurl = \"~/objects\"\n";
    fs::create_dir_all(program.path("team")).expect("a folder");
    fs::create_dir_all(program.path("elsewhere")).expect("a folder");
    fs::write(program.path("team/config.toml"), text).expect("the file");
    run(&program, "--config team/config.toml import in").ok();
    let config = program.path("team/config.toml").display().to_string();
    let mut elsewhere =
        program.command(["--config", &config, "--json", "conversations", "show", &corpus::id(0)]);
    let output = elsewhere.current_dir(program.path("elsewhere")).output().expect("it starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(program.path("team/rows.db").exists() && program.path("objects").is_dir());
    assert_eq!(walk(&program.path("elsewhere")), Vec::<std::path::PathBuf>::new());
}

#[test]
fn flags_win_over_variables() {
    let program = Program::default();
    let output = program
        .command(["--db", "sqlite:flag.db", "--json", "config", "show"])
        .env("DATABASE_URL", "sqlite:weak.db")
        .env("BRIGHTRUN_UI_THEME", "night")
        .output()
        .expect("it starts");
    let shown: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let value = |key: &str| {
        let values = shown["values"].as_array().expect("values");
        let found = values.iter().find(|value| value["key"] == key).expect("the key");
        (found["value"].clone(), found["from"].clone())
    };
    assert_eq!(value("database.url"), ("sqlite:flag.db".into(), "--db".into()));
    assert_eq!(value("ui.theme"), ("night".into(), "BRIGHTRUN_UI_THEME".into()));
    assert_eq!(value("log.keep"), (7.into(), "default".into()));
}

#[test]
fn the_schema_accepts_the_example_and_refuses_an_unknown_key() {
    let schema = run(&Program::default(), "config schema").ok().json();
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    assert!(validator.is_valid(&serde_json::json!({ "ui": { "theme": "night" }, "log": { "keep": 3 } })));
    for wrong in
        ["{\"ui\": {\"mosue\": true}}", "{\"log\": {\"keep\": 0}}", "{\"ui\": {\"color\": \"blue\"}}"]
    {
        assert!(!validator.is_valid(&serde_json::from_str(wrong).expect("JSON")), "{wrong}");
    }
}

#[test]
fn no_output_ever_holds_a_password() {
    let program = Program::default();
    let url = format!("postgres://ann:{PASSWORD}@127.0.0.1:1/x?connect_timeout=1");
    for line in [
        "config show",
        "--json config show",
        "doctor",
        "--json doctor",
        "db status",
        "db migrate",
        "-vv conversations list",
        "--json files list",
    ] {
        for by_flag in [true, false] {
            let mut command = program.command(line.split(' '));
            command
                .env("AWS_SECRET_ACCESS_KEY", PASSWORD)
                .env("RUST_BACKTRACE", "full")
                .env("RUST_LOG", "trace");
            if by_flag {
                command.args(["--db", &url])
            } else {
                command.env("DATABASE_URL", &url)
            };
            let output = command.output().expect("it starts");
            let said = [output.stdout, output.stderr].concat();
            assert!(!String::from_utf8_lossy(&said).contains(PASSWORD), "{line}");
        }
    }
    for file in walk(program.home.path()) {
        let text = fs::read(&file).expect("a file");
        assert!(!String::from_utf8_lossy(&text).contains(PASSWORD), "{}", file.display());
    }
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

// ── doctor ──────────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn the_doctor_is_content_with_an_empty_machine_and_leaves_it_empty() {
    let program = Program::default();
    let before = walk(program.home.path()).len();
    let report = run(&program, "doctor --json").ok().json();
    assert_eq!(report["failed"], false, "{report:#}");
    assert_eq!(walk(program.home.path()).len(), before);
}

#[test]
fn the_doctor_fails_when_something_fails_and_says_what_to_do() {
    let program = Program::default();
    let outcome = run(&program, "--db postgres://ann@127.0.0.1:1/x --json doctor");
    assert_eq!(outcome.code, 1);
    let lines = outcome.json()["lines"].as_array().expect("lines").clone();
    let failed: Vec<&Value> = lines.iter().filter(|line| line["state"] == "fail").collect();
    assert_eq!(failed.len(), 1, "{failed:?}");
    assert_eq!(failed[0]["area"], "database");
    assert!(failed[0]["next"].as_str().is_some_and(|next| !next.is_empty()));
}

#[test]
fn the_doctor_tries_theme_and_keys() {
    let program = Program::default();
    let found = |line: &str| {
        let lines = run(&program, line).ok().json()["lines"].as_array().expect("lines").clone();
        let of = |area: &str| -> Vec<Value> { lines.iter().filter(|l| l["area"] == area).cloned().collect() };
        (of("theme"), of("keys"))
    };
    let (theme, keys) = found("doctor --json");
    assert_eq!((&theme[0]["state"], &keys[0]["state"]), (&"ok".into(), &"ok".into()), "{theme:?} {keys:?}");
    let folder = program.path(".config/brightrun");
    fs::create_dir_all(folder.join("themes")).expect("a folder");
    fs::write(folder.join("config.toml"), "[ui]\ntheme = \"nigth\"\n").expect("a file");
    fs::write(folder.join("keys.toml"), "\"ctrl-x\" = \"no.such.action\"\n").expect("a file");
    let (theme, keys) = found("doctor --json");
    for (line, word) in [(&theme[0], "nigth"), (&keys[0], "keys.toml, line 1")] {
        assert_eq!(line["state"], "warn", "{line}");
        assert!(line["what"].as_str().is_some_and(|what| what.contains(word)), "{line}");
        assert!(line["next"].as_str().is_some_and(|next| !next.is_empty()), "{line}");
    }
    assert!(run(&program, "doctor").ok().out.contains("nigth"));
}

// ── the database ────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn the_first_command_may_be_a_look_at_the_database() {
    let program = Program::default();
    let before = walk(program.home.path()).iter().filter(|file| file.ends_with("brightrun.db")).count();
    let status = run(&program, "--json db status").ok().json();
    assert_eq!((&status["applied"], &status["conversations"]), (&Value::Array(Vec::new()), &Value::Null));
    let said = run(&program, "db status").ok();
    assert!(said.out.contains("run `brightrun db migrate`"), "{}", said.out);
    run(&program, "db attach").ok();
    let made = walk(program.home.path()).iter().filter(|file| file.ends_with("brightrun.db")).count();
    assert_eq!((before, made), (0, 0), "looking makes no database");
    run(&program, "db migrate").ok();
    let status = run(&program, "--json db status").ok().json();
    assert_eq!((&status["pending"], &status["conversations"]), (&Value::Array(Vec::new()), &0.into()));
}

// ── completions and manual ──────────────────────────────────────────────────────────────────────────────────────

#[test]
fn completions_and_the_manual_know_every_verb() {
    let program = Program::default();
    for line in ["completions bash", "completions zsh", "completions fish", "man"] {
        let outcome = run(&program, line).ok();
        for verb in ["import", "conversations", "aggregate", "convert", "check", "doctor"] {
            assert!(outcome.out.contains(verb), "{line} lacks {verb}");
        }
    }
    run(&program, "man -o pages").ok();
    assert!(program.path("pages/brightrun-files-create.1").exists());
}

// ── pipes and signals ───────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let program = Program::default();
    // The script is larger than a pipe, so that the writer meets the closed end.
    let mut child = program
        .command(["completions", "zsh"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    drop(child.stdout.take());
    let mut error = String::new();
    child.stderr.take().expect("stderr").read_to_string(&mut error).expect("text");
    assert!(child.wait().expect("an end").success(), "{error}");
    assert_eq!(error, "");
}

#[test]
fn a_full_disk_is_said() {
    if !std::path::Path::new("/dev/full").exists() {
        return;
    }
    let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("the device");
    let output = Program::default().command(["man"]).stdout(full).output().expect("it starts");
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("Cannot write the output"));
}

#[test]
fn ctrl_c_is_exit_130_and_leaves_nothing_half_done() {
    let program = with_files(1);
    // A profile that never ends: the reader waits in it until it is stopped. (As an input, a pipe is refused.)
    let pipe = program.path("endless.json");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo").success());
    let mut child = program
        .command(["aggregate", "in", "--name", "n", "-o", "out", "--profile", "endless.json"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    // Opening the other end returns once the program has begun to read.
    let writer = fs::OpenOptions::new().write(true).open(&pipe).expect("the pipe");
    let id = child.id().to_string();
    let interrupt = || Command::new("kill").args(["-INT", &id]).status().expect("kill").success();
    assert!(interrupt());
    let mut stderr = child.stderr.take().expect("stderr");
    let mut begun = [0_u8; 8];
    stderr.read_exact(&mut begun).expect("it answers the first");
    assert_eq!(&begun, b"Stopping");
    assert!(interrupt());
    assert_eq!(child.wait().expect("an end").code(), Some(130));
    drop(writer);
    assert!(!program.path("out/training.json").exists());
}
