//! What cannot be opened says why, and what to do; and shows no password.

use crate::postgres::Cluster;
use sqlx::Connection;
use store::{Db, OpenOptions, StoreError, StoreUrl};

async fn refusal(url: &str) -> String {
    let url: StoreUrl = match url.parse() {
        Ok(url) => url,
        Err(error) => return StoreError::to_string(&error),
    };
    let options =
        OpenOptions { connect_timeout: std::time::Duration::from_secs(2), ..OpenOptions::default() };
    let error = Db::open(&url, options).await.expect_err("it cannot be opened");
    format!("{error} {error:?} {url:?}")
}

#[tokio::test]
async fn urls() {
    for (url, hint) in [
        ("mysql://me:s3cret@host/db", "postgres://"),
        ("sqlite:", "names no file"),
        ("postgres://me:s3cret@[::1", "no URL"),
        ("postgres://me:s3cret@127.0.0.1:1/db", "does not answer"),
        ("postgres://me.ref:s3cret@aws-0-eu-1.pooler.supabase.com:6543/postgres", "port 5432"),
        ("postgres://me:s3cret@db.ref.supabase.co:6543/postgres", "5432"),
        ("postgres://me:s3cret@host:5432/db?pgbouncer=true", "transaction pooler"),
        ("postgres://me:s3cret@host/db?brightrun_pooler=maybe", "transaction, session or none"),
    ] {
        let said = refusal(url).await;
        assert!(said.contains(hint), "{url}: {said}");
        assert!(!said.contains("s3cret"), "{said}");
    }
}

#[tokio::test]
async fn other_files() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = folder.path().join("notes.txt");
    std::fs::write(&text, "this is no database at all, but long enough to have a header ".repeat(40))
        .expect("written");
    let said = refusal(&format!("sqlite:{}", text.display())).await;
    assert!(said.contains("no SQLite database"), "{said}");

    let said = refusal(&format!("sqlite:{}/x.db", text.display())).await;
    assert!(said.contains("cannot be"), "{said}");

    let newer = folder.path().join("newer.db");
    let url = format!("sqlite:{}", newer.display());
    crate::open(&url, None).await.close().await;
    change(&newer, "PRAGMA user_version = 99").await;
    assert!(refusal(&url).await.contains("Update brightrun"));
    change(&newer, "PRAGMA application_id = 7").await;
    assert!(refusal(&url).await.contains("another program"));
}

async fn change(file: &std::path::Path, sql: &'static str) {
    let mut connection =
        sqlx::SqliteConnection::connect(&format!("sqlite:{}", file.display())).await.expect("opened");
    sqlx::raw_sql(sql).execute(&mut connection).await.expect("changed");
    connection.close().await.expect("closed");
}

#[tokio::test]
async fn another_writer() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("rows.db");
    let url: StoreUrl = format!("sqlite:{}", file.display()).parse().expect("a URL");
    let quick = OpenOptions { busy_timeout: std::time::Duration::from_millis(20), ..OpenOptions::default() };
    let db = Db::open(&url, quick).await.expect("opens");
    let mut other =
        sqlx::SqliteConnection::connect(&format!("sqlite:{}", file.display())).await.expect("opened");
    sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut other).await.expect("begun");
    let error = db.set_setting("a", Some(&1.into())).await.expect_err("locked");
    assert!(matches!(error, StoreError::Locked) && error.is_transient(), "{error}");
    assert_eq!(db.setting("a").await.expect("reading goes on"), None);
    sqlx::raw_sql("ROLLBACK").execute(&mut other).await.expect("ended");
    db.set_setting("a", Some(&1.into())).await.expect("free again");
}

#[tokio::test]
async fn other_postgres_databases() {
    let cluster = Cluster::shared();
    let url = cluster.database();
    let said = refusal(&url.replace("localhost/t", "localhost/nowhere")).await;
    assert!(said.contains("Create the database"), "{said}");
    cluster.psql(&url, "CREATE TABLE invoices (id int)");
    let said = refusal(&url).await;
    assert!(said.contains("invoices") && said.contains("empty database"), "{said}");
    let newer = cluster.database();
    crate::open(&newer, None).await.close().await;
    cluster.psql(&newer, "INSERT INTO brightrun.versions (version) VALUES (99)");
    assert!(refusal(&newer).await.contains("Update brightrun"));
}

/// A statement in a transaction of its own, unnamed: what a transaction pooler can carry.
#[tokio::test(flavor = "multi_thread")]
async fn through_a_transaction_pooler() {
    let cluster = Cluster::shared();
    let url = format!("{}&brightrun_pooler=transaction", cluster.database());
    let db = crate::open(&url, None).await;
    crate::story::tell(&db).await;
    let named = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'brightrun' AND state = 'idle in transaction'";
    assert_eq!(cluster.psql(&url.replace("&brightrun_pooler=transaction", ""), named), "0");
}
