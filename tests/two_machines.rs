//! Two machines of one user (Must show 5 of issue 4): homes and data folders of their own, one Postgres, one S3 server, one rented queue with RunPod's own
//! Python worker. What one starts the other watches, stops, and looks after when the first one is gone.
//!
//! It needs `worker/.venv-rented` (`bash worker/setup-rented.sh`); without it these tests say SKIPPED.
#![expect(clippy::print_stdout, reason = "a machine of the place prints what it said when a test fails")]

mod support;

#[path = "queue/machine.rs"]
mod machine;
#[allow(dead_code, reason = "other tests use the rest of it")]
#[path = "queue/place.rs"]
mod place;
#[path = "support/postgres.rs"]
mod postgres;
#[allow(dead_code, reason = "other tests use the rest of it")]
#[path = "support/s3.rs"]
mod s3;

use machine::Machine;
use place::{Place, patiently};
use postgres::Cluster;
use std::sync::Arc;
use support::pty::Terminal;
use support::training::{Bench, kill, processes, sha256, steps};

/// Both machines, and what they share.
struct Two {
    /// The place of machine A.
    place: Place,
    /// Machine B.
    other: Bench,
    /// Where the rows of both are.
    cluster: Arc<Cluster>,
    rows: String,
}

/// The word that opens the database; this one lets everybody in.
const PASSWORD: &str = "markedPassword";

impl Two {
    fn new(test: &str) -> Option<Self> {
        machine::python(test)?;
        let cluster = Cluster::shared();
        let rows = cluster.database();
        let url = rows.replacen("brightrun@", &format!("brightrun:{PASSWORD}@"), 1);
        let place = Place::with(test, vec![("DATABASE_URL".to_owned(), url)])?;
        let other = place.another();
        Some(Self { place, other, cluster, rows })
    }

    /// Nowhere on both machines, between them, and in no row.
    fn assert_nothing_secret(&self) {
        self.place.assert_nothing_secret();
        let mut secrets = Place::secrets();
        secrets.0.push(PASSWORD);
        for home in [&self.place.bench, &self.other] {
            assert!(secrets.assert_not_below(home.program.home.path()) > 0);
        }
        let dump = self.cluster.dump(&self.rows, &[]);
        assert!(dump.contains("far"), "it is the database");
        secrets.assert_not_in(dump.as_bytes(), "the rows");
    }

    /// A starts a run of so many epochs, and its runner.
    fn started(&self, epochs: u32) -> Runner {
        let train = self
            .place
            .train(&format!(" --set epochs={epochs} --set checkpoint_every=20 --name far --detach"));
        self.place.bench.run(&train).ok();
        Runner(self.place.bench.start("runner"))
    }

    /// Each step once, as B has it.
    fn assert_whole_curve(&self) {
        let job = self.place.ended("completed");
        let total = job["job"]["progress"]["total_steps"].as_u64().expect("a number");
        let told = steps(&self.other.folder(&job));
        assert_eq!(told, (1..=total).collect::<Vec<_>>(), "steps are lost or told twice");
        assert_eq!((self.place.submitted(), self.place.rented_now()), (1, 0));
    }

    /// The only model comes to B, its files compared with their digests.
    fn assert_model_comes_to_the_other(&self) {
        let models = self.other.run("models list --json").ok().json();
        let models = models.as_array().expect("a list");
        assert_eq!(models.len(), 1, "{models:#?}");
        let out = self.other.program.path("adapter");
        let id = models[0]["id"].as_str().expect("an id");
        self.other.run(&format!("models download {id} -o {}", out.display())).ok();
        let kept =
            std::fs::read_dir(&out).expect("a folder").flatten().next().expect("a folder of its own").path();
        for file in models[0]["files"].as_array().expect("files") {
            let path = file["path"].as_str().expect("a path");
            assert_eq!(sha256(&kept.join(path)), file["sha256"].as_str().expect("a digest"), "{path}");
        }
    }
}

/// `brightrun runner`. It is ended when it is dropped.
struct Runner(std::process::Child);

impl Runner {
    /// `kill -9`.
    fn kill(&mut self) {
        kill("-9", self.0.id());
        self.0.wait().expect("its end");
    }
}

impl Drop for Runner {
    fn drop(&mut self) {
        // It may have ended.
        let _killed = self.0.kill();
        let _reaped = self.0.wait();
    }
}

/// How much of a curve is drawn.
fn dots(screen: &vt100::Screen) -> usize {
    screen.contents().chars().filter(|c| ('\u{2801}'..'\u{28ff}').contains(c)).count()
}

/// B's dashboard, which was open before there was a run, shows the run by itself; its monitor is opened.
fn watched(terminal: &mut Terminal) {
    patiently(terminal, "the run of the other machine", |screen| screen.contents().contains("far"));
    terminal.keys("\r");
    terminal.see("4 config");
    patiently(terminal, "a curve", |screen| dots(screen) > 5);
    let few = dots(terminal.screen());
    patiently(terminal, "a curve that grows", |screen| dots(screen) > few + 3);
}

/// B looks at its trainings, of which there are none; then a worker is there, and A starts a run of so many epochs.
fn begun(test: &str, epochs: u32) -> Option<(Two, Terminal, Machine, Runner)> {
    let two = Two::new(test)?;
    let mut terminal = two.other.dashboard(120, 40);
    terminal.see("What to do next");
    terminal.keys("5");
    terminal.see("No runs");
    terminal.settle();
    let worker = two.place.worker("w1");
    let runner = two.started(epochs);
    Some((two, terminal, worker, runner))
}

#[test]
#[ignore = "whole way: minutes"]
fn a_dashboard_elsewhere_watches_and_stops_a_run() {
    let Some((two, mut terminal, _worker, _runner)) =
        begun("a_dashboard_elsewhere_watches_and_stops_a_run", 300)
    else {
        return;
    };
    watched(&mut terminal);
    terminal.keys("t");
    patiently(&mut terminal, "the stop", |screen| screen.contents().contains("topped"));
    two.place.until("it is in the row", || two.place.bench.jobs()[0]["paused"] == true);
    let before = steps(&two.other.folder(&two.place.bench.jobs()[0])).len();
    assert!(before > 3, "it had begun");
    terminal.quit();
}

#[test]
#[ignore = "whole way: minutes"]
fn a_machine_that_dies_leaves_its_run_to_the_other() {
    let Some((two, mut terminal, worker, mut runner)) =
        begun("a_machine_that_dies_leaves_its_run_to_the_other", 120)
    else {
        return;
    };
    two.place.until("it trains", || two.place.told_steps() > 3);
    runner.kill();
    assert!(!processes(&worker.folder).is_empty(), "the training goes on");
    watched(&mut terminal);
    two.assert_whole_curve();
    patiently(&mut terminal, "the end", |screen| screen.contents().contains("M opens"));
    terminal.keys("M");
    terminal.see("adapter");
    terminal.quit();
    two.assert_model_comes_to_the_other();
    two.assert_nothing_secret();
}
