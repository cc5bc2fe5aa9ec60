//! Makes a training file.

use super::build::Build;
use super::commit::Plan;
use super::judge::{judge, refused};
use super::{Create, Source, Written, paths};
use crate::engine::from_db;
use crate::{CancellationToken, Engine, Error, Progress, Result};
use domain::ids::{ConversationId, TrainingFileId};
use domain::selection::Selection;
use domain::training_file::build::{Draft, Entry, NewFile};
use domain::training_file::{Distribution, FileStatus, QualitySummary, TrainingFileRow};
use std::collections::HashSet;

const WHAT: &str = "Cannot create the training file";

/// Makes a training file. Refused with all reasons at once before anything is written. Stages: `judging`, `reading`, `writing`.
pub async fn create(
    engine: &Engine,
    request: Create,
    progress: &Progress,
    cancel: &CancellationToken,
) -> Result<Written> {
    let name = request.name.trim();
    check_name(engine, name).await?;
    let draft = new_draft(engine, name)?;
    let build = Build { engine, what: WHAT, progress, cancel };
    let row = new_row(engine, name, request.description);
    let Source::Paths(paths) = &request.source else {
        return make(build, draft, row, &request.source, request.skip_damaged).await;
    };
    let ids = paths::import(&build, name, paths, |_| false).await?;
    let source = Source::Selection(Selection::Ids(ids));
    make(build, draft, row, &source, request.skip_damaged).await.map_err(paths::after_import)
}

async fn make(
    build: Build<'_>,
    mut draft: Draft,
    row: TrainingFileRow,
    source: &Source,
    skip_damaged: bool,
) -> Result<Written> {
    let judged = judge(build.engine, source, &HashSet::new(), build.progress, build.cancel).await?;
    if judged.candidates.is_empty() && judged.eligibility.unfit.is_empty() {
        return Err(Error::usage(WHAT, "no conversation was chosen")
            .on(format!("“{}”", row.name))
            .next("Choose at least one"));
    }
    let mut blocked = judged.eligibility.unfit;
    draft.skip_damaged(skip_damaged);
    let (entries, broken) = build.survey(&mut draft, &judged.candidates).await?;
    blocked.extend(broken);
    if !blocked.is_empty() {
        return Err(refused(WHAT, &row.name, blocked, Vec::new()));
    }
    let skipped = skipped(&entries);
    let added = judged.candidates.len() as u64;
    let plan =
        Plan { build, draft, existing: None, candidates: judged.candidates, entries, row, before: None };
    Ok(Written { file: plan.carry_out().await?, added, skipped })
}

async fn check_name(engine: &Engine, name: &str) -> Result<()> {
    if name.is_empty() || name.chars().count() > 255 {
        return Err(Error::usage(WHAT, "the name must have 1 to 255 characters").next("Choose another name"));
    }
    match engine.db().training_file(name).await.map_err(from_db(WHAT))? {
        Some(_) => Err(Error::refused(WHAT, "there is a training file of this name already")
            .on(format!("“{name}”"))
            .next("Choose another name, or add to that file")),
        None => Ok(()),
    }
}

fn new_draft(engine: &Engine, name: &str) -> Result<Draft> {
    let places = &engine.0.places;
    let model = (!places.target_model.is_empty()).then_some(places.target_model.as_str());
    let new = NewFile { name, at: engine.now(), target_model: model, profile: places.profile.as_bytes() };
    Draft::create(&new).map_err(|e| {
        Error::failed(WHAT, e.to_string()).on("the consultant profile").next("Mend it in the configuration")
    })
}

fn new_row(engine: &Engine, name: &str, description: Option<String>) -> TrainingFileRow {
    let now = engine.now();
    TrainingFileRow {
        id: TrainingFileId(engine.0.ids.next()),
        name: name.to_owned(),
        description: description.filter(|d| !d.trim().is_empty()),
        status: FileStatus::Active,
        json_path: String::new(),
        jsonl_path: String::new(),
        conversations: 0,
        pairs: 0,
        json_size: None,
        jsonl_size: None,
        quality: QualitySummary::default(),
        distribution: Distribution::default(),
        created: now,
        updated: now,
    }
}

/// The turns that were left out on request.
pub(super) fn skipped(entries: &[Entry]) -> Vec<(ConversationId, u32)> {
    entries.iter().flat_map(|e| e.left_out.iter().map(|pair| (e.id.clone(), pair + 1))).collect()
}
