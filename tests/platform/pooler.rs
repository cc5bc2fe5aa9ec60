//! Through a real PgBouncer in transaction mode.

use crate::fixture::{LIVE, MAIL, ME, Platform, WHOLE, configure, database, objects};
use crate::postgres::Cluster;
use crate::support::corpus;
use crate::support::program::Program;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A running PgBouncer, on a socket of its own. It stops when it is dropped.
struct Bouncer {
    child: Child,
    folder: tempfile::TempDir,
}

impl Bouncer {
    /// Three connections for everybody who comes.
    fn before(url: &str) -> Self {
        let socket = url.split("host=").nth(1).expect("a socket");
        let folder = tempfile::Builder::new().prefix("brightrun-pgb").tempdir_in("/tmp").expect("a folder");
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).expect("permissions");
        let place = folder.path().display();
        let ini = folder.path().join("pgbouncer.ini");
        let text = format!(
            "[databases]\n* = host={socket} user=brightrun\n[pgbouncer]\nlisten_port = 6543\nunix_socket_dir = {place}\n\
             auth_type = any\npool_mode = transaction\ndefault_pool_size = 3\nmax_client_conn = 100\nlogfile = {place}/log\n"
        );
        fs::write(&ini, text).expect("its settings");
        fs::set_permissions(&ini, fs::Permissions::from_mode(0o644)).expect("permissions");
        let bouncer = Self { child: start(&ini), folder };
        let begin = Instant::now();
        while !bouncer.folder.path().join(".s.PGSQL.6543").exists() {
            let log = || fs::read_to_string(bouncer.folder.path().join("log")).unwrap_or_default();
            assert!(begin.elapsed() < Duration::from_secs(30), "it does not start: {}", log());
            std::thread::yield_now();
        }
        bouncer
    }
    fn url(&self, database: &str, more: &str) -> String {
        let name = database.split(['/', '?']).nth(3).expect("a name");
        format!("postgres://brightrun@localhost:6543/{name}?host={}{more}", self.folder.path().display())
    }
}

fn start(ini: &Path) -> Child {
    let program =
        ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer"].map(PathBuf::from).into_iter().find(|p| p.exists());
    let program = program.expect("PgBouncer is not installed: apt-get install pgbouncer");
    let root = fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0);
    let mut command = Command::new(if root { Path::new("setpriv") } else { &program });
    if root {
        // It refuses to run as root; `setpriv` becomes the program, so that ending the child ends it.
        command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(&program);
    }
    command
        .arg(ini)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts")
}

impl Drop for Bouncer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const ASKED: &str = "&brightrun_pooler=transaction";

#[test]
fn a_transaction_pooler_is_refused_until_it_is_asked_for() {
    let program = Program::default();
    for url in
        ["postgres://me:s3cret@localhost:6543/rows", "postgres://me:s3cret@localhost/rows?pgbouncer=true"]
    {
        let refused = program.run(["--db", url, "conversations", "list"]);
        assert_eq!(refused.code, 2, "{}", refused.error);
        for said in ["transaction pooler", "5432", "brightrun_pooler=transaction"] {
            assert!(refused.error.contains(said), "{}", refused.error);
        }
        assert!(!refused.error.contains("s3cret"), "{}", refused.error);
    }
}

/// Needs no reference files: an own database, several programs at once on three connections.
#[test]
fn an_own_database_through_a_pooler() {
    let cluster = Cluster::shared();
    let url = cluster.database();
    let bouncer = Bouncer::before(&url);
    let program = Program { global: vec!["--db".into(), bouncer.url(&url, ASKED)], ..Program::default() };
    program.run(["db", "migrate"]).ok();
    corpus::write(&program.path("in"), 0..30);
    program.run(["import", "in", "--batch", "March"]).ok();
    let first: Vec<String> = (0..10).map(corpus::id).collect();
    let running: Vec<Child> = (0..4)
        .map(|n| {
            let name = format!("File {n}");
            program.start(["files", "create", &name].into_iter().chain(first.iter().map(String::as_str)))
        })
        .collect();
    for mut child in running {
        assert!(child.wait().expect("its end").success());
    }
    let rows = program
        .run(["conversations", "list", "--json", "--where", "in_files = 4", "--sort", "persona:asc"])
        .ok()
        .json();
    assert_eq!(rows.as_array().map(Vec::len), Some(10));
    program.run(["conversations", "review", "--persona", "anxious_planner", "--approve"]).ok();
    let approved = program.run(["conversations", "list", "--json", "--status", "approved"]).ok().json();
    assert_eq!(approved.as_array().map(Vec::len), Some(10));
    let status = program.run(["db", "status"]).ok();
    assert!(status.error.contains("transaction pooler"), "{}", status.error);
}

#[test]
#[ignore = "needs BRIGHTRUN_REFERENCE"]
fn the_platform_through_a_pooler() {
    let cluster = Cluster::shared();
    let url = database(&cluster);
    let bouncer = Bouncer::before(&url);
    let program = Program::default();
    objects(&program.path("objects"));
    let files = format!("url = \"{}\"\n", program.path("objects").display());
    configure(&program, &bouncer.url(&url, ASKED), MAIL, &files);
    let platform = Platform { cluster, url, program };
    platform.attach();
    assert_eq!(platform.list(&["--sort", "quality:desc"]).len(), WHOLE.len() + 2);
    assert_eq!(platform.list(&["--search", "talk number"]).len(), WHOLE.len() + 2);
    platform.program.run(["files", "create", "Spring", &corpus::id(3), &corpus::id(0)]).ok();
    platform.program.run(["files", "add", LIVE, &corpus::id(2)]).ok();
    corpus::write(&platform.program.path("new"), 40..44);
    platform.program.run(["import", "new", "--batch", "March"]).ok();
    platform.program.run(["conversations", "review", &corpus::id(40), "--approve"]).ok();
    let mine = format!("SELECT count(*) FROM conversations WHERE user_id = '{ME}'");
    assert_eq!(platform.ask(&mine), (WHOLE.len() + 2 + 4).to_string());
    platform.program.run(["doctor"]).ok();
}
