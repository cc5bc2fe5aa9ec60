//! Adds to a training file.

use super::build::{Build, Existing};
use super::commit::{Plan, overtaken};
use super::create::skipped;
use super::judge::{judge, refused};
use super::{Add, Source, Written, paths};
use crate::engine::from_db;
use crate::{CancellationToken, Engine, Error, Progress, Result, objects};
use domain::ids::ConversationId;
use domain::selection::Selection;
use domain::training_file::build::Draft;
use domain::training_file::{FileStatus, TrainingFileRow};
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
    let build = Build { engine, what: WHAT, progress, cancel };
    let adding = Adding { build, file, members, skip_damaged: request.skip_damaged };
    let Source::Paths(paths) = &request.source else {
        return adding.carry_out(&request.source, None).await;
    };
    // The file itself says what is inside (decision 0043); the members of its row may say less.
    let opened = adding.open().await?;
    let inside = |id: &ConversationId| adding.members.contains(id) || opened.0.contains(id);
    let ids = paths::import(&adding.build, &adding.file.name, paths, inside).await?;
    let source = Source::Selection(Selection::Ids(ids));
    adding.carry_out(&source, Some(opened)).await.map_err(paths::after_import)
}

struct Adding<'a> {
    build: Build<'a>,
    file: TrainingFileRow,
    members: HashSet<ConversationId>,
    skip_damaged: bool,
}

impl Adding<'_> {
    /// Reads what is inside already.
    async fn open(&self) -> Result<(Draft, Existing)> {
        let key = objects::training_key(&self.file.json_path);
        match self.build.existing(&key).await {
            Ok(existing) => Ok(existing),
            Err(error) => Err(overtaken(self.build.engine, WHAT, &self.file, error).await),
        }
    }

    /// Adds conversations of the store; `opened` when the file was read already.
    async fn carry_out(self, source: &Source, opened: Option<(Draft, Existing)>) -> Result<Written> {
        let Build { engine, progress, cancel, .. } = self.build;
        let judged = judge(engine, source, &self.members, progress, cancel).await?;
        if judged.candidates.is_empty() && judged.eligibility.unfit.is_empty() {
            return Err(Error::usage(WHAT, "no conversation was chosen")
                .on(format!("“{}”", self.file.name))
                .next("Choose at least one"));
        }
        let mut blocked = judged.eligibility.unfit;
        let (mut draft, existing) = match opened {
            Some(opened) => opened,
            None => self.open().await?,
        };
        draft.skip_damaged(self.skip_damaged);
        let (entries, broken) = self.build.survey(&mut draft, &judged.candidates).await?;
        blocked.extend(broken);
        if !blocked.is_empty() {
            return Err(refused(WHAT, &self.file.name, blocked, Vec::new()));
        }
        let (skipped, added) = (skipped(&entries), judged.candidates.len() as u64);
        let mut row = self.file.clone();
        row.updated = engine.now();
        let plan = Plan {
            build: self.build,
            draft,
            existing: Some(existing),
            candidates: judged.candidates,
            entries,
            row,
            before: Some(self.file),
        };
        Ok(Written { file: plan.carry_out().await?, added, skipped })
    }
}
