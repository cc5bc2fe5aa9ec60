//! `runpod reconcile`

use crate::context::Context;
use crate::out::{Done, Exit};
use crate::text::many;
use clap::Args;

/// Compare the recorded costs with RunPod's bill, and correct them
///
/// The bill lags by up to two hours: what ended later is compared the next time. An open dashboard and `brightrun runner` compare by themselves what has
/// come onto the bill; this compares the last forty days again.
#[derive(Debug, Clone, Args)]
pub(crate) struct Reconcile {}

pub(super) async fn run(context: &mut Context, _: &Reconcile) -> Done {
    let engine = context.engine(None).await?;
    let done = engine::runpod::reconcile(&engine, &context.progress()).await?;
    context.meter.wipe();
    if context.json() {
        context.out.json(&done)?;
        return Ok(Exit::Done);
    }
    context.out.line(match done.compared {
        0 => "nothing is on the bill yet that could be compared".to_owned(),
        n => format!("{} compared: {}", many(n as u64, "bill"), done.sentence()),
    })?;
    Ok(Exit::Done)
}
