//! `train DATASET`

mod keep;
mod print;

use crate::ask;
use crate::context::{At, Context};
use crate::out::{Done, Exit, Stop, note};
use crate::verbs::jobs;
use clap::Args;
use domain::budget::Override;
use domain::money::Usd;
use domain::place::Place;
use engine::jobs::Heard;
use engine::train::{Configured, Request};
use engine::{CancellationToken, Engine, Progress};

/// Train an adapter: dataset, base model and settings are judged first, with what it takes and costs
///
/// `--dry-run` shows the checklist, the memory, the time and the cost, and starts nothing.
#[derive(Debug, Clone, Args)]
#[allow(clippy::struct_excessive_bools, reason = "one per switch of the command line")]
pub(crate) struct Train {
    /// Name or key of the dataset
    #[arg(value_name = "DATASET")]
    dataset: String,
    /// Base model by its name, or a folder that holds one  [default: the first of the registry]
    #[arg(long, visible_alias = "model", value_name = "MODEL")]
    base_model: Option<String>,
    /// Preset: conservative, balanced, aggressive, or one of yours  [default: balanced]
    #[arg(long, value_name = "NAME")]
    preset: Option<String>,
    /// A setting over the preset, e.g. `epochs=5`; can be given several times
    #[arg(long, value_name = "KEY=VALUE", value_parser = pair)]
    set: Vec<(String, String)>,
    /// Where: local, runpod-serverless, runpod-pod  [default: local]
    #[arg(long = "on", visible_alias = "place", value_name = "PLACE")]
    place: Option<Place>,
    /// GPU of a rented machine, e.g. a100-80  [default: the cheapest one that holds it]
    #[arg(long, value_name = "GPU")]
    gpu: Option<String>,
    /// How many of them  [default: 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=8))]
    gpus: Option<u32>,
    /// What to call the run; otherwise it is made of dataset, preset and day
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// More about it
    #[arg(long, value_name = "TEXT", default_value = "")]
    notes: String,
    /// A word to find it by; can be given several times
    #[arg(long = "tag", value_name = "WORD")]
    tags: Vec<String>,
    /// It must not be estimated to cost more than this
    #[arg(long, value_name = "USD")]
    max_cost: Option<Usd>,
    /// Why it may go over a budget that blocks, in fifty characters or more; kept with the run
    #[arg(long, value_name = "REASON", value_parser = |text: &str| Override::new(text))]
    over_budget: Option<Override>,
    /// Hours after which it stops with a checkpoint  [default: 24]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=8760))]
    max_hours: Option<u32>,
    /// Accept every value that the worker can run, for experiments with tiny models
    #[arg(long)]
    any_value: bool,
    /// Also write the base model with the adapter in it
    #[arg(long)]
    merge: bool,
    /// Begin with what was kept for this dataset, here or in the dashboard
    #[arg(long)]
    draft: bool,
    /// Keep this configuration with the dataset and start nothing
    #[arg(long, conflicts_with_all = ["dry_run", "detach"])]
    save_draft: bool,
    /// Keep the settings as a preset of yours, too
    #[arg(long, value_name = "NAME")]
    save_preset: Option<String>,
    /// Show what would happen and start nothing
    #[arg(long)]
    dry_run: bool,
    /// Come back as soon as the run goes on; `jobs watch` looks at it again
    #[arg(long, conflicts_with = "dry_run")]
    detach: bool,
    #[command(flatten)]
    at: At,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("write it as key=value, e.g. epochs=5")?;
    Ok((key.trim().to_owned(), value.trim().to_owned()))
}

pub(crate) async fn run(context: &mut Context, args: Train) -> Done {
    let engine = context.engine(args.at.at).await?;
    let request = request(&engine, &args).await?;
    let configured = Box::pin(engine::train::configure(&engine, &request)).await?;
    if args.dry_run && context.json() {
        context.out.json(&configured)?;
    } else if !context.json() {
        print::configured(context, &configured)?;
    }
    if let Some(name) = &args.save_preset {
        keep::preset(context, &engine, name, &configured).await?;
    }
    if args.save_draft {
        return keep::draft(context, &engine, &request, &configured).await;
    }
    if args.dry_run {
        return Ok(if configured.open().1.is_empty() { Exit::Done } else { Exit::Failed });
    }
    Box::pin(launch(context, &engine, &configured, args.detach)).await
}

/// What is asked for: the arguments, over the draft where that is wanted.
async fn request(engine: &Engine, args: &Train) -> Result<Request, Stop> {
    let draft = if args.draft { Some(keep::drafted(engine, &args.dataset).await?) } else { None };
    let mut request =
        draft.unwrap_or_else(|| Request { dataset: args.dataset.clone(), ..Request::default() });
    if let Some(preset) = &args.preset {
        // Another preset takes the settings of the draft away.
        request.preset = Some(preset.clone());
        request.set.clear();
    }
    request.set.extend(args.set.iter().cloned());
    request.base_model = args.base_model.clone().or(request.base_model);
    request.place = args.place.or(request.place);
    request.gpu = args.gpu.clone().or(request.gpu);
    request.gpus = args.gpus.or(request.gpus);
    request.name = args.name.clone().or(request.name);
    request.max_cost = args.max_cost.or(request.max_cost);
    request.over_budget = args.over_budget.clone().or(request.over_budget);
    request.max_hours = args.max_hours.or(request.max_hours);
    request.any_value |= args.any_value;
    request.merge |= args.merge;
    if !args.notes.is_empty() {
        request.notes.clone_from(&args.notes);
    }
    if !args.tags.is_empty() {
        request.tags.clone_from(&args.tags);
    }
    Ok(request)
}

/// Asks for what has to be accepted, starts the run, and follows it.
async fn launch(context: &mut Context, engine: &Engine, configured: &Configured, detach: bool) -> Done {
    // What stops it is said before anybody is asked.
    let accepted = configured.open().1.is_empty() && ask::confirmed(context, "Start this run?").await?;
    let stopped = !configured.open().1.is_empty();
    if !accepted && !stopped {
        note("Nothing was started.");
        return Ok(Exit::Done);
    }
    let run = engine::jobs::start(engine, configured, accepted).await?;
    let id = run.job.id.to_string();
    note(format!("Run “{}” ({id}) is queued.", run.job.name));
    let heard = if detach { Heard::none() } else { jobs::listener(context) };
    let cancel = context.cancel.child_token();
    let progress = if detach { left_when_it_runs(cancel.clone()) } else { context.progress() };
    let outcome = engine::jobs::follow(engine, &id, &heard, &progress, &cancel).await?;
    jobs::followed(context, &outcome)
}

/// Leaves the run alone once its worker has said its first word.
fn left_when_it_runs(cancel: CancellationToken) -> Progress {
    Progress::new(move |_| cancel.cancel())
}
