//! What is kept, and what a window of it says.

use super::*;

#[test]
fn a_step_told_twice_has_the_newest_value() {
    let mut metrics = of(&[3.0, 2.0, 1.0]);
    metrics.record(&At::step(2), &[("loss", 0.5)]);
    assert_eq!(steps(loss(&metrics)), [(0, 3.0), (1, 2.0), (2, 0.5)]);
    assert_eq!(loss(&metrics).last().unwrap().at.seconds, Some(4.0), "what was known of the step stays");
}

#[test]
fn what_is_told_again_without_its_place_stays_there() {
    let mut metrics = Metrics::default();
    let at = At { step: 1, epoch: Some(0.5), seconds: Some(2.0), tokens: Some(64) };
    metrics.record(&at, &[("loss", 1.0)]);
    metrics.record(&At::step(1), &[("loss", 0.5)]);
    assert_eq!(loss(&metrics).last(), Some(Sample { at, value: 0.5 }));
}

#[test]
fn a_step_that_goes_back_voids_what_lay_behind_it() {
    let mut metrics = of(&[3.0, 2.0, 1.0, 9.0]);
    metrics.record(&At::step(0), &[("eval/loss", 4.0)]);
    metrics.record(&At::step(2), &[("loss", 0.5)]);
    assert_eq!(steps(loss(&metrics)), [(0, 3.0), (1, 2.0), (2, 0.5)]);
    assert_eq!(metrics.get("eval/loss").unwrap().len(), 1);
    metrics.void_from(1);
    assert_eq!(steps(loss(&metrics)), [(0, 3.0)]);
    metrics.void_from(0);
    assert!(loss(&metrics).is_empty() && loss(&metrics).last().is_none() && metrics.last_step().is_none());
    assert_eq!(loss(&metrics).buckets(Axis::Step, 0.0, 9.0, 2), [None, None]);
}

#[test]
fn a_metric_that_comes_late_takes_nothing_away() {
    let mut metrics = Metrics::default();
    for step in [10, 20, 30] {
        metrics.record(&At::step(step), &[("loss", 1.0), ("norm", 2.0)][..if step == 10 { 2 } else { 1 }]);
    }
    metrics.record(&At::step(20), &[("norm", 3.0)]);
    assert_eq!(steps(loss(&metrics)).len(), 3);
    metrics.record(&At::step(25), &[("norm", 4.0)]);
    assert_eq!(steps(loss(&metrics)).len(), 3);
    assert_eq!(steps(metrics.get("norm").unwrap()), [(10, 2.0), (20, 3.0), (25, 4.0)]);
    metrics.record(&At::step(30), &[("loss", 0.9), ("norm", 5.0)]);
    assert_eq!(steps(metrics.get("norm").unwrap()).len(), 4);
    assert_eq!(steps(loss(&metrics)).last(), Some(&(30, 0.9)));
}

#[test]
fn nan_is_a_gap_and_bounds_nothing() {
    let metrics = of(&[1.0, f64::NAN, 3.0, f64::INFINITY, 2.0, f64::NAN]);
    let series = loss(&metrics);
    assert_eq!(series.span(Axis::Step, 0.0, 9.0), Some((1.0, 3.0)));
    let buckets = series.buckets(Axis::Step, 0.0, 6.0, 6);
    assert_eq!(
        buckets.iter().map(|b| b.unwrap().gap).collect::<Vec<_>>(),
        [false, true, false, true, false, true]
    );
    assert!(buckets[1].unwrap().min.is_nan());
    assert_eq!(series.last_finite().unwrap().value, 2.0);
    assert!(series.last().unwrap().value.is_nan());
    assert_eq!(series.last_gap().unwrap().at.step, 5);
    assert_eq!(series.lowest().unwrap().at.step, 0);
}

#[test]
fn an_axis_may_begin_late_and_never_goes_back() {
    let mut metrics = Metrics::default();
    let tell = |metrics: &mut Metrics, step, epoch, seconds| {
        metrics.record(&At { step, epoch, seconds, tokens: None }, &[("loss", 1.0)]);
    };
    tell(&mut metrics, 1, None, None);
    tell(&mut metrics, 2, Some(0.1), Some(5.0));
    tell(&mut metrics, 3, None, Some(3.0));
    tell(&mut metrics, 4, Some(f64::NAN), Some(8.0));
    let series = loss(&metrics);
    let at: Vec<_> = series.samples().map(|s| (s.at.epoch, s.at.seconds)).collect();
    assert_eq!(at, [(None, None), (Some(0.1), Some(5.0)), (Some(0.1), Some(5.0)), (Some(0.1), Some(8.0))]);
    assert!(!series.has(Axis::Tokens) && series.reach(Axis::Time) == Some((5.0, 8.0)));
    assert_eq!(series.nearest(Axis::Time, 7.0).unwrap().at.step, 4);
    assert_eq!(series.nearest(Axis::Step, -1e300).unwrap().at.step, 1);
    assert_eq!(series.buckets(Axis::Tokens, 0.0, 1.0, 3), [None, None, None]);
}

