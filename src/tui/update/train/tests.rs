//! What each key of the configurator does.

mod choices;
mod launch;

use crate::model::train::{Answer, Ask, Chip, Judged, Modal, Row};
use crate::model::{Effect, Input, Model, Msg as Any, Problem, ScreenId};
use crate::update::datasets::tests::dataset;
use crate::update::tests::{START, press, ready};
use crate::update::update;
use domain::budget::{Budget, Ledger, gate};
use domain::configuration::{Checklist, Configuration, Findings};
use domain::dataset::readiness::readiness;
use domain::estimate::{Accuracy, Duration, Estimate, Phase, Source};
use domain::hyperparameters::{Field, Hyperparameters, Limits, Modules};
use domain::job::automatic_name;
use domain::memory::memory;
use domain::money::{PerHour, Range, Usd};
use domain::place::{Place, Tier};
use domain::price::Quote;
use engine::train::{Choices, Configured, KnownPreset, Offer, Request};

/// Everything that can be chosen, with a preset of the user.
pub(crate) fn choices() -> Choices {
    let own = |name: &str| KnownPreset {
        name: name.to_owned(),
        preset: domain::preset::Preset::of(
            name,
            Some("balanced".into()),
            &Hyperparameters { rank: 24, epochs: 6, ..Hyperparameters::default() },
        ),
        file: Some(format!("/home/ada/.config/brightrun/presets/{name}.toml").into()),
    };
    let builtin = domain::preset::builtin().0.into_iter();
    let mut presets: Vec<KnownPreset> =
        builtin.map(|preset| KnownPreset { name: preset.name.clone(), preset, file: None }).collect();
    presets.push(own("night-run"));
    let registry = domain::base_model::builtin();
    let prices = domain::price::builtin();
    let away = prices.offers(Place::RunpodPod, Tier::Guaranteed).into_iter().map(|(gpu, _)| Offer {
        place: Place::RunpodPod,
        tier: Tier::Guaranteed,
        gpu: gpu.id.clone(),
        name: gpu.name.clone(),
        memory: Some(gpu.memory()),
        quote: prices.quote(&gpu.id, Place::RunpodPod, Tier::Guaranteed).unwrap(),
        unusable: vec![
            "there is no API key (RUNPOD_API_KEY)".into(),
            "there is no image (runpod.image)".into(),
        ],
    });
    let here = Offer {
        place: Place::Local,
        tier: Tier::Guaranteed,
        gpu: "a100-80".into(),
        name: "NVIDIA A100 80GB".into(),
        memory: Some(80 << 30),
        quote: Quote::local(Some(PerHour("1.20".parse().unwrap()))),
        unusable: Vec::new(),
    };
    Choices {
        presets,
        model: registry.default().map(|model| model.id.clone()),
        models: registry.models,
        offers: std::iter::once(here).chain(away).collect(),
    }
}

/// What the engine would say: `spent` of the month's $500 is gone, and the budget blocks.
pub(crate) fn judged(model: &Model, spent: i64) -> Judged {
    let state = &model.train;
    let request = state.request().unwrap();
    let row = state.dataset.as_deref().unwrap().clone();
    let base = domain::base_model::builtin().default().unwrap().clone();
    let values = state.draft.hyperparameters.clone();
    let facts = row.facts.as_ref().unwrap();
    let chosen = state.chosen();
    let configuration = Configuration {
        name: automatic_name(&row.name, chosen.id(), START.wall.date_naive()),
        ..state.draft.clone()
    };
    let problems = values.check(Limits::Service);
    let there = Some(80_u64 << 30);
    let memory = memory(&base, &values, facts.tokens.max.map(u64::from), true);
    let cost = Range::new("2.10".parse().unwrap(), "2.90".parse().unwrap());
    let estimate = Estimate {
        formula: domain::estimate::FORMULA.into(),
        seconds: Some(Duration { low: 5460, expected: 6480, high: 7500 }),
        phases: vec![
            (Phase::Start, 700),
            (Phase::Training, 5300),
            (Phase::Evaluation, 300),
            (Phase::Finish, 180),
        ],
        seconds_per_step: Some(1.0),
        source: Source::Same { runs: 7 },
        margin: 0.09,
        cost: Some(cost),
        cost_parts: Vec::new(),
        reasons: vec!["From 7 runs like this, ±9 %.".into()],
    };
    let budget = Budget { block: true, ..Budget::default() };
    let gate = gate(&budget, Ledger { spent: Usd::dollars(spent), open: Usd::ZERO }, cost.high);
    let ready = readiness(facts, row.critical().unwrap_or(0), values.max_seq_length);
    let found = Findings {
        readiness: Some(&ready),
        problems: &problems,
        memory: &memory,
        there,
        estimate: &estimate,
        gate: Some(&gate),
    };
    let checklist = Checklist::of(&configuration, &found);
    let configured = Configured {
        weights: None,
        preset_id: chosen.id().to_owned(),
        preset: chosen.label(),
        steps: values.steps(row.examples.unwrap(), 1),
        problems,
        memory,
        memory_there: there,
        advice: Vec::new(),
        machine: "NVIDIA A100 80GB".into(),
        estimate,
        past_estimates: Some(Accuracy { runs: 7, mean_error: 0.09 }),
        quote: Quote::local(Some(PerHour("1.20".parse().unwrap()))),
        gate: Some(gate),
        readiness: Some(ready),
        checklist,
        configuration,
        dataset: row,
        model: base,
    };
    Judged { request, result: Ok(Box::new(configured)) }
}

