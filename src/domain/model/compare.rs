//! Versions side by side (R5.09).

use super::Model;
use crate::hyperparameters::{Field, Hyperparameters};
use crate::numbers::{UNKNOWN, fixed, span};
use serde::{Deserialize, Serialize};

/// One line of a comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// What is compared.
    pub label: String,
    /// A value for each model, in their order.
    pub values: Vec<String>,
    /// The best of them, where less is better; `None`: they are equal, unknown, or no matter of better.
    pub best: Option<usize>,
}

/// Models side by side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// Their names with versions.
    pub models: Vec<String>,
    /// What was measured.
    pub lines: Vec<Line>,
    /// The settings in which they differ; equal ones are left out.
    pub settings: Vec<Line>,
}

/// Compares models, in the order given.
pub fn compare(models: &[Model]) -> Comparison {
    let number = |label: &str, of: &dyn Fn(&Model) -> Option<f64>, show: &dyn Fn(f64) -> String| {
        let values: Vec<Option<f64>> = models.iter().map(|m| of(m).filter(|v| v.is_finite())).collect();
        let shown = values.iter().map(|v| v.map_or_else(|| UNKNOWN.to_owned(), show)).collect();
        Line { label: label.to_owned(), values: shown, best: least(&values) }
    };
    let four = |v: f64| fixed(v, 4);
    let time = |v: f64| span(crate::numbers::count(v));
    let words = |label: &str, of: &dyn Fn(&Model) -> String| Line {
        label: label.to_owned(),
        values: models.iter().map(of).collect(),
        best: None,
    };
    let lines = vec![
        words("status", &|m| m.status.to_string()),
        words("created", &|m| m.created_at.date_naive().to_string()),
        words("dataset", &|m| m.lineage.dataset_name.clone()),
        words("base model", &|m| m.lineage.base_model.clone().unwrap_or_else(|| UNKNOWN.to_owned())),
        words("preset", &|m| m.lineage.preset_id.clone()),
        words("quality", &|m| m.quality.words()),
        number("validation loss", &|m| m.quality.losses.validation, &four),
        number("perplexity", &|m| m.quality.perplexity, &|v| fixed(v, 2)),
        number("training loss", &|m| m.quality.losses.last, &four),
        number("training time", &|m| m.summary.training_seconds, &time),
        number("cost", &|m| m.summary.cost.map(crate::money::Usd::as_float), &|v| {
            format!("${}", fixed(v, 2))
        }),
        words("size", &|m| crate::numbers::bytes(m.bytes())),
    ];
    // Versions of one dataset need no line that says so.
    let differs = |line: &Line| line.label != "dataset" || line.values.iter().any(|v| *v != line.values[0]);
    let lines = lines.into_iter().filter(differs).collect();
    let read: Vec<Hyperparameters> =
        models.iter().map(|m| Hyperparameters::from_row(&m.lineage.hyperparameters).values).collect();
    let settings = Field::ALL
        .iter()
        .map(|field| Line {
            label: field.to_string(),
            values: read.iter().map(|h| h.text(*field)).collect(),
            best: None,
        })
        .filter(|line| line.values.iter().any(|v| *v != line.values[0]))
        .collect();
    let models = models.iter().map(|m| format!("{} {}", m.name, m.version)).collect();
    Comparison { models, lines, settings }
}

/// The place of the smallest number; `None` when fewer than two are known or the smallest is there twice.
fn least(values: &[Option<f64>]) -> Option<usize> {
    let mut known: Vec<(usize, f64)> =
        values.iter().enumerate().filter_map(|(i, v)| Some((i, (*v)?))).collect();
    known.sort_by(|a, b| a.1.total_cmp(&b.1));
    match known[..] {
        [(place, first), (_, second), ..] if first < second => Some(place),
        _ => None,
    }
}
