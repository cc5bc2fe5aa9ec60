//! From a finished draft to a row that names two new objects: journal, objects, one transaction, and only then the old objects go.

use super::build::{Build, Existing, Pair};
use super::judge::Candidate;
use crate::engine::from_db;
use crate::journal::Journal;
use crate::{Engine, Error, Result, objects, recovery};
use domain::ids::ConversationId;
use domain::training_file::TrainingFileRow;
use domain::training_file::build::{Draft, Entry};
use store::{CommitFile, Hold};

/// Everything that is known before the first byte is written.
pub(super) struct Plan<'a> {
    pub build: Build<'a>,
    pub draft: Draft,
    pub existing: Option<Existing>,
    pub candidates: Vec<Candidate>,
    pub entries: Vec<Entry>,
    /// The row as it shall be; paths, sizes and counts are filled in here.
    pub row: TrainingFileRow,
    /// The row as it is now, when there is one.
    pub before: Option<TrainingFileRow>,
}

impl Plan<'_> {
    /// Writes it all. On any failure nothing of it is left, or the journal remembers what is.
    pub async fn carry_out(mut self) -> Result<TrainingFileRow> {
        let inside = &self.build.engine.0;
        let folder = inside.ids.next();
        self.row.json_path = format!("{folder}/training.json");
        self.row.jsonl_path = format!("{folder}/training.jsonl");
        let new =
            vec![objects::training_key(&self.row.json_path), objects::training_key(&self.row.jsonl_path)];
        let old: Vec<String> = self
            .before
            .iter()
            .flat_map(|b| [&b.json_path, &b.jsonl_path])
            .map(|p| objects::training_key(p))
            .collect();
        let kind = if self.before.is_some() { recovery::ADD } else { recovery::CREATE };
        let at_stake = new.iter().chain(&old).cloned().collect();
        let mut journal = Journal::begin(inside, kind, &self.row.name, at_stake).await?;
        let done = match self.write(&new, &mut journal).await {
            Ok(()) => self.commit(journal.hold()).await,
            Err(error) => Err(Unsettled::No(match &self.before {
                Some(before) => overtaken(self.build.engine, self.build.what, before, error).await,
                None => error,
            })),
        };
        match done {
            Ok(()) => {
                // The file is there. What is not removed now, the next start removes: the entry ends last.
                let tidied = match recovery::delete_old(inside, &old).await {
                    Ok(()) => journal.end(inside).await,
                    Err(error) => Err(error),
                };
                if let Err(error) = tidied {
                    tracing::warn!(%error, "the old version of a training file is not removed yet");
                }
                Ok(self.row)
            }
            Err(Unsettled::No(error)) => {
                if recovery::delete(inside, &new).await.is_ok() {
                    journal.end(inside).await?;
                }
                Err(error)
            }
            Err(Unsettled::Unknown(error)) => Err(error),
        }
    }

    async fn write(&mut self, new: &[String], journal: &mut Journal) -> Result<()> {
        let build = &self.build;
        let mut out = Pair::begin(build.engine.files(), build.what, (&new[0], &new[1]))?;
        let pieces = (self.candidates.as_slice(), self.entries.as_slice());
        let written = build.write(&self.draft, self.existing.as_ref(), pieces, &mut out, journal).await;
        if let Err(error) = written {
            out.abort().await;
            return Err(error);
        }
        // The last parts of a large file may take longer than a lease.
        let (json, jsonl) = journal.through(&build.engine.0, out.finish()).await?;
        if build.cancel.is_cancelled() {
            return Err(Error::interrupted(build.what));
        }
        let row = &mut self.row;
        row.json_size = Some(json);
        row.jsonl_size = Some(jsonl);
        row.conversations = u32::try_from(self.draft.conversations()).unwrap_or(u32::MAX);
        row.pairs = u32::try_from(self.draft.pairs()).unwrap_or(u32::MAX);
        row.quality = self.draft.quality();
        row.distribution = self.draft.distribution().clone();
        Ok(())
    }

    async fn commit(&self, hold: &Hold) -> Result<(), Unsettled> {
        let (db, what) = (self.build.engine.db(), self.build.what);
        let commit = CommitFile {
            row: self.row.clone(),
            new_members: self.candidates.iter().map(|c| c.id.clone()).collect::<Vec<ConversationId>>(),
            expected: self.before.as_ref().map(|b| (b.json_path.clone(), b.jsonl_path.clone())),
            journal: Some(hold.clone()),
        };
        let Err(error) = db.commit_training_file(&commit).await else { return Ok(()) };
        // The connection may have broken after the commit: only the row tells.
        match db.training_file(&self.row.name).await {
            Ok(Some(row)) if row.json_path == self.row.json_path => Ok(()),
            Ok(_) => Err(Unsettled::No(from_db(what)(error).on(format!("“{}”", self.row.name)))),
            Err(_) => Err(Unsettled::Unknown(
                from_db(what)(error)
                    .on(format!("“{}”", self.row.name))
                    .next("The next start finds out whether it was finished, and says so"),
            )),
        }
    }
}

/// Who adds takes the old objects away. Whoever was reading them then did not meet a damaged store: somebody was faster.
/// Only for failures before the commit.
pub(super) async fn overtaken(
    engine: &Engine,
    what: &'static str,
    before: &TrainingFileRow,
    error: Error,
) -> Error {
    match engine.db().training_file(&before.id.to_string()).await {
        Ok(Some(now)) if now.json_path != before.json_path => {
            Error::refused(what, "it was changed by someone else meanwhile, so it was left as it is")
                .on(format!("“{}”", before.name))
                .next("Try again")
        }
        _ => error,
    }
}

/// Why a plan was not carried out, and whether that is certain.
enum Unsettled {
    /// The row does not name the new objects.
    No(Error),
    /// Nobody knows now.
    Unknown(Error),
}
