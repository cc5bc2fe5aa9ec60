//! Small files of our own writing.

use serde_json::{Value, json};

pub(crate) const A: &str = "aaaaaaaa-0000-4000-8000-00000000000a";
pub(crate) const B: &str = "bbbbbbbb-0000-4000-8000-00000000000b";

/// One pair. The history is every turn before it, as the platform writes it.
fn pair(turns: &[&str], at: usize) -> Value {
    let history: Vec<Value> = turns[..at]
        .iter()
        .enumerate()
        .map(|(at, text)| {
            let role = if at % 2 == 0 { "user" } else { "assistant" };
            json!({"turn": at + 1, "role": role, "content": text, "emotional_state": {"primary": "doubt", "intensity": 0.6}})
        })
        .collect();
    let answer = at % 2 == 1;
    json!({
        "id": format!("gardening_turn{}", at + 1),
        "conversation_id": "gardening",
        "turn_number": at + 1,
        "conversation_metadata": {
            "client_persona": "Rosa Lind - The Careful Gardener",
            "session_context": "Rosa asks about her roses in the first frost of the year.",
            "persona_archetype": "careful_gardener",
            "emotional_arc": "Doubt → Trust",
            "emotional_arc_key": "doubt_to_trust",
            "training_topic": "Roses in Winter",
            "training_topic_key": "winter_roses",
        },
        "system_prompt": "You are a patient gardener.",
        "conversation_history": history,
        "current_user_input": turns[if answer { at - 1 } else { at }],
        "emotional_context": {"detected_emotions": {"primary": if at == 0 { "doubt" } else { "trust" }, "intensity": 0.5}},
        "target_response": if answer { Value::from(turns[at]) } else { Value::Null },
        "training_metadata": {"quality_score": 3, "emotional_progression_target": "doubt(0.8) → trust(0.8)"},
    })
}

pub(crate) fn pairs(turns: &[&str]) -> Value {
    (0..turns.len()).map(|at| pair(turns, at)).collect()
}

pub(crate) const TURNS: [&str; 5] =
    ["Shall I cut them?", "Wait for spring.\n\nReally.", "Even now?", "Even \"now\".", "Thank you."];

/// An enriched file.
pub(crate) fn enriched(id: &str, turns: &[&str]) -> Value {
    json!({
        "dataset_metadata": {"dataset_name": format!("fp_conversation_{id}"), "created_date": "2026-02-03"},
        "consultant_profile": {"name": "G"},
        "training_pairs": pairs(turns),
        "input_parameters": {
            "persona_key": "careful_gardener",
            "persona_name": "Rosa Lind",
            "emotional_arc_key": "doubt_to_trust",
            "emotional_arc_name": "Doubt → Trust",
            "training_topic_key": "winter_roses",
            "training_topic_name": "Roses in Winter",
        },
    })
}

pub(crate) fn bytes(value: &Value) -> Vec<u8> {
    value.to_string().into_bytes()
}
