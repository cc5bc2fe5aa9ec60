//! Windows, scales, marks, trends and words.

use super::*;

const ALL: (f64, f64) = (0.0, 1000.0);

#[test]
fn a_window_zooms_pans_and_follows() {
    let tail = Window::All.zoom(ALL, 0.5, 1.0);
    assert_eq!(tail, Window::Follow { span: 500.0 });
    assert_eq!(tail.range((0.0, 1100.0)), (600.0, 1100.0), "it moves with the end");
    let part = Window::All.zoom(ALL, 0.5, 0.5);
    assert_eq!(part, Window::Frozen { from: 250.0, to: 750.0 });
    assert_eq!(part.range((0.0, 1100.0)), (250.0, 750.0), "it stands still");
    assert_eq!(part.zoom(ALL, 2.0, 0.5), Window::All);
    assert_eq!(part.pan(ALL, -9.0).range(ALL), (0.0, 500.0), "it stops at the beginning");
    assert_eq!(part.pan(ALL, 0.1).range(ALL), (300.0, 800.0));
    assert_eq!(part.pan(ALL, 9.0), Window::Follow { span: 500.0 });
    assert_eq!(tail.pan(ALL, -0.1), Window::Frozen { from: 450.0, to: 950.0 });
    assert_eq!(part.follow(ALL), Window::Follow { span: 500.0 });
    assert_eq!(tail.freeze(ALL), Window::Frozen { from: 500.0, to: 1000.0 });
    assert_eq!([Window::All, tail, part].map(Window::word), ["all", "follow", "frozen"]);
    for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert_eq!(part.zoom(ALL, bad, 0.5), part);
    }
    assert_eq!(Window::All.zoom((5.0, 5.0), 0.5, 1.0), Window::All, "one point cannot be zoomed");
}

proptest! {
    #[test]
    fn a_window_never_leaves_what_there_is(
        moves in prop::collection::vec((any::<bool>(), -3.0..3.0_f64, -0.5..1.5_f64), 0..60)
    ) {
        let mut window = Window::All;
        for (zoom, by, anchor) in moves {
            window = if zoom { window.zoom(ALL, by.exp(), anchor) } else { window.pan(ALL, by) };
            let (from, to) = window.range(ALL);
            prop_assert!(from >= -1e-6 && to <= 1000.0 + 1e-6 && to > from, "{window:?}");
        }
    }

    #[test]
    fn a_place_and_its_value_are_each_others_inverse(value in 1e-6..1e6_f64, log in any::<bool>()) {
        let scale = if log { Scale::Log } else { Scale::Linear };
        let edges = scale.edges(1e-6, 1e6);
        let back = scale.value(scale.place(value, edges).unwrap(), edges);
        prop_assert!((back - value).abs() <= value.max(1.0) * 1e-6, "{back} {value}");
    }

    #[test]
    fn marks_lie_inside_and_are_few(low in -1e12..1e12_f64, span in 1e-9..1e12_f64, most in 0_usize..12, log in any::<bool>()) {
        let scale = if log { Scale::Log } else { Scale::Linear };
        for found in [ticks(scale, (low, low + span), most), Axis::Time.ticks((low, low + span), most), Axis::Step.ticks((low, low + span), most)] {
            prop_assert!(found.len() <= most + 1);
            let slack = span * 1e-6 + low.abs() * 1e-9;
            prop_assert!(found.iter().all(|t| t.at >= low - slack && t.at <= low + span + slack));
        }
    }

    #[test]
    fn edges_are_numbers(a in any::<f64>(), b in any::<f64>(), log in any::<bool>()) {
        prop_assume!(a.is_finite() && b.is_finite());
        let scale = if log { Scale::Log } else { Scale::Linear };
        let (low, high) = scale.edges(a.min(b), a.max(b));
        prop_assert!(low.is_finite() && high.is_finite() && low <= high, "{low} {high}");
        let _ = ticks(scale, (low, high), 8);
    }
}

#[test]
fn a_logarithm_has_no_place_for_zero() {
    assert!(Scale::Log.fits(0.1) && !Scale::Log.fits(0.0) && Scale::Linear.fits(-1.0));
    assert_eq!(Scale::Log.place(0.0, (1.0, 10.0)), None);
    assert_eq!(Scale::Log.place(10.0, (1.0, 100.0)), Some(0.5));
}

fn labels(ticks: &[Tick]) -> Vec<&str> {
    ticks.iter().map(|t| t.label.as_str()).collect()
}

