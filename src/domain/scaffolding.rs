//! Persona, emotional arc and training topic of a conversation, and the rows they come from.

use crate::conversation::Tier;
use serde::{Deserialize, Serialize};

/// The six strings of `conversations[].conversation_metadata.scaffolding`, in the file's order (formats 1.2).
/// Empty where unknown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
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

impl Scaffolding {
    /// What a conversation made from these three rows carries.
    pub fn of(persona: &PersonaRow, arc: &ArcRow, topic: &TopicRow) -> Self {
        Self {
            persona_key: persona.persona_key.clone(),
            persona_name: persona.name.clone(),
            emotional_arc_key: arc.arc_key.clone(),
            emotional_arc: arc.name.clone(),
            training_topic_key: topic.topic_key.clone(),
            training_topic: topic.name.clone(),
        }
    }

    /// The six, in the file's order.
    pub fn texts(&self) -> [&str; 6] {
        [
            &self.persona_key,
            &self.persona_name,
            &self.emotional_arc_key,
            &self.emotional_arc,
            &self.training_topic_key,
            &self.training_topic,
        ]
    }

    /// Each as it is here, or, where it is empty, as it is there.
    #[must_use]
    pub fn or(&self, there: &Self) -> Self {
        let pick = |own: &String, other: &String| if own.is_empty() { other } else { own }.clone();
        Self {
            persona_key: pick(&self.persona_key, &there.persona_key),
            persona_name: pick(&self.persona_name, &there.persona_name),
            emotional_arc_key: pick(&self.emotional_arc_key, &there.emotional_arc_key),
            emotional_arc: pick(&self.emotional_arc, &there.emotional_arc),
            training_topic_key: pick(&self.training_topic_key, &there.training_topic_key),
            training_topic: pick(&self.training_topic, &there.training_topic),
        }
    }
}

/// Who the client is (formats 6, `personas`): the columns that a rule reads. Other columns are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonaRow {
    /// Row key; `None` where the live key is unknown (formats 7).
    #[serde(default)]
    pub id: Option<String>,
    /// Business key.
    pub persona_key: String,
    /// e.g. `Jennifer Martinez`
    pub name: String,
    /// e.g. `The Anxious Planner`
    #[serde(default)]
    pub archetype: Option<String>,
    /// Age, gender, place, family.
    #[serde(default)]
    pub demographics: Option<Demographics>,
    /// One paragraph.
    #[serde(default)]
    pub financial_background: Option<String>,
    /// Offered in the generator.
    #[serde(default = "yes")]
    pub is_active: bool,
}

/// The JSON column `personas.demographics`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Demographics {
    /// Years.
    #[serde(default)]
    pub age: Option<u32>,
    /// Free text.
    #[serde(default)]
    pub gender: Option<String>,
    /// Free text.
    #[serde(default)]
    pub family_status: Option<String>,
    /// Free text, e.g. `Suburban`.
    #[serde(default)]
    pub location: Option<String>,
}

/// From which feeling to which (formats 6, `emotional_arcs`).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ArcRow {
    /// Row key; `None` where the live key is unknown.
    #[serde(default)]
    pub id: Option<String>,
    /// Business key.
    pub arc_key: String,
    /// e.g. `Fear → Confidence`
    pub name: String,
    /// Feeling at the start.
    pub starting_emotion: String,
    /// Feeling at the end.
    pub ending_emotion: String,
    /// `core` or `edge`.
    #[serde(default)]
    pub conversation_category: Option<String>,
    /// Offered in the generator.
    #[serde(default = "yes")]
    pub is_active: bool,
}

/// What it is about (formats 6, `training_topics`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopicRow {
    /// Row key; `None` where the live key is unknown.
    #[serde(default)]
    pub id: Option<String>,
    /// Business key.
    pub topic_key: String,
    /// e.g. `Planning for Eldercare Expenses`
    pub name: String,
    /// `beginner`, `intermediate` or `advanced`; nothing checks it.
    #[serde(default)]
    pub complexity_level: Option<String>,
    /// Offered in the generator.
    #[serde(default = "yes")]
    pub is_active: bool,
}

/// What enrichment needs of a prompt template (formats 4.10).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateInfo {
    /// Unique name.
    #[serde(rename = "template_name")]
    pub name: String,
    /// Becomes the slug of the pairs; the edge templates have none (formats 1.1).
    #[serde(default)]
    pub category: Option<String>,
    /// The arc it is for.
    #[serde(default)]
    pub emotional_arc_type: Option<String>,
    /// The tier it is for.
    #[serde(default = "template_tier")]
    pub tier: Tier,
    /// Persona keys; they end up in `demonstrates_skills` (a quirk of the platform, formats 1.1).
    #[serde(default)]
    pub suitable_personas: Option<Vec<String>>,
}

/// All scaffolding rows together.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Catalogue {
    /// Personas.
    pub personas: Vec<PersonaRow>,
    /// Emotional arcs, core and edge.
    pub arcs: Vec<ArcRow>,
    /// Training topics.
    pub topics: Vec<TopicRow>,
    /// Prompt templates.
    pub templates: Vec<TemplateInfo>,
}

impl Catalogue {
    /// The persona with this key.
    pub fn persona(&self, key: &str) -> Option<&PersonaRow> {
        self.personas.iter().find(|row| row.persona_key == key)
    }
    /// The arc with this key.
    pub fn arc(&self, key: &str) -> Option<&ArcRow> {
        self.arcs.iter().find(|row| row.arc_key == key)
    }
    /// The topic with this key.
    pub fn topic(&self, key: &str) -> Option<&TopicRow> {
        self.topics.iter().find(|row| row.topic_key == key)
    }
    /// The template that the platform takes for an arc: first one of the tier, else the first of any tier (formats 4.2).
    pub fn template(&self, arc_key: &str, tier: Tier) -> Option<&TemplateInfo> {
        let mut fitting =
            self.templates.iter().filter(|row| row.emotional_arc_type.as_deref() == Some(arc_key));
        fitting.clone().find(|row| row.tier == tier).or_else(|| fitting.next())
    }
}

const fn yes() -> bool {
    true
}

const fn template_tier() -> Tier {
    Tier::Template
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(name: &str, arc: &str, tier: Tier) -> TemplateInfo {
        TemplateInfo {
            name: name.into(),
            category: None,
            emotional_arc_type: Some(arc.into()),
            tier,
            suitable_personas: None,
        }
    }

    #[test]
    fn a_template_of_the_tier_wins_over_an_earlier_one() {
        let catalogue = Catalogue {
            templates: vec![
                template("other", "b", Tier::EdgeCase),
                template("core", "a", Tier::Template),
                template("edge", "a", Tier::EdgeCase),
            ],
            ..Catalogue::default()
        };
        let name = |arc, tier| catalogue.template(arc, tier).map(|row| row.name.as_str());
        assert_eq!(name("a", Tier::EdgeCase), Some("edge"));
        assert_eq!(name("a", Tier::Scenario), Some("core"), "any tier is better than none");
        assert_eq!(name("c", Tier::Template), None);
    }

    #[test]
    fn rows_are_read_with_unknown_keys_and_missing_columns() {
        let row: PersonaRow =
            serde_json::from_str(r#"{"id":null,"persona_key":"k","name":"n","usage_count":3}"#)
                .expect("lenient");
        assert_eq!((row.id, row.archetype, row.is_active), (None, None, true));
    }
}
