//! The job itself, beside the platform: lists, files made and added to, imports, reviews, and a dump that knows all of it.

use crate::fixture::{
    DELETED, LIVE, LIVE_FOLDER, LOST, ME, Platform, TAKEN, THEIRS, UNFINISHED, WHOLE, path, row_key, text,
    tree,
};
use crate::support::corpus;
use serde_json::Value;
use std::fs;
use std::path::PathBuf;

const AT: &str = "2026-04-01T08:00:00.000Z";

fn attached() -> Platform {
    let platform = Platform::in_a_folder();
    platform.attach();
    platform
}

impl Platform {
    fn object(&self, bucket: &str, key: &str) -> PathBuf {
        self.program.path("objects").join(bucket).join(key)
    }
    fn file(&self, name: &str) -> Value {
        self.program.run(["files", "show", name, "--json"]).ok().json()
    }
}

#[test]
#[ignore = "needs BRIGHTRUN_REFERENCE"]
fn lists_find_what_lives_in_the_snapshot() {
    let platform = attached();
    let whole = |keep: &dyn Fn(&usize) -> bool| -> Vec<String> {
        (0..=LOST).rev().filter(keep).map(corpus::id).collect()
    };
    for (arguments, expected) in [
        (vec!["--persona", "overwhelmed_avoider"], whole(&|n| n % 3 == 1)),
        (vec!["--arc", "shame_to_acceptance"], whole(&|n| n / 3 % 3 == 1)),
        (vec!["--topic", "emergency_fund"], whole(&|n| n / 9 % 2 == 1)),
        (vec!["--batch", "February run"], whole(&|n| *n < 3)),
        (vec!["--where", "in_files > 0"], whole(&|n| [6, 7].contains(n))),
        (vec!["--where", "title contains \"NUMBER 4\""], whole(&|n| *n == 4)),
        (vec!["--search", "talk NUMBER martinez"], whole(&|n| n % 3 == 0)),
        (vec!["--search", "david chen"], whole(&|n| n % 3 == 2)),
        (vec!["--enrichment", "enrichment_in_progress"], whole(&|n| *n == UNFINISHED)),
        (vec!["--where", "quality >= 8.5"], whole(&|n| n % 4 != 0 && 5 + n % 5 >= 8)),
        (vec!["--search", "\"no such words\""], Vec::new()),
    ] {
        assert_eq!(platform.list(&arguments), expected, "{arguments:?}");
    }
    for column in ["persona", "arc", "topic", "batch", "in_files", "quality", "title", "size", "turns"] {
        for direction in ["asc", "desc"] {
            let mut ids = platform.list(&["--sort", &format!("{column}:{direction}")]);
            ids.sort();
            let mut all = whole(&|_| true);
            all.sort();
            assert_eq!(ids, all, "{column} {direction}: each one once");
        }
    }
    let rows = platform.program.run(["conversations", "list", "--json", "--sort", "persona:asc"]).ok().json();
    let personas: Vec<String> =
        rows.as_array().expect("rows").iter().map(|r| text(&r["scaffolding"]["persona_key"])).collect();
    assert!(personas.is_sorted() && personas[0] == "anxious_planner", "{personas:?}");
    // By the row's own key too (formats 2.1), and what the object says.
    let shown = platform.program.run(["conversations", "show", &row_key(2), "--json"]).ok().json();
    assert_eq!(shown["row"]["id"], corpus::id(2));
    assert_eq!(shown["turns"].as_array().map(Vec::len), Some(6));
    let lost = platform.program.run(["conversations", "show", &corpus::id(LOST), "--json"]).ok().json();
    assert!(text(&lost["problem"]).contains(&corpus::id(LOST)), "{lost}");
}

