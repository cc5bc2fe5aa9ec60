//! What is wrong around the program (Must show 7): each time one message, on one screen, that says what to do. No password is ever in it.

mod support;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use support::corpus;
use support::program::{Outcome, Program};
use support::pty::Start;

const PASSWORD: &str = "hunter2-planted";

fn list(program: &Program, global: &[&str]) -> Outcome {
    program.run(global.iter().copied().chain(["conversations", "list"]))
}

/// It failed, in one line that says this, and the line holds no secret.
fn assert_said(outcome: &Outcome, code: i32, words: &[&str]) {
    assert_eq!(outcome.code, code, "{}", outcome.error);
    assert_eq!(outcome.out, "");
    for word in words {
        assert!(outcome.error.contains(word), "`{word}` is not said: {}", outcome.error);
    }
    assert!(!outcome.error.contains("panicked") && !outcome.error.contains(PASSWORD), "{}", outcome.error);
    assert_eq!(outcome.error.trim_end().lines().count(), 1, "{}", outcome.error);
}

// ── the database ────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn a_wrong_database_says_what_to_write() {
    let program = Program::default();
    fs::write(program.path("text.db"), "this is no database at all, only a text").expect("a file");
    fs::write(program.path("file"), "").expect("a file");
    fs::create_dir(program.path("folder")).expect("a folder");
    let secret = format!("postgres://ann:{PASSWORD}@127.0.0.1:1/x");
    let broken = format!("postgres://ann:{PASSWORD}@[::1/x");
    let unknown = format!("mysql://ann:{PASSWORD}@host/x");
    let cases: [(&str, i32, &[&str]); 8] = [
        (&unknown, 2, &["Write sqlite:PATH or postgres://"]),
        ("garbage", 2, &["Write sqlite:PATH or postgres://"]),
        ("sqlite:", 2, &["it names no file", "Write sqlite:/path"]),
        (&broken, 2, &["it is no URL", "Write postgres://user:password@host"]),
        (&secret, 1, &["postgres://ann@127.0.0.1:1/x", "does not answer", "Check that it runs"]),
        ("sqlite:text.db", 1, &["no SQLite database", "Name another file with --db"]),
        ("sqlite:folder", 1, &["is a folder", "Name a file in it"]),
        ("sqlite:file/in/it.db", 1, &["a part of it is a file", "Name another place with --db"]),
    ];
    for (url, code, words) in cases {
        assert_said(&list(&program, &["--db", url]), code, words);
    }
    assert_eq!(
        fs::read_to_string(program.path("text.db")).expect("it is there"),
        "this is no database at all, only a text"
    );
}

#[tokio::test]
async fn a_newer_database_is_left_alone() {
    let program = Program::default();
    list(&program, &["--db", "sqlite:new.db"]).ok();
    let pool = sqlx::SqlitePool::connect(&format!("sqlite:{}", program.path("new.db").display()))
        .await
        .expect("SQLite");
    sqlx::query("PRAGMA user_version = 99").execute(&pool).await.expect("the version");
    let outcome = list(&program, &["--db", "sqlite:new.db"]);
    assert_said(&outcome, 1, &["version 99", "Update brightrun"]);
    let (version,): (i64,) =
        sqlx::query_as("PRAGMA user_version").fetch_one(&pool).await.expect("the version");
    assert_eq!(version, 99);
}

// ── the files ───────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn a_files_folder_that_is_none_says_so() {
    let program = Program::default();
    fs::write(program.path("file"), "").expect("a file");
    for global in [["--files", "file"], ["--data-dir", "file"]] {
        assert_said(&list(&program, &global), 1, &["a part of its path is a file", "Choose another folder"]);
    }
    assert_said(
        &list(&program, &["--data-dir", "/proc/nothing"]),
        1,
        &["/proc/nothing", "Choose another folder"],
    );
    assert_said(&list(&program, &["--files", "ftp://x"]), 2, &["Write a folder, s3://"]);
}

#[test]
fn an_unreachable_s3_server_stops_an_import_and_keeps_no_row() {
    let program = Program::default();
    corpus::write(&program.path("in"), 0..2);
    let output = program
        .command(["--files", "s3://bucket", "import", "in"])
        .env("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
        .env("AWS_ACCESS_KEY_ID", "key")
        .env("AWS_SECRET_ACCESS_KEY", PASSWORD)
        .output()
        .expect("it starts");
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert!(
        error.contains("127.0.0.1:1 cannot be reached") && error.contains("Check the endpoint"),
        "{error}"
    );
    assert!(!error.contains(PASSWORD));
    let listed = program.run(["--json", "conversations", "list"]).ok().json();
    assert_eq!(listed["rows"].as_array().or_else(|| listed.as_array()).map(Vec::len), Some(0), "{listed}");
}

/// A folder in which nothing can be made, undone when it is dropped. None where this machine cannot do that.
struct Sealed<'a>(&'a Path);