#[test]
fn windows_that_make_no_sense_hold_nothing() {
    let metrics = of(&[1.0, 2.0]);
    for (from, to) in [(2.0, 1.0), (f64::NAN, 1.0), (0.0, f64::INFINITY), (5.0, 9.0)] {
        assert_eq!(loss(&metrics).buckets(Axis::Step, from, to, 2), [None, None], "{from} {to}");
    }
    assert!(loss(&metrics).buckets(Axis::Step, 1.0, 1.0, 1)[0].is_some());
    assert!(loss(&metrics).buckets(Axis::Step, 0.0, 1.0, 0).is_empty());
}

/// The window by looking at every point.
fn slow(points: &[(u64, f64)], from: f64, to: f64, width: usize) -> Vec<Option<Bucket>> {
    let edge = |column: usize| from + (to - from) * (column as f64 / width as f64);
    (0..width)
        .map(|column| {
            let inside: Vec<f64> = points
                .iter()
                .filter(|(s, _)| {
                    let x = *s as f64;
                    x >= if column == 0 { from } else { edge(column) }
                        && if column + 1 == width { x <= to } else { x < edge(column + 1) }
                })
                .map(|(_, v)| *v)
                .collect();
            let gap = inside.iter().any(|v| !v.is_finite());
            let numbers: Vec<f64> = inside.iter().copied().filter(|v| v.is_finite()).collect();
            let fold = |f: fn(f64, f64) -> f64| numbers.iter().copied().reduce(f).unwrap_or(f64::NAN);
            let ends = (numbers.first().copied(), numbers.last().copied());
            (!inside.is_empty()).then(|| Bucket {
                min: fold(f64::min),
                max: fold(f64::max),
                first: ends.0.unwrap_or(f64::NAN),
                last: ends.1.unwrap_or(f64::NAN),
                gap,
            })
        })
        .collect()
}

proptest! {
    #[test]
    fn a_window_says_what_all_its_points_say(
        jumps in prop::collection::vec((1_u64..9, prop_oneof![9 => -5.0..5.0, 1 => Just(f64::NAN)], 0_u8..4), 1..3000),
        (from, span, width) in (0.0..9000.0_f64, 0.0..9000.0_f64, 1_usize..40),
        (restart, extra) in (0_u64..20_000, 0_usize..200),
    ) {
        let (mut metrics, mut points, mut step) = (Metrics::default(), Vec::new(), 0);
        for (jump, value, other) in &jumps {
            step += jump;
            // `loss` is missing in a quarter of the rows.
            let both = [("lr", 1.0), ("loss", *value)];
            metrics.record(&At::step(step), if *other == 0 && step > 9 { &both[..1] } else { &both });
            if !(*other == 0 && step > 9) {
                points.push((step, *value));
            }
        }
        metrics.void_from(restart);
        points.retain(|(s, _)| *s < restart);
        step = step.min(restart);
        for n in 0..extra {
            step += 1;
            metrics.record(&At::step(step), &[("lr", 1.0), ("loss", n as f64)]);
            points.push((step, n as f64));
        }
        let series = loss(&metrics);
        prop_assert_eq!(series.len(), points.len());
        let found = series.buckets(Axis::Step, from, from + span, width);
        let slow = slow(&points, from, from + span, width);
        for (a, b) in found.iter().zip(&slow) {
            prop_assert_eq!(format!("{:?}", a), format!("{:?}", b));
        }
        let lowest = points.iter().filter(|p| p.1.is_finite()).map(|p| p.1).reduce(f64::min);
        prop_assert_eq!(series.lowest().map(|s| s.value), lowest);
        if let Some(lowest) = series.lowest() {
            prop_assert_eq!(Some(lowest.at.step), points.iter().find(|p| p.1 <= lowest.value).map(|p| p.0));
        }
    }

    #[test]
    fn smoothing_step_by_step_is_smoothing_at_once(
        values in prop::collection::vec(prop_oneof![9 => -5.0..5.0, 1 => Just(f64::NAN)], 1..200), cut in 0_usize..200
    ) {
        let metrics = of(&values);
        let (mut at_once, mut in_two) = (Smooth::new(0.9), Smooth::new(0.9));
        at_once.follow(loss(&metrics), usize::MAX);
        let part = of(&values[..cut.clamp(1, values.len())]);
        in_two.follow(loss(&part), usize::MAX);
        // And the rest in pieces.
        while in_two.follow(loss(&metrics), 7) == 7 {}
        let read = |s: &Smooth| format!("{:?}", steps(s.series(loss(&metrics))));
        prop_assert_eq!(read(&at_once), read(&in_two));
    }
}

