//! The objects in S3: the platform's own buckets, or one bucket with a prefix.

use crate::fixture::{LIVE, LIVE_FOLDER, ME, Platform, objects, path};
use crate::s3::Server;
use crate::support::corpus;
use crate::support::program::Program;
use std::fs;

fn config(server: &Server, url: &str) -> String {
    let token = "region = \"eu-central-1\"\nsession_token = \"a-token-of-a-user\"\n";
    format!("url = \"{url}\"\n\n{}{token}", server.config())
}

/// Reads what is there, makes a file, adds to the platform's, imports, and looks at the objects from behind.
fn tell(platform: &Platform, server: &Server, root: &str) {
    let program = &platform.program;
    program.run(["doctor"]).ok();
    let shown = program.run(["conversations", "show", &corpus::id(1), "--json"]).ok().json();
    assert_eq!(shown["turns"].as_array().map(Vec::len), Some(5));
    program.run(["files", "create", "Spring", &corpus::id(3), &corpus::id(0)]).ok();
    program.run(["files", "add", LIVE, &corpus::id(2)]).ok();
    corpus::write(&program.path("new"), 40..42);
    program.run(["import", "new"]).ok();
    for name in ["Spring", LIVE] {
        let row = program.run(["files", "show", name, "--json"]).ok().json();
        for (flag, ending) in [("--json-file", "json"), ("--jsonl-file", "jsonl")] {
            let target = format!("{name}.{ending}");
            program.run(["files", "download", name, flag, "-o", &target]).ok();
            let key = row["file"][format!("{ending}_path")].as_str().expect("a path").to_owned();
            let stored = fs::read(server.path(&format!("{root}training-files/{key}"))).expect("the object");
            assert_eq!(stored, fs::read(program.path(&target)).expect("the download"));
            assert_eq!(row["file"][format!("{ending}_size")], stored.len());
        }
    }
    assert!(!server.path(&format!("{root}training-files/{LIVE_FOLDER}/training.json")).exists());
    assert!(server.path(&format!("{root}conversation-files/{}", path(ME, 0))).exists());
    for request in server.asked() {
        assert!(
            request.uri.starts_with('/') || request.uri.starts_with(&server.at),
            "path style: {}",
            request.uri
        );
        assert_eq!(request.token.as_deref(), Some("a-token-of-a-user"), "{request:?}");
        assert!(request.authorization.contains("/eu-central-1/s3/"), "{request:?}");
        assert_ne!(request.operation, "DeleteObjects", "one by one");
        // The buckets take these types only, and a session writes conversations into its own folder only.
        let path = request.uri.split('?').next().unwrap_or_default().trim_start_matches(&server.at);
        if request.operation == "PutObject" {
            let ending = path.rsplit('.').next().unwrap_or_default();
            let json = ending == "json" && request.content_type == "application/json";
            let lines = ending == "jsonl" && request.content_type == "application/x-ndjson";
            assert!(json || lines, "{request:?}");
            let (_, folder) = path.split_once("conversation-files/").unwrap_or(("", ME));
            assert!(folder.starts_with(ME), "{request:?}");
        }
    }
    let deleted = server.asked().iter().filter(|r| r.operation == "DeleteObject").count();
    assert!(deleted >= 2, "the old version goes");
}

#[test]
#[ignore = "needs BRIGHTRUN_REFERENCE"]
fn in_the_platforms_own_buckets() {
    let server = Server::with(["conversation-files", "training-files"]);
    objects(&server.path(""));
    let platform = Platform::new(&config(&server, "s3://"));
    tell(platform.attach(), &server, "");
}

#[test]
#[ignore = "needs BRIGHTRUN_REFERENCE"]
fn in_one_bucket_below_a_prefix() {
    let server = Server::with(["team"]);
    objects(&server.path("team/bright/run"));
    let platform = Platform::new(&config(&server, "s3://team/bright/run"));
    tell(platform.attach(), &server, "team/bright/run/");
}

/// Needs no reference files: the whole job on SQLite with its objects in S3.
#[test]
fn without_a_platform_too() {
    let server = Server::with(["team"]);
    let program = Program::default();
    let sqlite = format!("sqlite:{}", program.path("rows.db").display());
    crate::fixture::configure(&program, &sqlite, "", &config(&server, "s3://team"));
    corpus::write(&program.path("in"), 0..3);
    program.run(["import", "in"]).ok();
    program.run(["files", "create", "Spring", &corpus::id(2), &corpus::id(0)]).ok();
    program.run(["files", "add", "Spring", &corpus::id(1)]).ok();
    program.run(["files", "download", "Spring", "--jsonl-file", "-o", "spring.jsonl"]).ok();
    let kept = crate::fixture::tree(&server.path("team"));
    assert_eq!(kept.len(), 5, "{:?}", kept.keys());
    let wrong = format!("url = \"s3://team\"\n\n{}", server.config().replace("not-for", "never-for"));
    crate::fixture::configure(&program, &sqlite, "", &wrong);
    let denied = program.run(["files", "create", "Summer", &corpus::id(2)]);
    assert_eq!(denied.code, 1, "{}", denied.error);
    assert!(
        denied.error.contains("does not let us") && !denied.error.contains("never-for"),
        "{}",
        denied.error
    );
}
