//! Training on this machine from end to end, with the real worker and a tiny model that is made on the spot.

mod support;

use std::fs;
use std::path::Path;
use std::time::Duration;
use support::training::{Bench, PATIENCE, lives, pid, sha256};

#[test]
fn a_training_file_becomes_a_model_whose_files_are_what_the_manifest_says() {
    let Some(bench) = Bench::new("train") else { return };
    let dry = bench.run(&bench.train(" --dry-run --json")).ok().json();
    assert_eq!(dry["preset_id"], "custom");
    assert!(bench.jobs().is_empty(), "a dry run starts nothing");

    let done = bench.run(&bench.train(" --set epochs=3")).ok();
    assert!(done.out.contains("Its model is"), "{}\n{}", done.out, done.error);
    let job = bench.wait(|_| true);
    assert_eq!((&job["job"]["status"], &job["alive"]), (&"completed".into(), &false.into()), "{job:#}");
    let models = bench.run("models list --json").ok().json();
    assert_eq!(models.as_array().map(Vec::len), Some(1), "exactly one model");
    let model = &models[0];
    assert_eq!(model["id"], job["job"]["model"]);

    let shown = bench.run(&format!("jobs show {} --json", job["job"]["id"].as_str().unwrap())).ok().json();
    assert_eq!(shown["costs"].as_array().map(Vec::len), Some(1), "a cost record, of nothing: {shown:#}");
    let loss = fs::read_to_string(bench.folder(&job).join("events.jsonl")).expect("events");
    assert!(loss.contains("\"eval_loss\""), "it was measured");

    let got = bench.run("models download spring-custom-x -o got");
    assert_eq!(got.code, 1, "an unknown name");
    let id = model["id"].as_str().expect("an id");
    let got = bench.run(&format!("models download {id} -o got --json")).ok().json();
    let folder =
        bench.program.path("got").join(Path::new(got["path"].as_str().unwrap()).file_name().unwrap());
    for file in model["files"].as_array().expect("files") {
        let path = folder.join(file["path"].as_str().unwrap());
        assert_eq!(file["sha256"], sha256(&path), "{}", path.display());
    }
    let again = bench.run(&format!("models download {id} -o got --json")).ok().json();
    assert_eq!(again["copied"], 0, "what is whole is not copied again");

    bench.run(&format!("models report {id} -o report.html")).ok();
    let report = fs::read_to_string(bench.program.path("report.html")).expect("a report");
    assert!(report.contains("image/svg+xml") && report.contains("spring"));
    let lineage = bench.run("datasets show spring --json").ok().json();
    assert_eq!((&lineage["made"][0]["model"], &lineage["made"][0]["run"]), (&model["id"], &job["job"]["id"]));
    // The words of the mission; what is done may be named as well as what comes of it.
    for (line, status) in [
        ("stage {} testing", "testing"),
        ("archive {}", "archived"),
        ("stage {} store", "stored"),
        ("status {} deploy", "production"),
    ] {
        let line = format!("models {} --json", line.replace("{}", id));
        assert_eq!(bench.run(&line).ok().json()["status"], status, "{line}");
    }
    let wrong = bench.run(&format!("models stage {id} somewhere"));
    assert!(wrong.code == 2 && wrong.error.contains("production"), "{}", wrong.error);
    let alone = bench.run(&format!("models compare {id}"));
    assert!(alone.code == 3 && alone.error.contains("Name a second model"), "{}", alone.error);
    assert_eq!(bench.run(&format!("models delete {id} --confirm wrong")).code, 3);

    // The second estimate knows how long the first run took.
    let learnt = bench.run(&bench.train(" --set epochs=3 --dry-run --json")).ok().json();
    assert_eq!(learnt["estimate"]["source"]["kind"], "same", "{:#}", learnt["estimate"]);
    assert!(learnt["estimate"]["cost"].is_object(), "nothing, but known");
}

