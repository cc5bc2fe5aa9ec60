//! Who sleeps: whoever drives the time, and all other threads of the process.

use std::collections::BTreeMap;
use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Wake;
use std::thread::{self, Thread};
use std::time::Duration;

/// Whether somebody wants the work of a thread to go on; wakes it.
pub struct Woken(AtomicBool, Thread);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Release);
        self.1.unpark();
    }
}

impl Woken {
    /// For this thread.
    pub fn here() -> Arc<Self> {
        Arc::new(Self(AtomicBool::new(false), thread::current()))
    }
    /// The work begins anew.
    pub fn forget(&self) {
        self.0.store(false, Ordering::Release);
    }
    pub fn is_so(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
    /// Waits for it so long at most.
    pub fn within(&self, time: Duration) -> bool {
        let begun = engine::clock::instant();
        while !self.is_so() {
            let Some(left) = time.checked_sub(begun.elapsed()).filter(|left| !left.is_zero()) else {
                return false;
            };
            thread::park_timeout(left);
        }
        true
    }
}

/// What the kernel tells of a thread: its state, and how often it was on a processor.
struct Look {
    state: File,
    turns: File,
}

/// All other threads of this process. What is read of each stays open: opening takes most of the time.
pub struct Others {
    me: Option<String>,
    looks: BTreeMap<String, Look>,
}

impl Others {
    /// Those beside this thread.
    pub fn of_this_one() -> Self {
        let me = std::fs::read_link("/proc/thread-self").ok();
        let me = me.and_then(|me| Some(me.file_name()?.to_str()?.to_owned()));
        Self { me, looks: BTreeMap::new() }
    }

    /// None of them runs, wants to, or waits for a disk, and none did between two looks: one may wake another that was looked at before. Nor is
    /// this thread wanted.
    pub fn sleep(&mut self, woken: &Woken) -> bool {
        let Some(before) = self.turns() else { return false };
        thread::yield_now();
        self.turns() == Some(before) && !woken.is_so()
    }

    /// How often they were on a processor, and how many there are; `None`: not all of them sleep.
    fn turns(&mut self) -> Option<(u64, usize)> {
        let mut sum = 0_u64;
        let mut there = Vec::with_capacity(self.looks.len());
        for task in std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten() {
            let Ok(id) = task.file_name().into_string() else { continue };
            if self.me.as_ref() == Some(&id) {
                continue;
            }
            let mut now = self.looks.get(&id).and_then(Look::now);
            if now.is_none() {
                // A new one; perhaps under the number of one that has ended.
                let look = Look::at(&task.path());
                now = look.as_ref().and_then(Look::now);
                self.looks.extend(look.map(|look| (id.clone(), look)));
            }
            there.push(id);
            // One that has ended meanwhile sleeps for ever.
            let Some((state, turns)) = now else { continue };
            if matches!(state, b'R' | b'D') {
                return None;
            }
            sum = sum.wrapping_add(turns);
        }
        self.looks.retain(|id, _| there.contains(id));
        Some((sum, there.len()))
    }
}

impl Look {
    fn at(task: &Path) -> Option<Self> {
        let open = |name| File::open(task.join(name)).ok();
        Some(Self { state: open("stat")?, turns: open("schedstat")? })
    }

    fn now(&self) -> Option<(u8, u64)> {
        let mut bytes = [0; 96];
        let read = self.state.read_at(&mut bytes, 0).ok()?;
        // The state stands behind the name.
        let end = bytes[..read].iter().rposition(|byte| *byte == b')')?;
        let state = *bytes.get(end + 2)?;
        let read = self.turns.read_at(&mut bytes, 0).ok()?;
        let text = std::str::from_utf8(&bytes[..read]).ok()?;
        Some((state, text.split_whitespace().nth(2)?.parse().ok()?))
    }
}
