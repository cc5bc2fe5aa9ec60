//! One conversation with its turns.

use super::keys::by_ids;
use super::{Detail, Which};
use crate::engine::{from_db, from_files};
use crate::import::Finding;
use crate::{Engine, Error, Result, check, objects};
use bytes::Bytes;
use domain::conversation::{ConversationRow, Turn};
use domain::dataset::check_bytes;
use domain::enrichment::ConversationInput;
use domain::ids::ConversationId;
use domain::json::without_bom;
use domain::training_file::survey::turns;
use serde_json::Value;

const WHAT: &str = "Cannot show the conversation";

/// One conversation with its turns; `id` is the business key, its beginning, or the row's key.
pub async fn show(engine: &Engine, id: &str) -> Result<Detail> {
    let row = find(engine, id).await?;
    let db = engine.db();
    let in_files = db.member_of(&row.id).await.map_err(from_db(WHAT))?;
    let review_notes = db.review_note(&row.id).await.map_err(from_db(WHAT))?.unwrap_or_default();
    let mut detail = Detail {
        turns: Vec::new(),
        in_files,
        findings: Vec::new(),
        client: String::new(),
        session: String::new(),
        phase: String::new(),
        expected: String::new(),
        review_notes,
        problem: None,
        row,
    };
    let path = detail.row.enriched_path.as_ref().or(detail.row.raw_path.as_ref());
    if let Some(path) = path.filter(|p| !p.is_empty()) {
        match engine.files().get(&objects::conversation_key(path)).await {
            Ok(bytes) => detail.fill(&bytes),
            Err(e) => detail.problem = Some(e.to_string()),
        }
    }
    Ok(detail)
}

impl Detail {
    /// From the object: turns, what it says about the session, and what the check finds.
    fn fill(&mut self, bytes: &Bytes) {
        let bytes = without_bom(bytes);
        let read = match turns(bytes) {
            Ok(turns) if !turns.is_empty() => Ok(turns),
            enriched => match ConversationInput::read(bytes) {
                Ok(raw) => Ok(raw.turns.into_iter().map(from_raw).collect()),
                Err(_) => enriched.map_err(|fault| fault.to_string()),
            },
        };
        match read {
            Ok(turns) => self.turns = turns,
            Err(why) => self.problem = Some(why),
        }
        let value: Value = serde_json::from_slice(bytes).unwrap_or_default();
        let first = &value["training_pairs"][0]["conversation_metadata"];
        let said = if first.is_object() { first } else { &value["conversation_metadata"] };
        let text = |key: &str| said[key].as_str().unwrap_or_default().to_owned();
        let background = text("client_background");
        self.client = if background.is_empty() { text("client_persona") } else { background };
        self.session = text("session_context");
        self.phase = text("conversation_phase");
        self.expected = text("expected_outcome");
        if let Ok(report) = check_bytes(self.row.id.as_str(), bytes, &check::options(&[])) {
            self.findings = Finding::of(&report);
        }
    }
}

fn from_raw(turn: domain::enrichment::InputTurn) -> Turn {
    let emotion = turn.emotional_context;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "turn numbers are small; a cast saturates"
    )]
    let number = turn.turn_number as u32;
    Turn {
        number,
        role: turn.role,
        content: turn.content,
        emotion: Some((emotion.primary_emotion, emotion.intensity)),
        secondary: emotion.secondary_emotion,
    }
}

/// The bytes of an object, as text.
pub async fn json(engine: &Engine, id: &str, which: Which) -> Result<String> {
    let row = find(engine, id).await?;
    let path = path(&row, which).ok_or_else(|| {
        let missing = if which == Which::Raw { "no raw file" } else { "no enriched file" };
        Error::not_found(WHAT, format!("it has {missing}")).on(&row.id)
    })?;
    let bytes = engine.files().get(&objects::conversation_key(&path)).await.map_err(from_files(WHAT))?;
    String::from_utf8(bytes.into()).map_err(|_| Error::failed(WHAT, "its file is no text").on(&row.id))
}

/// Where the object lies.
pub(super) fn path(row: &ConversationRow, which: Which) -> Option<String> {
    let path = match which {
        Which::Raw => &row.raw_path,
        Which::Enriched => &row.enriched_path,
    };
    path.clone().filter(|path| !path.is_empty())
}

async fn find(engine: &Engine, id: &str) -> Result<ConversationRow> {
    let (rows, _) = by_ids(engine, &[ConversationId::new(id)]).await?;
    rows.into_iter().next().ok_or_else(|| {
        Error::not_found(WHAT, "there is none with this key")
            .on(format!("“{id}”"))
            .next("See them with `brightrun conversations list`")
    })
}
