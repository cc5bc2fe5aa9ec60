//! The first job, with a store and without one.

use crate::support::corpus;
use crate::support::program::Program;
use crate::{run, walk, with_files};
use serde_json::Value;
use std::fs;

/// An empty home with the `n` first conversations in its store.
fn with_rows(n: usize) -> Program {
    let program = with_files(n);
    program.run(["import", "in"]).ok();
    program
}

// ── conversations and files ─────────────────────────────────────────────────────────────────────────────────────

#[test]
fn the_first_job_from_import_to_download() {
    let program = with_rows(4);
    let again = run(&program, "--json import in").ok().json();
    assert_eq!((&again["total"]["new"], &again["total"]["same"]), (&0.into(), &4.into()), "{again:#}");

    let rows = run(&program, "conversations list --json --sort turns:desc").ok().json();
    let rows = rows.as_array().expect("an array").clone();
    assert_eq!(rows.len(), 4);
    let table = run(&program, "conversations list").ok().out;
    assert_eq!(table.lines().count(), 5, "{table}");
    assert!(table.lines().all(|line| line.split('\t').count() == 14), "{table}");
    assert!(!table.contains('\u{1b}'));

    let id = rows[0]["id"].as_str().expect("an id").to_owned();
    let detail = run(&program, &format!("conversations show {id} --json")).ok().json();
    assert!(!detail["turns"].as_array().expect("turns").is_empty());

    let at = "2026-01-01T00:00:00.000Z";
    let made = program
        .run([
            "files",
            "create",
            "spring",
            "--enrichment",
            "completed",
            "--json",
            "--at",
            at,
            "--description",
            "for two",
        ])
        .ok()
        .json();
    assert_eq!(made["added"], 4, "{made:#}");
    let listed = run(&program, "files list --json").ok().json();
    assert_eq!(listed[0]["name"], "spring");
    let narrowed = |expression: &str| {
        let rows =
            program.run(["files", "list", "--json", "--sort", "-name", "--where", expression]).ok().json();
        rows.as_array().expect("an array").len()
    };
    assert_eq!((narrowed("conversations >= 4 and spring"), narrowed("conversations > 4")), (1, 0));
    let runs = run(&program, "jobs list --csv").ok().out;
    assert!(runs.starts_with("Job ID,Name,Status,Preset,GPU Type,") && runs.lines().count() == 1, "{runs}");
    let shown = run(&program, "files show spring").ok().out;
    assert!(shown.contains(&id));
    assert!(shown.lines().any(|line| line == "scores\t– (not measured: all scores are equal)"), "{shown}");
    for (flag, name) in [("--json-file", "a.json"), ("--jsonl-file", "a.jsonl")] {
        program.run(["files", "download", "spring", flag, "-o", name]).ok();
        assert!(fs::metadata(program.path(name)).expect("the file").len() > 100);
    }
    let full: Value = serde_json::from_slice(&fs::read(program.path("a.json")).expect("file")).expect("JSON");
    assert_eq!(full["training_file_metadata"]["created_date"], at);
    for shape in ["messages", "sharegpt", "alpaca"] {
        program.run(["files", "export", "spring", "--to", shape, "-o", &format!("{shape}.jsonl")]).ok();
    }
    let archived = run(&program, "files archive spring --json --at 2026-02-02T00:00:00Z").ok().json();
    assert_eq!((&archived["status"], &archived["updated"]), (&"archived".into(), &made["file"]["updated"]));
    assert_eq!(updated_at(&program), 1_769_990_400_000_000, "2026-02-02 in microseconds");
    assert_eq!(run(&program, "files list --json").ok().json(), serde_json::json!([]));
}

/// When the row of the one training file was changed, as the database has it.
fn updated_at(program: &Program) -> i64 {
    let url = format!("sqlite:{}", program.path(".local/share/brightrun/brightrun.db").display());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let mut db = <sqlx::SqliteConnection as sqlx::Connection>::connect(&url).await.expect("the database");
        let row: (i64,) = sqlx::query_as("SELECT updated_at FROM training_files")
            .fetch_one(&mut db)
            .await
            .expect("the row");
        row.0
    })
}

#[test]
fn a_refusal_is_exit_3_names_everything_and_changes_nothing() {
    let program = with_rows(2);
    let outcome = run(&program, &format!("files create bad {} nobody-1 nobody-2", corpus::id(0)));
    assert_eq!(outcome.code, 3, "{}{}", outcome.out, outcome.error);
    assert_eq!(outcome.out, "");
    assert!(outcome.error.contains("nobody-1") && outcome.error.contains("nobody-2"), "{}", outcome.error);
    assert_eq!(run(&program, "files list --json").ok().json(), serde_json::json!([]));

    run(&program, &format!("files create good {}", corpus::id(0))).ok();
    let twice = run(&program, &format!("--json files add good {} {}", corpus::id(1), corpus::id(0)));
    assert_eq!(twice.code, 3);
    let error: Value = serde_json::from_str(twice.error.lines().last().expect("a line")).expect("JSON");
    assert_eq!(error["error"]["kind"], "refused");
    assert_eq!(error["error"]["blocked"].as_array().map(Vec::len), Some(1), "{error:#}");
    assert_eq!(
        run(&program, "files show good --json").ok().json()["members"].as_array().map(Vec::len),
        Some(1)
    );
}

