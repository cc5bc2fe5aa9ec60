//! From paths to runs.

use super::source::{Kind, Source};
use domain::watch::Format;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// What can be watched, for every error.
pub(super) const NEXT: &str = "Give a run directory, or a folder or file with trainer_state.json, TensorBoard events, \
     a .wandb file, CSV or lines of JSON";

/// Folders in folders that are looked into, and entries that are looked at.
const DEEPEST: usize = 5;
const MOST_ENTRIES: usize = 20_000;
/// Runs of one path at most: the newest.
const MOST: usize = 16;

/// Why there is no run under a path.
#[derive(Debug)]
pub(super) enum Nothing {
    /// The path does not exist.
    Missing,
    /// It cannot be looked at.
    Unreadable(String),
    /// It is something else.
    Other(String),
}

/// The runs under a path.
pub(super) fn find(path: &Path) -> Result<Vec<Source>, Nothing> {
    match std::fs::metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(Nothing::Missing),
        Err(error) => Err(Nothing::Unreadable(format!("it cannot be read: {error}"))),
        Ok(meta) if meta.is_dir() => folder(path),
        Ok(meta) if meta.is_file() => file(path).map(|source| vec![source]),
        Ok(_) => Err(Nothing::Other("it is neither a file nor a folder".to_owned())),
    }
}

fn file(path: &Path) -> Result<Source, Nothing> {
    let fresh = |format| Source::new(path, path, Kind::File, format);
    match fresh(None).recognized() {
        // Beside our events lie the lock and the manifest.
        Ok(Some(Format::Events)) if path.file_name().is_some_and(|name| name == "events.jsonl") => {
            Ok(Source::ours(path, path.parent().unwrap_or(Path::new("."))))
        }
        Ok(format) => Ok(fresh(format)),
        Err(why) => Err(Nothing::Other(small(&why))),
    }
}