#[test]
#[ignore = "needs BRIGHTRUN_REFERENCE"]
fn a_file_of_the_platforms_conversations_is_whole_and_mine() {
    let platform = attached();
    let (program, before) = (&platform.program, platform.dump());
    // The order given; one by its row's key; in a file of the other user already, which is no business of mine.
    let created = program
        .run(["files", "create", "Spring", &corpus::id(3), &row_key(0), &corpus::id(5), "--at", AT, "--json"])
        .ok();
    assert_eq!(created.json()["file"]["conversations"], 3);
    let members = platform.file("Spring")["members"].clone();
    assert_eq!(members, serde_json::json!([corpus::id(3), corpus::id(0), corpus::id(5)]));

    let folder = text(&platform.file("Spring")["file"]["json_path"]).replace("/training.json", "");
    for ending in ["json", "jsonl"] {
        let flag = format!("--{ending}-file");
        let target = format!("down.{ending}");
        program.run(["files", "download", "Spring", &flag, "-o", &target]).ok();
        let stored = fs::read(platform.object("training-files", &format!("{folder}/training.{ending}")))
            .expect("uploaded");
        assert_eq!(fs::read(program.path(&target)).expect("downloaded"), stored);
    }
    let json: Value =
        serde_json::from_slice(&fs::read(program.path("down.json")).expect("it")).expect("JSON");
    let ids: Vec<&Value> = json["conversations"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|c| &c["conversation_metadata"]["conversation_id"])
        .collect();
    assert_eq!(ids, [&corpus::id(3), &corpus::id(0), &corpus::id(5)]);
    let scaffolding = &json["conversations"][0]["conversation_metadata"]["scaffolding"];
    assert_eq!(
        (&scaffolding["persona_key"], &scaffolding["persona_name"]),
        (&"anxious_planner".into(), &"Jennifer Martinez".into())
    );

    let row = platform.ask(&format!(
        "SELECT created_by, user_id, storage_bucket, conversation_count, status, human_reviewed_count, json_file_size, jsonl_file_size, \
         scaffolding_distribution->'personas'->>'anxious_planner', jsonl_file_path, last_updated_at AT TIME ZONE 'UTC' \
         FROM training_files WHERE name = 'Spring' AND json_file_path = '{folder}/training.json'"
    ));
    let size = |name: &str| fs::metadata(program.path(name)).expect("a file").len();
    let (json, jsonl) = (size("down.json"), size("down.jsonl"));
    let expected = format!(
        "{ME}|{ME}|training-files|3|active|0|{json}|{jsonl}|2|{folder}/training.jsonl|2026-04-01 08:00:00"
    );
    assert_eq!(row, expected);
    let added = "SELECT count(*) FROM training_file_conversations m JOIN training_files f ON f.id = m.training_file_id \
                 WHERE f.name = 'Spring' AND m.added_by = f.user_id";
    assert_eq!(platform.ask(added), "3");
    assert_only_new_rows(
        &before,
        &platform.dump(),
        &["public.training_files ", "public.training_file_conversations "],
    );
    assert_eq!(platform.list(&["--where", "in_files > 0"]).len(), 5);
}

/// Nothing of before is gone; every new line puts a row into one of these tables.
fn assert_only_new_rows(before: &[String], after: &[String], tables: &[&str]) {
    let mut old: std::collections::BTreeMap<&String, usize> = std::collections::BTreeMap::new();
    for line in before {
        *old.entry(line).or_default() += 1;
    }
    for line in after {
        if let Some(n) = old.get_mut(line).filter(|n| **n > 0) {
            *n -= 1;
            continue;
        }
        assert!(
            tables.iter().any(|table| line.starts_with(&format!("INSERT INTO {table}"))),
            "not asked for: {line}"
        );
    }
    let gone: Vec<_> = old.into_iter().filter(|(_, n)| *n > 0).collect();
    assert!(gone.is_empty(), "gone: {gone:?}");
}

#[test]
#[ignore = "needs BRIGHTRUN_REFERENCE"]
fn what_cannot_go_in_is_named_and_nothing_is_written() {
    let platform = attached();
    let (rows, objects) = (platform.dump(), tree(&platform.program.path("objects")));
    let refuse = |arguments: &[&str], said: &[&str]| {
        let outcome = platform.program.run(arguments);
        assert_eq!(outcome.code, 3, "{arguments:?}: {}{}", outcome.out, outcome.error);
        for text in said {
            assert!(outcome.error.contains(text), "{arguments:?} does not say {text}: {}", outcome.error);
        }
    };
    let (whole, unfinished, lost) = (&corpus::id(0), &corpus::id(UNFINISHED), &corpus::id(LOST));
    let gone = &corpus::id(DELETED);
    refuse(
        &["files", "create", "Spring", whole, unfinished, lost, gone, "nonsense"],
        &[
            "4 conversations",
            unfinished,
            "enrichment in progress",
            lost,
            &path(ME, LOST),
            "missing",
            gone,
            "nonsense",
            "no such conversation",
        ],
    );
    refuse(&["files", "create", TAKEN, whole], &[TAKEN, "is taken", "another name"]);
    refuse(&["files", "create", LIVE, whole], &[LIVE, "already"]);
    refuse(
        &["files", "add", LIVE, whole, &corpus::id(7), gone],
        &["already in this training file", &corpus::id(7)],
    );
    refuse(&["files", "create", "Spring", &corpus::id(THEIRS.start)], &["no such conversation"]);
    assert_eq!(platform.dump(), rows);
    assert_eq!(tree(&platform.program.path("objects")), objects);
}