#[test]
fn what_is_not_there_is_exit_1() {
    let program = with_rows(1);
    for line in [
        "conversations show nobody",
        "files show nothing",
        "files download nothing --json-file",
        "import nowhere",
    ] {
        let outcome = run(&program, line);
        assert_eq!(outcome.code, 1, "{line}: {}{}", outcome.out, outcome.error);
        assert!(!outcome.error.is_empty(), "{line}");
    }
}

#[test]
fn a_review_is_written_and_found_again() {
    let program = with_rows(3);
    let id = corpus::id(1);
    run(&program, &format!("conversations review {id} --reject --note unclear")).ok();
    let found = run(&program, "conversations list --status rejected --json").ok().json();
    assert_eq!(found.as_array().map(Vec::len), Some(1));
    assert_eq!(found[0]["id"], Value::from(id.clone()));
    let all = run(&program, "--json conversations review --approve --where turns>0").ok().json();
    assert_eq!(all["conversations"], 3);
    let exported = run(&program, &format!("conversations export {id} -o out --json")).ok().json();
    assert_eq!(exported["files"], 1);
    assert_eq!(walk(&program.path("out")).len(), 1);
}

#[test]
fn a_limit_says_that_there_is_more() {
    let program = with_rows(3);
    let outcome = run(&program, "conversations list --limit 2 --json").ok();
    assert_eq!(outcome.json().as_array().map(Vec::len), Some(2));
    assert!(outcome.error.contains("--limit 0"), "{}", outcome.error);
    let all = run(&program, "conversations list --limit 0 --json").ok();
    assert_eq!((all.json().as_array().map(Vec::len), all.error.as_str()), (Some(3), ""));
}

// ── without a database ──────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn aggregate_convert_and_check_need_no_store_and_leave_none() {
    let program = with_files(3);
    let at = "2026-01-01T00:00:00.000Z";
    let made = program.run(["--json", "aggregate", "in", "--name", "n", "-o", "out", "--at", at]).ok().json();
    assert_eq!(made["conversations"], 3, "{made:#}");
    let first = fs::read(program.path("out/training.json")).expect("the file");
    program.run(["aggregate", "in", "--name", "n", "-o", "two", "--at", at]).ok();
    assert_eq!(
        fs::read(program.path("two/training.json")).expect("the file"),
        first,
        "--at makes it reproducible"
    );
    run(&program, "convert out/training.json --to v4-jsonl -o c.jsonl").ok();
    assert_eq!(
        fs::read(program.path("c.jsonl")).expect("the file"),
        fs::read(program.path("out/training.jsonl")).expect("the file")
    );
    let report = run(&program, "check out/training.json --json").ok().json();
    assert_eq!((&report["shape"], &report["conversations"]), (&"full".into(), &3.into()), "{report:#}");
    assert!(run(&program, "check out/training.json").ok().out.contains("ready for training"));
    assert!(
        walk(program.home.path())
            .iter()
            .all(|file| file.extension().is_none_or(|end| end != "db" && end != "log"))
    );
}

#[test]
fn a_jsonl_becomes_a_full_file_with_the_head_that_is_said() {
    let program = with_files(2);
    run(&program, "aggregate in --name n -o out --at 2026-01-01T00:00:00Z").ok();
    fs::write(program.path("me.json"), "{\"name\": \"Ann\"}").expect("a file");
    fs::create_dir_all(program.path(".config/brightrun")).expect("a folder");
    fs::write(
        program.path(".config/brightrun/config.toml"),
        "[profile]\nconsultant_profile = \"~/me.json\"\n",
    )
    .expect("a file");
    let made = |line: &str| -> Value {
        run(&program, format!("convert out/training.jsonl --to v4-json -o made.json {line}").trim()).ok();
        serde_json::from_slice(&fs::read(program.path("made.json")).expect("the file")).expect("JSON")
    };
    let usual = made("");
    assert_eq!(usual["training_file_metadata"]["file_name"], "n");
    assert_eq!(usual["consultant_profile"]["name"], "Ann");
    let said = made("--at 2026-03-04T05:06:07Z --name other --profile in/000000.json");
    let head = &said["training_file_metadata"];
    assert_eq!(
        (&head["file_name"], &head["created_date"]),
        (&"other".into(), &"2026-03-04T05:06:07.000Z".into())
    );
    assert_eq!(said["consultant_profile"]["name"], "An advisor");
    assert_eq!(run(&program, "convert out/training.json --to v4-jsonl -o x --name other").code, 2);
}

#[test]
fn a_file_of_any_other_kind_is_one_clear_sentence_and_exit_1() {
    let program = Program::default();
    fs::write(program.path("x.png"), b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR").expect("a file");
    let outcome = run(&program, "check x.png");
    assert_eq!(outcome.code, 1);
    let report = run(&program, "check x.png --json");
    assert_eq!(report.code, 1);
    assert!(report.json()["error"].as_str().is_some_and(|error| !error.contains('\n')), "{}", report.out);
    assert_ne!(run(&program, "aggregate x.png --name n -o out").code, 0);
    assert!(!program.path("out/training.json").exists());
}
