//! The examples are what the manifest says, and their damage is found.

use super::make::{Made, make};
use super::set::{Entry, Set, read};
use domain::conversation::{EnrichmentStatus, ReviewStatus, Tier};
use domain::dataset::{Code, Options, check_bytes};
use domain::enrichment::{ConversationInput, validate};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

fn all() -> (Set, Vec<Made>) {
    let set = read().expect("the compiled-in files are good");
    let made = set.conversations.iter().map(|entry| make(&set, entry).expect("it can be made")).collect();
    (set, made)
}

fn input(entry: &Entry) -> ConversationInput {
    ConversationInput::read(entry.raw().expect("the file is there")).expect("raw")
}

#[test]
fn every_file_is_in_the_manifest_once_and_the_other_way_round() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/conversations");
    let there: BTreeSet<_> = std::fs::read_dir(folder)
        .expect("the folder")
        .map(|file| file.expect("a file").file_name().into_string().expect("UTF-8"))
        .collect();
    let (set, _) = all();
    let named: BTreeSet<_> = set.conversations.iter().map(|entry| entry.file.clone()).collect();
    assert_eq!(there, named);
    let ids: BTreeSet<_> = set.conversations.iter().map(|entry| &entry.id).collect();
    let titles: BTreeSet<_> = set.conversations.iter().map(|entry| &entry.title).collect();
    assert_eq!((ids.len(), titles.len()), (named.len(), named.len()));
    assert!(ids.iter().all(|id| id.as_uuid().is_some_and(|id| id.get_version_num() == 4)));
}

#[test]
fn enrichment_ends_where_the_manifest_says() {
    let (set, made) = all();
    for (entry, made) in set.conversations.iter().zip(&made) {
        assert_eq!(made.enrichment, entry.enrichment, "{}", entry.file);
        assert_eq!(
            made.enriched.is_some(),
            entry.enrichment == EnrichmentStatus::Completed,
            "{}",
            entry.file
        );
        let report = validate(&made.parsed, &entry.id, entry.created);
        assert_eq!(report.warnings, [], "{}", entry.file);
        if entry.enrichment == EnrichmentStatus::ValidationFailed {
            let codes: BTreeSet<_> = report.blockers.iter().map(|finding| json_word(finding.code)).collect();
            assert_eq!(codes.into_iter().collect::<Vec<_>>(), [entry.damage.clone().expect("named")]);
        } else {
            assert!(report.is_valid, "{}: {:?}", entry.file, report.blockers);
        }
    }
}

fn json_word(code: impl serde::Serialize) -> String {
    serde_json::to_value(code).ok().and_then(|word| word.as_str().map(str::to_owned)).expect("a word")
}

#[test]
fn the_files_are_spelled_as_javascript_spells_them() {
    let (set, made) = all();
    for (entry, made) in set.conversations.iter().zip(&made) {
        for bytes in [Some(&made.parsed), made.enriched.as_ref()].into_iter().flatten() {
            let mut again = Vec::new();
            domain::json::pretty(bytes, 0, &mut again).expect("JSON");
            assert!(again == *bytes, "{}", entry.file);
            assert_ne!(bytes.last(), Some(&b'\n'), "{}", entry.file);
        }
    }
}

#[test]
fn two_runs_give_the_same_bytes_and_two_conversations_different_noise() {
    let ((_, first), (_, second)) = (all(), all());
    let mut criteria = BTreeSet::new();
    for (first, second) in first.iter().zip(&second) {
        assert!(first.enriched == second.enriched);
        if let Some(bytes) = &first.enriched {
            let value: Value = serde_json::from_slice(bytes).expect("JSON");
            criteria.insert(value["training_pairs"][0]["training_metadata"]["quality_criteria"].to_string());
        }
    }
    assert!(criteria.len() > 5, "{criteria:?}");
}

