use super::*;
use crate::hyperparameters::Hyperparameters;
use crate::money::{PerHour, Usd};
use crate::place::Tier;
use crate::price::Quote;

fn plan() -> Plan {
    Plan {
        base_model: "m".to_owned(),
        active_parameters: 7_000_000_000,
        hidden: 4096,
        model_bytes: 14_500_000_000,
        place: Place::RunpodPod,
        gpu: "a100-80".to_owned(),
        gpus: 1,
        tflops: Some(312.0),
        batch_size: 4,
        gradient_accumulation: 1,
        max_seq_length: 2048,
        quantization: Quantization::Nf4,
        recompute: true,
        steps: Hyperparameters::default().steps(1000, 1).unwrap(),
        mean_tokens: Some(1200.0),
        exact_tokens: true,
    }
}

fn run() -> PastRun {
    PastRun {
        preset: Some("balanced".to_owned()),
        base_model: "m".to_owned(),
        place: Place::RunpodPod,
        gpu: "a100-80".to_owned(),
        gpus: 1,
        batch_size: 4,
        gradient_accumulation: 1,
        max_seq_length: 2048,
        quantization: Quantization::Nf4,
        mean_tokens: Some(1200.0),
        seconds_per_step: 2.0,
        start_seconds: Some(100.0),
        evaluation_per_example: Some(0.1),
        finish_seconds: Some(20.0),
        estimated_seconds: Some(1000.0),
        actual_seconds: Some(1000.0),
    }
}

fn terms() -> Terms {
    let quote = Quote {
        usd_per_hour: PerHour(Usd::dollars(36)),
        as_of: "2026-11-01".parse().ok(),
        source: "list".to_owned(),
    };
    Terms {
        quote: Some(quote),
        tier: Tier::Guaranteed,
        storage: Usd::ZERO,
        today: "2026-11-28".parse().unwrap(),
    }
}

#[test]
fn without_history_it_says_so_and_takes_the_rules_margin() {
    let e = estimate(&plan(), &[], &terms());
    assert_eq!(e.source, Source::Table);
    assert!(e.reasons[0].starts_with("No history yet"), "{:?}", e.reasons);
    let s = e.seconds.unwrap();
    assert_eq!(s.low, count(crate::numbers::float(s.expected) * 0.85));
    assert!(s.low < s.expected && s.expected < s.high);
    assert_eq!(e.phases.len(), 4);
}

/// Runs on a real GPU (docs/memory-measured.md). With few tokens a pass the processor is the slow part, which no data sheet
/// of a GPU tells: those are left out.
#[test]
fn the_data_sheet_comes_near_what_was_measured() {
    let (models, prices) = (crate::base_model::builtin(), crate::price::builtin());
    let mut compared = 0;
    for point in crate::memory::measured::measured() {
        let (model, values) = (models.find(&point.model).unwrap(), point.values());
        if values.batch_size * values.max_seq_length < 4096 {
            continue;
        }
        let plan = Plan {
            active_parameters: model.active(),
            hidden: model.sizes.hidden,
            tflops: prices.gpu(&point.device).and_then(|gpu| gpu.bf16_tflops),
            batch_size: values.batch_size,
            max_seq_length: values.max_seq_length,
            quantization: values.quantization,
            mean_tokens: None,
            ..plan()
        };
        let share = point.seconds_per_step / table::seconds_per_step(&plan).unwrap();
        assert!((1.0 - MARGIN..1.0 + MARGIN).contains(&share), "{}: {share:.3}", point.name);
        compared += 1;
    }
    assert!(compared >= 5, "{compared}");
}

#[test]
fn an_unknown_speed_gives_no_number_at_all() {
    let e = estimate(&Plan { tflops: None, ..plan() }, &[], &terms());
    assert_eq!((e.seconds, e.cost, e.seconds_per_step, e.source), (None, None, None, Source::Nothing));
    assert!(e.reasons.iter().any(|r| r.contains("the first run will tell")));
    assert_eq!(estimate(&Plan { tflops: Some(f64::NAN), ..plan() }, &[], &terms()).source, Source::Nothing);
}

