//! Before attaching, attaching, and what a dump says of it.

use crate::fixture::{LIVE, LOST, MAIL, ME, OTHER, Platform, THEIRS, UNFINISHED, WHOLE, configure, tree};
use crate::support::corpus;
use crate::support::program::Program;
use serde_json::Value;

#[test]
#[ignore = "needs BRIGHTRUN_REFERENCE"]
fn unattached_is_read_and_never_written() {
    let platform = Platform::in_a_folder();
    let (rows, objects) = (platform.dump(), tree(&platform.program.path("objects")));
    let program = &platform.program;

    let status = program.run(["db", "status", "--json"]).ok().json();
    assert_eq!((&status["needs_attach"], &status["writable"]), (&true.into(), &false.into()));
    assert_eq!((status["user"].as_str(), status["missing"].as_array().map(Vec::len)), (Some(ME), Some(0)));
    let status = program.run(["db", "status"]).ok();
    assert!(
        status.out.contains("run `brightrun db attach`") && status.error.contains("db attach"),
        "{}",
        status.out
    );
    assert_eq!(platform.list(&[]).len(), WHOLE.len() + 2);
    let shown = program.run(["conversations", "show", &corpus::id(1), "--json"]).ok().json();
    assert_eq!(shown["turns"].as_array().map(Vec::len), Some(5));
    let files = program.run(["files", "list", "--json"]).ok().json();
    assert_eq!(
        files.as_array().map(|files| files.iter().map(|f| f["name"].clone()).collect()),
        Some(vec![Value::from(LIVE)])
    );
    program.run(["files", "download", LIVE, "--jsonl-file", "-o", "down.jsonl"]).ok();

    corpus::write(&program.path("new"), 40..42);
    for refused in [
        vec!["files", "create", "mine", &corpus::id(0)],
        vec!["files", "add", LIVE, &corpus::id(0)],
        vec!["files", "archive", LIVE],
        vec!["import", "new"],
        vec!["import", "new", "--batch", "later"],
        vec!["conversations", "review", &corpus::id(0), "--approve"],
    ] {
        let outcome = program.run(&refused);
        assert_eq!(outcome.code, 3, "{refused:?}: {}{}", outcome.out, outcome.error);
        assert!(outcome.error.contains("brightrun db attach"), "{refused:?}: {}", outcome.error);
    }
    let doctor = program.run(["doctor"]);
    assert!(doctor.code == 1 && doctor.out.contains("brightrun db attach"), "{}", doctor.out);
    assert_eq!(platform.dump(), rows);
    assert_eq!(tree(&program.path("objects")), objects);
}

#[test]
#[ignore = "needs BRIGHTRUN_REFERENCE"]
fn attach_shows_then_adds_only_that_and_only_once() {
    let platform = Platform::in_a_folder();
    let (program, before) = (&platform.program, platform.dump());

    let shown = program.run(["db", "attach"]);
    assert_eq!(shown.code, 2, "nobody can be asked: {}", shown.error);
    assert!(shown.out.contains("CREATE SCHEMA IF NOT EXISTS brightrun") && shown.error.contains("--yes"));
    let looked = program.run(["db", "attach", "--json"]).ok().json();
    assert_eq!(looked["applied"], false);
    assert_eq!(platform.dump(), before, "a plan changes nothing");

    let done = program.run(["db", "attach", "--yes", "--json"]).ok().json();
    assert_eq!((&done["applied"], &done["plan"]), (&true.into(), &looked["plan"]));
    let statements: Vec<&str> = looked["plan"]["statements"]
        .as_array()
        .expect("a plan")
        .iter()
        .filter_map(|s| s["sql"].as_str())
        .collect();
    let after = platform.dump();
    assert_announced(&before, &after, &statements);

    let again = program.run(["db", "attach", "--yes"]).ok();
    assert!(again.error.contains("nothing to do"), "{}", again.error);
    let again = program.run(["db", "attach", "--json"]).ok().json();
    assert_eq!(again["plan"]["statements"].as_array().map(Vec::len), Some(0));
    assert_eq!(platform.dump(), after);
    let status = program.run(["db", "status", "--json"]).ok().json();
    assert_eq!(
        (&status["needs_attach"], &status["writable"], &status["search_index"]),
        (&false.into(), &true.into(), &true.into())
    );
    // Only looking makes no rows of ours either.
    platform.list(&[]);
    program.run(["doctor"]).ok();
    assert_eq!(platform.dump(), after);
}

/// Nothing is gone; each new line is an index or extension of the plan.
fn assert_announced(before: &[String], after: &[String], statements: &[&str]) {
    let mut old = before.iter().peekable();
    for line in after {
        if old.peek() == Some(&line) {
            old.next();
            continue;
        }
        let name = line.strip_prefix("CREATE INDEX ").and_then(|rest| rest.split(' ').next());
        let known = name.is_some_and(|name| statements.iter().any(|sql| sql.contains(&format!(" {name} "))));
        let extension = line.contains("EXTENSION") && line.contains("pg_trgm");
        assert!(known || extension, "not announced: {line}");
    }
    assert_eq!(old.next(), None, "nothing is gone");
}

#[test]
#[ignore = "needs BRIGHTRUN_REFERENCE"]
fn everybody_sees_his_own_rows() {
    let platform = Platform::in_a_folder();
    platform.attach();
    let ids = |range: std::ops::Range<usize>| -> Vec<String> { range.rev().map(corpus::id).collect() };
    let mut mine = vec![corpus::id(LOST), corpus::id(UNFINISHED)];
    mine.extend(ids(WHOLE));
    assert_eq!(platform.list(&[]), mine, "the newest first");
    let theirs = &corpus::id(THEIRS.start);
    let shown = platform.program.run(["conversations", "show", theirs]);
    assert!(shown.code == 1 && shown.error.contains("there is none with this key"), "{}", shown.error);
    let created = platform.program.run(["files", "create", "stolen", theirs]);
    assert!(
        created.code == 3 && created.error.contains("there is no such conversation"),
        "{}",
        created.error
    );
    let reviewed = platform.program.run(["conversations", "review", theirs, "--approve"]);
    assert!(reviewed.code == 3 && reviewed.error.contains(theirs), "{}{}", reviewed.out, reviewed.error);
    assert_eq!(platform.program.run(["files", "show", "Taken name"]).code, 1);

    let files = format!("url = \"{}\"\n", platform.program.path("objects").display());
    for user in [OTHER, "OTHER@example.org"] {
        let other = Program::default();
        configure(&other, &platform.url, user, &files);
        let listed = other.run(["conversations", "list", "--json"]).ok().json();
        assert_eq!(listed.as_array().map(Vec::len), Some(THEIRS.len()));
    }
    let nobody = Program::default();
    for (user, said) in
        [("nobody@example.org", "nobody@example.org"), ("", "under [database]"), ("ann", "\"ann\"")]
    {
        configure(&nobody, &platform.url, user, &files);
        let outcome = nobody.run(["conversations", "list"]);
        assert!(outcome.code != 0 && outcome.error.contains(said), "{user}: {}", outcome.error);
        assert!(!outcome.error.contains(MAIL));
    }
}
