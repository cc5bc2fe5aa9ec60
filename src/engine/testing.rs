//! Small conversations of our own, and engines over an empty folder.

use crate::{CancellationToken, Engine, Places, Progress};
use chrono::{DateTime, Utc};
use domain::ids::ConversationId;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

pub const PROFILE: &str = r#"{"name":"Jo Example","business":"Example House","years_experience":3}"#;

/// The key of conversation `n`.
pub fn id(n: u32) -> ConversationId {
    ConversationId::new(format!("00000000-0000-4000-8000-{n:012}"))
}

/// The enriched file of conversation `n`, as the platform prints it.
pub fn enriched(n: u32, turns: u32) -> String {
    let said = |t: u32| format!("Conversation {n}, turn {t}: “½ of it” → done.");
    let pair = |t: u32| {
        let user = t % 2 == 1;
        let history: Vec<Value> = (1..t)
            .map(|h| {
                json!({"turn": h, "role": if h % 2 == 1 { "user" } else { "assistant" }, "content": said(h),
                "emotional_state": {"primary": "worry", "secondary": "hope", "intensity": 0.5}})
            })
            .collect();
        json!({
            "id": format!("educational_turn{t}"), "conversation_id": "educational", "turn_number": t,
            "conversation_metadata": {
                "client_persona": "Sam Test - The Tester", "client_background": "Age 30; tests things.",
                "session_context": format!("Session {n}"), "conversation_phase": "start", "expected_outcome": "Clarity.",
                "persona_archetype": "tester", "emotional_arc": "Doubt → Trust", "emotional_arc_key": "doubt_to_trust",
                "training_topic": "Testing", "training_topic_key": format!("topic_{}", n % 2)
            },
            "system_prompt": "You are kind.", "conversation_history": history,
            "current_user_input": said(if user { t } else { t - 1 }),
            "emotional_context": {"detected_emotions": {"primary": "worry", "primary_confidence": 0.8,
                "secondary": "hope", "secondary_confidence": 0.7, "intensity": 0.55, "valence": "negative"}},
            "target_response": if user { Value::Null } else { Value::from(said(t)) },
            "training_metadata": {"difficulty_level": format!("beginner_conversation_turn_{t}"),
                "key_learning_objective": "testing", "demonstrates_skills": ["tester"], "conversation_turn": t,
                "emotional_progression_target": "doubt(0.8) → trust(0.8)", "quality_score": 3,
                "quality_criteria": {"empathy_score": 2.9, "clarity_score": 3, "appropriateness_score": 3.1,
                    "brand_voice_alignment": 3.2},
                "human_reviewed": false, "reviewer_notes": null, "use_as_seed_example": false,
                "generate_variations_count": 0}
        })
    };
    let file = json!({
        "dataset_metadata": {"dataset_name": format!("fp_conversation_{}", id(n)), "version": "1.0.0",
            "created_date": "2026-01-02", "vertical": "financial_planning_consultant",
            "consultant_persona": "Jo Example - Example House", "target_use": "tests",
            "conversation_source": "synthetic_platform_generated", "quality_tier": "experimental",
            "total_conversations": 1, "total_turns": turns, "notes": "Generated via template: none"},
        "consultant_profile": serde_json::from_str::<Value>(PROFILE).unwrap(),
        "training_pairs": (1..=turns).map(pair).collect::<Vec<_>>(),
        "input_parameters": {"persona_id": "", "persona_key": "tester", "persona_name": "Sam Test", "emotional_arc_id": "",
            "emotional_arc_key": "doubt_to_trust", "emotional_arc_name": "Doubt → Trust", "training_topic_id": "",
            "training_topic_key": format!("topic_{}", n % 2), "training_topic_name": "Testing"}
    });
    serde_json::to_string_pretty(&file).unwrap()
}

/// A raw conversation.
pub fn raw(word: &str) -> String {
    let turn = |n: u32, role: &str| {
        json!({"turn_number": n, "role": role, "content": format!("{word} {n}."),
            "emotional_context": {"primary_emotion": "worry", "secondary_emotion": "hope", "intensity": 0.5}})
    };
    let file = json!({
        "conversation_metadata": {"client_persona": "Sam Test - The Tester", "session_context": word,
            "conversation_phase": "start"},
        "turns": [turn(1, "user"), turn(2, "assistant")]
    });
    serde_json::to_string_pretty(&file).unwrap()
}

