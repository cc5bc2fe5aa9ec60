//! The account of rented machines: what is missing, what it costs, and that nothing is made without an answer.

use crate::support::answers::{Account, Answers};
use crate::support::program::{Outcome, Program};
use serde_json::Value;

const KEY: &str = "rpa_planted0key0that0nobody0may0see";

/// Runs a verb against an account.
fn at(address: &str, program: &Program, line: &str) -> Outcome {
    let mut command = program.command(line.split(' '));
    command
        .env("RUNPOD_API_KEY", KEY)
        .env("BRIGHTRUN_RUNPOD_REST_URL", format!("{address}/rest"))
        .env("BRIGHTRUN_RUNPOD_JOBS_URL", format!("{address}/jobs"))
        .env("BRIGHTRUN_RUNPOD_GRAPHQL_URL", format!("{address}/graphql"))
        .env("BRIGHTRUN_RUNPOD_IMAGE", "ghcr.io/example/worker:1.0")
        .env("BRIGHTRUN_RUNPOD_ENDPOINT", "ep")
        .env("BRIGHTRUN_RUNPOD_VOLUME", "vol")
        .env("BRIGHTRUN_RUNPOD_VOLUME_DATA_CENTER", "EU-RO-1")
        .env("BRIGHTRUN_RUNPOD_VOLUME_ACCESS_KEY_ID", "user_a")
        .env("BRIGHTRUN_RUNPOD_VOLUME_SECRET_ACCESS_KEY", "rps_b");
    let outcome = Outcome::of(&command.output().expect("it starts"));
    assert!(!outcome.out.contains(KEY) && !outcome.error.contains(KEY), "the key is told");
    outcome
}

#[test]
fn what_is_wrong_with_an_account_is_said_with_what_to_do() {
    let program = Program::default();
    let good = Answers::start(Account::Good);
    let outcome = at(&good.at, &program, "runpod check").ok();
    for what in [
        "RunPod accepts the key",
        "$12.50 are left",
        "training runs ghcr.io/example/worker:1.0",
        "models of 200 GB",
        "$14.00 a month",
    ] {
        assert!(outcome.out.contains(what), "{what}: {}", outcome.out);
    }
    for (account, standing, said, next) in [
        (Account::WrongKey, "bad_key", "does not accept the API key", "make a new key"),
        (Account::Scoped, "no_right", "may not read pods, secrets", "Give the key that right"),
        (Account::Empty, "no_credit", "$0.00 are left", "Add credit"),
        (Account::Retired, "retired", "switched this interface off", "Update brightrun"),
    ] {
        let server = Answers::start(account);
        let outcome = at(&server.at, &program, "runpod check");
        assert_eq!(outcome.code, 1, "{account:?}: {}{}", outcome.out, outcome.error);
        assert!(outcome.out.contains(said) && outcome.out.contains(next), "{account:?}: {}", outcome.out);
        let json = at(&server.at, &program, "--json runpod check").json();
        assert_eq!((&json["standing"], &json["failed"]), (&standing.into(), &true.into()), "{json:#}");
    }
    let outcome = at("http://127.0.0.1:1", &program, "runpod check");
    assert_eq!(outcome.code, 1);
    assert!(
        outcome.out.contains("cannot be reached") && outcome.out.contains("Check the network"),
        "{}",
        outcome.out
    );
    let without = program.run(["runpod", "check"]);
    assert_eq!(without.code, 1);
    for what in ["there is no API key", "RUNPOD_API_KEY", "runpod.image", "runpod.endpoint", "files.url"] {
        assert!(without.out.contains(what), "{what}: {}", without.out);
    }
}

