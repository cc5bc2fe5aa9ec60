//! `files check`

use crate::context::Context;
use crate::out::Done;
use crate::verbs::check::Lengths;
use clap::Args;

/// Check a training file of the store, as `check` does it with files on this machine
#[derive(Debug, Clone, Args)]
pub(crate) struct Check {
    /// Name or key of the training file
    #[arg(value_name = "NAME")]
    name: String,
    #[command(flatten)]
    lengths: Lengths,
}

pub(crate) async fn run(context: &mut Context, args: Check) -> Done {
    let engine = context.engine(None).await?;
    let lengths = &args.lengths.max_length;
    let report =
        engine::files::check(&engine, &args.name, lengths, &context.progress(), &context.cancel).await?;
    context.meter.wipe();
    crate::verbs::check::print(context, &[report])
}
