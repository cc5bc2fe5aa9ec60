//! The head and the tail: everything that is not a conversation.

use super::super::fault::{Fault, Problem};
use super::Draft;
use crate::json::{self, Cursor, Next, Position};
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

/// `training_file_metadata`: keys in the file's order, values spelled as JavaScript does. What is counted gets its
/// value when the head is written.
#[derive(Debug, Clone)]
pub(super) struct Metadata(Vec<(String, Vec<u8>)>);

/// Counted keys, each put in place when an existing file lacks it.
const COUNTED: [&str; 4] =
    ["total_conversations", "total_training_pairs", "quality_summary", "scaffolding_distribution"];

impl Metadata {
    pub(super) fn create(name: &str, at: DateTime<Utc>, target_model: Option<&str>) -> Self {
        let at = stamp(at);
        let mut texts = vec![
            ("file_name", name),
            ("version", "4.0.0"),
            ("created_date", &at),
            ("last_updated", &at),
            ("format_spec", "brightrun-lora-v4"),
        ];
        texts.extend(target_model.map(|model| ("target_model", model)));
        texts.push(("vertical", "financial_planning_consultant"));
        let mut new = Self(Vec::new());
        for (key, text) in texts {
            new.set(key, &Value::from(text));
        }
        new.reserve();
        new
    }

    pub(super) fn append(source: &[u8], at: DateTime<Utc>) -> Result<Self, Fault> {
        let mut cursor = Cursor::new(source)?;
        if cursor.peek()? != Next::Object {
            let wanted = Problem::Type("an object");
            return Err(Fault::new("training_file_metadata", wanted, cursor.position()));
        }
        let mut old = Self(Vec::new());
        cursor.object(|inner, key| {
            let mut value = Vec::new();
            json::compact(inner.skip()?.as_bytes(), &mut value)?;
            *old.slot(&key.decode()) = value;
            Ok::<_, Fault>(())
        })?;
        cursor.finish()?;
        old.set("last_updated", &Value::from(stamp(at)));
        old.reserve();
        for key in ["file_name", "version"] {
            if old.text(key).is_none() {
                let field = format!("training_file_metadata.{key}");
                return Err(Fault::new(field, Problem::Missing, Position::default()));
            }
        }
        Ok(old)
    }

    fn reserve(&mut self) {
        for key in COUNTED {
            self.slot(key);
        }
    }

    fn slot(&mut self, key: &str) -> &mut Vec<u8> {
        let at = self.0.iter().position(|(name, _)| name == key).unwrap_or_else(|| {
            self.0.push((key.to_owned(), Vec::new()));
            self.0.len() - 1
        });
        &mut self.0[at].1
    }

    fn get(&self, key: &str) -> &[u8] {
        self.0.iter().find(|(name, _)| name == key).map_or(b"", |(_, value)| value)
    }

    fn set(&mut self, key: &str, value: &Value) {
        *self.slot(key) = value.to_string().into_bytes();
    }

    pub(super) fn text(&self, key: &str) -> Option<String> {
        serde_json::from_slice(self.get(key)).ok()
    }
}

