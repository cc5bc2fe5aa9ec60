//! The dashboard on a real pseudo-terminal (Must show 6): what a user's terminal goes through.

mod support;

use std::{fs, os::unix::fs::PermissionsExt, process::Command, time::Duration};
use support::pty::{Start, Terminal};

/// A dashboard with the example conversations in it, on their screen.
fn with_examples(start: Start) -> Terminal {
    let mut terminal = start.run();
    terminal.load_examples();
    terminal
}

/// The line of the table that the cursor stands on; the rail on the left has a mark of its own.
fn selected_row(screen: &vt100::Screen) -> Option<u16> {
    let (rows, columns) = screen.size();
    let marked =
        |row, column| screen.cell(row, column).is_some_and(|cell| cell.contents() == "▌" || cell.inverse());
    (2..rows.get()).find(|&row| (18..columns.get()).any(|column| marked(row, column)))
}

#[test]
fn a_newcomer_starts_looks_round_and_leaves() {
    let mut terminal = with_examples(Start::at(120, 40));
    terminal.keys("?");
    terminal.see("Keys: here first");
    terminal.keys("\x1b");
    terminal.gone("Keys: here first");
    terminal.keys("\x0b");
    terminal.see("type to search");
    terminal.keys("\x1b");
    terminal.gone("type to search");
    terminal.keys("\r");
    terminal.see("enrichment");
    terminal.keys("\x1b");
    terminal.see("TITLE");
    terminal.leave();
    assert!(!terminal.wrote("\x1b[6n"), "the cursor's position is never asked for");
}

#[test]
fn an_idle_dashboard_sends_nothing() {
    let mut terminal = with_examples(Start::at(120, 40));
    // Toasts leave by their own deadline.
    terminal.until("no toast", |screen| !screen.contents().contains("30 conversations"));
    terminal.settle();
    assert_eq!(terminal.idle_bytes(Duration::from_secs(2)), 0);
    terminal.leave();
}

#[test]
fn any_size_is_survived_and_the_old_one_comes_back() {
    let mut terminal = with_examples(Start::at(120, 40));
    for (columns, rows) in [(20, 5), (1, 1), (39, 9), (79, 24), (80, 24), (200, 60), (20, 5), (120, 40)] {
        terminal.resize(columns, rows);
        terminal.settle();
        terminal.keys("jk");
        terminal.settle();
    }
    terminal.see("TITLE");
    terminal.leave();
}

#[test]
fn the_mouse_chooses_a_row_and_can_be_switched_off() {
    let mut terminal = with_examples(Start::at(120, 40));
    let first = selected_row(terminal.screen()).expect("a selected row");
    let target = first + 4;
    terminal.keys(&format!("\x1b[<0;40;{}M\x1b[<0;40;{}m", target + 1, target + 1));
    terminal.until("the clicked row", |screen| selected_row(screen) == Some(target));
    assert!(terminal.wrote("\x1b[?1006h"));
    terminal.keys("m");
    terminal.settle();
    let text = String::from_utf8_lossy(&terminal.bytes).into_owned();
    assert!(text.rfind("\x1b[?1006l") > text.rfind("\x1b[?1006h"), "m gives the mouse back to the terminal");
    terminal.leave();
}

#[test]
fn a_paste_goes_into_the_field_and_runs_nothing() {
    let mut terminal = with_examples(Start::at(120, 40));
    terminal.keys("/");
    terminal.settle();
    terminal.keys("\x1b[200~qqq mortgage\nq\x1b[201~");
    terminal.see("qqq mortgage");
    terminal.keys("\x1b");
    terminal.settle();
    terminal.leave();
}

#[test]
fn the_editor_gets_the_terminal_and_gives_it_back() {
    let home = tempfile::tempdir().expect("a home");
    // Each says a word of its own: what the first one left on the terminal is seen again when the second one gets it.
    let script = |name: &str| {
        let path = home.path().join(name);
        let text = format!(
            "#!/bin/sh\nprintf '{name} HAS IT'\ncat \"$@\" | head -c 40 > seen.txt\nread -r line < /dev/tty\n"
        );
        fs::write(&path, text).expect("a script");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("executable");
        path.display().to_string()
    };
    let (editor, pager) = (script("editor"), script("pager"));
    let start = Start::at(120, 40).variable("EDITOR", &editor).variable("PAGER", &pager).home(home);
    let mut terminal = with_examples(start);
    terminal.keys("E");
    terminal.see("editor HAS IT");
    // The editor alone reads what is typed now.
    terminal.keys("jjjj\r");
    terminal.see("TITLE");
    let seen = terminal.home.path().join("seen.txt");
    assert!(!fs::read(&seen).expect("the editor ran").is_empty());
    fs::remove_file(&seen).expect("it can go");
    terminal.keys("p");
    terminal.see("pager HAS IT");
    terminal.keys("\r");
    terminal.see("TITLE");
    assert!(!fs::read(&seen).expect("the pager ran").is_empty());
    terminal.leave();
}