fn answer(model: &mut Model, answer: Answer) -> Vec<Effect> {
    super::answered(model, answer, *START)
}

/// The engine answers what is asked now.
pub(crate) fn settle(model: &mut Model, spent: i64) {
    let judged = judged(model, spent);
    drop(answer(model, Answer::Judged(Box::new(judged))));
}

/// The configurator over a dataset, as it was left.
pub(crate) fn opened(conversations: u64, draft: Option<Configuration>) -> Model {
    let mut model = ready();
    let pane = crate::model::Area { width: 50, height: 20, ..Default::default() };
    model.measured.pane(crate::model::train::SETTINGS, pane);
    let row = dataset(2, conversations);
    drop(super::open(&mut model, &row, ScreenId::Datasets, *START));
    drop(answer(&mut model, Answer::Choices(Ok(Box::new(choices())))));
    drop(answer(&mut model, Answer::Draft(row.id, Ok(draft.map(Box::new)))));
    settle(&mut model, 47);
    model
}

fn asks(effects: &[Effect]) -> Vec<Ask> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Ask { ask, .. } => match ask.as_ref() {
                crate::model::Ask::Train(ask) => Some(ask.clone()),
                _ => None,
            },
            _ => None,
        })
        .collect()
}

fn keys(model: &mut Model, keys: &str) -> Vec<Ask> {
    asks(&press(model, keys))
}

/// Puts the cursor on a setting.
fn on(model: &mut Model, row: Row) {
    let rows = model.train.rows();
    let at = rows.iter().position(|known| *known == row).unwrap();
    press(model, "g g");
    for _ in 0..at {
        press(model, "j");
    }
    assert_eq!(model.train.at, row);
}

/// The last question about the configuration, and whether it is kept.
fn last(asks: &[Ask]) -> (Request, Configuration) {
    let (mut request, mut kept) = (None, None);
    for ask in asks {
        match ask {
            Ask::Judge(judge) => request = Some(*judge.clone()),
            Ask::Keep(_, draft) => kept = Some(*draft.clone()),
            other => panic!("{other:?}"),
        }
    }
    (request.unwrap(), kept.unwrap())
}

#[test]
fn it_begins_with_the_balanced_preset_or_with_what_was_kept() {
    let model = opened(300, None);
    assert_eq!(model.train.draft.hyperparameters, choices().presets[1].preset.hyperparameters);
    assert!(
        matches!(model.train.chips()[model.train.chip()], Chip::Preset(known) if known.name == "balanced")
    );
    let kept = Configuration {
        based_on: Some("gone".into()),
        hyperparameters: Hyperparameters { epochs: 9, ..Hyperparameters::default() },
        max_hours: 3,
        ..Configuration::default()
    };
    let model = opened(300, Some(kept));
    assert_eq!((model.train.draft.hyperparameters.epochs, model.train.draft.max_hours), (9, 3));
    assert_eq!(
        model.train.draft.based_on.as_deref(),
        Some("balanced"),
        "a preset that is gone counts as ours"
    );
    assert!(model.train.is_custom());
}

