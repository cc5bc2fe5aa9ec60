//! What other people's names, rows, files and processes may do to us: nothing is lost, nothing is mixed up, nothing waits for ever.

#[path = "support/postgres.rs"]
mod postgres;
mod support;

use engine::{CancellationToken, Progress, aggregate};
use postgres::Cluster;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::process::Command;
use support::corpus;
use support::program::Program;

/// The same story on SQLite and on Postgres.
fn on_both(tell: impl Fn(&Program)) {
    tell(&Program::default());
    let cluster = Cluster::shared();
    tell(&Program { global: vec!["--db".into(), cluster.database()], ..Program::default() });
}

fn rows(program: &Program, noun: &str) -> Vec<Value> {
    let limit: &[&str] = if noun == "conversations" { &["--limit", "0"] } else { &[] };
    let listed = program.run([noun, "list", "--json"].iter().chain(limit)).ok().json();
    listed.as_array().or_else(|| listed["rows"].as_array()).cloned().expect("rows")
}

fn named(rows: &[Value], keys: &[&str]) -> BTreeSet<String> {
    rows.iter().flat_map(|row| keys.iter().filter_map(|key| row[*key].as_str().map(str::to_owned))).collect()
}

/// An enriched file with something in it changed.
fn write(program: &Program, name: &str, n: usize, change: impl Fn(&mut Value)) {
    let mut file = corpus::enriched(n);
    change(&mut file);
    fs::create_dir_all(program.path("odd")).expect("a folder");
    fs::write(program.path("odd").join(name), file.to_string()).expect("a file");
}

// ── what files hold ─────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn a_nul_character_or_endless_key_stops_no_import() {
    on_both(|program| {
        write(program, "1.json", 1, |file| {
            file["input_parameters"]["persona_key"] = "a\0b".into();
            file["input_parameters"]["persona_name"] = "\0".into();
        });
        write(program, "2.json", 2, |file| {
            file["input_parameters"]["persona_key"] = "k".repeat(100_000).into();
        });
        write(program, "3.json", 3, |_| {});
        program.run(["import", "odd"]).ok();
        assert_eq!(rows(program, "conversations").len(), 3);
        let all = [1, 2, 3].map(corpus::id);
        program.run(["files", "create", "n"].into_iter().map(str::to_owned).chain(all)).ok();
    });
}

#[test]
fn a_key_in_capitals_is_the_same_conversation() {
    on_both(|program| {
        write(program, "1.json", 1, |_| {});
        write(program, "2.json", 1, |file| {
            file["dataset_metadata"]["dataset_name"] =
                format!("fp_conversation_{}", corpus::id(1).to_uppercase()).into();
        });
        program.run(["import", "odd"]).ok();
        assert_eq!(rows(program, "conversations").len(), 1);
    });
}

#[test]
fn a_key_that_is_no_uuid_is_refused_and_names_no_path() {
    let program = Program::default();
    write(&program, "1.json", 1, |file| {
        file["dataset_metadata"]["dataset_name"] = "fp_conversation_../../../../escaped".into();
    });
    let outcome = program.run(["import", "odd"]);
    assert_eq!(outcome.code, 1);
    assert!(outcome.error.contains("is no UUID"), "{}", outcome.error);
    assert_eq!(program.objects(""), BTreeSet::new());
}

// ── names and filters ───────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn names_are_names_and_nothing_else() {
    on_both(|program| {
        corpus::write(&program.path("in"), 0..2);
        program.run(["import", "in"]).ok();
        fs::create_dir(program.path("down")).expect("a folder");
        let long = "ä".repeat(255);
        let names =
            ["'; DROP TABLE conversations; --", "a\"b%_\\", "../../../escaped", "😀", "base", "Base", &long];
        for name in names {
            program.run(["files", "create", name, &corpus::id(0)]).ok();
            for object in ["--json-file", "--jsonl-file"] {
                program.run(["files", "download", name, object, "-o", "down"]).ok();
            }
        }
        let there = named(&rows(program, "files"), &["name"]);
        assert_eq!(there, names.into_iter().map(str::to_owned).collect());
        assert!(!program.path("escaped").exists() && !program.home.path().join("../escaped.json").exists());
        // `base` and `Base` go to two files, or to one on a disk that does not tell them apart.
        let down = fs::read_dir(program.path("down")).expect("a folder").count();
        assert!((2 * names.len() - 2..=2 * names.len()).contains(&down), "{down}");
        assert_eq!(rows(program, "conversations").len(), 2);
        let outcome = program.run(["files", "create", &format!("{long}x"), &corpus::id(0)]);
        assert_eq!(outcome.code, 2, "{}", outcome.error);
    });
}

#[test]
fn filters_of_any_length_and_content_are_answered() {
    on_both(|program| {
        corpus::write(&program.path("in"), 0..3);
        program.run(["import", "in", "--batch", "' OR 1=1; --"]).ok();
        let many = |word: &str| vec!["persona=anxious_planner"; 3000].join(word);
        let count = |arguments: [&str; 2]| {
            let listed =
                program.run(["conversations", "list", "--json"].into_iter().chain(arguments)).ok().json();
            listed.as_array().or_else(|| listed["rows"].as_array()).map_or(0, Vec::len)
        };
        assert_eq!(count(["--where", &many(" or ")]), 1);
        assert_eq!(count(["--where", &many(" and ")]), 1);
        assert_eq!(count(["--search", &vec!["jennifer"; 3000].join(" ")]), 1);
        assert_eq!(count(["--search", &"a".repeat(100_000)]), 0);
        assert_eq!(count(["--batch", "' OR 1=1; --"]), 3);
        for nothing in ["' OR 1=1", "%", "_", "\\", "'; DROP TABLE conversations; --", "\u{1}", "😀"] {
            assert_eq!(count(["--search", nothing]), usize::from(nothing == "_") * 3, "{nothing}");
            assert_eq!(count(["--persona", nothing]), 0, "{nothing}");
        }
        for wrong in [format!("{}persona=a", "(".repeat(5000)), format!("{}persona=a", "not ".repeat(5000))] {
            assert_eq!(program.run(["conversations", "list", "--where", &wrong]).code, 2);
        }
    });
}

