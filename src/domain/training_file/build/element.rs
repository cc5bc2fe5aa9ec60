//! One conversation: its element of `conversations`, and its lines.

use super::super::fault::{Fault, Problem};
use super::line::Members;
use super::{Entry, Written};
use crate::json::{self, Cursor, Next, Position};

/// Where the object of an element begins, from the left; its fields, its pairs and their fields lie deeper.
const ELEMENT: usize = 4;

/// The spelling of an object's keys and values.
type Spans<'a> = Vec<(&'a str, &'a str)>;

/// Writes one conversation as its entry says: the element to `json`, the lines to `jsonl`. Both grow; after a fault
/// they hold a useless rest.
pub fn transcode(source: &[u8], entry: &Entry, json: &mut Vec<u8>, jsonl: &mut Vec<u8>) -> Result<Written, Fault> {
    let mut cursor = Cursor::new(source)?;
    let mut frame = Frame::default();
    cursor.object(|inner, key| {
        let at = inner.offset();
        let value = inner.skip()?;
        match key.decode().as_ref() {
            "training_pairs" => frame.pairs = Some((at, value)),
            "conversation_metadata" => frame.metadata = Some(value),
            // Dropped on the way from an enriched file (formats 1.2).
            "dataset_metadata" | "consultant_profile" | "input_parameters" => {}
            _ => frame.others.push((key.raw(), value)),
        }
        Ok::<_, Fault>(())
    })?;
    cursor.finish()?;
    let (_, pairs) = frame.pairs.ok_or_else(|| Fault::new("training_pairs", Problem::Missing, Position::default()))?;
    indent(ELEMENT, json);
    json.extend_from_slice(b"{");
    key("conversation_metadata", ELEMENT + 2, json);
    json::pretty(&frame.head(entry)?, ELEMENT + 2, json)?;
    json.push(b',');
    key("training_pairs", ELEMENT + 2, json);
    let written = write_pairs(pairs, entry, json, jsonl)?;
    if frame.metadata.is_some() {
        for (name, value) in &frame.others {
            json.push(b',');
            line(ELEMENT + 2, json);
            json::pretty(format!("\"{name}\"").as_bytes(), 0, json)?;
            json.extend_from_slice(b": ");
            json::known_pretty(value, ELEMENT + 2, json)?;
        }
    }
    line(ELEMENT, json);
    json.push(b'}');
    let expected = Written {
        pairs: entry.pairs,
        trainable: entry.trainable,
        left_out: entry.source_pairs.saturating_sub(entry.pairs),
    };
    if written == expected { Ok(written) } else { Err(changed()) }
}

fn changed() -> Fault {
    Fault::new("training_pairs", Problem::Changed, Position::default())
}

#[derive(Default)]
struct Frame<'a> {
    pairs: Option<(usize, &'a str)>,
    metadata: Option<&'a str>,
    others: Spans<'a>,
}

impl Frame<'_> {
    /// `conversation_metadata`: the known keys in the platform's order (formats 1.2), then what else an existing
    /// element has there.
    fn head(&self, entry: &Entry) -> Result<Vec<u8>, Fault> {
        let mut own = Map::default();
        own.text("conversation_id", entry.id.as_str());
        own.text("source_file", &entry.source_file);
        own.text("created_date", &entry.created_date);
        own.raw("total_turns", &entry.pairs.to_string());
        own.text("quality_tier", entry.tier.word());
        let mut keys = Map::default();
        let scaffolding = &entry.scaffolding;
        keys.text("persona_key", &scaffolding.persona_key);
        keys.text("persona_name", &scaffolding.persona_name);
        keys.text("emotional_arc_key", &scaffolding.emotional_arc_key);
        keys.text("emotional_arc", &scaffolding.emotional_arc);
        keys.text("training_topic_key", &scaffolding.training_topic_key);
        keys.text("training_topic", &scaffolding.training_topic);
        let mut extra_keys = Vec::new();
        let mut extra = Vec::new();
        if let Some(metadata) = self.metadata {
            Cursor::of(metadata).object(|inner, key| {
                if key.is("scaffolding") && inner.peek()? == Next::Object {
                    return inner.object(|inner, key| {
                        extra_keys.push((key.raw(), inner.skip()?));
                        Ok::<_, Fault>(())
                    });
                }
                extra.push((key.raw(), inner.skip()?));
                Ok::<_, Fault>(())
            })?;
        }
        keys.extend(&extra_keys);
        own.raw("scaffolding", &keys.close());
        own.extend(&extra);
        Ok(own.close().into_bytes())
    }
}

/// A small JSON object in the making.
#[derive(Default)]
struct Map<'a> {
    text: String,
    keys: Vec<&'a str>,
}

impl<'a> Map<'a> {
    fn raw(&mut self, key: &'a str, value: &str) {
        self.text.push(if self.text.is_empty() { '{' } else { ',' });
        self.text.push('"');
        self.text.push_str(key);
        self.text.push_str("\":");
        self.text.push_str(value);
        self.keys.push(key);
    }

    fn text(&mut self, key: &'a str, text: &str) {
        self.raw(key, &serde_json::Value::from(text).to_string());
    }

    /// What is not there yet.
    fn extend(&mut self, spans: &[(&'a str, &'a str)]) {
        for (key, value) in spans {
            if !self.keys.contains(key) {
                self.raw(key, value);
            }
        }
    }

    fn close(mut self) -> String {
        self.text.push_str(if self.text.is_empty() { "{}" } else { "}" });
        self.text
    }
}

fn write_pairs(
    pairs: &str,
    entry: &Entry,
    json: &mut Vec<u8>,
    jsonl: &mut Vec<u8>,
) -> Result<Written, Fault> {
    let mut written = Written::default();
    let mut skip = entry.left_out.iter().copied().peekable();
    let members = Members::new(&entry.id);
    json.push(b'[');
    let mut cursor = Cursor::of(pairs);
    cursor.array(|inner, index| {
        if skip.next_if(|at| *at as usize == index).is_some() {
            written.left_out += 1;
            inner.skip()?;
            return Ok::<_, Fault>(());
        }
        if written.pairs > 0 {
            json.push(b',');
        }
        line(ELEMENT + 4, json);
        let trainable = members
            .write(inner, ELEMENT + 4, json, jsonl)
            .map_err(|fault| fault.inside(&format!("training_pairs[{index}]")))?;
        written.pairs += 1;
        written.trainable += u32::from(trainable);
        Ok(())
    })?;
    if written.pairs > 0 {
        line(ELEMENT + 2, json);
    }
    json.push(b']');
    Ok(written)
}

fn indent(blanks: usize, out: &mut Vec<u8>) {
    out.resize(out.len() + blanks, b' ');
}

fn line(blanks: usize, out: &mut Vec<u8>) {
    out.push(b'\n');
    indent(blanks, out);
}

/// A line with a key of ours.
fn key(name: &str, blanks: usize, out: &mut Vec<u8>) {
    line(blanks, out);
    out.push(b'"');
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\": ");
}