/// Writes conversations `numbers` to `DIR/conversations/<n>.json`.
pub fn corpus(dir: &Path, numbers: std::ops::Range<u32>) -> PathBuf {
    let folder = dir.join("conversations");
    std::fs::create_dir_all(&folder).unwrap();
    for n in numbers {
        std::fs::write(folder.join(format!("{n:05}.json")), enriched(n, 4 + n % 3)).unwrap();
    }
    folder
}

pub fn at() -> DateTime<Utc> {
    "2026-02-03T04:05:06.789Z".parse().unwrap()
}

pub fn places(dir: &Path) -> Places {
    Places {
        db: format!("sqlite:{}", dir.join("data/brightrun.db").display()).into(),
        files: dir.join("data/files").display().to_string(),
        endpoint: None,
        region: None,
        access_key: None,
        secret_key: None,
        session_token: None,
        user: None,
        target_model: "claude-sonnet-4-5".to_owned(),
        profile: PROFILE.to_owned(),
        data_dir: dir.join("data"),
        training: crate::TrainingPlaces::default(),
        runpod: crate::RunpodPlaces::default(),
    }
}

pub async fn engine(dir: &Path) -> Engine {
    Engine::open(&places(dir), Some(at())).await.unwrap()
}

pub fn quiet() -> (Progress, CancellationToken) {
    (Progress::none(), CancellationToken::new())
}

/// Cancels when `stage` has done `n`.
pub fn cancel_at(stage: &'static str, n: u64) -> (Progress, CancellationToken) {
    let token = CancellationToken::new();
    let inner = token.clone();
    let seen = Arc::new(Mutex::new(0_u64));
    let progress = Progress::new(move |step| {
        if step.stage == stage {
            *seen.lock().unwrap() = step.done;
            if step.done >= n {
                inner.cancel();
            }
        }
    });
    (progress, token)
}

/// Every file of a folder, relative, sorted.
pub fn tree(folder: &Path) -> Vec<String> {
    fn below(folder: &Path, root: &Path, out: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                below(&path, root, out);
            } else {
                out.push(path.strip_prefix(root).unwrap().display().to_string());
            }
        }
    }
    let mut out = Vec::new();
    below(folder, folder, &mut out);
    out.sort();
    out
}

/// A worker that answers questions and trains nothing: what a configuration needs to be ready.
pub struct Helper {
    folder: PathBuf,
}

impl Helper {
    /// In `DIR/worker`; it can work.
    pub fn new(dir: &Path) -> Self {
        let helper = Self { folder: dir.join("worker") };
        std::fs::create_dir_all(helper.folder.join("brightrun_worker")).unwrap();
        helper.answers(
            r#"echo '{"version":"9.9.9","protocol":1,"python":"3.99.0","libraries":{},"lacks":[]}'"#,
        );
        helper
    }
    /// What its python does when it is run, as a line of the shell.
    pub fn answers(&self, line: &str) {
        use std::os::unix::fs::PermissionsExt as _;
        let (python, asked) = (self.folder.join("python"), self.folder.join("asked"));
        // Written beside and moved: a file that is open for writing, here or in a process forked meanwhile, cannot be run.
        let new = self.folder.join("new");
        std::fs::write(&new, format!("#!/bin/sh\necho >> '{}'\n{line}\n", asked.display())).unwrap();
        std::fs::set_permissions(&new, std::fs::Permissions::from_mode(0o755)).unwrap();
        std::fs::rename(new, python).unwrap();
    }
    /// Something about it was changed.
    pub fn is_new(&self) {
        let package = std::fs::File::open(self.folder.join("brightrun_worker")).unwrap();
        package.set_modified(std::time::SystemTime::UNIX_EPOCH).unwrap();
    }
    /// How often it was asked.
    pub fn asked(&self) -> usize {
        std::fs::read_to_string(self.folder.join("asked")).unwrap_or_default().lines().count()
    }
    /// The settings that name it.
    pub fn places(&self) -> crate::TrainingPlaces {
        let (python, worker) = (self.folder.join("python"), self.folder.clone());
        crate::TrainingPlaces { python: Some(python), worker: Some(worker), ..Default::default() }
    }
}
