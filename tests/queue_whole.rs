//! The whole way on a rented queue (Must show 1 of issue 4): the program as a user has it, a queue of ours with RunPod's own Python worker behind it, an S3 server,
//! and our handler, which trains a tiny model.
//!
//! It needs `worker/.venv-rented` (`bash worker/setup-rented.sh`); without it these tests say SKIPPED.
#![expect(clippy::print_stdout, reason = "it says how long things took")]

mod support;

#[allow(dead_code, reason = "other tests use the rest of it")]
#[path = "support/s3.rs"]
mod s3;

#[path = "queue/hub.rs"]
mod hub;
#[path = "queue/machine.rs"]
mod machine;
#[allow(dead_code, reason = "other tests use the rest of it")]
#[path = "queue/place.rs"]
mod place;

use place::Place;
use provider_sim::clock::HOUR;
use serde_json::Value;
use std::time::Duration;
use support::training::{kill, processes, sha256, steps};

/// Epochs of a run that is over soon, and of one that is not.
const SHORT: &str = " --set epochs=3 --name short";
const LONG: &str = " --set epochs=60 --set checkpoint_every=10 --name long";

/// The only model, its files compared with their digests.
fn assert_one_model(place: &Place) {
    let models = place.bench.run("models list --json").ok().json();
    let models = models.as_array().expect("a list");
    assert_eq!(models.len(), 1, "{models:#?}");
    let id = models[0]["id"].as_str().expect("an id");
    let out = place.bench.program.path("adapter");
    place.bench.run(&format!("models download {id} -o {}", out.display())).ok();
    let kept =
        std::fs::read_dir(&out).expect("a folder").flatten().next().expect("a folder of its own").path();
    let files = models[0]["files"].as_array().expect("files");
    assert!(files.len() > 1, "{files:#?}");
    for file in files {
        let path = file["path"].as_str().expect("a path");
        assert_eq!(sha256(&kept.join(path)), file["sha256"].as_str().expect("a digest"), "{path}");
    }
}

/// Each step once, from the first to the last.
fn assert_whole_curve(place: &Place, job: &Value) {
    let steps = steps(&place.bench.folder(job));
    let total = job["job"]["progress"]["total_steps"].as_u64().expect("a number");
    assert_eq!(steps, (1..=total).collect::<Vec<_>>(), "steps are lost or told twice");
}

#[test]
#[ignore = "whole way: minutes"]
fn from_the_dashboard_to_a_model_on_a_rented_queue() {
    let Some(place) = Place::new("from_the_dashboard_to_a_model_on_a_rented_queue") else { return };
    let _worker = place.worker("w1");
    place.bench.run(&format!("{} --save-draft", place.train(" --set epochs=120 --name far"))).ok();
    let mut terminal = place.bench.dashboard(120, 40);
    terminal.see("What to do next");
    terminal.keys("4");
    terminal.see("spring");
    terminal.settle();
    terminal.keys("t");
    terminal.see("runpod-serverless");
    terminal.settle();
    terminal.keys("t");
    for _ in 0..8 {
        terminal.settle();
        if terminal.text().contains("Start this run?") {
            break;
        }
        terminal.keys(" t");
    }
    terminal.see("Start this run?");
    terminal.keys(" \r");
    terminal.gone("Start this run?");
    terminal.see("4 config");
    let dots = |screen: &vt100::Screen| {
        screen.contents().chars().filter(|c| ('\u{2801}'..'\u{28ff}').contains(c)).count()
    };
    place::patiently(&mut terminal, "a curve", |screen| dots(screen) > 5);
    let few = dots(terminal.screen());
    place::patiently(&mut terminal, "a curve that grows", |screen| dots(screen) > few + 3);
    place::patiently(&mut terminal, "the end", |screen| screen.contents().contains("M opens"));
    let job = place.ended("completed");
    assert_whole_curve(&place, &job);
    assert_one_model(&place);
    assert_eq!(place.rented_now(), 0);
    assert_eq!(place.submitted(), 1);
    terminal.quit();
    place.assert_nothing_secret();
}

#[test]
#[ignore = "whole way: minutes"]
fn a_cancelled_run_leaves_no_process_there_after_ten_seconds() {
    let Some(place) = Place::new("a_cancelled_run_leaves_no_process_there_after_ten_seconds") else { return };
    let worker = place.worker("w1");
    let mut follower = place.bench.start(&place.train(LONG));
    place.until("it trains", || place.told_steps() > 3);
    assert!(!processes(&worker.folder).is_empty(), "it is a process of its own");
    let begun = engine::clock::instant();
    let cancelled = place.bench.run(&format!("jobs cancel {} --yes", place.run()));
    assert_eq!(cancelled.code, 0, "{}{}", cancelled.out, cancelled.error);
    place.until("the training is gone", || processes(&worker.folder).is_empty());
    let took = begun.elapsed();
    println!("cancelled: the training was gone after {took:?}");
    assert!(took < Duration::from_secs(10), "{took:?}");
    place.ended("cancelled");
    follower.wait().expect("its end");
    assert_eq!((place.models(), place.rented_now(), place.submitted()), (0, 0, 1));
    place.assert_nothing_secret();
}

