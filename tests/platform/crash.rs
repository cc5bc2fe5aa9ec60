//! `kill -9` while a file is made whose objects go to S3: the next start tidies up. Small files are one request each; larger
//! ones have parts, which only a rule of the bucket ends (decision 0103).

use crate::fixture::{configure, tree};
use crate::s3::Server;
use crate::support::corpus;
use crate::support::program::Program;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Requests at which the program is killed: before it writes, at its first object, at its second.
const MOMENTS: [(&str, usize); 6] = [
    ("GetObject", 1),
    ("PutObject", 1),
    ("PutObject", 2),
    ("GetObject", 50),
    ("PutObject", 1),
    ("PutObject", 2),
];

/// A home whose rows are in SQLite and whose objects in S3, with forty conversations.
fn filled(server: &Server) -> Program {
    let program = Program::default();
    let sqlite = format!("sqlite:{}", program.path("rows.db").display());
    configure(&program, &sqlite, "", &format!("url = \"s3://team\"\n\n{}", server.config()));
    corpus::write(&program.path("in"), 0..40);
    program.run(["import", "in"]).ok();
    program
}

/// Starts it and kills it as soon as the server has seen so many of these requests, unless it is over before.
fn kill_at(server: &Server, program: &Program, arguments: &[&str], operation: &str, number: usize) {
    let known = server.asked().len();
    let mut child = program.start(arguments);
    let begin = Instant::now();
    let seen = || server.asked()[known..].iter().filter(|request| request.operation == operation).count();
    while seen() < number && child.try_wait().expect("a state").is_none() {
        assert!(begin.elapsed() < Duration::from_mins(1), "neither asked for nor over");
        std::thread::yield_now();
    }
    child.kill().expect("SIGKILL");
    child.wait().expect("its end");
}

fn training(server: &Server) -> BTreeMap<String, Vec<u8>> {
    tree(&server.path("team/training-files"))
}

#[test]
fn the_next_start_removes_what_a_kill_left_in_s3() {
    let server = Server::with(["team"]);
    let program = filled(&server);
    let ids: Vec<String> = (0..40).map(corpus::id).collect();
    let mut told = 0;
    for (n, (operation, number)) in MOMENTS.into_iter().enumerate() {
        let name = format!("Spring {n}");
        let create: Vec<&str> =
            ["files", "create", &name].into_iter().chain(ids.iter().map(String::as_str)).collect();
        kill_at(&server, &program, &create, operation, number);
        let next = program.run(["files", "list", "--json"]).ok();
        told += usize::from(next.error.contains("Undid") || next.error.contains("Finished"));
        let there = next.json().as_array().map_or(0, Vec::len);
        assert_eq!(
            training(&server).len(),
            there * 2,
            "{operation} {number}: {:?}",
            training(&server).keys()
        );
        let parts = tree(&server.path("")).into_keys().filter(|key| key.starts_with(".upload"));
        assert_eq!(parts.count(), 0, "nothing that nobody sees");
    }
    assert!(told > 0, "no kill was noticed by the next start");
}

#[test]
fn adding_is_undone_or_finished() {
    let server = Server::with(["team"]);
    let program = filled(&server);
    program.run(["files", "create", "Spring", &corpus::id(0)]).ok();
    let old = training(&server);
    let mut told = 0;
    for (n, (operation, number)) in MOMENTS.into_iter().chain([("DeleteObject", 1)]).enumerate() {
        let id = corpus::id(n + 1);
        let members = || program.run(["files", "show", "Spring", "--json"]).ok();
        let before = members().json()["members"].as_array().map_or(0, Vec::len);
        kill_at(&server, &program, &["files", "add", "Spring", &id], operation, number);
        let next = members();
        told += usize::from(next.error.contains("Undid") || next.error.contains("Finished"));
        let after = next.json()["members"].as_array().map_or(0, Vec::len);
        assert!(after == before || after == before + 1);
        assert_eq!(training(&server).len(), 2, "{operation} {number}: {:?}", training(&server).keys());
        assert_eq!(
            training(&server) == old,
            after == 1,
            "the old version is untouched, or the new one is there"
        );
        program.run(["files", "download", "Spring", "--jsonl-file", "-o", &format!("{n}.jsonl")]).ok();
    }
    assert!(told > 0, "no kill was noticed by the next start");
}
