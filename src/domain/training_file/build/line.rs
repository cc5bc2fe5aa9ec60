//! One pair: verbatim in the JSON, with fixed keys in the JSONL (formats 1.2, 1.3).

use super::super::fault::{Fault, Problem};
use crate::ids::ConversationId;
use crate::json::{self, Cursor, Text};
use crate::training_file::survey::{FIELDS, field};

const NONE: usize = usize::MAX;

/// Writes pairs; remembers what does not change between those of one conversation.
pub(super) struct Members {
    /// `_<first eight>"`, behind every id.
    suffix: String,
    /// The whole key as a JSON string.
    conversation: Vec<u8>,
}

/// One member of a pair.
struct Member<'a> {
    key: Text<'a>,
    /// Index in [`FIELDS`], or [`NONE`].
    field: usize,
    value: &'a str,
}

impl Members {
    pub(super) fn new(id: &ConversationId) -> Self {
        let mut conversation = Vec::new();
        json::quote(id.as_str(), &mut conversation);
        Self { suffix: format!("_{}", id.short()), conversation }
    }

    /// Writes the pair at the cursor. True when it became a line.
    pub(super) fn write(
        &self,
        cursor: &mut Cursor<'_>,
        indent: usize,
        lines: &mut Vec<u8>,
        jsonl: &mut Vec<u8>,
    ) -> Result<bool, Fault> {
        let start = cursor.clone();
        let members = read(cursor)?;
        if !ordinary(&members) {
            // Rare: keys that occur twice, whole numbers, escapes. Put in order first, all is as usual.
            let mut plain = Vec::new();
            json::known_compact(&start.clone().skip().map(str::to_owned)?, &mut plain)?;
            let mut cursor = Cursor::new(&plain)?;
            let members = read(&mut cursor)?;
            return self.members(&members, &start, indent, lines, jsonl);
        }
        self.members(&members, &start, indent, lines, jsonl)
    }

    fn members(
        &self,
        members: &[Member<'_>],
        start: &Cursor<'_>,
        indent: usize,
        lines: &mut Vec<u8>,
        jsonl: &mut Vec<u8>,
    ) -> Result<bool, Fault> {
        let mut places = [NONE; FIELDS.len()];
        for (at, member) in members.iter().enumerate() {
            if let Some(place) = places.get_mut(member.field) {
                *place = at;
            }
        }
        if let Some(missing) = places.iter().position(|place| *place == NONE) {
            return Err(Fault::new(FIELDS[missing], Problem::Missing, start.position()));
        }
        let trainable = members[places[8]].value != "null";
        let in_order = places.is_sorted();
        let at_once = trainable && in_order;
        if trainable {
            jsonl.extend_from_slice(b"\n{");
        }
        for (at, member) in members.iter().enumerate() {
            lines.extend_from_slice(if at == 0 { b"{\n" } else { b",\n" });
            lines.resize(lines.len() + indent + 2, b' ');
            lines.push(b'"');
            lines.extend_from_slice(member.key.raw().as_bytes());
            lines.extend_from_slice(b"\": ");
            if !at_once || member.field == NONE {
                json::known_pretty(member.value, indent + 2, lines)?;
            } else if self.label(member, jsonl)? {
                json::known_pretty(member.value, indent + 2, lines)?;
            } else {
                json::known_both(member.value, indent + 2, lines, jsonl)?;
            }
        }
        lines.push(b'\n');
        lines.resize(lines.len() + indent, b' ');
        lines.push(b'}');
        if trainable && !in_order {
            for place in places {
                let member = &members[place];
                if !self.label(member, jsonl)? {
                    json::known_compact(member.value, jsonl)?;
                }
            }
        }
        if trainable {
            jsonl.push(b'}');
        }
        Ok(trainable)
    }

    /// Writes the key of a line's member; for the two ids, which differ from the pair's, the value too (true).
    fn label(&self, member: &Member<'_>, jsonl: &mut Vec<u8>) -> Result<bool, Fault> {
        if member.field > 0 {
            jsonl.push(b',');
        }
        jsonl.push(b'"');
        jsonl.extend_from_slice(FIELDS[member.field].as_bytes());
        jsonl.extend_from_slice(b"\":");
        match member.field {
            0 => {
                let id = Cursor::of(member.value).string()?;
                json::quote(&format!("{}{}", id.decode(), self.suffix), jsonl);
            }
            1 => jsonl.extend_from_slice(&self.conversation),
            _ => return Ok(false),
        }
        Ok(true)
    }
}

fn read<'a>(cursor: &mut Cursor<'a>) -> Result<Vec<Member<'a>>, Fault> {
    let mut members = Vec::with_capacity(FIELDS.len());
    cursor.object(|inner, key| {
        let value = inner.skip()?;
        members.push(Member { key, field: field(key.raw()).unwrap_or(NONE), value });
        Ok::<_, Fault>(())
    })?;
    Ok(members)
}

/// Whether all keys can be written where they stand.
fn ordinary(members: &[Member<'_>]) -> bool {
    members.iter().enumerate().all(|(at, member)| {
        let key = member.key.raw();
        let plain = !key.contains('\\') && !key.starts_with(|c: char| c.is_ascii_digit());
        plain && !members[..at].iter().any(|other| other.key.raw() == key)
    })
}
