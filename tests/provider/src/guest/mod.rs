//! What runs inside a rented thing.

mod process;
pub mod training;
pub mod web;

pub use process::Process;
pub use training::Training;

use crate::clock::Ms;
use serde_json::Value;
use std::collections::BTreeMap;

/// A container that starts: what a program inside it can see.
#[derive(Debug, Clone, Default)]
pub struct Container {
    /// The pod, or the queue worker.
    pub id: String,
    /// The pod's name, or the endpoint's.
    pub name: String,
    /// The endpoint, on a queue worker.
    pub endpoint: Option<String>,
    /// The queue job, on a queue worker.
    pub job: Option<String>,
    /// The queue job's `input`.
    pub input: Option<Value>,
    /// Image.
    pub image: String,
    /// Start command as it was given.
    pub args: String,
    /// Environment, with secrets in their places and what the provider adds.
    pub env: BTreeMap<String, String>,
    /// The network volume that is mounted, and where.
    pub volume: Option<(String, String)>,
    /// Whether a disk of its own outlives the container's restart.
    pub persistent: bool,
    /// How often this container, or this job, was started before.
    pub starts: u32,
}

/// Gives each container its program.
pub trait House: Send {
    /// The program of this container; `None`: one that sleeps for ever (on an endpoint: workers come from outside and take jobs by HTTP).
    fn guest(&mut self, container: &Container) -> Option<Box<dyn Guest>>;
}

impl<F: FnMut(&Container) -> Option<Box<dyn Guest>> + Send> House for F {
    fn guest(&mut self, container: &Container) -> Option<Box<dyn Guest>> {
        self(container)
    }
}

/// Why a program is disturbed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// The queue job was cancelled: the async handler gets a `CancelledError`.
    Cancel,
    /// The container is about to be stopped.
    Term,
}

/// What a program does next.
#[derive(Debug, Clone, PartialEq)]
pub enum Next {
    /// Wake me at that moment.
    At(Ms),
    /// It sleeps for ever.
    Never,
    /// The start command ends; on a queue worker: the worker dies.
    Exit(i32),
    /// The handler returns (queue worker only).
    Return(Value),
    /// The handler raises (queue worker only); the text is what the SDK puts into `error`.
    Raise(String),
}

/// A program as the world sees it: it is woken, does something in no time, and says when it wants to be woken again. It is dropped when it is killed.
pub trait Guest: Send {
    /// It starts, or the moment has come that it asked for.
    fn wake(&mut self, inside: &mut Inside<'_>) -> Next;

    /// It is asked to end; it has `Settings::grace` to do so.
    fn signal(&mut self, _inside: &mut Inside<'_>, _why: Signal) -> Next {
        Next::Exit(143)
    }
}

/// What a program can do to the world around it.
#[derive(Debug)]
pub struct Inside<'a> {
    /// Now.
    pub now: Ms,
    /// Its container.
    pub container: &'a Container,
    pub(crate) said: Vec<Said>,
}

/// What it did.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Said {
    Log(String),
    Progress(Value),
    Chunk(Value),
    Terminate,
    Stop,
}

impl<'a> Inside<'a> {
    pub(crate) const fn new(now: Ms, container: &'a Container) -> Self {
        Self { now, container, said: Vec::new() }
    }

    /// A line on its output.
    pub fn log(&mut self, line: impl Into<String>) {
        self.said.push(Said::Log(line.into()));
    }

    /// `progress_update` of the SDK: it arrives late and out of order.
    pub fn progress(&mut self, value: Value) {
        self.said.push(Said::Progress(value));
    }

    /// A chunk for `/stream`.
    pub fn chunk(&mut self, value: Value) {
        self.said.push(Said::Chunk(value));
    }

    /// GraphQL `podTerminate` of its own pod.
    pub fn terminate(&mut self) {
        self.said.push(Said::Terminate);
    }

    /// GraphQL `podStop` of its own pod.
    pub fn stop(&mut self) {
        self.said.push(Said::Stop);
    }
}
