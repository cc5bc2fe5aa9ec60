//! Once through the dashboard: the platform's rows on the screen, with and without our tables beside them.

use crate::fixture::{LIVE, Platform};
use crate::support::pty::Start;

#[test]
#[ignore = "needs BRIGHTRUN_REFERENCE"]
fn the_dashboard_shows_the_platforms_rows() {
    let platform = Platform::in_a_folder();
    let before = platform.dump();
    for attached in [false, true] {
        if attached {
            platform.attach();
        }
        let home = tempfile::tempdir().expect("a home");
        let config = platform.program.path(".config/brightrun/config.toml").display().to_string();
        let mut terminal = Start::at(140, 40).home(home).arguments(["--config", &config]).run();
        terminal.settle();
        terminal.keys("2");
        terminal.see("Talk number 3");
        assert!(!terminal.text().contains("Talk number 20"), "the other user's:\n{}", terminal.text());
        terminal.keys("f");
        terminal.settle();
        terminal.keys("enrichment = completed and in_files = 0 and turns >= 6\r");
        terminal.see("2 of 10");
        terminal.keys("A");
        terminal.see("2 marked");
        terminal.keys("n");
        terminal.see("New file");
        terminal.keys("\r");
        terminal.settle();
        terminal.keys("spring\r");
        terminal.see("2 fit");
        terminal.keys("\r");
        terminal.see(if attached { "spring now has 2" } else { "brightrun db attach" });
        terminal.keys("\x1b\x1b");
        terminal.settle();
        terminal.keys("3");
        terminal.see(LIVE);
        assert!(!terminal.text().contains("Taken name"), "{}", terminal.text());
        if attached {
            terminal.see("spring");
        }
        terminal.leave();
        let rows = platform.dump();
        let written = rows.iter().filter(|line| line.contains("'spring'")).count();
        assert!(if attached { written == 1 } else { rows == before }, "{written} rows");
    }
}
