//! Presets of one's own and drafts, as the command line keeps them.

use crate::support::program::{Outcome, Program, worker_that_answers};
use crate::{run, with_files};
use serde_json::Value;
use std::fs;

/// A dataset, and a model that fits into any machine.
fn with_dataset() -> Program {
    let program = with_files(6);
    let folder = program.path("tiny");
    fs::create_dir_all(&folder).expect("a folder");
    let config = serde_json::json!({"hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2,
        "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 512, "max_position_embeddings": 4096});
    fs::write(folder.join("config.json"), config.to_string()).expect("its sizes");
    fs::write(folder.join("chat_template.jinja"), "x").expect("its template");
    run(&program, "files create spring --from in").ok();
    run(&program, "datasets add spring").ok();
    worker_that_answers(&program.path(".local/share/brightrun"));
    program
}

#[test]
fn without_a_worker_nothing_is_ready_and_nothing_is_queued() {
    let program = with_dataset();
    let line = format!("train spring --base-model {}", program.path("tiny").display());
    run(&program, &format!("{line} --dry-run")).ok();
    let without = |line: &str| {
        let mut command = program.command(line.split(' '));
        Outcome::of(&command.env("BRIGHTRUN_WORKER_PYTHON", "/no/python").output().expect("it starts"))
    };
    let dry = without(&format!("{line} --dry-run"));
    assert_eq!(dry.code, 1, "{}", dry.out);
    assert!(dry.out.contains("stops   worker") && dry.out.contains("bash worker/setup.sh"), "{}", dry.out);
    let started = without(&format!("{line} --yes"));
    assert!(started.code == 3 && started.error.contains("/no/python is not there"), "{}", started.error);
    assert_eq!(run(&program, "jobs list --json").ok().json(), Value::Array(Vec::new()));
    // The doctor says the same, and fails nobody who only rents.
    let doctor = without("doctor").ok();
    assert!(doctor.out.contains("nothing can be trained on this machine"), "{}", doctor.out);
    assert!(run(&program, "doctor").ok().out.contains("worker 0.1.0 with Python 3.13.0"));
}

#[test]
fn a_preset_is_saved_listed_used_replaced_with_yes_and_removed() {
    let program = with_dataset();
    let train = |more: &str| {
        let line = format!("train spring --base-model {} --dry-run {more}", program.path("tiny").display());
        run(&program, &line)
    };
    train("--set epochs=7 --save-preset night-run").ok();
    let listed = run(&program, "presets list --json").ok().json();
    let night = listed.as_array().unwrap().iter().find(|preset| preset["name"] == "night-run").unwrap();
    assert_eq!(night["hyperparameters"]["epochs"], 7);
    assert!(night["file"].as_str().unwrap().ends_with("presets/night-run.toml"));
    let used = train("--preset night-run --json").ok().json();
    assert_eq!(used["preset_id"], "night-run");
    assert_eq!(used["configuration"]["hyperparameters"]["epochs"], 7);
    for wrong in ["balanced", "Night", "custom"] {
        let refused = train(&format!("--save-preset {wrong}"));
        assert_eq!(refused.code, 3, "{wrong}: {}", refused.error);
    }
    // Nobody is there to be asked.
    assert_eq!(train("--save-preset night-run").code, 2);
    train("--set epochs=9 --save-preset night-run --yes").ok();
    let shown = run(&program, "presets show night-run --json").ok().json();
    assert_eq!(shown["hyperparameters"]["epochs"], 9);
    assert_eq!(run(&program, "presets remove balanced --yes").code, 3);
    run(&program, "presets remove night-run --yes").ok();
    assert_eq!(run(&program, "presets show night-run").code, 1);
}

#[test]
fn a_draft_is_kept_with_its_dataset_and_starts_nothing() {
    let program = with_dataset();
    let model = program.path("tiny");
    assert_eq!(run(&program, "train spring --draft --dry-run").code, 1, "nothing was kept yet");
    let keep =
        format!("train spring --base-model {} --set rank=32 --tag night --save-draft", model.display());
    run(&program, &keep).ok();
    assert_eq!(run(&program, "jobs list --json").ok().json(), Value::Array(Vec::new()));
    let back = run(&program, "train spring --draft --set epochs=2 --dry-run --json").ok().json();
    let configuration = &back["configuration"];
    assert_eq!(
        (&configuration["hyperparameters"]["rank"], &configuration["hyperparameters"]["epochs"]),
        (&32.into(), &2.into())
    );
    assert_eq!(configuration["tags"][0], "night");
    assert!(configuration["name"].as_str().unwrap().starts_with("spring - custom - "));
    // Another preset takes the settings of the draft away, and nothing else.
    let other = run(&program, "train spring --draft --preset aggressive --dry-run --json").ok().json();
    assert_eq!(other["preset_id"], "aggressive");
    assert_eq!(other["configuration"]["tags"][0], "night");
}
