//! One conversation: its element of `conversations`, and its lines.

use super::super::fault::{Fault, Problem};
use super::line::Members;
use super::{Entry, Written};
use crate::json::{self, Cursor, Next, Position, Text};

/// Where the object of an element begins, from the left; its fields, its pairs and their fields lie deeper.
const ELEMENT: usize = 4;

/// The spelling of an object's keys and values.
type Spans<'a> = Vec<(&'a str, &'a str)>;

/// Writes one conversation as its entry says: the element to `json`, the lines to `jsonl`. Both grow; after a fault
/// they hold a useless rest.
pub fn transcode(
    source: &[u8],
    entry: &Entry,
    json: &mut Vec<u8>,
    jsonl: &mut Vec<u8>,
) -> Result<Written, Fault> {
    let start = (json.len(), jsonl.len());
    let cursor = Cursor::new(source)?;
    let written = if let Some(written) = in_passing(cursor.clone(), entry, json, jsonl)? {
        written
    } else {
        json.truncate(start.0);
        jsonl.truncate(start.1);
        in_order(cursor, entry, json, jsonl)?
    };
    let expected = Written {
        pairs: entry.pairs,
        trainable: entry.trainable,
        left_out: entry.source_pairs.saturating_sub(entry.pairs),
    };
    if written == expected { Ok(written) } else { Err(changed()) }
}

/// One pass, for a file whose keys come in the platform's order: the pairs are written where they are met.
/// `None`: something that belongs before the pairs came after them, or came twice.
fn in_passing(
    mut cursor: Cursor<'_>,
    entry: &Entry,
    json: &mut Vec<u8>,
    jsonl: &mut Vec<u8>,
) -> Result<Option<Written>, Fault> {
    let mut frame = Frame::default();
    let mut written = None;
    let mut turned = false;
    cursor.object(|inner, key| {
        if turned || (written.is_some() && !key.is("training_pairs") && !key.is("conversation_metadata")) {
            return frame.read(inner, &key);
        }
        turned = written.is_some() || (key.is("training_pairs") && !frame.known());
        if turned || !key.is("training_pairs") {
            return frame.read(inner, &key);
        }
        frame.open(entry, json)?;
        written = Some(write_pairs(inner, entry, json, jsonl)?);
        Ok::<_, Fault>(())
    })?;
    cursor.finish()?;
    match written {
        Some(written) if !turned => {
            frame.close(json)?;
            Ok(Some(written))
        }
        _ => Ok(None),
    }
}

/// The same for any order of keys: finds all of them first.
fn in_order(
    mut cursor: Cursor<'_>,
    entry: &Entry,
    json: &mut Vec<u8>,
    jsonl: &mut Vec<u8>,
) -> Result<Written, Fault> {
    let mut frame = Frame::default();
    cursor.object(|inner, key| frame.read(inner, &key))?;
    cursor.finish()?;
    let missing = || Fault::new("training_pairs", Problem::Missing, Position::default());
    let mut pairs = Cursor::of(frame.pairs.ok_or_else(missing)?);
    frame.open(entry, json)?;
    let written = write_pairs(&mut pairs, entry, json, jsonl)?;
    frame.close(json)?;
    Ok(written)
}

fn changed() -> Fault {
    Fault::new("training_pairs", Problem::Changed, Position::default())
}

#[derive(Default)]
struct Frame<'a> {
    pairs: Option<&'a str>,
    metadata: Option<&'a str>,
    enriched: bool,
    others: Spans<'a>,
}

impl<'a> Frame<'a> {
    /// Remembers one key at the top.
    fn read(&mut self, cursor: &mut Cursor<'a>, key: &Text<'a>) -> Result<(), Fault> {
        let value = cursor.skip()?;
        match key.decode().as_ref() {
            "training_pairs" => self.pairs = Some(value),
            "conversation_metadata" => self.metadata = Some(value),
            // Dropped on the way from an enriched file (formats 1.2).
            "dataset_metadata" => self.enriched = true,
            "consultant_profile" | "input_parameters" => {}
            _ => match self.others.iter_mut().find(|(name, _)| *name == key.raw()) {
                Some(other) => other.1 = value,
                None => self.others.push((key.raw(), value)),
            },
        }
        Ok(())
    }

    /// Whether everything is known that stands before the pairs.
    const fn known(&self) -> bool {
        self.enriched || self.metadata.is_some()
    }

    /// Everything before the pairs.
    fn open(&self, entry: &Entry, json: &mut Vec<u8>) -> Result<(), Fault> {
        indent(ELEMENT, json);
        json.push(b'{');
        key("conversation_metadata", ELEMENT + 2, json);
        json::pretty(&self.head(entry)?, ELEMENT + 2, json)?;
        json.push(b',');
        key("training_pairs", ELEMENT + 2, json);
        Ok(())
    }

    /// Everything behind them: what else an element of an existing file has.
    fn close(&self, json: &mut Vec<u8>) -> Result<(), Fault> {
        if !self.enriched {
            for (name, value) in &self.others {
                json.push(b',');
                line(ELEMENT + 2, json);
                json::pretty(format!("\"{name}\"").as_bytes(), 0, json)?;
                json.extend_from_slice(b": ");
                Cursor::of(value).pretty(ELEMENT + 2, json)?;
            }
        }
        line(ELEMENT, json);
        json.push(b'}');
        Ok(())
    }

    /// `conversation_metadata`: the known keys in the platform's order (formats 1.2), then what else an existing
    /// element has there.
    fn head(&self, entry: &Entry) -> Result<Vec<u8>, Fault> {
        let mut own = Map::default();
        own.text("conversation_id", entry.id.as_str());
        let usual = || super::usual_source_file(&entry.id).into_boxed_str();
        own.text("source_file", &entry.source_file.clone().unwrap_or_else(usual));
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
        let mut metadata = Vec::new();
        if let Some(source) = self.metadata {
            // In order first: then no key comes twice.
            Cursor::of(source).compact(&mut metadata)?;
            Cursor::new(&metadata)?.object(|inner, key| {
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
    cursor: &mut Cursor<'_>,
    entry: &Entry,
    json: &mut Vec<u8>,
    jsonl: &mut Vec<u8>,
) -> Result<Written, Fault> {
    let mut written = Written::default();
    let mut skip = entry.left_out.iter().copied().peekable();
    let members = Members::new(&entry.id);
    json.push(b'[');
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
