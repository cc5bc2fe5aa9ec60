//! The charts of runs as one page.

use super::Run;
use super::charts::{Chart, Curve};
use super::export::Sight;
use domain::run::{Roles, Severity};
use domain::series::{Axis, Line, Look, Note, Page, Panel, Scale, Series, Smooth, sentence, svg};

/// Wrong things that are told of one run; of several each has its own.
const NOTES: usize = 3;

/// The page as SVG; `None`: nothing was logged.
pub(super) fn page(runs: &[Run], sight: &Sight) -> Option<String> {
    let charts = sight.charts(runs);
    let curves = || charts.iter().flat_map(|chart| &chart.curves);
    let raw = |curve: &Curve| Some(runs.get(curve.run)?.series(curve.id));
    let known = |axis| curves().filter_map(raw).any(|series| series.has(axis));
    let axis = if known(sight.axis) { sight.axis } else { Axis::Step };
    let reach = curves().filter_map(|curve| raw(curve)?.reach(axis));
    let reach = reach.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))?;
    let range = sight.window.filter(|_| axis == sight.axis).unwrap_or(reach);

    let (notes, marks) = health(runs, axis);
    let drawn: Vec<Drawn> = charts.iter().map(|chart| Drawn::of(chart, runs, sight.weight)).collect();
    let all: Vec<Vec<Line<'_>>> =
        charts.iter().zip(&drawn).map(|(chart, drawn)| drawn.lines(chart, runs, axis)).collect();
    let panels: Vec<Panel<'_>> = charts
        .iter()
        .zip(&drawn)
        .zip(&all)
        .enumerate()
        .filter(|(_, (_, lines))| !lines.is_empty())
        .map(|(at, ((chart, drawn), lines))| Panel {
            title: &chart.title,
            axis,
            range,
            scale: sight.scale,
            lines,
            words: &drawn.words,
            marks: if at == 0 { &marks } else { &[] },
        })
        .collect();
    let title = runs.iter().map(|run| run.name.as_str()).collect::<Vec<_>>().join(", ");
    let says = says(runs, sight);
    Some(svg(&Page { title: &title, says: &says, notes: &notes, panels: &panels, look: sight.look }))
}

/// Chart and words of one metric and its evaluation, for a report.
pub(crate) fn single(title: &str, curves: &[(&str, Series<'_>)], look: Look) -> Option<(String, String)> {
    let (_, first) = curves.first()?;
    let mut slots = domain::series::Slots::new(super::charts::COLOURS);
    let lines: Vec<Line<'_>> = curves
        .iter()
        .zip(0_usize..)
        .map(|((name, series), at)| Line {
            name,
            series: *series,
            slot: slots.of(name),
            dimmed: false,
            dots: at > 0,
            right: false,
        })
        .collect();
    let words = sentence(title, *first, curves.get(1).map(|(_, series)| *series));
    let range = first.reach(Axis::Step).unwrap_or((0.0, 1.0));
    let panel = Panel {
        title: "",
        axis: Axis::Step,
        range,
        scale: Scale::Linear,
        lines: &lines,
        words: &words,
        marks: &[],
    };
    let page = Page { title, says: "", notes: &[], panels: &[panel], look };
    Some((svg(&page), words))
}

/// What a chart is drawn from besides the runs.
struct Drawn {
    words: String,
    /// A smoothed copy for each curve that has one.
    smooth: Vec<Option<Smooth>>,
}

impl Drawn {
    fn of(chart: &Chart, runs: &[Run], weight: f64) -> Self {
        let smooth = chart.curves.iter().map(|curve| {
            let run = runs.get(curve.run).filter(|_| weight > 0.0 && !curve.eval)?;
            let mut smooth = Smooth::new(weight);
            smooth.follow(run.metrics().series(curve.id), usize::MAX);
            Some(smooth)
        });
        Self { words: words(runs, chart), smooth: smooth.collect() }
    }

    fn lines<'a>(&'a self, chart: &'a Chart, runs: &'a [Run], axis: Axis) -> Vec<Line<'a>> {
        let mut lines = Vec::new();
        for (curve, smooth) in chart.curves.iter().zip(&self.smooth) {
            let Some(series) = runs.get(curve.run).map(|run| run.series(curve.id)) else { continue };
            if !series.has(axis) {
                continue;
            }
            let line = Line {
                name: &curve.name,
                series,
                slot: curve.slot,
                dimmed: smooth.is_some(),
                dots: curve.eval,
                right: curve.right,
            };
            lines.push(line);
            lines.extend(smooth.as_ref().map(|s| Line { series: s.series(series), dimmed: false, ..line }));
        }
        lines
    }
}

/// What a chart says, in words.
pub fn words(runs: &[Run], chart: &Chart) -> String {
    let find = |eval: bool| chart.curves.iter().find(|curve| curve.eval == eval);
    let series = |curve: &Curve| Some(runs.get(curve.run)?.series(curve.id));
    let Some(first) = find(false).or_else(|| find(true)) else { return String::new() };
    let eval = find(true).filter(|eval| *eval != first && eval.run == first.run).and_then(series);
    let Some(main) = series(first) else { return String::new() };
    let name = if chart.curves.len() > 1 && runs.len() > 1 { &first.name } else { &chart.title };
    let mut said = sentence(name, main, eval);
    let right = chart.curves.iter().find(|curve| curve.right && curve.run == first.run);
    if let Some((right, values)) = right.and_then(|right| Some((right, series(right)?))) {
        said.push_str("; right axis: ");
        // Of the chart's own evaluation everything was said.
        if right.eval {
            said.push_str(&right.name);
        } else {
            said.push_str(&sentence(&right.name, values, None));
        }
    }
    said
}

/// How the runs stand, and how the charts are drawn where that cannot be seen.
fn says(runs: &[Run], sight: &Sight) -> String {
    let mut parts = Vec::new();
    if let [run] = runs {
        parts.push(run.standing().word().to_owned());
        let summary = run.summary();
        if let Some(step) = summary.step {
            let all = summary.total.map_or_else(String::new, |total| format!(" of {total}"));
            parts.push(format!("step {step}{all}"));
        }
    }
    if sight.weight > 0.0 {
        parts.push(format!("smoothed by {}", sight.weight));
    }
    if sight.scale == Scale::Log {
        parts.push("log scale".to_owned());
    }
    parts.join(" · ")
}

/// What is wrong, and where on the axis.
fn health(runs: &[Run], axis: Axis) -> (Vec<Note>, Vec<(f64, bool)>) {
    let (mut notes, mut marks) = (Vec::new(), Vec::new());
    for run in runs {
        let most = if runs.len() > 1 { 1 } else { NOTES };
        for alert in run.alerts().iter().take(most) {
            let danger = alert.severity == Severity::Danger;
            let of = if runs.len() > 1 { format!("{}: ", run.name) } else { String::new() };
            notes.push(Note { text: format!("{of}{}. {}", alert.text, alert.advice), danger });
            marks.extend(alert.step.and_then(|step| Some((place(run, axis, step)?, danger))));
        }
    }
    (notes, marks)
}

/// Where a step lies on an axis, by the nearest loss.
#[expect(clippy::cast_precision_loss, reason = "steps of a run")]
fn place(run: &Run, axis: Axis, step: u64) -> Option<f64> {
    if axis == Axis::Step {
        return Some(step as f64);
    }
    let loss = Roles::of(run.metrics()).loss?;
    run.series(loss).nearest(Axis::Step, step as f64)?.at.on(axis)
}
