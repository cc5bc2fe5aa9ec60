//! The sets of rows in Postgres: long lists, changes behind our back, several writers at a time, and an upgrade.

use crate::postgres::Cluster;
use crate::{lists, open, rows, story};
use domain::conversation::{Review, ReviewStatus};
use domain::filter::{Column, Direction, Filter, Op, Sort, Value};
use domain::selection::Selection;
use sqlx::Connection;
use store::Db;

fn text(column: Column, value: &str) -> Filter {
    Filter::Compare(column, Op::Eq, Value::Text(value.to_owned()))
}

async fn fill(db: &Db, parts: std::ops::Range<u64>, each: u64) {
    let mut dice = rows::Dice(parts.start + 3);
    for part in parts {
        let mut news: Vec<_> =
            (0..each).map(|n| rows::conversation(&mut dice, part * 1_000 + n, &[])).collect();
        for new in news.iter_mut().step_by(199) {
            "needle in a haystack".clone_into(&mut new.title);
        }
        db.put_conversations(&news, None).await.expect("kept");
    }
}

async fn count(db: &Db, filter: &Filter) -> u64 {
    db.conversations_count(filter, false).await.expect("a count").value()
}

/// Nothing waits for the sets.
fn up_to_date(cluster: &Cluster, url: &str) -> bool {
    cluster.psql(url, "SELECT count(*) FROM brightrun.changes") == "0"
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "nine thousand rows in every order: half a minute"]
async fn rare_among_many_in_postgres() {
    let cluster = Cluster::shared();
    let url = cluster.database();
    let db = open(&url, None).await;
    fill(&db, 0..9, 1_000).await;
    assert!(up_to_date(&cluster, &url));
    let model = story::everything(&db).await;
    assert_eq!(model.len(), 9_000);
    lists::first_pages(&db, &model).await;
    // All matches at one end of the list, or in its middle: the walk from the other end gives up.
    for direction in [Direction::Ascending, Direction::Descending] {
        for persona in ["busy_parent", "late_starter"] {
            let (filter, sort) =
                (text(Column::Persona, persona), Sort { column: Column::Persona, direction });
            let wanted = lists::expected(&model, &filter, sort);
            assert!(wanted.len() > 2_000);
            for backward in [false, true] {
                assert_eq!(
                    lists::read(&db, &filter, sort, backward, 197).await,
                    wanted,
                    "{persona} by {sort}, {backward}"
                );
            }
        }
    }
    // A list that is remembered is forgotten when a row changes.
    let (filter, sort) = (
        text(Column::Persona, "late_starter"),
        Sort { column: Column::Persona, direction: Direction::Ascending },
    );
    let first = lists::expected(&model, &filter, sort).remove(0);
    let key = first.replace('\'', "");
    cluster.psql(
        &url,
        &format!("UPDATE conversations SET persona_key = 'busy_parent' WHERE conversation_id = '{key}'"),
    );
    assert!(!lists::read(&db, &filter, sort, false, 197).await.contains(&first), "at once");
    db.set_review(&Selection::Ids(vec![model[5].id.clone()]), &review(ReviewStatus::Archived), rows::start())
        .await
        .expect("reviewed");
    assert!(up_to_date(&cluster, &url));
    assert!(!lists::read(&db, &filter, sort, false, 197).await.contains(&first), "and afterwards");
}

fn review(status: ReviewStatus) -> Review {
    Review { status, note: String::new() }
}

