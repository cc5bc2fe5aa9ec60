//! All metrics as a table: one row per step, made as it is written.

use super::axis::At;
use super::metrics::{Metrics, Sample, Series};
use crate::json;
use std::io;

/// Goes over all steps in order: `row` gets the place and every metric's value there, if it has one.
pub(crate) fn rows(
    metrics: &Metrics,
    mut row: impl FnMut(&At, &[Option<f64>]) -> io::Result<()>,
) -> io::Result<()> {
    let all: Vec<Series<'_>> = metrics.ids().map(|id| metrics.series(id)).collect();
    let mut samples: Vec<_> = all.iter().map(|series| series.samples().peekable()).collect();
    let mut values = vec![None; all.len()];
    loop {
        let next = samples.iter_mut().filter_map(|s| s.peek().map(|Sample { at, .. }| at.step)).min();
        let Some(step) = next else { return Ok(()) };
        let mut at = At::step(step);
        for (value, samples) in values.iter_mut().zip(&mut samples) {
            *value = None;
            if let Some(found) = samples.next_if(|s| s.at.step == step) {
                at.epoch = at.epoch.or(found.at.epoch);
                at.seconds = at.seconds.or(found.at.seconds);
                at.tokens = at.tokens.or(found.at.tokens);
                *value = Some(found.value);
            }
        }
        row(&at, &values)?;
    }
}

/// A text as a cell of a CSV file: in quotes where it needs them. One that a spreadsheet would take for a formula gets an apostrophe.
pub fn cell(name: &str) -> String {
    let guard = if name.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    if name.contains([',', '"', '\n', '\r']) || !guard.is_empty() {
        format!("\"{guard}{}\"", name.replace('"', "\"\""))
    } else {
        name.to_owned()
    }
}

/// A value as JSON has it, which knows no NaN: values that are not finite are the texts `"nan"`, `"inf"`, `"-inf"`, as the worker's events
/// spell them.
pub(crate) fn spelled(value: f64) -> String {
    match value {
        _ if value.is_nan() => "\"nan\"".to_owned(),
        _ if value.is_infinite() => if value > 0.0 { "\"inf\"" } else { "\"-inf\"" }.to_owned(),
        _ => json::number(value),
    }
}