// ── folders ─────────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn circles_pipes_and_devices_are_named_and_wait_for_nobody() {
    let program = Program::default();
    corpus::write(&program.path("in/deep"), 0..2);
    for (to, link) in
        [(".", "in/here"), ("..", "in/deep/up"), ("/dev/zero", "in/zero"), ("nothing", "in/gone")]
    {
        std::os::unix::fs::symlink(to, program.path(link)).expect("a link");
    }
    assert!(Command::new("mkfifo").arg(program.path("in/pipe")).status().expect("mkfifo").success());
    for (verb, code) in [
        (vec!["check", "in"], 1),
        (vec!["import", "in"], 1),
        (vec!["aggregate", "in", "--name", "n", "-o", "out"], 3),
    ] {
        let outcome = program.run(&verb);
        assert_eq!(outcome.code, code, "{verb:?}: {}", outcome.error);
        let said = outcome.out + &outcome.error;
        for name in ["in/zero", "in/gone", "in/pipe"] {
            assert!(said.contains(name), "{verb:?} hides {name}: {said}");
        }
    }
    assert_eq!(rows(&program, "conversations").len(), 2);
    for verb in [vec!["import", "in/pipe"], vec!["convert", "in/pipe", "--to", "messages", "-o", "o"]] {
        let outcome = program.run(&verb);
        assert_eq!(outcome.code, 1);
        assert!(outcome.error.contains("it is a pipe"), "{verb:?}: {}", outcome.error);
    }
}

/// The head of the file is made of what the first pass found; the second must not meet another file.
#[test]
fn an_input_that_changes_between_the_passes_is_noticed() {
    let dir = tempfile::tempdir().expect("a folder");
    let input = dir.path().join("1.json");
    fs::write(&input, corpus::enriched(1).to_string()).expect("a file");
    let request = aggregate::Request {
        inputs: vec![input.clone()],
        name: "n".into(),
        out: dir.path().join("out"),
        into: None,
        profile: None,
        default_profile: "{}".into(),
        target_model: String::new(),
        at: "2026-04-01T08:00:00Z".parse().expect("a time"),
        skip_damaged: false,
    };
    let progress = Progress::new(move |step| {
        if step.stage == "reading" {
            fs::write(&input, corpus::enriched(2).to_string()).expect("a file");
        }
    });
    let error = aggregate::run(&request, &progress, &CancellationToken::new()).expect_err("it changed");
    assert!(error.to_string().contains("it changed while it was read"), "{error}");
    assert!(!dir.path().join("out").exists());
}

// ── two at once ─────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn the_same_folder_imported_by_three_at_once_is_there_once() {
    on_both(|program| {
        corpus::write(&program.path("in"), 0..150);
        program.run(["conversations", "list"]).ok();
        let all: Vec<_> = (0..3).map(|_| program.start(["import", "in"])).collect();
        // One of them is stopped: what it tidies up must not be what the others are about to name.
        let stopped = program.start(["import", "in"]);
        let id = stopped.id().to_string();
        std::thread::yield_now();
        let _ = Command::new("kill").args(["-INT", &id]).status();
        for mut child in all.into_iter().chain([stopped]) {
            let status = child.wait().expect("an end");
            assert!(matches!(status.code(), Some(0 | 130) | None), "{status}");
        }
        let there = rows(program, "conversations");
        assert_eq!(there.len(), 150);
        assert_eq!(program.objects("conversation-files"), named(&there, &["enriched_path", "raw_path"]));
    });
}

#[test]
fn of_those_who_add_at_once_the_losers_are_told_and_nothing_is_lost() {
    on_both(|program| {
        corpus::write(&program.path("in"), 0..60);
        program.run(["import", "in"]).ok();
        program.run(["files", "create", "base", &corpus::id(0)]).ok();
        let part = |verb: &str, name: &str, n: usize| -> Vec<String> {
            let ids = (n * 10..n * 10 + 10).map(corpus::id);
            ["files", verb, name].into_iter().map(str::to_owned).chain(ids).collect()
        };
        for (verb, name) in [("add", "base"), ("create", "new")] {
            let outcomes: Vec<_> = std::thread::scope(|scope| {
                let all: Vec<_> =
                    (1..5).map(|n| scope.spawn(move || program.run(part(verb, name, n)))).collect();
                all.into_iter().map(|thread| thread.join().expect("an end")).collect()
            });
            let won = outcomes.iter().filter(|outcome| outcome.code == 0).count();
            assert!(won > 0, "nobody won");
            for outcome in outcomes.iter().filter(|outcome| outcome.code != 0) {
                assert_eq!(outcome.code, 3, "{}", outcome.error);
                let told =
                    ["Try again", "Choose another name"].iter().any(|next| outcome.error.contains(next));
                assert!(told, "{}", outcome.error);
            }
            let file = rows(program, "files").into_iter().find(|row| row["name"] == name).expect("the file");
            assert_eq!(file["conversations"], won * 10 + usize::from(verb == "add"), "{file}");
        }
        let files = rows(program, "files");
        assert_eq!(program.objects("training-files"), named(&files, &["json_path", "jsonl_path"]));
    });
}
