//! The first pass: what is in the files, and whether they can be used.

use super::WHAT;
use super::input::{self, Opened};
use super::inputs::{Inputs, Stamp, THREADS, groups};
use super::order::Turns;
use crate::{CancellationToken, Error, Problem, Progress, Result};
use domain::training_file::build::{Draft, Entry};
use domain::training_file::split::Kind;
use domain::training_file::survey::{Survey, survey as survey_bytes};
use std::path::{Path, PathBuf};
use std::thread;

/// What the first pass found.
pub(crate) struct Surveyed {
    pub draft: Draft,
    pub inputs: Inputs,
    pub problems: Vec<Problem>,
    /// The profile that all full inputs share, compact; `None` when they differ or there is none.
    pub profile: Option<Vec<u8>>,
}

/// What one file says.
struct Found {
    surveys: Vec<Survey>,
    profile: Option<Vec<u8>>,
}

struct State {
    draft: Draft,
    ends: Vec<usize>,
    entries: Vec<Entry>,
    problems: Vec<Problem>,
    profiles: Profiles,
}

enum Profiles {
    None,
    Same(Vec<u8>),
    Differ,
}

/// Surveys all files and adds them to the draft in their order. Bad files become problems.
pub(crate) fn survey(
    draft: Draft,
    files: Vec<PathBuf>,
    progress: &Progress,
    cancel: &CancellationToken,
) -> Result<Surveyed> {
    let total = files.len();
    let stamps: Vec<Stamp> = files.iter().map(|path| Stamp::of(path)).collect();
    let groups = groups(&stamps);
    let state = State {
        draft,
        ends: Vec::with_capacity(total),
        entries: Vec::with_capacity(total),
        problems: Vec::new(),
        profiles: Profiles::None,
    };
    let turns = Turns::new(state, groups.len());
    thread::scope(|scope| {
        for _ in 0..THREADS.min(groups.len()) {
            scope.spawn(|| {
                let mut buffer = Vec::new();
                while let Some(index) = turns.take() {
                    if cancel.is_cancelled() {
                        return turns.stop();
                    }
                    let group = &files[groups[index].clone()];
                    let found: Vec<_> = group.iter().map(|path| survey_file(path, &mut buffer)).collect();
                    turns.visit(index, |state| {
                        for (path, found) in group.iter().zip(found) {
                            state.add(path, found);
                        }
                    });
                    progress.step("reading", groups[index].end as u64, Some(total as u64));
                }
            });
        }
    });
    if cancel.is_cancelled() {
        return Err(Error::interrupted(WHAT));
    }
    let State { draft, ends, entries, problems, profiles } = turns.into_state();
    let profile = match profiles {
        Profiles::Same(profile) => Some(profile),
        _ => None,
    };
    Ok(Surveyed { draft, inputs: Inputs { paths: files, ends, entries, stamps }, problems, profile })
}

fn survey_file(path: &Path, buffer: &mut Vec<u8>) -> Result<Found, String> {
    match input::open(path, buffer)? {
        Opened::Enriched => {
            let survey = survey_bytes(domain::json::without_bom(buffer)).map_err(|e| e.to_string())?;
            Ok(Found { surveys: vec![survey], profile: None })
        }
        Opened::Full(file) => {
            let mut found = Found { surveys: Vec::new(), profile: None };
            input::parts(file, buffer, &mut |kind, bytes, at| {
                match kind {
                    Kind::Conversation => {
                        found.surveys.push(survey_bytes(bytes).map_err(|e| e.moved(at).to_string())?);
                    }
                    Kind::Profile => {
                        let mut compact = Vec::new();
                        domain::json::compact(bytes, &mut compact).map_err(|e| e.moved(at).to_string())?;
                        found.profile = Some(compact);
                    }
                    Kind::Metadata | Kind::Other(_) => {}
                }
                Ok(true)
            })?;
            Ok(found)
        }
    }
}

impl State {
    fn add(&mut self, path: &Path, found: Result<Found, String>) {
        let problem = |why: String| Problem { on: path.display().to_string(), why };
        let found = match found {
            Ok(found) => found,
            Err(why) => {
                self.ends.push(self.entries.len());
                return self.problems.push(problem(why));
            }
        };
        if let Some(profile) = found.profile {
            self.profiles = match std::mem::replace(&mut self.profiles, Profiles::Differ) {
                Profiles::None => Profiles::Same(profile),
                Profiles::Same(known) if known == profile => Profiles::Same(known),
                _ => Profiles::Differ,
            };
        }
        for survey in &found.surveys {
            if self.draft.contains(&survey.id) {
                self.problems.push(problem(format!("the conversation {} is in already", survey.id)));
            } else {
                self.entries.push(self.draft.add(survey, None));
            }
        }
        self.ends.push(self.entries.len());
    }
}
