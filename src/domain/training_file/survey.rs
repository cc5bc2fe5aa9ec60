//! One pass over a conversation that tells everything the head of a training file needs, and what an import stores,
//! without building anything of the pairs.

mod metadata;
mod pair;

pub use super::damage::Damage;
pub use super::fault::{Fault, Problem};

use super::QualityTier;
use crate::conversation::Turn;
use crate::ids::ConversationId;
use crate::json::{Cursor, Next};
use crate::scaffolding::Scaffolding;
use chrono::NaiveDate;
use metadata::Frame;
use pair::Pairs;
pub(crate) use pair::{FIELDS, field};

/// What one pair adds to the head.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct PairFacts {
    /// Its target is not null: it becomes a line of the JSONL.
    pub trainable: bool,
    /// `training_metadata.quality_score`, when it is there.
    pub score: Option<f64>,
    /// What is wrong with its own turn.
    pub damage: Damage,
}

/// What an element of a full file says about itself, and what is kept of that.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MemberFacts {
    /// `source_file`; empty when absent.
    pub source_file: String,
    /// `quality_tier`.
    pub tier: Option<QualityTier>,
}

/// Everything a conversation file says that is needed before it is written.
#[derive(Debug, Clone, PartialEq)]
pub struct Survey {
    /// From `dataset_name` without `fp_conversation_`, or `conversation_metadata.conversation_id`.
    pub id: ConversationId,
    /// As it is written, e.g. `2025-12-02`; empty when the file says nothing.
    pub created_date: String,
    /// Keys and names by formats 2.2, as far as the file knows them.
    pub scaffolding: Scaffolding,
    /// What to call it in a table: person and topic.
    pub title: String,
    /// One per pair, in order.
    pub pairs: Vec<PairFacts>,
    /// What the arc begins with; the first turn's emotion when the file names no arc.
    pub starting_emotion: Option<String>,
    /// What the arc leads to; the last turn's emotion when the file names no arc.
    pub ending_emotion: Option<String>,
    /// The session as the first pair tells it; empty when it does not.
    pub session_context: String,
    /// Present when it is an element of a full file.
    pub member: Option<MemberFacts>,
}

impl Survey {
    /// Pairs, user turns included.
    pub fn pairs(&self) -> u32 {
        count(self.pairs.iter())
    }
    /// Pairs with a target.
    pub fn trainable(&self) -> u32 {
        count(self.pairs.iter().filter(|pair| pair.trainable))
    }
    /// Turns with any damage.
    pub fn damaged(&self) -> u32 {
        count(self.pairs.iter().filter(|pair| pair.damage.any()))
    }
    /// Turns that stop in the middle of a sentence.
    pub fn truncated(&self) -> u32 {
        count(self.pairs.iter().filter(|pair| pair.damage.truncated))
    }
    /// Turns with literal escapes.
    pub fn literal_escapes(&self) -> u32 {
        count(self.pairs.iter().filter(|pair| pair.damage.literal_escape))
    }
    /// The day it was made.
    pub fn created(&self) -> Option<NaiveDate> {
        NaiveDate::parse_from_str(self.created_date.get(..10)?, "%Y-%m-%d").ok()
    }
}

fn count<T>(items: impl Iterator<Item = T>) -> u32 {
    u32::try_from(items.count()).unwrap_or(u32::MAX)
}

/// Reads one enriched file or one element of `conversations`.
pub fn survey(source: &[u8]) -> Result<Survey, Fault> {
    let mut cursor = Cursor::new(source)?;
    let mut frame = Frame::default();
    let mut pairs: Option<Pairs<'_>> = None;
    cursor.object(|inner, key| {
        if key.is("training_pairs") {
            pairs = Some(Pairs::read(inner).map_err(|fault| fault.inside("training_pairs"))?);
            Ok::<_, Fault>(())
        } else {
            frame.read(inner, &key)
        }
    })?;
    cursor.finish()?;
    let start = crate::json::Position::default();
    let pairs = pairs.ok_or_else(|| Fault::new("training_pairs", Problem::Missing, start))?;
    let id = frame.id(start)?;
    let scaffolding = frame.scaffolding(&pairs.first);
    let title = title(&scaffolding, &pairs.first.session_context, &id);
    let (starting_emotion, ending_emotion) = pairs.emotions();
    Ok(Survey {
        created_date: std::mem::take(&mut frame.created_date),
        scaffolding,
        title,
        pairs: pairs.facts,
        starting_emotion,
        ending_emotion,
        session_context: pairs.first.session_context,
        member: frame.is_member().then_some(MemberFacts { source_file: frame.source_file, tier: frame.tier }),
        id,
    })
}

/// Person and topic; what is missing is left out; the session's first words or the key when both are.
fn title(scaffolding: &Scaffolding, session: &str, id: &ConversationId) -> String {
    let person = scaffolding.persona_name.split(" - ").next().unwrap_or_default().trim();
    let about = [&scaffolding.training_topic, &scaffolding.emotional_arc];
    let about = about.into_iter().map(|text| text.trim()).find(|text| !text.is_empty()).unwrap_or_default();
    match (person, about) {
        ("", "") => {
            let mut words = session.split_whitespace();
            let text: Vec<&str> = words.by_ref().take(9).collect();
            let dots = if words.next().is_some() { " …" } else { "" };
            if text.is_empty() { id.short().to_owned() } else { text.join(" ") + dots }
        }
        ("", only) | (only, "") => only.to_owned(),
        (person, about) => format!("{person} · {about}"),
    }
}

/// The `consultant_profile` of an enriched or full file that is in memory, compact; `None` when it has none.
pub fn profile(source: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
    let mut cursor = Cursor::new(source)?;
    let mut found = None;
    cursor.object(|inner, key| {
        if key.is("consultant_profile") {
            let mut profile = Vec::new();
            metadata::expect(inner, Next::Object, "consultant_profile", "an object")?;
            inner.compact(&mut profile)?;
            found = Some(profile);
            return Ok(());
        }
        metadata::pass(inner)
    })?;
    cursor.finish()?;
    Ok(found)
}

/// Reads the turns of a conversation for a reading view: every pair's own turn, with its emotion.
pub fn turns(source: &[u8]) -> Result<Vec<Turn>, Fault> {
    let mut cursor = Cursor::new(source)?;
    let mut turns = Vec::new();
    cursor.object(|inner, key| {
        if key.is("training_pairs") {
            turns.clear();
            inner.array(|inner, index| {
                let turn = pair::turn(inner, index)
                    .map_err(|fault| fault.inside(&format!("training_pairs[{index}]")))?;
                turns.push(turn);
                Ok::<_, Fault>(())
            })
        } else {
            inner.skip()?;
            Ok(())
        }
    })?;
    cursor.finish()?;
    Ok(turns)
}
