//! Files and folders in: enriched, full, v4 JSONL and raw, recognised by content.
//!
//! Files are read ahead by a few threads, each through a bounded channel; one place stores what comes out, in the order of the files.

mod envelope;
mod foresee;
pub(crate) mod item;
mod keep;
mod known;
mod read;
mod types;

pub(crate) use foresee::foresee;
pub use types::{FileResult, Finding, Outcome, Request, Tally};

use crate::journal::Journal;
use crate::{CancellationToken, Engine, Error, Progress, Result, local, recovery};
use domain::ids::ConversationId;
use keep::Keeper;
use std::collections::VecDeque;
use std::path::PathBuf;
use std::time::Duration;
use tokio::sync::mpsc;

const WHAT: &str = "Cannot import";
/// Files that are read ahead.
const AHEAD: usize = 16;
/// After so long without a conversation the taker is told.
const LINGER: Duration = Duration::from_secs(10);
/// Conversations of one file that wait to be stored.
const WAITING: usize = 8;

/// Imports. One bad file never stops the others; objects are put before rows. Stages: `reading`.
pub async fn run(
    engine: &Engine,
    request: Request,
    progress: &Progress,
    cancel: &CancellationToken,
) -> Result<Outcome> {
    Ok(all(engine, request, progress, cancel).await?.0)
}

/// Imports for a training file what [`foresee`] found good: answers the conversations in file order. A file that has gone bad since then
/// stops it.
pub(crate) async fn for_training(
    engine: &Engine,
    request: Request,
    progress: &Progress,
    cancel: &CancellationToken,
) -> Result<Vec<ConversationId>> {
    let (outcome, ids) = all(engine, request, progress, cancel).await?;
    let problems = outcome.problems();
    if problems.is_empty() {
        return Ok(ids);
    }
    Err(Error::failed("Cannot take the files", "they changed while they were read")
        .next("The others are imported, but no training file was written. Run it again")
        .problems(problems))
}

async fn all(
    engine: &Engine,
    request: Request,
    progress: &Progress,
    cancel: &CancellationToken,
) -> Result<(Outcome, Vec<ConversationId>)> {
    if request.paths.is_empty() {
        return Err(Error::usage(WHAT, "there is nothing to import").next("Name files or folders"));
    }
    let (files, problems) = local::walk(&request.paths);
    let what = request.paths.first().map(|p| p.display().to_string()).unwrap_or_default();
    let journal = Journal::begin(&engine.0, recovery::IMPORT, &what, Vec::new()).await?;
    let mut keeper = Keeper::new(engine, journal, request.batch.as_deref());
    let mut outcome = Outcome::default();
    let done = files_in(&mut keeper, files, &mut outcome, progress, cancel).await;
    // Whatever happened, what is stored is stored whole; only then does the entry go.
    let (journal, ids) = keeper.end(done.is_ok()).await?;
    if let Some(journal) = journal {
        journal.end(&engine.0).await?;
    }
    done?;
    for problem in problems {
        outcome.add(FileResult { path: problem.on, error: Some(problem.why), ..FileResult::default() });
    }
    Ok((outcome, ids))
}

/// What is done with the conversations of the files.
trait Take: Send {
    fn engine(&self) -> &Engine;
    /// Takes one conversation of the file of this number.
    fn take(
        &mut self,
        file: usize,
        item: item::Item,
        outcome: &mut Outcome,
    ) -> impl Future<Output = Result<()>> + Send;
    /// Does what waits.
    fn flush(&mut self, outcome: &mut Outcome) -> impl Future<Output = Result<()>> + Send;
    /// What is known of a file now; [`Take::flush`] brings the rest.
    fn tally(&mut self, file: usize) -> Tally;
    /// Nothing came for a while: a big file is looked through before it gives its first conversation.
    fn linger(&mut self) -> impl Future<Output = Result<()>> + Send {
        std::future::ready(Ok(()))
    }
}

type Reading = (PathBuf, mpsc::Receiver<item::Item>, tokio::task::JoinHandle<read::Read>);

async fn files_in(
    keeper: &mut impl Take,
    files: Vec<PathBuf>,
    outcome: &mut Outcome,
    progress: &Progress,
    cancel: &CancellationToken,
) -> Result<()> {
    let total = files.len() as u64;
    let mut left = files.into_iter();
    let mut ahead: VecDeque<Reading> = VecDeque::new();
    loop {
        while ahead.len() < AHEAD
            && let Some(path) = left.next()
        {
            ahead.push_back(begin(keeper.engine(), path));
        }
        let Some((path, mut items, reader)) = ahead.pop_front() else { break };
        let file = outcome.files.len();
        loop {
            let Ok(item) = tokio::time::timeout(LINGER, next(&mut items, cancel)).await else {
                keeper.linger().await?;
                continue;
            };
            let Some(item) = item? else { break };
            keeper.take(file, item, outcome).await?;
        }
        let read = reader.await.unwrap_or_else(|e| read::Read::failed(e.to_string()));
        let path = path.display().to_string();
        progress.step_on("reading", file as u64 + 1, Some(total), &path);
        let tally = keeper.tally(file);
        outcome.files.push(FileResult {
            path,
            kind: read.kind.map(str::to_owned),
            tally,
            findings: read.findings,
            note: read.note,
            error: read.error,
        });
        outcome.failed += u64::from(outcome.files[file].error.is_some());
        if cancel.is_cancelled() {
            return Err(Error::interrupted(WHAT));
        }
    }
    keeper.flush(outcome).await
}

/// The next conversation of a file. Its reader first looks through the whole file: nobody waits for that who wants to stop.
async fn next(
    items: &mut mpsc::Receiver<item::Item>,
    cancel: &CancellationToken,
) -> Result<Option<item::Item>> {
    tokio::select! {
        biased;
        () = cancel.cancelled() => Err(Error::interrupted(WHAT)),
        item = items.recv() => Ok(item),
    }
}

fn begin(engine: &Engine, path: PathBuf) -> Reading {
    let (send, items) = mpsc::channel(WAITING);
    let source =
        read::Source { path: path.clone(), now: engine.now(), profile: engine.0.places.profile.clone() };
    (path, items, tokio::task::spawn_blocking(move || read::file(&source, &send)))
}

#[cfg(test)]
mod tests;
