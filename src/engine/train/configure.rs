//! Everything that can be known before a run starts, found out at once (R3.01–R3.12).

use super::base::{longest, model, passed_over};
use super::machine::{self, Machine};
use super::types::{Configured, Request};
use super::{catalog, rented};
use crate::datasets::checklist;
use crate::engine::from_db;
use crate::{Engine, Error, Problem as Wrong, Result};
use domain::base_model::BaseModel;
use domain::budget::{Ledger, gate};
use domain::configuration::{Check, Checklist, Configuration, Findings, Mark};
use domain::dataset::DatasetRow;
use domain::estimate::{Accuracy, Plan, Terms, estimate};
use domain::hyperparameters::{Field, Hyperparameters, Limits, Problem, Steps};
use domain::job::{automatic_name, check_name, check_tags};
use domain::memory::{advise, memory};
use domain::money::Usd;
use domain::place::{Place, Tier};
use domain::preset::{Chosen, Preset};
use domain::price::{PriceList, Quote};

pub(crate) const WHAT: &str = "Cannot configure the training";

/// Puts a configuration together and judges it. Nothing is written and nothing starts.
pub async fn configure(engine: &Engine, request: &Request) -> Result<Configured> {
    let place = request.place.unwrap_or(Place::Local);
    rented::ready(engine, place)?;
    let dataset = crate::datasets::find(engine, &request.dataset).await?;
    if let Some(why) = dataset.untrainable() {
        return Err(Error::refused(WHAT, why)
            .on(format!("“{}”", dataset.name))
            .next("Look at it with `brightrun datasets show`"));
    }
    let (picked, values) = settings(engine, request)?;
    let model = model(engine, request, &dataset, &values).await?;
    rented::reachable(&model, place, request.any_value)?;
    let chosen = Chosen::of(&values, Some(&picked));
    let configuration = named(engine, request, &dataset, &chosen, &model, values, place)?;
    judged(engine, request, configuration, dataset, model, &chosen).await
}

/// The preset with what was set over it. Everything that cannot be read is said at once.
fn settings(engine: &Engine, request: &Request) -> Result<(Preset, Hyperparameters)> {
    let presets = catalog::presets(engine)?;
    let name = request.preset.as_deref().unwrap_or("balanced");
    let mut wrong = Vec::new();
    let picked = presets.find(name).cloned();
    if picked.is_none() {
        let known: Vec<&str> = presets.0.iter().map(|preset| preset.name.as_str()).collect();
        wrong.push(Wrong {
            on: format!("preset {name}"),
            why: format!("there is none; there are {}", known.join(", ")),
        });
    }
    let mut values = picked.as_ref().map(|preset| preset.hyperparameters.clone()).unwrap_or_default();
    for (key, value) in &request.set {
        match Field::named(key) {
            None => {
                let known: Vec<&str> = Field::ALL.iter().map(|field| field.word()).collect();
                wrong.push(Wrong {
                    on: key.clone(),
                    why: format!("there is no such setting; there are {}", known.join(", ")),
                });
            }
            Some(field) => {
                if let Err(problem) = values.set(field, value) {
                    wrong.push(Wrong { on: field.to_string(), why: problem.what });
                }
            }
        }
    }
    match picked {
        Some(picked) if wrong.is_empty() => Ok((picked, values)),
        _ => Err(Error::usage(WHAT, "some of the settings cannot be read")
            .next("Correct what is named below")
            .problems(wrong)),
    }
}

fn named(
    engine: &Engine,
    request: &Request,
    dataset: &DatasetRow,
    chosen: &Chosen,
    model: &BaseModel,
    values: Hyperparameters,
    place: Place,
) -> Result<Configuration> {
    let wrong = |e: domain::job::NameFault| Error::usage(WHAT, e.to_string());
    let name = match &request.name {
        Some(name) => check_name(name).map_err(wrong)?,
        None => automatic_name(&dataset.name, chosen.id(), engine.now().date_naive()),
    };
    Ok(Configuration {
        name,
        notes: request.notes.clone(),
        tags: check_tags(&request.tags).map_err(wrong)?,
        dataset: Some(dataset.id),
        based_on: chosen.based_on.clone(),
        hyperparameters: values,
        base_model: Some(model.id.clone()),
        place,
        tier: Tier::Guaranteed,
        gpu: None,
        gpus: 1,
        max_hours: request.max_hours.unwrap_or(24).max(1),
        max_cost: request.max_cost,
        over_budget: request.over_budget.clone(),
        merge: request.merge,
        any_value: request.any_value,
    })
}

