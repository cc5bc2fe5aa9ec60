//! What a user does in the dashboard, key by key.

use crate::stock::Stock;
use crate::support::pty::{Start, Terminal};
use std::collections::BTreeSet;
use std::fs;
use std::time::{Duration, Instant};

/// The dashboard on the stock, on its table.
pub struct Dashboard {
    pub terminal: Terminal,
}

/// As the screen writes a number.
pub fn thousands(n: usize) -> String {
    let digits = n.to_string();
    let head = digits.len() % 3;
    let (first, rest) = digits.split_at(head);
    let groups = rest.as_bytes().chunks(3).map(|group| String::from_utf8_lossy(group).into_owned());
    let all: Vec<String> =
        std::iter::once(first.to_owned()).filter(|f| !f.is_empty()).chain(groups).collect();
    all.join(",")
}

/// How far the work is that the screen shows: `1,204 of 10,000`.
fn step(text: &str, total: usize) -> Option<String> {
    let at = text.find(&format!(" of {}  ", thousands(total)))?;
    let done = text[..at].rsplit(' ').next()?;
    done.bytes().all(|b| b.is_ascii_digit() || b == b',').then(|| done.to_owned())
}

/// The line of the table that the cursor stands on; the rail on the left has a mark of its own.
fn selected_row(screen: &vt100::Screen) -> Option<u16> {
    let (rows, columns) = screen.size();
    let marked = |row, column| screen.cell(row, column).is_some_and(|cell| cell.contents() == "▌");
    (2..rows.get()).find(|&row| (18..columns.get()).any(|column| marked(row, column)))
}

impl Dashboard {
    pub fn open(stock: &Stock) -> Self {
        let data = stock.program.path(".local/share");
        // One arena: with one per thread the peak tells how glibc spreads freed memory, not how much we hold.
        let start = Start::at(120, 40)
            .variable("XDG_DATA_HOME", data.to_str().expect("plain"))
            .variable("MALLOC_ARENA_MAX", "1");
        let mut terminal = start.run();
        terminal.see("100,000");
        terminal.keys("2");
        terminal.see("TITLE");
        terminal.see("100,000 ");
        terminal.settle();
        Self { terminal }
    }
    pub fn type_and_see(&mut self, keys: &str, text: &str) {
        self.terminal.keys(keys);
        self.terminal.see(text);
    }
    pub fn filter(&mut self, text: &str) {
        self.terminal.keys("f");
        self.terminal.settle();
        self.terminal.keys(text);
        self.terminal.settle();
        self.terminal.keys("\r");
        self.terminal.settle();
    }
    /// The headings begin with the key; the title is the second. The order of the last time is remembered, and asking for
    /// it again turns it round.
    pub fn sort_by_title(&mut self) {
        self.terminal.settle();
        while !self.terminal.text().contains("TITLE ↑") {
            self.terminal.keys("s");
            self.terminal.settle();
            self.terminal.keys("\x1b[H\x1b[C\r");
            self.terminal.settle();
        }
    }
    pub fn choose_new_file(&mut self, name: &str) {
        self.type_and_see("n", "New file");
        self.terminal.settle();
        self.terminal.keys("\r");
        self.terminal.see("Name");
        self.terminal.keys(&format!("{name}\r"));
    }
    /// Waits for a text longer than anything else may take.
    pub fn patiently(&mut self, text: &str, limit: Duration) {
        let begin = Instant::now();
        loop {
            let look = Instant::now();
            self.terminal.until(text, |screen| {
                screen.contents().contains(text) || look.elapsed() > Duration::from_secs(5)
            });
            if self.terminal.text().contains(text) {
                return;
            }
            assert!(
                begin.elapsed() < limit,
                "no {text} after {limit:?}; the screen shows:\n{}",
                self.terminal.text()
            );
        }
    }
    /// Builds, sees that it goes on, works in the table meanwhile, and stops it in the middle.
    pub fn build_and_stop(&mut self, total: usize) {
        self.terminal.keys("\r");
        let mut steps = BTreeSet::new();
        self.terminal.until("four steps of progress", |screen| {
            steps.extend(step(&screen.contents(), total));
            steps.len() >= 4
        });
        // It goes on without the page.
        self.terminal.keys("\x1b");
        self.terminal.gone("esc leaves it running");
        self.terminal.see("1 running");
        self.use_the_table();
        self.type_and_see("J", "Build ten");
        self.patiently("writing", Duration::from_mins(2));
        let begin = Instant::now();
        self.terminal.keys("x");
        self.terminal.gone("1 running");
        println!("stopped {:.2} s after x", begin.elapsed().as_secs_f64());
        self.terminal.keys("\x1b");
        self.terminal.settle();
    }
    /// Moves, opens a conversation and comes back; the work must still be going on then.
    fn use_the_table(&mut self) {
        let begin = Instant::now();
        let first = selected_row(self.terminal.screen()).expect("a selected row");
        for row in 1..=2 {
            self.terminal.keys("j");
            self.terminal.until("the next row", |screen| selected_row(screen) == Some(first + row));
        }
        self.type_and_see("\r", "turn 1");
        self.terminal.keys("\x1b");
        self.terminal.see("TITLE");
        println!("two rows down, a conversation opened and closed: {:.2} s", begin.elapsed().as_secs_f64());
        self.terminal.see("1 running");
    }
    /// Most memory that the process ever had, in KiB.
    pub fn peak_kib(&self) -> u64 {
        let path = format!("/proc/{}/status", self.terminal.process());
        let status = fs::read_to_string(path).expect("the process's status");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a peak");
        line.trim().trim_end_matches(" kB").parse().expect("a number")
    }
    pub fn leave(mut self) {
        self.terminal.keys("\x03");
        self.terminal.settle();
        self.terminal.keys("\x03");
        assert_eq!(self.terminal.end(), 0, "the screen shows:\n{}", self.terminal.text());
    }
}
