//! Makes a training file: its head from the surveys of its conversations, and each conversation's element and lines
//! from its bytes (formats 1.2, 1.3, 2.2, 2.4).
//!
//! JSON: [`Draft::json_head`], then every element with [`BETWEEN`] between them, then [`Draft::json_tail`].
//! JSONL: [`Draft::jsonl_head`], then every conversation's lines; each brings the line feed before it.

mod element;
mod head;
mod line;

pub use super::fault::{Fault, Problem};
pub use element::transcode;

use super::survey::{PairFacts, Survey};
use super::{Distribution, QualitySummary, QualityTier};
use crate::ids::ConversationId;
use crate::scaffolding::Scaffolding;
use chrono::{DateTime, NaiveDate, Utc};
use head::Metadata;
use std::collections::HashSet;
use std::sync::Arc;

/// What stands between two elements of `conversations`.
pub const BETWEEN: &[u8] = b",\n";

/// What a new file is made with.
#[derive(Debug, Clone, Copy)]
pub struct NewFile<'a> {
    /// The name the user typed, 1 to 255 characters.
    pub name: &'a str,
    /// Created and last updated.
    pub at: DateTime<Utc>,
    /// A label; left out when there is none, as in files before December 2025.
    pub target_model: Option<&'a str>,
    /// The consultant profile: a JSON object in any spelling.
    pub profile: &'a [u8],
}

/// What the database knows of a conversation; wins over what its file says (formats 2.2).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Row {
    /// When it was made.
    pub created: Option<NaiveDate>,
    /// Row columns, else the snapshot; empty strings where it knows nothing.
    pub scaffolding: Scaffolding,
    /// `quality_score`, when it was measured.
    pub quality: Option<f64>,
}

/// What is written around the pairs of one conversation, and which pairs those are.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its key.
    pub id: ConversationId,
    /// What an existing file says; `None` for the usual `fp_conversation_<id>.json`.
    pub source_file: Option<Box<str>>,
    /// `2025-12-02`
    pub created_date: Box<str>,
    /// Its tier.
    pub tier: QualityTier,
    /// Its keys and names; shared, because few occur in many conversations.
    pub scaffolding: Arc<Scaffolding>,
    /// Pairs that are written.
    pub pairs: u32,
    /// Lines that are written.
    pub trainable: u32,
    /// Which pairs of the source are left out, from 0, ascending.
    pub left_out: Vec<u32>,
    /// Pairs in the source.
    source_pairs: u32,
}

/// What was written of one conversation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Written {
    /// Pairs in the JSON.
    pub pairs: u32,
    /// Lines in the JSONL.
    pub trainable: u32,
    /// Pairs that were left out on request.
    pub left_out: u32,
}

/// The scores that were collected so far, in the order in which JavaScript adds them.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Scores {
    count: u32,
    sum: f64,
    min: f64,
    max: f64,
}

impl Scores {
    fn add(&mut self, score: f64) {
        (self.min, self.max) =
            if self.count == 0 { (score, score) } else { (self.min.min(score), self.max.max(score)) };
        self.sum += score;
        self.count += 1;
    }

    fn mean(self) -> Option<f64> {
        (self.count > 0).then(|| self.sum / f64::from(self.count))
    }
}

/// A training file in the making: everything that must be known before its first byte is written.
#[derive(Debug, Clone)]
pub struct Draft {
    metadata: Metadata,
    profile: Vec<u8>,
    /// Other keys at the top of an existing file, with their values.
    others: Vec<(String, Vec<u8>)>,
    ids: HashSet<ConversationId>,
    scores: Scores,
    distribution: Distribution,
    scaffoldings: HashSet<Arc<Scaffolding>>,
    conversations: u64,
    pairs: u64,
    trainable: u64,
    left_out: u64,
    skip_damaged: bool,
}

impl Draft {
    /// A new file without conversations.
    pub fn create(file: &NewFile<'_>) -> Result<Self, Fault> {
        Self::with(Metadata::create(file.name, file.at, file.target_model), file.profile)
    }

    /// An existing file, of which the metadata and the profile are kept. Add the surveys of everything inside it
    /// first, in its order; then the new ones.
    pub fn append(metadata: &[u8], profile: &[u8], at: DateTime<Utc>) -> Result<Self, Fault> {
        Self::with(Metadata::append(metadata, at)?, profile)
    }

    fn with(metadata: Metadata, profile: &[u8]) -> Result<Self, Fault> {
        Ok(Self {
            metadata,
            profile: head::profile(profile)?,
            others: Vec::new(),
            ids: HashSet::new(),
            scores: Scores::default(),
            distribution: Distribution::default(),
            scaffoldings: HashSet::new(),
            conversations: 0,
            pairs: 0,
            trainable: 0,
            left_out: 0,
            skip_damaged: false,
        })
    }

    /// Another consultant profile: what all inputs share is known only after they were surveyed.
    pub fn set_profile(&mut self, profile: &[u8]) -> Result<(), Fault> {
        self.profile = head::profile(profile)?;
        Ok(())
    }

    /// From now on the pairs of damaged turns are left out of what is added (or no longer).
    pub const fn skip_damaged(&mut self, skip: bool) {
        self.skip_damaged = skip;
    }

