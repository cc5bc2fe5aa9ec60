//! One story for every database: SQLite, an empty Postgres, and the platform's tables with rows in them.

#[path = "store_story/lists.rs"]
mod lists;
#[path = "store_story/platform.rs"]
mod platform;
#[path = "support/postgres.rs"]
mod postgres;
#[path = "store_story/refusals.rs"]
mod refusals;
#[path = "store_story/rentals.rs"]
mod rentals;
#[path = "support/rows.rs"]
mod rows;
#[path = "store_story/sets.rs"]
mod sets;
#[path = "store_story/story.rs"]
mod story;
#[path = "store_story/training.rs"]
mod training;
#[path = "store_story/upgrade.rs"]
mod upgrade;

use postgres::Cluster;
use store::{Db, OpenOptions, StoreUrl};

async fn open(url: &str, user: Option<&str>) -> Db {
    let options = OpenOptions { user: user.map(str::to_owned), ..OpenOptions::default() };
    Db::open(&url.parse::<StoreUrl>().expect("a URL"), options).await.expect("the database opens")
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite:{}", folder.path().join("deep/er/rows.db").display());
    let db = open(&url, None).await;
    story::tell(&db).await;
    training::tell(&db).await;
    db.close().await;
    // A second start finds everything and makes nothing.
    let db = open(&url, None).await;
    assert_eq!(db.migrate().await.expect("nothing to do"), Vec::<String>::new());
    story::still_there(&db).await;
}

/// Long lists are read in other ways than short ones (`conversations/plan.rs`).
#[tokio::test(flavor = "multi_thread")]
async fn rare_among_many_in_sqlite() {
    let folder = tempfile::tempdir().expect("a folder");
    let db = open(&format!("sqlite:{}", folder.path().join("rows.db").display()), None).await;
    let batch = |n| db.ensure_batch(domain::ids::BatchId(uuid::Uuid::from_u128(n)), "March", rows::start());
    let rare = batch(1).await.expect("a batch").id;
    let mut dice = rows::Dice(3);
    for part in 0..13_u64 {
        let mut news: Vec<_> =
            (0..1_000).map(|n| rows::conversation(&mut dice, part * 1_000 + n, &[])).collect();
        for new in news.iter_mut().step_by(199) {
            "needle in a haystack".clone_into(&mut new.title);
            new.batch = Some(rare);
        }
        db.put_conversations(&news, None).await.expect("kept");
    }
    let model = story::everything(&db).await;
    assert_eq!(model.len(), 13_000);
    lists::first_pages(&db, &model).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn empty_postgres() {
    let cluster = Cluster::shared();
    let url = cluster.database();
    let db = open(&url, None).await;
    let other = open(&url, Some("somebody@else.example")).await;
    story::tell(&db).await;
    training::tell(&db).await;
    training::sees_nothing(&other).await;
    story::sees_nothing(&other, &db).await;
    drop((db, other));
    let db = open(&url, None).await;
    assert_eq!(db.migrate().await.expect("nothing to do"), Vec::<String>::new());
    story::still_there(&db).await;
}
