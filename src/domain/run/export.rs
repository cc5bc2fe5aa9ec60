//! The metrics of a run as a table: the columns that everybody looks for first (R4.08), then all others under their own names
//! (decision 0218).

use super::Roles;
use crate::json;
use crate::series::{At, MetricId, Metrics, cell, rows, spelled};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::{Map, Value};
use std::io::{self, Write};

/// What is told of the run beside its values.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// When it was started: steps get their times from it. `None`: nobody told.
    pub started: Option<DateTime<Utc>>,
    /// Names and values, in this order.
    pub metadata: Map<String, Value>,
}

impl About {
    /// Tells one thing more; what is unknown is left out.
    pub fn add(&mut self, name: &str, value: impl serde::Serialize) {
        let value = serde_json::to_value(value).unwrap_or_default();
        if !value.is_null() {
            self.metadata.insert(name.to_owned(), value);
        }
    }
}

/// The columns that come first.
const FIRST: &str = "step_number,epoch,training_loss,validation_loss,learning_rate,perplexity,gpu_utilization,timestamp,\
                     elapsed_time_seconds,tokens";

/// What a row holds in the columns that come first.
struct Row {
    losses: [Option<f64>; 2],
    learning_rate: Option<f64>,
    gpu: Option<f64>,
    perplexity: Option<f64>,
    timestamp: Option<String>,
}

impl Row {
    fn of(at: &At, values: &[Option<f64>], places: &Places, about: &About) -> Self {
        let value = |place: Option<usize>| place.and_then(|place| values[place]);
        let timestamp = about.started.zip(at.seconds).and_then(|(started, seconds)| {
            let after =
                TimeDelta::try_milliseconds(i64::try_from(crate::numbers::count(seconds * 1e3)).ok()?)?;
            Some(started.checked_add_signed(after)?.to_rfc3339_opts(SecondsFormat::Millis, true))
        });
        Self {
            losses: [value(places.loss), value(places.eval)],
            learning_rate: value(places.learning_rate),
            gpu: value(places.gpu),
            perplexity: value(places.perplexity).or_else(|| perplexity(value(places.eval))),
            timestamp,
        }
    }
}

/// `exp` of the loss on what was held out.
fn perplexity(eval: Option<f64>) -> Option<f64> {
    eval.map(f64::exp).filter(|value| value.is_finite())
}

/// Where in a row the metrics stand that play a known role.
struct Places {
    loss: Option<usize>,
    eval: Option<usize>,
    learning_rate: Option<usize>,
    gpu: Option<usize>,
    /// One that was logged counts more than one that can be computed.
    perplexity: Option<usize>,
}

impl Places {
    fn of(metrics: &Metrics) -> Self {
        let roles = Roles::of(metrics);
        let place = |id: Option<MetricId>| id.and_then(|id| metrics.ids().position(|other| other == id));
        Self {
            loss: place(roles.loss),
            eval: place(roles.eval),
            learning_rate: place(roles.learning_rate),
            gpu: place(roles.gpu),
            perplexity: metrics.ids().position(|id| metrics.name(id) == "perplexity"),
        }
    }

    fn has(&self, place: usize) -> bool {
        [self.loss, self.eval, self.learning_rate, self.gpu, self.perplexity].contains(&Some(place))
    }
}

/// A table; empty where nothing was logged, `NaN`, `inf` and `-inf` as they are.
///
/// # Errors
/// What `out` says.
pub fn csv(metrics: &Metrics, about: &About, out: &mut impl Write) -> io::Result<()> {
    let places = Places::of(metrics);
    let others: Vec<usize> = (0..metrics.ids().count()).filter(|place| !places.has(*place)).collect();
    write!(out, "{FIRST}")?;
    for (place, id) in metrics.ids().enumerate() {
        if !places.has(place) {
            write!(out, ",{}", cell(metrics.name(id)))?;
        }
    }
    writeln!(out)?;
    rows(metrics, |at, values| {
        let row = Row::of(at, values, &places, about);
        write!(out, "{}", at.step)?;
        let [loss, eval] = row.losses;
        for number in [at.epoch, loss, eval, row.learning_rate, row.perplexity, row.gpu] {
            write!(out, ",")?;
            number.map_or(Ok(()), |n| write!(out, "{n}"))?;
        }
        write!(out, ",{},", row.timestamp.unwrap_or_default())?;
        at.seconds.map_or(Ok(()), |n| write!(out, "{n}"))?;
        write!(out, ",")?;
        at.tokens.map_or(Ok(()), |n| write!(out, "{n}"))?;
        for place in &others {
            write!(out, ",")?;
            values[*place].map_or(Ok(()), |v| write!(out, "{v}"))?;
        }
        writeln!(out)
    })
}

