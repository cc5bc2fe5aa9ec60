//! Tries out everything that brightrun stands on. Prints no secret: every sentence is made of addresses without their
//! password and of error sentences that carry none.

mod environment;
mod folders;
mod stores;
mod terminal;
#[cfg(test)]
mod tests;
mod worker;

pub use terminal::Terminal;

use crate::clock::Clock;
use crate::config::{Config, ConfigError, Loaded, Sources, load};
use serde::Serialize;

/// How a thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Good.
    Ok,
    /// It works, but look at it.
    Warn,
    /// It does not work.
    Fail,
}

impl State {
    /// The word in the list.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}

/// One thing that was tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Which thing.
    pub area: &'static str,
    /// How it is.
    pub state: State,
    /// What was found, without a full stop.
    pub what: String,
    /// What to do, without a full stop; empty when there is nothing to do.
    pub next: String,
}

impl Line {
    /// It is good.
    pub fn ok(area: &'static str, what: impl Into<String>) -> Self {
        Self { area, state: State::Ok, what: what.into(), next: String::new() }
    }
    /// It works, but look at it.
    pub fn warn(area: &'static str, what: impl Into<String>, next: impl Into<String>) -> Self {
        Self { area, state: State::Warn, what: what.into(), next: next.into() }
    }
    /// It does not work.
    pub fn fail(area: &'static str, what: impl Into<String>, next: impl Into<String>) -> Self {
        Self { area, state: State::Fail, what: what.into(), next: next.into() }
    }
}

/// Everything that was tried, in the order in which one would repair it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The things.
    pub lines: Vec<Line>,
    /// At least one does not work.
    pub failed: bool,
}

impl Report {
    /// Adds what someone else tried: how the dashboard looks is none of the engine's business.
    pub fn add(&mut self, lines: Vec<Line>) {
        self.failed |= lines.iter().any(|line| line.state == State::Fail);
        self.lines.extend(lines);
    }
}

/// Tries everything. Writes nothing but two probe objects where files are kept, which it deletes again, and makes
/// neither a database nor a folder.
pub async fn run(sources: &Sources, terminal: Terminal) -> Report {
    let mut lines = Vec::new();
    match load(sources) {
        Ok(loaded) => {
            config(&loaded, &mut lines);
            folders::check(&loaded.config.folders, &mut lines);
            stores::check(&loaded.config, &mut lines).await;
            training(&loaded.config, &mut lines).await;
        }
        Err(error) => broken(&error, &mut lines),
    }
    environment::check(sources, &mut lines);
    terminal::check(terminal, sources, &mut lines);
    let failed = lines.iter().any(|line| line.state == State::Fail);
    Report { lines, failed }
}

fn config(loaded: &Loaded, lines: &mut Vec<Line>) {
    let path = loaded.config.folders.config_file.display();
    let found = if loaded.file_exists { "is valid" } else { "is not there: everything is as usual" };
    lines.push(Line::ok("config", format!("{path} {found}")));
    if let Err(error) = loaded.config.profile() {
        lines.push(Line::fail("profile", format!("{}: {}", error.on, error.why), error.next.clone()));
    }
    let keys = loaded.config.keys_file();
    if !loaded.config.ui.keys.is_empty() && !keys.exists() {
        let next = "Correct ui.keys in the config, or take it out";
        lines.push(Line::warn("keys", format!("there is no {}", keys.display()), next));
    }
}

/// What trains here; of rented machines only where a key is set: whoever rents nothing is asked for nothing.
async fn training(config: &Config, lines: &mut Vec<Line>) {
    let Ok(places) = config.places() else { return };
    worker::check(&places, lines).await;
    if places.runpod.api_key.is_some() {
        let found = crate::runpod::look(&places, &Clock::default()).await.lines;
        lines.extend(found.into_iter().map(|line| Line { area: "runpod", ..line }));
    }
}

fn broken(error: &ConfigError, lines: &mut Vec<Line>) {
    for problem in &error.problems {
        lines.push(Line::fail("config", format!("{}: {}", problem.place, problem.why), problem.next.clone()));
    }
}
