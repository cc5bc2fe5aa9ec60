//! Estimates against runs that have ended (Must show 5): ten tiny runs, one after the other, of two kinds. The first guess is scaled from
//! the other kind and far off; what the runs teach makes the mean error, which the program tells, fall.
#![expect(clippy::print_stdout, reason = "it prints how the error went")]

mod support;

use serde_json::Value;
use support::training::Bench;

/// Runs that end, besides the first, of which nobody could know anything.
const RUNS: usize = 10;

#[test]
#[ignore = "eleven runs"]
fn the_mean_error_falls_as_runs_end() {
    let Some(bench) = Bench::new("estimates") else { return };
    // One example a step, or all of them: on a small model the second is nowhere near so many times as slow.
    let kind = |run: usize| if run.is_multiple_of(2) { " --set batch_size=1 --set epochs=10" } else { LARGE };
    let dry = |run: usize| bench.run(&bench.train(&format!("{} --dry-run --json", kind(run)))).ok().json();
    let first = dry(0);
    assert_eq!((&first["estimate"]["seconds"], &first["past_estimates"]), (&Value::Null, &Value::Null));
    let mut errors = Vec::new();
    for run in 0..=RUNS {
        let guess = dry(run)["estimate"].clone();
        let source = &guess["source"]["kind"];
        let expected = ["nothing", "scaled", "same"][run.min(2)];
        assert_eq!(*source, expected, "of run {run}");
        bench.run(&bench.train(&format!("{} --name run-{run}", kind(run)))).ok();
        let past = dry(run)["past_estimates"].clone();
        println!(
            "run {run}: guessed {} s, {}; {}",
            guess["seconds"]["expected"],
            guess["phases"],
            took(&bench, run)
        );
        if run > 0 {
            assert_eq!(past["runs"], run, "{past:#}");
            errors.push(past["mean_error"].as_f64().expect("an error"));
        }
    }
    println!("mean error after each run: {errors:.3?}");
    let (before, after) = (errors[0], errors[RUNS - 1]);
    assert!(after < before, "it does not fall: {errors:.3?}");
    let said = bench.run(&bench.train(&format!("{} --dry-run", kind(0)))).ok().out;
    let words = format!("past estimates within ±{:.0} % ({RUNS} runs)", after * 100.0);
    assert!(said.contains(&words), "{words} is not in: {said}");
}

/// What the stages of a run took, in words.
fn took(bench: &Bench, run: usize) -> String {
    let name = format!("run-{run}");
    let job = bench.wait(|job| job["job"]["name"] == name.as_str());
    let mut reader = domain::run::Reader::default();
    reader.push(&std::fs::read(bench.folder(&job).join("events.jsonl")).expect("events"));
    let facts = reader.facts();
    let ended = facts.ended.map(|(at, _)| at);
    let seconds = |from: Option<chrono::DateTime<chrono::Utc>>, to: Option<chrono::DateTime<chrono::Utc>>| {
        (to.expect("an end") - from.expect("a beginning")).as_seconds_f64()
    };
    let train = facts.parts[domain::run::Part::Train.index()].from;
    format!(
        "it took {:.1} s, {:.1} s of it to the first step",
        seconds(facts.started, ended),
        seconds(facts.started, train)
    )
}

/// All examples in each step, and so many steps that nothing else counts.
const LARGE: &str = " --set batch_size=27 --set epochs=40";
