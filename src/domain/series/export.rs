//! All metrics as a table: one row per step, written as it is made.

use super::axis::At;
use super::metrics::{Metrics, Sample, Series};
use crate::json;
use std::io::{self, Write};

/// Goes over all steps in order: `row` gets the place and every metric's value there, if it has one.
fn rows(metrics: &Metrics, mut row: impl FnMut(&At, &[Option<f64>]) -> io::Result<()>) -> io::Result<()> {
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

/// `step,epoch,seconds,tokens` and a column per metric; empty where nothing was logged, `NaN`, `inf` and `-inf` as they are.
///
/// # Errors
/// What `out` says.
pub fn csv(metrics: &Metrics, out: &mut impl Write) -> io::Result<()> {
    write!(out, "step,epoch,seconds,tokens")?;
    for id in metrics.ids() {
        write!(out, ",{}", cell(metrics.name(id)))?;
    }
    writeln!(out)?;
    rows(metrics, |at, values| {
        write!(out, "{},", at.step)?;
        for number in [at.epoch, at.seconds] {
            number.map_or(Ok(()), |n| write!(out, "{n}"))?;
            write!(out, ",")?;
        }
        at.tokens.map_or(Ok(()), |n| write!(out, "{n}"))?;
        for value in values {
            write!(out, ",")?;
            value.map_or(Ok(()), |v| write!(out, "{v}"))?;
        }
        writeln!(out)
    })
}

/// A name as a cell: in quotes where it needs them. One that a spreadsheet would take for a formula gets an apostrophe.
fn cell(name: &str) -> String {
    let guard = if name.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    if name.contains([',', '"', '\n', '\r']) || !guard.is_empty() {
        format!("\"{guard}{}\"", name.replace('"', "\"\""))
    } else {
        name.to_owned()
    }
}

/// `{"metrics": [{"step": …, "epoch": …, "seconds": …, "tokens": …, "values": {name: value}}, …]}`. JSON has no NaN: values that are not
/// finite are the texts `"nan"`, `"inf"`, `"-inf"`, as the worker's events spell them.
///
/// # Errors
/// What `out` says.
pub fn json(metrics: &Metrics, out: &mut impl Write) -> io::Result<()> {
    let mut names = Vec::new();
    for id in metrics.ids() {
        let mut name = Vec::new();
        json::quote(metrics.name(id), &mut name);
        names.push(String::from_utf8_lossy(&name).into_owned());
    }
    write!(out, "{{\"metrics\":[")?;
    let mut first = true;
    rows(metrics, |at, values| {
        write!(out, "{}\n{{\"step\":{}", if first { "" } else { "," }, at.step)?;
        first = false;
        at.epoch.map_or(Ok(()), |n| write!(out, ",\"epoch\":{}", json::number(n)))?;
        at.seconds.map_or(Ok(()), |n| write!(out, ",\"seconds\":{}", json::number(n)))?;
        at.tokens.map_or(Ok(()), |n| write!(out, ",\"tokens\":{n}"))?;
        write!(out, ",\"values\":{{")?;
        let mut comma = "";
        for (name, value) in names.iter().zip(values) {
            let Some(value) = value else { continue };
            write!(out, "{comma}{name}:{}", spelled(*value))?;
            comma = ",";
        }
        write!(out, "}}}}")
    })?;
    writeln!(out, "]}}")
}

fn spelled(value: f64) -> String {
    match value {
        _ if value.is_nan() => "\"nan\"".to_owned(),
        _ if value.is_infinite() => if value > 0.0 { "\"inf\"" } else { "\"-inf\"" }.to_owned(),
        _ => json::number(value),
    }
}
