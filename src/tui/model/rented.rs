//! What is rented, in lines.

use chrono::{DateTime, Utc};
use domain::numbers::span;
use engine::runpod::{RentedLine, Stray};

/// One thing that is rented, in a line.
pub fn line(line: &RentedLine, now: Option<DateTime<Utc>>) -> String {
    let rental = &line.rental;
    let name = line.run.clone().unwrap_or_else(|| rental.job.to_string());
    let what = rental.what.as_deref().unwrap_or(rental.place.word());
    let since = match (rental.since, now) {
        (Some(since), Some(now)) => {
            let seconds = (now - since).num_seconds().max(0).unsigned_abs();
            format!("for {}", span(seconds))
        }
        _ if rental.external_id.is_none() => "asked for".to_owned(),
        _ => "starts".to_owned(),
    };
    // Where there is no room for all of it, what it costs stays.
    format!("{name} · {} an hour · {} so far · {since} · {what}", line.per_hour, line.so_far)
}

/// What is rented, the first four of it.
pub fn first(lines: &[RentedLine], now: DateTime<Utc>) -> Vec<String> {
    const SHOWN: usize = 4;
    let mut shown: Vec<String> = lines.iter().take(SHOWN).map(|rented| line(rented, Some(now))).collect();
    if lines.len() > SHOWN {
        shown.push(format!("and {} more", lines.len() - SHOWN));
    }
    shown
}

/// What was left without a run, in a line; `None`: nothing that is known.
pub fn left(strays: &[Stray]) -> Option<String> {
    (!strays.is_empty())
        .then(|| format!("Left without a run: {}; `brightrun runpod reap` ends it.", Stray::sum(strays)))
}
