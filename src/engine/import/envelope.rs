//! An element of a training file back into an enriched file (formats 1.1), so that a training file built from it equals the original.

use super::item::training_pairs;
use domain::json::{self, quote};
use domain::training_file::QualityTier;
use domain::training_file::survey::Survey;

/// Writes the enriched file. What a training file does not keep is said as unknown: the template, and the keys of the scaffolding rows.
pub(super) fn rebuild(survey: &Survey, element: &[u8], profile: &[u8]) -> Result<Vec<u8>, String> {
    let tier = survey.member.as_ref().and_then(|m| m.tier).unwrap_or(QualityTier::Experimental);
    let consultant = consultant(profile);
    let s = &survey.scaffolding;
    let mut out = Object::new();
    out.open("dataset_metadata")
        .text("dataset_name", &format!("fp_conversation_{}", survey.id))
        .text("version", "1.0.0")
        .text("created_date", &survey.created_date)
        .text("vertical", "financial_planning_consultant")
        .text("consultant_persona", &consultant)
        .text("target_use", "LoRA fine-tuning for emotionally intelligent chatbot")
        .text("conversation_source", "synthetic_platform_generated")
        .text("quality_tier", tier.word())
        .source("total_conversations", b"1")
        .source("total_turns", survey.pairs().to_string().as_bytes())
        .text("notes", "Generated via template: unknown")
        .close();
    out.source("consultant_profile", profile).source("training_pairs", training_pairs(element)?);
    out.open("input_parameters")
        .text("persona_id", "")
        .text("persona_key", &s.persona_key)
        .text("persona_name", &s.persona_name)
        .text("emotional_arc_id", "")
        .text("emotional_arc_key", &s.emotional_arc_key)
        .text("emotional_arc_name", &s.emotional_arc)
        .text("training_topic_id", "")
        .text("training_topic_key", &s.training_topic_key)
        .text("training_topic_name", &s.training_topic)
        .close();
    let source = out.end();
    let mut pretty = Vec::with_capacity(source.len() + 1024);
    json::pretty(&source, 0, &mut pretty).map_err(|e| e.to_string())?;
    Ok(pretty)
}

/// `<name> - <business>` of the profile.
fn consultant(profile: &[u8]) -> String {
    let value: serde_json::Value = serde_json::from_slice(profile).unwrap_or_default();
    let said = [&value["name"], &value["business"]].map(|v| v.as_str().unwrap_or_default());
    match said {
        ["", ""] => "unknown".to_owned(),
        ["", one] | [one, ""] => one.to_owned(),
        [name, business] => format!("{name} - {business}"),
    }
}

/// JSON as it grows.
struct Object {
    out: Vec<u8>,
    first: bool,
}

impl Object {
    fn new() -> Self {
        Self { out: vec![b'{'], first: true }
    }
    fn key(&mut self, key: &str) -> &mut Self {
        if !self.first {
            self.out.push(b',');
        }
        self.first = false;
        quote(key, &mut self.out);
        self.out.push(b':');
        self
    }
    fn text(&mut self, key: &str, value: &str) -> &mut Self {
        self.key(key);
        quote(value, &mut self.out);
        self
    }
    fn source(&mut self, key: &str, value: &[u8]) -> &mut Self {
        self.key(key).out.extend_from_slice(value);
        self
    }
    fn open(&mut self, key: &str) -> &mut Self {
        self.key(key).out.push(b'{');
        self.first = true;
        self
    }
    fn close(&mut self) {
        self.out.push(b'}');
        self.first = false;
    }
    fn end(mut self) -> Vec<u8> {
        self.out.push(b'}');
        self.out
    }
}
