//! What would become of a selection: known before anything is written (S1.8, S1.9).

use super::Source;
use crate::conversations::by_ids;
use crate::engine::from_db;
use crate::{CancellationToken, Engine, Error, Problem, Progress, Result};
use domain::conversation::ConversationRow;
use domain::ids::ConversationId;
use domain::numbers::many;
use domain::selection::Selection;
use domain::training_file::build::Row;
use domain::training_file::{Blocked, Eligibility};
use std::collections::HashSet;
use std::ops::ControlFlow;

const WHAT: &str = "Cannot read the selection";
/// Rows that are read at once.
pub(crate) const BATCH: u32 = 500;

/// A conversation that fits: what building needs of its row.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub id: ConversationId,
    pub title: String,
    /// Of the enriched object, as the row has it.
    pub path: String,
    pub row: Row,
}

/// A judged selection.
pub(super) struct Judged {
    pub eligibility: Eligibility,
    /// In the order of the file.
    pub candidates: Vec<Candidate>,
}

/// Judges a selection for a new file (`into` is `None`) or an existing one, from the rows alone. Stage: `judging`.
pub async fn eligibility(
    engine: &Engine,
    source: &Source,
    into: Option<&str>,
    progress: &Progress,
    cancel: &CancellationToken,
) -> Result<Eligibility> {
    let members = match into {
        Some(name) => {
            let file = super::read::find(engine, name).await?;
            engine.db().training_file_members(file.id).await.map_err(from_db(WHAT))?.into_iter().collect()
        }
        None => HashSet::new(),
    };
    Ok(judge(engine, source, &members, progress, cancel).await?.eligibility)
}

/// Judges conversations of the store.
pub(super) async fn judge(
    engine: &Engine,
    source: &Source,
    members: &HashSet<ConversationId>,
    progress: &Progress,
    cancel: &CancellationToken,
) -> Result<Judged> {
    let mut judging = Judging {
        out: Judged { eligibility: Eligibility::default(), candidates: Vec::new() },
        members,
        seen: HashSet::new(),
    };
    let ids = match source {
        Source::Selection(selection @ Selection::Matching { .. }) => {
            walk(engine, selection, progress, cancel, |rows| judging.rows(rows)).await?;
            return Ok(judging.out);
        }
        Source::Selection(Selection::Ids(ids)) => ids.clone(),
        Source::Words(words) => words.iter().map(ConversationId::new).collect(),
        Source::Paths(_) => {
            return Err(Error::usage(WHAT, "these are files on this machine").next("Import them first"));
        }
    };
    for (n, chunk) in ids.chunks(BATCH as usize).enumerate() {
        if cancel.is_cancelled() {
            return Err(Error::interrupted(WHAT));
        }
        let (rows, unknown) = by_ids(engine, chunk).await?;
        judging.rows(rows);
        judging.unknown(unknown);
        let done = (n * BATCH as usize + chunk.len()) as u64;
        progress.step("judging", done, Some(ids.len() as u64));
    }
    Ok(judging.out)
}

struct Judging<'a> {
    out: Judged,
    members: &'a HashSet<ConversationId>,
    seen: HashSet<ConversationId>,
}

impl Judging<'_> {
    fn rows(&mut self, rows: Vec<ConversationRow>) {
        // Named twice is meant once, as on the platform (formats 2.1).
        let rows: Vec<_> = rows.into_iter().filter(|row| self.seen.insert(row.id.clone())).collect();
        let fits = |row: &&ConversationRow| row.unfit().is_none() && !self.members.contains(&row.id);
        self.out.candidates.extend(rows.iter().filter(fits).map(candidate));
        self.merge(Eligibility::judge(rows, self.members, []));
    }
    fn unknown(&mut self, unknown: Vec<String>) {
        self.merge(Eligibility::judge([], self.members, unknown));
    }
    fn merge(&mut self, part: Eligibility) {
        let all = &mut self.out.eligibility;
        all.fit.extend(part.fit);
        all.unfit.extend(part.unfit);
        all.pairs += part.pairs;
        for (all, part) in [
            (&mut all.distribution.personas, part.distribution.personas),
            (&mut all.distribution.emotional_arcs, part.distribution.emotional_arcs),
            (&mut all.distribution.training_topics, part.distribution.training_topics),
        ] {
            for (key, n) in part {
                let sum =
                    n.as_u64().unwrap_or(0) + all.get(&key).and_then(serde_json::Value::as_u64).unwrap_or(0);
                all.insert(key, sum.into());
            }
        }
    }
}

pub(super) fn candidate(row: &ConversationRow) -> Candidate {
    Candidate {
        id: row.id.clone(),
        title: row.title.clone(),
        path: row.enriched_path.clone().unwrap_or_default(),
        row: Row {
            created: Some(row.created.date_naive()),
            scaffolding: row.scaffolding.clone(),
            quality: row.quality,
        },
    }
}

/// Reads all rows of a filter in list order, a few at a time.
pub(crate) async fn walk(
    engine: &Engine,
    selection: &Selection,
    progress: &Progress,
    cancel: &CancellationToken,
    mut each: impl FnMut(Vec<ConversationRow>) + Send,
) -> Result<()> {
    let mut done = 0;
    let selection = selection.at(engine.now());
    let walked = engine.db().conversations_walk(&selection, BATCH, |rows| {
        done += rows.len() as u64;
        each(rows);
        progress.step("judging", done, None);
        if cancel.is_cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    walked.await.map_err(from_db(WHAT))?;
    if cancel.is_cancelled() { Err(Error::interrupted(WHAT)) } else { Ok(()) }
}

/// The refusal that names everything that blocks.
pub(super) fn refused(
    what: &'static str,
    name: &str,
    blocked: Vec<Blocked>,
    problems: Vec<Problem>,
) -> Error {
    let counts = [(blocked.len(), "conversation"), (problems.len(), "file")];
    let counts = counts.into_iter().filter(|(count, _)| *count > 0);
    let counts: Vec<String> = counts.map(|(count, what)| many(count as u64, what)).collect();
    Error::refused(what, format!("{} cannot go in", counts.join(" and ")))
        .on(format!("“{name}”"))
        .next("Nothing was written. Leave them out, or mend them first")
        .blocked(blocked)
        .problems(problems)
}
