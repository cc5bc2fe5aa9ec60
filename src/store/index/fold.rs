//! Brings the sets up to date with the rows that have changed.

use super::rows::{PIECE, Piece};
use super::terms::{self, State, Term, kind};
use crate::Result;
use crate::sql::{Dialect, Tx};
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap};

/// Rows taken up together.
const STEP: i64 = 8_000;
/// Terms whose numbers are remembered from step to step.
const REMEMBERED: usize = 100_000;

/// A row that has changed: what it held when the sets were right, and what it holds now. Without a key it was not, or is not, there.
#[derive(sqlx::FromRow)]
struct Change {
    row: i64,
    was_key: Option<String>,
    was_persona: Option<String>,
    was_arc: Option<String>,
    was_topic: Option<String>,
    was_tier: Option<String>,
    was_status: Option<String>,
    was_enrichment: Option<String>,
    was_turns: Option<i64>,
    was_quality: Option<f64>,
    was_in_files: Option<i64>,
    was_search: Option<String>,
    is_key: Option<String>,
    is_persona: Option<String>,
    is_arc: Option<String>,
    is_topic: Option<String>,
    is_tier: Option<String>,
    is_status: Option<String>,
    is_enrichment: Option<String>,
    is_turns: Option<i64>,
    is_quality: Option<f64>,
    is_in_files: Option<i64>,
    is_search: Option<String>,
}

const CHANGES: &str = "SELECT x.row, x.key AS was_key, x.persona AS was_persona, x.arc AS was_arc, x.topic AS was_topic, \
  x.tier AS was_tier, x.status AS was_status, x.enrichment AS was_enrichment, x.turns AS was_turns, x.quality AS was_quality, \
  x.in_files AS was_in_files, x.search AS was_search, c.conversation_id AS is_key, c.persona_key AS is_persona, \
  c.emotional_arc_key AS is_arc, c.topic_key AS is_topic, c.tier AS is_tier, c.status AS is_status, \
  c.enrichment_status AS is_enrichment, c.turn_count AS is_turns, c.quality_score AS is_quality, \
  c.brightrun_in_files AS is_in_files, c.brightrun_search AS is_search \
  FROM brightrun_changes x LEFT JOIN conversations c ON c.brightrun_row = x.row ORDER BY x.row LIMIT $1";

impl Change {
    fn was(&self) -> Option<State<'_>> {
        let words = [
            &self.was_persona,
            &self.was_arc,
            &self.was_topic,
            &self.was_tier,
            &self.was_status,
            &self.was_enrichment,
        ];
        Some(State {
            key: self.was_key.as_deref()?,
            words: words.map(|word| word.as_deref().unwrap_or_default()),
            turns: self.was_turns.unwrap_or_default(),
            quality: self.was_quality,
            in_files: self.was_in_files.unwrap_or_default(),
            search: self.was_search.as_deref().unwrap_or_default(),
        })
    }

    fn is(&self) -> Option<State<'_>> {
        let words = [
            &self.is_persona,
            &self.is_arc,
            &self.is_topic,
            &self.is_tier,
            &self.is_status,
            &self.is_enrichment,
        ];
        Some(State {
            key: self.is_key.as_deref()?,
            words: words.map(|word| word.as_deref().unwrap_or_default()),
            turns: self.is_turns.unwrap_or_default(),
            quality: self.is_quality,
            in_files: self.is_in_files.unwrap_or_default(),
            search: self.is_search.as_deref().unwrap_or_default(),
        })
    }
}

/// What is to be done for one step.
#[derive(Default)]
struct Work {
    /// Rows to set and to clear, by term.
    rows: HashMap<Term, Vec<(i64, bool)>>,
    letters: BTreeSet<Term>,
    keys_out: Vec<Value>,
    keys_in: Vec<Value>,
}

impl Work {
    fn add(&mut self, change: &Change) {
        let (was, is) = (change.was(), change.is());
        let before = was.as_ref().map(State::terms).unwrap_or_default();
        let after = is.as_ref().map(State::terms).unwrap_or_default();
        for (terms, other, there) in [(&before, &after, false), (&after, &before, true)] {
            for term in terms.difference(other) {
                self.rows.entry(term.clone()).or_default().push((change.row, there));
            }
        }
        let (was, is) = (was.map(|state| terms::fold(state.key)), is.map(|state| terms::fold(state.key)));
        if was == is {
            return;
        }
        if let Some(key) = was {
            self.keys_out.push(json!([change.row, key]));
        }
        if let Some(key) = is {
            self.letters.extend(terms::letters(&key));
            self.keys_in.push(json!([change.row, key]));
        }
    }
}

