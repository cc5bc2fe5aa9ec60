//! `runpod check`

use crate::context::Context;
use crate::out::{Done, Exit};
use crate::verbs::doctor;
use clap::Args;

/// Test what rented runs stand on: key and its rights, balance, endpoint, volume, image, prices
///
/// Each line says what to do. Exit code 1 when something is missing or does not work.
#[derive(Debug, Clone, Args)]
pub(crate) struct Check {}

pub(super) async fn run(context: &mut Context, _: &Check) -> Done {
    let engine = context.engine(None).await?;
    let checked = super::asked(context, engine::runpod::check(&engine)).await?;
    if context.json() {
        context.out.json(&checked)?;
    } else {
        doctor::print(context, &checked.lines)?;
    }
    Ok(if checked.failed { Exit::Failed } else { Exit::Done })
}
