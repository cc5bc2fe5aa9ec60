//! A newcomer's path on an empty home (Must show 9): first start, examples, a training file, downloaded. The screens on the
//! way are the README's pictures: `BRIGHTRUN_BLESS=1 cargo nextest run --test newcomer` draws them anew.

mod support;

use std::{fs, path::Path};
use support::{
    picture,
    pty::{Start, Terminal},
};

/// Keeps the screen as a picture when asked to, and fails when it does not show these words.
fn picture(terminal: &mut Terminal, name: &str, words: &[&str]) {
    terminal.settle();
    let text = terminal.text();
    for word in words {
        assert!(text.contains(word), "{name} lacks {word}:\n{text}");
    }
    if std::env::var_os("BRIGHTRUN_BLESS").is_some() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/pictures");
        fs::create_dir_all(&folder).expect("a folder");
        fs::write(folder.join(format!("{name}.svg")), picture::svg(terminal.screen())).expect("a picture");
    }
}

#[test]
fn from_nothing_to_a_downloaded_training_file() {
    let mut terminal =
        Start::at(120, 32).variable("COLORTERM", "truecolor").variable("BRIGHTRUN_UI_THEME", "night").run();
    terminal.see("Load the example conversations");
    picture(&mut terminal, "first-run", &["Nothing is here yet"]);
    terminal.keys("\r");
    terminal.see("30 conversations");
    terminal.keys("2");
    terminal.see("TITLE");
    terminal.until("no toast", |screen| !screen.contents().contains("30 conversations"));
    terminal.keys("fenrichment = completed and turns >= 6\r");
    terminal.see("turns >= 6");
    terminal.settle();
    terminal.keys(" jj jjj ");
    terminal.settle();
    terminal.keys("d");
    terminal.see("in files");
    picture(&mut terminal, "conversations", &["3 marked"]);
    terminal.keys("d");
    terminal.keys("A");
    terminal.settle();
    terminal.keys("n");
    terminal.see("New file");
    terminal.keys("\r");
    terminal.settle();
    terminal.keys("spring\r");
    terminal.see(" fit");
    picture(&mut terminal, "build", &["spring"]);
    terminal.keys("\r");
    terminal.see("spring now has");
    terminal.keys("g");
    terminal.see("CONVERSATIONS");
    terminal.settle();
    terminal.keys("\r");
    terminal.settle();
    picture(&mut terminal, "training-file", &["spring"]);
    terminal.keys("o");
    terminal.see("Download");
    terminal.keys("\r");
    terminal.settle();
    terminal.keys("\r");
    terminal.settle();
    let downloaded = fs::read_dir(terminal.home.path())
        .expect("the home")
        .flatten()
        .any(|entry| entry.file_name().to_string_lossy().contains("spring"));
    assert!(downloaded, "nothing was downloaded:\n{}", terminal.text());
    terminal.leave();
}
