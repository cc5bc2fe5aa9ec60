//! The whole program on a real pseudo-terminal, with a terminal emulator reading along.
#![expect(clippy::disallowed_methods, reason = "a test measures its own patience")]

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
#[cfg(target_os = "linux")]
use std::collections::BTreeMap;
use std::{
    io::{Read, Write},
    num::NonZeroU16,
    path::Path,
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    time::{Duration, Instant},
};

/// Within this time a program that writes all the time has read a key.
const HEARD: Duration = Duration::from_millis(500);

/// How long anything may take before the test fails. Generous: two busy cores, a debug build, and a small training beside three other tests.
const PATIENCE: Duration = Duration::from_secs(90);

/// A running dashboard.
pub struct Terminal {
    master: Box<dyn MasterPty + Send>,
    child: Box<dyn Child + Send + Sync>,
    writer: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    parser: vt100::Parser,
    /// Every byte the program wrote.
    pub bytes: Vec<u8>,
    /// Its home, removed with it.
    pub home: tempfile::TempDir,
}

/// How to start it.
pub struct Start {
    columns: u16,
    rows: u16,
    arguments: Vec<String>,
    environment: Vec<(String, String)>,
    home: Option<tempfile::TempDir>,
    program: String,
}

fn non_zero(n: u16) -> NonZeroU16 {
    NonZeroU16::new(n).expect("a terminal has rows and columns")
}

impl Start {
    /// In an empty home, on a terminal of this size.
    pub fn at(columns: u16, rows: u16) -> Self {
        Self {
            columns,
            rows,
            arguments: Vec::new(),
            environment: Vec::new(),
            home: None,
            program: env!("CARGO_BIN_EXE_brightrun").to_owned(),
        }
    }
    /// Another program (a shell, say) instead of brightrun itself.
    pub fn program(mut self, path: &str) -> Self {
        path.clone_into(&mut self.program);
        self
    }
    /// With these arguments.
    pub fn arguments<const N: usize>(mut self, arguments: [&str; N]) -> Self {
        self.arguments = arguments.map(str::to_owned).to_vec();
        self
    }
    /// With this variable.
    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }
    /// In this home.
    pub fn home(mut self, home: tempfile::TempDir) -> Self {
        self.home = Some(home);
        self
    }
    /// Starts it.
    pub fn run(self) -> Terminal {
        let home = self.home.unwrap_or_else(|| tempfile::tempdir().expect("a home"));
        let pair = native_pty_system()
            .openpty(PtySize { rows: self.rows, cols: self.columns, pixel_width: 0, pixel_height: 0 })
            .expect("a pseudo-terminal");
        let mut command = CommandBuilder::new(&self.program);
        command.args(&self.arguments);
        command.env_clear();
        for (name, value) in clean_environment(home.path()) {
            command.env(name, value);
        }
        command.env("TERM", "xterm-256color");
        for (name, value) in &self.environment {
            command.env(name, value);
        }
        command.cwd(home.path());
        let child = pair.slave.spawn_command(command).expect("the program starts");
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().expect("a reader");
        let writer = pair.master.take_writer().expect("a writer");
        let (sender, output) = channel();
        std::thread::Builder::new()
            .spawn(move || {
                let mut buffer = vec![0; 65536];
                while let Ok(n @ 1..) = reader.read(&mut buffer) {
                    if sender.send(buffer[..n].to_vec()).is_err() {
                        break;
                    }
                }
            })
            .expect("a reading thread");
        Terminal {
            master: pair.master,
            child,
            writer,
            output,
            parser: vt100::Parser::new(non_zero(self.rows), non_zero(self.columns), 0),
            bytes: Vec::new(),
            home,
        }
    }
}

