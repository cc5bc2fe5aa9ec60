//! Reads `events.jsonl` while it is being written.

use super::at::seconds;
use super::event::{Event, Kind};
use super::facts::Facts;
use super::parse::{Line, line};
use crate::series::{At, Metrics};
use crate::watch::flat::{members, unescaped};
use crate::watch::lines::Lines;
use std::borrow::Cow;
use std::collections::VecDeque;

/// Newest events that are kept for the log and event tabs. Metrics are all kept, in columns.
pub const KEPT: usize = 20_000;
/// Bytes of text that the kept events may hold together.
const KEPT_BYTES: usize = 32 << 20;

/// What could not be read, which stops nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Damage {
    /// Lines that are no event: torn writes before a restart, mostly.
    pub broken: u64,
    /// Lines longer than 8 MiB.
    pub too_long: u64,
    /// Events that were told twice.
    pub repeats: u64,
    /// Events that are missing, by their numbers.
    pub missing: u64,
}

/// The bytes of `events.jsonl` in, the run out.
#[derive(Debug, Clone, Default)]
pub struct Reader {
    lines: Lines,
    run: Told,
}

#[derive(Debug, Clone, Default)]
struct Told {
    metrics: Metrics,
    facts: Facts,
    events: VecDeque<Event>,
    bytes: usize,
    dropped: u64,
    damage: Damage,
    last: (u64, u64),
}

impl Reader {
    /// The next bytes of the file, cut anywhere. A half line waits for its other half.
    pub fn push(&mut self, bytes: &[u8]) {
        let Self { lines, run } = self;
        lines.push(bytes, |text| run.line(text));
    }

    /// The curves.
    pub const fn metrics(&self) -> &Metrics {
        &self.run.metrics
    }

    /// The newest of everything.
    pub const fn facts(&self) -> &Facts {
        &self.run.facts
    }

    /// The newest events, oldest first, without progress and metrics.
    pub const fn events(&self) -> &VecDeque<Event> {
        &self.run.events
    }

    /// Older events that are no longer kept.
    pub const fn dropped(&self) -> u64 {
        self.run.dropped
    }

    /// What could not be read.
    pub const fn damage(&self) -> Damage {
        Damage { too_long: self.lines.too_long, ..self.run.damage }
    }
}

impl Told {
    fn line(&mut self, text: &[u8]) {
        if text.is_empty() {
            return;
        }
        let found = line(text).or_else(|| {
            // A torn line may have the next attempt's first event behind it, without a line end between them.
            self.damage.broken += 1;
            let at = memchr::memmem::rfind(text, b"{\"seq\"").filter(|at| *at > 0)?;
            line(&text[at..])
        });
        if let Some(found) = found {
            self.event(&found);
        }
    }

    fn event(&mut self, line: &Line<'_>) {
        let (Some(seq), Some(at), Some(attempt)) = (line.seq, line.at, line.attempt) else { return };
        // A later attempt may count on from a number that was seen but lost on the disk.
        if (attempt, seq) <= self.last {
            self.damage.repeats += 1;
            return;
        }
        let next = self.last.1 + 1;
        self.damage.missing += seq.saturating_sub(next);
        self.last = (attempt, seq);
        self.facts.heard(at, attempt);
        match line.kind {
            b"metrics" => self.metrics(line),
            b"progress" => self.facts.progressed(at, line.progress()),
            _ => {
                let kind = line.kind();
                if let Kind::Resumed { step, .. } = kind {
                    self.metrics.void_from(step.saturating_add(1));
                }
                self.facts.take(at, &kind);
                self.keep(Event { seq, at, attempt, kind });
            }
        }
    }

    fn metrics(&mut self, line: &Line<'_>) {
        let Some(step) = line.step else {
            self.damage.broken += 1;
            return;
        };
        let mut names: [Cow<'_, str>; 16] = [const { Cow::Borrowed("") }; 16];
        let mut numbers = [0.0; 16];
        let mut count = 0;
        let started = self.facts.started.zip(line.at).map(|(from, to)| seconds(from, to));
        let mut at = At { step, epoch: line.epoch, seconds: started, tokens: None };
        let metrics = &mut self.metrics;
        let whole = members(line.values, |key, item| {
            let Some(number) = item.number() else { return };
            if key == b"tokens_seen" {
                at.tokens = crate::watch::flat::count(number);
                return;
            }
            if count == names.len() {
                told(metrics, &at, &names, &numbers);
                count = 0;
            }
            names[count] = name(key);
            numbers[count] = number;
            count += 1;
        });
        told(metrics, &at, &names[..count], &numbers[..count]);
        self.damage.broken += u64::from(whole.is_none());
    }

    fn keep(&mut self, event: Event) {
        self.bytes += size(&event);
        self.events.push_back(event);
        while self.events.len() > KEPT || self.bytes > KEPT_BYTES {
            let Some(old) = self.events.pop_front() else { break };
            self.bytes -= size(&old);
            self.dropped += 1;
        }
    }
}

/// A key as a name; it is copied only when it has escapes.
fn name(key: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(key) {
        Ok(plain) if !key.contains(&b'\\') => Cow::Borrowed(plain),
        _ => Cow::Owned(unescaped(key)),
    }
}

fn told(metrics: &mut Metrics, at: &At, names: &[Cow<'_, str>], numbers: &[f64]) {
    let mut values = [("", 0.0); 16];
    for (value, (name, number)) in values.iter_mut().zip(names.iter().zip(numbers)) {
        *value = (name, *number);
    }
    metrics.record(at, &values[..names.len()]);
}

/// Bytes of an event's texts.
fn size(event: &Event) -> usize {
    match &event.kind {
        Kind::Log { text, .. } | Kind::Warning { text, .. } => text.len(),
        Kind::Error(failure) => {
            failure.cause.len() + failure.fix.len() + failure.trace.as_ref().map_or(0, String::len)
        }
        Kind::Stage { word, detail, .. } => word.len() + detail.as_ref().map_or(0, String::len),
        Kind::Other(word) => word.len(),
        Kind::Resumed { .. } | Kind::Checkpoint(_) | Kind::Final(_) => 64,
    }
}
