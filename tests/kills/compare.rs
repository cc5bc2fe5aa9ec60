//! What a run that nobody disturbed looks like, and whether another looks the same.

use crate::support::training::{Bench, processes};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::time::Duration;

/// How far values may lie apart that follow from the same weights.
const TOLERANCE: f64 = 1e-5;
/// Columns that measure this machine.
const CLOCKS: [&str; 3] = ["elapsed_time_seconds", "timestamp", "tokens_per_second"];

/// Name of a column, and of each step its value as it is written.
type Table = BTreeMap<String, Vec<(u64, String)>>;

/// A run without a disturbance.
pub struct Undisturbed {
    curves: Table,
    adapter: Vec<(String, Vec<f32>)>,
    /// From the start of the worker to its end.
    pub took: Duration,
    /// From the first step to the last.
    pub trained: Duration,
}

/// Lines of the events that tell a loss.
pub fn told_losses(folder: &Path) -> usize {
    fs::read_to_string(folder.join("events.jsonl")).unwrap_or_default().matches("\"loss\"").count()
}

/// The curves as the program shows them.
fn curves(bench: &Bench, folder: &Path) -> Table {
    let out = bench.run(&format!("watch {} --export csv", folder.display())).ok().out;
    let mut lines = out.lines();
    let names: Vec<&str> = lines.next().expect("a head").split(',').collect();
    let mut table = Table::new();
    let mut last = 0;
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        assert_eq!(cells.len(), names.len(), "{line}");
        let step = cells[0].parse().expect("a step");
        assert!(step > last, "step {step} after {last}");
        last = step;
        for (name, cell) in names.iter().zip(&cells).skip(1).filter(|(_, cell)| !cell.is_empty()) {
            if !CLOCKS.contains(name) {
                table.entry((*name).to_owned()).or_default().push((step, (*cell).to_owned()));
            }
        }
    }
    table
}

/// Every tensor of the adapter, by name.
fn adapter(folder: &Path) -> Vec<(String, Vec<f32>)> {
    let bytes = fs::read(folder.join("adapter/adapter_model.safetensors")).expect("an adapter");
    let (length, rest) = bytes.split_first_chunk::<8>().expect("a length");
    let length = usize::try_from(u64::from_le_bytes(*length)).expect("small");
    let (head, data) = rest.split_at(length);
    let head: serde_json::Map<String, Value> = serde_json::from_slice(head).expect("a head");
    let tensors = head.iter().filter(|(name, _)| *name != "__metadata__");
    let mut tensors: Vec<_> = tensors
        .map(|(name, said)| {
            assert_eq!(said["dtype"], "F32", "{name}");
            let at = |n: usize| {
                usize::try_from(said["data_offsets"][n].as_u64().expect("a place")).expect("small")
            };
            let (numbers, rest) = data[at(0)..at(1)].as_chunks::<4>();
            assert!(rest.is_empty());
            (name.clone(), numbers.iter().map(|four| f32::from_le_bytes(*four)).collect())
        })
        .collect();
    tensors.sort_by(|a, b| a.0.cmp(&b.0));
    tensors
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= TOLERANCE * a.abs().max(b.abs()).max(1.0)
}

fn objects(below: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(below).into_iter().flatten().flatten() {
        if entry.path().is_dir() {
            objects(&entry.path(), found);
        } else {
            found.insert(entry.path().display().to_string());
        }
    }
}

impl Undisturbed {
    /// Makes one in a home of its own.
    pub fn of(bench: &Bench, spec: &str) -> Self {
        let bench = bench.twin();
        bench.run(&bench.train(spec)).ok();
        let job = bench.wait(|_| true);
        let folder = bench.folder(&job);
        let events = events(&folder);
        let at = |event: &Value| {
            chrono::DateTime::parse_from_rfc3339(event["at"].as_str().expect("a time")).expect("a time")
        };
        let between = |from: &Value, to: &Value| (at(to) - at(from)).to_std().expect("later");
        let (first, last) = (events.first().expect("events"), events.last().expect("events"));
        let steps: Vec<&Value> = events.iter().filter(|event| event["values"]["loss"].is_number()).collect();
        Self {
            curves: curves(&bench, &folder),
            adapter: adapter(&folder),
            took: between(first, last),
            trained: between(steps[0], steps[steps.len() - 1]),
        }
    }

