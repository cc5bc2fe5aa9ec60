//! What every database must do.

use crate::{lists, rows};
use chrono::{DateTime, TimeDelta, Utc};
use domain::conversation::{BatchRef, ConversationRow, Review, ReviewStatus};
use domain::filter::{Column, Direction, Filter, Op, Sort, Value, View};
use domain::ids::{BatchId, ConversationId, TrainingFileId, ViewId};
use domain::selection::Selection;
use domain::training_file::{FileStatus, QualitySummary, TrainingFileRow};
use std::ops::ControlFlow;
use store::{CommitFile, Db, Hold, JournalEntry, NewConversation, PutOutcome, StoreError};
use uuid::Uuid;

const ROWS: u64 = 900;

fn at(minutes: i64) -> DateTime<Utc> {
    rows::start() + TimeDelta::minutes(minutes)
}

/// From an empty list to a full life.
pub async fn tell(db: &Db) {
    let before = everything(db).await;
    let batches = make_batches(db).await;
    let (news, mut model) = fill(db, &batches).await;
    again(db, &news, &mut model).await;
    model.extend(before);
    build_files(db, &news, &mut model).await;
    lists::compare(db, &model).await;
    selections(db, &model).await;
    review(db, &mut model).await;
    small_things(db).await;
    journal(db).await;
    assert_eq!(sorted(everything(db).await), sorted(model));
}

/// What the next start sees.
pub async fn still_there(db: &Db) {
    assert_eq!(db.training_files(true).await.expect("files").len(), 2);
    assert!(db.conversations_count(&Filter::All, true).await.expect("a count").value() >= ROWS);
    assert_eq!(db.views().await.expect("views").len(), 1);
}

/// Another user of the same database.
pub async fn sees_nothing(other: &Db, owner: &Db) {
    let some = everything(owner).await[0].id.clone();
    assert_eq!(everything(other).await, []);
    assert_eq!(other.conversation(&some).await.expect("no error"), None);
    assert_eq!(other.conversations_count(&Filter::All, false).await.expect("a count").value(), 0);
    assert_eq!(other.training_files(true).await.expect("files"), []);
    assert_eq!(other.views().await.expect("views"), []);
    assert_eq!(other.distinct(Column::Title, "", 9).await.expect("values"), Vec::<String>::new());
    assert_eq!(other.journal_open(at(1_000_000)).await.expect("journal"), []);
    assert_eq!(other.content_hashes(std::slice::from_ref(&some)).await.expect("hashes"), []);
    let file = owner.training_files(true).await.expect("files").remove(0);
    assert_eq!(other.training_file(&file.name).await.expect("no error"), None);
    assert_eq!(other.training_file_members(file.id).await.expect("no error"), []);
    assert_eq!(other.member_of(&some).await.expect("no error"), []);
    let all = Selection::Ids(vec![some.clone()]);
    let review = Review { status: ReviewStatus::Archived, note: "mine now".to_owned() };
    assert_eq!(other.set_review(&all, &review, at(0)).await.expect("no error"), 0);
    assert!(matches!(
        other.archive_training_file(file.id, true, file.updated).await,
        Err(StoreError::NotFound { .. })
    ));
    // Names of training files are unique over all users; a key of a conversation belongs to one.
    let taken = CommitFile {
        row: TrainingFileRow { id: TrainingFileId(key(77)), ..file },
        new_members: vec![],
        expected: None,
        journal: None,
    };
    assert!(matches!(other.commit_training_file(&taken).await, Err(StoreError::Conflict { .. })));
    let mut stolen = rows::conversation(&mut rows::Dice(5), 0, &[]);
    stolen.id = some;
    assert!(matches!(other.put_conversations(&[stolen], None).await, Err(StoreError::Conflict { .. })));
}

pub async fn everything(db: &Db) -> Vec<ConversationRow> {
    let all = Selection::Matching { filter: Filter::All, sort: Sort::default(), except: vec![] };
    let mut rows = Vec::new();
    db.conversations_walk(&all, 333, |more| {
        rows.extend(more);
        ControlFlow::Continue(())
    })
    .await
    .expect("a walk");
    rows
}

fn sorted(mut rows: Vec<ConversationRow>) -> Vec<ConversationRow> {
    rows.sort_by(|a, b| a.id.cmp(&b.id));
    rows
}

fn key(n: u128) -> Uuid {
    Uuid::from_u128(0x5bd1_e995_0000_4000_8000_0000_0000_0000 + n)
}