/// `{"job_metadata": {…}, "training_metrics": [{"step_number": …, "training_loss": …, …, "values": {name: value}}, …], "final_metrics": {…}}`:
/// what was not logged is left out, and `values` holds everything under its own name.
///
/// # Errors
/// What `out` says.
pub fn json(metrics: &Metrics, about: &About, out: &mut impl Write) -> io::Result<()> {
    let places = Places::of(metrics);
    let mut names = Vec::new();
    for id in metrics.ids() {
        let mut name = Vec::new();
        json::quote(metrics.name(id), &mut name);
        names.push(String::from_utf8_lossy(&name).into_owned());
    }
    write!(out, "{{\"job_metadata\":{},\n\"training_metrics\":[", Value::Object(about.metadata.clone()))?;
    let mut first = true;
    rows(metrics, |at, values| {
        write!(out, "{}\n{{\"step_number\":{}", if first { "" } else { "," }, at.step)?;
        first = false;
        let row = Row::of(at, values, &places, about);
        let [loss, eval] = row.losses;
        for (name, number) in [
            ("epoch", at.epoch),
            ("training_loss", loss),
            ("validation_loss", eval),
            ("learning_rate", row.learning_rate),
            ("perplexity", row.perplexity),
            ("gpu_utilization", row.gpu),
        ] {
            number.map_or(Ok(()), |n| write!(out, ",\"{name}\":{}", spelled(n)))?;
        }
        row.timestamp.map_or(Ok(()), |at| write!(out, ",\"timestamp\":\"{at}\""))?;
        at.seconds.map_or(Ok(()), |n| write!(out, ",\"elapsed_time_seconds\":{}", spelled(n)))?;
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
    write!(out, "],\n\"final_metrics\":{{")?;
    ended(metrics, &names, out)?;
    writeln!(out, "}}}}")
}

/// The newest values: those that everybody looks for, the best on what was held out, and all of them under their own names.
fn ended(metrics: &Metrics, names: &[String], out: &mut impl Write) -> io::Result<()> {
    let roles = Roles::of(metrics);
    let last = |id: Option<MetricId>| metrics.series(id?).last().map(|sample| sample.value);
    let eval = last(roles.eval);
    for (name, value) in [
        ("training_loss", last(roles.loss)),
        ("validation_loss", eval),
        ("perplexity", perplexity(eval)),
        ("learning_rate", last(roles.learning_rate)),
        ("gpu_utilization", last(roles.gpu)),
    ] {
        value.map_or(Ok(()), |n| write!(out, "\"{name}\":{},", spelled(n)))?;
    }
    if let Some(best) = roles.eval.and_then(|id| metrics.series(id).lowest()) {
        write!(out, "\"best_validation_loss\":{},\"best_step\":{},", spelled(best.value), best.at.step)?;
    }
    write!(out, "\"values\":{{")?;
    let mut comma = "";
    for (name, id) in names.iter().zip(metrics.ids()) {
        let Some(sample) = metrics.series(id).last() else { continue };
        write!(out, "{comma}{name}:{}", spelled(sample.value))?;
        comma = ",";
    }
    write!(out, "}}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some() -> Metrics {
        let mut metrics = Metrics::default();
        let at = |step, seconds| At { seconds: Some(seconds), ..At::step(step) };
        metrics.record(
            &At { epoch: Some(0.5), tokens: Some(64), ..at(1, 2.5) },
            &[("loss", 3.0), ("=x,y", f64::INFINITY)],
        );
        metrics.record(&at(2, 5.0), &[("loss", f64::NAN), ("eval_loss", 0.5), ("lr", 2e-4)]);
        metrics
    }

    fn about() -> About {
        let mut about = About { started: Some(DateTime::UNIX_EPOCH), ..About::default() };
        about.add("name", "a \"run\"");
        about.add("steps", None::<u64>);
        about
    }

    #[test]
    fn a_table_begins_with_the_columns_that_everybody_looks_for() {
        let mut out = Vec::new();
        csv(&some(), &about(), &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], format!("{FIRST},\"'=x,y\""), "each metric stands there once");
        assert_eq!(lines[1], "1,0.5,3,,,,,1970-01-01T00:00:02.500Z,2.5,64,inf");
        assert!(lines[2].starts_with("2,0.5,NaN,0.5,0.0002,1.648"), "{}", lines[2]);
        assert_eq!(lines.len(), 3);
        let mut out = Vec::new();
        csv(&Metrics::default(), &About::default(), &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), format!("{FIRST}\n"));
    }

    #[test]
    fn json_tells_of_the_run_every_step_and_the_end() {
        let mut out = Vec::new();
        json(&some(), &about(), &mut out).unwrap();
        let value: Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(
            value["job_metadata"],
            serde_json::json!({"name": "a \"run\""}),
            "the unknown is left out"
        );
        let steps = &value["training_metrics"];
        assert_eq!(steps[0]["values"], serde_json::json!({"loss": 3, "=x,y": "inf"}));
        assert_eq!((&steps[1]["training_loss"], &steps[1]["validation_loss"]), (&"nan".into(), &0.5.into()));
        assert_eq!(steps[1]["timestamp"], "1970-01-01T00:00:05.000Z");
        let end = &value["final_metrics"];
        assert_eq!((&end["best_validation_loss"], &end["best_step"]), (&0.5.into(), &2.into()));
        assert_eq!(end["values"]["lr"], 2e-4);
        let mut out = Vec::new();
        json(&Metrics::default(), &About::default(), &mut out).unwrap();
        let value: Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(
            value,
            serde_json::json!({"job_metadata": {}, "training_metrics": [], "final_metrics": {"values": {}}})
        );
    }
}
