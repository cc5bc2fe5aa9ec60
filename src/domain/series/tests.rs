#![expect(
    clippy::cast_precision_loss,
    clippy::float_cmp,
    reason = "small whole numbers, and values that must come back as they were"
)]

use super::*;
use proptest::prelude::*;

mod curve;
mod picture;
mod shape;
mod size;

/// Steps 0, 1, 2, … with these values of `loss`.
fn of(values: &[f64]) -> Metrics {
    let mut metrics = Metrics::default();
    for (step, value) in (0_u32..).zip(values) {
        metrics.record(
            &At { seconds: Some(f64::from(step) * 2.0), ..At::step(step.into()) },
            &[("loss", *value)],
        );
    }
    metrics
}

fn steps(series: Series<'_>) -> Vec<(u64, f64)> {
    series.samples().map(|s| (s.at.step, s.value)).collect()
}

fn loss(metrics: &Metrics) -> Series<'_> {
    metrics.get("loss").expect("it was logged")
}
