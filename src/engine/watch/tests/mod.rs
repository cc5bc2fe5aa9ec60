//! Files that grow, vanish, are cut, and are no runs at all.

mod ear;
mod picture;

use super::*;
use domain::series::Axis;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, SystemTime};

fn open(paths: &[&Path]) -> Result<Watch> {
    Watch::open(&Request { paths: paths.iter().map(|path| (*path).to_owned()).collect(), replay: None })
}

fn pass(watch: &Watch) -> follow::Pass {
    let mut taken = watch.0.follower.lock().unwrap();
    let follower = taken.as_mut().unwrap();
    let mut pass = follower.pass(watch);
    let mut changed = pass.changed;
    while pass.busy {
        pass = follower.pass(watch);
        changed |= pass.changed;
    }
    follow::Pass { changed, ..pass }
}

fn append(path: &Path, text: &str) {
    fs::OpenOptions::new().append(true).create(true).open(path).unwrap().write_all(text.as_bytes()).unwrap();
}

fn points(watch: &Watch, at: usize, name: &str) -> usize {
    watch.runs()[at].metrics().get(name).map_or(0, |series| series.len())
}

fn word(watch: &Watch) -> &'static str {
    watch.runs()[0].standing().word()
}

fn event(seq: u64, kind: &str, rest: &str) -> String {
    let now = clock::Clock::default().real().format("%Y-%m-%dT%H:%M:%S%.3fZ");
    format!("{{\"seq\":{seq},\"at\":\"{now}\",\"attempt\":1,\"kind\":\"{kind}\"{rest}}}\n")
}

fn metrics(seq: u64) -> String {
    event(seq, "metrics", &format!(",\"step\":{seq},\"epoch\":0.5,\"values\":{{\"loss\":1.5}}"))
}

#[test]
fn what_is_no_run_is_refused_with_one_sentence() {
    let dir = tempfile::tempdir().unwrap();
    let missing = open(&[&dir.path().join("nowhere")]).unwrap_err();
    assert_eq!(missing.kind, crate::ErrorKind::NotFound);
    assert!(missing.to_string().contains("does not exist"), "{missing}");
    let empty = open(&[dir.path()]).unwrap_err();
    assert!(empty.to_string().contains("no run lies in it"), "{empty}");
    let picture = dir.path().join("a.png");
    fs::write(&picture, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\0").unwrap();
    let wrong = open(&[&picture]).unwrap_err();
    assert!(wrong.to_string().contains("it is no text"), "{wrong}");
    assert!(wrong.to_string().contains("a.png"), "{wrong}");
}

#[test]
fn a_run_directory_is_followed_from_nothing_to_its_end() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("spec.json"), "{}").unwrap();
    fs::write(dir.path().join("worker.lock"), "").unwrap();
    let lock = fs::File::open(dir.path().join("worker.lock")).unwrap();
    lock.lock().unwrap();
    let watch = open(&[dir.path()]).unwrap();
    pass(&watch);
    assert_eq!(word(&watch), "starting", "the lock is held and nothing was written");
    let events = dir.path().join("events.jsonl");
    append(&events, &event(1, "stage", ",\"stage\":\"training\""));
    assert!(pass(&watch).changed);
    assert_eq!(word(&watch), "running");
    let line = metrics(2);
    let (half, rest) = line.split_at(30);
    append(&events, half);
    pass(&watch);
    assert_eq!(points(&watch, 0, "loss"), 0, "half a line is none");
    append(&events, rest);
    assert!(pass(&watch).changed);
    assert_eq!(points(&watch, 0, "loss"), 1);
    assert!(!pass(&watch).changed, "nothing is told when nothing came");
    append(&events, &event(3, "final", ",\"outcome\":\"done\",\"exit_code\":0,\"step\":2"));
    pass(&watch);
    assert_eq!(word(&watch), "done");
}

#[test]
fn a_worker_that_was_killed_has_failed() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("worker.lock"), "").unwrap();
    append(&dir.path().join("events.jsonl"), &event(1, "stage", ",\"stage\":\"training\""));
    append(&dir.path().join("events.jsonl"), &metrics(2));
    let watch = open(&[dir.path()]).unwrap();
    pass(&watch);
    assert_eq!(word(&watch), "failed");
    assert!(watch.runs()[0].standing().sentence().unwrap().contains("ended without a word"));
    // With a manifest it is finished, whatever the last line says.
    fs::write(dir.path().join("manifest.json"), "{}").unwrap();
    pass(&watch);
    assert_eq!(word(&watch), "done");
}

#[test]
fn a_lock_of_another_machine_says_nothing() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("worker.lock"), "{\"pid\": 1, \"host\": \"far.away\"}\n").unwrap();
    append(&dir.path().join("events.jsonl"), &event(1, "stage", ",\"stage\":\"training\""));
    let watch = open(&[dir.path()]).unwrap();
    pass(&watch);
    assert_eq!(word(&watch), "running");
}

#[test]
fn a_table_that_stands_still_is_lost_and_one_that_is_cut_begins_anew() {
    let dir = tempfile::tempdir().unwrap();
    let table = dir.path().join("log.csv");
    fs::write(&table, "step,loss\n1,2.0\n2,1.5\n").unwrap();
    let watch = open(&[&table]).unwrap();
    pass(&watch);
    assert_eq!((word(&watch), points(&watch, 0, "loss")), ("running", 2));
    fs::write(&table, "step,loss\n1,9\n").unwrap();
    assert!(pass(&watch).changed);
    assert_eq!(points(&watch, 0, "loss"), 1);
    let past = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    fs::File::options().write(true).open(&table).unwrap().set_modified(past).unwrap();
    pass(&watch);
    assert_eq!(word(&watch), "lost");
    fs::remove_file(&table).unwrap();
    pass(&watch);
    assert_eq!(points(&watch, 0, "loss"), 1, "what was read stays");
}

