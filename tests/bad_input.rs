//! Broken files of every kind (Must show 7): a thousand mutants each. Nothing panics, nothing hangs, nothing is written that was refused.

mod support;

use domain::dataset::{Options, check_bytes};
use domain::json::Cursor;
use domain::recognize::{Verdict, recognize};
use engine::convert::Target;
use engine::{CancellationToken, Engine, Places, Progress, aggregate, check, convert, import};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use support::corpus;
use tui::keys::Keymap;
use tui::theme::{Depth, Themes};

/// Mutants of each kind.
const MUTANTS: u64 = 1000;
/// Those that go through the verbs which write.
const WRITTEN: u64 = 250;
const TARGETS: [Target; 5] =
    [Target::V4Json, Target::V4Jsonl, Target::Messages, Target::ShareGpt, Target::Alpaca];

// ── mutants ─────────────────────────────────────────────────────────────────────────────────────────────────────

/// The same numbers for the same seed, everywhere (splitmix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % sides.max(1) as u64).unwrap_or(0)
    }
    fn span(&mut self, bytes: &[u8], longest: usize) -> std::ops::Range<usize> {
        let start = self.roll(bytes.len());
        start..(start + self.roll(longest)).min(bytes.len())
    }
}

const INSERTS: [&[u8]; 20] = [
    b"\"",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"\\",
    b"\0",
    b"\\u",
    b"\\ud800",
    b"1e999",
    b"-",
    b"999999999999999999999999999999",
    b"null",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\r",
    b"\n",
    b"\xed\xa0\x80",
];

fn insert(bytes: &mut Vec<u8>, at: usize, what: &[u8]) {
    let at = at.min(bytes.len());
    bytes.splice(at..at, what.iter().copied());
}

/// A value somewhere becomes something else.
fn replace_value(bytes: &mut Vec<u8>, dice: &mut Dice) {
    const OTHERS: [&str; 11] = [
        "null",
        "[]",
        "{}",
        "\"\"",
        "-1",
        "1e308",
        "true",
        "[[]]",
        "\"\\u0000\"",
        "18446744073709551616",
        "{\"a\":{}}",
    ];
    let colons: Vec<usize> = memchr(bytes, b':');
    if colons.is_empty() {
        return;
    }
    let start = colons[dice.roll(colons.len())] + 1;
    let end = bytes[start..]
        .iter()
        .position(|b| matches!(b, b',' | b'}' | b']' | b'\n'))
        .map_or(bytes.len(), |n| start + n);
    bytes.splice(start..end, OTHERS[dice.roll(OTHERS.len())].bytes());
}

fn memchr(bytes: &[u8], wanted: u8) -> Vec<usize> {
    bytes.iter().enumerate().filter(|(_, byte)| **byte == wanted).map(|(at, _)| at).collect()
}

fn swap_lines(bytes: &mut Vec<u8>, dice: &mut Dice) {
    let mut lines: Vec<Vec<u8>> = bytes.split_inclusive(|b| *b == b'\n').map(<[u8]>::to_vec).collect();
    let (a, b) = (dice.roll(lines.len()), dice.roll(lines.len()));
    if !lines.is_empty() {
        lines.swap(a, b);
        *bytes = lines.concat();
    }
}

