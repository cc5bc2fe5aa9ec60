//! What a million steps with three metrics need in memory.

use super::*;

fn million() -> Metrics {
    let mut metrics = Metrics::default();
    for step in 0..1_000_000_u32 {
        let x = f64::from(step);
        let at = At {
            step: step.into(),
            epoch: Some(x / 4e5),
            seconds: Some(x * 0.5),
            tokens: Some(u64::from(step) * 512),
        };
        metrics.record(&at, &[("loss", x.sin()), ("lr", x), ("norm", x.cos())]);
    }
    metrics
}

/// 3 × (8 + pyramid) + 28 of the axes, of which a metric alone would need all: far below 40 bytes a point.
#[test]
fn a_million_steps_are_small() {
    let metrics = million();
    let per_point = metrics.bytes() as f64 / 3e6;
    assert!(per_point < 22.0, "{per_point} bytes");
    let mut alone = Metrics::default();
    for step in 0..100_000 {
        alone.record(&At { step, epoch: Some(1.0), seconds: Some(1.0), tokens: Some(1) }, &[("loss", 1.0)]);
    }
    let per_point = alone.bytes() as f64 / 1e5;
    assert!(per_point <= 42.0, "{per_point} bytes");
}