#[test]
fn smoothing_is_tensorboards() {
    // 0.5 weight: (1·.5)/.5, (1·.25+2·.5)/.75, …
    let metrics = of(&[1.0, 2.0, f64::NAN, 4.0]);
    let mut smooth = Smooth::new(0.5);
    smooth.follow(loss(&metrics), usize::MAX);
    let seen: Vec<f64> = smooth.series(loss(&metrics)).samples().map(|s| s.value).collect();
    assert_eq!(seen[0], 1.0);
    assert!((seen[1] - 1.25 / 0.75).abs() < 1e-12 && seen[2].is_nan());
    assert!((seen[3] - (0.5_f64.mul_add(1.25, 2.0)) / 0.875).abs() < 1e-12);
    let mut none = Ema::new(f64::NAN);
    assert_eq!((none.next(7.0), none.next(9.0)), (7.0, 9.0));
}

#[test]
fn smoothing_begins_again_after_a_restart() {
    let mut metrics = of(&[1.0, 2.0, 3.0]);
    let mut smooth = Smooth::new(0.5);
    smooth.follow(loss(&metrics), usize::MAX);
    metrics.record(&At::step(1), &[("loss", 8.0)]);
    smooth.follow(loss(&metrics), usize::MAX);
    let mut fresh = Smooth::new(0.5);
    fresh.follow(loss(&metrics), usize::MAX);
    assert_eq!(steps(smooth.series(loss(&metrics))), steps(fresh.series(loss(&metrics))));
}

#[test]
fn a_replay_sees_only_what_was_there() {
    let metrics = of(&[3.0, f64::NAN, 1.0, f64::NAN, 0.5]);
    let then = loss(&metrics).until(Axis::Time, 4.0);
    assert_eq!((then.len(), then.lowest().unwrap().at.step, then.last_gap().unwrap().at.step), (3, 2, 1));
    assert_eq!((then.last().unwrap().value, then.reach(Axis::Step)), (1.0, Some((0.0, 2.0))));
    assert_eq!(then.buckets(Axis::Step, 0.0, 4.0, 4).iter().flatten().count(), 3);
    assert_eq!(then.nearest(Axis::Step, 9.0).unwrap().at.step, 2);
    let mut smooth = Smooth::new(0.5);
    smooth.follow(loss(&metrics), usize::MAX);
    assert_eq!(smooth.series(then).len(), 3);
    assert!(loss(&metrics).until(Axis::Step, -1.0).is_empty());
}

#[test]
fn smoothing_notices_that_other_values_took_the_place() {
    let fresh = |metrics: &Metrics, name| {
        let mut smooth = Smooth::new(0.5);
        smooth.follow(metrics.get(name).unwrap(), usize::MAX);
        steps(smooth.series(metrics.get(name).unwrap()))
    };
    let mut smooth = Smooth::new(0.5);
    let old = of(&[1.0, 2.0, 3.0]);
    smooth.follow(loss(&old), usize::MAX);
    let new = of(&[5.0, 6.0, 7.0]).instead_of(&old);
    assert!(new.version() > old.version());
    smooth.follow(loss(&new), usize::MAX);
    assert_eq!(steps(smooth.series(loss(&new))), fresh(&new, "loss"));
    // A late metric gets rows of its own, of which there are soon as many as before.
    let mut metrics = Metrics::default();
    for step in [10, 20, 30] {
        metrics.record(&At::step(step), &[("loss", 1.0), ("norm", 2.0)][..if step == 20 { 1 } else { 2 }]);
    }
    metrics.record(&At::step(40), &[("loss", 1.0)]);
    let mut smooth = Smooth::new(0.5);
    smooth.follow(metrics.get("norm").unwrap(), usize::MAX);
    for step in [35, 36, 37] {
        metrics.record(&At::step(step), &[("norm", 9.0)]);
    }
    smooth.follow(metrics.get("norm").unwrap(), usize::MAX);
    assert_eq!(steps(smooth.series(metrics.get("norm").unwrap())), fresh(&metrics, "norm"));
}

#[test]
fn names_without_end_are_left_out() {
    let mut metrics = Metrics::default();
    for step in 0..12_000_u32 {
        let name = format!("loss at {step}");
        metrics.record(&At::step(step.into()), &[(&name, 1.0), ("loss", 1.0)]);
    }
    assert_eq!((metrics.ids().count(), loss(&metrics).len()), (10_000, 12_000));
}
