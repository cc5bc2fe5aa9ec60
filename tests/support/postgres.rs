//! A private Postgres for tests: its own cluster in a temporary folder, reached by socket only, gone when the last test is.
//!
//! Every test is a process with a cluster of its own. Making one takes a second of a core, copying one a tenth of that: what
//! `initdb` makes is kept below `target/tmp`.
#![allow(dead_code, reason = "every test binary uses another part of it")]

#[allow(clippy::duplicate_mod, reason = "some test binaries have `support`, too, others have not")]
#[path = "kept.rs"]
mod kept;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, Weak};

static SHARED: Mutex<Weak<Cluster>> = Mutex::new(Weak::new());
static NUMBER: AtomicU32 = AtomicU32::new(0);

/// A running server. It stops when it is dropped.
pub struct Cluster {
    programs: PathBuf,
    folder: tempfile::TempDir,
    root: bool,
}

impl Cluster {
    /// The one of this test process.
    pub fn shared() -> Arc<Self> {
        let mut shared = SHARED.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        shared.upgrade().unwrap_or_else(|| {
            let cluster = Arc::new(Self::start());
            *shared = Arc::downgrade(&cluster);
            cluster
        })
    }

    fn start() -> Self {
        use std::os::unix::fs::{MetadataExt, PermissionsExt};
        let folder =
            tempfile::Builder::new().prefix("brightrun-pg").tempdir_in("/tmp").expect("a temporary folder");
        let root = std::fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0);
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o777)).expect("permissions");
        let cluster = Self { programs: programs(), folder, root };
        let data = cluster.data();
        cluster.lay_out(&data);
        let options = format!(
            "-k {} -c listen_addresses= -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=60 \
             -c max_wal_size=1GB -c shared_buffers={}",
            cluster.folder.path().display(),
            std::env::var("BRIGHTRUN_TEST_PG_BUFFERS").unwrap_or_else(|_| "64MB".to_owned()),
        );
        let log = cluster.folder.path().join("log").display().to_string();
        cluster.must("pg_ctl", &["-D", &data, "-w", "-l", &log, "-o", &options, "start"]);
        cluster
    }

    /// Copies an empty cluster into `data`; the first of all tests makes it.
    fn lay_out(&self, data: &str) {
        let version = self.must("initdb", &["--version"]).stdout;
        let version =
            String::from_utf8_lossy(&version).replace(|letter: char| !letter.is_alphanumeric(), "-");
        // As root everything belongs to `postgres`, which a user's own copy does not.
        let name = format!("{}{}", version.trim_matches('-'), if self.root { "-root" } else { "" });
        let kept = kept::once(&name, |new| {
            // Small files of the log: four out of ten bytes of an empty cluster are one of the usual size.
            let options =
                ["-U", "brightrun", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N", "--wal-segsize=1"];
            self.must("initdb", &[&["-D", data], &options[..]].concat());
            copy(Path::new(data), new);
            std::fs::remove_dir_all(data).expect("it is ours");
        });
        copy(&kept, Path::new(data));
    }

    fn data(&self) -> String {
        self.folder.path().join("data").display().to_string()
    }

    /// A new database; its URL.
    pub fn database(&self) -> String {
        let name = format!("t{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        self.must("createdb", &["-h", &self.socket(), "-U", "brightrun", &name]);
        format!("postgres://brightrun@localhost/{name}?host={}", self.socket())
    }

    /// A copy of a database that nobody is connected to; its URL.
    pub fn twin(&self, url: &str) -> String {
        let twin = format!("t{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        self.must("createdb", &["-h", &self.socket(), "-U", "brightrun", "-T", name(url), &twin]);
        format!("postgres://brightrun@localhost/{twin}?host={}", self.socket())
    }

    /// Removes a database, with whoever is still connected.
    pub fn drop_database(&self, url: &str) {
        self.must("dropdb", &["-h", &self.socket(), "-U", "brightrun", "-f", name(url)]);
    }

    fn socket(&self) -> String {
        self.folder.path().display().to_string()
    }

    /// Runs a file or a text of SQL; what psql printed.
    pub fn psql(&self, url: &str, sql: &str) -> String {
        let name = name(url);
        let socket = self.socket();
        let base = ["-h", &socket, "-U", "brightrun", "-d", name, "-v", "ON_ERROR_STOP=1", "-qAt", "-c", sql];
        let output = self.must("psql", &base);
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// Runs a file, without stopping at errors when told so; what psql complained about.
    pub fn psql_file(&self, url: &str, file: &Path, stop: bool) -> String {
        let copy = self.folder.path().join(format!("input-{}.sql", NUMBER.fetch_add(1, Ordering::Relaxed)));
        std::fs::copy(file, &copy).expect("the SQL file");
        let stop = format!("ON_ERROR_STOP={}", u8::from(stop));
        let (socket, copy) = (self.socket(), copy.display().to_string());
        let output = self.run(
            "psql",
            &["-h", &socket, "-U", "brightrun", "-d", name(url), "-v", &stop, "-qAt", "-f", &copy],
        );
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    /// Definitions and rows, in a stable order.
    pub fn dump(&self, url: &str, options: &[&str]) -> String {
        let socket = self.socket();
        let mut arguments = vec!["-h", &socket, "-U", "brightrun", "-d", name(url)];
        arguments.extend(options);
        String::from_utf8_lossy(&self.must("pg_dump", &arguments).stdout).into_owned()
    }

    fn must(&self, program: &str, arguments: &[&str]) -> Output {
        let output = self.run(program, arguments);
        assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
        output
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Output {
        let program = self.programs.join(program);
        // Postgres refuses to run as root.
        let mut command = if self.root {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        command.args(arguments).current_dir(self.folder.path());
        // A server started here must not hold on to our pipes.
        if arguments.last() == Some(&"start") {
            command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
            let status = command.status().expect("pg_ctl");
            return Output { status, stdout: Vec::new(), stderr: Vec::new() };
        }
        command.output().expect("the Postgres programs")
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.run("pg_ctl", &["-D", &self.data(), "-m", "immediate", "stop"]);
    }
}

/// With owners and rights, without which no server starts.
fn copy(from: &Path, to: &Path) {
    let output = Command::new("cp").arg("-a").args([from, to]).output().expect("cp");
    assert!(output.status.success(), "cp: {}", String::from_utf8_lossy(&output.stderr));
}

fn name(url: &str) -> &str {
    url.split(['/', '?']).nth(3).expect("a database name")
}

fn programs() -> PathBuf {
    let mut found: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("bin"))
        .filter(|bin| bin.join("initdb").exists())
        .collect();
    found.sort();
    found
        .pop()
        .or_else(|| {
            let path = std::env::var_os("PATH")?;
            std::env::split_paths(&path).find(|bin| bin.join("initdb").exists())
        })
        .expect("Postgres is not installed: apt-get install postgresql")
}
