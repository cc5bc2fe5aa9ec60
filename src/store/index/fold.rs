//! Brings the sets up to date with the rows that have changed.

use super::rows::{PIECE, Piece};
use super::terms::{self, State, Term, kind};
use crate::Result;
use crate::conversations::columns::{self, SEARCH_POSTGRES};
use crate::sql::{Bind, Dialect, Tx};
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;

/// Rows taken up together.
const STEP: i64 = 8_000;
/// Terms whose numbers are remembered from step to step.
const REMEMBERED: usize = 100_000;

/// A row that has changed: what it held when the sets were right, and what it holds now. Without a key it was not, or is not, there.
#[derive(sqlx::FromRow)]
struct Change {
    row: i64,
    was_key: Option<String>,
    was_owner: Option<String>,
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
    is_owner: Option<String>,
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

const CHANGES_SQLITE: &str = "SELECT x.row, x.key AS was_key, CAST(NULL AS TEXT) AS was_owner, x.persona AS was_persona, x.arc AS was_arc, x.topic AS was_topic, \
  x.tier AS was_tier, x.status AS was_status, x.enrichment AS was_enrichment, x.turns AS was_turns, x.quality AS was_quality, \
  x.in_files AS was_in_files, x.search AS was_search, c.conversation_id AS is_key, CAST(NULL AS TEXT) AS is_owner, c.persona_key AS is_persona, \
  c.emotional_arc_key AS is_arc, c.topic_key AS is_topic, c.tier AS is_tier, c.status AS is_status, \
  c.enrichment_status AS is_enrichment, c.turn_count AS is_turns, c.quality_score AS is_quality, \
  c.brightrun_in_files AS is_in_files, c.brightrun_search AS is_search \
  FROM brightrun_changes x LEFT JOIN conversations c ON c.brightrun_row = x.row ORDER BY x.row LIMIT $1";

/// Takes the entries and reads the rows in one statement, so both are of one moment: what another transaction writes
/// meanwhile has an entry of its own, which stays.
fn changes_postgres() -> String {
    use domain::filter::Column as C;
    const VALUES: [(&str, C); 8] = [
        ("persona", C::Persona),
        ("arc", C::Arc),
        ("topic", C::Topic),
        ("tier", C::Tier),
        ("status", C::Status),
        ("enrichment", C::Enrichment),
        ("turns", C::Turns),
        ("quality", C::Quality),
    ];
    // What a row held is kept as it was, and read as if it were still in the table.
    let list = |when: &str, row: &str| {
        let mut list = format!(
            ", c.conversation_id AS {when}_key, CAST(c.user_id AS text) AS {when}_owner, c.in_files AS {when}_in_files, \
             {SEARCH_POSTGRES} AS {when}_search"
        );
        for (name, column) in VALUES {
            let cast = match column {
                C::Turns => "bigint",
                C::Quality => "double precision",
                _ => "text",
            };
            let value = columns::value(Dialect::Postgres, column);
            let _ = write!(list, ", CAST({value} AS {cast}) AS {when}_{name}");
        }
        list.replace("c.", &format!("{row}."))
    };
    format!(
        "WITH gone AS (DELETE FROM brightrun_changes WHERE row IN (SELECT x.row FROM brightrun_changes x GROUP BY x.row \
         ORDER BY x.row LIMIT $1) RETURNING id, row, was), \
         first AS (SELECT DISTINCT ON (g.row) g.row, g.was FROM gone g ORDER BY g.row, g.id) \
         SELECT f.row{}{} FROM first f LEFT JOIN LATERAL jsonb_populate_record(NULL::conversations, f.was) w ON f.was IS NOT NULL \
         LEFT JOIN conversations n ON n.row_no = f.row ORDER BY f.row",
        list("was", "w"),
        list("is", "n"),
    )
}

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
            owner: self.was_owner.as_deref(),
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
            owner: self.is_owner.as_deref(),
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

/// Brings the sets up to date, within the transaction that changed the rows.
pub async fn fold(tx: &mut Tx) -> Result<()> {
    if !tx.sets() {
        return Ok(());
    }
    let postgres = tx.dialect() == Dialect::Postgres;
    if postgres {
        let waiting = tx.sql("SELECT EXISTS (SELECT 1 FROM brightrun_changes)");
        if tx.fetch_one::<bool>(waiting).await? != Some(true) {
            return Ok(());
        }
        // One at a time from here to the end of the transaction: who comes second reads what the first has written. Nothing
        // else is waited for afterwards.
        tx.execute(tx.sql("UPDATE brightrun_rounds SET n = n + 1")).await?;
    }
    let changes_sql = if postgres { changes_postgres() } else { CHANGES_SQLITE.to_owned() };
    let mut numbers: HashMap<Term, i64> = HashMap::new();
    loop {
        let changes: Vec<Change> = tx.fetch(tx.sql(&changes_sql).arg(STEP)).await?;
        let Some(last) = changes.last() else { return Ok(()) };
        let mut work = Work::default();
        for change in &changes {
            work.add(change);
        }
        if numbers.len() > REMEMBERED {
            numbers.clear();
        }
        number(tx, &work, &mut numbers).await?;
        if !postgres {
            write_keys(tx, work.keys_out, work.keys_in).await?;
        }
        write_rows(tx, &work.rows, &numbers).await?;
        if !postgres {
            tx.execute(tx.sql("DELETE FROM brightrun_changes WHERE row <= $1").arg(last.row)).await?;
            tx.execute(tx.sql("UPDATE brightrun_rounds SET n = n + 1")).await?;
        }
        if i64::try_from(changes.len()).unwrap_or(STEP) < STEP {
            return Ok(());
        }
    }
}

const TERMS_SQLITE: &str = "INSERT INTO brightrun_terms (kind, value) SELECT j.value->>0, j.value->>1 FROM json_each($1) j WHERE TRUE \
  ON CONFLICT DO NOTHING";
const TERMS_POSTGRES: &str = "INSERT INTO brightrun_terms (kind, value) SELECT j->>0, j->>1 FROM jsonb_array_elements($1) j WHERE NOT EXISTS (\
  SELECT 1 FROM brightrun_terms t WHERE t.kind = j->>0 AND md5(t.value) = md5(j->>1) AND t.value = j->>1)";
const NUMBERS_SQLITE: &str = "SELECT j.key AS n, t.id FROM json_each($1) j CROSS JOIN brightrun_terms t \
  ON t.kind = j.value->>0 AND t.value = j.value->>1";
const NUMBERS_POSTGRES: &str = "SELECT j.n - 1 AS n, t.id FROM jsonb_array_elements($1) WITH ORDINALITY j(value, n) \
  JOIN brightrun_terms t ON t.kind = j.value->>0 AND md5(t.value) = md5(j.value->>1) AND t.value = j.value->>1";

/// The numbers of all terms; new ones get one.
async fn number(tx: &mut Tx, work: &Work, numbers: &mut HashMap<Term, i64>) -> Result<()> {
    let new: Vec<&Term> =
        work.rows.keys().chain(&work.letters).filter(|term| !numbers.contains_key(term)).collect();
    if new.is_empty() {
        return Ok(());
    }
    let list: Vec<Value> = new.iter().map(|(kind, value)| json!([kind, value])).collect();
    let list = Value::Array(list);
    let found_sql = if tx.dialect() == Dialect::Postgres {
        tx.execute(tx.sql(TERMS_POSTGRES).arg(list.clone())).await?;
        NUMBERS_POSTGRES
    } else {
        let highest =
            tx.fetch_one::<i64>(tx.sql("SELECT COALESCE(max(id), 0) AS n FROM brightrun_terms")).await?;
        tx.execute(tx.sql(TERMS_SQLITE).arg(list.clone())).await?;
        let words = "INSERT INTO brightrun_words (rowid, value) SELECT id, value FROM brightrun_terms WHERE id > $1 AND kind = $2";
        tx.execute(tx.sql(words).arg(highest.unwrap_or(0)).arg(kind::WORD)).await?;
        NUMBERS_SQLITE
    };
    let found: Vec<(i64, i64)> = tx.fetch(tx.sql(found_sql).arg(list)).await?;
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
        let sql = match tx.dialect() {
            Dialect::Sqlite => {
                "SELECT place, bits FROM brightrun_bits WHERE place IN (SELECT value FROM json_each($1))"
            }
            Dialect::Postgres => "SELECT place, bits FROM brightrun_bits WHERE place = ANY($1)",
        };
        let kept: Vec<(i64, Vec<u8>)> = tx.fetch(tx.sql(sql).arg(part.to_vec())).await?;
        let kept: HashMap<i64, Vec<u8>> = kept.into_iter().collect();
        let mut written: Vec<String> = Vec::with_capacity(part.len());
        for place in part {
            let mut piece = Piece::read(kept.get(place).map_or(&[], Vec::as_slice));
            for (row, there) in &places[place] {
                piece.set(*row, *there);
            }
            written.push(hex::encode(piece.write()));
        }
        if tx.dialect() == Dialect::Postgres {
            let sql = "INSERT INTO brightrun_bits (place, bits) SELECT u.place, decode(u.bits, 'hex') FROM unnest($1, $2) u (place, bits) \
                       ON CONFLICT (place) DO UPDATE SET bits = excluded.bits";
            tx.execute(tx.sql(sql).arg(part.to_vec()).arg(Bind::Texts(written))).await?;
            continue;
        }
        let written = part.iter().zip(written).map(|(place, bits)| json!([place, bits])).collect();
        let sql = "INSERT OR REPLACE INTO brightrun_bits (place, bits) SELECT j.value->>0, unhex(j.value->>1) FROM json_each($1) j";
        tx.execute(tx.sql(sql).arg(Value::Array(written))).await?;
    }
    Ok(())
}
