//! Stage 3 of enrichment: the individual enriched conversation, key by key as the platform writes it (formats 1.1).

use super::input::{ConversationInput, InputTurn, client_persona};
use crate::conversation::Role;
use crate::ids::ConversationId;
use crate::json;
use crate::scaffolding::{ArcRow, Demographics, PersonaRow, TemplateInfo, TopicRow};
use chrono::NaiveDate;
use serde_json::{Map, Value, json};

/// What every enriched file carries and we do not invent: texts come from a file that the user can change.
#[derive(Debug, Clone, PartialEq)]
pub struct Constants {
    /// The object `consultant_profile`.
    pub consultant_profile: Value,
    /// The default system prompt: used when no generation log holds another (which is always, formats 5.3).
    pub system_prompt: String,
}

/// What enrichment knows besides the conversation (formats 5.3). Every row may be missing.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// Business key.
    pub id: &'a ConversationId,
    /// Date (UTC) on which the conversation was made.
    pub created: NaiveDate,
    /// Quality in the database, 0 to 10.
    pub quality: Option<f64>,
    /// The client.
    pub persona: Option<&'a PersonaRow>,
    /// The arc.
    pub arc: Option<&'a ArcRow>,
    /// The topic.
    pub topic: Option<&'a TopicRow>,
    /// The prompt template.
    pub template: Option<&'a TemplateInfo>,
    /// Profile and system prompt.
    pub constants: &'a Constants,
}

/// The only random part of enrichment: one step of -2, -1, 0, 1 or 2 tenths for each quality criterion.
pub trait Steps {
    /// The next step, in tenths.
    fn step(&mut self) -> i8;
}

impl<F: FnMut() -> i8> Steps for F {
    fn step(&mut self) -> i8 {
        self()
    }
}

/// A score that nobody measured counts as this (formats 1.1, 2.8 no. 6).
const UNMEASURED: f64 = 3.0;
const SLUG_WITHOUT_CATEGORY: &str = "fp_conversation";
const NO_OUTCOME: &str = "The client feels understood and leaves with emotionally intelligent support";
const NO_OBJECTIVE: &str = "emotionally_intelligent_support";

/// Builds the enriched file. The conversation has passed [`super::validate`]; nothing else is checked here.
pub fn build(conversation: &ConversationInput, context: &Context<'_>, steps: &mut impl Steps) -> Value {
    let mut file = Map::new();
    file.insert("dataset_metadata".into(), dataset_metadata(conversation, context));
    file.insert("consultant_profile".into(), context.constants.consultant_profile.clone());
    let about = conversation_metadata(conversation, context);
    let pairs = (0..conversation.turns.len())
        .map(|index| pair(conversation, index, &about, context, steps))
        .collect();
    file.insert("training_pairs".into(), Value::Array(pairs));
    if let Some(parameters) = &conversation.input_parameters {
        file.insert("input_parameters".into(), json!(parameters));
    }
    Value::Object(file)
}

/// The bytes that the platform would store: two spaces, JavaScript's numbers, no newline at the end.
///
/// # Panics
/// Never: what a value prints can be read again, unless it is nested deeper than [`json::MAX_DEPTH`], which nothing here is.
pub fn to_bytes(value: &Value) -> Vec<u8> {
    let compact = serde_json::to_vec(value).expect("a JSON value has no map with keys that are not text");
    let mut bytes = Vec::with_capacity(compact.len() * 2);
    json::pretty(&compact, 0, &mut bytes).expect("what was just written can be read");
    bytes
}

fn dataset_metadata(conversation: &ConversationInput, context: &Context<'_>) -> Value {
    let quality = context.quality.unwrap_or(UNMEASURED);
    let tier = match quality {
        q if q >= 4.5 => "seed_dataset",
        q if q >= 3.5 => "production",
        _ => "experimental",
    };
    let template = context.template.map_or("unknown", |template| &template.name);
    json!({
        "dataset_name": format!("fp_conversation_{}", context.id),
        "version": "1.0.0",
        "created_date": context.created.to_string(),
        "vertical": "financial_planning_consultant",
        "consultant_persona": "Elena Morales, CFP - Pathways Financial Planning",
        "target_use": "LoRA fine-tuning for emotionally intelligent chatbot",
        "conversation_source": "synthetic_platform_generated",
        "quality_tier": tier,
        "total_conversations": 1,
        "total_turns": conversation.turns.len(),
        "notes": format!("Generated via template: {template}"),
    })
}

