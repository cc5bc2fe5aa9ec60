//! A real process inside a rented thing.

use super::{Container, Guest, Inside, Next, Signal};
use crate::clock::Ms;
use std::io::Read as _;
use std::process::{Child, Command, Stdio};

/// Runs a command; only of use where the wall clock moves the world. It is killed with its whole group when its container ends.
#[derive(Debug)]
pub struct Process {
    command: Option<Command>,
    child: Option<Child>,
}

/// How often it is looked at.
const LOOK: Ms = 100;

impl Process {
    /// This command, with the container's environment added to its own.
    pub fn new(mut command: Command, container: &Container) -> Self {
        use std::os::unix::process::CommandExt as _;
        command.envs(&container.env).stdin(Stdio::null()).process_group(0);
        Self { command: Some(command), child: None }
    }

    fn signal_group(&self, signal: &str) {
        if let Some(child) = &self.child {
            let _done = Command::new("kill")
                .args([signal, "--", &format!("-{}", child.id())])
                .stderr(Stdio::null())
                .status();
        }
    }
}

impl Guest for Process {
    fn wake(&mut self, inside: &mut Inside<'_>) -> Next {
        if let Some(mut command) = self.command.take() {
            match command.spawn() {
                Ok(child) => self.child = Some(child),
                Err(error) => {
                    inside.log(format!("cannot start: {error}"));
                    return Next::Exit(127);
                }
            }
        }
        let Some(child) = &mut self.child else { return Next::Exit(127) };
        match child.try_wait() {
            Ok(None) => Next::At(inside.now + LOOK),
            Ok(Some(status)) => {
                let mut text = String::new();
                if let Some(output) = &mut child.stdout {
                    let _read = output.read_to_string(&mut text);
                }
                for line in text.lines() {
                    inside.log(line);
                }
                Next::Exit(status.code().unwrap_or(137))
            }
            Err(error) => {
                inside.log(format!("lost: {error}"));
                Next::Exit(137)
            }
        }
    }

    fn signal(&mut self, inside: &mut Inside<'_>, _why: Signal) -> Next {
        self.signal_group("-TERM");
        Next::At(inside.now + LOOK)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.signal_group("-KILL");
        if let Some(child) = &mut self.child {
            let _reaped = child.wait();
        }
    }
}
