//! What this program itself knows: how old its prices are, and what is rented for its runs.

use crate::doctor::Line;
use crate::runpod::reap::{Stray, strays as all_strays};
use crate::runpod::rented::rented as all;
use crate::train::catalog;
use crate::{Engine, Result};
use domain::price::Quote;

/// From when to when the prices are.
pub(super) fn prices(engine: &Engine) -> Result<Line> {
    const AREA: &str = "prices";
    let (list, today) = (catalog::prices(engine)?, engine.now().date_naive());
    let days = list.prices.iter().filter(|price| price.place.is_billed()).map(|price| price.as_of);
    let (Some(oldest), Some(newest)) = (days.clone().min(), days.max()) else {
        return Ok(Line::warn(AREA, "there are no prices", "Read them: `brightrun runpod prices --refresh`"));
    };
    let text = if oldest == newest {
        format!("the prices are those of {newest}")
    } else {
        format!("the prices are of {oldest} to {newest}")
    };
    let old = Quote { as_of: Some(newest), ..Quote::local(None) }.is_old(today);
    Ok(if old {
        Line::warn(AREA, text, "Read the present ones: `brightrun runpod prices --refresh`")
    } else {
        Line::ok(AREA, text)
    })
}

/// What is there without a run, asked of the provider (decision 0209); `None`: it could not be asked, and another line says why.
pub(super) async fn strays(engine: &Engine) -> Option<Vec<Stray>> {
    let found = all_strays(engine).await;
    found.inspect_err(|error| tracing::info!(%error, "nobody could look for what was left")).ok()
}

/// What there is to say about it.
pub(super) fn left(found: &[Stray]) -> Line {
    const AREA: &str = "left";
    let (foreign, mine): (Vec<Stray>, Vec<Stray>) = found.iter().cloned().partition(|stray| stray.unknown);
    match (mine.is_empty(), foreign.is_empty()) {
        (true, true) => Line::ok(AREA, "nothing was left there without a run"),
        (true, false) => Line::warn(
            AREA,
            format!(
                "{}, of runs that this database does not know: perhaps somebody else's",
                Stray::sum(&foreign)
            ),
            "Look at them with `brightrun runpod reap --dry-run`; --unknown ends them",
        ),
        (false, _) => Line::warn(
            AREA,
            format!("there without a run: {}", Stray::sum(&mine)),
            "End what is there: `brightrun runpod reap` asks first",
        ),
    }
}

/// What runs of this database rent now.
pub(super) async fn rented(engine: &Engine) -> Result<Line> {
    let rented = all(engine).await?;
    Ok(match rented.lines.len() {
        0 => Line::ok("rented", "nothing is rented for a run"),
        1 => Line::ok("rented", format!("one machine is rented for {} an hour", rented.per_hour)),
        n => Line::ok("rented", format!("{n} machines are rented for {} an hour", rented.per_hour)),
    })
}