/// The same in every pair of a conversation.
fn conversation_metadata(conversation: &ConversationInput, context: &Context<'_>) -> Value {
    let head = &conversation.conversation_metadata;
    let persona = context.persona.map_or_else(|| head.client_persona.clone(), client_persona);
    let outcome = head.expected_outcome.as_deref().filter(|text| !text.is_empty()).unwrap_or(NO_OUTCOME);
    let mut about = Map::new();
    let mut put = |key: &str, text: &str| drop(about.insert(key.to_owned(), Value::from(text)));
    put("client_persona", &persona);
    put("client_background", &background(context.persona, &head.client_persona));
    put("session_context", &head.session_context);
    put("conversation_phase", &head.conversation_phase);
    put("expected_outcome", outcome);
    if let Some(parameters) = &conversation.input_parameters {
        put("persona_archetype", &parameters.persona_key); // the key, not the archetype: so the platform does it
        put("emotional_arc", &parameters.emotional_arc_name);
        put("emotional_arc_key", &parameters.emotional_arc_key);
        put("training_topic", &parameters.training_topic_name);
        put("training_topic_key", &parameters.training_topic_key);
    }
    Value::Object(about)
}

/// `Age <age>, <gender>, <location>, <family_status>; <financial background>`. What is unknown is left out.
fn background(persona: Option<&PersonaRow>, written: &str) -> String {
    let Some(persona) = persona else { return format!("Client profile: {written}") };
    let none = Demographics::default();
    let who = persona.demographics.as_ref().unwrap_or(&none);
    let age = who.age.map(|age| format!("Age {age}"));
    let parts = [&age, &who.gender, &who.location, &who.family_status];
    let who = parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(", ");
    let parts = [who.as_str(), persona.financial_background.as_deref().unwrap_or_default()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ")
}

fn pair(
    conversation: &ConversationInput,
    index: usize,
    about: &Value,
    context: &Context<'_>,
    steps: &mut impl Steps,
) -> Value {
    let slug =
        context.template.and_then(|template| template.category.as_deref()).unwrap_or(SLUG_WITHOUT_CATEGORY);
    let (earlier, turn) = (&conversation.turns[..index], &conversation.turns[index]);
    let number = js_number(turn.turn_number);
    let (input, target) = match turn.role {
        Role::User => (turn.content.as_str(), Value::Null),
        Role::Assistant => {
            let asked = earlier.iter().rfind(|turn| turn.role == Role::User);
            (asked.map_or("", |turn| &turn.content), Value::from(turn.content.as_str()))
        }
    };
    json!({
        "id": format!("{slug}_turn{number}"),
        "conversation_id": slug,
        "turn_number": number,
        "conversation_metadata": about,
        "system_prompt": context.constants.system_prompt,
        "conversation_history": earlier.iter().map(history).collect::<Vec<_>>(),
        "current_user_input": input,
        "emotional_context": {"detected_emotions": detected(turn)},
        "target_response": target,
        "training_metadata": training_metadata(conversation, &number, context, steps),
    })
}

fn history(turn: &InputTurn) -> Value {
    let felt = &turn.emotional_context;
    let mut state = Map::new();
    state.insert("primary".into(), felt.primary_emotion.as_str().into());
    if let Some(second) = second(turn) {
        state.insert("secondary".into(), second.into());
    }
    state.insert("intensity".into(), js_number(felt.intensity));
    json!({
        "turn": js_number(turn.turn_number),
        "role": turn.role,
        "content": turn.content,
        "emotional_state": state,
    })
}

fn detected(turn: &InputTurn) -> Value {
    let felt = &turn.emotional_context;
    let mut emotions = Map::new();
    emotions.insert("primary".into(), felt.primary_emotion.as_str().into());
    emotions.insert("primary_confidence".into(), json!(0.8));
    if let Some(second) = second(turn) {
        emotions.insert("secondary".into(), second.into());
        emotions.insert("secondary_confidence".into(), json!(0.7));
    }
    emotions.insert("intensity".into(), js_number(felt.intensity));
    emotions.insert("valence".into(), valence(&felt.primary_emotion).into());
    Value::Object(emotions)
}

fn second(turn: &InputTurn) -> Option<&str> {
    turn.emotional_context.secondary_emotion.as_deref().filter(|text| !text.is_empty())
}

/// By substring, the good feelings first (formats 1.1): `cautious_hope` is positive, `clarity` is mixed.
fn valence(emotion: &str) -> &'static str {
    const POSITIVE: [&str; 10] = [
        "hope",
        "relief",
        "excitement",
        "joy",
        "confidence",
        "gratitude",
        "pride",
        "determination",
        "calm",
        "optimism",
    ];
    const NEGATIVE: [&str; 11] = [
        "shame",
        "fear",
        "anxiety",
        "guilt",
        "anger",
        "frustration",
        "overwhelm",
        "sadness",
        "embarrassment",
        "worry",
        "stress",
    ];
    let emotion = emotion.to_lowercase();
    if POSITIVE.iter().any(|word| emotion.contains(word)) {
        "positive"
    } else if NEGATIVE.iter().any(|word| emotion.contains(word)) {
        "negative"
    } else {
        "mixed"
    }
}

