use super::*;
use proptest::prelude::*;
use serde_json::json;

fn errors(h: &Hyperparameters) -> Vec<Field> {
    h.check(Limits::Service).into_iter().filter(|p| p.severity == Severity::Error).map(|p| p.field).collect()
}

#[test]
fn the_defaults_are_sound_and_reachable() {
    let h = Hyperparameters::default();
    assert!(h.check(Limits::Service).is_empty());
    for field in Field::ALL {
        let about = field.about();
        assert!(about.sentence.ends_with('.') && about.sentence.len() > 30, "{field}");
        if let Kind::Number { usual, limits, worker, .. } = about.kind {
            assert!(
                limits.0 <= usual.0 && usual.1 <= limits.1,
                "{field}: the usual range lies within the limits"
            );
            assert!(
                worker.0 <= limits.0 && limits.1 <= worker.1,
                "{field}: the limits lie within the worker's"
            );
            assert!(usual.0 < usual.1, "{field}");
        }
    }
}

#[test]
fn every_field_takes_back_what_it_shows() {
    let h = Hyperparameters {
        learning_rate: 1.234_567e-5,
        dropout: 0.1,
        eval_every: Some(7),
        gradient_checkpointing: Some(false),
        ..Hyperparameters::default()
    };
    let mut copy = Hyperparameters::default();
    for field in Field::ALL {
        copy.set(*field, &h.text(*field)).unwrap();
    }
    assert_eq!(copy.differs(&h), []);
    assert_eq!(copy.alpha, Some(32), "what was typed is set");
}

#[test]
fn alpha_follows_the_rank_until_it_is_set() {
    let mut h = Hyperparameters::default();
    h.set(Field::Rank, "8").unwrap();
    assert_eq!(h.alpha(), 16);
    h.set(Field::Alpha, "64").unwrap();
    h.set(Field::Rank, "16").unwrap();
    assert_eq!(h.alpha(), 64);
    h.set(Field::Alpha, "auto").unwrap();
    assert_eq!(h.alpha(), 32);
    assert_eq!(Hyperparameters { rank: u32::MAX, ..h }.alpha(), u32::MAX);
}

#[test]
fn all_that_is_wrong_is_named_at_once() {
    let h = Hyperparameters {
        rank: 129,
        dropout: f64::NAN,
        epochs: 0,
        learning_rate: 0.01,
        batch_size: 65,
        warmup_ratio: -0.1,
        target_modules: Modules::Named(Vec::new()),
        ..Hyperparameters::default()
    };
    assert_eq!(
        errors(&h),
        [
            Field::Rank,
            Field::Dropout,
            Field::Epochs,
            Field::LearningRate,
            Field::WarmupRatio,
            Field::BatchSize,
            Field::TargetModules
        ]
    );
    let said = h.check(Limits::Service)[3].to_string();
    assert_eq!(said, "learning_rate: is 0.01; it must be between 1e-5 and 1e-3");
}

#[test]
fn the_limits_are_inclusive() {
    let mut h = Hyperparameters {
        rank: 128,
        learning_rate: 1e-3,
        batch_size: 64,
        epochs: 20,
        ..Hyperparameters::default()
    };
    assert_eq!(errors(&h), []);
    h.learning_rate = 1e-5;
    h.rank = 4;
    assert_eq!(errors(&h), []);
    h.learning_rate = f64::from_bits(1e-5_f64.to_bits() - 1);
    assert_eq!(errors(&h), [Field::LearningRate]);
}

#[test]
fn the_worker_takes_more_than_the_service() {
    let h = Hyperparameters { learning_rate: 10.0, rank: 2, ..Hyperparameters::default() };
    assert_eq!(errors(&h), [Field::Rank, Field::LearningRate]);
    assert!(h.check(Limits::Worker).is_empty());
}

#[test]
fn what_is_no_value_changes_nothing() {
    let mut h = Hyperparameters::default();
    for (field, text) in [
        (Field::Rank, "sixteen"),
        (Field::Rank, "4294967296"),
        (Field::Rank, "16.5"),
        (Field::LearningRate, "nan"),
        (Field::Scheduler, "polynomial"),
        (Field::GradientCheckpointing, "maybe"),
        (Field::Epochs, "auto"),
    ] {
        assert_eq!(h.set(field, text).unwrap_err().field, field, "{text}");
    }
    assert_eq!(h, Hyperparameters::default());
}

