//! Which curves are compared with each other, on which charts, and which of them have the axis at the right.

use super::Run;
use domain::run::Roles;
use domain::series::{MetricId, Slots};
use std::collections::BTreeMap;

/// Colours that themes and pictures have for curves.
pub const COLOURS: usize = 6;

/// A curve on a chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Curve {
    /// Which of the runs.
    pub run: usize,
    /// Which metric of it.
    pub id: MetricId,
    /// What the legend says.
    pub name: String,
    /// Few points, each of them marked: an evaluation.
    pub eval: bool,
    /// The place of its colour.
    pub slot: usize,
    /// It has the axis at the right.
    pub right: bool,
}

/// A chart: curves that are compared with each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chart {
    /// What it shows.
    pub title: String,
    /// The curves, the first one is spoken of.
    pub curves: Vec<Curve>,
}

/// What has the second vertical axis of a chart, at the right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Right {
    /// The chart's own evaluations.
    Eval,
    /// The curves of the chart of this title, laid over it.
    Chart(String),
}

impl Right {
    /// What the chart of this number can have at its right, in the order of the charts.
    pub fn choices(charts: &[Chart], at: usize) -> Vec<Self> {
        let Some(chart) = charts.get(at) else { return Vec::new() };
        let mixed = chart.curves.iter().any(|c| c.eval) && chart.curves.iter().any(|c| !c.eval);
        let own = mixed.then_some(Self::Eval);
        let others = charts.iter().filter(|other| other.title != chart.title);
        own.into_iter().chain(others.map(|other| Self::Chart(other.title.clone()))).collect()
    }

    /// What it is called.
    pub fn word(&self) -> &str {
        match self {
            Self::Eval => "evaluation",
            Self::Chart(title) => title,
        }
    }
}

/// The second axes that were chosen, by the title of their chart.
pub type Rights = BTreeMap<String, Right>;

/// What is known of a metric by its role: charts of different trainers meet under it.
fn role(roles: &Roles, id: MetricId) -> Option<(usize, &'static str)> {
    let known = [
        (roles.loss, "loss"),
        (roles.eval, "loss"),
        (roles.learning_rate, "learning rate"),
        (roles.grad_norm, "gradient norm"),
        (roles.speed, "tokens per second"),
        (roles.gpu, "GPU %"),
    ];
    known.iter().enumerate().find(|(_, (role, _))| *role == Some(id)).map(|(at, (_, word))| (at, *word))
}

/// The charts of these runs: what plays a known role first, everything else in the order in which it was told.
pub fn charts(runs: &[Run]) -> Vec<Chart> {
    let mut found: Vec<(usize, Chart)> = Vec::new();
    let several = runs.len() > 1;
    let mut colours = Slots::new(COLOURS);
    let slots: Vec<usize> = runs.iter().map(|run| colours.of(&run.name)).collect();
    for (at, run) in runs.iter().enumerate() {
        let roles = Roles::of(run.metrics());
        for id in run.metrics().ids() {
            let name = run.metrics().name(id);
            let (rank, title) = role(&roles, id).unwrap_or((usize::MAX, name));
            let eval = roles.eval == Some(id);
            let shown = if several {
                format!("{}{}", run.name, if eval { " eval" } else { "" })
            } else {
                name.to_owned()
            };
            let curve = Curve { run: at, id, name: shown, eval, slot: slots[at], right: false };
            match found.iter_mut().find(|(_, chart)| chart.title == title) {
                Some((best, chart)) => {
                    *best = rank.min(*best);
                    chart.curves.push(curve);
                }
                None => found.push((rank, Chart { title: title.to_owned(), curves: vec![curve] })),
            }
        }
    }
    found.sort_by_key(|(rank, _)| *rank);
    let mut charts: Vec<Chart> = found.into_iter().map(|(_, chart)| chart).collect();
    for chart in &mut charts {
        chart.curves.sort_by_key(|curve| curve.eval);
        if !several {
            colour(&mut chart.curves);
        }
    }
    charts
}

/// Colours by name, no colour twice while there are some left.
fn colour(curves: &mut [Curve]) {
    let mut colours = Slots::new(COLOURS);
    for curve in curves {
        curve.slot = colours.of(&curve.name);
    }
}

/// The chart of this number with what was chosen for its right side.
pub fn two_sided(charts: &[Chart], at: usize, rights: &Rights) -> Option<Chart> {
    let mut chart = charts.get(at)?.clone();
    match rights.get(&chart.title) {
        None => {}
        Some(Right::Eval) => chart.curves.iter_mut().for_each(|curve| curve.right = curve.eval),
        Some(Right::Chart(title)) => {
            let laid = charts.iter().filter(|other| other.title == *title && other.title != chart.title);
            let several = chart.curves.iter().any(|curve| curve.run != chart.curves[0].run);
            for curve in laid.flat_map(|other| &other.curves) {
                let name = if several { format!("{} {title}", curve.name) } else { curve.name.clone() };
                chart.curves.push(Curve { right: true, name, ..curve.clone() });
            }
            if !several {
                colour(&mut chart.curves);
            }
        }
    }
    Some(chart)
}
