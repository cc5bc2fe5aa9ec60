//! A platform with invented rows and objects, as its own code leaves them.

use crate::postgres::Cluster;
use crate::support::corpus;
use crate::support::program::{Program, reference};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub const ME: &str = "11111111-1111-4111-8111-111111111111";
pub const OTHER: &str = "22222222-2222-4222-8222-222222222222";
/// As it stands in the config, in other letters than in the database.
pub const MAIL: &str = "me@example.org";
/// Mine: these have an enriched object.
pub const WHOLE: std::ops::Range<usize> = 0..8;
/// Mine: enrichment did not come to its end.
pub const UNFINISHED: usize = 8;
/// Mine: completed, says the row; the object is not there.
pub const LOST: usize = 9;
/// Mine: in a training file of the platform, the row is deleted.
pub const DELETED: usize = 10;
/// The other user's.
pub const THEIRS: std::ops::Range<usize> = 20..23;
/// The training file that the platform made of mine: 6, 7 and the deleted one.
pub const LIVE: &str = "Live file";
pub const LIVE_FOLDER: &str = "eeeeeeee-0000-4000-8000-000000000001";
/// The other user's training file.
pub const TAKEN: &str = "Taken name";

/// A database of the platform and a home that leads there.
pub struct Platform {
    pub cluster: Arc<Cluster>,
    pub url: String,
    pub program: Program,
}

fn schema(name: &str) -> PathBuf {
    reference().join("schema").join(name)
}

/// Primary key of the n-th row: never its `conversation_id`.
pub fn row_key(n: usize) -> String {
    format!("aaaaaaaa-0000-4000-8000-{n:012}")
}

pub fn path(user: &str, n: usize) -> String {
    format!("{user}/{}/enriched.json", corpus::id(n))
}

/// The tables with the rows.
pub fn database(cluster: &Cluster) -> String {
    let url = cluster.database();
    let complaints = cluster.psql_file(&url, &schema("schema-existing.sql"), true);
    assert!(!complaints.contains("ERROR"), "{complaints}");
    // It repeats tables of the first file; a live database has each once, as the first one has it.
    let complaints = cluster.psql_file(&url, &schema("schema-training.sql"), false);
    let errors = complaints.lines().filter(|line| line.contains("ERROR"));
    assert!(errors.clone().all(|line| line.ends_with("already exists")), "{complaints}");
    cluster.psql(&url, &rows());
    url
}

fn conversation(n: usize, user: &str) -> String {
    let enriched = corpus::enriched(n);
    let said = |key: &str| enriched["input_parameters"][key].clone();
    let snapshot = json!({
        "persona": {"id": row_key(900 + n), "name": said("persona_name"), "persona_key": said("persona_key"), "emotional_baseline": "calm"},
        "emotional_arc": {"id": row_key(800 + n), "name": said("emotional_arc_name"), "arc_key": said("emotional_arc_key")},
        "training_topic": {"name": said("training_topic_name"), "topic_key": said("training_topic_key"), "complexity_level": "beginner"},
        "scaffolding_version": "1.0", "system_prompt": format!("Prompt of {n}")
    });
    let (enrichment, path) = match n {
        UNFINISHED => ("enrichment_in_progress", "NULL".to_owned()),
        _ => ("completed", format!("'{}'", path(user, n))),
    };
    let status = ["pending_review", "approved", "generated"][n % 3];
    let quality = if n.is_multiple_of(4) { "NULL".to_owned() } else { format!("{}.5", 5 + n % 5) };
    let turns = 4 + n % 4;
    format!(
        "('{}', '{}', NULL, 'Talk number {n}', 'template', '{status}', {quality}, {turns}, '{enrichment}', {path}, 4000, '{user}', \
         '00000000-0000-0000-0000-000000000000', '2026-02-01 10:00:00+00'::timestamptz + interval '{n} minutes', '{snapshot}')",
        row_key(n),
        corpus::id(n),
    )
}

fn rows() -> String {
    let mine = WHOLE.chain([UNFINISHED, LOST]).map(|n| conversation(n, ME));
    let all: Vec<String> = mine.chain(THEIRS.map(|n| conversation(n, OTHER))).collect();
    let job = "bbbbbbbb-0000-4000-8000-000000000001";
    let mut sql = format!(
        "INSERT INTO auth.users (id, email) VALUES ('{ME}', 'Me@Example.org'), ('{OTHER}', 'other@example.org');\n\
         INSERT INTO conversations (id, conversation_id, title, conversation_name, tier, status, quality_score, turn_count, \
         enrichment_status, enriched_file_path, enriched_file_size, user_id, created_by, created_at, scaffolding_snapshot) VALUES {};\n\
         INSERT INTO batch_jobs (id, job_type, name, status, total_items, created_by, user_id) VALUES \
         ('{job}', 'generation', 'February run', 'completed', 3, '{ME}', '{ME}');\n",
        all.join(", ")
    );
    for n in 0..3 {
        let _ = writeln!(
            sql,
            "INSERT INTO batch_items (batch_job_id, position, topic, conversation_id) VALUES ('{job}', {}, 'Conversation', '{}');",
            n + 1,
            row_key(n)
        );
    }
    for (id, name, user, folder, members) in [
        ("dddddddd-0000-4000-8000-000000000001", LIVE, ME, LIVE_FOLDER, vec![6, 7, DELETED]),
        (
            "dddddddd-0000-4000-8000-000000000002",
            TAKEN,
            OTHER,
            "eeeeeeee-0000-4000-8000-000000000002",
            vec![20, 0],
        ),
    ] {
        let _ = writeln!(
            sql,
            "INSERT INTO training_files (id, name, json_file_path, jsonl_file_path, conversation_count, total_training_pairs, \
             json_file_size, avg_quality_score, created_by, user_id, created_at) VALUES ('{id}', '{name}', '{folder}/training.json', \
             '{folder}/training.jsonl', {}, 18, 1234, 0, '{user}', '{user}', '2026-02-02 10:00:00+00');",
            members.len()
        );
        for n in members {
            let _ = writeln!(
                sql,
                "INSERT INTO training_file_conversations (training_file_id, conversation_id, added_at) VALUES ('{id}', '{}', \
                 '2026-02-02 10:00:00+00'::timestamptz + interval '{n} seconds');",
                corpus::id(n)
            );
        }
    }
    sql
}

