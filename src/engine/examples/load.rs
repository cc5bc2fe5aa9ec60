//! The examples into the store: objects first, then all rows in one transaction, as import does it.

use super::ExamplesOutcome;
use super::make::{Made, make};
use super::set::{self, Entry};
use crate::{CancellationToken, Engine, Error, Progress, Result};
use bytes::Bytes;
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::fmt::Write as _;
use store::files::{CONVERSATIONS, Files};
use store::{Db, NewConversation, PutOutcome};

const WHAT: &str = "Cannot load the examples";

/// Loads the example conversations. A second time changes nothing. Stages: `enriching`, `storing`.
pub async fn load(
    engine: &Engine,
    progress: &Progress,
    cancel: &CancellationToken,
) -> Result<ExamplesOutcome> {
    let _ = (engine, progress, cancel, put);
    Err(Error::failed(WHAT, "not built yet"))
}

async fn put(
    db: &Db,
    files: &Files,
    progress: &Progress,
    cancel: &CancellationToken,
) -> Result<ExamplesOutcome> {
    let broken =
        |why: String| Error::failed(WHAT, why).next("This is a fault of the program; please report it");
    let set = set::read().map_err(broken)?;
    let total = u64::try_from(set.conversations.len()).ok();

    let ids: Vec<_> = set.conversations.iter().map(|entry| entry.id.clone()).collect();
    let there: HashMap<_, _> = db.content_hashes(&ids).await.map_err(failed)?.into_iter().collect();
    let mut batches = HashMap::new();
    for batch in &set.batches {
        let kept = db.ensure_batch(batch.id, &batch.name, batch.created).await.map_err(failed)?;
        batches.insert(batch.name.as_str(), kept.id);
    }

    let (mut rows, mut objects) = (Vec::new(), Vec::new());
    for (done, entry) in (1..).zip(&set.conversations) {
        if cancel.is_cancelled() {
            return Err(Error::interrupted(WHAT));
        }
        let made = make(&set, entry).map_err(broken)?;
        let paths = Paths::of(db, entry, &made);
        let row = row(entry, &made, &paths, batches.get(entry.batch.as_str()).copied());
        if there.get(&entry.id) != Some(&row.content_hash) {
            objects.extend(paths.objects(made));
        }
        rows.push(row);
        progress.step_on("enriching", done, total, &entry.title);
    }
    progress.step("storing", 0, total);
    files.put_many(objects).await.map_err(failed)?;
    if cancel.is_cancelled() {
        return Err(Error::interrupted(WHAT));
    }
    let outcomes = db.put_conversations(&rows).await.map_err(failed)?;
    let new = outcomes.iter().filter(|outcome| **outcome != PutOutcome::Same).count();
    progress.step("storing", total.unwrap_or_default(), total);
    Ok(ExamplesOutcome { conversations: rows.len() as u64, batches: batches.len() as u64, new: new as u64 })
}

/// Where the objects of a conversation lie in the bucket (formats 4.7).
struct Paths {
    raw: String,
    parsed: String,
    enriched: Option<String>,
}

impl Paths {
    fn of(db: &Db, entry: &Entry, made: &Made) -> Self {
        let (user, id) = (db.user(), &entry.id);
        Self {
            raw: format!("raw/{user}/{id}.json"),
            parsed: format!("{user}/{id}/conversation.json"),
            enriched: made.enriched.as_ref().map(|_| format!("{user}/{id}/enriched.json")),
        }
    }

    fn objects(self, made: Made) -> impl Iterator<Item = (String, Bytes)> {
        let key = |path: String| format!("{CONVERSATIONS}/{path}");
        let kept =
            [(key(self.raw), Bytes::from_static(made.raw)), (key(self.parsed), Bytes::from(made.parsed))];
        kept.into_iter().chain(self.enriched.map(key).zip(made.enriched.map(Bytes::from)))
    }
}

fn row(entry: &Entry, made: &Made, paths: &Paths, batch: Option<domain::ids::BatchId>) -> NewConversation {
    NewConversation {
        id: entry.id.clone(),
        title: entry.title.clone(),
        scaffolding: made.scaffolding.clone(),
        starting_emotion: Some(made.starting_emotion.clone()),
        ending_emotion: Some(made.ending_emotion.clone()),
        tier: entry.tier,
        status: entry.status,
        enrichment: made.enrichment,
        turns: made.turns,
        quality: None,
        created: entry.created,
        raw_path: Some(paths.parsed.clone()),
        raw_size: Some(made.parsed.len() as u64),
        enriched_path: paths.enriched.clone(),
        enriched_size: made.enriched.as_ref().map(|bytes| bytes.len() as u64),
        content_hash: hash(made.enriched.as_deref().unwrap_or(&made.parsed)),
        truncated: Some(made.truncated),
        batch,
    }
}

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::failed(WHAT, error.to_string())
}
