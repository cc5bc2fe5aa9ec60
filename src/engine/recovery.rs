//! What a crash left behind is finished or undone at the next start, and said.

use crate::engine::{Inner, from_db, from_files};
use crate::{Recovered, Result, journal, objects};
use chrono::TimeDelta;
use std::collections::HashSet;
use store::{Hold, JournalEntry};
use uuid::Uuid;

/// Kind of a journal entry: a new training file; objects are its JSON and JSONL.
pub(crate) const CREATE: &str = "files create";
/// A longer training file; objects are the new JSON and JSONL, then the old ones.
pub(crate) const ADD: &str = "files add";
/// An import; objects are those that its current step writes, and those that it replaces.
pub(crate) const IMPORT: &str = "import";

/// A new dataset; the object is its file.
pub(crate) const DATASET: &str = "datasets add";

/// Longer than any lease: lists every entry.
const ALL: TimeDelta = TimeDelta::days(36_500);

/// Goes through the journal. What cannot be done now is said and left for the next start; nothing here stops the program.
pub(crate) async fn run(engine: &Inner) -> Vec<Recovered> {
    let mut said = Vec::new();
    let now = engine.clock.real();
    let entries = engine.db.journal_open(now + ALL).await.unwrap_or_else(|error| {
        tracing::warn!(%error, "the journal cannot be read");
        Vec::new()
    });
    let mut needed = Vec::new();
    for entry in entries {
        let dead = engine.owner.is_dead(&entry.owner);
        // Who holds his lock lives, however long he was stopped or his disk took.
        let living = engine.owner.is_alive(&entry.owner) || (!dead && entry.lease_until > now);
        if living {
            needed.push(entry.owner);
            continue;
        }
        match claim(engine, &entry).await {
            Ok(true) => {}
            Ok(false) => continue,
            Err(error) => {
                tracing::warn!(%error, "a journal entry cannot be claimed");
                continue;
            }
        }
        match settle(engine, &entry).await {
            Ok(recovered) => said.extend(recovered),
            Err(error) => {
                needed.push(entry.owner);
                said.push(Recovered {
                    sentence: format!(
                        "Could not tidy up after “{}” yet, the next start tries again: {}.",
                        entry.what, error.why
                    ),
                    finished: false,
                });
            }
        }
    }
    // That whoever followed a run is dead has to stay known until somebody else follows it.
    match engine.db.run_owners(now).await {
        Ok(owners) => {
            needed.extend(owners);
            engine.owner.sweep(&needed);
        }
        Err(error) => tracing::warn!(%error, "who follows runs cannot be read"),
    }
    said
}

/// Takes an entry over, so that two starts at once do not both do it.
async fn claim(engine: &Inner, entry: &JournalEntry) -> Result<bool> {
    let after = entry.lease_until + TimeDelta::milliseconds(1);
    let claimed =
        engine.db.journal_claim(entry.id, after, &engine.owner.id, journal::lease(&engine.clock)).await;
    claimed.map_err(from_db("Cannot take over"))
}

async fn settle(engine: &Inner, entry: &JournalEntry) -> Result<Option<Recovered>> {
    let recovered = match entry.kind.as_str() {
        CREATE | ADD => Some(training_file(engine, entry).await?),
        IMPORT => import(engine, entry).await?,
        DATASET => Some(dataset(engine, entry).await?),
        other => {
            tracing::warn!(
                kind = other,
                "a journal entry of a kind this version does not know is left alone"
            );
            return Ok(None);
        }
    };
    let hold = Hold { entry: entry.id, owner: engine.owner.id.clone() };
    engine.db.journal_end(&hold).await.map_err(from_db("Cannot end"))?;
    Ok(recovered)
}