    /// Keeps a key at the top of an existing file that is none of ours; it is written behind the conversations.
    pub fn keep(&mut self, key: &str, value: &[u8]) -> Result<(), Fault> {
        let mut out = Vec::new();
        crate::json::compact(value, &mut out).map_err(|error| Fault::from(error).inside(key))?;
        self.others.push((key.to_owned(), out));
        Ok(())
    }

    /// Whether it holds this conversation already.
    pub fn contains(&self, id: &ConversationId) -> bool {
        self.ids.contains(id)
    }

    /// Counts one more conversation and says what is to be written of it. Check [`Draft::contains`] before.
    pub fn add(&mut self, survey: &Survey, row: Option<&Row>) -> Entry {
        let kept = |pair: &&PairFacts| !(self.skip_damaged && pair.damage.any());
        let mut own = Scores::default();
        survey.pairs.iter().filter(kept).filter_map(|pair| pair.score).for_each(|score| own.add(score));
        let quality = row.and_then(|row| row.quality);
        if let Some(quality) = quality {
            self.scores.add(quality);
        } else {
            survey
                .pairs
                .iter()
                .filter(kept)
                .filter_map(|pair| pair.score)
                .for_each(|score| self.scores.add(score));
        }
        let said = survey.member.as_ref().and_then(|member| member.tier);
        let measured = quality.filter(|quality| *quality != 0.0).map(QualityTier::of);
        let tier = measured.or(said).unwrap_or_else(|| QualityTier::of(own.mean().unwrap_or_default()));
        let numbered = survey.pairs.iter().zip(0u32..);
        let left_out: Vec<u32> = numbered.filter(|(pair, _)| !kept(pair)).map(|(_, at)| at).collect();
        let trainable = survey.pairs.iter().filter(kept).filter(|pair| pair.trainable).count();
        let skipped = u32::try_from(left_out.len()).unwrap_or(u32::MAX);
        let entry = Entry {
            source_file: source_file(survey),
            created_date: created_date(survey, row).into(),
            tier,
            scaffolding: self.shared(scaffolding(survey, row)),
            pairs: survey.pairs() - skipped,
            trainable: u32::try_from(trainable).unwrap_or(u32::MAX),
            left_out,
            source_pairs: survey.pairs(),
            id: survey.id.clone(),
        };
        self.distribution.add(&entry.scaffolding);
        self.conversations += 1;
        self.pairs += u64::from(entry.pairs);
        self.trainable += u64::from(entry.trainable);
        self.left_out += u64::from(skipped);
        self.ids.insert(survey.id.clone());
        entry
    }

    /// The same scaffolding is kept once, however many conversations have it.
    fn shared(&mut self, scaffolding: Scaffolding) -> Arc<Scaffolding> {
        if let Some(known) = self.scaffoldings.get(&scaffolding) {
            return Arc::clone(known);
        }
        let new = Arc::new(scaffolding);
        self.scaffoldings.insert(Arc::clone(&new));
        new
    }

    /// Conversations so far.
    pub const fn conversations(&self) -> u64 {
        self.conversations
    }
    /// Pairs so far, user turns included.
    pub const fn pairs(&self) -> u64 {
        self.pairs
    }
    /// Lines of the JSONL so far, without its header.
    pub const fn trainable(&self) -> u64 {
        self.trainable
    }
    /// Pairs left out so far.
    pub const fn left_out(&self) -> u64 {
        self.left_out
    }
    /// Conversations per key so far.
    pub const fn distribution(&self) -> &Distribution {
        &self.distribution
    }
    /// The scores so far; zeros when there are none.
    pub fn quality(&self) -> QualitySummary {
        let avg = self.scores.mean().unwrap_or_default();
        QualitySummary { avg, min: self.scores.min, max: self.scores.max }
    }
    /// The file's name.
    pub fn name(&self) -> String {
        self.metadata.text("file_name").unwrap_or_default()
    }
    /// When the file was made first; `None` when an existing file says no time.
    pub fn created(&self) -> Option<DateTime<Utc>> {
        DateTime::parse_from_rfc3339(&self.metadata.text("created_date")?).ok().map(|at| at.to_utc())
    }
}

fn source_file(survey: &Survey) -> Option<Box<str>> {
    let said = survey.member.as_ref().map(|member| member.source_file.as_str())?;
    (!said.is_empty() && said != usual_source_file(&survey.id)).then(|| said.into())
}

/// The platform's name for the source of a conversation (formats 1.2).
fn usual_source_file(id: &ConversationId) -> String {
    format!("fp_conversation_{id}.json")
}

fn created_date(survey: &Survey, row: Option<&Row>) -> String {
    match row.and_then(|row| row.created) {
        Some(day) => day.format("%Y-%m-%d").to_string(),
        None => survey.created_date.split('T').next().unwrap_or_default().to_owned(),
    }
}

fn scaffolding(survey: &Survey, row: Option<&Row>) -> Scaffolding {
    let file = &survey.scaffolding;
    let Some(row) = row.map(|row| &row.scaffolding) else { return file.clone() };
    row.or(file)
}