#[test]
fn nothing_is_asked_or_changed_before_the_draft_is_here() {
    let mut model = ready();
    let row = dataset(2, 9);
    assert_eq!(
        asks(&super::open(&mut model, &row, ScreenId::Datasets, *START)),
        [Ask::Choices, Ask::Draft(row.id)]
    );
    assert_eq!(asks(&answer(&mut model, Answer::Choices(Ok(Box::new(choices()))))), []);
    assert_eq!(keys(&mut model, "j j j + enter w t R backspace"), []);
    // The answer to a question about another dataset comes late.
    drop(answer(&mut model, Answer::Draft(dataset(1, 1).id, Ok(None))));
    assert!(!model.train.ready);
    drop(answer(&mut model, Answer::Draft(row.id, Ok(None))));
    assert!(model.train.ready);
    // Either of the two may come first.
    let mut model = ready();
    drop(super::open(&mut model, &row, ScreenId::Datasets, *START));
    drop(answer(&mut model, Answer::Draft(row.id, Ok(None))));
    drop(answer(&mut model, Answer::Choices(Ok(Box::new(choices())))));
    assert!(model.train.ready);
}

#[test]
fn every_change_is_kept_and_judged_and_the_old_verdict_counts_no_more() {
    let mut model = opened(300, None);
    assert!(model.train.verdict().1);
    on(&mut model, Row::Field(Field::Rank));
    let (request, kept) = last(&keys(&mut model, "right"));
    assert_eq!((kept.hyperparameters.rank, request.preset.as_deref()), (20, Some("balanced")));
    assert!(request.set.contains(&("alpha".into(), "auto".into())), "alpha follows");
    assert!(!model.train.verdict().1);
    assert_eq!(keys(&mut model, "t"), [], "nothing starts on an old verdict");
    assert!(model.modals.is_empty());
    settle(&mut model, 47);
    assert!(model.train.verdict().1);
    // The setting as the preset has it: no change is left.
    press(&mut model, "backspace");
    assert!(!model.train.is_custom());
}

#[test]
fn a_typed_value_is_taken_or_said_to_be_wrong() {
    let mut model = opened(300, None);
    on(&mut model, Row::Field(Field::Epochs));
    press(&mut model, "enter");
    assert_eq!(model.train.field().unwrap().text(), "3");
    assert_eq!(keys(&mut model, "ctrl-u m a n y enter"), []);
    assert!(model.train.wrong.is_some());
    press(&mut model, "ctrl-u 7");
    assert_eq!(model.train.wrong, None);
    assert_eq!(last(&keys(&mut model, "enter")).1.hyperparameters.epochs, 7);
    // Out of range is taken, said at once, and stops the start.
    press(&mut model, "enter ctrl-u 9 9 enter");
    let problem = super::wrong_with(&model.train, Field::Epochs).unwrap();
    assert!(problem.what.contains("between 1 and 20"), "{problem}");
    settle(&mut model, 47);
    press(&mut model, "t");
    assert!(model.modals.is_empty() && model.train.in_checks);
    // esc leaves the value as it was.
    press(&mut model, "esc enter ctrl-u 5 esc");
    assert_eq!(model.train.draft.hyperparameters.epochs, 99);
    assert_eq!(model.shell.screen, ScreenId::Train);
}

#[test]
fn every_setting_can_be_moved_and_put_back() {
    let mut model = opened(300, None);
    press(&mut model, "G enter");
    model.train.open = domain::hyperparameters::Fold::ALL.to_vec();
    for field in Field::ALL.iter().copied() {
        on(&mut model, Row::Field(field));
        let before = model.train.draft.hyperparameters.clone();
        press(&mut model, "+ - - + + enter");
        if model.has_field() {
            press(&mut model, "esc");
        }
        press(&mut model, "backspace");
        assert_eq!(model.train.draft.hyperparameters.typed(field), before.typed(field), "{field}");
    }
    for row in Row::RUN {
        on(&mut model, row);
        press(&mut model, "+ - enter");
        if model.has_field() {
            press(&mut model, "esc");
        }
    }
    assert_eq!(model.train.draft.hyperparameters.target_modules, Hyperparameters::default().target_modules);
    on(&mut model, Row::Field(Field::TargetModules));
    press(&mut model, "+");
    assert_eq!(model.train.draft.hyperparameters.target_modules, Modules::AllLinear);
}

#[test]
fn esc_closes_one_thing_after_the_other_and_goes_back_where_one_came_from() {
    let mut model = opened(300, None);
    press(&mut model, "tab esc");
    assert_eq!((model.train.in_checks, model.shell.screen), (false, ScreenId::Train));
    press(&mut model, "q");
    assert_eq!(model.shell.screen, ScreenId::Datasets);
    // Without a dataset there is nothing to configure.
    let mut model = ready();
    let go = crate::model::shell::Msg::Go(ScreenId::Train);
    drop(update(&mut model, Any::Shell(go), *START));
    assert_eq!(model.shell.screen, ScreenId::Datasets);
}