fn utf16(bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    [0xfeff_u16].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

/// The mutant of this number; the same for ever.
fn mutant(base: &[u8], number: u64) -> Vec<u8> {
    let mut dice = Dice(number.wrapping_mul(0x1234_5678_9abc_def1));
    let mut bytes = base.to_vec();
    for _ in 0..=dice.roll(3) {
        match dice.roll(15) {
            0 if !bytes.is_empty() => {
                let at = dice.roll(bytes.len());
                bytes[at] ^= 1 << dice.roll(8);
            }
            1 => bytes.truncate(dice.roll(bytes.len())),
            2 => drop(bytes.drain(dice.span(&bytes.clone(), 400))),
            3 => {
                let copy = bytes[dice.span(&bytes, 400)].to_vec();
                let at = dice.roll(bytes.len());
                insert(&mut bytes, at, &copy);
            }
            4 => {
                let at = dice.roll(bytes.len());
                let depth = [200, 5000, 50_000][dice.roll(3)];
                let open: &[u8] = if dice.roll(2) == 0 { b"[" } else { b"{\"a\":" };
                insert(&mut bytes, at, &open.repeat(depth));
            }
            5 => insert(&mut bytes, 0, b"\xef\xbb\xbf"),
            6 if dice.roll(4) == 0 => bytes = utf16(&bytes),
            7 => bytes = String::from_utf8_lossy(&bytes).replace('\n', "\r\n").into_bytes(),
            8 => swap_lines(&mut bytes, &mut dice),
            9 | 10 => replace_value(&mut bytes, &mut dice),
            11 => bytes.extend_from_slice(&base[..dice.roll(base.len())]),
            12 if !bytes.is_empty() => {
                let at = dice.roll(bytes.len());
                bytes[at] = u8::try_from(dice.roll(256)).unwrap_or(0);
            }
            _ => {
                let at = dice.roll(bytes.len());
                insert(&mut bytes, at, INSERTS[dice.roll(INSERTS.len())]);
            }
        }
    }
    bytes
}

// ── sound files ─────────────────────────────────────────────────────────────────────────────────────────────────

/// Small ones: a mutation in a small file hits something that matters.
fn enriched(n: usize) -> Value {
    let mut value = corpus::enriched(n);
    if let Some(pairs) = value["training_pairs"].as_array_mut() {
        pairs.truncate(2);
    }
    value["dataset_metadata"]["total_turns"] = 2.into();
    value
}

fn pretty(value: &Value) -> Vec<u8> {
    serde_json::to_vec_pretty(value).expect("JSON")
}

fn raw() -> Vec<u8> {
    let turn = |n: u32, role: &str| {
        json!({"turn_number": n, "role": role, "content": format!("Said {n}."),
            "emotional_context": {"primary_emotion": "worry", "secondary_emotion": "hope", "intensity": 0.5}})
    };
    pretty(
        &json!({"conversation_metadata": {"client_persona": "Sam Test - The Tester", "session_context": "A call",
        "conversation_phase": "start"}, "turns": [turn(1, "user"), turn(2, "assistant")]}),
    )
}

/// `full` and `v4-jsonl`, as aggregate makes them.
fn training() -> (Vec<u8>, Vec<u8>) {
    let dir = tempfile::tempdir().expect("a folder");
    let input = dir.path().join("in");
    fs::create_dir(&input).expect("a folder");
    for n in 0..3 {
        fs::write(input.join(format!("{n}.json")), pretty(&enriched(n))).expect("a file");
    }
    let out = dir.path().join("out");
    aggregate(&input, &out).expect("sound files");
    let read = |name| fs::read(out.join(name)).expect("a file");
    (read("training.json"), read("training.jsonl"))
}

fn aggregate(input: &Path, out: &Path) -> Result<aggregate::Outcome, engine::Error> {
    let request = aggregate::Request {
        inputs: vec![input.to_owned()],
        name: "n".into(),
        out: out.to_owned(),
        into: None,
        profile: None,
        default_profile: "{\"name\":\"A\"}".into(),
        target_model: String::new(),
        at: "2026-04-01T08:00:00Z".parse().expect("a time"),
        skip_damaged: false,
    };
    aggregate::run(&request, &Progress::none(), &CancellationToken::new())
}

fn kinds() -> Vec<(&'static str, Vec<u8>)> {
    let (full, lines) = training();
    let twice = |line: Value| format!("{line}\n{line}\n").into_bytes();
    vec![
        ("enriched", pretty(&enriched(1))),
        ("full", full),
        ("v4-jsonl", lines),
        ("raw", raw()),
        (
            "turns",
            twice(
                json!({"conversation_id": "a", "turns": [{"role": "user", "content": "Hi."}, {"role": "assistant", "content": "Yes."}]}),
            ),
        ),
        (
            "conversations",
            twice(
                json!({"conversations": [{"from": "human", "value": "Hi."}, {"from": "gpt", "value": "Yes."}]}),
            ),
        ),
        (
            "messages",
            twice(
                json!({"messages": [{"role": "system", "content": "S"}, {"role": "user", "content": "Hi."}, {"role": "assistant", "content": "Yes."}]}),
            ),
        ),
    ]
}

/// Every file and folder below, with its size.
fn everything(folder: &Path) -> BTreeSet<(PathBuf, u64)> {
    let mut all = BTreeSet::new();
    for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry")) {
        let path = entry.path();
        if path.is_dir() {
            all.extend(everything(&path));
            all.insert((path, 0));
        } else {
            all.insert((path, entry.metadata().expect("a file").len()));
        }
    }
    all
}

// ── the tests ───────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn mutants_are_recognised_and_checked() {
    for (kind, base) in kinds() {
        let Verdict::Shape(shape) = recognize(&base, true) else { panic!("{kind} is not recognised") };
        assert_eq!(shape.word(), kind);
        for number in 0..MUTANTS {
            let bytes = mutant(&base, number);
            let _ = recognize(&bytes, true);
            let _ = recognize(&bytes[..bytes.len() / 2], false);
            if let Ok(report) = check_bytes(kind, &bytes, &Options::default()) {
                let critical = report.findings.iter().any(|f| f.severity.to_string() == "critical");
                assert!(!(critical && report.ready), "{kind} {number}: critical and ready");
            }
        }
    }
}

