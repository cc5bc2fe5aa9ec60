//! Beside the platform's tables: reading without touching anything, attaching, the whole story, and a dump before and after.

use crate::postgres::Cluster;
use crate::{open, story};
use domain::filter::{Column, Filter, Op, Value};
use domain::ids::ConversationId;
use std::path::PathBuf;
use store::{Db, Layout, OpenOptions, StoreError, StoreUrl};

const ME: &str = "11111111-1111-4111-8111-111111111111";

/// Invented rows, as the platform leaves them: keys only in the snapshot, a batch, a training file, another user.
const ROWS: &str = r#"
INSERT INTO auth.users (id, email) VALUES
  ('11111111-1111-4111-8111-111111111111', 'Me@Example.org'), ('22222222-2222-4222-8222-222222222222', 'other@example.org');
INSERT INTO conversations (id, conversation_id, title, tier, status, quality_score, turn_count, enrichment_status, enriched_file_path,
    enriched_file_size, user_id, created_by, created_at, scaffolding_snapshot) VALUES
  ('aaaaaaaa-0000-4000-8000-000000000001', 'cccccccc-0000-4000-8000-000000000001', 'Paying off the boat', 'template', 'approved', 9.9, 8,
   'completed', 'me/1/enriched.json', 4321, '11111111-1111-4111-8111-111111111111', '11111111-1111-4111-8111-111111111111',
   '2025-11-20 10:00:00.123456+00', '{"persona": {"name": "Ada Quist", "persona_key": "patient_owner"},
     "emotional_arc": {"name": "Shame to ease", "arc_key": "shame_to_ease"}, "training_topic": {"name": "Boat loans", "topic_key": "boat_loans"}}'),
  ('aaaaaaaa-0000-4000-8000-000000000002', 'not-a-uuid', NULL, 'edge_case', 'draft', NULL, NULL,
   NULL, NULL, NULL, '11111111-1111-4111-8111-111111111111', NULL, NULL, NULL),
  ('aaaaaaaa-0000-4000-8000-000000000003', 'cccccccc-0000-4000-8000-000000000003', 'Not mine', 'template', 'approved', 5, 4,
   'completed', 'other/3/enriched.json', 1, '22222222-2222-4222-8222-222222222222', NULL, now(), '{}');
INSERT INTO batch_jobs (id, job_type, name, status, created_by, user_id) VALUES
  ('bbbbbbbb-0000-4000-8000-000000000001', 'generation', NULL, 'completed', '11111111-1111-4111-8111-111111111111', '11111111-1111-4111-8111-111111111111');
INSERT INTO batch_items (batch_job_id, position, topic, conversation_id) VALUES
  ('bbbbbbbb-0000-4000-8000-000000000001', 1, 'Conversation', 'aaaaaaaa-0000-4000-8000-000000000001');
INSERT INTO training_files (id, name, json_file_path, jsonl_file_path, created_by, user_id, conversation_count) VALUES
  ('dddddddd-0000-4000-8000-000000000001', 'Theirs', 'x/training.json', 'x/training.jsonl',
   '22222222-2222-4222-8222-222222222222', '22222222-2222-4222-8222-222222222222', 1);
INSERT INTO training_file_conversations (training_file_id, conversation_id) VALUES
  ('dddddddd-0000-4000-8000-000000000001', 'cccccccc-0000-4000-8000-000000000001');
"#;

fn reference() -> PathBuf {
    PathBuf::from(
        std::env::var_os("BRIGHTRUN_REFERENCE").expect("BRIGHTRUN_REFERENCE names the reference folder"),
    )
    .join("schema")
}

fn platform(cluster: &Cluster) -> String {
    let url = cluster.database();
    let complaints = cluster.psql_file(&url, &reference().join("schema-existing.sql"), true);
    assert!(!complaints.contains("ERROR"), "{complaints}");
    // The second file brings its own copies of the tables that the first one made; a live database has each once, as the
    // first one has it. Everything else of the second file goes in.
    let complaints = cluster.psql_file(&url, &reference().join("schema-training.sql"), false);
    let errors: Vec<&str> = complaints.lines().filter(|line| line.contains("ERROR")).collect();
    assert!(!errors.is_empty() && errors.iter().all(|line| line.ends_with("already exists")), "{complaints}");
    cluster.psql(&url, ROWS);
    url
}

/// Definitions and rows of everything but our schema.
fn dump(cluster: &Cluster, url: &str) -> String {
    let text = cluster.dump(url, &["--exclude-schema=brightrun", "--inserts"]);
    // pg_dump writes a new random word into every dump.
    text.lines().filter(|line| !line.contains("restrict ")).collect::<Vec<_>>().join("\n")
}