#[test]
fn arrows_stay_on_round_numbers() {
    let mut h = Hyperparameters::default();
    let mut seen = Vec::new();
    for _ in 0..3 {
        h.nudge(Field::LearningRate, true);
        seen.push(h.text(Field::LearningRate));
    }
    assert_eq!(seen, ["5e-4", "1e-3", "1e-3"]);
    for _ in 0..20 {
        h.nudge(Field::Dropout, true);
    }
    assert_eq!(h.text(Field::Dropout), "0.2");
    h.nudge(Field::Rank, true);
    assert_eq!((h.rank, h.alpha()), (20, 40));
    h.nudge(Field::BatchSize, false);
    assert_eq!(h.batch_size, 2);
    h.nudge(Field::MaxSteps, true);
    assert_eq!(h.max_steps, Some(10));
    h.nudge(Field::Scheduler, true);
    assert_eq!(h.scheduler, Scheduler::Constant);
    h.rank = 129;
    h.nudge(Field::Rank, false);
    assert_eq!(h.rank, 64);
    h.rank = 17;
    h.nudge(Field::Rank, false);
    assert_eq!(h.rank, 16);
}

#[test]
fn steps_are_counted_from_usable_examples_and_rounded_up() {
    let h = Hyperparameters { held_out: 0.0, ..Hyperparameters::default() };
    let steps = h.steps(1567, 1).unwrap();
    assert_eq!((steps.per_epoch, steps.total, steps.evaluations), (392, 1176, 0));
    assert_eq!(h.steps(3, 1).unwrap().total, 3, "fewer examples than a batch are one step");
    assert_eq!(h.steps(0, 1), None);
    let two = h.steps(1567, 2).unwrap();
    assert_eq!(two.per_epoch, 196);
    let capped = Hyperparameters { max_steps: Some(100), held_out: 0.1, eval_every: Some(30), ..h.clone() };
    let steps = capped.steps(1000, 1).unwrap();
    assert_eq!((steps.examples, steps.held_out, steps.total, steps.evaluations), (900, 100, 100, 4));
    assert!((steps.epochs - 100.0 / 225.0).abs() < 1e-12);
    assert_eq!(Hyperparameters { held_out: 1.0, ..h.clone() }.steps(10, 1), None);
    assert_eq!(
        Hyperparameters { batch_size: 0, held_out: f64::NAN, ..h }.steps(10, 1).unwrap().per_epoch,
        10
    );
}

#[test]
fn rows_of_every_age_are_read() {
    let row = json!({"lora_rank": 8, "lora_alpha": "64", "num_epochs": 5.0, "per_device_train_batch_size": 2,
        "learning_rate": 2e-4, "wandb": true, "scheduler": "spiral", "targetModules": ["q_proj", "v_proj"]});
    let read = Hyperparameters::from_row(&row);
    assert_eq!(
        (read.values.rank, read.values.alpha(), read.values.epochs, read.values.batch_size),
        (8, 64, 5, 2)
    );
    assert_eq!(read.values.target_modules, Modules::Named(vec!["q_proj".to_owned(), "v_proj".to_owned()]));
    assert_eq!(read.problems.iter().map(|p| p.field).collect::<Vec<_>>(), [Field::Scheduler]);
    assert_eq!(read.unknown.keys().collect::<Vec<_>>(), ["wandb"]);
    assert!(read.missing.contains(&Field::Dropout) && !read.missing.contains(&Field::Rank));
    for odd in [json!(null), json!([1]), json!("x"), json!({"rank": {}})] {
        assert_eq!(Hyperparameters::from_row(&odd).values, Hyperparameters::default());
    }
}

#[test]
fn the_canonical_name_wins_over_its_aliases() {
    for row in [json!({"rank": 8, "r": 64}), json!({"r": 64, "rank": 8})] {
        assert_eq!(Hyperparameters::from_row(&row).values.rank, 8);
    }
}

