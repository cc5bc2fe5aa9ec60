//! Conversations by what a user typed: a whole key, the row's key, or the beginning that tables show.

use crate::engine::from_db;
use crate::{Engine, Error, Result};
use domain::conversation::ConversationRow;
use domain::filter::Column;
use domain::ids::ConversationId;
use std::collections::HashSet;

const WHAT: &str = "Cannot read the conversations";
/// A shorter beginning of a key names nothing.
const SHORTEST: usize = 4;
/// So many candidates are named when a beginning fits several.
const NAMED: u32 = 4;

/// The rows of some keys in their order, and the keys that match nothing (formats 2.1 drops those silently; we do not).
pub(crate) async fn by_ids(
    engine: &Engine,
    ids: &[ConversationId],
) -> Result<(Vec<ConversationRow>, Vec<String>)> {
    let db = engine.db();
    let rows = db.conversations_by_ids(ids).await.map_err(from_db(WHAT))?;
    if rows.len() == ids.len() {
        return Ok((rows, Vec::new()));
    }
    let direct: HashSet<&ConversationId> = rows.iter().map(|row| &row.id).collect();
    let (mut whole, mut unknown) = (Vec::with_capacity(ids.len()), Vec::new());
    for id in ids {
        if direct.contains(id) {
            whole.push(id.clone());
        } else if let Some(row) =
            db.conversations_by_ids(std::slice::from_ref(id)).await.map_err(from_db(WHAT))?.pop()
        {
            // It matched by the row's own key.
            whole.push(row.id);
        } else if let Some(key) = beginning_with(engine, id.as_str()).await? {
            whole.push(key);
        } else {
            unknown.push(id.to_string());
        }
    }
    let rows = db.conversations_by_ids(&whole).await.map_err(from_db(WHAT))?;
    Ok((rows, unknown))
}

/// The one UUID that begins so. Other keys (`march-1`, `march-10`) are only taken whole.
async fn beginning_with(engine: &Engine, word: &str) -> Result<Option<ConversationId>> {
    let word = word.to_ascii_lowercase();
    if word.len() < SHORTEST || !word.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-') {
        return Ok(None);
    }
    let found = engine.db().distinct(Column::Id, &word, NAMED + 1).await.map_err(from_db(WHAT))?;
    let mut keys = found.into_iter().map(ConversationId::new).filter(|key| key.as_uuid().is_some());
    let (first, others) = (keys.next(), keys.collect::<Vec<_>>());
    if others.is_empty() {
        return Ok(first);
    }
    let all = first.iter().chain(&others).take(NAMED as usize).map(ToString::to_string);
    let more = if others.len() >= NAMED as usize { " and more" } else { "" };
    Err(Error::usage(WHAT, "more than one key begins so")
        .on(format!("“{word}”"))
        .next(format!("Write more of the key: {}{more}", all.collect::<Vec<_>>().join(", "))))
}