/// What `check` says of a folder of mutants: one answer per file, and not a byte more on the disk.
#[test]
fn a_folder_of_mutants_is_checked_and_left_alone() {
    let dir = tempfile::tempdir().expect("a folder");
    for (kind, base) in kinds() {
        for number in 0..WRITTEN {
            fs::write(dir.path().join(format!("{kind}-{number}")), mutant(&base, number)).expect("a file");
        }
    }
    let before = everything(dir.path());
    let request = check::Request { paths: vec![dir.path().to_owned()], lengths: Vec::new() };
    let outcome = check::run(&request, &Progress::none(), &CancellationToken::new()).expect("reports");
    assert_eq!(outcome.files.len(), before.len());
    assert_eq!(everything(dir.path()), before);
}

#[test]
fn a_mutant_is_aggregated_whole_or_refused_and_nothing_is_written() {
    through_aggregate(WRITTEN);
}

#[test]
#[ignore = "large"]
fn every_mutant_is_aggregated_whole_or_refused() {
    through_aggregate(MUTANTS);
}

fn through_aggregate(mutants: u64) {
    let dir = tempfile::tempdir().expect("a folder");
    let (input, out) = (dir.path().join("in.json"), dir.path().join("new/out"));
    let mut taken = 0;
    for (kind, base) in kinds() {
        for number in 0..mutants {
            fs::write(&input, mutant(&base, number)).expect("a file");
            match aggregate(&input, &out) {
                Ok(outcome) => {
                    taken += 1;
                    assert_sound(&outcome, &format!("{kind} {number}"));
                    fs::remove_dir_all(dir.path().join("new")).expect("it was made");
                }
                Err(error) => {
                    assert!(
                        !dir.path().join("new").exists(),
                        "{kind} {number}: refused, but something was made"
                    );
                    assert!(!error.next.is_empty(), "{kind} {number}: {error}");
                }
            }
        }
    }
    assert!(taken > mutants / 10, "the mutants are too broken to show anything: {taken}");
}

/// The JSON parses, says of itself what is in it, and the JSONL agrees.
fn assert_sound(outcome: &aggregate::Outcome, name: &str) {
    let text = fs::read(&outcome.json).expect("the JSON");
    let lines = fs::read_to_string(&outcome.jsonl).expect("UTF-8");
    assert_json(&text, name);
    lines.lines().for_each(|line| assert_json(line.as_bytes(), name));
    assert_eq!(lines.lines().count() as u64, outcome.lines + 1, "{name}");
    // Half a character (`\ud800`) is JSON to JavaScript and stays as it is; this reader knows whole ones only.
    let Ok(json) = serde_json::from_slice::<Value>(&text) else { return };
    let conversations = json["conversations"].as_array().cloned().unwrap_or_default();
    let head = &json["training_file_metadata"];
    assert_eq!(head["total_conversations"], conversations.len(), "{name}");
    assert_eq!(outcome.conversations, conversations.len() as u64, "{name}");
    let pairs: usize = conversations.iter().map(|c| c["training_pairs"].as_array().map_or(0, Vec::len)).sum();
    assert_eq!(head["total_training_pairs"], pairs, "{name}");
}

fn assert_json(text: &[u8], name: &str) {
    let read = Cursor::new(text).and_then(|mut cursor| cursor.skip().and_then(|_| cursor.finish()));
    assert!(read.is_ok(), "{name}: {read:?}: {}", String::from_utf8_lossy(text));
}

#[test]
fn a_mutant_is_converted_whole_or_leaves_nothing() {
    through_convert(WRITTEN);
}

#[test]
#[ignore = "large"]
fn every_mutant_is_converted_whole_or_leaves_nothing() {
    through_convert(MUTANTS);
}

fn through_convert(mutants: u64) {
    let dir = tempfile::tempdir().expect("a folder");
    let (input, output) = (dir.path().join("in"), dir.path().join("new/out"));
    for (kind, base) in kinds() {
        for (number, to) in (0..mutants).zip(TARGETS.into_iter().cycle()) {
            fs::write(&input, mutant(&base, number)).expect("a file");
            let request = convert::Request {
                input: input.clone(),
                to,
                output: output.clone(),
                head: convert::Head::default(),
            };
            if convert::run(&request, &Progress::none(), &CancellationToken::new()).is_ok() {
                let text = fs::read_to_string(&output).expect("UTF-8");
                let pieces: Vec<&str> =
                    if to == Target::V4Json { vec![&text] } else { text.lines().collect() };
                for piece in pieces {
                    assert_json(piece.as_bytes(), &format!("{kind} {number}"));
                }
                fs::remove_dir_all(dir.path().join("new")).expect("it was made");
            } else {
                assert!(!dir.path().join("new").exists(), "{kind} {number}: refused, but something was made");
            }
        }
    }
}

