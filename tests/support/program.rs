//! The binary as a script would run it: a home of its own, no terminal.

use super::pty::clean_environment;
use serde_json::Value;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

/// An empty home and the binary to run in it.
pub struct Program {
    /// Where everything of it lies.
    pub home: tempfile::TempDir,
    /// Arguments before the verb, such as `--db URL`.
    pub global: Vec<String>,
}

/// What came of a run.
pub struct Outcome {
    /// Exit code.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub error: String,
}

impl Outcome {
    /// What a program said that was run to its end.
    pub fn of(Output { status, stdout, stderr }: &Output) -> Self {
        Self {
            code: status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(stdout).into_owned(),
            error: String::from_utf8_lossy(stderr).into_owned(),
        }
    }
    /// Fails unless the program ended well.
    pub fn ok(self) -> Self {
        assert_eq!(self.code, 0, "it failed\nstdout: {}\nstderr: {}", self.out, self.error);
        self
    }
    /// Standard output as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out)
            .unwrap_or_else(|e| panic!("no JSON ({e}): {}\n{}", self.out, self.error))
    }
}

impl Default for Program {
    fn default() -> Self {
        Self { home: tempfile::tempdir().expect("a home"), global: Vec::new() }
    }
}

impl Program {
    /// The command with these arguments, ready to start.
    pub fn command<S: AsRef<std::ffi::OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_brightrun"));
        command
            .args(&self.global)
            .args(arguments)
            .env_clear()
            .envs(clean_environment(self.home.path()))
            .current_dir(self.home.path())
            .stdin(Stdio::null());
        command
    }
    /// Runs it to its end.
    pub fn run<S: AsRef<std::ffi::OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Outcome {
        Outcome::of(&self.command(arguments).output().expect("it starts"))
    }
    /// Starts it and leaves it running, silent.
    pub fn start<S: AsRef<std::ffi::OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Child {
        self.command(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts")
    }
    /// A path in its home.
    /// Keys of all objects of a bucket.
    pub fn objects(&self, bucket: &str) -> BTreeSet<String> {
        fn walk(folder: &Path, base: &Path, out: &mut BTreeSet<String>) {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                if entry.path().is_dir() {
                    walk(&entry.path(), base, out);
                } else {
                    out.insert(entry.path().strip_prefix(base).expect("below").display().to_string());
                }
            }
        }
        let base = self.path(".local/share/brightrun/files").join(bucket);
        let mut out = BTreeSet::new();
        walk(&base, &base, &mut out);
        out
    }
    pub fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }
}

/// Copies a folder with all that lies in it.
pub fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a type").is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

/// The folder of the platform's real files.
pub fn reference() -> PathBuf {
    PathBuf::from(
        std::env::var("BRIGHTRUN_REFERENCE").expect("BRIGHTRUN_REFERENCE names the reference folder"),
    )
}

/// Fails unless both files hold the same bytes, and says where they part.
pub fn assert_same_bytes(ours: &Path, theirs: &Path) {
    let (a, b) = (std::fs::read(ours).expect("our file"), std::fs::read(theirs).expect("their file"));
    if let Some(at) = a.iter().zip(&b).position(|(x, y)| x != y) {
        let show = |bytes: &[u8]| {
            String::from_utf8_lossy(&bytes[at.saturating_sub(80)..(at + 80).min(bytes.len())]).into_owned()
        };
        panic!("they part at byte {at}:\nours:   {}\ntheirs: {}", show(&a), show(&b));
    }
    assert_eq!(a.len(), b.len(), "one is the beginning of the other");
}

/// A worker that says that it can work, where every brightrun with this data folder finds it; it trains nothing. The environment of the real
/// one is not there on every machine.
pub fn worker_that_answers(data: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    let worker = data.join("worker");
    let python = worker.join(".venv/bin/python");
    fs::create_dir_all(worker.join("brightrun_worker")).expect("its package");
    fs::create_dir_all(python.parent().expect("a folder")).expect("its environment");
    let answer = r#"{"version":"0.1.0","protocol":1,"python":"3.13.0","libraries":{"torch":"2"},"lacks":[],"gpus":[]}"#;
    fs::write(&python, format!("#!/bin/sh\necho '{answer}'\n")).expect("its python");
    fs::set_permissions(&python, fs::Permissions::from_mode(0o755)).expect("it can be run");
}