/// The objects of both buckets, below `root`. The platform's training file is made with `aggregate`, which the golden tests hold
/// to the platform's own bytes.
pub fn objects(root: &Path) {
    let scratch = Program::default();
    corpus::write(&scratch.path("in"), 0..DELETED + 1);
    let input = |n: usize| format!("in/{n:06}.json");
    let made = ["aggregate", &input(6), &input(7), &input(DELETED), "--name", LIVE, "-o", "out"];
    scratch.run(made.into_iter().chain(["--at", "2026-02-02T10:00:00.000Z"])).ok();
    let put = |key: String, bytes: Vec<u8>| {
        let file = root.join(key);
        fs::create_dir_all(file.parent().expect("a folder")).expect("folders");
        fs::write(file, bytes).expect("an object");
    };
    for (user, range) in [(ME, WHOLE), (OTHER, THEIRS)] {
        for n in range {
            let text = serde_json::to_vec_pretty(&corpus::enriched(n)).expect("JSON");
            put(format!("conversation-files/{}", path(user, n)), text);
        }
    }
    for ending in ["json", "jsonl"] {
        let bytes = fs::read(scratch.path(&format!("out/training.{ending}"))).expect("made");
        put(format!("training-files/{LIVE_FOLDER}/training.{ending}"), bytes);
    }
}

impl Platform {
    /// With its objects in a folder; nothing is attached.
    pub fn in_a_folder() -> Self {
        let platform = Self::new("");
        objects(&platform.program.path("objects"));
        platform
            .configure(&platform.url, &format!("url = \"{}\"\n", platform.program.path("objects").display()));
        platform
    }
    /// With this in the section `files` of the config.
    pub fn new(files: &str) -> Self {
        let cluster = Cluster::shared();
        let url = database(&cluster);
        let platform = Self { cluster, url, program: Program::default() };
        platform.configure(&platform.url, files);
        platform
    }
    /// Writes the config file anew.
    pub fn configure(&self, url: &str, files: &str) {
        configure(&self.program, url, MAIL, files);
    }
    /// Attaches.
    pub fn attach(&self) -> &Self {
        self.program.run(["db", "attach", "--yes"]).ok();
        self
    }
    /// Asks the database behind the program's back.
    pub fn ask(&self, sql: &str) -> String {
        self.cluster.psql(&self.url, sql)
    }
    /// Definitions and rows of everything but our schema, as lines.
    pub fn dump(&self) -> Vec<String> {
        let text = self.cluster.dump(&self.url, &["--exclude-schema=brightrun", "--inserts"]);
        // pg_dump writes a new random word into every dump, and names of schemas and sections are not content.
        let content =
            |line: &&str| !line.is_empty() && !line.starts_with("--") && !line.contains("restrict ");
        text.lines().filter(content).map(str::to_owned).collect()
    }
    /// `conversations list` with these arguments: their keys, in order.
    pub fn list(&self, arguments: &[&str]) -> Vec<String> {
        let base = ["conversations", "list", "--json"];
        let rows = self.program.run(base.iter().chain(arguments)).ok().json();
        rows.as_array().expect("rows").iter().map(|row| text(&row["id"])).collect()
    }
}

/// Writes the config file of a home.
pub fn configure(program: &Program, url: &str, user: &str, files: &str) {
    let file = program.path(".config/brightrun/config.toml");
    fs::create_dir_all(file.parent().expect("a folder")).expect("folders");
    let text = format!("[database]\nurl = \"{url}\"\nuser = \"{user}\"\n\n[files]\n{files}");
    fs::write(&file, text).expect("a config");
    // It may hold a key.
    fs::set_permissions(file, fs::Permissions::from_mode(0o600)).expect("permissions");
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

/// Every file below a folder, by name, with its bytes.
pub fn tree(root: &Path) -> std::collections::BTreeMap<String, Vec<u8>> {
    fn walk(folder: &Path, root: &Path, out: &mut std::collections::BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                walk(&path, root, out);
            } else {
                let name = path.strip_prefix(root).expect("below").display().to_string();
                out.insert(name, fs::read(path).expect("its bytes"));
            }
        }
    }
    let mut out = std::collections::BTreeMap::new();
    walk(root, root, &mut out);
    out
}
