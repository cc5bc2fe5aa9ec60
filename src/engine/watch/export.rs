//! The curves as a file.

use super::Watch;
use crate::{Error, Result};
use domain::series::{Axis, Chart, Line, Scale, csv, json, svg};
use std::io::Write;

/// In which form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A table: a row per step, a column per metric.
    Csv,
    /// The same as JSON.
    Json,
    /// A picture of the loss and the evaluation.
    Svg,
}

impl Form {
    /// The form of this word, which is also how its files end.
    pub fn of(word: &str) -> Option<Self> {
        match word.to_ascii_lowercase().as_str() {
            "csv" => Some(Self::Csv),
            "json" => Some(Self::Json),
            "svg" => Some(Self::Svg),
            _ => None,
        }
    }
}

/// Writes the run at this place among the runs, or for a picture all of them.
pub fn export(watch: &Watch, at: usize, form: Form, axis: Axis, out: &mut impl Write) -> Result<()> {
    const WHAT: &str = "Cannot export the curves";
    let runs = watch.runs();
    let run = runs.get(at).ok_or_else(|| Error::failed(WHAT, "there is no such run"))?;
    let written = match form {
        Form::Csv => csv(run.metrics(), out),
        Form::Json => json(run.metrics(), out),
        Form::Svg => picture(&runs, axis).map_or_else(
            || Err(std::io::Error::other("no metric was logged yet")),
            |text| out.write_all(text.as_bytes()),
        ),
    };
    written.and_then(|()| out.flush()).map_err(|error| Error::failed(WHAT, error.to_string()))
}

/// Loss and evaluation of every run; of a run without a loss its first metric.
fn picture(runs: &[super::Run], axis: Axis) -> Option<String> {
    let mut named = Vec::new();
    for run in runs {
        let metrics = run.metrics();
        let roles = domain::run::Roles::of(metrics);
        let mut ids: Vec<_> = [roles.loss, roles.eval].into_iter().flatten().collect();
        if ids.is_empty() {
            ids.extend(metrics.ids().next());
        }
        for id in ids {
            let name = match runs.len() {
                1 => metrics.name(id).to_owned(),
                _ => format!("{} · {}", run.name, metrics.name(id)),
            };
            let series = run.series(id);
            named.push((name, series, roles.eval == Some(id)));
        }
    }
    let axis = if named.iter().all(|(_, series, _)| series.has(axis)) { axis } else { Axis::Step };
    let reach = named.iter().filter_map(|(_, series, _)| series.reach(axis));
    let range = reach.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))?;
    let lines: Vec<Line<'_>> = named
        .iter()
        .map(|(name, series, dots)| Line { name, series: *series, dimmed: false, dots: *dots })
        .collect();
    let title = runs.iter().map(|run| run.name.as_str()).collect::<Vec<_>>().join(", ");
    Some(svg(&Chart { title: &title, axis, range, scale: Scale::Linear, lines: &lines }))
}
