//! The report of a model, with the curves of its run while the run directory is there.

use super::ReportFile;
use super::read::find;
use crate::local::{Part, Sink as _};
use crate::{Engine, Error, Result, jobs};
use domain::model::{Curve, html, markdown};
use domain::series::{Look, Metrics};
use std::path::{Path, PathBuf};

const WHAT: &str = "Cannot write the report";
/// The curves of a report: what it is called, and the metrics in it.
const CURVES: [(&str, &[&str]); 2] =
    [("loss", &["loss", "eval_loss"]), ("learning rate", &["learning_rate"])];

/// Writes it to a file: HTML where its name ends so, else Markdown with pictures beside it.
pub async fn report(engine: &Engine, model: &str, to: &Path) -> Result<ReportFile> {
    let model = find(engine, model).await?;
    let metrics = jobs::metrics(engine, model.lineage.job)?;
    let curves: Vec<Curve> =
        CURVES.iter().filter_map(|(title, names)| curve(&metrics, title, names)).collect();
    let stem = to.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    if stem.is_empty() || to.is_dir() {
        return Err(Error::usage(WHAT, "name a file to write")
            .on(to.display())
            .next("For example report.md or report.html"));
    }
    let is_html =
        to.extension().is_some_and(|end| end.eq_ignore_ascii_case("html") || end.eq_ignore_ascii_case("htm"));
    let report = if is_html { html(&model, &curves) } else { markdown(&model, &curves, &stem) };
    let mut beside = Vec::new();
    for (name, text) in &report.beside {
        beside.push(write(&to.with_file_name(name), text)?);
    }
    Ok(ReportFile { path: write(to, &report.text)?, beside })
}

fn write(path: &Path, text: &str) -> Result<PathBuf> {
    let part = Part::begin(path)?;
    part.write_at(text.as_bytes(), 0)?;
    part.sync()?;
    part.keep()
}

fn curve(metrics: &Metrics, title: &str, names: &[&str]) -> Option<Curve> {
    let known = names.iter().filter_map(|name| Some((*name, metrics.get(name)?)));
    let found: Vec<_> = known.filter(|(_, series)| !series.is_empty()).collect();
    let (svg, words) = crate::watch::single(title, &found, Look::Day)?;
    Some(Curve { title: title.to_owned(), words, svg })
}