async fn make_batches(db: &Db) -> Vec<BatchRef> {
    let mut batches = Vec::new();
    for (n, name) in ["March", "April", "Ärger [im] Mai^*"].into_iter().enumerate() {
        let id = BatchId(key(1_000 + n as u128));
        let batch = db.ensure_batch(id, name, at(0)).await.expect("a batch");
        assert_eq!(batch, BatchRef { id, name: name.to_owned() });
        batches.push(batch);
    }
    let same = db.ensure_batch(BatchId(key(2_000)), "March", at(1)).await.expect("the batch that is there");
    assert_eq!(same, batches[0]);
    batches
}

async fn fill(db: &Db, batches: &[BatchRef]) -> (Vec<NewConversation>, Vec<ConversationRow>) {
    let keys: Vec<BatchId> = batches.iter().map(|batch| batch.id).collect();
    let mut dice = rows::Dice(u64::from(db.user().0.as_fields().0) + 11);
    let news: Vec<_> = (0..ROWS).map(|n| rows::conversation(&mut dice, n, &keys)).collect();
    let outcomes = db.put_conversations(&news, None).await.expect("all are kept");
    assert!(outcomes.iter().all(|outcome| *outcome == PutOutcome::Inserted));
    let ids: Vec<ConversationId> = news.iter().rev().map(|new| new.id.clone()).collect();
    let read = db.conversations_by_ids(&ids).await.expect("rows");
    let mut model: Vec<ConversationRow> = news.iter().map(|new| row(new, batches)).collect();
    for (row, read) in model.iter_mut().zip(read.iter().rev()) {
        // The platform sends badly measured ones back by itself.
        row.status = read.status;
        assert_eq!(*row, *read);
    }
    (news, model)
}

fn row(new: &NewConversation, batches: &[BatchRef]) -> ConversationRow {
    ConversationRow {
        id: new.id.clone(),
        title: new.title.clone(),
        scaffolding: new.scaffolding.clone(),
        tier: new.tier,
        batch: new.batch.and_then(|id| batches.iter().find(|batch| batch.id == id).cloned()),
        status: new.status,
        enrichment: new.enrichment,
        turns: new.turns,
        quality: new.quality,
        size: new.enriched_size.or(new.raw_size),
        created: new.created,
        in_files: 0,
        truncated: new.truncated,
        enriched_path: new.enriched_path.clone(),
        raw_path: new.raw_path.clone(),
    }
}

async fn again(db: &Db, news: &[NewConversation], model: &mut [ConversationRow]) {
    let mut second: Vec<NewConversation> = news[..20].to_vec();
    "A new title; Zürich".clone_into(&mut second[3].title);
    second[3].content_hash = "f".repeat(64);
    second[3].status = ReviewStatus::Draft;
    second[3].scaffolding.persona_key = String::new();
    let outcomes = db.put_conversations(&second, None).await.expect("kept");
    for (n, outcome) in outcomes.into_iter().enumerate() {
        assert_eq!(outcome, if n == 3 { PutOutcome::Replaced } else { PutOutcome::Same });
    }
    model[3].title.clone_from(&second[3].title);
    model[3].scaffolding.persona_key = String::new();
    let read = db.conversation(&news[3].id).await.expect("no error").expect("it is there");
    assert_eq!(read, model[3], "review and batch stay");
    let hashes = db.content_hashes(&[news[3].id.clone(), ConversationId::new("none")]).await.expect("hashes");
    assert_eq!(hashes, [(news[3].id.clone(), "f".repeat(64))]);
}

fn file(n: u128, name: &str) -> TrainingFileRow {
    let folder = key(9_000 + n);
    TrainingFileRow {
        id: TrainingFileId(key(n)),
        name: name.to_owned(),
        description: Some("for the story".to_owned()),
        status: FileStatus::Active,
        json_path: format!("{folder}/training.json"),
        jsonl_path: format!("{folder}/training.jsonl"),
        conversations: 3,
        pairs: 30,
        json_size: Some(123_456_789_012),
        jsonl_size: None,
        quality: QualitySummary { avg: 3.25, min: 0.0, max: 9.99 },
        distribution: domain::training_file::Distribution::default(),
        created: at(10),
        updated: at(10),
    }
}

