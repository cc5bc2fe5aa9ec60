//! What a chart says, in words: for a narrow screen, for a screen reader, for a log.

use super::metrics::Series;
use super::tick::{count, number};
use super::trend::{Direction, Trend};
use std::fmt::Write as _;

/// Points that a trend is taken from.
const POINTS: usize = 50;

/// One line about a metric and, where there is one, its evaluation:
/// `loss 1.23 at step 400, falling 3 % over the last 50 steps; best eval 1.40 at step 350`.
pub fn sentence(name: &str, series: Series<'_>, eval: Option<Series<'_>>) -> String {
    let mut out = now(name, series);
    let Some(eval) = eval else { return out };
    let Some(best) = eval.lowest() else {
        if eval.last_gap().is_some() {
            out.push_str("; every eval so far is NaN");
        }
        return out;
    };
    let _ = write!(out, "; best eval {} at step {}", number(best.value), count(best.at.step));
    if let Some(last) = eval.last()
        && last.at.step != best.at.step
    {
        let _ = write!(out, ", now {}", number(last.value));
    }
    out
}

fn now(name: &str, series: Series<'_>) -> String {
    let (Some(last), number_at) = (series.last(), series.last_finite()) else {
        return format!("{name}: no value yet");
    };
    if !last.value.is_finite() {
        let before = number_at.map_or_else(
            || "no number was ever logged".to_owned(),
            |at| format!("the last number was {} at step {}", number(at.value), count(at.at.step)),
        );
        return format!("{name} is {} at step {}; {before}", number(last.value), count(last.at.step));
    }
    let mut out = format!("{name} {} at step {}", number(last.value), count(last.at.step));
    let Some(trend) = Trend::of(series, POINTS) else { return out };
    match trend.direction {
        Direction::Flat if trend.wavers() => out.push_str(", up and down"),
        Direction::Flat => out.push_str(", flat"),
        way if trend.change.is_finite() => {
            let _ = write!(out, ", {way} {}", percent(trend.change.abs()));
        }
        way => {
            let _ = write!(out, ", {way}");
        }
    }
    let _ = write!(out, " over the last {} steps", count(trend.steps));
    out
}

/// `3 %`; from ten times on as a factor.
fn percent(share: f64) -> String {
    match share {
        _ if share < 10.0 => format!("{:.0} %", share * 100.0),
        _ => format!("{}-fold", number(share + 1.0)),
    }
}
