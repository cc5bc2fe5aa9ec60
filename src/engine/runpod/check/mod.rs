//! Everything that runs on rented machines stand on, asked for once: key and its rights, balance, endpoint, volume, image, prices.

mod account;
mod endpoint;
mod held;
mod settings;

use super::balance::Balance;
use super::client::open_soon;
use super::reap::Stray;
use super::standing::Standing;
use crate::clock::Clock;
use crate::doctor::{Line, State};
use crate::{Engine, Places, Result};
use chrono::{DateTime, Utc};
use remote::RemoteError;
use serde::Serialize;

/// What was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Checked {
    /// All of it in one word.
    pub standing: Standing,
    /// Line by line, in the order in which one would mend it; `area` says what it is about: `key`, `rights`, `balance`, `settings`,
    /// `image`, `volume`, `endpoint`, `prices`, `rented`, `left`.
    pub lines: Vec<Line>,
    /// What is left; `None`: it was not told.
    pub balance: Option<Balance>,
    /// What is there without a run; `None`: nobody could look.
    pub left: Option<Vec<Stray>>,
    /// Something is missing or does not work: no run can be given there.
    pub failed: bool,
    /// When that was so.
    pub at: DateTime<Utc>,
}

/// How it stands before anybody was asked.
pub fn at_first(engine: &Engine) -> Standing {
    let places = &engine.0.places;
    if places.runpod.api_key.is_some() { Standing::Unasked } else { settings::without_key(places) }
}

/// Asks RunPod about everything that is set. Without a key nothing is asked.
pub async fn check(engine: &Engine) -> Result<Checked> {
    let mut checked = look(&engine.0.places, &engine.0.clock).await;
    // No place can be used: what would be a remark elsewhere is what stops it.
    if !settings::usable(&engine.0.places) {
        for line in &mut checked.lines {
            if line.area == settings::AREA {
                line.state = State::Fail;
            }
        }
    }
    checked.lines.push(held::prices(engine)?);
    checked.lines.push(held::rented(engine).await?);
    if checked.standing.answers() {
        checked.left = held::strays(engine).await;
        checked.lines.extend(checked.left.as_deref().map(held::left));
    }
    checked.failed = checked.lines.iter().any(|line| line.state == State::Fail);
    Ok(checked)
}

/// The account and the settings, by the places alone: what the doctor asks for.
pub(crate) async fn look(places: &Places, clock: &Clock) -> Checked {
    let mut found = Found::default();
    match open_soon(places, clock) {
        Ok(Some(client)) => account::look(&client, places, &mut found).await,
        Ok(None) => {
            found.standing = settings::without_key(places);
            found.lines.push(Line::fail(
                "key",
                "there is no API key",
                "Make one in RunPod's console (Settings, API keys), then set RUNPOD_API_KEY or runpod.api_key",
            ));
            found.lines.extend(settings::lines(places));
        }
        Err(error) => {
            found.wrong("key", &error);
        }
    }
    if found.standing == Standing::Ok && !settings::usable(places) {
        found.standing = Standing::Incomplete;
    }
    let failed = found.lines.iter().any(|line| line.state == State::Fail);
    Checked {
        standing: found.standing,
        lines: found.lines,
        balance: found.balance,
        left: None,
        failed,
        at: clock.real(),
    }
}

/// What is known so far.
#[derive(Debug)]
struct Found {
    standing: Standing,
    lines: Vec<Line>,
    balance: Option<Balance>,
}

impl Default for Found {
    fn default() -> Self {
        Self { standing: Standing::Ok, lines: Vec::new(), balance: None }
    }
}

impl Found {
    /// Notes an error: a line, and what it says about the whole. Whether it is pointless to ask on.
    fn wrong(&mut self, area: &'static str, error: &RemoteError) -> bool {
        self.lines.push(Line::fail(area, error.what(), error.next().trim_end_matches('.').to_owned()));
        let says = Standing::of(error).unwrap_or(Standing::Faulty);
        if self.standing == Standing::Ok {
            self.standing = says;
        }
        Standing::of(error).is_some_and(Standing::ends)
    }
}
