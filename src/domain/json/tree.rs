//! The slow way, for what one pass cannot order: keys that occur twice, and keys that are whole numbers.

use super::text::Form;
use super::transcode::Sink;
use super::{Cursor, Error, Next, number};
use std::collections::HashMap;

enum Node {
    /// A string, number or word, spelled as JavaScript does.
    Leaf(Vec<u8>),
    Array(Vec<Self>),
    /// In JavaScript's order of keys; the keys with their quotes.
    Object(Vec<(Vec<u8>, Self)>),
}

/// Reads one value and writes it with all its keys in JavaScript's order.
pub(super) fn write(cursor: &mut Cursor<'_>, sink: &mut impl Sink, depth: usize) -> Result<(), Error> {
    let node = read(cursor)?;
    print(&node, sink, depth);
    Ok(())
}

fn read(cursor: &mut Cursor<'_>) -> Result<Node, Error> {
    Ok(match cursor.peek()? {
        Next::String => {
            let mut leaf = Vec::new();
            cursor.string()?.write(&mut leaf);
            Node::Leaf(leaf)
        }
        Next::Number => Node::Leaf(match cursor.raw_number()? {
            (raw, true) => raw.into(),
            (raw, false) => number(raw.parse().unwrap_or(f64::NAN)).into_bytes(),
        }),
        Next::Bool | Next::Null => Node::Leaf(cursor.word()?.into()),
        Next::Array => {
            let mut items = Vec::new();
            cursor.array(|inner, _| {
                items.push(read(inner)?);
                Ok::<_, Error>(())
            })?;
            Node::Array(items)
        }
        Next::Object => object(cursor)?,
    })
}

fn object(cursor: &mut Cursor<'_>) -> Result<Node, Error> {
    let mut members: Vec<(Vec<u8>, Node)> = Vec::new();
    let mut places: HashMap<Vec<u8>, usize> = HashMap::new();
    cursor.object(|inner, key| {
        let mut name = Vec::new();
        key.write(&mut name);
        let value = read(inner)?;
        if let Some(place) = places.get(&name) {
            members[*place].1 = value;
        } else {
            places.insert(name.clone(), members.len());
            members.push((name, value));
        }
        Ok::<_, Error>(())
    })?;
    // Stable: the other keys stay in the order in which they came.
    members.sort_by_key(|(name, _)| index(&name[1..name.len() - 1]).map_or((1, 0), |index| (0, index)));
    Ok(Node::Object(members))
}

/// The array index that a key spells (0 to 2³² − 2, no leading zero): JavaScript puts these first, ascending.
pub(super) fn index(key: &[u8]) -> Option<u32> {
    if key.is_empty()
        || key.len() > 10
        || !key.iter().all(u8::is_ascii_digit)
        || (key[0] == b'0' && key.len() > 1)
    {
        return None;
    }
    std::str::from_utf8(key).ok()?.parse().ok().filter(|index| *index < u32::MAX)
}

fn print(node: &Node, sink: &mut impl Sink, depth: usize) {
    match node {
        Node::Leaf(text) => sink.raw(text),
        Node::Array(items) => {
            sink.raw(b"[");
            for (at, item) in items.iter().enumerate() {
                sink.item(at == 0, depth + 1);
                print(item, sink, depth + 1);
            }
            sink.close(items.is_empty(), depth, b"]");
        }
        Node::Object(members) => {
            sink.raw(b"{");
            for (at, (key, value)) in members.iter().enumerate() {
                sink.item(at == 0, depth + 1);
                sink.raw(key);
                sink.colon();
                print(value, sink, depth + 1);
            }
            sink.close(members.is_empty(), depth, b"}");
        }
    }
}

/// Whether a key can be written where it stands, as far as it alone can tell.
pub(super) fn in_order(key: &super::Text<'_>) -> bool {
    key.form != Form::Foreign
        && !(key.raw.as_bytes().first().is_some_and(u8::is_ascii_digit)
            && index(key.raw.as_bytes()).is_some())
}