#[test]
fn runs_like_it_decide_by_their_median() {
    let history = [1.0, 100.0, 2.0].map(|s| PastRun { seconds_per_step: s, ..run() });
    let e = estimate(&plan(), &history, &terms());
    assert_eq!((e.seconds_per_step, e.source), (Some(2.0), Source::Same { runs: 3 }));
    // 225 steps an epoch, three epochs; 100 held out, read three times.
    let expected = 100 + 675 * 2 + 30 + 20;
    assert_eq!(e.seconds.unwrap().expected, expected);
    assert!((e.margin - 0.05).abs() < 1e-9, "three runs with exact estimates");
    assert_eq!(e.reasons, ["From 3 runs like this, ±5 %."]);
}

#[test]
fn another_batch_or_length_of_examples_is_scaled() {
    let history = [run()];
    let twice = Plan { batch_size: 8, ..plan() };
    assert_eq!(estimate(&twice, &history, &terms()).seconds_per_step, Some(4.0));
    let short = Plan { mean_tokens: Some(600.0), ..plan() };
    let e = estimate(&short, &history, &terms());
    assert_eq!((e.seconds_per_step, e.source), (Some(1.0), Source::Scaled { runs: 1 }));
    assert!((e.margin - MARGIN).abs() < 1e-9, "one run is no measure of the error");
    let same = Plan { batch_size: 2, gradient_accumulation: 2, ..plan() };
    assert_eq!(estimate(&same, &history, &terms()).seconds_per_step, Some(2.0));
}

#[test]
fn other_models_gpus_and_lengths_teach_nothing() {
    for other in [
        PastRun { base_model: "n".to_owned(), ..run() },
        PastRun { gpu: "a40".to_owned(), ..run() },
        PastRun { max_seq_length: 1024, ..run() },
        PastRun { quantization: Quantization::None, ..run() },
        PastRun { seconds_per_step: f64::NAN, ..run() },
        PastRun { seconds_per_step: 0.0, ..run() },
        PastRun { gpus: 2, ..run() },
    ] {
        assert_eq!(estimate(&plan(), &[other], &terms()).source, Source::Table);
    }
}

#[test]
fn bad_estimates_widen_the_range_everywhere() {
    let history = vec![PastRun { actual_seconds: Some(1400.0), ..run() }; 3];
    assert!((estimate(&plan(), &history, &terms()).margin - 0.4).abs() < 1e-9);
    let other = Plan { base_model: "n".to_owned(), ..plan() };
    assert!((estimate(&other, &history, &terms()).margin - 0.4).abs() < 1e-9);
}

#[test]
fn cost_is_billed_seconds_times_price() {
    let e = estimate(&plan(), &[run()], &terms());
    // A cent a second.
    let s = e.seconds.unwrap();
    assert_eq!(e.cost.unwrap().low.as_cents().unsigned_abs(), s.low);
    assert_eq!(e.cost.unwrap().high.as_cents().unsigned_abs(), s.high);
    let names: Vec<_> = e.cost_parts.iter().map(|p| &p.name[..]).collect();
    assert_eq!(names, ["start", "training", "evaluation", "finish"]);
    assert!((97..=100).contains(&e.cost_parts.iter().map(|p| p.percent).sum::<i64>()));
}

#[test]
fn terms_show_in_the_reasons() {
    let old = Terms {
        today: "2027-01-01".parse().unwrap(),
        tier: Tier::Interruptible,
        storage: Usd::cents(50),
        ..terms()
    };
    let e = estimate(&Plan { exact_tokens: false, ..plan() }, &[run()], &old);
    assert!(e.reasons.iter().any(|r| r.contains("61 days old")));
    assert!(e.reasons.iter().any(|r| r.contains("may go away")));
    assert!(e.reasons.iter().any(|r| r.contains("from words")));
    assert!(
        e.cost_parts.iter().any(|p| p.name == "reserve") && e.cost_parts.iter().any(|p| p.name == "storage")
    );
    let unpriced = estimate(&plan(), &[run()], &Terms { quote: None, ..terms() });
    assert!(unpriced.cost.is_none() && unpriced.seconds.is_some());
}