impl<'a> Sealed<'a> {
    fn new(folder: &'a Path) -> Option<Self> {
        let root = fs::write(folder.join("probe"), "").is_ok() && {
            Command::new("chattr")
                .arg("+i")
                .arg(folder)
                .stderr(Stdio::null())
                .status()
                .is_ok_and(|s| s.success())
        };
        if root {
            return Some(Self(folder));
        }
        let mut rights = fs::metadata(folder).ok()?.permissions();
        rights.set_readonly(true);
        fs::set_permissions(folder, rights).ok()?;
        fs::write(folder.join("probe2"), "").is_err().then_some(Self(folder))
    }
}

impl Drop for Sealed<'_> {
    fn drop(&mut self) {
        use std::os::unix::fs::PermissionsExt;
        let _ = Command::new("chattr").arg("-i").arg(self.0).stderr(Stdio::null()).status();
        let _ = fs::set_permissions(self.0, fs::Permissions::from_mode(0o755));
    }
}

#[test]
fn a_read_only_data_folder_names_another_place() {
    let program = Program::default();
    let folder = program.path("sealed");
    fs::create_dir(&folder).expect("a folder");
    let Some(sealed) = Sealed::new(&folder) else {
        return skipped("neither chattr nor permissions can seal a folder here");
    };
    assert_said(&list(&program, &["--data-dir", "sealed"]), 1, &["sealed", "Choose another folder"]);
    let outcome = list(&program, &["--db", "sqlite:sealed/rows.db"]);
    assert_said(&outcome, 1, &["cannot be written", "choose another place with --db"]);
    corpus::write(&program.path("in"), 0..2);
    let outcome = program.run(["aggregate", "in", "--name", "n", "-o", "sealed/out"]);
    assert_said(&outcome, 1, &["sealed/out", "Choose another place"]);
    drop(sealed);
}

#[expect(clippy::print_stderr, reason = "a test that proves nothing here must say so")]
fn skipped(why: &str) {
    eprintln!("SKIPPED: {why}");
}

/// Runs a script in a mount namespace of its own with a tiny disk at `small`; None where that is not allowed.
fn on_a_small_disk(program: &Program, size: &str, script: &str) -> Option<Outcome> {
    let small = program.path("small");
    fs::create_dir_all(&small).expect("a folder");
    let mount = format!("mount -t tmpfs -o size={size} tmpfs '{}' 2>/dev/null || exit 77\n", small.display());
    let command = program.command([""; 0]);
    let output = Command::new("unshare")
        .args(["-m", "sh", "-c", &format!("{mount}{script}")])
        .env_clear()
        .envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))))
        .env("B", env!("CARGO_BIN_EXE_brightrun"))
        .current_dir(program.home.path())
        .stdin(Stdio::null())
        .output()
        .ok()?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let code = output.status.code().unwrap_or(-1);
    let error = text(&output.stderr);
    let refused = code == 77 || error.contains("unshare");
    (!refused).then(|| Outcome { code, out: text(&output.stdout), error })
}