#[test]
fn an_endpoint_and_a_volume_cost_an_answer_first() {
    let (program, server) = (Program::default(), Answers::start(Account::Good));
    let made = |server: &Answers| {
        server.asked().iter().filter(|call| call.starts_with("POST /rest/")).cloned().collect::<Vec<_>>()
    };
    let plan = at(&server.at, &program, "runpod endpoint create --gpu a100-80 --dry-run").ok();
    assert!(plan.out.contains("AMPERE_80") && plan.out.contains("$2.72/h"), "{}", plan.out);
    let asked = at(&server.at, &program, "runpod endpoint create --gpu a100-80");
    assert_eq!(asked.code, 2, "{}{}", asked.out, asked.error);
    assert!(asked.error.contains("$2.72 an hour") && asked.error.contains("--yes"), "{}", asked.error);
    assert_eq!(made(&server), Vec::<String>::new());
    let unknown = at(&server.at, &program, "runpod endpoint create --gpu wonderful --yes");
    assert_eq!(unknown.code, 2);
    assert!(unknown.error.contains("L40S (ADA_48_PRO): $1.91/h"), "{}", unknown.error);
    let done = at(&server.at, &program, "--json runpod endpoint create --gpu a100-80 --yes").ok().json();
    assert_eq!((&done["id"], &done["setting"]), (&"ep9".into(), &"runpod.endpoint".into()));
    let sent: Value =
        serde_json::from_str(made(&server)[0].trim_start_matches("POST /rest/serverless ")).expect("JSON");
    assert_eq!((&sent["networkVolumes"][0], &sent["dataCenterIds"][0]), (&"vol".into(), &"EU-RO-1".into()));
    assert_eq!((&sent["workers"]["min"], &sent["image"]), (&0.into(), &"ghcr.io/example/worker:1.0".into()));

    let elsewhere = at(&server.at, &program, "runpod volume create --size 200 --data-center US-XX-1 --yes");
    assert_eq!(elsewhere.code, 2);
    let asked = at(&server.at, &program, "runpod volume create --size 200 --data-center eu-ro-1");
    assert!(asked.code == 2 && asked.error.contains("$14.00 a month"), "{}", asked.error);
    let done = at(&server.at, &program, "runpod volume create --size 200 --data-center eu-ro-1 --yes").ok();
    assert!(
        done.out.contains("vol9") && done.error.contains("volume_data_center = \"EU-RO-1\""),
        "{}",
        done.error
    );
    assert_eq!(made(&server).len(), 2);
    let empty = Answers::start(Account::Empty);
    let refused = at(&empty.at, &program, "runpod volume create --size 200 --data-center EU-RO-1 --yes");
    assert!(refused.code == 1 && refused.error.contains("Add credit"), "{}", refused.error);
}

#[test]
fn prices_are_dated_and_those_of_today_take_the_place_of_ours() {
    let (program, server) = (Program::default(), Answers::start(Account::Good));
    let ours = program.run(["--json", "runpod", "prices"]).ok().json();
    assert!(
        ours.as_array().is_some_and(|lines| lines.iter().all(|line| line["as_of"].is_string())),
        "{ours:#}"
    );
    at(&server.at, &program, "runpod prices --refresh").ok();
    let now = program.run(["--json", "runpod", "prices"]).ok().json();
    let lines = now.as_array().expect("lines");
    let a100 =
        lines.iter().find(|line| line["gpu"] == "a100-80" && line["place"] == "runpod-pod").expect("an A100");
    assert_eq!((&a100["source"], &a100["old"]), (&"RunPod catalog".into(), &false.into()), "{a100:#}");
    assert!(lines.len() >= ours.as_array().map_or(0, Vec::len));
}

#[test]
fn whoever_has_no_key_sees_everything_that_is_missing_at_once() {
    let program = crate::with_files(0);
    std::fs::write(program.path("chats.jsonl"), "{\"messages\": [{\"role\": \"user\", \"content\": \"Hello?\"}, {\"role\": \"assistant\", \"content\": \"Yes.\"}]}\n".repeat(20)).expect("a file");
    program.run(["datasets", "add", "chats.jsonl"]).ok();
    let outcome = program.run(["train", "chats", "--on", "runpod-pod", "--gpu", "a100-80"]);
    assert_eq!(outcome.code, 2, "{}{}", outcome.out, outcome.error);
    for what in
        ["3 things are missing", "RUNPOD_API_KEY", "runpod.image", "files.url", "brightrun runpod check"]
    {
        assert!(outcome.error.contains(what), "{what}: {}", outcome.error);
    }
    for line in
        ["runpod reap", "runpod reconcile", "runpod endpoint create --gpu a100-80", "runpod prices --refresh"]
    {
        let outcome = program.run(line.split(' '));
        assert!(outcome.code != 0 && outcome.error.contains("RUNPOD_API_KEY"), "{line}: {}", outcome.error);
    }
    assert_eq!(program.run(["--json", "runpod", "rented"]).ok().json()["lines"], serde_json::json!([]));
    let image = program.run(["runpod", "image"]).ok();
    assert!(image.out.contains("docker build --platform linux/amd64"), "{}", image.out);
}

#[test]
fn nothing_left_is_nothing_to_ask() {
    let (program, server) = (Program::default(), Answers::start(Account::Good));
    let outcome = at(&server.at, &program, "runpod reap").ok();
    assert!(outcome.error.contains("Nothing was left"), "{}", outcome.error);
    let gone = at(&server.at, &program, "runpod reap nobody");
    assert_eq!(gone.code, 1);
}