fn engine(home: &Path) -> Places {
    Places {
        db: format!("sqlite:{}/b.db", home.display()).into(),
        files: home.join("files").display().to_string(),
        endpoint: None,
        region: None,
        access_key: None,
        secret_key: None,
        session_token: None,
        user: None,
        target_model: "m".into(),
        profile: "{\"name\":\"A\"}".into(),
        data_dir: home.to_owned(),
        training: engine::TrainingPlaces::default(),
        runpod: engine::RunpodPlaces::default(),
    }
}

#[test]
fn a_bad_file_leaves_the_store_as_it_was_and_stops_no_other() {
    through_import(WRITTEN / 2);
}

#[test]
#[ignore = "large"]
fn every_bad_file_leaves_the_store_as_it_was() {
    through_import(MUTANTS);
}

/// A sound file between any two mutants. Conversations get keys of their own per mutant, so that what came from where is known.
fn through_import(mutants: u64) {
    let dir = tempfile::tempdir().expect("a folder");
    let folder = dir.path().join("in");
    fs::create_dir(&folder).expect("a folder");
    for (kind, base) in
        kinds().into_iter().filter(|(kind, _)| ["enriched", "full", "v4-jsonl", "raw"].contains(kind))
    {
        for number in 0..mutants {
            fs::write(folder.join(format!("{kind}-{number:04}")), mutant(&base, number)).expect("a file");
        }
    }
    fs::write(folder.join("zzz-sound"), pretty(&corpus::enriched(9))).expect("a file");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_stack_size(4 << 20)
        .build()
        .expect("threads");
    runtime.block_on(async {
        let engine = Engine::open(&engine(dir.path()), None).await.expect("a store");
        let request = import::Request { paths: vec![folder.clone()], batch: None };
        let outcome = import::run(&engine, request, &Progress::none(), &CancellationToken::new())
            .await
            .expect("an outcome");
        assert_eq!(outcome.files.len(), fs::read_dir(&folder).expect("a folder").count());
        let touched =
            outcome.files.iter().find(|file| file.error.is_some() && file.tally.conversations() > 0);
        assert_eq!(touched, None, "a file with an error changed the store");
        let sound = outcome.files.last().expect("files");
        assert!(sound.path.ends_with("zzz-sound") && sound.tally.new == 1, "{sound:?}");
        assert!(
            outcome.failed > mutants && outcome.total.new > 0,
            "{:?}, {} failed",
            outcome.total,
            outcome.failed
        );
    });
}

// ── settings ────────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn mutants_of_the_config_name_their_line() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("config.toml");
    let base = engine::config::EXAMPLE.replace("#[", "[").replace("\n#", "\n").replace("\n ", "\n# ");
    for number in 0..MUTANTS {
        fs::write(&path, mutant(base.as_bytes(), number)).expect("a file");
        let mut sources = engine::config::Sources { file: Some(path.clone()), ..Default::default() };
        sources.env.insert("HOME".into(), dir.path().display().to_string());
        if let Err(error) = engine::config::load(&sources) {
            for problem in &error.problems {
                assert!(
                    problem.place.contains("config.toml") && !problem.next.is_empty(),
                    "{number}: {problem:?}"
                );
            }
        }
    }
}

const THEME: &str = "name = \"x\"\ninherits = \"night\"\nappearance = \"dark\"\n[palette]\na = \"#102030\"\nb = { rgb = \"#405060\", ansi = \"blue\" }\n[token.text]\nnormal = { fg = \"a\", bg = \"b\", modifiers = [\"bold\"] }\nmuted = \"b\"\n";

#[test]
fn a_theme_never_fails() {
    for number in 0..MUTANTS {
        let text = String::from_utf8_lossy(&mutant(THEME.as_bytes(), number)).into_owned();
        let mut themes = Themes::default();
        themes.add("mine", &text);
        let names: Vec<String> = themes.names().into_iter().map(str::to_owned).collect();
        for name in names {
            let _ = themes.resolve(&name, Depth::True);
        }
    }
}

const KEYS: &str = "\"ctrl-p\" = \"shell.palette\"\n\"q\" = false\n\"x\" = { action = \"shell.back\", scope = \"conversations\" }\n\"g g\" = \"shell.help\"\n";

#[test]
fn a_key_file_never_fails_and_names_what_it_leaves_out() {
    let sound = Keymap::with_user("keys.toml", KEYS);
    for number in 0..MUTANTS {
        let text = String::from_utf8_lossy(&mutant(KEYS.as_bytes(), number)).into_owned();
        let map = Keymap::with_user("keys.toml", &text);
        for problem in &map.problems {
            assert!(problem.starts_with("keys.toml"), "{number}: {problem}");
        }
        assert!(map.bindings().len() + 8 > sound.bindings().len(), "{number}: the defaults are gone");
    }
}