#[test]
fn suspending_gives_the_shell_back_and_resuming_the_screen() {
    let home = tempfile::tempdir().expect("a home");
    // Readline switches bracketed paste on for itself; here only the dashboard may.
    fs::write(home.path().join("inputrc"), "set enable-bracketed-paste off\n").expect("a file");
    let inputrc = home.path().join("inputrc").display().to_string();
    let mut terminal = Start::at(120, 40)
        .program("/bin/bash")
        .arguments(["--norc", "--noprofile", "-i"])
        .variable("INPUTRC", &inputrc)
        .home(home)
        .run();
    terminal.settle();
    terminal.keys(&format!("PS1='shell> '; {}\r", env!("CARGO_BIN_EXE_brightrun")));
    terminal.see("Load the example conversations");
    terminal.keys("\x1a");
    terminal.see("Stopped");
    terminal.see("shell>");
    terminal.assert_modes_undone();
    terminal.keys("fg\r");
    terminal.see("Load the example conversations");
    terminal.settle();
    terminal.keys("\x03");
    terminal.settle();
    terminal.keys("\x03");
    terminal.until("the prompt", |screen| {
        screen.contents().trim_end().ends_with("shell>") && !screen.alternate_screen()
    });
    terminal.assert_modes_undone();
    terminal.keys("exit\r");
    terminal.end();
}

#[test]
fn a_termination_signal_gives_the_terminal_back() {
    let mut terminal = with_examples(Start::at(80, 24));
    let process = terminal.process().to_string();
    assert!(Command::new("kill").args(["-TERM", &process]).status().expect("kill runs").success());
    terminal.end();
    terminal.assert_modes_undone();
}

#[test]
fn a_panic_gives_the_terminal_back_before_it_reports() {
    let mut terminal = Start::at(80, 24).variable("BRIGHTRUN_PANIC", "1").run();
    assert_ne!(terminal.end(), 0);
    terminal.assert_modes_undone();
    let text = String::from_utf8_lossy(&terminal.bytes).into_owned();
    let (left, report) =
        (text.rfind("\x1b[?1049l").expect("left"), text.rfind("a panic for a test").expect("a report"));
    assert!(left < report, "the report stands on the screen that stays");
}

/// Keys are in the environment and in the settings of whoever has a crash to report; what is left of it is sent to others.
#[test]
fn a_crash_leaves_no_key_behind() {
    const KEYS: [&str; 4] = ["marked-account", "marked-store", "marked-hub", "marked-volume"];
    let mut terminal = Start::at(80, 24)
        .variable("BRIGHTRUN_PANIC", "1")
        .variable("RUST_BACKTRACE", "full")
        .variable("RUST_LOG", "trace")
        .variable("RUNPOD_API_KEY", KEYS[0])
        .variable("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
        .variable("AWS_ACCESS_KEY_ID", "ann")
        .variable("AWS_SECRET_ACCESS_KEY", KEYS[1])
        .variable("HF_TOKEN", KEYS[2])
        .variable("BRIGHTRUN_RUNPOD_VOLUME_SECRET_ACCESS_KEY", KEYS[3])
        .arguments(["--files", "s3://bucket"])
        .run();
    assert_ne!(terminal.end(), 0);
    assert!(terminal.wrote("a panic for a test"), "there is a report");
    let mut searched = 0;
    let mut folders = vec![terminal.home.path().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = fs::read(&path).expect("a file");
            let text = String::from_utf8_lossy(&bytes);
            assert!(!KEYS.iter().any(|key| text.contains(key)), "a key lies in {}", path.display());
            searched += 1;
        }
    }
    assert!(searched > 0, "a log was written");
    assert!(!KEYS.iter().any(|key| terminal.wrote(key)), "the report shows a key");
}