/// A reason continues a sentence.
fn small(why: &str) -> String {
    let mut letters = why.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

fn is_ours(folder: &Path) -> bool {
    let there = |name: &str| folder.join(name).is_file();
    there("events.jsonl") || there("worker.lock") && there("spec.json")
}

fn folder(path: &Path) -> Result<Vec<Source>, Nothing> {
    if is_ours(path) {
        return Ok(vec![Source::ours(path, path)]);
    }
    let mut found = Below::default();
    found.look(path, 0).map_err(|error| Nothing::Unreadable(format!("it cannot be read: {error}")))?;
    let mut runs: Vec<(Option<SystemTime>, Source)> = Vec::new();
    runs.extend(
        found.ours.iter().map(|folder| (changed(&folder.join("events.jsonl")), Source::ours(folder, folder))),
    );
    for file in &found.wandb {
        runs.push((changed(file), Source::new(file, file, Kind::File, Some(Format::Wandb))));
    }
    for folder in &found.events {
        let Some(first) = event_files(folder).into_iter().next() else { continue };
        let kind = Kind::Events(folder.clone());
        runs.push((changed(&first), Source::new(folder, &first, kind, Some(Format::TensorBoard))));
    }
    // What a trainer writes beside its log says the same once more.
    if runs.is_empty()
        && let (Some(newest), _) = newest_state(path)
    {
        let kind = Kind::State(path.to_owned());
        runs.push((changed(&newest), Source::new(path, &newest, kind, Some(Format::TrainerState))));
    }
    if runs.is_empty() {
        runs.extend(found.tables.iter().filter_map(|table| Some((changed(table), file(table).ok()?))));
    }
    if runs.is_empty() {
        return Err(Nothing::Other("no run lies in it".to_owned()));
    }
    runs.sort_by_key(|(changed, _)| std::cmp::Reverse(*changed));
    runs.truncate(MOST);
    Ok(runs.into_iter().map(|(_, source)| source).collect())
}

fn changed(path: &Path) -> Option<SystemTime> {
    std::fs::metadata(path).and_then(|meta| meta.modified()).ok()
}

/// What lies below a folder.
#[derive(Default)]
struct Below {
    entries: usize,
    ours: Vec<PathBuf>,
    wandb: Vec<PathBuf>,
    events: Vec<PathBuf>,
    states: Vec<PathBuf>,
    tables: Vec<PathBuf>,
    folders: Vec<PathBuf>,
}

impl Below {
    /// Links to folders are not followed: W&B's `latest-run` is one, and some go in circles.
    fn look(&mut self, folder: &Path, depth: usize) -> std::io::Result<()> {
        let mut paths: Vec<_> = std::fs::read_dir(folder)?.flatten().collect();
        self.folders.push(folder.to_owned());
        paths.sort_by_key(std::fs::DirEntry::file_name);
        for entry in paths {
            self.entries += 1;
            if self.entries > MOST_ENTRIES {
                break;
            }
            let Ok(kind) = entry.file_type() else { continue };
            let path = entry.path();
            if kind.is_dir() {
                if is_ours(&path) {
                    self.ours.push(path);
                } else if depth < DEEPEST {
                    // A folder that may not be read hides its runs, not the others.
                    let _ = self.look(&path, depth + 1);
                }
                continue;
            }
            let name = entry.file_name().to_string_lossy().into_owned();
            let end = Path::new(&name).extension().and_then(|end| end.to_str()).unwrap_or_default();
            if name.contains("tfevents") {
                if self.events.last().is_none_or(|last| last != folder) {
                    self.events.push(folder.to_owned());
                }
            } else if end == "wandb" && kind.is_file() {
                self.wandb.push(path);
            } else if name == "trainer_state.json" {
                self.states.push(path);
            } else if depth == 0 && matches!(end, "csv" | "tsv" | "jsonl") {
                self.tables.push(path);
            }
        }
        Ok(())
    }
}

/// `TensorBoard`'s files of a folder, oldest first: their names begin with their time.
pub(super) fn event_files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries
        .filter(|entry| entry.file_name().to_string_lossy().contains("tfevents"))
        .map(|entry| entry.path())
        .collect();
    files.sort();
    files
}

/// The newest `trainer_state.json` below a folder, because every checkpoint has one with everything before it; and all folders in which
/// another one may come to lie.
pub(super) fn newest_state(folder: &Path) -> (Option<PathBuf>, Vec<PathBuf>) {
    let mut found = Below::default();
    if found.look(folder, 0).is_err() {
        return (None, Vec::new());
    }
    (found.states.into_iter().max_by_key(|path| changed(path)), found.folders)
}

/// What the runs are called: the last part of their path, with as much before it as tells them apart.
pub(super) fn named(sources: &[Source]) -> Vec<String> {
    let parts = |source: &Source| -> Vec<String> {
        let path = std::path::absolute(&source.path).unwrap_or_else(|_| source.path.clone());
        let mut parts: Vec<String> =
            path.components().rev().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
        // `run/events.jsonl` is the run `run`.
        if parts.len() > 1 && matches!(parts[0].as_str(), "events.jsonl" | "trainer_state.json") {
            parts.remove(0);
        }
        parts
    };
    let all: Vec<Vec<String>> = sources.iter().map(parts).collect();
    let name =
        |parts: &[String], long: usize| parts.iter().take(long).rev().cloned().collect::<Vec<_>>().join("/");
    all.iter()
        .enumerate()
        .map(|(at, own)| {
            let unique = |long: &usize| {
                all.iter()
                    .enumerate()
                    .all(|(other, parts)| other == at || name(parts, *long) != name(own, *long))
            };
            let long = (1..=own.len()).find(unique).unwrap_or(own.len());
            let name = name(own, long);
            // The same path twice.
            let before = all[..at].iter().filter(|other| *other == own).count();
            if before > 0 { format!("{name} ({})", before + 1) } else { name }
        })
        .collect()
}
