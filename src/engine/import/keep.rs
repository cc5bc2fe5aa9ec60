//! Conversations into the store, a chunk at a time: objects first, then all rows of the chunk in one transaction, then what they replaced goes.

use super::item::Item;
use super::known::Known;
use super::{Outcome, Take, Tally, WHAT};
use crate::engine::{from_db, from_files};
use crate::journal::Journal;
use crate::objects::{Part, conversation_key, conversation_path};
use crate::{Engine, Result, recovery};
use bytes::Bytes;
use domain::conversation::{ConversationRow, EnrichmentStatus, ReviewStatus};
use domain::ids::{BatchId, ConversationId};
use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use std::collections::{HashMap, HashSet};
use store::{NewConversation, PutOutcome};

/// Conversations per transaction.
const CHUNK: usize = 512;
/// Bytes per chunk.
const CHUNK_BYTES: usize = 16 << 20;

/// Questions to the object store at once.
const LOOKING: usize = 16;

/// Stores conversations.
pub(super) struct Keeper<'a> {
    engine: &'a Engine,
    journal: Journal,
    /// Name of the batch that they go into, and the batch, from the first conversation on.
    batch: (Option<String>, Option<BatchId>),
    chunk: Vec<(usize, Item)>,
    bytes: usize,
    ids: HashSet<ConversationId>,
    /// Per file; the files whose last chunk is still waiting are not complete.
    tallies: HashMap<usize, Tally>,
    /// Everything that was stored or found, in file order, each once.
    order: Vec<ConversationId>,
    known: HashSet<ConversationId>,
}

impl Take for Keeper<'_> {
    fn engine(&self) -> &Engine {
        self.engine
    }
    /// What is known of a file now; [`Keeper::flush`] brings the rest.
    fn tally(&mut self, file: usize) -> Tally {
        self.tallies.remove(&file).unwrap_or_default()
    }

    /// The journal entry lives on.
    async fn linger(&mut self) -> Result<()> {
        self.journal.renew(&self.engine.0).await
    }

    /// Takes one conversation of the file of this number.
    async fn take(&mut self, file: usize, item: Item, outcome: &mut Outcome) -> Result<()> {
        if self.ids.contains(&item.id) {
            self.flush(outcome).await?;
        }
        self.ids.insert(item.id.clone());
        if self.known.insert(item.id.clone()) {
            self.order.push(item.id.clone());
        }
        self.bytes += item.bytes.len();
        self.chunk.push((file, item));
        if self.chunk.len() >= CHUNK || self.bytes >= CHUNK_BYTES {
            self.flush(outcome).await
        } else {
            Ok(())
        }
    }

    /// Stores what waits.
    async fn flush(&mut self, outcome: &mut Outcome) -> Result<()> {
        let chunk = std::mem::take(&mut self.chunk);
        self.bytes = 0;
        self.ids.clear();
        if chunk.is_empty() {
            return Ok(());
        }
        self.begin_batch().await?;
        let ids: Vec<_> = chunk.iter().map(|(_, item)| item.id.clone()).collect();
        let known = Known::of(self.engine, &ids).await?;
        let (mut new, mut files, mut there, mut same) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (file, item) in chunk {
            if known.stays(&item).await? {
                self.count(file, PutOutcome::Same, outcome);
                same.extend(known.rows.get(&item.id));
                if let Some(path) = known.object(&item) {
                    there.push((conversation_key(path), item.bytes));
                }
            } else {
                files.push(file);
                new.push(item);
            }
        }
        self.restore(there).await?;
        if let Some(batch) = self.batch.1 {
            self.engine.db().join_batch(batch, &same).await.map_err(from_db(WHAT))?;
        }
        let put = self.put(new, &known.rows).await?;
        for (file, put) in files.into_iter().zip(put) {
            self.count(file, put, outcome);
        }
        Ok(())
    }
}

impl<'a> Keeper<'a> {
    pub fn new(engine: &'a Engine, journal: Journal, batch: Option<&str>) -> Self {
        let batch = batch.map(str::trim).filter(|name| !name.is_empty());
        Self {
            engine,
            journal,
            batch: (batch.map(str::to_owned), None),
            chunk: Vec::new(),
            bytes: 0,
            ids: HashSet::new(),
            tallies: HashMap::new(),
            order: Vec::new(),
            known: HashSet::new(),
        }
    }

    /// Not before there is a conversation for it: an import that brings nothing leaves no empty batch.
    async fn begin_batch(&mut self) -> Result<()> {
        if let (Some(name), None) = &self.batch {
            let id = BatchId(self.engine.0.ids.next());
            let batch = self.engine.db().ensure_batch(id, name, self.engine.now()).await;
            self.batch.1 = Some(batch.map_err(from_db(WHAT))?.id);
        }
        Ok(())
    }