#[test]
fn a_full_disk_says_so_and_keeps_what_was_there() {
    let program = Program::default();
    corpus::write(&program.path("in"), 0..60);
    // Files first, then the database, then the output of a verb without a database.
    let script = r#"
        "$B" --files small/files import in; echo "import $?" >&2
        "$B" --json conversations list --limit 0
        rm -rf small/*
        "$B" --db sqlite:small/rows.db --files files import in; echo "rows $?" >&2
        rm -rf small/*
        "$B" aggregate in --name n -o small/out; echo "aggregate $?" >&2
        find small/out 2>/dev/null
    "#;
    let Some(outcome) = on_a_small_disk(&program, "400k", script) else {
        return skipped("no mount namespace of our own here");
    };
    let error = &outcome.error;
    for verb in ["import", "rows", "aggregate"] {
        assert!(error.contains(&format!("{verb} 1")), "{verb}: {error}");
    }
    assert!(error.contains("there is no room left") && error.contains("Make room"), "{error}");
    assert!(error.contains("disk of the database is full") && error.contains("Free some space"), "{error}");
    assert!(!outcome.out.contains("training.json"), "half a file is left: {}", outcome.out);
    assert!(!error.contains("panicked"), "{error}");
}

// ── the config ──────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn a_wrong_config_names_line_and_remedy() {
    let program = Program::default();
    let cases: [(&[u8], &[&str]); 5] = [
        (b"[ui]\nmosue = true\n", &["line 2", "Did you mean `ui.mouse`"]),
        (b"[log]\r\nkeep = \"many\"\r\n", &["line 2", "Write a whole number from 1 to 365"]),
        (b"[ui\n", &["line 1", "Correct this line"]),
        (b"\xff\xfe[\0u\0", &["Save it as UTF-8"]),
        (b"database = 3\n", &["line 1", "[database]"]),
    ];
    for (text, words) in cases {
        fs::write(program.path("c.toml"), text).expect("a file");
        assert_said(&list(&program, &["--config", "c.toml"]), 2, words);
    }
    assert_said(&list(&program, &["--config", "."]), 2, &["Name the file in it"]);
    assert_said(&list(&program, &["--config", "none.toml"]), 2, &["does not exist", "config init"]);
    fs::write(program.path("c.toml"), "\u{feff}[ui]\r\ntheme = \"night\"\r\n").expect("a file");
    list(&program, &["--config", "c.toml"]).ok();
}

// ── the process ─────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn poor_surroundings_are_enough_for_a_verb() {
    let program = Program::default();
    let run = |setting: &str| {
        let mut command = program.command(["conversations", "list"]);
        match setting {
            "no home" => {
                for name in ["HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"] {
                    command.env_remove(name);
                }
                command.args(["--data-dir", "data"]);
            }
            "C" => drop(command.env("LANG", "C").env("LC_ALL", "C")),
            _ => drop(command.env("TERM", "dumb")),
        }
        command.output().expect("it starts")
    };
    for setting in ["no home", "C", "dumb"] {
        let output = run(setting);
        assert_eq!(output.status.code(), Some(0), "{setting}: {}", String::from_utf8_lossy(&output.stderr));
    }
    for closed in ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"] {
        let shell = program.command([""; 0]);
        let status = Command::new("sh")
            .args(["-c", &format!("\"$B\" conversations list {closed}")])
            .env_clear()
            .envs(shell.get_envs().filter_map(|(name, value)| Some((name, value?))))
            .env("B", env!("CARGO_BIN_EXE_brightrun"))
            .current_dir(program.home.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        assert_eq!(status.expect("a shell").code(), Some(0), "{closed}");
    }
}

// ── the dashboard ───────────────────────────────────────────────────────────────────────────────────────────────

/// One screen: what, why, what to do; it can be left.
fn assert_screen(arguments: [&str; 2], prepare: impl Fn(&Path), words: &[&str]) {
    let home = tempfile::tempdir().expect("a home");
    prepare(home.path());
    let mut terminal = Start::at(100, 30).arguments(arguments).home(home).run();
    terminal.see("try again");
    let text = terminal.text();
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for word in words {
        assert!(flat.contains(word), "`{word}` is not on the screen:\n{text}");
    }
    assert!(!text.contains(PASSWORD), "{text}");
    terminal.keys("q");
    assert_eq!(terminal.end(), 0);
    terminal.assert_modes_undone();
}

#[test]
fn the_dashboard_says_on_one_screen_what_to_do() {
    let nothing = |_: &Path| {};
    let unreachable = format!("postgres://ann:{PASSWORD}@127.0.0.1:1/x");
    assert_screen(["--db", "mysql://host/x"], nothing, &["Write sqlite:PATH or postgres://"]);
    assert_screen(["--db", &unreachable], nothing, &["does not answer", "Check that it runs"]);
    assert_screen(
        ["--db", "sqlite:text.db"],
        |home| fs::write(home.join("text.db"), "no database, only a text").expect("a file"),
        &["no SQLite database", "Name another file with --db"],
    );
    assert_screen(
        ["--files", "file"],
        |home| fs::write(home.join("file"), "").expect("a file"),
        &["a part of its path is a file", "Choose another folder"],
    );
    assert_screen(
        ["--config", "c.toml"],
        |home| fs::write(home.join("c.toml"), "[ui]\r\nmosue = true\r\n").expect("a file"),
        &["line 2", "Did you mean `ui.mouse`"],
    );
}

/// A server that takes the connection and never says a word.
#[test]
fn a_store_that_takes_its_time_says_so() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("postgres://ann:{PASSWORD}@{}/x", silent.local_addr().expect("an address"));
    let home = tempfile::tempdir().expect("a home");
    let mut terminal = Start::at(80, 24).arguments(["--db", &url]).home(home).run();
    let told = list(&Program::default(), &["--db", &url]);
    assert_eq!(told.code, 1, "{}", told.error);
    let lines: Vec<&str> = told.error.lines().collect();
    assert!(lines.len() == 2 && lines[0].contains("Still opening"), "{}", told.error);
    terminal.see("Still opening");
    terminal.see("try again");
    assert!(!terminal.wrote(PASSWORD) && !told.error.contains(PASSWORD));
    terminal.keys("q");
    assert_eq!(terminal.end(), 0);
}

#[test]
fn the_dashboard_on_a_sealed_folder_waits_until_it_is_open() {
    let home = tempfile::tempdir().expect("a home");
    let folder = home.path().join("sealed");
    fs::create_dir(&folder).expect("a folder");
    let Some(sealed) = Sealed::new(&folder) else {
        return skipped("neither chattr nor permissions can seal a folder here");
    };
    let mut terminal = Start::at(80, 24).arguments(["--data-dir", "sealed"]).home(home).run();
    terminal.see("try again");
    terminal.see("Choose another folder");
    drop(sealed);
    terminal.keys("r");
    terminal.see("Load the example conversations");
    terminal.leave();
}

#[test]
fn the_dashboard_on_a_full_disk_says_so_and_goes_on() {
    let home = tempfile::tempdir().expect("a home");
    fs::create_dir(home.path().join("small")).expect("a folder");
    let allowed = Command::new("unshare").args(["-m", "true"]).stderr(Stdio::null()).status();
    if !allowed.is_ok_and(|status| status.success()) {
        return skipped("no mount namespace of our own here");
    }
    let script = format!(
        "mount -t tmpfs -o size=600k tmpfs small && exec '{}' --data-dir small",
        env!("CARGO_BIN_EXE_brightrun")
    );
    let start = Start::at(100, 30).program("unshare").arguments(["-m", "sh", "-c", &script]);
    let mut terminal = start.home(home).run();
    terminal.see("Load the example conversations");
    terminal.keys("\r");
    terminal.see("Cannot load the examples");
    terminal.keys("!");
    terminal.see("Messages");
    terminal.keys("\r");
    terminal.see("Make room");
    terminal.keys("q");
    terminal.keys("q");
    terminal.see("Nothing is here yet");
    terminal.leave();
}

#[test]
fn the_dashboard_says_that_s3_does_not_answer_and_opens_all_the_same() {
    let mut terminal = Start::at(80, 24)
        .arguments(["--files", "s3://bucket"])
        .variable("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
        .variable("AWS_ACCESS_KEY_ID", "key")
        .variable("AWS_SECRET_ACCESS_KEY", PASSWORD)
        .run();
    terminal.see("Nothing is here yet");
    terminal.see("Cannot reach the files");
    terminal.keys("!");
    terminal.see("Messages");
    terminal.keys("\r");
    terminal.see("Check the endpoint and the network");
    terminal.keys("q");
    terminal.keys("q");
    assert!(!terminal.wrote(PASSWORD), "a secret key is never shown");
    terminal.leave();
}

#[test]
fn mending_the_config_is_enough_to_go_on() {
    let home = tempfile::tempdir().expect("a home");
    fs::write(home.path().join("c.toml"), "[ui]\nmosue = true\n").expect("a file");
    let mut terminal = Start::at(100, 30).arguments(["--config", "c.toml"]).home(home).run();
    terminal.see("Did you mean");
    let mended = "[ui]\nmouse = true\n[profile]\nenvironment = \"production\"\n";
    fs::write(terminal.home.path().join("keys.toml"), "\"X\" = \"go.settings\"\n").expect("a file");
    fs::write(terminal.home.path().join("c.toml"), mended).expect("a file");
    terminal.keys("r");
    terminal.see("Load the example conversations");
    // The rest of the configuration counts too: no production store is shown under the badge of another.
    terminal.see("production");
    terminal.keys("X");
    terminal.see("profile.environment");
}

#[test]
fn a_poor_terminal_still_shows_the_dashboard() {
    let dumb = |start: Start, name: &str, value: &str| {
        let mut terminal = start.variable(name, value).run();
        terminal.see("example");
        terminal.keys("\x03");
        terminal.settle();
        terminal.keys("\x03");
        terminal.end();
    };
    dumb(Start::at(80, 24), "LANG", "C");
    dumb(Start::at(80, 24), "TERM", "dumb");
}
