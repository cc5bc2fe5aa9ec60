//! Progress on stderr: one line that is rewritten, on a terminal only.

use crate::{terminal, text};
use engine::{Progress, Step};
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How often the line is rewritten at most.
const PAUSE: Duration = Duration::from_millis(100);

/// The line. Dropping it wipes it.
#[derive(Clone, Default)]
pub(crate) struct Meter(Option<Arc<Mutex<Line>>>);

struct Line {
    columns: usize,
    written: Option<Instant>,
}

impl Meter {
    /// For the terminal on stderr, if there is one.
    pub fn new() -> Self {
        Self(terminal::progress_width().map(|columns| Arc::new(Mutex::new(Line { columns, written: None }))))
    }

    /// What a verb tells its steps to.
    pub fn progress(&self) -> Progress {
        let Some(line) = self.0.clone() else { return Progress::none() };
        Progress::new(move |step| line.lock().unwrap_or_else(PoisonError::into_inner).show(&step))
    }

    /// Wipes the line, so that something else can be written.
    pub fn wipe(&self) {
        if let Some(line) = &self.0 {
            line.lock().unwrap_or_else(PoisonError::into_inner).wipe();
        }
    }
}

impl Line {
    fn show(&mut self, step: &Step) {
        let now = engine::clock::instant();
        if self.written.is_some_and(|at| now.duration_since(at) < PAUSE) {
            return;
        }
        self.written = Some(now);
        let text = text::truncated(&sentence(step), self.columns.saturating_sub(1));
        let _ = write!(std::io::stderr(), "\r{text}\u{1b}[K");
    }

    fn wipe(&mut self) {
        if self.written.take().is_some() {
            let _ = write!(std::io::stderr(), "\r\u{1b}[K");
        }
    }
}

/// `reading  1,204 of 10,000  12%  name`
fn sentence(step: &Step) -> String {
    let mut parts = vec![step.stage.to_owned()];
    match step.total {
        Some(total) if total > 0 => {
            parts.push(format!("{} of {}", text::thousands(step.done), text::thousands(total)));
            parts.push(format!("{}%", step.done.min(total).saturating_mul(100) / total));
        }
        _ if step.done > 0 => parts.push(text::thousands(step.done)),
        // It waits for somebody: there is nothing to count.
        _ => {}
    }
    if !step.note.is_empty() {
        parts.push(text::one_line(&step.note));
    }
    parts.join("  ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_a_sentence_and_the_share_never_passes_all() {
        let step = |done, total, note: &str| Step { stage: "reading", done, total, note: note.to_owned() };
        assert_eq!(
            sentence(&step(1204, Some(10_000), "a\u{1b}.json")),
            "reading  1,204 of 10,000  12%  a .json"
        );
        assert_eq!(sentence(&step(5, None, "")), "reading  5");
        assert_eq!(sentence(&step(5, Some(0), "")), "reading  5");
        assert_eq!(sentence(&step(0, None, "")), "reading");
        assert_eq!(sentence(&step(12, Some(10), "")), "reading  12 of 10  100%");
        assert!(sentence(&step(u64::MAX, Some(u64::MAX), "")).contains('%'));
    }
}