    /// Puts back the objects that rows name and nobody finds: whoever lost files imports them again.
    async fn restore(&mut self, objects: Vec<(String, Bytes)>) -> Result<()> {
        let inside = &self.engine.0;
        let looking = objects.into_iter().map(|(key, bytes)| async move {
            let missing = inside.files.head(&key).await.map_err(from_files(WHAT))?.is_none();
            Ok(missing.then_some((key, bytes)))
        });
        let lost = stream::iter(looking).buffered(LOOKING).try_filter_map(|one| async move { Ok(one) });
        let lost: Vec<(String, Bytes)> = self.journal.through(inside, lost.try_collect()).await?;
        if lost.is_empty() {
            return Ok(());
        }
        tracing::warn!(count = lost.len(), "objects of known conversations were missing and are put back");
        let putting = async { inside.files.put_many(lost).await.map_err(from_files(WHAT)) };
        self.journal.through(inside, putting).await
    }

    fn count(&mut self, file: usize, put: PutOutcome, outcome: &mut Outcome) {
        let mut one = Tally::default();
        match put {
            PutOutcome::Inserted => one.new = 1,
            PutOutcome::Same => one.same = 1,
            PutOutcome::Replaced => one.replaced = 1,
        }
        outcome.total.add(one);
        // A file's result may be there already while its last conversations waited for their chunk.
        match outcome.files.get_mut(file) {
            Some(result) => result.tally.add(one),
            None => self.tallies.entry(file).or_default().add(one),
        }
    }

    async fn put(
        &mut self,
        items: Vec<Item>,
        before: &HashMap<ConversationId, ConversationRow>,
    ) -> Result<Vec<PutOutcome>> {
        if items.is_empty() {
            return Ok(Vec::new());
        }
        let inside = &self.engine.0;
        let (mut rows, mut files) = (Vec::with_capacity(items.len()), Vec::with_capacity(items.len()));
        for item in items {
            let part =
                if item.enrichment == EnrichmentStatus::Completed { Part::Enriched } else { Part::Raw };
            let path = conversation_path(inside.db.user(), &item.id, part, &item.hash);
            files.push((conversation_key(&path), item.bytes.clone()));
            rows.push(self.row(item, path, part, before));
        }
        let replaced: Vec<String> = rows
            .iter()
            .filter_map(|row| before.get(&row.id))
            .flat_map(|row| [&row.enriched_path, &row.raw_path])
            .flatten()
            .map(|path| conversation_key(path))
            .collect();
        let at_stake: Vec<String> =
            files.iter().map(|(key, _)| key.clone()).chain(replaced.iter().cloned()).collect();
        self.journal.objects(inside, at_stake).await?;
        let putting = async { inside.files.put_many(files).await.map_err(from_files(WHAT)) };
        self.journal.through(inside, putting).await?;
        let hold = Some(self.journal.hold());
        let put = inside.db.put_conversations(&rows, hold).await.map_err(from_db(WHAT))?;
        let unused = recovery::unreferenced(inside, self.journal.id(), &replaced).await?;
        recovery::delete(inside, &unused).await?;
        Ok(put)
    }

    fn row(
        &self,
        item: Item,
        path: String,
        part: Part,
        before: &HashMap<ConversationId, ConversationRow>,
    ) -> NewConversation {
        let size = item.bytes.len() as u64;
        let old = before.get(&item.id);
        let (raw, raw_size, enriched) = match part {
            // The raw file of a conversation stays when its enriched one changes.
            Part::Enriched => (old.and_then(|row| row.raw_path.clone()), None, Some(path)),
            Part::Raw => (Some(path), Some(size), None),
        };
        NewConversation {
            id: item.id,
            title: item.title,
            scaffolding: item.scaffolding,
            starting_emotion: item.starting_emotion,
            ending_emotion: item.ending_emotion,
            tier: item.tier,
            status: old.map_or(ReviewStatus::PendingReview, |row| row.status),
            enrichment: item.enrichment,
            turns: item.turns,
            quality: old.and_then(|row| row.quality),
            created: item.created,
            raw_size,
            raw_path: raw,
            enriched_size: enriched.is_some().then_some(size),
            enriched_path: enriched,
            content_hash: item.hash,
            truncated: Some(item.truncated),
            batch: self.batch.1,
        }
    }

    /// The end. After a failure the journal stays unless nothing is left to tidy up; answers the conversations in file order.
    pub async fn end(self, well: bool) -> Result<(Option<Journal>, Vec<ConversationId>)> {
        let inside = &self.engine.0;
        if well {
            return Ok((Some(self.journal), self.order));
        }
        let at_stake = self.journal.at_stake().to_vec();
        let tidied = match recovery::unreferenced(inside, self.journal.id(), &at_stake).await {
            Ok(unused) => recovery::delete(inside, &unused).await,
            Err(e) => Err(e),
        };
        Ok((tidied.is_ok().then_some(self.journal), self.order))
    }
}
