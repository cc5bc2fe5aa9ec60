//! Must show 5: a hundred thousand conversations. A filter's ten thousand become a training file from the table, with
//! progress and cancel; the command line makes the same file, and nothing is left of one that was stopped.
//!
//! One test, because its store takes a while to fill: `cargo test --test large -- --ignored --nocapture` prints figures.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "it prints how long things took; nothing is decided by it"
)]

#[path = "large/screen.rs"]
mod screen;
#[path = "large/stock.rs"]
mod stock;
mod support;

use screen::Dashboard;
use serde_json::Value;
use std::time::{Duration, Instant};
use stock::{RAW, Stock, TEN, TWO};

/// More than this may a build of ten thousand not need beyond one of two thousand, in KiB: keys, paths and counts of
/// eight thousand more conversations, none of their contents (those would be forty times as much).
const MORE_KIB: u64 = 24 << 10;

#[test]
#[ignore = "large: minutes"]
fn ten_thousand_of_a_hundred_thousand_become_a_file() {
    let stock = Stock::fill();
    let few = from_the_table(&stock, "two", TWO, false);
    let many = from_the_table(&stock, "ten", TEN, true);
    println!("peak of the dashboard: {few} KiB for {TWO}, {many} KiB for {TEN}");
    assert!(many <= few + MORE_KIB, "memory grows with the number: {few} KiB, then {many} KiB");
    the_file_is_what_the_list_shows(&stock);
    the_command_line_can_be_stopped(&stock);
    the_command_line_makes_the_same_file(&stock);
}

/// Filter, order, all of them, new file, unfit ones left out, built; the second time after it was stopped in the middle.
/// Gives the peak memory in KiB.
fn from_the_table(stock: &Stock, batch: &str, count: usize, stop: bool) -> u64 {
    let before = stock.training_objects();
    let mut board = Dashboard::open(stock);
    board.filter(&format!("batch = \"{batch}\""));
    board.sort_by_title();
    board.type_and_see("A", &format!("{} marked", screen::thousands(count + RAW)));
    board.choose_new_file(batch);
    board.terminal.see(&format!("{} fit", screen::thousands(count)));
    board.terminal.see(&format!("{RAW} unfit"));
    board.terminal.keys("u");
    board.terminal.see("0 unfit");
    if stop {
        board.build_and_stop(count);
        assert!(!stock.files().contains(&batch.to_owned()), "it was done before it was stopped");
        assert_eq!(stock.training_objects(), before, "something is left");
        board.choose_new_file(batch);
        board.terminal.see("0 unfit");
    }
    let begin = Instant::now();
    board.terminal.keys("\r");
    board.patiently(&format!("{batch} now has"), Duration::from_mins(3));
    board.terminal.see(&format!("{batch} now has {} conversations", screen::thousands(count)));
    println!("{count} conversations into a file from the table: {:.1} s", begin.elapsed().as_secs_f64());
    let peak = board.peak_kib();
    board.leave();
    peak
}

fn filtered(batch: &str) -> Vec<String> {
    ["--batch", batch, "--enrichment", "completed", "--sort", "title:asc"].map(str::to_owned).to_vec()
}

/// What `conversations list` shows for the same filter and order.
fn listed(stock: &Stock) -> Vec<String> {
    let mut arguments =
        vec!["conversations".to_owned(), "list".into(), "--json".into(), "--limit".into(), "0".into()];
    arguments.extend(filtered("ten"));
    let json = stock.program.run(arguments).ok().json();
    let rows = json.as_array().or_else(|| json["rows"].as_array()).expect("rows");
    rows.iter().map(|row| row["id"].as_str().expect("a key").to_owned()).collect()
}

fn the_file_is_what_the_list_shows(stock: &Stock) {
    let list = listed(stock);
    assert_eq!(list.len(), TEN);
    assert_ne!(
        list,
        (0..TEN).map(stock::id).collect::<Vec<_>>(),
        "the order is the table's, not the import's"
    );
    assert!(stock.members("ten") == list, "the row's members are not the list's, or in another order");
    assert!(
        stock.downloaded("ten") == list,
        "the file's conversations are not the list's, or in another order"
    );
}

fn the_command_line_can_be_stopped(stock: &Stock) {
    let before = stock.training_objects();
    let mut arguments = vec!["files".to_owned(), "create".into(), "stopped".into(), "--json".into()];
    arguments.extend(filtered("ten"));
    let mut child = stock.program.start(arguments);
    let begin = Instant::now();
    // Both objects are being written: the middle of it.
    while stock.training_objects().len() < before.len() + 2 {
        assert!(child.try_wait().expect("its state").is_none(), "it ended before it could be stopped");
        assert!(begin.elapsed() < Duration::from_mins(2), "it never began to write");
        std::thread::yield_now();
    }
    let signal = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(signal.expect("kill runs").success());
    let signalled = Instant::now();
    let status = child.wait().expect("its end");
    println!("stopped {:.1} s after ctrl-c", signalled.elapsed().as_secs_f64());
    assert_eq!(status.code(), Some(130));
    assert_eq!(stock.training_objects(), before, "nothing is left");
    let next = stock.program.run(["files", "list", "--json"]).ok();
    assert_eq!(next.error, "", "nothing was left to tidy up for the next start");
    assert!(!stock.files().contains(&"stopped".to_owned()));
}

fn the_command_line_makes_the_same_file(stock: &Stock) {
    let mut arguments = vec!["files".to_owned(), "create".into(), "typed".into(), "--json".into()];
    arguments.extend(filtered("ten"));
    let begin = Instant::now();
    let json: Value = stock.program.run(arguments).ok().json();
    println!("{TEN} conversations into a file by the command line: {:.1} s", begin.elapsed().as_secs_f64());
    assert_eq!(json["added"], TEN);
    assert_eq!(json["file"]["conversations"], TEN);
    assert!(stock.downloaded("typed") == stock.downloaded("ten"), "the same conversations in the same order");
}
