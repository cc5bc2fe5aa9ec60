//! Whose turn it is: threads work on inputs in any order and come out in theirs.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Where the next piece goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Offsets {
    pub json: u64,
    pub jsonl: u64,
    /// Pieces before it: whether a separator is needed.
    pub pieces: u64,
}

struct Line<T> {
    taken: usize,
    next: usize,
    stopped: bool,
    state: T,
}

/// A state that is visited by one input after the other.
pub(crate) struct Turns<T> {
    line: Mutex<Line<T>>,
    moved: Condvar,
    len: usize,
}

impl<T> Turns<T> {
    pub fn new(state: T, len: usize) -> Self {
        let line = Line { taken: 0, next: 0, stopped: false, state };
        Self { line: Mutex::new(line), moved: Condvar::new(), len }
    }
    fn lock(&self) -> MutexGuard<'_, Line<T>> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
    /// The next input to work on; `None` at the end or after a stop.
    pub fn take(&self) -> Option<usize> {
        let mut line = self.lock();
        let index = line.taken;
        if line.stopped || index >= self.len {
            return None;
        }
        line.taken += 1;
        Some(index)
    }
    /// Waits for the turn of `index`, visits the state and passes the turn on. `None` after a stop.
    pub fn visit<R>(&self, index: usize, visit: impl FnOnce(&mut T) -> R) -> Option<R> {
        let mut line = self.lock();
        while line.next != index && !line.stopped {
            line = self.moved.wait(line).unwrap_or_else(PoisonError::into_inner);
        }
        if line.stopped {
            return None;
        }
        let answer = visit(&mut line.state);
        line.next += 1;
        drop(line);
        self.moved.notify_all();
        Some(answer)
    }
    /// Nobody goes on.
    pub fn stop(&self) {
        self.lock().stopped = true;
        self.moved.notify_all();
    }
    /// The state at the end.
    pub fn into_state(self) -> T {
        self.line.into_inner().unwrap_or_else(PoisonError::into_inner).state
    }
}
