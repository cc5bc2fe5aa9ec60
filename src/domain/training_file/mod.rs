//! Training files: what is in one, and how one is made (formats 1.2, 1.3 and 2).

pub mod build;
pub mod damage;
pub mod fault;
pub mod split;
pub mod survey;
pub mod table;

#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod golden;
#[cfg(test)]
mod tests;

use crate::conversation::{ConversationRow, Unfit, words};
use crate::ids::{ConversationId, TrainingFileId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

use crate::conversation::UnknownWord;

words! {
    /// State of a training file (formats 6).
    FileStatus, "file status" {
        /// In use.
        Active = "active",
        /// Put away.
        Archived = "archived",
        /// Being built by the platform.
        Processing = "processing",
        /// A build by the platform failed.
        Failed = "failed",
    }
}

words! {
    /// How a training file grades a conversation (formats 2.2).
    QualityTier, "quality tier" {
        /// 4.5 and better.
        SeedDataset = "seed_dataset",
        /// 3.5 and better.
        Production = "production",
        /// 2.5 and better, and everything unmeasured.
        Experimental = "experimental",
        /// Below 2.5.
        Rejected = "rejected",
    }
}

impl QualityTier {
    /// The tier of a score (formats 2.2). A score of 0 counts as unmeasured.
    pub fn of(score: f64) -> Self {
        match score {
            s if s >= 4.5 => Self::SeedDataset,
            s if s >= 3.5 => Self::Production,
            s if s >= 2.5 || s == 0.0 || s.is_nan() => Self::Experimental,
            _ => Self::Rejected,
        }
    }
}

/// Key → number of conversations, in order of first appearance (formats 1.2).
pub type Counts = serde_json::Map<String, serde_json::Value>;

/// Conversations per persona, arc and topic key.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Distribution {
    /// Per persona key.
    pub personas: Counts,
    /// Per arc key.
    pub emotional_arcs: Counts,
    /// Per topic key.
    pub training_topics: Counts,
}

/// Scores over the collected conversations (formats 2.2). Zeros when nothing was collected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct QualitySummary {
    /// Mean.
    pub avg: f64,
    /// Smallest.
    pub min: f64,
    /// Largest.
    pub max: f64,
}

impl QualitySummary {
    /// The scores say something. Equal ones everywhere are the platform's default and no measurement (formats 2.8, 8.5).
    pub fn is_measured(self) -> bool {
        self.min < self.max
    }
}

/// A row of `training_files`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrainingFileRow {
    /// Key.
    pub id: TrainingFileId,
    /// Unique over all users of the database (formats 6).
    pub name: String,
    /// Free text; not in the file.
    pub description: Option<String>,
    /// State.
    pub status: FileStatus,
    /// Object key of the JSON in the training bucket: `<uuid>/training.json`.
    pub json_path: String,
    /// Object key of the JSONL.
    pub jsonl_path: String,
    /// Members.
    pub conversations: u32,
    /// Pairs, user turns included.
    pub pairs: u32,
    /// Bytes of the JSON object as it is stored (formats 2.3 has the platform's bug here).
    pub json_size: Option<u64>,
    /// Bytes of the JSONL object.
    pub jsonl_size: Option<u64>,
    /// Scores as in the file's own summary.
    pub quality: QualitySummary,
    /// Conversations per key.
    pub distribution: Distribution,
    /// Made.
    pub created: DateTime<Utc>,
    /// Last appended to; the same as `created` before that.
    pub updated: DateTime<Utc>,
}

/// What would become of a selection: all of it is known before anything is written (S1.8, S1.9).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Eligibility {
    /// These can go in, in the order of the file.
    pub fit: Vec<ConversationId>,
    /// These cannot, with the title and the reason.
    pub unfit: Vec<Blocked>,
    /// Conversations per key among those that fit.
    pub distribution: Distribution,
    /// Turns of those that fit: the pairs of the file.
    pub pairs: u64,
}

impl Eligibility {
    /// Judges rows for a file that already holds `members`. `unknown` are ids that matched nothing.
    pub fn judge(
        rows: impl IntoIterator<Item = ConversationRow>,
        members: &std::collections::HashSet<ConversationId>,
        unknown: impl IntoIterator<Item = String>,
    ) -> Self {
        let mut out = Self::default();
        for row in rows {
            let reason = if members.contains(&row.id) { Some(Unfit::Duplicate) } else { row.unfit() };
            if let Some(reason) = reason {
                out.unfit.push(Blocked { id: row.id, title: row.title, reason });
            } else {
                out.distribution.add(&row.scaffolding);
                out.pairs += u64::from(row.turns);
                out.fit.push(row.id);
            }
        }
        for id in unknown {
            out.unfit.push(Blocked {
                id: ConversationId::new(id),
                title: String::new(),
                reason: Unfit::Unknown,
            });
        }
        out
    }
}

impl Distribution {
    /// Counts one conversation under each of its non-empty keys (formats 2.2).
    pub fn add(&mut self, of: &crate::scaffolding::Scaffolding) {
        for (counts, key) in [
            (&mut self.personas, &of.persona_key),
            (&mut self.emotional_arcs, &of.emotional_arc_key),
            (&mut self.training_topics, &of.training_topic_key),
        ] {
            if !key.is_empty() {
                let n = counts.get(key).and_then(serde_json::Value::as_u64).unwrap_or(0);
                counts.insert(key.clone(), (n + 1).into());
            }
        }
    }
}

/// A conversation that blocks a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blocked {
    /// Which.
    pub id: ConversationId,
    /// What it is called; empty when unknown.
    pub title: String,
    /// Why.
    pub reason: Unfit,
}
