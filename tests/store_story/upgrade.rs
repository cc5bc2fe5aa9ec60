//! A SQLite file of every released version becomes one of today, and a row knows its batch whatever happens to either.

use domain::filter::{Column, Direction, Filter, Op, Sort, Value};
use domain::page::{From, PageRequest};
use sqlx::{Connection as _, SqliteConnection};
use store::Db;

const RELEASED: [&str; 6] = [
    include_str!("../../migrations/sqlite/0001_tables.sql"),
    include_str!("../../migrations/sqlite/0002_sets.sql"),
    include_str!("../../migrations/sqlite/0003_training.sql"),
    include_str!("../../migrations/sqlite/0004_batches.sql"),
    include_str!("../../migrations/sqlite/0005_batch_of_a_row.sql"),
    include_str!("../../migrations/sqlite/0006_rentals.sql"),
];

/// "BRUN" in the header.
const OURS: &str = "PRAGMA application_id = 1112692046;";

const ROWS: &str = "
WITH me(u) AS (VALUES ('00000000-0000-0000-0000-000000000000'))
INSERT INTO conversations (id, conversation_id, user_id, title, tier, status, created_at, updated_at, brightrun_search)
  SELECT 'id-' || n, 'talk-' || n, u, 'Talk ' || n, 'template', 'none', n, n, 'talk ' || n || char(31) || 'talk-' || n
  FROM me, (SELECT value AS n FROM json_each('[1, 2, 3]'));
INSERT INTO batch_jobs (id, user_id, created_by, name, status, created_at, updated_at)
  SELECT value ->> 0, '00000000-0000-0000-0000-000000000000', '', value ->> 1, 'completed', 0, 0
  FROM json_each('[[\"aaaaaaaa-0000-4000-8000-000000000001\", \"March\"], [\"bbbbbbbb-0000-4000-8000-000000000002\", null]]');
INSERT INTO batch_items (id, batch_job_id, position, topic, tier, conversation_id, created_at, updated_at) VALUES
  ('i1', 'aaaaaaaa-0000-4000-8000-000000000001', 1, 'x', 'template', 'id-1', 1, 1),
  ('i3', 'bbbbbbbb-0000-4000-8000-000000000002', 1, 'x', 'template', 'id-3', 1, 1);";

async fn run(connection: &mut SqliteConnection, sql: &str) {
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned())).execute(connection).await.expect("the statement runs");
}

/// Key and batch of each row, by batch.
async fn by_batch(db: &Db, filter: Filter) -> Vec<String> {
    let sort = Sort { column: Column::Batch, direction: Direction::Ascending };
    let page = PageRequest { filter, sort, from: From::Start, limit: 10 };
    let rows = db.conversations_page(&page).await.expect("a page").rows;
    let batch =
        |row: &domain::conversation::ConversationRow| row.batch.as_ref().map(|batch| batch.name.clone());
    rows.iter().map(|(_, row)| format!("{} {}", row.id, batch(row).unwrap_or_default())).collect()
}

#[tokio::test]
async fn every_released_version() {
    for version in 1..=RELEASED.len() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("rows.db");
        let url = format!("sqlite:{}", file.display());
        let mut old = SqliteConnection::connect(&format!("{url}?mode=rwc")).await.expect("made");
        for text in &RELEASED[..version] {
            run(&mut old, text).await;
        }
        run(&mut old, &format!("{OURS} PRAGMA user_version = {version}")).await;
        run(&mut old, ROWS).await;
        old.close().await.expect("closed");

        let db = crate::open(&url, None).await;
        assert_eq!(
            by_batch(&db, Filter::All).await,
            ["talk-1 March", "talk-3 bbbbbbbb", "talk-2 "],
            "{version}"
        );
        let march = Filter::Compare(Column::Batch, Op::Eq, Value::Text("March".to_owned()));
        assert_eq!(by_batch(&db, march).await, ["talk-1 March"], "{version}");

        let mut other = SqliteConnection::connect(&url).await.expect("opened");
        for (change, then) in [
            (
                "UPDATE batch_jobs SET name = 'zoo' WHERE name = 'March'",
                ["talk-3 bbbbbbbb", "talk-1 zoo", "talk-2 "],
            ),
            (
                "UPDATE batch_items SET conversation_id = 'id-2' WHERE id = 'i1'",
                ["talk-3 bbbbbbbb", "talk-2 zoo", "talk-1 "],
            ),
            // In two batches, the first counts.
            (
                "INSERT INTO batch_items SELECT 'i0', batch_job_id, 2, topic, tier, status, 'id-3', 0, 0 FROM batch_items WHERE id = 'i1'",
                ["talk-2 zoo", "talk-3 zoo", "talk-1 "],
            ),
            ("DELETE FROM batch_items WHERE id = 'i0'", ["talk-3 bbbbbbbb", "talk-2 zoo", "talk-1 "]),
            (
                "PRAGMA foreign_keys = ON; DELETE FROM batch_jobs WHERE name = 'zoo'",
                ["talk-3 bbbbbbbb", "talk-1 ", "talk-2 "],
            ),
        ] {
            run(&mut other, change).await;
            assert_eq!(by_batch(&db, Filter::All).await, then, "{version}: {change}");
        }
    }
}
