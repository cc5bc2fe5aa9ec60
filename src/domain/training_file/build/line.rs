//! One pair: verbatim in the JSON, with fixed keys in the JSONL (formats 1.2, 1.3).

use super::super::fault::{Fault, Problem};
use crate::ids::ConversationId;
use crate::json::{self, Cursor, Next, Text};
use crate::training_file::survey::{FIELDS, field};

const NONE: usize = usize::MAX;

/// Null in the pairs of user turns, which become no line.
const TARGET: &str = "target_response";

/// Writes pairs; remembers what does not change between those of one conversation.
pub(super) struct Members {
    /// `_<first eight>`, behind every id.
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
        let start = (cursor.clone(), lines.len(), jsonl.len());
        if let Some(trainable) = self.in_passing(cursor, indent, lines, jsonl)? {
            return Ok(trainable);
        }
        *cursor = start.0.clone();
        lines.truncate(start.1);
        jsonl.truncate(start.2);
        let members = read(cursor)?;
        if ordinary(&members) {
            return self.members(&members, &start.0, indent, lines, jsonl);
        }
        // Rare: keys that occur twice, whole numbers, escapes. Put in order first, all is as usual.
        let mut plain = Vec::new();
        start.0.clone().compact(&mut plain)?;
        let members = read(&mut Cursor::new(&plain)?)?;
        self.members(&members, &start.0, indent, lines, jsonl)
    }

    /// One pass, for a pair whose keys come in the platform's order. Begins a line before it is known whether there
    /// is a target, and takes it back when there is none. `None`: the keys come otherwise.
    fn in_passing(
        &self,
        cursor: &mut Cursor<'_>,
        indent: usize,
        lines: &mut Vec<u8>,
        jsonl: &mut Vec<u8>,
    ) -> Result<Option<bool>, Fault> {
        let mark = jsonl.len();
        let (mut next, mut trainable, mut first) = (0, true, true);
        let mut others: Vec<&str> = Vec::new();
        jsonl.extend_from_slice(b"\n{");
        let passed = cursor.object(|inner, key| {
            let name = key.raw();
            let expected = FIELDS.get(next) == Some(&name);
            if !expected && (field(name).is_some() || others.contains(&name) || !plain(name)) {
                return Err(Turned::Order);
            }
            label(name, std::mem::take(&mut first), indent, lines);
            if !expected {
                others.push(name);
                return Ok(inner.pretty(indent + 2, lines)?);
            }
            if name == TARGET && inner.peek()? == Next::Null {
                trainable = false;
                jsonl.truncate(mark);
            }
            next += 1;
            if !trainable {
                return Ok(inner.pretty(indent + 2, lines)?);
            }
            let value = inner.clone();
            if self.own(next - 1, value, jsonl)? {
                inner.pretty(indent + 2, lines)?;
            } else {
                inner.both(indent + 2, lines, jsonl)?;
            }
            Ok(())
        });
        match passed {
            Ok(()) if next == FIELDS.len() => {}
            Ok(()) | Err(Turned::Order) => return Ok(None),
            Err(Turned::Fault(fault)) => return Err(fault),
        }
        close(indent, lines);
        if trainable {
            jsonl.push(b'}');
        }
        Ok(Some(trainable))
    }

    /// The same for members that have been found before, in any order.
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
        for (at, member) in members.iter().enumerate() {
            label(member.key.raw(), at == 0, indent, lines);
            Cursor::of(member.value).pretty(indent + 2, lines)?;
        }
        close(indent, lines);
        let trainable = members[places[8]].value != "null";
        if trainable {
            jsonl.extend_from_slice(b"\n{");
            for (at, place) in places.into_iter().enumerate() {
                let mut value = Cursor::of(members[place].value);
                if !self.own(at, value.clone(), jsonl)? {
                    value.compact(jsonl)?;
                }
            }
            jsonl.push(b'}');
        }
        Ok(trainable)
    }

    /// Writes the key of a line's field; for the two ids, which differ from the pair's, the value too (true).
    fn own(&self, at: usize, mut value: Cursor<'_>, jsonl: &mut Vec<u8>) -> Result<bool, Fault> {
        jsonl.extend_from_slice(if at > 0 { b",\"" } else { b"\"" });
        jsonl.extend_from_slice(FIELDS[at].as_bytes());
        jsonl.extend_from_slice(b"\":");
        match at {
            0 => {
                let id = value.string()?;
                json::quote(&format!("{}{}", id.decode(), self.suffix), jsonl);
            }
            1 => jsonl.extend_from_slice(&self.conversation),
            _ => return Ok(false),
        }
        Ok(true)
    }
}

/// Why one pass does not do.
enum Turned {
    Order,
    Fault(Fault),
}

impl<E: Into<Fault>> From<E> for Turned {
    fn from(error: E) -> Self {
        Self::Fault(error.into())
    }
}

/// The line of a member, up to its value.
fn label(key: &str, first: bool, indent: usize, lines: &mut Vec<u8>) {
    lines.extend_from_slice(if first { b"{\n" } else { b",\n" });
    lines.resize(lines.len() + indent + 2, b' ');
    lines.push(b'"');
    lines.extend_from_slice(key.as_bytes());
    lines.extend_from_slice(b"\": ");
}

fn close(indent: usize, lines: &mut Vec<u8>) {
    lines.push(b'\n');
    lines.resize(lines.len() + indent, b' ');
    lines.push(b'}');
}

/// Whether a key can be written where it stands: no escapes, no whole number.
fn plain(key: &str) -> bool {
    !key.contains('\\') && !key.starts_with(|c: char| c.is_ascii_digit())
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
        plain(key) && !members[..at].iter().any(|other| other.key.raw() == key)
    })
}
