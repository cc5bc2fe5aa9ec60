//! A million steps with three metrics.

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

#[test]
#[ignore = "takes long without optimisation: cargo nextest run --release --run-ignored only -E 'test(speed)'"]
#[expect(clippy::disallowed_methods, reason = "a measurement reads the clock")]
#[expect(clippy::print_stderr, reason = "a measurement tells its figure")]
fn a_million_steps_are_quick() {
    let began = std::time::Instant::now();
    let metrics = million();
    let took = began.elapsed().as_secs_f64();
    let began = std::time::Instant::now();
    let (mut out, mut seen) = (Vec::new(), 0);
    for n in 0..1000 {
        loss(&metrics).buckets_into(Axis::Time, f64::from(n), 400_000.0 + f64::from(n), 400, &mut out);
        seen += out.iter().flatten().count();
    }
    let window = began.elapsed().as_secs_f64() / 1000.0;
    eprintln!(
        "ingest {took:.3} s, {:.1} MB, window of 400 columns {:.1} µs ({seen})",
        metrics.bytes() as f64 / 1e6,
        window * 1e6
    );
    assert!(took < 0.5 && window < 0.004);
}
