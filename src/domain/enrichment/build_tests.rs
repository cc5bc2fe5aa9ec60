//! The rules of formats 1.1, and GE1 of formats 2.7.

use super::*;
use crate::enrichment::{EmotionalContext, InputParameters};
use std::fs;

fn turn(
    number: u32,
    role: Role,
    content: &str,
    primary: &str,
    secondary: Option<&str>,
    intensity: f64,
) -> InputTurn {
    InputTurn {
        turn_number: number.into(),
        role,
        content: content.into(),
        emotional_context: EmotionalContext {
            primary_emotion: primary.into(),
            secondary_emotion: secondary.map(str::to_owned),
            intensity,
        },
    }
}

fn conversation() -> ConversationInput {
    ConversationInput {
        conversation_metadata: crate::enrichment::ConversationMetadata {
            client_persona: "Alex - invented".into(),
            session_context: "evening".into(),
            conversation_phase: "start".into(),
            expected_outcome: None,
        },
        turns: vec![
            turn(1, Role::User, "first", "cautious_Hope", Some("fear"), 1.0),
            turn(2, Role::Assistant, "answer", "clarity", None, 0.55),
            turn(3, Role::Assistant, "more", "worry", Some(""), 0.0),
            turn(4, Role::User, "last", "overwhelm", Some("hope"), 0.3),
        ],
        input_parameters: None,
    }
}

fn constants() -> Constants {
    Constants { consultant_profile: json!({"name": "Elena"}), system_prompt: "Be kind.".into() }
}

fn bare<'a>(id: &'a ConversationId, constants: &'a Constants) -> Context<'a> {
    Context {
        id,
        created: NaiveDate::from_ymd_opt(2026, 3, 9).expect("a date"),
        quality: None,
        persona: None,
        arc: None,
        topic: None,
        template: None,
        constants,
    }
}