#[test]
fn the_table_is_worth_looking_at() {
    let (set, made) = all();
    assert!(set.conversations.len() >= 26);
    let mut arcs: BTreeMap<&str, usize> = BTreeMap::new();
    for entry in &set.conversations {
        *arcs.entry(&entry.arc).or_default() += 1;
        assert!(set.batches.iter().any(|batch| batch.name == entry.batch && batch.created < entry.created));
        let edge = set.catalogue.arc(&entry.arc).and_then(|arc| arc.conversation_category.as_deref());
        assert_eq!(edge == Some("edge"), entry.tier == Tier::EdgeCase, "{}", entry.file);
    }
    for arc in set.catalogue.arcs.iter().filter(|arc| arc.is_active) {
        let least = if arc.conversation_category.as_deref() == Some("core") { 4 } else { 1 };
        assert!(arcs.get(arc.arc_key.as_str()).copied() >= Some(least), "{}", arc.arc_key);
    }
    let of = |f: fn(&Entry) -> String| set.conversations.iter().map(f).collect::<BTreeSet<_>>().len();
    assert_eq!(of(|entry| entry.persona.clone()), 3);
    assert_eq!(of(|entry| entry.topic.clone()), 20);
    assert_eq!(of(|entry| entry.tier.to_string()), 3);
    assert!(of(|entry| entry.status.to_string()) >= 5);
    assert!(made.iter().all(|made| (4..=10).contains(&made.turns)));
    assert!(set.conversations.iter().any(|entry| entry.status == ReviewStatus::Approved));
}

#[test]
fn roles_alternate_and_no_answer_is_too_short_or_too_long() {
    let (set, _) = all();
    for entry in &set.conversations {
        for (index, turn) in input(entry).turns.iter().enumerate() {
            let answer = turn.role == domain::conversation::Role::Assistant;
            assert_eq!(answer, index % 2 == 1, "{}", entry.file);
            let words = turn.content.split_whitespace().count();
            assert!(
                !answer || (50..=180).contains(&words),
                "{} turn {}: {words} words",
                entry.file,
                index + 1
            );
        }
    }
}

/// Codes that say that something is damaged. Others (no measured quality, user turns without a target) hold for every file.
const DAMAGE: [Code; 5] = [
    Code::TruncatedTurn,
    Code::LiteralEscape,
    Code::PlaceholderLeft,
    Code::ObjectPlaceholder,
    Code::Mojibake,
];

#[test]
fn the_damaged_ones_are_found_and_no_others() {
    let (set, made) = all();
    let mut kinds = BTreeSet::new();
    for (entry, made) in set.conversations.iter().zip(&made) {
        let Some(bytes) = &made.enriched else { continue };
        let report = check_bytes(&entry.file, bytes, &Options::default()).expect("enriched");
        let found: Vec<_> = report
            .findings
            .iter()
            .filter(|finding| DAMAGE.contains(&finding.code))
            .map(|finding| json_word(finding.code))
            .collect();
        assert_eq!(found, entry.damage.iter().cloned().collect::<Vec<_>>(), "{}", entry.file);
        assert_eq!(made.truncated > 0, entry.damage.as_deref() == Some("truncated_turn"), "{}", entry.file);
        kinds.extend(found);
    }
    assert_eq!(kinds.len(), DAMAGE.len(), "each kind of damage once: {kinds:?}");
}

#[test]
fn writing_is_repeatable_and_never_overwrites() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path().join("new/examples");
    let files = super::write_to(&at).expect("written");
    assert_eq!(files, super::write_to(&at).expect("the same again"));
    assert_eq!(std::fs::read_dir(&at).expect("folder").count(), files.len(), "no temporary file is left");
    std::fs::write(&files[3], "mine").expect("changed");
    std::fs::remove_file(&files[0]).expect("removed");
    let error = super::write_to(&at).expect_err("somebody else's file");
    assert_eq!(error.exit_code(), 3);
    assert!(!files[0].exists(), "nothing was written");
}

#[test]
#[ignore = "needs BRIGHTRUN_REFERENCE"]
fn reference_the_schema_accepts_every_enriched_example() {
    let root = std::env::var_os("BRIGHTRUN_REFERENCE").expect("BRIGHTRUN_REFERENCE names the folder");
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(root);
    let schema = std::fs::read(root.join("schema/enriched.schema.json")).expect("the schema");
    let schema = serde_json::from_slice(&schema).expect("JSON");
    let schema = jsonschema::validator_for(&schema).expect("a schema");
    for made in all().1 {
        if let Some(bytes) = made.enriched {
            let value: Value = serde_json::from_slice(&bytes).expect("JSON");
            let faults: Vec<_> = schema.iter_errors(&value).map(|fault| fault.to_string()).collect();
            assert_eq!(faults, Vec::<String>::new(), "{}", value["dataset_metadata"]["dataset_name"]);
        }
    }
}