#[test]
fn marks_are_round() {
    assert_eq!(labels(&ticks(Scale::Linear, (0.31, 0.92), 4)), ["0.4", "0.6", "0.8"]);
    assert_eq!(labels(&ticks(Scale::Log, (0.001, 10.0), 8)), ["0.001", "0.01", "0.1", "1", "10"]);
    assert_eq!(labels(&ticks(Scale::Log, (2.1, 2.9), 4)), ["2.2", "2.4", "2.6", "2.8"]);
    assert_eq!(labels(&Axis::Step.ticks((0.0, 2000.0), 4)), ["0", "500", "1,000", "1,500", "2,000"]);
    assert_eq!(labels(&Axis::Step.ticks((0.0, 3.0), 9)), ["0", "1", "2", "3"]);
    assert_eq!(labels(&Axis::Time.ticks((0.0, 3700.0), 4)), ["0 s", "30m", "1h"]);
    assert_eq!(labels(&ticks(Scale::Linear, (-1.0, 1.0), 2)), ["-1", "0", "1"]);
    assert!(ticks(Scale::Linear, (1.0, 1.0), 4).is_empty());
}

#[test]
fn numbers_are_short() {
    for (value, text) in [
        (0.0, "0"),
        (0.342, "0.342"),
        (1.23, "1.23"),
        (1247.0, "1,247"),
        (-1_234_567.0, "-1,234,567"),
        (1.8e-4, "1.8e-4"),
        (2.5e9, "2.5e9"),
        (9.9999, "10"),
        (f64::NAN, "NaN"),
        (f64::NEG_INFINITY, "-∞"),
        (0.001, "0.001"),
        (123.456, "123.5"),
    ] {
        assert_eq!(number(value), text);
    }
    for (seconds, text) in [
        (0.25, "0.25 s"),
        (42.0, "42 s"),
        (198.0, "3m 18s"),
        (4320.0, "1h 12m"),
        (183_600.0, "2d 3h"),
        (3600.0, "1h"),
        (f64::NAN, "–"),
    ] {
        assert_eq!(duration(seconds), text);
    }
}

#[test]
fn a_trend_is_not_noise() {
    let noisy = |slope: f64| -> Vec<f64> {
        (0..100).map(|n| 2.0 + slope * f64::from(n) + 0.05 * f64::from((n * 7919) % 13 - 6)).collect()
    };
    let way = |values: &[f64]| Trend::of(loss(&of(values)), 50).map(|t| t.direction);
    assert_eq!(way(&noisy(0.0)), Some(Direction::Flat));
    assert_eq!(way(&noisy(-0.01)), Some(Direction::Falling));
    assert_eq!(way(&noisy(0.01)), Some(Direction::Rising));
    assert_eq!(way(&[1.0]), None);
    assert_eq!(way(&[2.0, 1.99]), Some(Direction::Flat), "half a percent");
    assert_eq!(way(&[2.0, f64::NAN, 1.9]), Some(Direction::Falling));
    assert_eq!(way(&[0.0, 0.0]), Some(Direction::Flat));
    let line = Trend::of(loss(&of(&[3.0, 2.5, 2.0, 1.5])), 3).unwrap();
    assert_eq!((line.steps, line.points, line.per_step, line.change), (2, 3, -0.5, -0.4));
    let steep = Trend::of(loss(&of(&[9.0, 3.0, 1.0, 0.3, 0.1, 0.03])), 50).unwrap();
    assert!(steep.direction == Direction::Falling && steep.change >= -1.0 && steep.end == 0.03);
    assert_eq!(loss(&of(&[1.0, 2.0, 3.0, f64::NAN])).mean(1, 9), Some(2.5));
    assert_eq!(loss(&of(&[1.0])).mean(5, 9), None);
}

#[test]
fn a_chart_is_a_sentence() {
    let falling: Vec<f64> = (0..101).map(|n| 2.0 - 0.001 * f64::from(n)).collect();
    let mut metrics = of(&falling);
    let say = |metrics: &Metrics| sentence("loss", loss(metrics), metrics.get("eval"));
    assert_eq!(say(&metrics), "loss 1.9 at step 100, falling 3 % over the last 49 steps");
    metrics.record(&At::step(50), &[("eval", 1.4)]);
    assert!(say(&metrics).ends_with("; best eval 1.4 at step 50"));
    metrics.record(&At::step(100), &[("eval", 1.5)]);
    assert!(say(&metrics).ends_with("; best eval 1.4 at step 50, now 1.5"));
    metrics.record(&At::step(101), &[("loss", f64::NAN)]);
    assert!(say(&metrics).starts_with("loss is NaN at step 101; the last number was 1.9 at step 100"));
    assert_eq!(sentence("loss", loss(&of(&[1.0])), None), "loss 1 at step 0");
    let wavering = of(&[1.0, 3.0, 2.0, 4.0, 1.0, 3.5]);
    assert_eq!(
        sentence("loss", loss(&wavering), None),
        "loss 3.5 at step 5, up and down over the last 5 steps"
    );
    let still = of(&[1.0, 1.001, 1.0, 1.001]);
    assert_eq!(sentence("loss", loss(&still), None), "loss 1.001 at step 3, flat over the last 3 steps");
    assert_eq!(sentence("x", loss(&of(&[f64::NAN])), None), "x is NaN at step 0; no number was ever logged");
    let mut none = of(&[1.0]);
    none.void_from(0);
    assert_eq!(sentence("loss", loss(&none), None), "loss: no value yet");
}