#[test]
fn files_and_rows_go_back_and_forth() {
    let h = Hyperparameters {
        target_modules: Modules::AllLinear,
        max_steps: Some(5),
        gradient_checkpointing: Some(true),
        ..Hyperparameters::default()
    };
    let read = Hyperparameters::from_row(&h.to_row());
    assert_eq!((read.values.differs(&h), read.problems.len(), read.unknown.len()), (vec![], 0, 0));
    assert_eq!(toml::from_str::<Hyperparameters>(&toml::to_string(&h).unwrap()).unwrap(), h);
    assert!(toml::from_str::<Hyperparameters>("rnak = 3").is_err());
}

#[test]
fn a_base_model_and_a_dataset_narrow_what_is_sound() {
    let models = crate::base_model::builtin();
    let of = |h: &Hyperparameters, model: &str, examples, cuda| {
        let found = h.check_for(models.find(model).unwrap(), examples, 1, cuda);
        found.into_iter().map(|p| (p.field, p.severity)).collect::<Vec<_>>()
    };
    let (llama, next) = ("meta-llama/Meta-Llama-3-8B-Instruct", "Qwen/Qwen3-Next-80B-A3B-Instruct");
    let h = Hyperparameters::default();
    assert_eq!(of(&h, llama, Some(1000), true), []);
    assert_eq!(of(&h, llama, Some(0), true), [(Field::HeldOut, Severity::Error)]);
    assert_eq!(of(&h, llama, None, false), [(Field::Quantization, Severity::Warning)]);
    let few = of(&h, llama, Some(4), true);
    assert_eq!(few, [(Field::BatchSize, Severity::Warning), (Field::CheckpointEvery, Severity::Warning)]);
    let long = Hyperparameters { max_seq_length: 8193, target_modules: Modules::read("Wqkv"), ..h };
    assert_eq!(
        of(&long, llama, None, true),
        [(Field::MaxSeqLength, Severity::Error), (Field::TargetModules, Severity::Error)]
    );
    assert_eq!(of(&long, next, None, true), [(Field::TargetModules, Severity::Warning)]);
}

proptest! {
    #[test]
    fn nothing_typed_panics(text in ".{0,20}") {
        let mut h = Hyperparameters::default();
        for field in Field::ALL {
            let _ = h.set(*field, &text);
            h.nudge(*field, true);
            h.nudge(*field, false);
        }
        let _ = (h.check(Limits::Service), h.steps(100, 1), h.to_row());
    }
}

#[test]
fn a_length_that_cuts_every_answer_stops_and_one_that_leaves_one_whole_does_not() {
    use crate::dataset::statistics::{Facts, Measure, Statistics};
    let facts = |lengths: &[u64], exact: bool| {
        let mut facts = Statistics::default().finish(None, &Measure::Words, &[]);
        for length in lengths {
            facts.lengths.add(*length);
        }
        facts.tokens.exact = exact;
        Facts { examples: lengths.len() as u64, ..facts }
    };
    let h = Hyperparameters { max_seq_length: 300, ..Hyperparameters::default() };
    let found = |lengths: &[u64], exact, limits| {
        h.check_lengths(&facts(lengths, exact), limits).map(|problem| (problem.field, problem.severity))
    };
    let stops = Some((Field::MaxSeqLength, Severity::Error));
    assert_eq!(found(&[301, 900], true, Limits::Service), stops);
    assert_eq!(found(&[300, 900], true, Limits::Service), None);
    assert_eq!(found(&[], true, Limits::Service), None, "nothing was counted");
    // Words are no tokens: 301 of them by estimate may be fewer for the model.
    assert_eq!(found(&[301, 900], false, Limits::Service), None);
    assert_eq!(found(&[401, 900], false, Limits::Service), stops);
    assert_eq!(found(&[301], true, Limits::Worker), Some((Field::MaxSeqLength, Severity::Warning)));
    let problem = h.check_lengths(&facts(&[301, 900], true), Limits::Service).unwrap();
    assert!(problem.what.contains("up to 900 tokens"), "{}", problem.what);
}
