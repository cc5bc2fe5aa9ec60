//! `runpod cache`

use crate::ask::confirmed;
use crate::context::Context;
use crate::out::{Done, Exit, note};
use crate::text;
use clap::Args;
use domain::place::Place;
use engine::runpod::{CachePlan, Cached};

/// Fetch a base model onto the network volume, once for every run after it
///
/// A machine of its own fetches it, the cheapest one beside the volume; the price is shown first. Begun again it goes on with what is
/// there. Ctrl-c leaves the machine alone: it ends by itself, and the same command looks at it again.
#[derive(Debug, Clone, Args)]
pub(crate) struct Cache {
    /// Base model by its name in the registry, or as owner/name on the model hub
    #[arg(value_name = "MODEL")]
    model: String,
    /// Branch, tag or commit  [default: that of the registry, or the newest]
    #[arg(long, value_name = "REVISION")]
    revision: Option<String>,
    /// By what: runpod-pod or runpod-serverless  [default: a pod, where runpod.image is set]
    #[arg(long = "on", visible_alias = "place", value_name = "PLACE")]
    place: Option<Place>,
    /// Show what would be rented and rent nothing
    #[arg(long)]
    dry_run: bool,
    /// End the machine that fetches it; what was fetched stays
    #[arg(long, conflicts_with_all = ["dry_run", "revision", "place"])]
    stop: bool,
}

pub(super) async fn run(context: &mut Context, args: Cache) -> Done {
    let engine = context.engine(None).await?;
    if args.stop {
        let stopped = engine::runpod::stop_cache(&engine, &args.model, &context.cancel).await?;
        if context.json() {
            context.out.json(&serde_json::json!({ "stopped": stopped }))?;
        } else if stopped {
            context.out.line("The machine is gone. What was fetched stays on the volume.")?;
        } else {
            context.out.line("No machine fetches it.")?;
        }
        return Ok(Exit::Done);
    }
    let plan = super::asked(
        context,
        engine::runpod::plan_cache(&engine, &args.model, args.revision.as_deref(), args.place),
    )
    .await?;
    if args.dry_run && context.json() {
        context.out.json(&plan)?;
        return Ok(Exit::Done);
    }
    if !context.json() {
        shown(context, &plan)?;
    }
    let rents = plan.there.is_none() && !plan.under_way;
    if args.dry_run {
        return Ok(Exit::Done);
    }
    if rents && !confirmed(context, "Fetch it?").await? {
        note("Nothing was rented.");
        return Ok(Exit::Done);
    }
    let (heard, progress) = (crate::verbs::jobs::listener(context), context.progress());
    let cached = engine::runpod::cache(&engine, &plan, &heard, &progress, &context.cancel).await?;
    context.meter.wipe();
    if context.json() {
        context.out.json(&cached)?;
        return Ok(Exit::Done);
    }
    context.out.prose(match &cached {
        Cached::Already(there) => format!("{} is on the volume: {}", there.model, text::bytes(there.bytes)),
        Cached::Done(there) => {
            format!("{} is on the volume now: {}, commit {}", there.model, text::bytes(there.bytes), there.revision)
        }
        Cached::Stopped => "It was ended. What was fetched stays; the same command goes on from there.".to_owned(),
        Cached::Left => format!(
            "The machine goes on without this program and ends by itself. `brightrun runpod cache {0}` looks at it again, with --stop it ends.",
            plan.model
        ),
    })?;
    Ok(Exit::Done)
}

fn shown(context: &mut Context, plan: &CachePlan) -> Result<(), crate::out::Stop> {
    if plan.under_way {
        context.out.line(format!("A machine fetches {} already.", plan.model))?;
    } else if plan.there.is_none() {
        let machines: Vec<&str> = plan.machines.iter().map(|machine| machine.gpu.as_str()).collect();
        let by = if machines.is_empty() {
            "the endpoint".to_owned()
        } else {
            format!("a pod ({})", machines.join(", or "))
        };
        context.out.prose(format!("{} onto the volume {}, by {by}", plan.model, plan.volume))?;
        context.out.prose(format!("{}.", plan.price()))?;
    }
    context.out.flush()
}
