//! Who follows a run: any program that can be killed and started again.

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

/// A way to follow a run that is there.
pub struct Follower {
    /// Starts it for the run of this key.
    pub start: fn(&Bench, &str) -> Box<dyn Followed>,
    /// It does not end with the run, as a screen.
    pub stays: bool,
}

/// `brightrun jobs resume`.
pub const COMMAND_LINE: Follower =
    Follower { start: |bench, id| Box::new(bench.start(&format!("jobs resume {id}"))), stays: false };
