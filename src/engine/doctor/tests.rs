//! What the doctor says, and what he never says.

use super::*;
use std::path::Path;

fn sources(dir: &Path, env: &[(&str, &str)]) -> Sources {
    let env = env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    // A missing file in a folder of the test, so that nobody's real settings are read.
    std::fs::write(dir.join("config.toml"), "").expect("a file");
    Sources {
        file: Some(dir.join("config.toml")),
        data_dir: Some(dir.join("data")),
        env: env.collect(),
        flags: Vec::new(),
    }
}

async fn report(dir: &Path, env: &[(&str, &str)]) -> Report {
    run(&sources(dir, env), Terminal { stdin: true, stdout: true, size: Some((120, 40)) }).await
}

fn state(report: &Report, area: &str) -> Vec<State> {
    report.lines.iter().filter(|line| line.area == area).map(|line| line.state).collect()
}

const GOOD: [(&str, &str); 2] = [("TERM", "xterm"), ("LANG", "C.UTF-8")];

#[tokio::test]
async fn an_empty_machine_is_well_and_stays_empty() {
    let dir = tempfile::tempdir().expect("a folder");
    let report = report(dir.path(), &GOOD).await;
    assert!(!report.failed, "{report:?}");
    assert!(!dir.path().join("data").exists(), "the doctor makes nothing");
    assert_eq!(state(&report, "terminal"), [State::Ok; 4]);
}

#[tokio::test]
async fn a_broken_config_is_a_line_with_what_to_do_and_the_rest_is_checked_all_the_same() {
    let dir = tempfile::tempdir().expect("a folder");
    let env = [("BRIGHTRUN_UI_MOUSE", "maybe"), ("BRIGHTRUN_UI_MUOSE", "true"), ("TERM", "dumb")];
    let report = report(dir.path(), &env).await;
    assert!(report.failed);
    assert_eq!(state(&report, "config"), [State::Fail]);
    assert_eq!(state(&report, "variables"), [State::Warn]);
    assert!(state(&report, "terminal").contains(&State::Warn));
    for line in report.lines.iter().filter(|line| line.state != State::Ok) {
        assert!(!line.next.is_empty(), "{line:?} says what to do");
    }
}

#[tokio::test]
async fn an_unreachable_database_fails_and_its_password_is_not_said() {
    let dir = tempfile::tempdir().expect("a folder");
    let env = [
        ("DATABASE_URL", "postgres://ann:hunter2@127.0.0.1:1/x"),
        ("BRIGHTRUN_FILES_URL", "s3://bucket"),
        ("BRIGHTRUN_FILES_S3_ENDPOINT", "http://127.0.0.1:1"),
        ("AWS_ACCESS_KEY_ID", "key"),
        ("AWS_SECRET_ACCESS_KEY", "hunter2"),
    ];
    let report = report(dir.path(), &env).await;
    assert_eq!(state(&report, "database"), [State::Fail], "{report:?}");
    assert_eq!(state(&report, "files"), [State::Fail], "{report:?}");
    assert_eq!(state(&report, "user"), [State::Warn]);
    let said = format!("{report:?}{}", serde_json::to_string(&report).expect("JSON"));
    assert!(!said.contains("hunter2"), "{said}");
}

#[tokio::test]
async fn files_in_a_folder_are_written_and_read_and_nothing_is_left() {
    let dir = tempfile::tempdir().expect("a folder");
    let files = dir.path().join("data/files");
    std::fs::create_dir_all(&files).expect("a folder");
    let report = report(dir.path(), &[]).await;
    assert_eq!(state(&report, "files"), [State::Ok], "{report:?}");
    let left = walk(&files);
    assert!(left.is_empty(), "{left:?}");
}

fn walk(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

#[test]
fn a_file_in_place_of_a_folder_is_found() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("file");
    std::fs::write(&file, "").expect("a file");
    assert_eq!(folders::writable("files", &file.join("below")).state, State::Fail);
    assert_eq!(folders::writable("files", &dir.path().join("a/b")).state, State::Ok);
}

#[test]
fn little_room_is_said_before_it_is_too_little() {
    assert_eq!(folders::judged(10_000_000).state, State::Fail);
    assert_eq!(folders::judged(500_000_000).state, State::Warn);
    assert_eq!(folders::judged(5_000_000_000).state, State::Ok);
}

#[test]
fn a_clock_before_our_time_is_wrong() {
    let at = |text: &str| text.parse().expect("a time");
    assert_eq!(environment::clock(at("1970-01-01T00:00:10Z")).state, State::Fail);
    assert_eq!(environment::clock(at("2026-01-01T00:00:00Z")).state, State::Ok);
}
