//! Adds to a training file.

use super::build::Build;
use super::commit::{Plan, overtaken};
use super::create::skipped;
use super::judge::{judge, refused};
use super::{Add, Written};
use crate::engine::from_db;
use crate::{CancellationToken, Engine, Error, Progress, Result, objects};
use domain::training_file::FileStatus;
use std::collections::HashSet;

const WHAT: &str = "Cannot add to the training file";

/// Adds to a training file: what is in it stays byte for byte. Stages as [`super::create`].
pub async fn add(
    engine: &Engine,
    request: Add,
    progress: &Progress,
    cancel: &CancellationToken,
) -> Result<Written> {
    let file = super::read::find(engine, &request.file).await?;
    let name = format!("“{}”", file.name);
    if file.status != FileStatus::Active {
        return Err(Error::refused(WHAT, format!("it is {}", file.status))
            .on(name)
            .next("Bring it back first, or choose another one"));
    }
    let members: HashSet<_> =
        engine.db().training_file_members(file.id).await.map_err(from_db(WHAT))?.into_iter().collect();
    let judged = judge(engine, &request.source, &members, progress, cancel).await?;
    if judged.candidates.is_empty() && judged.eligibility.unfit.is_empty() {
        return Err(Error::usage(WHAT, "no conversation was chosen").on(name).next("Choose at least one"));
    }
    let mut blocked = judged.eligibility.unfit;
    let build = Build { engine, what: WHAT, progress, cancel };
    let (mut draft, existing) = match build.existing(&objects::training_key(&file.json_path)).await {
        Ok(existing) => existing,
        Err(error) => return Err(overtaken(engine, WHAT, &file, error).await),
    };
    draft.skip_damaged(request.skip_damaged);
    let (entries, broken) = build.survey(&mut draft, &judged.candidates).await?;
    blocked.extend(broken);
    if !blocked.is_empty() {
        return Err(refused(WHAT, &file.name, blocked));
    }
    let (skipped, added) = (skipped(&entries), judged.candidates.len() as u64);
    let mut row = file.clone();
    row.updated = engine.now();
    let plan = Plan {
        build,
        draft,
        existing: Some(existing),
        candidates: judged.candidates,
        entries,
        row,
        before: Some(file),
    };
    Ok(Written { file: plan.carry_out().await?, added, skipped })
}
