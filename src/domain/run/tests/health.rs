//! Each alert on both sides of its threshold.

use super::*;
use crate::series::{At, Metrics};

fn kinds(metrics: &Metrics, percent: f64) -> Vec<AlertKind> {
    let progress = Progress { percent, ..Progress::default() };
    let facts = Facts { progress: Some((clock(0.0), progress)), ..Facts::default() };
    alerts(&facts, metrics, &State::Running).into_iter().map(|a| a.kind).collect()
}

fn curve(values: impl IntoIterator<Item = f64>) -> Metrics {
    let mut metrics = Metrics::default();
    for (step, value) in (1..).zip(values) {
        metrics.record(&At::step(step), &[("loss", value)]);
    }
    metrics
}

/// Noise of a training loss: repeatable, mean 0, within ±`size`.
fn noise(n: u32, size: f64) -> f64 {
    size * (f64::from((n * 7919) % 101) / 50.0 - 1.0)
}

fn falling(n: u32) -> f64 {
    3.0 - 0.005 * f64::from(n) + noise(n, 0.05)
}

#[test]
fn a_healthy_run_is_healthy() {
    assert_eq!(kinds(&curve((0..400).map(falling)), 50.0), []);
    assert_eq!(kinds(&Metrics::default(), 50.0), []);
}

#[test]
fn nan() {
    assert_eq!(kinds(&curve([1.0, f64::NAN]), 0.0), [AlertKind::Nan]);
    assert_eq!(kinds(&curve([1.0, f64::NAN, 0.9]), 0.0), [], "it has passed");
    let mut metrics = curve([1.0]);
    metrics.record(&At::step(1), &[("grad_norm", f64::INFINITY)]);
    metrics.record(&At::step(2), &[("grad_norm", f64::INFINITY)]);
    assert_eq!(kinds(&metrics, 0.0), [], "the scale of mixed precision is being found");
    metrics.record(&At::step(3), &[("grad_norm", f64::NAN)]);
    assert_eq!(kinds(&metrics, 0.0), [AlertKind::Nan]);
    metrics.record(&At::step(3), &[("grad_norm", 1.0), ("eval_loss", f64::NAN)]);
    assert_eq!(kinds(&metrics, 0.0), [AlertKind::Nan]);
}

#[test]
fn divergence() {
    let to = |end: f64| {
        curve((0..100).map(|n| 2.0 + noise(n, 0.05)).chain((0..20).map(move |n| end + noise(n, 0.05))))
    };
    assert_eq!(kinds(&to(3.2), 0.0), [AlertKind::Divergence]);
    assert_eq!(kinds(&to(2.8), 0.0), []);
    // A curve that is all noise does not run away.
    assert_eq!(kinds(&curve((0..120).map(|n| 1.0 + noise(n, 0.9))), 0.0), []);
    assert_eq!(kinds(&curve((0..39).map(f64::from)), 0.0), [], "too short to say");
}

#[test]
fn plateau() {
    let flat = |count: u32| curve((0..count).map(|n| 2.0 + noise(n, 0.01)));
    assert_eq!(kinds(&flat(250), 50.0), [AlertKind::Plateau]);
    assert_eq!(kinds(&flat(250), 95.0), [], "a falling learning rate ends so");
    assert_eq!(kinds(&flat(150), 50.0), []);
    let slope = curve((0..250).map(|n| 2.0 - 0.000_2 * f64::from(n)));
    assert_eq!(kinds(&slope, 50.0), [], "2 % in 200 points");
}

#[test]
fn overfitting() {
    let with = |train: fn(u32) -> f64, evals: &[f64]| {
        let mut metrics = curve((0..300).map(train));
        for (at, eval) in (1..).zip(evals) {
            metrics.record(&At::step(at * 50), &[("eval_loss", *eval)]);
        }
        kinds(&metrics, 50.0)
    };
    assert_eq!(with(falling, &[2.0, 1.5, 1.52, 1.54]), [AlertKind::Overfitting]);
    assert_eq!(with(falling, &[2.0, 1.5, 1.505, 1.51]), [], "one percent");
    assert_eq!(with(falling, &[2.0, 1.5, 1.6]), [], "one evaluation may be bad luck");
    assert_eq!(with(falling, &[2.0, 1.5, 1.5, 1.6]), [], "the one before was as good as the best");
    assert_eq!(with(falling, &[2.0, 1.8, 1.7]), []);
    let rising = with(|n| 2.0 + 0.001 * f64::from(n), &[2.0, 1.5, 1.6, 1.7]);
    assert!(!rising.contains(&AlertKind::Overfitting), "training gets worse as well: another problem");
}

#[test]
fn slow_down() {
    let paces = |paces: &[(u32, f64)]| {
        let (mut metrics, mut now, mut step) = (Metrics::default(), 0.0, 0);
        for (count, pace) in paces {
            for _ in 0..*count {
                (now, step) = (now + pace, step + 1);
                let at = At { seconds: Some(now), ..At::step(step) };
                metrics.record(&at, &[("loss", falling(u32::try_from(step).unwrap()))]);
            }
        }
        kinds(&metrics, 50.0)
    };
    assert_eq!(paces(&[(100, 1.0), (20, 2.1)]), [AlertKind::SlowDown]);
    assert_eq!(paces(&[(100, 1.0), (20, 1.9)]), []);
    assert_eq!(paces(&[(100, 1.0), (5, 30.0), (15, 1.0)]), [], "a few evaluations between steps");
    assert_eq!(paces(&[(10, 1.0), (20, 9.0)]), [], "too short to say");
}

#[test]
fn gpu_idle() {
    let use_of = |values: &[f64]| {
        let mut metrics = Metrics::default();
        for (step, value) in (1..).zip(values) {
            metrics.record(&At::step(step), &[("gpu_utilization", *value)]);
        }
        kinds(&metrics, 50.0)
    };
    assert_eq!(use_of(&[49.0; 5]), [AlertKind::GpuIdle]);
    assert_eq!(use_of(&[51.0; 5]), []);
    assert_eq!(use_of(&[10.0; 4]), []);
    assert_eq!(use_of(&[[10.0; 10], [90.0; 10]].concat()), [], "only what is now counts");
}

#[test]
fn no_contact() {
    let facts = Facts::default();
    let found = alerts(&facts, &Metrics::default(), &State::Stale { silent: 61.2 });
    assert_eq!(
        (found[0].kind, found[0].text.as_str()),
        (AlertKind::NoContact, "Nothing was heard for 1m 1s")
    );
}

#[test]
fn the_worst_comes_first_and_an_end_leaves_no_hints() {
    let mut metrics = curve((0..250).map(|n| 2.0 + noise(n, 0.01)));
    for step in 1..=5 {
        metrics.record(&At::step(step), &[("gpu_utilization", 1.0)]);
        metrics.record(&At::step(step), &[("grad_norm", f64::NAN)]);
    }
    assert_eq!(kinds(&metrics, 50.0), [AlertKind::Nan, AlertKind::Plateau, AlertKind::GpuIdle]);
    let done: Vec<_> =
        alerts(&Facts::default(), &metrics, &State::Done).into_iter().map(|a| a.kind).collect();
    assert_eq!(done, [AlertKind::Nan]);
}
