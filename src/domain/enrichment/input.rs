//! The raw conversation, as the model answers it and as the parse step completes it (formats 1.0, 4.7).

use crate::conversation::Role;
use crate::scaffolding::{ArcRow, PersonaRow, TopicRow};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// A raw or parsed conversation that has no blocker (formats 1.0).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConversationInput {
    /// What the conversation is.
    pub conversation_metadata: ConversationMetadata,
    /// What was said, in order.
    pub turns: Vec<InputTurn>,
    /// Where it came from; `None` for conversations made without scaffolding.
    #[serde(default, deserialize_with = "or_nothing", skip_serializing_if = "Option::is_none")]
    pub input_parameters: Option<InputParameters>,
}

/// Head of a raw conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationMetadata {
    /// Who asks.
    pub client_persona: String,
    /// The situation.
    pub session_context: String,
    /// Free slug.
    pub conversation_phase: String,
    /// What should come of it.
    #[serde(default, deserialize_with = "or_nothing", skip_serializing_if = "Option::is_none")]
    pub expected_outcome: Option<String>,
}

/// One turn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InputTurn {
    /// From 1. A number of any kind: only a missing one is a blocker (formats 5.2).
    pub turn_number: f64,
    /// Who speaks.
    pub role: Role,
    /// What is said.
    pub content: String,
    /// What is felt.
    pub emotional_context: EmotionalContext,
}

/// What is felt in a turn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EmotionalContext {
    /// Free slug.
    pub primary_emotion: String,
    /// Free slug.
    #[serde(default, deserialize_with = "or_nothing", skip_serializing_if = "Option::is_none")]
    pub secondary_emotion: Option<String>,
    /// 0 to 1.
    pub intensity: f64,
}

/// Keys and names of the scaffolding, in the file's order (formats 1.1).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct InputParameters {
    /// Row key.
    #[serde(deserialize_with = "or_nothing")]
    pub persona_id: String,
    /// Business key.
    #[serde(deserialize_with = "or_nothing")]
    pub persona_key: String,
    /// Name.
    #[serde(deserialize_with = "or_nothing")]
    pub persona_name: String,
    /// Row key.
    #[serde(deserialize_with = "or_nothing")]
    pub emotional_arc_id: String,
    /// Business key.
    #[serde(deserialize_with = "or_nothing")]
    pub emotional_arc_key: String,
    /// Name.
    #[serde(deserialize_with = "or_nothing")]
    pub emotional_arc_name: String,
    /// Row key.
    #[serde(deserialize_with = "or_nothing")]
    pub training_topic_id: String,
    /// Business key.
    #[serde(deserialize_with = "or_nothing")]
    pub training_topic_key: String,
    /// Name.
    #[serde(deserialize_with = "or_nothing")]
    pub training_topic_name: String,
}

impl InputParameters {
    /// What the parse step appends; an unknown row key is an empty string.
    pub fn of(persona: &PersonaRow, arc: &ArcRow, topic: &TopicRow) -> Self {
        Self {
            persona_id: persona.id.clone().unwrap_or_default(),
            persona_key: persona.persona_key.clone(),
            persona_name: persona.name.clone(),
            emotional_arc_id: arc.id.clone().unwrap_or_default(),
            emotional_arc_key: arc.arc_key.clone(),
            emotional_arc_name: arc.name.clone(),
            training_topic_id: topic.id.clone().unwrap_or_default(),
            training_topic_key: topic.topic_key.clone(),
            training_topic_name: topic.name.clone(),
        }
    }
}

/// Bytes that cannot be enriched. [`super::validate`] says in detail why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this is no raw conversation: {0}")]
pub struct NotRaw(String);

impl ConversationInput {
    /// Reads a raw or parsed conversation; keys that nobody knows are ignored.
    pub fn read(bytes: &[u8]) -> Result<Self, NotRaw> {
        // Through a value, so that a key written twice means the last one, as it does in JavaScript.
        serde_json::from_slice::<Value>(bytes)
            .and_then(serde_json::from_value)
            .map_err(|error| NotRaw(error.to_string()))
    }

    /// The parse step of formats 4.7: the model's idea of the client gives way to the persona, and the scaffolding is appended.
    #[must_use]
    pub fn with_scaffolding(mut self, persona: &PersonaRow, arc: &ArcRow, topic: &TopicRow) -> Self {
        self.conversation_metadata.client_persona = client_persona(persona);
        self.input_parameters = Some(InputParameters::of(persona, arc, topic));
        self
    }
}

/// `<name> - <archetype>` (formats 1.1).
pub(super) fn client_persona(persona: &PersonaRow) -> String {
    let archetype = persona.archetype.as_deref().filter(|text| !text.is_empty()).unwrap_or("Client");
    format!("{} - {archetype}", persona.name)
}

/// What only deserves a warning must not stop the reading: a value of another type counts as missing.
fn or_nothing<'de, D: Deserializer<'de>, T: serde::de::DeserializeOwned + Default>(
    from: D,
) -> Result<T, D::Error> {
    Ok(serde_json::from_value(Value::deserialize(from)?).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    const RAW: &str = r#"{"conversation_metadata":{"client_persona":"Alex - made up","session_context":"s","conversation_phase":"p"},
        "turns":[{"turn_number":1,"role":"user","content":"c","emotional_context":{"primary_emotion":"fear","intensity":1}}],"extra":1}"#;

    #[test]
    fn the_parse_step_overwrites_the_persona_and_appends_the_parameters() {
        let persona = PersonaRow { persona_key: "k".into(), name: "Kim".into(), ..PersonaRow::default() };
        let parsed = ConversationInput::read(RAW.as_bytes()).expect("raw").with_scaffolding(
            &persona,
            &ArcRow::default(),
            &TopicRow { id: Some("t".into()), ..TopicRow::default() },
        );
        assert_eq!(parsed.conversation_metadata.client_persona, "Kim - Client", "no archetype");
        let parameters = parsed.input_parameters.expect("appended");
        assert_eq!((parameters.persona_id.as_str(), parameters.training_topic_id.as_str()), ("", "t"));
    }

    #[test]
    fn a_missing_part_is_named() {
        let error = ConversationInput::read(br#"{"turns":[]}"#).expect_err("no metadata");
        assert!(error.to_string().contains("conversation_metadata"), "{error}");
        assert!(ConversationInput::read(b"\xff").is_err());
    }
}