#[test]
fn this_machine_costs_nothing_and_has_no_parts() {
    let local = Terms { quote: Some(Quote::local(None)), ..terms() };
    let e = estimate(&Plan { place: Place::Local, ..plan() }, &[], &local);
    assert_eq!((e.cost, e.cost_parts.len()), (Some(Range::default()), 0));
}

#[test]
fn accuracy_leaves_out_what_says_nothing() {
    let a = Accuracy::of([(100.0, 110.0), (100.0, 80.0), (0.0, 5.0), (f64::NAN, 1.0), (5.0, f64::INFINITY)])
        .unwrap();
    assert_eq!(a.runs, 2);
    assert_eq!(a.words(), "past estimates within ±15 % (2 runs)");
    assert_eq!(Accuracy::of([]), None);
}

#[test]
fn accuracy_is_told_of_the_preset_and_of_all_runs_where_it_has_none() {
    let ended = |preset: Option<&str>, seconds: f64| PastRun {
        preset: preset.map(str::to_owned),
        estimated_seconds: Some(100.0),
        actual_seconds: Some(seconds),
        ..run()
    };
    let history = [ended(Some("balanced"), 110.0), ended(Some("aggressive"), 150.0), ended(None, 100.0)];
    let of = |preset| Accuracy::of_preset(&history, preset).map(|a| (a.runs, (a.mean_error * 100.0).round()));
    assert_eq!(of("balanced"), Some((1, 10.0)));
    assert_eq!(of("conservative"), Some((3, 20.0)));
    assert_eq!(Accuracy::of_preset(&[], "balanced"), None);
    let old = serde_json::to_value(run()).unwrap();
    let mut old = old.as_object().unwrap().clone();
    old.remove("preset");
    assert_eq!(serde_json::from_value::<PastRun>(old.into()).unwrap().preset, None, "old lessons are read");
}

/// Ten runs of one kind: the error of the estimates falls once the first has taught what a step takes.
#[test]
fn the_error_falls_as_history_grows() {
    let mut history: Vec<PastRun> = Vec::new();
    let mut errors = Vec::new();
    for i in 0..10 {
        let guess = estimate(&plan(), &history, &terms()).seconds.unwrap().expected;
        let per_step = 2.0 + 0.05 * f64::from(i % 3);
        let actual = 150.0 + 675.0 * per_step;
        errors.push((actual / crate::numbers::float(guess) - 1.0).abs());
        history.push(PastRun {
            seconds_per_step: per_step,
            estimated_seconds: Some(crate::numbers::float(guess)),
            actual_seconds: Some(actual),
            ..run()
        });
    }
    let mean = |e: &[f64]| e.iter().sum::<f64>() / crate::numbers::float(e.len() as u64);
    assert!(mean(&errors[5..]) < mean(&errors[..5]) / 2.0, "{errors:?}");
}

#[test]
fn an_estimate_is_kept_and_read_again() {
    let e = estimate(&plan(), &[run()], &terms());
    assert_eq!(serde_json::from_str::<Estimate>(&serde_json::to_string(&e).unwrap()).unwrap(), e);
}

#[test]
fn what_a_change_does_is_said_with_its_sign_and_nothing_when_it_does_nothing() {
    let of = |seconds: Option<u64>, cents: Option<i64>| {
        let mut estimate = estimate(&plan(), &[], &terms());
        estimate.seconds = seconds.map(|s| Duration { low: s, expected: s, high: s });
        estimate.cost = cents.map(|c| Range::new(Usd::cents(c - 10), Usd::cents(c + 10)));
        estimate
    };
    let (now, before) = (of(Some(3600), Some(140)), of(Some(5400), Some(100)));
    assert_eq!(now.against(&before).unwrap(), "+$0.40, −30m 00s against the settings before");
    assert_eq!(before.against(&now).unwrap(), "−$0.40, +30m 00s against the settings before");
    assert_eq!(now.against(&now), None);
    assert_eq!(of(Some(3660), None).against(&now).unwrap(), "+1m 00s against the settings before");
    assert_eq!(of(None, None).against(&now), None, "what is unknown is no change");
}
