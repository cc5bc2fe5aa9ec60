//! What an import would bring, without bringing it: who needs all of it or nothing asks before.

use super::item::Item;
use super::known::Known;
use super::{Outcome, Request, Take, Tally, WHAT, files_in};
use crate::{CancellationToken, Engine, Error, Problem, Progress, Result, local};
use bytes::Bytes;
use domain::conversation::{ConversationRow, EnrichmentStatus, Unfit};
use domain::ids::ConversationId;
use std::collections::HashSet;

/// Conversations that the store is asked about at once.
const CHUNK: usize = 512;

/// A conversation of the files, as it is once they are imported.
pub(crate) struct Foreseen {
    pub id: ConversationId,
    pub title: String,
    /// Why it can go into no training file.
    pub unfit: Option<Unfit>,
    /// The row that stays as it is; `None` when the import makes or replaces it.
    pub stays: Option<ConversationRow>,
}

/// Reads the files as an import does, and changes nothing: their conversations in file order, each once, and what is wrong with the
/// files. Stages: `reading`.
pub(crate) async fn foresee(
    engine: &Engine,
    request: &Request,
    progress: &Progress,
    cancel: &CancellationToken,
) -> Result<(Vec<Foreseen>, Vec<Problem>)> {
    if request.paths.is_empty() {
        return Err(Error::usage(WHAT, "there is nothing to import").next("Name files or folders"));
    }
    let (files, mut problems) = local::walk(&request.paths);
    let mut look = Look { engine, seen: HashSet::new(), waiting: Vec::new(), found: Vec::new() };
    let mut outcome = Outcome::default();
    files_in(&mut look, files, &mut outcome, progress, cancel).await?;
    problems.extend(outcome.problems());
    Ok((look.found, problems))
}

/// Looks at conversations instead of keeping them.
struct Look<'a> {
    engine: &'a Engine,
    seen: HashSet<ConversationId>,
    waiting: Vec<Item>,
    found: Vec<Foreseen>,
}

impl Take for Look<'_> {
    fn engine(&self) -> &Engine {
        self.engine
    }
    async fn take(&mut self, _: usize, item: Item, outcome: &mut Outcome) -> Result<()> {
        if self.seen.insert(item.id.clone()) {
            self.waiting.push(Item { bytes: Bytes::new(), ..item });
        }
        if self.waiting.len() >= CHUNK { self.flush(outcome).await } else { Ok(()) }
    }
    async fn flush(&mut self, _: &mut Outcome) -> Result<()> {
        let items = std::mem::take(&mut self.waiting);
        if items.is_empty() {
            return Ok(());
        }
        let ids: Vec<_> = items.iter().map(|item| item.id.clone()).collect();
        let mut known = Known::of(self.engine, &ids).await?;
        for item in items {
            let stays = if known.stays(&item).await? { known.rows.remove(&item.id) } else { None };
            let unfit = match &stays {
                Some(row) => row.unfit(),
                None if item.enrichment == EnrichmentStatus::Completed => None,
                None => Some(Unfit::NotEnriched(item.enrichment)),
            };
            self.found.push(Foreseen { id: item.id, title: item.title, unfit, stays });
        }
        Ok(())
    }
    fn tally(&mut self, _: usize) -> Tally {
        Tally::default()
    }
}