/// Another program inserts, changes and deletes; at first the rows wait, then our own next write takes them up.
#[tokio::test(flavor = "multi_thread")]
async fn behind_our_back() {
    let cluster = Cluster::shared();
    let url = cluster.database();
    let db = open(&url, None).await;
    let other = open(&url, Some("somebody@else.example")).await;
    fill(&db, 0..1, 300).await;
    let me = "'00000000-0000-0000-0000-000000000000'";
    for round in 0..2_u64 {
        cluster.psql(&url, &format!(
            "UPDATE conversations SET status = 'archived', title = 'Moved ' || title WHERE row_no % 7 = {round};
             UPDATE conversations SET conversation_name = 'nobody sees this', topic_key = NULL, scaffolding_snapshot = NULL, quality_score = 9.9, turn_count = NULL WHERE row_no % 11 = {round};
             DELETE FROM conversations WHERE row_no % 13 = {round};
             INSERT INTO conversations (conversation_id, user_id, title, tier, status, created_at) SELECT 'new ' || {round} || ' ' || n, {me}, NULL, 'template', 'draft', NULL FROM generate_series(1, 20) n;
             UPDATE conversations SET conversation_id = 'renamed-' || conversation_id WHERE conversation_id LIKE 'new {round} 1%';
             INSERT INTO training_files (user_id, created_by, name, json_file_path, jsonl_file_path) VALUES ({me}, {me}, 'f{round}', '', '');
             INSERT INTO training_file_conversations (training_file_id, conversation_id) SELECT f.id, c.conversation_id::uuid FROM training_files f, conversations c
               WHERE f.name = 'f{round}' AND c.conversation_id ~ '^[0-9a-f]{{8}}-' AND c.row_no % 3 = {round};
             DELETE FROM training_file_conversations WHERE conversation_id IN (SELECT conversation_id FROM training_file_conversations ORDER BY 1 LIMIT 20);
             DELETE FROM training_files WHERE name = 'f{}'", round.wrapping_sub(1))
        );
        assert!(!up_to_date(&cluster, &url));
        lists::compare(&db, &story::everything(&db).await).await;
        fill(&other, 20 + round..21 + round, 50).await;
        assert!(up_to_date(&cluster, &url));
        let model = story::everything(&db).await;
        assert!(
            model.iter().any(|row| row.in_files > 0)
                && model.iter().any(|row| row.title.starts_with("Moved"))
        );
        lists::compare(&db, &model).await;
    }
    // Far too many at once are not looked at one by one.
    fill(&db, 30..33, 1_000).await;
    cluster.psql(&url, "UPDATE conversations SET status = 'rejected'");
    assert_eq!(
        count(&db, &text(Column::Status, "rejected")).await,
        story::everything(&db).await.len() as u64
    );
    db.close().await;
    let db = open(&url, None).await;
    assert!(up_to_date(&cluster, &url), "the next start takes them up");
    assert_eq!(
        count(&db, &text(Column::Status, "rejected")).await,
        story::everything(&db).await.len() as u64
    );
    cluster.psql(&url, "TRUNCATE conversations CASCADE");
    assert_eq!(count(&db, &text(Column::Status, "rejected")).await, 0);
}

/// Two commits at the same time change the same pieces of the same sets.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[expect(clippy::disallowed_methods, reason = "writers at the same time need tasks of their own")]
async fn many_writers() {
    let cluster = Cluster::shared();
    let url = cluster.database();
    let db = open(&url, None).await;
    let writers = (0..6_u64).map(|n| {
        let url = url.clone();
        tokio::spawn(async move {
            let db = open(&url, None).await;
            let mut dice = rows::Dice(n + 1);
            for part in 0..12 {
                let news: Vec<_> =
                    (0..10).map(|k| rows::conversation(&mut dice, n * 1_000 + part * 10 + k, &[])).collect();
                db.put_conversations(&news, None).await.expect("kept");
                let some = Selection::Ids(news.iter().step_by(2).map(|new| new.id.clone()).collect());
                db.set_review(&some, &review(ReviewStatus::Approved), rows::start()).await.expect("reviewed");
            }
        })
    });
    for writer in futures::future::join_all(writers).await {
        writer.expect("no panic");
    }
    assert!(up_to_date(&cluster, &url));
    let model = story::everything(&db).await;
    assert_eq!(model.len(), 720);
    lists::compare(&db, &model).await;
}

/// A change that is committed only after ours has brought the sets up to date keeps its entry, even where its row had one before.
#[tokio::test(flavor = "multi_thread")]
async fn a_late_commit_is_not_lost() {
    let cluster = Cluster::shared();
    let url = cluster.database();
    let db = open(&url, None).await;
    fill(&db, 0..1, 300).await;
    let model = story::everything(&db).await;
    cluster.psql(&url, "UPDATE conversations SET persona_key = 'first' WHERE row_no = 7");
    let mut late = sqlx::PgConnection::connect(&url).await.expect("connected");
    let mut late = late.begin().await.expect("begun");
    sqlx::raw_sql("UPDATE conversations SET persona_key = 'second' WHERE row_no = 7")
        .execute(&mut *late)
        .await
        .expect("changed");
    let ours = model.iter().rev().take(3).map(|row| row.id.clone()).collect();
    db.set_review(&Selection::Ids(ours), &review(ReviewStatus::Archived), rows::start())
        .await
        .expect("reviewed");
    assert_eq!(count(&db, &text(Column::Persona, "first")).await, 1);
    late.commit().await.expect("committed");
    for _ in 0..2 {
        assert_eq!(count(&db, &text(Column::Persona, "first")).await, 0);
        assert_eq!(count(&db, &text(Column::Persona, "second")).await, 1);
        fill(&db, 1..2, 300).await;
        assert!(up_to_date(&cluster, &url));
    }
}

/// A database of version 2 with rows in it.
#[tokio::test(flavor = "multi_thread")]
async fn an_older_database_is_taken_up() {
    let cluster = Cluster::shared();
    let url = cluster.database();
    for file in ["0001_tables", "0001_additions", "0002_training"] {
        let path = format!("{}/migrations/postgres/{file}.sql", env!("CARGO_MANIFEST_DIR"));
        assert_eq!(cluster.psql_file(&url, path.as_ref(), true), "");
    }
    let me = "'00000000-0000-0000-0000-000000000000'";
    cluster.psql(&url, &format!(
        "COMMENT ON TABLE conversations IS 'made by brightrun'; INSERT INTO brightrun.versions VALUES (2);
         INSERT INTO conversations (conversation_id, user_id, title, tier, status, persona_key, quality_score, turn_count, created_at)
           SELECT md5(n::text)::uuid, {me}, 'Title ' || n % 50, 'scenario', 'approved', 'p' || n % 4, (n % 101) / 10.0, n % 9, now() FROM generate_series(1, 900) n;
         INSERT INTO training_files (id, user_id, created_by, name, json_file_path, jsonl_file_path) VALUES ({me}, {me}, {me}, 'f', '', '');
         INSERT INTO training_file_conversations (training_file_id, conversation_id) SELECT {me}, conversation_id::uuid FROM conversations LIMIT 30"
    ));
    let db = open(&url, None).await;
    assert!(up_to_date(&cluster, &url));
    assert_eq!(cluster.psql(&url, "SELECT max(version) FROM brightrun.versions"), "5");
    assert_eq!(count(&db, &text(Column::Persona, "p1")).await, 225);
    assert_eq!(count(&db, &Filter::Compare(Column::InFiles, Op::Eq, Value::Number(1.0))).await, 30);
    lists::compare(&db, &story::everything(&db).await).await;
    db.close().await;
    // One of version 3 has its sets already.
    cluster.psql(
        &url,
        "DROP TABLE brightrun.rentals; DELETE FROM brightrun.versions; INSERT INTO brightrun.versions VALUES (3)",
    );
    let db = open(&url, None).await;
    assert_eq!(cluster.psql(&url, "SELECT max(version) FROM brightrun.versions"), "5");
    assert!(up_to_date(&cluster, &url) && db.open_rentals().await.expect("a list").is_empty());
}
