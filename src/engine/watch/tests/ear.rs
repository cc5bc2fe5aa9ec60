//! What is heard of files, and what must not be.

use super::super::ear::{Ear, Names, Places};
use super::*;
use std::fs::File;
use std::sync::Arc;
use tokio::sync::Notify;

/// So long a kernel may take; nothing is proven by it.
const PATIENCE: Duration = Duration::from_secs(30);

fn names(names: &[&str]) -> Names {
    Names::Only(names.iter().map(Into::into).collect())
}

async fn rung(bell: &Notify) {
    tokio::time::timeout(PATIENCE, bell.notified()).await.expect("it was heard");
}

/// Waits until everything before it was heard, too: the kernel tells in order.
async fn mark(folder: &Path, bell: &Notify) {
    fs::write(folder.join("mark"), "").unwrap();
    rung(bell).await;
}

#[tokio::test]
async fn what_counts_is_heard_and_our_own_reading_is_not() {
    let dir = tempfile::tempdir().unwrap();
    let bell = Arc::new(Notify::new());
    let mut ear = Ear::new(Arc::clone(&bell));
    let place = |folder: &Path, kind: Names| Places::from([(folder.canonicalize().unwrap(), vec![kind])]);
    let places = place(dir.path(), names(&["log.csv"]));
    assert!(ear.listen(places.clone()) && ear.hears());
    assert!(!ear.listen(places), "it listens there already");
    let log = dir.path().join("log.csv");
    append(&log, "step,loss\n");
    rung(&bell).await;
    assert!(ear.take_made() && !ear.take_made());
    // A stranger's file, and reading of ours.
    let both = Places::from([(dir.path().canonicalize().unwrap(), vec![names(&["log.csv", "mark"])])]);
    assert!(!ear.listen(both));
    mark(dir.path(), &bell).await;
    let mut open = fs::OpenOptions::new().append(true).open(&log).unwrap();
    let before = {
        // Opening and closing of the mark ring more than once; the last of it is known by the first thing behind it.
        open.write_all(b"1,2\n").unwrap();
        let quiet = async {
            while tokio::time::timeout(Duration::from_millis(200), bell.notified()).await.is_ok() {}
        };
        quiet.await;
        ear.rings()
    };
    fs::write(dir.path().join("other.csv"), "1").unwrap();
    assert_eq!(fs::read_to_string(&log).unwrap(), "step,loss\n1,2\n");
    assert!(!lock::is_held(&log).unwrap());
    open.write_all(b"2,1\n").unwrap();
    rung(&bell).await;
    assert_eq!(ear.rings(), before + 1, "only what was written rings");
    // A writer that ends without a word closes its files.
    drop(open);
    rung(&bell).await;
    fs::write(dir.path().join("new"), "step,loss\n1,9\n").unwrap();
    fs::rename(dir.path().join("new"), &log).unwrap();
    rung(&bell).await;
    assert!(ear.take_made());
}

#[tokio::test]
async fn a_folder_that_comes_later_is_asked_for_until_it_can_be_heard() {
    let dir = tempfile::tempdir().unwrap();
    let run = dir.path().join("run");
    let bell = Arc::new(Notify::new());
    let mut ear = Ear::new(Arc::clone(&bell));
    let places = Places::from([(run.clone(), vec![names(&["events.jsonl"])])]);
    assert!(!ear.listen(places.clone()) && !ear.hears());
    fs::create_dir(&run).unwrap();
    assert!(ear.listen(places.clone()) && ear.hears());
    append(&run.join("events.jsonl"), "x");
    rung(&bell).await;
    // Another folder of the same name is another folder.
    fs::rename(&run, dir.path().join("old")).unwrap();
    fs::create_dir(&run).unwrap();
    assert!(ear.listen(places.clone()) && ear.hears());
    while tokio::time::timeout(Duration::from_millis(100), bell.notified()).await.is_ok() {}
    append(&run.join("events.jsonl"), "x");
    rung(&bell).await;
    fs::remove_dir_all(&run).unwrap();
    rung(&bell).await;
    assert!(!ear.listen(places) && !ear.hears());
}

/// Follows until the runs are as they should be.
async fn until(watch: &Watch, holds: impl Fn(&Watch) -> bool + Send + Sync) {
    let cancel = CancellationToken::new();
    let seen = tokio::time::timeout(PATIENCE, watch.follow(&cancel, || !holds(watch)));
    seen.await.expect("it was seen");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_missed_between_two_looks() {
    let dir = tempfile::tempdir().unwrap();
    let table = dir.path().join("log.csv");
    fs::write(&table, "step,loss\n").unwrap();
    let watch = open(&[&table]).unwrap();
    let writer = tokio::task::spawn_blocking(move || {
        let mut file = File::options().append(true).open(&table).unwrap();
        for step in 1..=300 {
            writeln!(file, "{step},1.0").unwrap();
            std::thread::sleep(Duration::from_micros(step % 7 * 300));
        }
    });
    // The clock would look again after a minute only: every point was heard.
    until(&watch, |watch| points(watch, 0, "loss") == 300).await;
    writer.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checkpoint_in_a_new_folder_is_heard() {
    let dir = tempfile::tempdir().unwrap();
    let state = |step: u64| {
        let folder = dir.path().join(format!("checkpoint-{step}"));
        fs::create_dir(&folder).unwrap();
        let text = format!("{{\"global_step\":{step},\"log_history\":[{{\"step\":{step},\"loss\":1.0}}]}}");
        fs::write(folder.join("trainer_state.json"), text).unwrap();
    };
    state(1);
    let watch = open(&[dir.path()]).unwrap();
    let step = |watch: &Watch| watch.runs()[0].summary().step;
    let follow = until(&watch, |watch| step(watch) == Some(30));
    let write = async {
        for next in 2..=30 {
            state(next);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::join!(follow, write);
}

#[test]
fn where_everything_is_heard_only_time_wakes_it() {
    let dir = tempfile::tempdir().unwrap();
    let ended = "step,loss\n1,2.0\n";
    let table = dir.path().join("log.csv");
    fs::write(&table, ended).unwrap();
    let watch = open(&[&table]).unwrap();
    watch.0.follower.lock().unwrap().as_mut().unwrap().listen(Arc::default());
    let wait = |watch: &Watch| pass(watch).wait.unwrap();
    assert!(wait(&watch) <= Duration::from_millis(2100), "once more, for what comes a moment later");
    let past = |seconds: i64| {
        let at = clock::Clock::default().real() - chrono::TimeDelta::seconds(seconds);
        let at = SystemTime::from(at);
        File::options().write(true).open(&table).unwrap().set_modified(at).unwrap();
        let mut follower = watch.0.follower.lock().unwrap();
        let follower = follower.as_mut().unwrap();
        follower.rest();
        follower.pass(&watch).wait
    };
    assert!(past(1).is_some_and(|wait| wait > Duration::from_secs(50)));
    // A file that stands still for long is lost; the sentence counts minutes, and nothing else wakes.
    let lost = past(700).unwrap();
    assert!(lost > Duration::from_secs(15) && lost <= Duration::from_secs(62), "{lost:?}");
    assert_eq!(word(&watch), "lost");
    let done = Watch::open(&Request {
        paths: vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/run")],
        replay: None,
    });
    let done = done.unwrap();
    done.0.follower.lock().unwrap().as_mut().unwrap().listen(Arc::default());
    pass(&done);
    let mut follower = done.0.follower.lock().unwrap();
    let follower = follower.as_mut().unwrap();
    follower.rest();
    assert_eq!(follower.pass(&done).wait, None, "a run that is over needs no clock");
}