#[test]
fn a_stopped_run_goes_on_and_a_cancelled_one_leaves_no_process() {
    let Some(bench) = Bench::new("stop") else { return };
    let detached = bench.run(&bench.train(" --set epochs=400 --set checkpoint_every=50 --detach")).ok();
    assert!(detached.out.contains("goes on without this program"), "{}", detached.out);
    let job = bench.wait(|job| job["alive"] == true);
    let (id, folder) = (job["job"]["id"].as_str().expect("an id").to_owned(), bench.folder(&job));
    let stopped = bench.run(&format!("jobs stop {id} --json")).ok().json();
    assert_eq!(
        (&stopped["paused"], &stopped["job"]["status"]),
        (&true.into(), &"queued".into()),
        "{stopped:#}"
    );
    assert!(bench.jobs().iter().all(|job| job["alive"] == false));
    let untouched = bench.run("jobs resume").ok();
    assert!(untouched.error.contains("no run"), "a stopped run waits for its name: {}", untouched.error);

    let mut follower = bench.start(&format!("jobs resume {id}"));
    bench.wait(|job| job["alive"] == true && job["job"]["status"] == "running");
    let worker = pid(&folder);
    let cancelled = bench.run(&format!("jobs cancel {id} --reason wrong_config --notes enough --yes --json"));
    let cancelled = cancelled.ok().json();
    assert_eq!(cancelled["job"]["status"], "cancelled", "{cancelled:#}");
    assert_eq!(cancelled["job"]["cancelling"]["reason"], "wrong_config");
    assert!(!lives(worker), "no process is left");
    assert!(follower.wait().expect("it ends").success());
    assert!(bench.run("models list --json").ok().json().as_array().is_some_and(Vec::is_empty));
    assert_eq!(bench.run(&format!("jobs cancel {id} --yes")).code, 3, "it has ended");
    assert_eq!(bench.run(&format!("jobs resume {id}")).code, 3);
}

#[test]
fn a_failed_run_says_its_class_and_what_to_do_and_can_be_made_again() {
    let Some(bench) = Bench::new("fail") else { return };
    // A model without its weights.
    fs::remove_file(bench.model.join("model.safetensors")).expect("weights");
    let failed = bench.run(&bench.train(""));
    assert_eq!(failed.code, 1, "{}\n{}", failed.out, failed.error);
    let job = bench.wait(|_| true);
    let failure = &job["job"]["failure"];
    assert_eq!(job["job"]["status"], "failed", "{job:#}");
    assert_eq!(failure["class"], "model_not_found", "{failure:#}");
    assert!(
        !failure["cause"].as_str().unwrap_or_default().is_empty()
            && !failure["fix"].as_str().unwrap_or_default().is_empty()
    );
    let id = job["job"]["id"].as_str().expect("an id");
    assert_eq!(bench.run(&format!("jobs retry {id}")).code, 1);
    let jobs = bench.jobs();
    assert_eq!((jobs.len(), &jobs[0]["job"]["retry_of"]), (2, &job["job"]["id"]));
    assert!(jobs[0]["job"]["name"].as_str().unwrap().ends_with("(Retry #1)"));
    assert!(bench.run("models list --json").ok().json().as_array().is_some_and(Vec::is_empty));
}

#[test]
#[ignore = "one more whole training"]
fn a_run_that_ended_while_nobody_followed_it_becomes_a_model_later() {
    let Some(bench) = Bench::new("later") else { return };
    bench.run(&bench.train(" --set epochs=2 --detach")).ok();
    let begun = engine::clock::instant();
    let job = bench.wait(|_| true);
    while !bench.folder(&job).join("manifest.json").exists() {
        assert!(begun.elapsed() < PATIENCE, "it does not end");
        std::thread::sleep(Duration::from_millis(50));
    }
    bench.wait(|job| job["alive"] == false);
    assert!(bench.run("jobs list").ok().error.contains("Nobody follows 1"));
    let done = bench.run("jobs resume").ok();
    assert!(done.out.contains("Its model is"), "{}\n{}", done.out, done.error);
    let job = bench.wait(|_| true);
    assert_eq!((&job["job"]["status"], &job["job"]["attempts"]), (&"completed".into(), &0.into()));
}
