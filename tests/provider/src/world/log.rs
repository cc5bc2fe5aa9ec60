//! The log of a container, as the provider streams it.

use crate::clock::{Ms, written};

/// A line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    /// Where it stands in the log, from 1.
    pub(crate) number: u64,
    pub(crate) at: Ms,
    /// `container` or `system`.
    pub(crate) source: &'static str,
    pub(crate) text: String,
}

impl Line {
    /// The cursor of an event stream.
    pub(crate) fn id(&self) -> String {
        format!("{}/{:012}", written(self.at), self.number)
    }
}

/// The newest 5,000 lines.
#[derive(Debug, Clone, Default)]
pub(crate) struct Log {
    lines: std::collections::VecDeque<Line>,
    written: u64,
}

impl Log {
    pub(crate) fn add(&mut self, at: Ms, source: &'static str, text: impl Into<String>) {
        self.written += 1;
        self.lines.push_back(Line { number: self.written, at, source, text: text.into() });
        if self.lines.len() > 5_000 {
            self.lines.pop_front();
        }
    }

    /// The lines after `number`, of that source where one is asked for.
    pub(crate) fn after(&self, number: u64, source: Option<&str>) -> Vec<Line> {
        self.lines
            .iter()
            .filter(|line| line.number > number && source.is_none_or(|source| source == line.source))
            .cloned()
            .collect()
    }

    /// The number behind which the last `tail` lines of that source begin.
    pub(crate) fn tail(&self, tail: usize, source: Option<&str>) -> u64 {
        let mut of = self.lines.iter().rev().filter(|line| source.is_none_or(|source| source == line.source));
        if tail == 0 { self.written } else { of.nth(tail).map_or(0, |line| line.number) }
    }

    /// The number behind which lines of that moment and later begin.
    pub(crate) fn since(&self, at: Ms) -> u64 {
        self.lines.iter().find(|line| line.at >= at).map_or(self.written, |line| line.number - 1)
    }
}

impl super::World {
    /// Lines of a pod's or a worker's log behind `after`; `None` once it is gone.
    pub(crate) fn lines(
        &self,
        id: &str,
        endpoint: Option<&str>,
        source: Option<&str>,
        after: u64,
    ) -> Option<Vec<Line>> {
        let log = match endpoint {
            Some(endpoint) => self.endpoint_log(endpoint, id)?,
            None => &self.pods.get(id)?.log,
        };
        Some(log.after(after, source))
    }
}