    /// The only run of this home has ended and looks the same; nothing of it is there twice, and no process is left.
    pub fn assert_same(&self, bench: &Bench) {
        let jobs = bench.jobs();
        let job = &jobs[0];
        assert_eq!(jobs.len(), 1, "{jobs:#?}");
        assert_eq!(
            (&job["job"]["status"], &job["alive"], &job["followed"]),
            (&"completed".into(), &false.into(), &false.into()),
            "{job:#}"
        );
        let folder = bench.folder(job);
        self.assert_curves(&curves(bench, &folder));
        let told = events(&folder);
        let numbers: Vec<u64> = told.iter().map(|event| event["seq"].as_u64().expect("a number")).collect();
        assert_eq!(numbers, (1..=told.len() as u64).collect::<Vec<_>>(), "the log has a gap");
        let mine = adapter(&folder);
        for ((name, mine), (theirs, values)) in mine.iter().zip(&self.adapter) {
            assert_eq!((name, mine.len()), (theirs, values.len()));
            let far = mine.iter().zip(values).find(|(a, b)| !near(f64::from(**a), f64::from(**b)));
            assert!(far.is_none(), "{name}: {far:?}");
        }
        assert_eq!(mine.len(), self.adapter.len());
        self.assert_one_model(bench, job);
        assert_eq!(processes(bench.program.home.path()), Vec::<u32>::new(), "a process is left");
    }

    fn assert_curves(&self, curves: &Table) {
        let names = |table: &Table| table.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(curves), names(&self.curves));
        for (name, points) in curves {
            let theirs = &self.curves[name];
            let steps = |points: &[(u64, String)]| points.iter().map(|(step, _)| *step).collect::<Vec<_>>();
            assert_eq!(steps(points), steps(theirs), "{name}: points are missing or doubled");
            for ((step, mine), (_, theirs)) in points.iter().zip(theirs) {
                let number = |text: &String| text.parse::<f64>().expect("a number");
                assert!(near(number(mine), number(theirs)), "{name} at {step}: {mine}, not {theirs}");
            }
        }
    }

    fn assert_one_model(&self, bench: &Bench, job: &Value) {
        let models = bench.run("models list --json").ok().json();
        assert_eq!(models.as_array().map(Vec::len), Some(1), "{models:#}");
        assert_eq!(models[0]["id"], job["job"]["model"]);
        let mut kept = BTreeSet::new();
        objects(&bench.program.path(".local/share/brightrun/files/lora-models"), &mut kept);
        let files = models[0]["files"].as_array().map(Vec::len);
        assert_eq!(files, Some(kept.len()), "objects and files of the model differ: {kept:#?}");
        let shown = bench.run(&format!("jobs show {} --json", job["job"]["id"].as_str().expect("a key")));
        let shown = shown.ok().json();
        assert_eq!(shown["costs"].as_array().map(Vec::len), Some(1), "one end, one cost: {shown:#}");
        let last = self.curves["training_loss"].last().expect("a loss");
        let metrics = shown["metrics"].as_array().expect("metrics");
        let loss = metrics.iter().find(|pair| pair[0] == "loss").and_then(|pair| pair[1].as_f64());
        assert!(near(loss.expect("a loss"), last.1.parse().expect("a number")), "{metrics:?}");
        assert_eq!(shown["job"]["progress"]["step"], last.0);
    }
}

/// The worker of the only run was started once.
pub fn assert_one_attempt(bench: &Bench) {
    let job = &bench.jobs()[0];
    let attempts: BTreeSet<u64> =
        events(&bench.folder(job)).iter().filter_map(|event| event["attempt"].as_u64()).collect();
    assert_eq!(attempts, BTreeSet::from([1]), "the worker was disturbed");
    assert_eq!(job["job"]["attempts"], 0);
}

fn events(folder: &Path) -> Vec<Value> {
    let text = fs::read_to_string(folder.join("events.jsonl")).expect("events");
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}
