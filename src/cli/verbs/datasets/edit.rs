//! `datasets edit`

use crate::context::{At, Context};
use crate::out::{Done, Exit};
use clap::{ArgGroup, Args};

/// Give a dataset another name or description; its bytes, runs and models stay
#[derive(Debug, Clone, Args)]
#[command(group = ArgGroup::new("change").required(true).multiple(true))]
pub(crate) struct Edit {
    /// Name or key of the dataset
    #[arg(value_name = "DATASET")]
    dataset: String,
    /// What to call it
    #[arg(long, value_name = "NAME", group = "change")]
    name: Option<String>,
    /// More about it; an empty text takes it away
    #[arg(long, value_name = "TEXT", group = "change")]
    description: Option<String>,
    #[command(flatten)]
    at: At,
}

pub(crate) async fn run(context: &mut Context, args: Edit) -> Done {
    let engine = context.engine(args.at.at).await?;
    let (name, description) = (args.name.as_deref(), args.description.as_deref());
    let dataset = engine::datasets::edit(&engine, &args.dataset, name, description).await?;
    if context.json() {
        context.out.json(&dataset)?;
    } else {
        context.out.line(format!("{}  {}", dataset.name, dataset.id))?;
        context.out.line(dataset.description.as_deref().unwrap_or("no description"))?;
    }
    Ok(Exit::Done)
}