#[test]
#[ignore = "needs BRIGHTRUN_REFERENCE"]
fn adding_to_a_file_of_the_platform_keeps_what_is_in_it() {
    let platform = attached();
    let program = &platform.program;
    let old = fs::read_to_string(platform.object("training-files", &format!("{LIVE_FOLDER}/training.json")))
        .expect("theirs");
    let members = platform.file(LIVE)["members"].clone();
    assert_eq!(
        members,
        serde_json::json!([corpus::id(6), corpus::id(7), corpus::id(DELETED)]),
        "also where the row is gone"
    );
    program.run(["files", "show", LIVE]).ok();

    program.run(["files", "add", LIVE, &corpus::id(2), &corpus::id(1), "--at", AT]).ok();
    program.run(["files", "download", LIVE, "--json-file", "-o", "down.json"]).ok();
    let new = fs::read_to_string(program.path("down.json")).expect("downloaded");
    // The three conversations stand where they stood, byte for byte, with the new ones behind them.
    let conversations = |text: &str| text[text.find("\"conversations\": [").expect("a list")..].to_owned();
    let (theirs, ours) = (conversations(&old), conversations(&new));
    let kept = theirs.trim_end().trim_end_matches('}').trim_end().trim_end_matches(']').trim_end();
    assert!(ours.starts_with(kept), "what was there has changed");
    let head = |text: &str| -> Value {
        serde_json::from_str::<Value>(text).expect("JSON")["training_file_metadata"].clone()
    };
    assert_eq!(
        (&head(&new)["created_date"], &head(&new)["total_conversations"]),
        (&head(&old)["created_date"], &5.into())
    );
    assert_eq!(
        platform.file(LIVE)["members"],
        serde_json::json!([corpus::id(6), corpus::id(7), corpus::id(DELETED), corpus::id(2), corpus::id(1)])
    );
    let row = "SELECT conversation_count, updated_at = last_updated_at OR updated_at > last_updated_at, created_at AT TIME ZONE 'UTC' \
               FROM training_files WHERE name = 'Live file'";
    assert_eq!(platform.ask(row), "5|t|2026-02-02 10:00:00");
    let objects: Vec<String> = tree(&program.path("objects/training-files")).into_keys().collect();
    assert_eq!(objects.len(), 2, "the old version is gone, the new one is there: {objects:?}");
}

/// A data set of the platform was made from this very object: the platform still reads it there (decision 0102).
#[test]
#[ignore = "needs BRIGHTRUN_REFERENCE"]
fn an_object_that_a_training_set_names_stays() {
    let platform = attached();
    platform.ask(&format!(
        "INSERT INTO workbases (id, user_id, name) VALUES ('99999999-0000-4000-8000-000000000001', '{ME}', 'Base'); \
         INSERT INTO training_sets (user_id, workbase_id, name, jsonl_path) VALUES \
         ('{ME}', '99999999-0000-4000-8000-000000000001', 'Set', '{LIVE_FOLDER}/training.jsonl')"
    ));
    platform.program.run(["files", "add", LIVE, &corpus::id(2)]).ok();
    assert!(platform.object("training-files", &format!("{LIVE_FOLDER}/training.jsonl")).exists());
    assert!(!platform.object("training-files", &format!("{LIVE_FOLDER}/training.json")).exists());
}

