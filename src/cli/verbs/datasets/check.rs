//! `datasets check`

use crate::context::{At, Context};
use crate::out::{Done, Exit};
use crate::verbs::check::Lengths;
use clap::{Args, ValueHint};
use engine::check::FileReport;

/// Read a dataset again: whether its file is still the same, what is wrong with it, whether it is ready for training
#[derive(Debug, Clone, Args)]
pub(crate) struct Check {
    /// Name or key of the dataset
    #[arg(value_name = "NAME")]
    name: String,
    /// Count tokens with this base model's tokenizer, or with the one of this file or folder; otherwise they are estimated
    #[arg(long, value_name = "MODEL|PATH", value_hint = ValueHint::AnyPath)]
    tokenizer: Option<String>,
    #[command(flatten)]
    lengths: Lengths,
    #[command(flatten)]
    at: At,
}

pub(crate) async fn run(context: &mut Context, args: Check) -> Done {
    let engine = context.engine(args.at.at).await?;
    let how = engine::datasets::Recheck { lengths: args.lengths.max_length, tokenizer: args.tokenizer };
    let done =
        engine::datasets::check(&engine, &args.name, &how, &context.progress(), &context.cancel).await?;
    context.meter.wipe();
    if context.json() {
        context.out.json(&done)?;
        return Ok(if done.report.ready { Exit::Done } else { Exit::Failed });
    }
    let exit = crate::verbs::check::print(context, &[FileReport::Checked(Box::new(done.report))])?;
    super::print_readiness(context, &done.readiness)?;
    Ok(exit)
}
