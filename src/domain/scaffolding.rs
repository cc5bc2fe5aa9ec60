//! Persona, emotional arc and training topic of a conversation.

use serde::{Deserialize, Serialize};

/// The six strings of `conversations[].conversation_metadata.scaffolding`, in the file's order (formats 1.2).
/// Empty where unknown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scaffolding {
    /// e.g. `anxious_planner`
    pub persona_key: String,
    /// e.g. `Jennifer Martinez`
    pub persona_name: String,
    /// e.g. `fear_to_confidence`
    pub emotional_arc_key: String,
    /// The arc's name.
    pub emotional_arc: String,
    /// e.g. `eldercare_costs`
    pub training_topic_key: String,
    /// The topic's name.
    pub training_topic: String,
}