#[test]
fn a_folder_with_several_runs_gives_them_names_of_their_own() {
    let dir = tempfile::tempdir().unwrap();
    for name in ["a/run", "b/run"] {
        fs::create_dir_all(dir.path().join(name)).unwrap();
        append(&dir.path().join(name).join("events.jsonl"), &metrics(1));
    }
    let watch = open(&[dir.path()]).unwrap();
    let mut names: Vec<String> = watch.runs().iter().map(|run| run.name.clone()).collect();
    names.sort();
    assert_eq!(names, ["a/run", "b/run"]);
}

#[test]
fn the_newest_state_counts_and_is_read_again() {
    let dir = tempfile::tempdir().unwrap();
    let state = |step: u64| {
        format!(
            "{{\"global_step\":{step},\"max_steps\":9,\"log_history\":[{{\"step\":{step},\"loss\":1.0}}]}}"
        )
    };
    for step in [1, 2] {
        let folder = dir.path().join(format!("checkpoint-{step}"));
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("trainer_state.json"), state(step)).unwrap();
        let file = fs::File::options().write(true).open(folder.join("trainer_state.json")).unwrap();
        file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000 + step)).unwrap();
    }
    let watch = open(&[dir.path()]).unwrap();
    pass(&watch);
    assert_eq!(watch.runs()[0].summary().step, Some(2));
    assert_eq!(watch.runs()[0].summary().total, Some(9));
    fs::write(dir.path().join("checkpoint-2/trainer_state.json"), state(5)).unwrap();
    pass(&watch);
    assert_eq!(watch.runs()[0].summary().step, Some(5));
}

#[test]
fn a_replay_shows_what_had_happened_by_then() {
    let dir = tempfile::tempdir().unwrap();
    let table = dir.path().join("log.csv");
    let rows: Vec<String> = (0..1000).map(|n| format!("{n},{n},1.0")).collect();
    fs::write(&table, format!("step,time,loss\n{}\n", rows.join("\n"))).unwrap();
    let watch = Watch::open(&Request { paths: vec![table], replay: Some(0.001) }).unwrap();
    pass(&watch);
    let runs = watch.runs();
    let run = &runs[0];
    assert_eq!(run.standing().word(), "replay");
    let id = run.metrics().find("loss").unwrap();
    assert!(run.series(id).len() < 3, "{:?}", run.series(id).reach(Axis::Time));
    assert!(run.summary().percent.unwrap() < 1.0);
}

#[test]
fn an_export_is_whole_or_leaves_nothing_and_replaces_only_what_it_may() {
    let dir = tempfile::tempdir().unwrap();
    let (nothing, path) = (Watch::run("x", dir.path()), dir.path().join("charts.png"));
    let sight = Sight::default();
    save(&nothing, 0, (Form::Png, &sight), &path, false).unwrap_err();
    assert!(!path.exists(), "a second try must not find what the first one left");
    save(&nothing, 0, (Form::Csv, &sight), &path, false).unwrap();
    let refused = save(&nothing, 0, (Form::Csv, &sight), &path, false).unwrap_err();
    assert!(refused.to_string().contains("there is one already"), "{refused}");
    save(&nothing, 0, (Form::Csv, &sight), &path, true).unwrap();
    save(&nothing, 0, (Form::Png, &sight), &path, true).unwrap_err();
    assert!(path.exists(), "what was there stays");
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[test]
fn curves_are_exported() {
    let dir = tempfile::tempdir().unwrap();
    let table = dir.path().join("log.csv");
    fs::write(&table, "step,loss\n1,2.0\n2,nan").unwrap();
    let watch = open(&[&table]).unwrap();
    watch.read(&CancellationToken::new()).unwrap();
    let written = |form| {
        let mut out = Vec::new();
        export(&watch, 0, form, &Sight { axis: Axis::Time, ..Sight::default() }, &mut out).map(|()| out)
    };
    let text = |form| String::from_utf8(written(form).unwrap()).unwrap();
    let csv = text(Form::Csv);
    assert!(csv.starts_with("step_number,epoch,training_loss,") && csv.contains("\n1,,2,"), "{csv}");
    let json: serde_json::Value = serde_json::from_str(&text(Form::Json)).unwrap();
    assert_eq!(json["job_metadata"]["name"], "log.csv");
    assert_eq!(json["training_metrics"][1]["training_loss"], "nan");
    // What was written can be watched again.
    let again = dir.path().join("again.csv");
    fs::write(&again, csv).unwrap();
    let second = open(&[&again]).unwrap();
    second.read(&CancellationToken::new()).unwrap();
    assert_eq!(points(&second, 0, "training_loss"), 2);
    assert!(text(Form::Svg).starts_with("<svg"));
    assert!(written(Form::Png).unwrap().starts_with(b"\x89PNG"));
    let nothing = Watch::still(vec![Run::new("new", "new")]);
    for form in [Form::Svg, Form::Png] {
        let refused = export(&nothing, 0, form, &Sight::default(), &mut Vec::new()).unwrap_err();
        assert!(refused.to_string().contains("no metric was logged yet"), "{refused}");
    }
}