async fn build_files(db: &Db, news: &[NewConversation], model: &mut [ConversationRow]) {
    let id = |n: usize| news[n].id.clone();
    let first = CommitFile {
        row: file(1, "First file"),
        new_members: vec![id(9), id(2), id(5)],
        expected: None,
        journal: None,
    };
    db.commit_training_file(&first).await.expect("created");
    let mut same_name = first.clone();
    same_name.row.id = TrainingFileId(key(3));
    let refused = db.commit_training_file(&same_name).await.expect_err("the name is taken");
    assert!(refused.to_string().contains("the name First file is taken"), "{refused}");
    let second = CommitFile {
        row: file(2, "Second, a perfect one"),
        new_members: vec![id(2)],
        expected: None,
        journal: None,
    };
    let mut perfect = second.clone();
    perfect.row.quality.max = 10.0;
    db.commit_training_file(&perfect).await.expect("a perfect score fits");

    let mut more = first.clone();
    "new/training.json".clone_into(&mut more.row.json_path);
    more.row.conversations = 5;
    more.row.updated = at(20);
    more.new_members = vec![id(1), id(0)];
    more.expected = Some((first.row.json_path.clone(), first.row.jsonl_path.clone()));
    let mut twice = more.clone();
    twice.new_members = vec![id(1), id(5)];
    assert!(
        matches!(db.commit_training_file(&twice).await, Err(StoreError::Conflict { .. })),
        "5 is a member"
    );
    assert_eq!(
        db.training_file("First file").await.expect("no error").expect("there"),
        first.row,
        "nothing was changed"
    );
    db.commit_training_file(&more).await.expect("moved");
    more.new_members = vec![id(7)];
    let late = db.commit_training_file(&more).await.expect_err("somebody else moved it");
    assert!(late.to_string().contains("changed by someone else"), "{late}");

    let members = db.training_file_members(first.row.id).await.expect("members");
    assert_eq!(members, [id(9), id(2), id(5), id(1), id(0)]);
    assert_eq!(
        db.training_file(&first.row.id.to_string()).await.expect("no error").expect("by key"),
        more.row
    );
    let names: Vec<String> =
        db.member_of(&id(2)).await.expect("files").into_iter().map(|(_, name)| name).collect();
    assert_eq!(names, ["First file", "Second, a perfect one"]);
    assert_eq!(db.training_files(false).await.expect("files").len(), 2);
    db.archive_training_file(second.row.id, true, second.row.updated).await.expect("put away");
    assert_eq!(db.training_files(false).await.expect("files"), [more.row.clone()]);
    for (n, files) in [(9, 1), (2, 2), (5, 1), (1, 1), (0, 1)] {
        model[n].in_files = files;
    }
}

async fn selections(db: &Db, model: &[ConversationRow]) {
    let filter = Filter::Compare(Column::Status, Op::Eq, Value::Text("approved".to_owned()));
    let sort = Sort { column: Column::Title, direction: Direction::Ascending };
    let wanted = lists::expected(model, &filter, sort);
    let except: Vec<_> = wanted.iter().step_by(7).map(ConversationId::new).collect();
    let kept: Vec<&String> = wanted.iter().filter(|id| !except.iter().any(|e| e.as_str() == *id)).collect();
    let mut got = Vec::new();
    let matching = Selection::Matching { filter, sort, except: except.clone() };
    db.conversations_walk(&matching, 10, |rows| {
        got.extend(rows.into_iter().map(|row| row.id.as_str().to_owned()));
        ControlFlow::Continue(())
    })
    .await
    .expect("a walk");
    assert_eq!(got.iter().collect::<Vec<_>>(), kept);

    let mut seen = Vec::new();
    let mut ids = except.clone();
    ids.insert(1, ConversationId::new("not there"));
    ids.push(except[0].clone());
    db.conversations_walk(&Selection::Ids(ids), 2, |rows| {
        seen.extend(rows.into_iter().map(|row| row.id));
        if seen.len() >= 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })
    .await
    .expect("a walk");
    assert_eq!(seen, except[..3], "in the order given, until it breaks");
    let arcs = db.distinct(Column::Arc, "d", 10).await.expect("values");
    assert_eq!(arcs, ["doubt_to_trust"]);
    assert_eq!(db.distinct(Column::Batch, "", 2).await.expect("values"), ["April", "March"]);
}

async fn review(db: &Db, model: &mut [ConversationRow]) {
    let filter = Filter::Compare(Column::Batch, Op::Eq, Value::Text("April".to_owned()));
    let wanted = lists::expected(model, &filter, Sort::default());
    let except = vec![ConversationId::new(wanted[0].clone())];
    let all = Selection::Matching { filter, sort: Sort::default(), except };
    let review = Review { status: ReviewStatus::Approved, note: "good".to_owned() };
    let n = db.set_review(&all, &review, at(30)).await.expect("reviewed");
    assert_eq!(n, wanted.len() as u64 - 1);
    for row in model.iter_mut().filter(|row| wanted[1..].iter().any(|id| id == row.id.as_str())) {
        row.status = ReviewStatus::Approved;
    }
    let quiet = Review { status: ReviewStatus::Rejected, note: String::new() };
    let one = ConversationId::new(wanted[1].clone());
    assert_eq!(db.set_review(&Selection::Ids(vec![one.clone()]), &quiet, at(31)).await.expect("reviewed"), 1);
    assert_eq!(
        db.review_note(&one).await.expect("a note").as_deref(),
        Some("good"),
        "an empty note keeps the earlier one"
    );
    let row = model.iter_mut().find(|row| row.id == one).expect("it is in the model");
    row.status = ReviewStatus::Rejected;
}

