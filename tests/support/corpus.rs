//! Enriched conversations made by rule: small, valid, different from each other.

use serde_json::{Value, json};
use std::{fs, path::Path};

const PERSONAS: [(&str, &str); 3] = [
    ("anxious_planner", "Jennifer Martinez"),
    ("overwhelmed_avoider", "Marcus Chen"),
    ("pragmatic_optimist", "David Chen"),
];
const ARCS: [(&str, &str); 3] = [
    ("fear_to_confidence", "Fear → Confidence"),
    ("shame_to_acceptance", "Shame → Acceptance"),
    ("confusion_to_clarity", "Confusion → Clarity"),
];
const TOPICS: [(&str, &str); 2] =
    [("mortgage_refinance", "Refinancing a Mortgage"), ("emergency_fund", "Building a Reserve")];

/// The key of the n-th conversation.
pub fn id(n: usize) -> String {
    format!("{:08x}-0000-4000-8000-{n:012x}", n.wrapping_mul(2_654_435_761) & 0xffff_ffff)
}

/// The n-th conversation, as an enriched file.
pub fn enriched(n: usize) -> Value {
    let (persona, arc, topic) = (PERSONAS[n % 3], ARCS[n / 3 % 3], TOPICS[n / 9 % 2]);
    let turns = 4 + n % 4;
    let said = |turn: usize| format!("Turn {turn} of conversation {n}: \"what now?\" — and then the answer.");
    let pairs: Vec<Value> = (1..=turns)
        .map(|turn| {
            let history: Vec<Value> = (1..turn)
                .map(|t| {
                    json!({"turn": t, "role": if t % 2 == 1 { "user" } else { "assistant" }, "content": said(t),
                        "emotional_state": {"primary": "worry", "secondary": "hope", "intensity": 0.45}})
                })
                .collect();
            let user = turn % 2 == 1;
            json!({
                "id": format!("educational_turn{turn}"),
                "conversation_id": "educational",
                "turn_number": turn,
                "conversation_metadata": {
                    "client_persona": format!("{} - The Client", persona.1),
                    "client_background": "Age 40; a salary, a house, two children",
                    "session_context": "An evening call",
                    "conversation_phase": "initial_exploration",
                    "expected_outcome": "A next step",
                    "persona_archetype": persona.0,
                    "emotional_arc": arc.1, "emotional_arc_key": arc.0,
                    "training_topic": topic.1, "training_topic_key": topic.0
                },
                "system_prompt": "You are a patient advisor.",
                "conversation_history": history,
                "current_user_input": if user { said(turn) } else { said(turn - 1) },
                "emotional_context": {"detected_emotions": {"primary": "worry", "primary_confidence": 0.8,
                    "secondary": "hope", "secondary_confidence": 0.7, "intensity": 0.45, "valence": "negative"}},
                "target_response": if user { Value::Null } else { Value::from(said(turn)) },
                "training_metadata": {
                    "difficulty_level": format!("intermediate_conversation_turn_{turn}"),
                    "key_learning_objective": topic.0, "demonstrates_skills": [persona.0],
                    "conversation_turn": turn, "emotional_progression_target": "worry(0.8) → hope(0.8)",
                    "quality_score": 3,
                    "quality_criteria": {"empathy_score": 3, "clarity_score": 2.9, "appropriateness_score": 3.1, "brand_voice_alignment": 3},
                    "human_reviewed": false, "reviewer_notes": null, "use_as_seed_example": false, "generate_variations_count": 0
                }
            })
        })
        .collect();
    json!({
        "dataset_metadata": {
            "dataset_name": format!("fp_conversation_{}", id(n)), "version": "1.0.0", "created_date": "2026-03-01",
            "vertical": "financial_planning_consultant", "consultant_persona": "A patient advisor",
            "target_use": "tests", "conversation_source": "synthetic_platform_generated", "quality_tier": "experimental",
            "total_conversations": 1, "total_turns": turns, "notes": "Generated via template: a rule"
        },
        "consultant_profile": {"name": "An advisor", "business": "A business", "expertise": "tests", "years_experience": 15,
            "core_philosophy": {"principle_1": "Test first"},
            "communication_style": {"tone": "plain", "techniques": ["short words"], "avoid": ["jargon"]}},
        "training_pairs": pairs,
        "input_parameters": {
            "persona_id": "", "persona_key": persona.0, "persona_name": persona.1,
            "emotional_arc_id": "", "emotional_arc_key": arc.0, "emotional_arc_name": arc.1,
            "training_topic_id": "", "training_topic_key": topic.0, "training_topic_name": topic.1
        }
    })
}

/// Writes the conversations of this range into a folder, one file each, in order of their names.
pub fn write(folder: &Path, range: std::ops::Range<usize>) {
    fs::create_dir_all(folder).expect("a folder");
    for n in range {
        let text = serde_json::to_string_pretty(&enriched(n)).expect("JSON");
        fs::write(folder.join(format!("{n:06}.json")), text).expect("a file");
    }
}
