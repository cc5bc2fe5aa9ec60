//! The list before a launch (R3.05, R3.08, R3.09, R3.12).

use super::Configuration;
use crate::budget::Gate;
use crate::dataset::readiness::{Readiness, Verdict};
use crate::estimate::Estimate;
use crate::hyperparameters::{Problem, Severity};
use crate::memory::{Fit, Memory};
use crate::money::Usd;
use crate::place::Tier;
use serde::{Deserialize, Serialize};

/// Costs from which on a run is pointed out (R3.05).
const DEAR: Usd = Usd::dollars(100);

/// How an item stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// In order.
    Good,
    /// Good to know; it stops nothing and asks for nothing.
    Note,
    /// Somebody has to accept it.
    Accept,
    /// Nothing starts like this.
    Stop,
}

/// One item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// Its name.
    pub name: String,
    /// How it stands.
    pub mark: Mark,
    /// What was found: one sentence or more.
    pub text: String,
}

/// What was found out about a configuration. `None` means that nobody knows, and is never taken for good.
#[derive(Debug, Clone, Copy)]
pub struct Findings<'a> {
    /// Of the dataset.
    pub readiness: Option<&'a Readiness>,
    /// Of the settings.
    pub problems: &'a [Problem],
    /// What it takes.
    pub memory: &'a Memory,
    /// What there is, bytes.
    pub there: Option<u64>,
    /// How long and how dear.
    pub estimate: &'a Estimate,
    /// What it does to the budget; `None`: the cost is unknown.
    pub gate: Option<&'a Gate>,
}

/// The list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checklist(pub Vec<Check>);

/// Why a launch cannot go on: one sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotYet {
    /// Something stops it.
    #[error("{name}: {text}")]
    Stopped {
        /// The item.
        name: String,
        /// What was found.
        text: String,
    },
    /// Something has to be accepted first.
    #[error("{name} has to be accepted: {text}")]
    Open {
        /// The item.
        name: String,
        /// What was found.
        text: String,
    },
    /// The tick is missing.
    #[error("accept cost and budget before the run starts")]
    Tick,
}

impl Checklist {
    /// Judges a configuration by what was found out about it.
    pub fn of(configuration: &Configuration, found: &Findings) -> Self {
        let mut list = vec![
            dataset(configuration, found.readiness),
            values(found.problems),
            memory(found),
            time(configuration, found.estimate),
            cost(configuration, found),
        ];
        if configuration.tier == Tier::Interruptible {
            let text = "The machine may go away; the run then resumes from its last checkpoint.";
            list.push(check("place", Mark::Accept, text));
        }
        Self(list)
    }

    /// Whether it may start: nothing stops it, everything that asks was accepted by name, and the tick is set.
    ///
    /// # Errors
    /// The first thing that is in the way.
    pub fn launch(&self, accepted: &[&str], tick: bool) -> Result<(), NotYet> {
        let of = |c: &Check| (c.name.clone(), c.text.clone());
        if let Some((name, text)) = self.0.iter().find(|c| c.mark == Mark::Stop).map(of) {
            return Err(NotYet::Stopped { name, text });
        }
        let open = |c: &&Check| c.mark == Mark::Accept && !accepted.contains(&c.name.as_str());
        if let Some((name, text)) = self.0.iter().find(open).map(of) {
            return Err(NotYet::Open { name, text });
        }
        if tick { Ok(()) } else { Err(NotYet::Tick) }
    }
}

fn check(name: &str, mark: Mark, text: impl Into<String>) -> Check {
    Check { name: name.to_owned(), mark, text: text.into() }
}

fn dataset(configuration: &Configuration, readiness: Option<&Readiness>) -> Check {
    let Some(readiness) = readiness.filter(|_| configuration.dataset.is_some()) else {
        return check("dataset", Mark::Stop, "No checked dataset is chosen.");
    };
    let mark = match readiness.verdict {
        Verdict::Ready => Mark::Good,
        Verdict::Review => Mark::Accept,
        Verdict::Blocked => Mark::Stop,
    };
    let worst = readiness.items.iter().filter(|i| i.mark >= crate::dataset::readiness::Mark::Warn);
    let mut text = format!("{}.", readiness.verdict.words());
    for item in worst {
        text.push(' ');
        text.push_str(&item.found);
    }
    check("dataset", mark, text)
}

fn values(problems: &[Problem]) -> Check {
    let mark = match problems.iter().map(|p| p.severity).min() {
        Some(Severity::Error) => Mark::Stop,
        Some(Severity::Warning) => Mark::Accept,
        None => return check("values", Mark::Good, "All values are within their ranges."),
    };
    let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
    check("values", mark, format!("{}.", said.join("; ")))
}

fn memory(found: &Findings) -> Check {
    let mark = match found.memory.fit(found.there) {
        Fit::Fits => Mark::Good,
        Fit::Tight | Fit::Unknown => Mark::Accept,
        Fit::TooBig => Mark::Stop,
    };
    check("memory", mark, found.memory.sentence(found.there))
}

fn time(configuration: &Configuration, estimate: &Estimate) -> Check {
    let limit = u64::from(configuration.max_hours) * 3600;
    match (estimate.seconds, estimate.time_words()) {
        (Some(seconds), Some(words)) if seconds.high > limit => {
            let hours = crate::numbers::many(u64::from(configuration.max_hours), "hour");
            check(
                "time",
                Mark::Accept,
                format!("{words}: it may be stopped after {hours}, with a checkpoint."),
            )
        }
        (Some(_), Some(words)) => check("time", Mark::Good, format!("{words}.")),
        _ => check("time", Mark::Accept, "Nobody knows how long it takes."),
    }
}

fn cost(configuration: &Configuration, found: &Findings) -> Check {
    let (Some(range), Some(gate)) = (found.estimate.cost, found.gate) else {
        // With a limit on the cost, not to know it is as bad as to be over it.
        let mark = if configuration.max_cost.is_some() { Mark::Stop } else { Mark::Accept };
        return check("cost", mark, "Nobody knows what it costs.");
    };
    if let Some(most) = configuration.max_cost.filter(|most| range.high > *most) {
        return check(
            "cost",
            Mark::Stop,
            format!("{range} may be more than the {most} that are allowed for it."),
        );
    }
    if let (true, Some(reason)) = (gate.blocked, &configuration.over_budget) {
        return check(
            "cost",
            Mark::Accept,
            format!("{range}. {} It may, because: {}", gate.message, reason.as_str()),
        );
    }
    let mark = match gate {
        gate if gate.blocked => Mark::Stop,
        gate if gate.over || gate.level.is_some() || range.high > DEAR => Mark::Accept,
        _ => Mark::Good,
    };
    check("cost", mark, format!("{range}. {}", gate.message))
}