#[test]
fn without_colour_the_selection_is_still_seen() {
    let mut terminal = with_examples(Start::at(120, 40).variable("NO_COLOR", "1"));
    let first = selected_row(terminal.screen()).expect("a visible selection");
    terminal.keys("j");
    terminal.until("the next row", |screen| selected_row(screen) == Some(first + 1));
    for row in 0..40 {
        for column in 0..120 {
            let cell = terminal.screen().cell(row, column).expect("a cell");
            assert_eq!((cell.fgcolor(), cell.bgcolor()), (vt100::Color::Default, vt100::Color::Default));
        }
    }
    terminal.leave();
}

#[test]
fn each_key_is_answered_in_few_bytes() {
    let mut terminal = with_examples(Start::at(200, 50).variable("COLORTERM", "truecolor"));
    terminal.until("no toast", |screen| !screen.contents().contains("30 conversations"));
    terminal.settle();
    let mut cost = |keys: &str| {
        let before = terminal.bytes.len();
        terminal.keys(keys);
        terminal.settle();
        terminal.bytes.len() - before
    };
    let step = (0..5).map(|_| cost("j")).max().expect("five steps");
    assert!(step <= 600, "a cursor step costs {step} bytes");
}

#[test]
fn a_training_file_is_made_and_downloaded_by_keys_alone() {
    let mut terminal = with_examples(Start::at(80, 24));
    // Everything that is enriched, into a new file.
    terminal.keys("f");
    terminal.settle();
    terminal.keys("enrichment = completed\r");
    terminal.settle();
    terminal.keys("A");
    terminal.see("marked");
    terminal.keys("n");
    terminal.see("New file");
    terminal.keys("\r");
    terminal.settle();
    terminal.keys("spring\r");
    terminal.see("28 fit");
    terminal.keys("\r");
    terminal.see("spring now has 28");
    terminal.keys("g");
    terminal.see("CONVERSATIONS");
    terminal.settle();
    terminal.keys("o");
    terminal.see("Download");
    terminal.keys("\r");
    terminal.settle();
    terminal.keys("\r");
    terminal.settle();
    terminal.leave();
    let files: Vec<_> = fs::read_dir(terminal.home.path())
        .expect("the home")
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    assert!(
        files.iter().any(|name| name.contains("spring")),
        "downloaded here: {files:?}\n{}",
        terminal.text()
    );
}

#[test]
fn a_wrong_database_is_one_screen_that_says_what_to_do() {
    for (url, word) in
        [("mysql://nowhere/x", "postgres://"), ("postgres://someone:hidden-word@127.0.0.1:1/x", "127.0.0.1")]
    {
        let mut terminal = Start::at(80, 24).variable("DATABASE_URL", url).run();
        terminal.see(word);
        terminal.see("doctor");
        assert!(!terminal.wrote("hidden-word"), "a password is never shown");
        terminal.leave();
    }
}

#[test]
fn a_key_file_overrides_unbinds_and_tells_its_conflicts() {
    let home = tempfile::tempdir().expect("a folder");
    let folder = home.path().join(".config/brightrun");
    fs::create_dir_all(&folder).expect("a folder");
    let keys = "\"ctrl-p\" = \"shell.palette\"\n\"ctrl-k\" = false\n\"ctrl-t\" = \"shell.help\"\n\"ctrl-t x\" = \"shell.palette\"\n\"j\" = \"no.such-action\"\n";
    fs::write(folder.join("keys.toml"), keys).expect("the key file");
    let mut terminal = Start::at(100, 30).home(home).run();
    terminal.see("Load the example conversations");
    terminal.keys("\x0b");
    terminal.settle();
    assert!(
        !terminal.text().contains("type to search"),
        "ctrl-k means nothing any more\n{}",
        terminal.text()
    );
    terminal.keys("\x10");
    terminal.see("type to search");
    terminal.keys("\x1b");
    terminal.gone("type to search");
    terminal.keys("\x14");
    terminal.see("Keys: here first");
    terminal.see("ctrl-p");
    terminal.keys("\x1b");
    terminal.gone("Keys: here first");
    // Toasts say the same at first: it is the windows that are waited for, so that no escape meets the next key.
    terminal.keys("!");
    terminal.see("Messages and errors");
    terminal.see("keys.toml, line 5");
    terminal.keys("\r");
    terminal.see("Message ─");
    terminal.see("cannot both count");
    terminal.keys("\x1b");
    terminal.gone("Message ─");
    terminal.see("Messages and errors");
    terminal.keys("\x1b");
    terminal.gone("Messages and errors");
    terminal.leave();
}