#[test]
#[ignore = "whole way: minutes"]
fn a_killed_worker_is_replaced_and_the_run_goes_on_from_its_checkpoint() {
    let Some(place) = Place::new("a_killed_worker_is_replaced_and_the_run_goes_on_from_its_checkpoint")
    else {
        return;
    };
    let mut first = place.worker("w1");
    let mut follower =
        place.bench.start(&place.train(" --set epochs=60 --set checkpoint_every=5 --name killed"));
    place.until("a checkpoint is in the store", || place.object("checkpoint.json").exists());
    first.kill();
    let _second = place.worker("w2");
    let job = place.ended("completed");
    follower.wait().expect("its end");
    assert_whole_curve(&place, &job);
    assert_one_model(&place);
    let events = std::fs::read_to_string(place.bench.folder(&job).join("events.jsonl")).expect("events");
    assert!(events.contains("\"resumed\""), "it began anew");
    assert_eq!(place.rented_now(), 0);
    place.assert_nothing_secret();
}

#[test]
#[ignore = "whole way: minutes"]
fn a_job_whose_time_ran_out_in_the_queue_is_sent_again() {
    let Some(place) = Place::new("a_job_whose_time_ran_out_in_the_queue_is_sent_again") else { return };
    let mut follower = place.bench.start(&place.train(SHORT));
    place.until("it waits", || place.submitted() == 1);
    // Nobody comes for more than a day; the provider forgets it. (After three days it would take the endpoint's workers away.)
    place.pass(30 * HOUR);
    place.until("it is sent again", || place.submitted() == 2);
    let _worker = place.worker("w1");
    let job = place.ended("completed");
    follower.wait().expect("its end");
    assert_whole_curve(&place, &job);
    assert_one_model(&place);
}

#[test]
#[ignore = "whole way: minutes"]
fn results_come_home_after_the_provider_has_forgotten_the_job() {
    let Some(place) = Place::new("results_come_home_after_the_provider_has_forgotten_the_job") else {
        return;
    };
    place.bench.run(&format!("{} --detach", place.train(SHORT))).ok();
    place.until("it was sent", || place.submitted() == 1);
    {
        let _worker = place.worker("w1");
        // Nobody looks meanwhile.
        place.until("the manifest is in the store", || place.object("manifest.json").exists());
        place.until("the job is over", || place.rented_now() == 0);
    }
    place.pass(2 * HOUR);
    place.bench.run(&format!("jobs resume {}", place.run())).ok();
    let job = place.ended("completed");
    assert_whole_curve(&place, &job);
    assert_one_model(&place);
    assert_eq!(place.submitted(), 1, "it was done already");
    place.assert_nothing_secret();
}

#[test]
#[ignore = "whole way: minutes"]
fn a_base_model_is_fetched_onto_the_volume_once() {
    let Some(place) = Place::beside_a_volume("a_base_model_is_fetched_onto_the_volume_once") else { return };
    let hub = hub::Hub::with(&place.bench.model);
    let kept = place.volume().join("huggingface/brightrun").join(hub.model.replace('/', "--"));
    let line = format!("runpod cache {} --on runpod-serverless --yes", hub.model);
    let shown = place.bench.run(&format!("{line} --dry-run --json")).ok().json();
    assert_eq!((shown["place"].as_str(), place.submitted()), (Some("runpod-serverless"), 0), "{shown}");

    // What one machine refuses the next one refuses, too: no second one is asked, and the reason is said.
    let outcome = {
        let _bare = place.worker("bare");
        place.bench.run(&line)
    };
    assert_eq!((outcome.code, place.submitted()), (1, 1), "{}", outcome.error);
    assert!(outcome.error.contains("no network volume is mounted on this machine"), "{}", outcome.error);

    let _worker = place.worker_with_volume(&hub.variables());
    place.bench.run(&line).ok();
    let fetched = hub.fetched();
    assert!(fetched.iter().any(|file| file == "model.safetensors"), "{fetched:?}");
    assert!(!fetched.iter().any(|file| file == "evil.py"), "{fetched:?}");
    assert!(kept.join("whole.json").is_file(), "the worker says that all of it is there");
    assert_eq!((place.submitted(), place.rented_now()), (2, 0));

    // A second one rents nothing and fetches nothing, whoever asks.
    place.another().run(&line).ok();
    assert_eq!((place.submitted(), hub.fetched()), (2, fetched));
    place.assert_nothing_secret();
}