fn training_metadata(
    conversation: &ConversationInput,
    number: &Value,
    context: &Context<'_>,
    steps: &mut impl Steps,
) -> Value {
    let level = context.topic.and_then(|topic| topic.complexity_level.as_deref()).unwrap_or("intermediate");
    let skills = context.template.and_then(|template| template.suitable_personas.clone());
    let score = context.quality.unwrap_or(UNMEASURED);
    json!({
        "difficulty_level": format!("{level}_conversation_turn_{number}"),
        "key_learning_objective": objective(conversation, context),
        "demonstrates_skills": skills.unwrap_or_else(|| vec!["empathy".into(), "active_listening".into()]),
        "conversation_turn": number,
        "emotional_progression_target": context.arc.map_or_else(String::new, |arc| {
            format!("{}(0.8) → {}(0.8)", arc.starting_emotion, arc.ending_emotion)
        }),
        "quality_score": js_number((score + 0.5).floor()), // Math.round: halves go up
        "quality_criteria": {
            "empathy_score": criterion(score, steps),
            "clarity_score": criterion(score, steps),
            "appropriateness_score": criterion(score, steps),
            "brand_voice_alignment": criterion(score, steps),
        },
        "human_reviewed": false,
        "reviewer_notes": null,
        "use_as_seed_example": false,
        "generate_variations_count": 0,
    })
}

/// The topic key, else the topic's name, else a fixed word (the rule since 2025-12-03).
fn objective<'a>(conversation: &'a ConversationInput, context: &Context<'a>) -> &'a str {
    let key = conversation.input_parameters.as_ref().map(|parameters| parameters.training_topic_key.as_str());
    let name = context.topic.map(|topic| topic.name.as_str());
    key.filter(|key| !key.is_empty()).or(name).unwrap_or(NO_OBJECTIVE)
}

fn criterion(score: f64, steps: &mut impl Steps) -> Value {
    let moved = (score * 10.0).round() + f64::from(steps.step().clamp(-2, 2));
    js_number((moved / 10.0).clamp(1.0, 5.0))
}

/// A number as JavaScript prints it: whole ones without a fraction.
fn js_number(number: f64) -> Value {
    const SAFE: f64 = 9_007_199_254_740_991.0;
    if number.fract() == 0.0 && number.abs() <= SAFE {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "whole, and within the range that a double holds exactly"
        )]
        return Value::from(number as i64);
    }
    Value::from(number)
}

#[cfg(test)]
#[path = "build_tests.rs"]
mod tests;