#[test]
#[ignore = "needs BRIGHTRUN_REFERENCE"]
fn imports_reviews_and_archives_keep_the_platforms_rules() {
    let platform = attached();
    let (program, before) = (&platform.program, platform.dump());
    corpus::write(&program.path("new"), 40..44);
    let done = program.run(["import", "new", "--batch", "March", "--at", AT, "--json"]);
    let done =
        if done.code == 2 { program.run(["import", "new", "--batch", "March", "--json"]) } else { done }
            .ok()
            .json();
    assert_eq!(done["total"]["new"], 4, "{done}");
    let rows = "SELECT count(*), count(DISTINCT id), bool_and(user_id = created_by), min(status), min(tier), min(enrichment_status), \
                bool_and(enriched_file_path LIKE user_id || '/' || conversation_id || '/%'), bool_and(persona_key IS NOT NULL) \
                FROM conversations WHERE conversation_id::uuid = ANY('{IDS}')";
    let ids: Vec<String> = (40..44).map(corpus::id).collect();
    let rows = rows.replace("IDS", &ids.join(","));
    assert_eq!(platform.ask(&rows), "4|4|t|pending_review|template|completed|t|t");
    assert_eq!(platform.list(&["--batch", "March"]).len(), 4);
    let batch = "SELECT b.user_id = b.created_by, b.job_type, b.status, b.total_items, b.completed_items, b.successful_items, count(i.id), max(i.position) \
                 FROM batch_jobs b JOIN batch_items i ON i.batch_job_id = b.id WHERE b.name = 'March' GROUP BY b.id";
    assert_eq!(platform.ask(batch), "t|generation|completed|4|4|4|4|4");
    let tables = ["public.conversations ", "public.batch_jobs ", "public.batch_items "];
    assert_only_new_rows(&before, &platform.dump(), &tables);
    let again = program.run(["import", "new", "--json"]).ok().json();
    assert_eq!(again["total"]["same"], 4);

    // Objects that the platform made are known by their content; what the platform knows of them stays.
    let snapshot = |n: usize| {
        platform.ask(&format!("SELECT scaffolding_snapshot FROM conversations WHERE id = '{}'", row_key(n)))
    };
    let known = snapshot(1);
    corpus::write(&program.path("theirs"), 1..2);
    let same = program.run(["import", "theirs", "--json"]).ok().json();
    assert_eq!((&same["total"]["same"], &same["total"]["replaced"]), (&1.into(), &0.into()), "{same}");
    assert_eq!(snapshot(1), known);
    let file = program.path("theirs/000001.json");
    let changed = fs::read_to_string(&file).expect("it").replace("what now?", "what next?");
    fs::write(&file, changed).expect("written");
    let replaced = program.run(["import", "theirs", "--json"]).ok().json();
    assert_eq!(replaced["total"]["replaced"], 1, "{replaced}");
    let prompt = format!(
        "SELECT scaffolding_snapshot->>'system_prompt', scaffolding_snapshot->'persona'->>'emotional_baseline', status \
                          FROM conversations WHERE id = '{}'",
        row_key(1)
    );
    assert_eq!(platform.ask(&prompt), "Prompt of 1|calm|approved");

    // The trigger of the platform turns a generated one with a low score down; a reviewer's word stands.
    let (id, row) = (corpus::id(3), row_key(3));
    program.run(["conversations", "review", &id, "--approve", "--note", "clear", "--at", AT]).ok();
    let review = format!(
        "SELECT status, reviewed_by, reviewed_at AT TIME ZONE 'UTC', review_notes, approved_by, created_by FROM conversations WHERE id = '{row}'"
    );
    assert_eq!(
        platform.ask(&review),
        format!("approved|{ME}|2026-04-01 08:00:00|clear|{ME}|00000000-0000-0000-0000-000000000000")
    );
    program.run(["conversations", "review", &id, "--archive"]).ok();
    assert_eq!(platform.ask(&review).split('|').next(), Some("archived"));

    program.run(["files", "archive", LIVE]).ok();
    assert_eq!(platform.ask("SELECT status FROM training_files WHERE name = 'Live file'"), "archived");
    assert_eq!(program.run(["files", "list", "--json"]).ok().json().as_array().map(Vec::len), Some(0));
    let theirs = format!(
        "SELECT count(*) FROM conversations WHERE user_id <> '{ME}' AND (reviewed_at IS NOT NULL OR updated_at > created_at + interval '9 years')"
    );
    assert_eq!((platform.ask(&theirs).as_str(), WHOLE.len()), ("0", 8));
}