async fn reads(db: &Db) {
    let rows = story::everything(db).await;
    let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    assert_eq!(ids, ["cccccccc-0000-4000-8000-000000000001", "not-a-uuid"]);
    let boat = &rows[0];
    assert_eq!(boat.scaffolding.persona_key, "patient_owner");
    assert_eq!(boat.scaffolding.persona_name, "Ada Quist");
    assert_eq!(boat.scaffolding.training_topic_key, "boat_loans");
    assert_eq!(boat.quality, Some(9.9));
    assert_eq!(boat.batch.as_ref().map(|batch| batch.name.as_str()), Some("bbbbbbbb"));
    assert_eq!(boat.in_files, 0, "only one's own files count");
    assert_eq!(boat.created.timestamp_subsec_micros(), 123_456);
    assert_eq!(rows[1].title, "not-a-uuid");
    assert_eq!((rows[1].turns, rows[1].created.timestamp()), (0, 0));
    let by_row_key = ConversationId::new("aaaaaaaa-0000-4000-8000-000000000001");
    assert_eq!(db.conversation(&by_row_key).await.expect("no error").as_ref(), Some(boat));
    let not_mine = ConversationId::new("cccccccc-0000-4000-8000-000000000003");
    assert_eq!(db.conversation(&not_mine).await.expect("no error"), None);
    for (filter, n) in [
        (Filter::Search("BOAT ada".to_owned()), 1),
        (Filter::Compare(Column::Arc, Op::Eq, Value::Text("shame_to_ease".to_owned())), 1),
        (Filter::Compare(Column::Quality, Op::Ge, Value::Number(9.9)), 1),
        (Filter::Empty(Column::Persona), 1),
    ] {
        assert_eq!(db.conversations_count(&filter, true).await.expect("a count").value(), n, "{filter:?}");
    }
    assert_eq!(db.training_files(true).await.expect("files"), []);
    assert_eq!(db.distinct(Column::Persona, "pat", 5).await.expect("values"), ["patient_owner"]);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs BRIGHTRUN_REFERENCE"]
async fn reference_beside_the_platform() {
    let cluster = Cluster::shared();
    let url = platform(&cluster);
    let before = dump(&cluster, &url);

    let db = open(&url, Some("me@example.org")).await;
    let status = db.status().await.expect("a status");
    assert_eq!((status.layout, status.writable), (Layout::Platform, false));
    assert_eq!(status.missing, Vec::<String>::new());
    assert_eq!(db.user().to_string(), ME);
    reads(&db).await;
    let refused = db.put_conversations(&[], None).await.expect_err("not attached");
    assert!(refused.to_string().contains("brightrun db attach"), "{refused}");
    assert!(matches!(db.migrate().await, Err(StoreError::Schema { .. })));
    assert_eq!(db.views().await.expect("none"), []);
    assert_eq!(db.journal_open(status_time()).await.expect("none"), []);
    let plan = db.attach_plan().await.expect("a plan");
    assert_eq!(dump(&cluster, &url), before, "reading and planning change nothing");

    db.attach(&plan).await.expect("attached");
    assert_eq!(db.attach_plan().await.expect("a plan").statements, []);
    assert!(db.attach(&plan).await.is_err(), "an old plan is refused");
    announced_only(&before, &dump(&cluster, &url), &plan);
    let status = db.status().await.expect("a status");
    assert_eq!((status.layout, status.writable, status.search_index), (Layout::Attached, true, true));
    reads(&db).await;

    story::tell(&db).await;
    crate::training::tell(&db).await;
    let theirs = "SELECT count(*), min(title) FROM conversations WHERE user_id = '22222222-2222-4222-8222-222222222222'";
    assert_eq!(cluster.psql(&url, theirs), "1|Not mine");
    drop(db);
    let db = open(&url, Some(ME)).await;
    assert_eq!(db.status().await.expect("a status").layout, Layout::Attached);
    story::still_there(&db).await;
}

fn status_time() -> chrono::DateTime<chrono::Utc> {
    "2030-01-01T00:00:00Z".parse().expect("a time")
}

/// Each added line belongs to an index or extension of the plan; no line is gone.
fn announced_only(before: &str, after: &str, plan: &store::AttachPlan) {
    let mut old = before.lines().filter(|line| !line.is_empty()).peekable();
    for line in after.lines().filter(|line| !line.is_empty()) {
        if old.peek() == Some(&line) {
            old.next();
        } else if let Some(rest) = line.strip_prefix("CREATE INDEX ") {
            let name = rest.split(' ').next().expect("a name");
            assert!(
                plan.statements.iter().any(|s| s.sql.contains(&format!(" {name} "))),
                "not announced: {line}"
            );
        } else {
            let harmless = line.starts_with("--") || line.contains("EXTENSION");
            assert!(harmless, "not announced: {line}");
        }
    }
    assert_eq!(old.next(), None, "nothing is gone");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs BRIGHTRUN_REFERENCE"]
async fn reference_the_platform_asks_for_a_user() {
    let cluster = Cluster::shared();
    let url: StoreUrl = platform(&cluster).parse().expect("a URL");
    let nobody = Db::open(&url, OpenOptions::default()).await.expect_err("no user");
    assert!(nobody.to_string().contains("user"), "{nobody}");
    let unknown = OpenOptions { user: Some("who@example.org".to_owned()), ..OpenOptions::default() };
    let unknown = Db::open(&url, unknown).await.expect_err("no such user");
    assert!(unknown.to_string().contains("who@example.org"), "{unknown}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs BRIGHTRUN_REFERENCE"]
async fn reference_missing_columns_are_named() {
    let cluster = Cluster::shared();
    let url = platform(&cluster);
    cluster.psql(
        &url,
        "ALTER TABLE conversations DROP COLUMN enriched_at; DROP TABLE training_file_conversations",
    );
    let db = open(&url, Some(ME)).await;
    let status = db.status().await.expect("a status");
    assert_eq!(status.missing, ["conversations.enriched_at", "training_file_conversations"]);
}
