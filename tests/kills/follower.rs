//! Who follows a run: any program that can be killed and started again.

use crate::support::pty::Terminal;
use crate::support::training::Bench;
use std::process::Child;
use std::time::Duration;

/// A program that follows a run.
pub trait Followed {
    /// `kill -9`; nothing happens when it has ended.
    fn kill(&mut self);
    /// It has ended.
    fn ended(&mut self) -> bool;
    /// Waits for its end.
    fn wait(&mut self, patience: Duration) {
        let begun = engine::clock::instant();
        while !self.ended() {
            assert!(begun.elapsed() < patience, "the program does not end");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Followed for Child {
    fn kill(&mut self) {
        // One that has ended cannot be killed.
        let _ = Self::kill(self);
        Self::wait(self).expect("its end");
    }
    fn ended(&mut self) -> bool {
        self.try_wait().expect("it is ours").is_some()
    }
}

impl Followed for Terminal {
    fn kill(&mut self) {
        crate::kill("-9", u32::try_from(self.process()).expect("a process"));
        self.end();
    }
    fn ended(&mut self) -> bool {
        self.exited()
    }
}

/// A way to follow a run.
pub struct Follower {
    /// Makes the run, with these settings, and follows it.
    pub begin: fn(&Bench, &str) -> Box<dyn Followed>,
    /// Starts it for the run of this key, which is there.
    pub start: fn(&Bench, &str) -> Box<dyn Followed>,
    /// It does not end with the run, as a screen.
    pub stays: bool,
}

/// `brightrun train`, and `brightrun jobs resume`.
pub const COMMAND_LINE: Follower = Follower {
    begin: |bench, spec| Box::new(bench.start(&bench.train(spec))),
    start: |bench, id| Box::new(bench.start(&format!("jobs resume {id}"))),
    stays: false,
};

/// `brightrun runner`.
pub const RUNNER: Follower = Follower {
    begin: |bench, spec| {
        leave_behind(bench, spec);
        Box::new(bench.start("runner"))
    },
    start: |bench, _| Box::new(bench.start("runner")),
    stays: true,
};

/// The dashboard on a terminal of its own.
pub const DASHBOARD: Follower = Follower {
    begin: |bench, spec| {
        leave_behind(bench, spec);
        Box::new(bench.dashboard(100, 30))
    },
    start: |bench, _| Box::new(bench.dashboard(100, 30)),
    stays: true,
};

/// Makes the run and lets go of it.
fn leave_behind(bench: &Bench, spec: &str) {
    bench.run(&format!("{} --detach", bench.train(spec))).ok();
}
