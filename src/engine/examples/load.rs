//! The examples into the store as import does it: journal, objects, then all rows in one transaction.

use super::ExamplesOutcome;
use super::make::{Made, make};
use super::set::{self, Entry, Set};
use crate::engine::{Inner, from_db, from_files};
use crate::import::item::Item;
use crate::journal::Journal;
use crate::objects::{Part, conversation_key, conversation_path};
use crate::{CancellationToken, Engine, Error, Progress, Result, recovery};
use bytes::Bytes;
use domain::ids::{BatchId, ConversationId, UserId};
use domain::training_file::survey::survey;
use std::collections::HashMap;
use store::NewConversation;

const WHAT: &str = "Cannot load the examples";

/// Loads the example conversations. A second time changes nothing; reviews stay. Stages: `enriching`, `storing`.
pub async fn load(
    engine: &Engine,
    progress: &Progress,
    cancel: &CancellationToken,
) -> Result<ExamplesOutcome> {
    let inside = &engine.0;
    let set = set::read().map_err(broken)?;
    let there = hashes(inside, &set).await?;
    let total = u64::try_from(set.conversations.len()).ok();
    let (mut rows, mut objects) = (Vec::new(), Vec::new());
    for (done, entry) in (1..).zip(&set.conversations) {
        if cancel.is_cancelled() {
            return Err(Error::interrupted(WHAT));
        }
        let made = make(&set, entry).map_err(broken)?;
        let row = row(inside.db.user(), entry, &made)?;
        if there.get(&entry.id) != Some(&row.content_hash) {
            let paths = [row.raw_path.as_deref(), row.enriched_path.as_deref()]
                .map(|path| path.map(conversation_key));
            let bytes = [Some(made.parsed), made.enriched];
            objects.extend(
                paths.into_iter().zip(bytes).filter_map(|(key, bytes)| Some((key?, Bytes::from(bytes?)))),
            );
            rows.push((entry.batch.as_str(), row));
        }
        progress.step_on("enriching", done, total, &entry.title);
    }
    let outcome = ExamplesOutcome {
        conversations: total.unwrap_or_default(),
        batches: set.batches.len() as u64,
        new: rows.len() as u64,
    };
    if !rows.is_empty() {
        progress.step("storing", 0, Some(outcome.new));
        put(inside, &set, rows, objects).await?;
        progress.step("storing", outcome.new, Some(outcome.new));
    }
    Ok(outcome)
}

async fn put(
    inside: &Inner,
    set: &Set,
    rows: Vec<(&str, NewConversation)>,
    objects: Vec<(String, Bytes)>,
) -> Result<()> {
    let at_stake = objects.iter().map(|(key, _)| key.clone()).collect();
    let journal = Journal::begin(inside, recovery::IMPORT, "example conversations", at_stake).await?;
    let stored = store(inside, set, rows, objects, &journal).await;
    if stored.is_err() {
        // On a full disk the next start could not even write down that it tidies up.
        let unused = recovery::unreferenced(inside, journal.id(), journal.at_stake()).await;
        let tidied = match unused {
            Ok(unused) => recovery::delete(inside, &unused).await,
            Err(error) => Err(error),
        };
        if let Err(error) = tidied {
            tracing::warn!(%error, "what was stored of the examples stays until the next start");
            return stored;
        }
    }
    let ended = journal.end(inside).await;
    stored.and(ended)
}

async fn store(
    inside: &Inner,
    set: &Set,
    rows: Vec<(&str, NewConversation)>,
    objects: Vec<(String, Bytes)>,
    journal: &Journal,
) -> Result<()> {
    inside.files.put_many(objects).await.map_err(from_files(WHAT))?;
    let batches = batches(inside, set).await?;
    let rows: Vec<_> = rows
        .into_iter()
        .map(|(batch, row)| NewConversation { batch: batches.get(batch).copied(), ..row })
        .collect();
    inside.db.put_conversations(&rows, Some(journal.hold())).await.map(drop).map_err(from_db(WHAT))
}

async fn batches<'a>(inside: &Inner, set: &'a Set) -> Result<HashMap<&'a str, BatchId>> {
    let mut batches = HashMap::new();
    for batch in &set.batches {
        let kept =
            inside.db.ensure_batch(batch.id, &batch.name, batch.created).await.map_err(from_db(WHAT))?;
        batches.insert(batch.name.as_str(), kept.id);
    }
    Ok(batches)
}

async fn hashes(inside: &Inner, set: &Set) -> Result<HashMap<ConversationId, String>> {
    let ids: Vec<_> = set.conversations.iter().map(|entry| entry.id.clone()).collect();
    Ok(inside.db.content_hashes(&ids).await.map_err(from_db(WHAT))?.into_iter().collect())
}

fn row(user: UserId, entry: &Entry, made: &Made) -> Result<NewConversation> {
    // Import hashes in its own way; the examples are recognised when the files of `write_to` are imported.
    let raw = Item::raw(made.parsed.clone(), entry.created).map_err(broken)?.hash;
    let enriched = match &made.enriched {
        None => None,
        Some(bytes) => {
            let survey = survey(bytes).map_err(|fault| broken(fault.to_string()))?;
            Some(Item::enriched(survey, bytes.clone(), entry.created).map_err(broken)?.hash)
        }
    };
    let path = |part, hash: &str| conversation_path(user, &entry.id, part, hash);
    Ok(NewConversation {
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
        raw_path: Some(path(Part::Raw, &raw)),
        raw_size: Some(made.parsed.len() as u64),
        enriched_path: enriched.as_deref().map(|hash| path(Part::Enriched, hash)),
        enriched_size: made.enriched.as_ref().map(|bytes| bytes.len() as u64),
        content_hash: enriched.unwrap_or(raw),
        truncated: Some(made.truncated),
        batch: None,
    })
}

fn broken(why: String) -> Error {
    Error::failed(WHAT, why).next("This is a fault of the program; please report it")
}
