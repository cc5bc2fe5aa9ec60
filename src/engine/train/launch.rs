//! From a configuration that somebody has looked at to a run in the queue.

use super::{Request, configure};
use crate::{Engine, Error, Result, jobs};
use domain::configuration::Mark;
use domain::job::Run;
use domain::money::Usd;

const WHAT: &str = "Cannot start the training";

/// What somebody has seen and accepted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Accepted {
    /// Items of the checklist: their names and what they said.
    pub items: Vec<(String, String)>,
    /// The upper end of the cost that was shown; `None`: it was unknown.
    pub cost: Option<Usd>,
}

/// Judges the configuration once more and puts the run into the queue. Refused when something stops it, or when an item asks
/// for more than was accepted: what was true when somebody looked may not be true any more.
pub async fn launch(engine: &Engine, request: &Request, accepted: &Accepted) -> Result<Run> {
    let now = configure(engine, request).await?;
    let known = |name: &str, text: &str| accepted.items.iter().any(|(n, t)| n == name && t == text);
    let asks = now.checklist.0.iter().filter(|check| check.mark == Mark::Accept);
    if let Some(new) = asks.into_iter().find(|check| !known(&check.name, &check.text)) {
        return Err(Error::refused(WHAT, format!("{} has to be accepted: {}", new.name, new.text))
            .on(format!("“{}”", now.configuration.name))
            .next("Look at the checklist again"));
    }
    if let (Some(most), Some(cost)) = (accepted.cost, now.estimate.cost)
        && cost.high > most
    {
        return Err(Error::refused(WHAT, format!("it may cost {} now, not {most}", cost.high))
            .on(format!("“{}”", now.configuration.name))
            .next("Look at the estimate again"));
    }
    jobs::start(engine, &now, true).await
}
