//! `datasets check`

use crate::context::Context;
use crate::out::{Done, Exit};
use crate::verbs::check::Lengths;
use clap::Args;
use engine::check::FileReport;

/// Read a dataset again: whether its file is still the same, what is wrong with it, whether it is ready for training
#[derive(Debug, Clone, Args)]
pub(crate) struct Check {
    /// Name or key of the dataset
    #[arg(value_name = "NAME")]
    name: String,
    #[command(flatten)]
    lengths: Lengths,
}

pub(crate) async fn run(context: &mut Context, args: Check) -> Done {
    let engine = context.engine(None).await?;
    let lengths = &args.lengths.max_length;
    let done =
        engine::datasets::check(&engine, &args.name, lengths, &context.progress(), &context.cancel).await?;
    context.meter.wipe();
    if context.json() {
        context.out.json(&done)?;
        return Ok(if done.report.ready { Exit::Done } else { Exit::Failed });
    }
    let exit = crate::verbs::check::print(context, &[FileReport::Checked(Box::new(done.report))])?;
    super::print_readiness(context, &done.readiness)?;
    Ok(exit)
}