/// The environment of a newcomer: a home, a path, nothing else.
pub fn clean_environment(home: &Path) -> Vec<(String, String)> {
    let home = home.to_str().expect("a plain path").to_owned();
    vec![
        ("HOME".into(), home.clone()),
        ("PATH".into(), std::env::var("PATH").unwrap_or_default()),
        ("LANG".into(), "C.UTF-8".into()),
        ("XDG_CONFIG_HOME".into(), format!("{home}/.config")),
        ("XDG_DATA_HOME".into(), format!("{home}/.local/share")),
        ("XDG_STATE_HOME".into(), format!("{home}/.local/state")),
    ]
}

impl Terminal {
    /// Takes in what has been written; waits at most this long for the first of it. False: nothing came.
    fn take(&mut self, wait: Duration) -> bool {
        match self.output.recv_timeout(wait) {
            Ok(chunk) => {
                self.parser.process(&chunk);
                self.bytes.extend(chunk);
                true
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => false,
        }
    }
    /// How often each thread of the program has gone to sleep, which is how often it was awake.
    #[cfg(target_os = "linux")]
    pub fn wakeups(&self) -> BTreeMap<String, u64> {
        let pid = self.child.process_id().expect("it runs");
        let tasks = std::fs::read_dir(format!("/proc/{pid}/task")).expect("its threads");
        let of = |task: std::fs::DirEntry| {
            // A thread may end meanwhile.
            let status = std::fs::read_to_string(task.path().join("status")).ok()?;
            let slept = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"))?;
            Some((task.file_name().into_string().ok()?, slept.trim().parse::<u64>().ok()?))
        };
        tasks.flatten().filter_map(of).collect()
    }
    /// How often a thread was awake since then. One that has ended takes nothing away from the others.
    #[cfg(target_os = "linux")]
    pub fn woken_since(&self, before: &BTreeMap<String, u64>) -> u64 {
        let slept = |(task, now): (&String, &u64)| now - before.get(task).copied().unwrap_or(0);
        self.wakeups().iter().map(slept).sum()
    }
    /// What stands on the screen.
    pub fn text(&self) -> String {
        self.parser.screen().contents()
    }
    /// The emulated screen.
    pub fn screen(&self) -> &vt100::Screen {
        self.parser.screen()
    }
    /// No picture is half drawn: what is not there yet would count as gone.
    fn is_whole(&self) -> bool {
        let last = |mode: &[u8]| self.bytes.windows(mode.len()).rposition(|window| window == mode);
        last(b"\x1b[?2026h") <= last(b"\x1b[?2026l")
    }
    /// Waits until the screen satisfies this.
    pub fn until(&mut self, what: &str, mut holds: impl FnMut(&vt100::Screen) -> bool) {
        let begin = Instant::now();
        while !(self.is_whole() && holds(self.parser.screen())) {
            assert!(
                begin.elapsed() < PATIENCE,
                "waited in vain for {what}; the screen shows:\n{}",
                self.text()
            );
            if !self.take(Duration::from_millis(50)) && self.exited() && !holds(self.parser.screen()) {
                while self.take(Duration::from_millis(50)) {}
                assert!(
                    holds(self.parser.screen()),
                    "the program ended before {what}; the screen shows:\n{}",
                    self.text()
                );
            }
        }
    }
    /// Waits until this text stands on the screen.
    pub fn see(&mut self, text: &str) {
        self.until(text, |screen| screen.contents().contains(text));
    }
    /// Waits until this text is gone.
    pub fn gone(&mut self, text: &str) {
        self.until(&format!("no {text}"), |screen| !screen.contents().contains(text));
    }
    /// Waits until a curve of dots stands on the screen and has grown.
    pub fn see_a_curve_grow(&mut self) {
        let dots = |screen: &vt100::Screen| {
            screen.contents().chars().filter(|c| ('\u{2801}'..'\u{28ff}').contains(c)).count()
        };
        self.until("a curve", |screen| dots(screen) > 5);
        let few = dots(self.screen());
        self.until("a curve that grows", |screen| dots(screen) > few + 10);
    }
    /// From an empty store: loads the example conversations and goes to them.
    pub fn load_examples(&mut self) {
        self.see("Load the example conversations");
        self.keys("\r");
        self.see("30 conversations");
        self.keys("2");
        self.see("TITLE");
        self.settle();
    }
    /// Sends bytes as if typed.
    pub fn keys(&mut self, keys: &str) {
        self.writer
            .write_all(keys.as_bytes())
            .and_then(|()| self.writer.flush())
            .expect("the program listens");
        // An escape that is read together with the key after it is another key: alt and that one. Work that goes on writes all the time,
        // so that a pause is not waited for.
        if keys == "\x1b" {
            let begin = Instant::now();
            while begin.elapsed() < HEARD && self.take(Duration::from_millis(250)) {}
        }
    }
    /// Changes the size of the window.
    pub fn resize(&mut self, columns: u16, rows: u16) {
        while self.take(Duration::from_millis(20)) {}
        self.parser.set_size(non_zero(rows), non_zero(columns));
        self.master
            .resize(PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 })
            .expect("the window changes");
    }
    /// Waits until nothing has been written for a quarter of a second.
    pub fn settle(&mut self) {
        let begin = Instant::now();
        while self.take(Duration::from_millis(250)) {
            assert!(begin.elapsed() < PATIENCE, "it never stops writing:\n{}", self.text());
        }
    }
    /// How many bytes it writes in this time when nothing happens.
    pub fn idle_bytes(&mut self, time: Duration) -> usize {
        let before = self.bytes.len();
        let begin = Instant::now();
        while let Some(rest) = time.checked_sub(begin.elapsed()) {
            self.take(rest);
        }
        self.bytes.len() - before
    }
    /// Leaves from wherever it is, and looks at what is left of the terminal.
    pub fn leave(&mut self) {
        self.keys("\x03");
        self.settle();
        self.keys("\x03");
        assert_eq!(self.end(), 0, "the screen shows:\n{}", self.text());
        self.assert_modes_undone();
    }
    /// Leaves by `ctrl-q`. When something is still at work it asks (a stop of a run elsewhere may be on its way for a moment
    /// longer than the row says): that is left as it is.
    pub fn quit(&mut self) {
        self.keys("\x11");
        let begin = Instant::now();
        while !self.exited() && begin.elapsed() < PATIENCE {
            self.take(Duration::from_millis(20));
            if self.text().contains("Leave brightrun?") {
                self.keys("d");
                break;
            }
        }
        assert_eq!(self.end(), 0, "the screen shows:\n{}", self.text());
    }
    /// It has ended.
    pub fn exited(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(Some(_)))
    }
    /// The program's process.
    pub fn process(&self) -> i32 {
        self.child.process_id().and_then(|id| i32::try_from(id).ok()).expect("a process")
    }
    /// Waits for the end; gives the exit code.
    pub fn end(&mut self) -> u32 {
        let begin = Instant::now();
        loop {
            self.take(Duration::from_millis(20));
            if let Ok(Some(status)) = self.child.try_wait() {
                while self.take(Duration::from_millis(100)) {}
                return status.exit_code();
            }
            assert!(begin.elapsed() < PATIENCE, "it does not end; the screen shows:\n{}", self.text());
        }
    }
    /// True when this sequence was ever written.
    pub fn wrote(&self, sequence: &str) -> bool {
        self.bytes.windows(sequence.len()).any(|window| window == sequence.as_bytes())
    }
    /// Fails unless every mode that was switched on was switched off afterwards.
    pub fn assert_modes_undone(&self) {
        let text = String::from_utf8_lossy(&self.bytes);
        for mode in ["1049", "2004", "1000", "1002", "1003", "1006", "1015", "1004", "2026", "25"] {
            let (on, off) = (format!("\x1b[?{mode}h"), format!("\x1b[?{mode}l"));
            // The cursor is the other way round: hidden is the state to undo.
            let (begin, undo) = if mode == "25" { (&off, &on) } else { (&on, &off) };
            if let Some(last) = text.rfind(begin.as_str()) {
                assert!(
                    text.rfind(undo.as_str()).is_some_and(|undone| undone > last),
                    "mode {mode} stays on at the end"
                );
            }
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
