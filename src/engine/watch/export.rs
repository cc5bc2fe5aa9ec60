//! The curves as a file.

use super::charts::{Chart, Rights, charts, two_sided};
use super::picture::page;
use super::png::png;
use super::{Run, Watch};
use crate::local::Part;
use crate::{Error, Result};
use domain::run::export::{About, csv, json};
use domain::series::{Axis, Look, Scale};
use std::io::{BufWriter, Write};
use std::path::Path;

const WHAT: &str = "Cannot export the curves";

/// In which form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A table: a row per step, a column per metric.
    Csv,
    /// The same as JSON.
    Json,
    /// A picture of the charts, as text.
    Svg,
    /// The same in 2000 × 1200 pixels.
    Png,
}

impl Form {
    /// All words.
    pub const WORDS: [&str; 4] = ["csv", "json", "svg", "png"];

    /// The form of this word, which is also how its files end.
    pub fn of(word: &str) -> Option<Self> {
        match word.to_ascii_lowercase().as_str() {
            "csv" => Some(Self::Csv),
            "json" => Some(Self::Json),
            "svg" => Some(Self::Svg),
            "png" => Some(Self::Png),
            _ => None,
        }
    }

    /// It shows all runs, charts as they are looked at.
    pub const fn is_picture(self) -> bool {
        matches!(self, Self::Svg | Self::Png)
    }
}

/// How a picture shows the charts; tables hold everything that was logged.
#[derive(Debug, Clone, PartialEq)]
pub struct Sight {
    /// The horizontal axis. Curves that do not know it are left out; where none knows it, steps.
    pub axis: Axis,
    /// Its edges; `None`: everything.
    pub window: Option<(f64, f64)>,
    /// The vertical axes.
    pub scale: Scale,
    /// Weight of the smoothing; 0: none.
    pub weight: f64,
    /// By day or by night.
    pub look: Look,
    /// Only the chart of this number.
    pub only: Option<usize>,
    /// What has the axis at the right.
    pub rights: Rights,
}

impl Default for Sight {
    fn default() -> Self {
        Self {
            axis: Axis::Step,
            window: None,
            scale: Scale::Linear,
            weight: 0.0,
            look: Look::Day,
            only: None,
            rights: Rights::new(),
        }
    }
}

impl Sight {
    /// The charts in sight.
    pub(super) fn charts(&self, runs: &[Run]) -> Vec<Chart> {
        let all = charts(runs);
        let at = (0..all.len()).filter(|at| self.only.is_none_or(|only| only == *at));
        at.filter_map(|at| two_sided(&all, at, &self.rights)).collect()
    }
}

/// Writes into a file on this machine: whole, or not at all. Refused where there is one already, unless it may be replaced.
pub fn save(
    watch: &Watch,
    at: usize,
    (form, sight): (Form, &Sight),
    path: &Path,
    replace: bool,
) -> Result<()> {
    if !replace && path.exists() {
        return Err(Error::refused(WHAT, "there is one already")
            .on(path.display())
            .next("Take another name"));
    }
    let part = Part::begin(path)?;
    export(watch, at, form, sight, &mut BufWriter::new(&part.file))?;
    part.keep().map(drop)
}

/// Writes the run at this place among the runs, or for a picture all of them. The runs are held only while they are copied or drawn: on a
/// disk that takes its time the reading, and whoever looks, goes on.
pub fn export(watch: &Watch, at: usize, form: Form, sight: &Sight, out: &mut impl Write) -> Result<()> {
    let runs = watch.runs();
    let run = runs.get(at).ok_or_else(|| Error::failed(WHAT, "there is no such run"))?;
    let written = match form {
        Form::Csv | Form::Json => {
            let (metrics, about) = (run.metrics().clone(), about(run));
            drop(runs);
            if form == Form::Csv { csv(&metrics, &about, out) } else { json(&metrics, &about, out) }
        }
        Form::Svg | Form::Png => {
            let Some(text) = page(&runs, sight) else {
                let error = Error::failed(WHAT, "no metric was logged yet");
                return Err(error.next("Export it again when there are curves"));
            };
            drop(runs);
            match form {
                Form::Png => png(&text).and_then(|bytes| out.write_all(&bytes)),
                _ => out.write_all(text.as_bytes()),
            }
        }
    };
    written.and_then(|()| out.flush()).map_err(|error| Error::failed(WHAT, error.to_string()))
}

/// What a table says of its run beside the values.
fn about(run: &Run) -> About {
    let (summary, facts) = (run.summary(), run.facts());
    let mut said = About { started: facts.and_then(|facts| facts.started), ..About::default() };
    said.add("name", run.name.as_str());
    said.add("state", run.standing().word());
    said.add("started_at", said.started);
    said.add("last_news_at", run.heard());
    said.add("steps", summary.step);
    said.add("total_steps", summary.total);
    said.add("epochs", summary.epoch);
    said.add("total_epochs", summary.epochs);
    said.add("elapsed_time_seconds", summary.elapsed);
    said.add("attempts", Some(summary.attempt).filter(|attempt| *attempt > 0));
    let asked: serde_json::Map<_, _> =
        run.asked().iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect();
    said.add("configuration", Some(asked).filter(|asked| !asked.is_empty()));
    said
}
