//! A store with a hundred thousand conversations, all of them imported.

use crate::support::{corpus, program::Program};
use domain::training_file::split::{Kind, Splitter};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Read;
use std::path::Path;
use std::time::Instant;

/// Enriched conversations in the batch `ten`.
pub const TEN: usize = 10_000;
/// Enriched conversations in the batch `two`.
pub const TWO: usize = 2_000;
/// Conversations before enrichment in each of the two.
pub const RAW: usize = 3;
/// All.
const ALL: usize = 100_000;

pub use crate::support::corpus::id;

/// The filled store and its home.
pub struct Stock {
    pub program: Program,
}

fn raw(n: usize) -> Value {
    let turn = |at: usize, role: &str| {
        json!({"turn_number": at, "role": role, "content": format!("Turn {at} of the raw conversation {n}."),
            "emotional_context": {"primary_emotion": "worry", "secondary_emotion": "hope", "intensity": 0.5}})
    };
    json!({
        "conversation_metadata": {"client_persona": "Sam Test - The Tester", "session_context": format!("Raw {n}"),
            "conversation_phase": "start"},
        "turns": [turn(1, "user"), turn(2, "assistant")]
    })
}

/// Kinds of conversations that the rule makes: persona, arc and topic.
const KINDS: usize = 18;

/// Writes enriched conversations of two turns, a thousand to a folder.
fn write_short(folder: &Path, range: std::ops::Range<usize>) {
    // One of each kind is made by rule; the others differ from it in key and words.
    let kinds: Vec<String> = (0..KINDS)
        .map(|kind| {
            let mut value = corpus::enriched(kind);
            value["training_pairs"].as_array_mut().expect("pairs").truncate(2);
            value["dataset_metadata"]["total_turns"] = 2.into();
            value.to_string()
        })
        .collect();
    for n in range {
        let shelf = folder.join(format!("{:03}", n / 1_000));
        fs::create_dir_all(&shelf).expect("a folder");
        let kind = n % KINDS;
        let words = format!("of conversation {kind}:");
        let text = kinds[kind].replace(&corpus::id(kind), &corpus::id(n));
        let text = text.replace(&words, &format!("of conversation {n}:"));
        fs::write(shelf.join(format!("{n:06}.json")), text).expect("a file");
    }
}

fn bytes_below(folder: &Path) -> u64 {
    fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| match entry.metadata() {
            Ok(meta) if meta.is_dir() => bytes_below(&entry.path()),
            Ok(meta) => meta.len(),
            Err(_) => 0,
        })
        .sum()
}

impl Stock {
    pub fn fill() -> Self {
        let stock = Self { program: Program::default() };
        // `BRIGHTRUN_LARGE` names a folder that keeps the store for the next run.
        if let Some(kept) = std::env::var_os("BRIGHTRUN_LARGE") {
            let there = Path::new(&kept).join("share/brightrun").exists();
            fs::create_dir_all(&kept).expect("a folder");
            std::os::unix::fs::symlink(&kept, stock.program.path(".local")).expect("a link");
            if there {
                return stock;
            }
        }
        let enriched = ALL - 2 * RAW;
        for (batch, range, raws) in [("ten", 0..TEN, 0..RAW), ("two", TEN..TEN + TWO, RAW..2 * RAW)] {
            let folder = stock.program.path(batch);
            corpus::write(&folder, range);
            for n in raws {
                fs::write(folder.join(format!("raw-{n}.json")), raw(n).to_string()).expect("a file");
            }
            stock.import(batch, &["--batch", batch]);
        }
        write_short(&stock.program.path("rest"), TEN + TWO..enriched);
        stock.import("rest", &[]);
        stock
    }

    fn import(&self, folder: &str, more: &[&str]) {
        let path = self.program.path(folder);
        let bytes = bytes_below(&path);
        let begin = Instant::now();
        let mut arguments = vec!["import", folder, "--json"];
        arguments.extend(more);
        let json = self.program.run(arguments).ok().json();
        let (took, new) = (begin.elapsed().as_secs_f64(), json["total"]["new"].as_f64().unwrap_or(0.0));
        assert_eq!(json["failed"], 0);
        let rate = bytes as f64 / 1e6 / took;
        println!("import of {folder}: {new} in {took:.1} s, {:.0} a second, {rate:.1} MB/s", new / took);
        fs::remove_dir_all(path).expect("the source goes");
    }

    /// Every training object, finished or under way.
    pub fn training_objects(&self) -> BTreeSet<String> {
        fn walk(folder: &Path, out: &mut BTreeSet<String>) {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                if entry.path().is_dir() {
                    walk(&entry.path(), out);
                } else {
                    out.insert(entry.path().display().to_string());
                }
            }
        }
        let mut out = BTreeSet::new();
        walk(&self.program.path(".local/share/brightrun/files/training-files"), &mut out);
        out
    }
    /// Names of the training files.
    pub fn files(&self) -> Vec<String> {
        let json = self.program.run(["files", "list", "--json"]).ok().json();
        let rows = json.as_array().expect("a list");
        rows.iter().map(|row| row["name"].as_str().expect("a name").to_owned()).collect()
    }
    /// Keys of its conversations as its row has them.
    pub fn members(&self, name: &str) -> Vec<String> {
        let json = self.program.run(["files", "show", name, "--json"]).ok().json();
        let members = json["members"].as_array().expect("members");
        members.iter().map(|id| id.as_str().expect("a key").to_owned()).collect()
    }
    /// Keys of the conversations in its JSON, as it is downloaded.
    pub fn downloaded(&self, name: &str) -> Vec<String> {
        let target = format!("{name}.json");
        let path = self.program.path(&target);
        let _ = fs::remove_file(&path);
        self.program.run(["files", "download", name, "--json-file", "-o", &target]).ok();
        let mut file = File::open(path).expect("the download");
        let (mut splitter, mut buffer, mut keys) = (Splitter::new(), vec![0; 1 << 20], Vec::new());
        loop {
            let read = file.read(&mut buffer).expect("bytes");
            splitter.feed(&buffer[..read]);
            while let Some(part) = splitter.next().expect("a training file") {
                if part.kind == Kind::Conversation {
                    let value: Value = serde_json::from_slice(part.bytes).expect("a conversation");
                    keys.push(
                        value["conversation_metadata"]["conversation_id"].as_str().expect("a key").to_owned(),
                    );
                }
            }
            if read == 0 {
                splitter.end().expect("whole");
                return keys;
            }
        }
    }
}
