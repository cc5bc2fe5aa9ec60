//! One conversation on its way into the store.

use bytes::Bytes;
use chrono::{DateTime, NaiveTime, Utc};
use domain::conversation::{EnrichmentStatus, Tier};
use domain::dataset::check::text::is_truncated;
use domain::enrichment::ConversationInput;
use domain::ids::ConversationId;
use domain::json::{self, Cursor};
use domain::scaffolding::Scaffolding;
use domain::training_file::survey::Survey;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// The arcs of the platform that lie at the edge (checklist S3.1).
const EDGE_ARCS: [&str; 3] = ["crisis_to_referral", "hostility_to_boundary", "overwhelm_to_triage"];

/// One conversation on its way into the store.
#[derive(Debug)]
pub(crate) struct Item {
    pub id: ConversationId,
    pub title: String,
    pub scaffolding: Scaffolding,
    pub starting_emotion: Option<String>,
    pub ending_emotion: Option<String>,
    pub tier: Tier,
    pub enrichment: EnrichmentStatus,
    pub turns: u32,
    pub truncated: u32,
    pub created: DateTime<Utc>,
    /// sha256 of the content: how it is recognised again, in whatever envelope.
    pub hash: String,
    /// What is stored.
    pub bytes: Bytes,
    /// It lacks the user turns: it never takes the place of a whole one.
    pub partial: bool,
}

impl Item {
    /// Only a UUID names a conversation: its objects and its place in a training file are called after it.
    pub fn check_key(id: &ConversationId) -> Result<(), String> {
        if crate::objects::is_key(id) {
            Ok(())
        } else {
            Err(format!("the conversation id “{id}” is no UUID"))
        }
    }

    /// An enriched conversation: `survey` and `bytes` belong together.
    pub fn enriched(survey: Survey, bytes: Vec<u8>, now: DateTime<Utc>) -> Result<Self, String> {
        Self::check_key(&survey.id)?;
        let created = survey.created().map_or(now, |day| day.and_time(NaiveTime::MIN).and_utc());
        let edge = EDGE_ARCS.contains(&survey.scaffolding.emotional_arc_key.as_str());
        Ok(Self {
            title: survey.title.clone(),
            tier: if edge { Tier::EdgeCase } else { Tier::Template },
            enrichment: EnrichmentStatus::Completed,
            turns: survey.pairs(),
            truncated: survey.truncated(),
            created,
            hash: hash_enriched(&survey, &bytes)?,
            starting_emotion: survey.starting_emotion,
            ending_emotion: survey.ending_emotion,
            scaffolding: survey.scaffolding,
            // A UUID is the same in any case; the tables' members would meet it twice.
            id: ConversationId::new(survey.id.as_str().to_ascii_lowercase()),
            bytes: Bytes::from(bytes),
            partial: false,
        })
    }

    /// A conversation before enrichment. Its key is made of its content, so that it is recognised again.
    pub fn raw(bytes: Vec<u8>, now: DateTime<Utc>) -> Result<Self, String> {
        let mut compact = Vec::with_capacity(bytes.len());
        json::compact(json::without_bom(&bytes), &mut compact).map_err(|e| e.to_string())?;
        let read = ConversationInput::read(&compact).map_err(|e| e.to_string())?;
        let parameters = read.input_parameters.unwrap_or_default();
        let head = read.conversation_metadata;
        let scaffolding = Scaffolding {
            persona_key: parameters.persona_key,
            persona_name: parameters.persona_name,
            emotional_arc_key: parameters.emotional_arc_key,
            emotional_arc: parameters.emotional_arc_name,
            training_topic_key: parameters.training_topic_key,
            training_topic: parameters.training_topic_name,
        };
        let person = head.client_persona.split(" - ").next().unwrap_or_default().trim();
        let words: Vec<&str> = head.session_context.split_whitespace().take(9).collect();
        let edge = EDGE_ARCS.contains(&scaffolding.emotional_arc_key.as_str());
        let emotion = |turn: Option<&domain::enrichment::InputTurn>| {
            turn.map(|t| t.emotional_context.primary_emotion.clone())
        };
        let truncated = read.turns.iter().filter(|t| is_truncated(&t.content)).count();
        Ok(Self {
            id: ConversationId::from(Uuid::new_v5(&Uuid::NAMESPACE_OID, &compact)),
            title: format!("{person} · {} …", words.join(" ")),
            scaffolding,
            starting_emotion: emotion(read.turns.first()),
            ending_emotion: emotion(read.turns.last()),
            tier: if edge { Tier::EdgeCase } else { Tier::Template },
            enrichment: EnrichmentStatus::NotStarted,
            turns: u32::try_from(read.turns.len()).unwrap_or(u32::MAX),
            truncated: u32::try_from(truncated).unwrap_or(u32::MAX),
            created: now,
            hash: hex::encode(Sha256::digest(&compact)),
            bytes: Bytes::from(bytes),
            partial: false,
        })
    }
}

/// The hash of an enriched object in the store, as [`Item::enriched`] makes it; `None` when it is no such object.
pub(super) fn hash_stored(id: &ConversationId, bytes: &[u8]) -> Option<String> {
    let bytes = json::without_bom(bytes);
    let mut survey = domain::training_file::survey::survey(bytes).ok()?;
    survey.id = id.clone();
    hash_enriched(&survey, bytes).ok()
}

/// Hash of what makes an enriched conversation: its key, its scaffolding and its pairs. Not of the envelope, which differs between the
/// enriched file and the one that is rebuilt from a training file.
fn hash_enriched(survey: &Survey, bytes: &[u8]) -> Result<String, String> {
    let mut compact = Vec::with_capacity(bytes.len());
    json::compact(training_pairs(bytes)?, &mut compact).map_err(|e| e.to_string())?;
    let mut hash = Sha256::new();
    for part in std::iter::once(survey.id.as_str()).chain(survey.scaffolding.texts()) {
        hash.update(part);
        hash.update([0]);
    }
    hash.update(&compact);
    Ok(hex::encode(hash.finalize()))
}

/// The source of the array `training_pairs` at the top.
pub(super) fn training_pairs(bytes: &[u8]) -> Result<&[u8], String> {
    let mut found: Option<&str> = None;
    let mut cursor = Cursor::new(json::without_bom(bytes)).map_err(|e| e.to_string())?;
    let read = cursor.object(|inner, key| {
        let value = inner.skip()?;
        if key.is("training_pairs") {
            found = Some(value);
        }
        Ok::<_, json::Error>(())
    });
    read.map_err(|e| e.to_string())?;
    found.map(str::as_bytes).ok_or_else(|| "training_pairs is missing".to_owned())
}