async fn small_things(db: &Db) {
    let view = |n, name: &str| View {
        id: ViewId(key(n)),
        name: name.to_owned(),
        filter: lists::filters().swap_remove(57),
        sort: Sort::default(),
        columns: vec![Column::Title, Column::Quality],
    };
    db.save_view(&view(1, "zebra")).await.expect("kept");
    db.save_view(&view(2, "apple")).await.expect("kept");
    assert!(matches!(db.save_view(&view(3, "apple")).await, Err(StoreError::Conflict { .. })));
    db.save_view(&view(1, "banana")).await.expect("renamed");
    assert_eq!(db.views().await.expect("views"), [view(2, "apple"), view(1, "banana")]);
    db.delete_view(ViewId(key(2))).await.expect("gone");
    db.delete_view(ViewId(key(2))).await.expect("gone already");
    let value = serde_json::json!({ "columns": ["id"], "wide": true });
    db.set_setting("list", Some(&value)).await.expect("kept");
    assert_eq!(db.setting("list").await.expect("no error"), Some(value));
    db.set_setting("list", None).await.expect("forgotten");
    turns(db).await;
    assert_eq!(db.setting("list").await.expect("no error"), None);
}

async fn journal(db: &Db) {
    let entry = |n, minutes| JournalEntry {
        id: key(n),
        kind: "files.create".to_owned(),
        what: "a file".to_owned(),
        objects: vec!["a".to_owned()],
        started: at(minutes),
        owner: "here".to_owned(),
        lease_until: at(minutes + 5),
    };
    db.journal_begin(&entry(50, 100)).await.expect("begun");
    db.journal_begin(&entry(51, 101)).await.expect("begun");
    assert_eq!(db.journal_open(at(104)).await.expect("none has run out"), []);
    let hold = |n, owner: &str| Hold { entry: key(n), owner: owner.to_owned() };
    let objects = ["a".to_owned(), "b".to_owned()];
    db.journal_touch(&hold(50, "here"), at(200), &objects).await.expect("extended");
    assert_eq!(db.journal_open(at(107)).await.expect("one"), [entry(51, 101)]);
    assert!(db.journal_claim(key(51), at(107), "there", at(120)).await.expect("mine"));
    assert!(!db.journal_claim(key(51), at(107), "elsewhere", at(130)).await.expect("not mine"));
    // 59 is gone; 51 was taken over by `there`, who undoes it.
    for late in [hold(59, "here"), hold(51, "here")] {
        let touched = db.journal_touch(&late, at(300), &[]).await;
        assert!(matches!(touched, Err(StoreError::Conflict { .. })), "{late:?}");
        let row = file(4, "Too late");
        let commit = CommitFile { row, new_members: vec![], expected: None, journal: Some(late.clone()) };
        let published = db.commit_training_file(&commit).await;
        assert!(matches!(published, Err(StoreError::Conflict { .. })), "{late:?}");
        assert_eq!(db.training_file("Too late").await.expect("no error"), None);
        let stored = db.put_conversations(&[], Some(&late)).await;
        assert!(matches!(stored, Err(StoreError::Conflict { .. })), "{late:?}");
        db.journal_end(&late).await.expect("nothing happens");
    }
    assert_eq!(db.journal_open(at(400)).await.expect("both").len(), 2);
    db.journal_end(&hold(50, "here")).await.expect("ended");
    db.journal_end(&hold(51, "there")).await.expect("ended");
    db.journal_end(&hold(51, "there")).await.expect("ended already");
    assert_eq!(db.journal_open(at(400)).await.expect("none"), []);
}

/// Of programs that want to do the same thing at the same time one does it.
async fn turns(db: &Db) {
    let take =
        async |key: &str, now: i64, until: i64| db.take_turn(key, at(now), at(until)).await.expect("asked");
    let asked = futures::future::join_all((0..6).map(|_| take("turn", 0, 60))).await;
    assert_eq!(asked.into_iter().filter(|taken| *taken).count(), 1);
    assert!(!take("turn", 59, 120).await, "somebody has it");
    assert!(take("other", 59, 120).await && take("turn", 60, 120).await, "his time is over");
    assert!(!take("turn", 119, 180).await);
    db.set_setting("turn", Some(&serde_json::json!(["odd"]))).await.expect("kept");
    assert!(take("turn", 0, 60).await, "that is no turn");
}