fn built(change: impl FnOnce(&mut Context<'_>)) -> Value {
    let (id, constants) = (ConversationId::new("c"), constants());
    let mut context = bare(&id, &constants);
    change(&mut context);
    build(&conversation(), &context, &mut || 0)
}

#[test]
fn without_any_row_the_fallbacks_stand() {
    let file = built(|_| {});
    assert_eq!(file["dataset_metadata"]["notes"], "Generated via template: unknown");
    assert_eq!(file["dataset_metadata"]["created_date"], "2026-03-09");
    assert_eq!(file.get("input_parameters"), None);
    let pair = &file["training_pairs"][0];
    assert_eq!(
        (&pair["id"], &pair["conversation_id"]),
        (&json!("fp_conversation_turn1"), &json!("fp_conversation"))
    );
    let about = pair["conversation_metadata"].as_object().expect("object");
    assert_eq!(about["client_persona"], "Alex - invented");
    assert_eq!(about["client_background"], "Client profile: Alex - invented");
    assert_eq!(about.len(), 5, "no scaffolding keys without input parameters");
    let training = &pair["training_metadata"];
    assert_eq!(training["difficulty_level"], "intermediate_conversation_turn_1");
    assert_eq!(training["demonstrates_skills"], json!(["empathy", "active_listening"]));
    assert_eq!(training["emotional_progression_target"], "");
}

#[test]
fn user_turns_have_no_target_and_answers_look_back_to_the_nearest_question() {
    let file = built(|_| {});
    let pairs = file["training_pairs"].as_array().expect("list");
    let seen: Vec<_> =
        pairs.iter().map(|pair| (&pair["current_user_input"], &pair["target_response"])).collect();
    let null = Value::Null;
    assert_eq!(
        seen,
        [
            (&json!("first"), &null),
            (&json!("first"), &json!("answer")),
            (&json!("first"), &json!("more")),
            (&json!("last"), &null)
        ]
    );
    let history = pairs[3]["conversation_history"].as_array().expect("list");
    assert_eq!(history.len(), 3, "every earlier turn, not the current one");
    assert_eq!(
        history[1],
        json!({"turn": 2, "role": "assistant", "content": "answer", "emotional_state": {"primary": "clarity", "intensity": 0.55}})
    );
}

#[test]
fn an_answer_before_any_question_has_an_empty_input() {
    let (id, constants) = (ConversationId::new("c"), constants());
    let mut talk = conversation();
    talk.turns.remove(0);
    let file = build(&talk, &bare(&id, &constants), &mut || 0);
    assert_eq!(file["training_pairs"][0]["current_user_input"], "");
}

#[test]
fn feelings_carry_fixed_confidence_and_the_valence_of_the_first_one() {
    let file = built(|_| {});
    let felt = |n: usize| &file["training_pairs"][n]["emotional_context"]["detected_emotions"];
    assert_eq!(
        felt(0).to_string(),
        r#"{"primary":"cautious_Hope","primary_confidence":0.8,"secondary":"fear","secondary_confidence":0.7,"intensity":1,"valence":"positive"}"#
    );
    assert_eq!(
        felt(1).to_string(),
        r#"{"primary":"clarity","primary_confidence":0.8,"intensity":0.55,"valence":"mixed"}"#
    );
    assert_eq!(felt(2)["valence"], "negative");
    assert_eq!(felt(2).get("secondary"), None, "an empty second feeling is none");
    assert_eq!(valence("fearful_but_hopeful"), "positive", "the good list is tried first");
    assert_eq!(valence("empowerment"), "mixed");
}

#[test]
fn quality_moves_tier_score_and_criteria() {
    let read = |quality: Option<f64>, step: i8| {
        let (id, constants) = (ConversationId::new("c"), constants());
        let context = Context { quality, ..bare(&id, &constants) };
        let file = build(&conversation(), &context, &mut || step);
        let training = &file["training_pairs"][0]["training_metadata"];
        let tier = file["dataset_metadata"]["quality_tier"].as_str().expect("text").to_owned();
        (
            tier,
            training["quality_score"].to_string(),
            training["quality_criteria"]["clarity_score"].to_string(),
        )
    };
    let is =
        |tier: &str, score: &str, criterion: &str| (tier.to_owned(), score.to_owned(), criterion.to_owned());
    assert_eq!(read(None, 0), is("experimental", "3", "3"));
    assert_eq!(read(None, -2), is("experimental", "3", "2.8"));
    assert_eq!(read(Some(3.5), 1), is("production", "4", "3.6"), "halves go up");
    assert_eq!(read(Some(3.4), 2), is("experimental", "3", "3.6"));
    assert_eq!(read(Some(4.5), 2), is("seed_dataset", "5", "4.7"));
    assert_eq!(read(Some(8.2), 0), is("seed_dataset", "8", "5"), "criteria stop at 5");
    assert_eq!(
        read(Some(0.4), 9),
        is("experimental", "0", "1"),
        "and at 1; a step is never more than two tenths"
    );
}

#[test]
fn each_criterion_takes_its_own_step() {
    let (id, constants) = (ConversationId::new("c"), constants());
    let mut next = [-2, -1, 0, 1, 2].into_iter().cycle();
    let file = build(&conversation(), &bare(&id, &constants), &mut || next.next().unwrap_or(0));
    let of = |n: usize| file["training_pairs"][n]["training_metadata"]["quality_criteria"].to_string();
    assert_eq!(
        of(0),
        r#"{"empathy_score":2.8,"clarity_score":2.9,"appropriateness_score":3,"brand_voice_alignment":3.1}"#
    );
    assert!(of(1).starts_with(r#"{"empathy_score":3.2,"clarity_score":2.8"#), "{}", of(1));
}

#[test]
fn an_incomplete_persona_leaves_no_holes() {
    let mut persona = PersonaRow { name: "Kim".into(), ..PersonaRow::default() };
    assert_eq!(background(Some(&persona), "x"), "");
    persona.demographics =
        Some(Demographics { age: Some(42), location: Some("Rural".into()), ..Demographics::default() });
    assert_eq!(background(Some(&persona), "x"), "Age 42, Rural");
    persona.financial_background = Some("Saves.".into());
    assert_eq!(background(Some(&persona), "x"), "Age 42, Rural; Saves.");
}

#[test]
fn the_learning_objective_is_the_topic_key_then_its_name() {
    let topic = TopicRow { name: "Costs".into(), topic_key: "costs".into(), ..TopicRow::default() };
    let mut talk = conversation();
    let (id, constants) = (ConversationId::new("c"), constants());
    let without = bare(&id, &constants);
    let with = Context { topic: Some(&topic), ..without };
    assert_eq!(objective(&talk, &without), NO_OBJECTIVE);
    assert_eq!(objective(&talk, &with), "Costs");
    talk.input_parameters =
        Some(InputParameters { training_topic_key: "costs".into(), ..InputParameters::default() });
    assert_eq!(objective(&talk, &with), "costs");
}

#[test]
fn keys_stand_in_the_platforms_order_and_no_newline_ends_the_file() {
    let (id, constants) = (ConversationId::new("c"), constants());
    let talk =
        conversation().with_scaffolding(&PersonaRow::default(), &ArcRow::default(), &TopicRow::default());
    let text = String::from_utf8(to_bytes(&build(&talk, &bare(&id, &constants), &mut || 0))).expect("UTF-8");
    let value: Value = serde_json::from_str(&text).expect("JSON");
    let keys =
        |value: &Value| value.as_object().expect("object").keys().cloned().collect::<Vec<_>>().join(" ");
    assert_eq!(keys(&value), "dataset_metadata consultant_profile training_pairs input_parameters");
    assert_eq!(
        keys(&value["training_pairs"][0]),
        "id conversation_id turn_number conversation_metadata system_prompt conversation_history current_user_input \
         emotional_context target_response training_metadata"
    );
    assert_eq!(
        keys(&value["training_pairs"][0]["training_metadata"]),
        "difficulty_level key_learning_objective demonstrates_skills conversation_turn emotional_progression_target \
         quality_score quality_criteria human_reviewed reviewer_notes use_as_seed_example generate_variations_count"
    );
    assert!(text.starts_with("{\n  \"dataset_metadata\": {\n    \"dataset_name\"") && text.ends_with("\n}"));
    assert!(text.contains("\"conversation_history\": [],"), "an empty list takes one line, as in JavaScript");
}

mod reference {
    use super::*;
    use crate::conversation::Tier;
    use crate::scaffolding::Catalogue;
    use std::path::{Path, PathBuf};

    fn file(path: &str) -> Vec<u8> {
        let root = std::env::var_os("BRIGHTRUN_REFERENCE").expect("BRIGHTRUN_REFERENCE names the folder");
        let root = PathBuf::from(root);
        // Tests run in the crate's folder; a relative path is meant from the repository.
        let root = if root.is_relative() {
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(root)
        } else {
            root
        };
        fs::read(root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    fn rows<T: serde::de::DeserializeOwned>(name: &str) -> Vec<T> {
        serde_json::from_slice(&file(&format!("scaffolding/{name}.json"))).expect("the seed rows")
    }

    /// GE1: raw and seed rows, and the file that the platform made of them, with its own constants.
    fn ge1() -> (Value, Value) {
        let expected: Value =
            serde_json::from_slice(&file("data/enriched/single-convo-file-3.json")).expect("JSON");
        let seeds = Catalogue {
            personas: rows("personas"),
            arcs: rows("emotional_arcs"),
            topics: rows("training_topics"),
            templates: rows("prompt_templates"),
        };
        let key = |name: &str| expected["input_parameters"][name].as_str().expect("text").to_owned();
        let (persona, arc, topic) = (
            seeds.persona(&key("persona_key")).expect("persona"),
            seeds.arc(&key("emotional_arc_key")).expect("arc"),
            seeds.topic(&key("training_topic_key")).expect("topic"),
        );
        let constants = Constants {
            consultant_profile: expected["consultant_profile"].clone(),
            system_prompt: expected["training_pairs"][0]["system_prompt"].as_str().expect("text").into(),
        };
        let id = ConversationId::new("330dc058-6d75-4609-96f7-b6e87b39f536");
        let context = Context {
            id: &id,
            created: NaiveDate::from_ymd_opt(2025, 12, 2).expect("a date"),
            quality: None,
            persona: Some(persona),
            arc: Some(arc),
            topic: Some(topic),
            template: seeds.template(&arc.arc_key, Tier::Template),
            constants: &constants,
        };
        let raw = ConversationInput::read(&file("data/raw/single-convo-file-3-RAW.json")).expect("raw");
        let made = build(&raw.with_scaffolding(persona, arc, topic), &context, &mut || 0);
        (made, expected)
    }

    #[test]
    #[ignore = "needs BRIGHTRUN_REFERENCE"]
    fn reference_ge1_is_what_the_platform_made_but_for_the_random_and_the_old_part() {
        let (mut made, mut expected) = ge1();
        assert!(
            to_bytes(&expected) == file("data/enriched/single-convo-file-3.json"),
            "our spelling is the platform's"
        );
        for value in [&mut made, &mut expected] {
            for pair in value["training_pairs"].as_array_mut().expect("list") {
                let training = pair["training_metadata"].as_object_mut().expect("object");
                // Kept in place, so that the order of the keys is compared too.
                assert!(training.insert("quality_criteria".into(), Value::Null).is_some(), "it is random");
                assert!(
                    training.insert("key_learning_objective".into(), Value::Null).is_some(),
                    "its rule changed"
                );
            }
        }
        let (made, expected) = (to_bytes(&made), to_bytes(&expected));
        assert_eq!(String::from_utf8(made).expect("UTF-8"), String::from_utf8(expected).expect("UTF-8"));
    }

    #[test]
    #[ignore = "needs BRIGHTRUN_REFERENCE"]
    fn reference_the_schema_accepts_what_is_built() {
        let schema: Value = serde_json::from_slice(&file("schema/enriched.schema.json")).expect("JSON");
        let schema = jsonschema::validator_for(&schema).expect("a schema");
        let (made, _) = ge1();
        let faults: Vec<_> = schema.iter_errors(&made).map(|fault| fault.to_string()).collect();
        assert_eq!(faults, Vec::<String>::new());
    }
}