/// A time as JavaScript's `toISOString` prints it.
fn stamp(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// The profile in JavaScript's spelling; it must be an object.
pub(super) fn profile(source: &[u8]) -> Result<Vec<u8>, Fault> {
    let mut out = Vec::with_capacity(source.len());
    json::compact(source, &mut out).map_err(|error| Fault::from(error).inside("consultant_profile"))?;
    if out.first() == Some(&b'{') {
        Ok(out)
    } else {
        Err(Fault::new("consultant_profile", Problem::Type("an object"), Position::default()))
    }
}

fn member(key: &str, value: &[u8], out: &mut Vec<u8>) {
    if !matches!(out.last(), Some(b'{')) {
        out.push(b',');
    }
    json::quote(key, out);
    out.push(b':');
    out.extend_from_slice(value);
}

impl Draft {
    /// Everything before the first element.
    pub fn json_head(&self) -> Vec<u8> {
        let mut head = self.frame();
        head.truncate(self.split(&head));
        if self.conversations > 0 {
            head.push(b'\n');
        }
        head
    }

    /// Everything after the last element. No line feed at the end.
    pub fn json_tail(&self) -> Vec<u8> {
        let frame = self.frame();
        let mut tail = if self.conversations > 0 { b"\n  ".to_vec() } else { Vec::new() };
        tail.extend_from_slice(&frame[self.split(&frame)..]);
        tail
    }

    /// The first line of the JSONL, without a line feed (formats 1.3).
    pub fn jsonl_head(&self) -> Vec<u8> {
        let mut meta = b"{".to_vec();
        member("file_name", self.metadata.get("file_name"), &mut meta);
        member("total_pairs", self.pairs.to_string().as_bytes(), &mut meta);
        member("version", self.metadata.get("version"), &mut meta);
        meta.push(b'}');
        let mut line = b"{".to_vec();
        member("_meta", &meta, &mut line);
        line.push(b'}');
        line
    }

    /// The file as it would be without conversations.
    fn frame(&self) -> Vec<u8> {
        let mut metadata = b"{".to_vec();
        for (key, value) in &self.metadata.0 {
            let counted = self.counted(key);
            member(key, counted.as_deref().unwrap_or(value), &mut metadata);
        }
        metadata.push(b'}');
        let mut frame = b"{".to_vec();
        member("training_file_metadata", &metadata, &mut frame);
        member("consultant_profile", &self.profile, &mut frame);
        member("conversations", b"[]", &mut frame);
        for (key, value) in &self.others {
            member(key, value, &mut frame);
        }
        frame.push(b'}');
        let mut out = Vec::with_capacity(frame.len() * 2);
        // Made of parts that are JSON, so it is JSON.
        let printed = json::pretty(&frame, 0, &mut out);
        debug_assert!(printed.is_ok(), "{printed:?}");
        out
    }

    /// Where in the frame the closing bracket of `conversations` is. Only at this depth can the line begin like that.
    fn split(&self, frame: &[u8]) -> usize {
        const EMPTY: &[u8] = b"\n  \"conversations\": []";
        let brackets = memchr::memmem::find(frame, EMPTY).map_or(frame.len(), |at| at + EMPTY.len());
        if self.conversations > 0 { brackets - 1 } else { brackets }
    }

    /// The value of a counted key; inside the summary and the distribution, keys that are not counted stay.
    fn counted(&self, key: &str) -> Option<Vec<u8>> {
        let old = || serde_json::from_slice(self.metadata.get(key)).unwrap_or(Value::Null);
        match key {
            "total_conversations" => Some(self.conversations.to_string().into_bytes()),
            "total_training_pairs" => Some(self.pairs.to_string().into_bytes()),
            "quality_summary" => {
                let quality = self.quality();
                let new = json!({
                    "avg_quality_score": quality.avg,
                    "min_quality_score": quality.min,
                    "max_quality_score": quality.max,
                });
                Some(merged(old(), new, json!({"human_reviewed_count": 0, "human_reviewed_percentage": 0})))
            }
            "scaffolding_distribution" => {
                let new = json!({
                    "personas": self.distribution.personas,
                    "emotional_arcs": self.distribution.emotional_arcs,
                    "training_topics": self.distribution.training_topics,
                });
                Some(merged(old(), new, Value::Null))
            }
            _ => None,
        }
    }
}

/// `old` with the values of `new`, and with those of `default` that it lacks.
fn merged(old: Value, new: Value, default: Value) -> Vec<u8> {
    let mut all = if let Value::Object(old) = old { old } else { serde_json::Map::new() };
    if let Value::Object(new) = new {
        all.extend(new);
    }
    if let Value::Object(default) = default {
        for (key, value) in default {
            all.entry(key).or_insert(value);
        }
    }
    Value::Object(all).to_string().into_bytes()
}