/// Brings the sets up to date, within the transaction that changed the rows. Nothing to do in Postgres.
pub async fn fold(tx: &mut Tx) -> Result<()> {
    if tx.dialect() == Dialect::Postgres {
        return Ok(());
    }
    let mut numbers: HashMap<Term, i64> = HashMap::new();
    loop {
        let changes: Vec<Change> = tx.fetch(tx.sql(CHANGES).arg(STEP)).await?;
        let Some(last) = changes.last() else { return Ok(()) };
        let mut work = Work::default();
        for change in &changes {
            work.add(change);
        }
        if numbers.len() > REMEMBERED {
            numbers.clear();
        }
        number(tx, &work, &mut numbers).await?;
        write_keys(tx, work.keys_out, work.keys_in).await?;
        write_rows(tx, &work.rows, &numbers).await?;
        tx.execute(tx.sql("DELETE FROM brightrun_changes WHERE row <= $1").arg(last.row)).await?;
        tx.execute(tx.sql("UPDATE brightrun_rounds SET n = n + 1")).await?;
    }
}

/// The numbers of all terms; new ones get one.
async fn number(tx: &mut Tx, work: &Work, numbers: &mut HashMap<Term, i64>) -> Result<()> {
    let new: Vec<&Term> =
        work.rows.keys().chain(&work.letters).filter(|term| !numbers.contains_key(term)).collect();
    if new.is_empty() {
        return Ok(());
    }
    let list: Vec<Value> = new.iter().map(|(kind, value)| json!([kind, value])).collect();
    let list = Value::Array(list);
    let highest: Vec<(i64,)> =
        tx.fetch(tx.sql("SELECT COALESCE(max(id), 0) AS n FROM brightrun_terms")).await?;
    let made = "INSERT INTO brightrun_terms (kind, value) SELECT j.value->>0, j.value->>1 FROM json_each($1) j WHERE TRUE \
                ON CONFLICT DO NOTHING";
    tx.execute(tx.sql(made).arg(list.clone())).await?;
    let words = "INSERT INTO brightrun_words (rowid, value) SELECT id, value FROM brightrun_terms WHERE id > $1 AND kind = $2";
    tx.execute(tx.sql(words).arg(highest.first().map_or(0, |n| n.0)).arg(kind::WORD)).await?;
    let found: Vec<(i64, i64)> = tx
        .fetch(
            tx.sql(
                "SELECT j.key AS n, t.id FROM json_each($1) j CROSS JOIN brightrun_terms t \
                 ON t.kind = j.value->>0 AND t.value = j.value->>1",
            )
            .arg(list),
        )
        .await?;
    for (n, id) in found {
        if let Some(term) = usize::try_from(n).ok().and_then(|n| new.get(n)) {
            numbers.insert((*term).clone(), id);
        }
    }
    Ok(())
}

async fn write_keys(tx: &mut Tx, gone: Vec<Value>, new: Vec<Value>) -> Result<()> {
    if !gone.is_empty() {
        let sql = "INSERT INTO brightrun_keys (brightrun_keys, rowid, value) \
                   SELECT 'delete', j.value->>0, j.value->>1 FROM json_each($1) j";
        tx.execute(tx.sql(sql).arg(Value::Array(gone))).await?;
    }
    if !new.is_empty() {
        let sql =
            "INSERT INTO brightrun_keys (rowid, value) SELECT j.value->>0, j.value->>1 FROM json_each($1) j";
        tx.execute(tx.sql(sql).arg(Value::Array(new))).await?;
    }
    Ok(())
}

/// Pieces written by one statement: about a megabyte.
const PIECES: usize = 256;

async fn write_rows(
    tx: &mut Tx,
    rows: &HashMap<Term, Vec<(i64, bool)>>,
    numbers: &HashMap<Term, i64>,
) -> Result<()> {
    let mut places: HashMap<i64, Vec<(i64, bool)>> = HashMap::new();
    for (term, rows) in rows {
        let Some(number) = numbers.get(term) else { continue };
        for (row, there) in rows {
            places.entry((number << 24) + row / PIECE).or_default().push((row % PIECE, *there));
        }
    }
    let mut order: Vec<i64> = places.keys().copied().collect();
    order.sort_unstable();
    for part in order.chunks(PIECES) {
        let sql = "SELECT place, bits FROM brightrun_bits WHERE place IN (SELECT value FROM json_each($1))";
        let kept: Vec<(i64, Vec<u8>)> = tx.fetch(tx.sql(sql).arg(Value::from(part.to_vec()))).await?;
        let kept: HashMap<i64, Vec<u8>> = kept.into_iter().collect();
        let mut written = Vec::with_capacity(part.len());
        for place in part {
            let mut piece = Piece::read(kept.get(place).map_or(&[], Vec::as_slice));
            for (row, there) in &places[place] {
                piece.set(*row, *there);
            }
            written.push(json!([place, hex::encode(piece.write())]));
        }
        let sql = "INSERT OR REPLACE INTO brightrun_bits (place, bits) SELECT j.value->>0, unhex(j.value->>1) FROM json_each($1) j";
        tx.execute(tx.sql(sql).arg(Value::Array(written))).await?;
    }
    Ok(())
}
