//! `conversations review`

use crate::context::{At, Context};
use crate::filters::{Filters, require_one_way};
use crate::out::{Done, Exit};
use crate::text::many;
use clap::{ArgGroup, Args};
use domain::conversation::{self, ReviewStatus};
use serde::Serialize;

/// Approve conversations, reject them, send them back, put them away
#[derive(Debug, Clone, Args)]
#[command(group = ArgGroup::new("decision").required(true).multiple(false))]
#[allow(clippy::struct_excessive_bools, reason = "one of them at a time, as clap sees to")]
pub(crate) struct Review {
    /// Keys of conversations
    #[arg(value_name = "ID")]
    ids: Vec<String>,
    /// Accept them
    #[arg(long, group = "decision")]
    approve: bool,
    /// Refuse them
    #[arg(long, group = "decision")]
    reject: bool,
    /// Send them back
    #[arg(long, group = "decision")]
    revise: bool,
    /// Put them away
    #[arg(long, group = "decision")]
    archive: bool,
    /// Let them wait for a review again
    #[arg(long, group = "decision")]
    reopen: bool,
    /// Note of the reviewer; without it the earlier one stays
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    note: String,
    #[command(flatten)]
    at: At,
    #[command(flatten)]
    filters: Filters,
}

#[derive(Serialize)]
struct Reviewed {
    status: ReviewStatus,
    conversations: u64,
}

pub(crate) async fn run(context: &mut Context, args: Review) -> Done {
    require_one_way("Cannot review", &args.ids, &args.filters)?;
    let status = [
        (args.approve, ReviewStatus::Approved),
        (args.reject, ReviewStatus::Rejected),
        (args.revise, ReviewStatus::NeedsRevision),
        (args.archive, ReviewStatus::Archived),
    ]
    .into_iter()
    .find_map(|(given, status)| given.then_some(status))
    .unwrap_or(ReviewStatus::PendingReview);
    let engine = context.engine(args.at.at).await?;
    let selection = args.filters.selection(&args.ids, &engine).await?;
    let review = conversation::Review { status, note: args.note };
    let conversations = engine::conversations::review(&engine, &selection, &review).await?;
    if context.json() {
        context.out.json(&Reviewed { status, conversations })?;
    } else {
        context.out.line(format!("{} now {status}", many(conversations, "conversation")))?;
    }
    Ok(Exit::Done)
}
