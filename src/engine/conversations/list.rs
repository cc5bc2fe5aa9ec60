//! Rows of conversations: pages, counts, keys, reviews.

use super::Resolved;
use super::keys::by_ids;
use crate::engine::from_db;
use crate::{Engine, Error, Result};
use domain::conversation::{ConversationRow, Review, ReviewStatus, Unfit};
use domain::filter::{Column, Filter};
use domain::ids::ConversationId;
use domain::page::{Count, Page, PageRequest};
use domain::selection::Selection;
use domain::training_file::Blocked;
use std::collections::HashSet;
use std::ops::ControlFlow;

/// Keys that are looked up at once.
const BATCH: usize = 500;

/// A page of the table.
pub async fn list(engine: &Engine, request: &PageRequest) -> Result<Page<ConversationRow>> {
    let request = PageRequest { filter: request.filter.at(engine.now()), ..request.clone() };
    engine.db().conversations_page(&request).await.map_err(from_db("Cannot list the conversations"))
}

/// How many match.
pub async fn count(engine: &Engine, filter: &Filter, exact: bool) -> Result<Count> {
    let filter = filter.at(engine.now());
    engine.db().conversations_count(&filter, exact).await.map_err(from_db("Cannot count the conversations"))
}

/// Sets the review of all of them; answers how many.
pub async fn review(engine: &Engine, selection: &Selection, review: &Review) -> Result<u64> {
    const WHAT: &str = "Cannot review";
    let decided = [
        ReviewStatus::PendingReview,
        ReviewStatus::Approved,
        ReviewStatus::Rejected,
        ReviewStatus::NeedsRevision,
        ReviewStatus::Archived,
    ];
    if !decided.contains(&review.status) {
        return Err(Error::usage(WHAT, format!("`{}` is nothing a reviewer decides", review.status))
            .next("Use approved, rejected, needs_revision, archived or pending_review"));
    }
    let selection = match selection {
        Selection::Ids(ids) => Selection::Ids(all_known(engine, ids, WHAT).await?),
        matching @ Selection::Matching { .. } => matching.at(engine.now()),
    };
    engine.db().set_review(&selection, review, engine.now()).await.map_err(from_db(WHAT))
}

/// The business keys of what was named. Names that match nothing are all said, and then nothing is done (formats 2.8).
async fn all_known(
    engine: &Engine,
    ids: &[ConversationId],
    what: &'static str,
) -> Result<Vec<ConversationId>> {
    let words: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let Resolved { found, unknown } = resolve(engine, &words).await?;
    if unknown.is_empty() {
        return Ok(found);
    }
    let blocked = unknown.into_iter().map(|id| Blocked {
        id: ConversationId::new(id),
        title: String::new(),
        reason: Unfit::Unknown,
    });
    let blocked: Vec<_> = blocked.collect();
    let n = blocked.len();
    Err(Error::refused(
        what,
        format!("{n} of the keys {} no conversation", if n == 1 { "names" } else { "name" }),
    )
    .next("Nothing was changed. See them with `brightrun conversations list`")
    .blocked(blocked))
}

/// The keys of a selection in its order, at most `limit`.
pub async fn ids(engine: &Engine, selection: &Selection, limit: usize) -> Result<Vec<ConversationId>> {
    let mut ids = Vec::new();
    let selection = selection.at(engine.now());
    let walked = engine.db().conversations_walk(&selection, 500, |rows| {
        ids.extend(rows.into_iter().map(|row| row.id).take(limit - ids.len()));
        if ids.len() >= limit { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    walked.await.map_err(from_db("Cannot read the selection"))?;
    Ok(ids)
}

/// Finds what a user typed: business keys, row keys (formats 2.1), or the beginning of a key.
pub async fn resolve(engine: &Engine, words: &[String]) -> Result<Resolved> {
    let (mut out, mut seen) = (Resolved::default(), HashSet::new());
    for chunk in words.chunks(BATCH) {
        let ids: Vec<_> = chunk.iter().map(ConversationId::new).collect();
        let (rows, unknown) = by_ids(engine, &ids).await?;
        out.found.extend(rows.into_iter().map(|row| row.id).filter(|id| seen.insert(id.clone())));
        out.unknown.extend(unknown);
    }
    Ok(out)
}

/// Values of a column that begin with `prefix`, for completion.
pub async fn distinct(engine: &Engine, column: Column, prefix: &str, limit: u32) -> Result<Vec<String>> {
    engine.db().distinct(column, prefix, limit).await.map_err(from_db("Cannot complete"))
}