async fn training_file(engine: &Inner, entry: &JournalEntry) -> Result<Recovered> {
    let (new, old) = entry.objects.split_at(entry.objects.len().min(2));
    let row = engine.db.training_file(&entry.what).await.map_err(from_db("Cannot read"))?;
    let finished = row.is_some_and(|row| new.first() == Some(&objects::training_key(&row.json_path)));
    if finished {
        delete_old(engine, old).await?;
    } else {
        delete(engine, new).await?;
    }
    let name = &entry.what;
    let sentence = match (entry.kind.as_str(), finished) {
        (ADD, true) => {
            format!("Finished adding to the training file “{name}”, which was interrupted at its very end.")
        }
        (ADD, false) => format!(
            "Undid adding to the training file “{name}”, which was interrupted; the file is as it was before."
        ),
        (_, true) => format!("Finished the training file “{name}”, which was interrupted at its very end."),
        (_, false) => format!("Undid the training file “{name}”, which was interrupted; create it again."),
    };
    Ok(Recovered { sentence, finished })
}

async fn dataset(engine: &Inner, entry: &JournalEntry) -> Result<Recovered> {
    // The key of an object holds the key of its row.
    let id = entry.objects.first().and_then(|key| key.split('/').nth(2)).unwrap_or_default();
    let finished = engine.db.dataset(id).await.map_err(from_db("Cannot read"))?.is_some();
    if !finished {
        delete(engine, &entry.objects).await?;
    }
    let name = &entry.what;
    let sentence = if finished {
        format!("Finished the dataset “{name}”, which was interrupted at its very end.")
    } else {
        format!("Undid the dataset “{name}”, which was interrupted; add it again.")
    };
    Ok(Recovered { sentence, finished })
}

async fn import(engine: &Inner, entry: &JournalEntry) -> Result<Option<Recovered>> {
    let unused = unreferenced(engine, entry.id, &entry.objects).await?;
    delete(engine, &unused).await?;
    let sentence = format!(
        "An import of {} was interrupted: what was imported is there, {} unfinished {} removed. Import again to get the rest.",
        entry.what,
        unused.len(),
        if unused.len() == 1 { "object was" } else { "objects were" },
    );
    Ok(Some(Recovered { sentence, finished: false }))
}

/// Objects of our making that no row names and that no other work under way has at stake: the same content has the same name, so another
/// import may have put it and be about to name it.
///
/// `own`: the journal entry of the asker. The journal is read before the rows: who names an object ends his entry only afterwards.
pub(crate) async fn unreferenced(engine: &Inner, own: Uuid, keys: &[String]) -> Result<Vec<String>> {
    let wanted: HashSet<String> = if keys.is_empty() {
        HashSet::new()
    } else {
        let entries =
            engine.db.journal_open(engine.clock.real() + ALL).await.map_err(from_db("Cannot read"))?;
        entries.into_iter().filter(|entry| entry.id != own).flat_map(|entry| entry.objects).collect()
    };
    let ids: Vec<_> = keys.iter().filter_map(|key| objects::conversation_of(key)).collect();
    let rows = engine.db.conversations_by_ids(&ids).await.map_err(from_db("Cannot read"))?;
    let named: HashSet<String> = rows
        .iter()
        .flat_map(|row| [&row.enriched_path, &row.raw_path])
        .flatten()
        .map(|path| objects::conversation_key(path))
        .collect();
    let ours = keys.iter().filter(|key| objects::conversation_of(key).is_some());
    Ok(ours.filter(|key| !named.contains(*key) && !wanted.contains(*key)).cloned().collect())
}

/// Removes the version of a training file that was replaced, but for objects that the platform made other things of.
pub(crate) async fn delete_old(engine: &Inner, keys: &[String]) -> Result<()> {
    let path = |key: &String| key.strip_prefix("training-files/").unwrap_or(key).to_owned();
    let paths: Vec<String> = keys.iter().map(path).collect();
    let named = engine.db.paths_of_the_platform(&paths).await.map_err(from_db("Cannot read"))?;
    let unused: Vec<String> = keys.iter().filter(|key| !named.contains(&path(key))).cloned().collect();
    delete(engine, &unused).await
}

/// Removes objects one by one; missing ones are fine. One that cannot be removed keeps none of the others, unless the store is away.
pub(crate) async fn delete(engine: &Inner, keys: &[String]) -> Result<()> {
    let mut first = None;
    for key in keys {
        if let Err(error) = engine.files.delete(key).await {
            let away = error.is_transient();
            first.get_or_insert(error);
            if away {
                break;
            }
        }
    }
    first.map_or(Ok(()), |error| Err(from_files("Cannot remove")(error)))
}