async fn judged(
    engine: &Engine,
    request: &Request,
    mut configuration: Configuration,
    dataset: DatasetRow,
    model: BaseModel,
    chosen: &Chosen,
) -> Result<Configured> {
    if configuration.place != Place::Local {
        crate::runpod::glance_at_prices(engine).await;
    }
    let pools = match configuration.place {
        Place::RunpodServerless => crate::runpod::glance_at_pools(engine).await,
        _ => None,
    };
    let prices = catalog::prices(engine)?;
    let longest = longest(&dataset);
    let mut remark = None;
    let (machine, gpu, quote) = if configuration.place == Place::Local {
        let there = machine::look().await;
        let machine = there.clone().taken(request.gpus)?;
        remark = there.left_alone(&machine);
        let gpu = prices.gpu(&machine.name).map_or_else(|| machine.name.to_lowercase(), |gpu| gpu.id.clone());
        let quote = Quote::local(engine.0.places.training.usd_per_hour).for_each_of(machine.count);
        (machine, gpu, quote)
    } else {
        let wanted = (request.gpu.as_deref(), request.gpus);
        let asks = (&model, &configuration.hyperparameters, longest);
        rented::machine(&prices, configuration.place, wanted, asks, pools.as_ref())?
    };
    let machine = &machine;
    configuration.gpu = Some(gpu.clone());
    configuration.gpus = machine.count;
    let values = &configuration.hyperparameters;
    let limits = if request.any_value { Limits::Worker } else { Limits::Service };
    let mut problems: Vec<Problem> = values.check(limits);
    problems.extend(dataset.facts.as_ref().and_then(|facts| values.check_lengths(facts, limits)));
    problems.extend(values.check_for(&model, dataset.examples, machine.count, machine.cuda));
    let memory = memory(&model, values, longest, machine.cuda);
    let advice = advise(&model, values, longest, machine.memory, machine.cuda);
    let steps = values.steps(dataset.examples.unwrap_or(0), machine.count);
    let history = engine.db().lessons().await.map_err(from_db(WHAT))?;
    let plan = planned(&configuration, (&dataset, &model), steps, (machine, &gpu, &prices));
    let terms = Terms {
        quote: Some(quote.clone()),
        tier: configuration.tier,
        storage: Usd::ZERO,
        today: engine.now().date_naive(),
    };
    let mut estimate = estimate(&plan, &history, &terms);
    estimate.reasons.extend(remark);
    estimate.reasons.extend(rented::price_remark(engine, configuration.place, &gpu, &quote)?);
    let gate = match estimate.cost {
        Some(cost) => Some(gate(&engine.0.places.training.budget, ledger(engine).await?, cost.high)),
        None => None,
    };
    let readiness = checklist(&dataset, values.max_seq_length);
    let found = Findings {
        readiness: readiness.as_ref(),
        problems: &problems,
        memory: &memory,
        there: machine.memory,
        estimate: &estimate,
        gate: gate.as_ref(),
    };
    let mut checklist = Checklist::of(&configuration, &found);
    if configuration.place == Place::Local {
        checklist.0.push(machine::worker(engine).await);
        let memory = checklist.0.iter_mut().find(|check| check.name == "memory");
        if let (Some(check), Some(name)) = (memory, passed_over(engine, request, &model)?) {
            check.text = format!("{} {name}, which is taken otherwise, would not fit here.", check.text);
        }
    }
    if engine.db().is_run_named(&configuration.name).await.map_err(from_db(WHAT))? {
        let text =
            format!("There is a run named “{}” already; both are found by their keys.", configuration.name);
        checklist.0.push(Check { name: "name".to_owned(), mark: Mark::Note, text });
    }
    let (weights, found) = rented::weights(engine, &configuration, &model).await;
    checklist.0.extend(found);
    checklist.0.extend(pools.and_then(|pools| rented::elsewhere(&pools, (machine, &gpu))));
    Ok(Configured {
        preset_id: chosen.id().to_owned(),
        preset: chosen.label(),
        problems,
        steps,
        memory_there: machine.memory,
        advice: advice.map(|(_, changes)| changes).unwrap_or_default(),
        machine: machine.name.clone(),
        memory,
        estimate,
        past_estimates: Accuracy::of_preset(&history, chosen.id()),
        quote,
        gate,
        readiness,
        weights,
        checklist,
        configuration,
        dataset,
        model,
    })
}

/// What decides how long it takes.
fn planned(
    configuration: &Configuration,
    (dataset, model): (&DatasetRow, &BaseModel),
    steps: Option<Steps>,
    (machine, gpu, prices): (&Machine, &str, &PriceList),
) -> Plan {
    let values = &configuration.hyperparameters;
    let lengths = dataset.facts.as_ref().map(|facts| &facts.lengths);
    Plan {
        base_model: model.id.clone(),
        active_parameters: model.active(),
        hidden: model.sizes.hidden,
        model_bytes: model.parameters.saturating_mul(2),
        place: configuration.place,
        gpu: gpu.to_owned(),
        gpus: machine.count,
        tflops: prices.gpu(gpu).and_then(|gpu| gpu.bf16_tflops),
        batch_size: values.batch_size,
        gradient_accumulation: values.gradient_accumulation,
        max_seq_length: values.max_seq_length,
        quantization: values.quantization,
        recompute: values.gradient_checkpointing.unwrap_or(machine.cuda),
        steps: steps.unwrap_or(Steps {
            examples: 0,
            held_out: 0,
            per_epoch: 0,
            total: 0,
            epochs: 0.0,
            evaluations: 0,
        }),
        mean_tokens: lengths.and_then(|lengths| lengths.mean_at(Some(values.max_seq_length))),
        exact_tokens: dataset.facts.as_ref().is_some_and(|facts| facts.tokens.exact),
    }
}

/// What was spent in this period, and what runs that go on may still cost.
async fn ledger(engine: &Engine) -> Result<Ledger> {
    let period = engine.0.places.training.budget.period.at(engine.now());
    let spent = engine.db().spent(period.from, period.to).await.map_err(from_db(WHAT))?;
    let runs = engine.db().open_runs().await.map_err(from_db(WHAT))?;
    let open = runs.iter().map(|stored| stored.run.may_still_cost()).sum();
    Ok(Ledger { spent, open })
}
