//! v4 JSONL back to conversations: lines that follow each other with the same `conversation_id` are one conversation.

use crate::ids::ConversationId;
use crate::json::{self, Cursor, Next, Position, Text};
use crate::training_file::fault::{Fault, Problem};
use crate::training_file::survey::{FIELDS, field};
use chrono::NaiveDate;

/// Takes lines, gives elements of `conversations`. What the JSONL does not have, the user turns' own pairs, cannot
/// come back: an element has the pairs with an answer, and their histories (decision 0012).
#[derive(Debug)]
pub struct Regroup {
    /// The JSONL has no dates.
    created: NaiveDate,
    /// From the header line.
    file_name: Option<String>,
    version: Option<String>,
    id: Option<ConversationId>,
    pairs: Vec<u8>,
}

impl Regroup {
    /// `created` becomes the created date of every conversation.
    pub const fn new(created: NaiveDate) -> Self {
        Self { created, file_name: None, version: None, id: None, pairs: Vec::new() }
    }

    /// The name in the header line, once that has been pushed.
    pub fn file_name(&self) -> Option<&str> {
        self.file_name.as_deref()
    }

    /// The version in the header line.
    pub fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }

    /// Takes one line, with or without its line feed. Gives the conversation before it when this line begins another.
    pub fn push(&mut self, line: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
        if line.iter().all(u8::is_ascii_whitespace) {
            return Ok(None);
        }
        let mut values: [Option<&str>; FIELDS.len()] = [None; FIELDS.len()];
        let mut others: Vec<(Text<'_>, &str)> = Vec::new();
        let mut cursor = Cursor::new(line)?;
        let mut header = false;
        cursor.object(|inner, key| {
            if key.is("_meta") && inner.peek()? == Next::Object {
                header = true;
                return self.header(inner);
            }
            let value = inner.skip()?;
            match field(&key.decode()) {
                Some(at) => values[at] = Some(value),
                None => others.push((key, value)),
            }
            Ok::<_, Fault>(())
        })?;
        cursor.finish()?;
        if header {
            return Ok(None);
        }
        if let Some(missing) = values.iter().position(Option::is_none) {
            return Err(Fault::new(FIELDS[missing], Problem::Missing, Position::default()));
        }
        let text = |at: usize| {
            let mut cursor = Cursor::of(values[at].unwrap_or_default());
            let text = cursor.string().map(|text| text.decode().into_owned());
            text.map_err(|_| Fault::new(FIELDS[at], Problem::Type("a string"), Position::default()))
        };
        let (pair, id) = (text(0)?, ConversationId::new(text(1)?));
        if id.as_str().is_empty() {
            return Err(Fault::new(FIELDS[1], Problem::Empty, Position::default()));
        }
        let done = if self.id.as_ref() == Some(&id) { None } else { self.take() };
        let pair = pair.strip_suffix(&format!("_{}", id.short())).unwrap_or(&pair).to_owned();
        self.pairs.extend_from_slice(if self.pairs.is_empty() { b"[{" } else { b",{" });
        for (at, value) in values.iter().enumerate() {
            self.key(FIELDS[at], at == 0);
            match at {
                0 => json::quote(&pair, &mut self.pairs),
                1 => json::quote(slug(&pair), &mut self.pairs),
                _ => self.pairs.extend_from_slice(value.unwrap_or_default().as_bytes()),
            }
        }
        for (key, value) in others {
            self.key(&key.decode(), false);
            self.pairs.extend_from_slice(value.as_bytes());
        }
        self.pairs.push(b'}');
        self.id = Some(id);
        Ok(done)
    }

    /// After the last line: the last conversation.
    pub fn finish(&mut self) -> Option<Vec<u8>> {
        self.take()
    }

    fn key(&mut self, key: &str, first: bool) {
        if !first {
            self.pairs.push(b',');
        }
        json::quote(key, &mut self.pairs);
        self.pairs.push(b':');
    }

    fn header(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Fault> {
        cursor.object(|inner, key| {
            let to = match key.raw() {
                "file_name" => &mut self.file_name,
                "version" => &mut self.version,
                _ => {
                    inner.skip()?;
                    return Ok(());
                }
            };
            if inner.peek()? == Next::String {
                *to = Some(inner.string()?.decode().into_owned());
            } else {
                inner.skip()?;
            }
            Ok(())
        })
    }

    fn take(&mut self) -> Option<Vec<u8>> {
        let id = self.id.take()?;
        let mut out = b"{\"conversation_metadata\":{\"conversation_id\":".to_vec();
        json::quote(id.as_str(), &mut out);
        out.extend_from_slice(
            format!(",\"created_date\":\"{}\"}},\"training_pairs\":", self.created).as_bytes(),
        );
        out.append(&mut self.pairs);
        out.extend_from_slice(b"]}");
        Some(out)
    }
}

/// The part of a pair's id before `_turn<n>` (formats 1.1).
fn slug(pair: &str) -> &str {
    match pair.rsplit_once("_turn") {
        Some((slug, turn)) if !turn.is_empty() && turn.bytes().all(|b| b.is_ascii_digit()) => slug,
        _ => pair,
    }
}
