//! `datasets add`

use crate::context::{At, Context};
use crate::out::{Done, Exit};
use crate::text::many;
use clap::{ArgGroup, Args, ValueHint};
use engine::datasets::{Checked, Source};
use std::path::PathBuf;

/// Make a dataset of a training file or of a file on this machine: its bytes are copied, checked and counted
#[derive(Debug, Clone, Args)]
#[command(group = ArgGroup::new("source").required(true).multiple(false))]
pub(crate) struct Add {
    /// A file on this machine, or else the name or key of a training file
    #[arg(value_name = "FILE|TRAINING-FILE", group = "source")]
    word: Option<String>,
    /// A file on this machine
    #[arg(long, value_name = "PATH", group = "source", value_hint = ValueHint::FilePath)]
    file: Option<PathBuf>,
    /// A training file, by name or key
    #[arg(long, value_name = "NAME", group = "source")]
    training_file: Option<String>,
    /// What to call it; otherwise as its source is called
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// More about it
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// Count tokens with this base model's tokenizer, or with the one of this file or folder; otherwise they are estimated
    #[arg(long, value_name = "MODEL|PATH", value_hint = ValueHint::AnyPath)]
    tokenizer: Option<String>,
    /// Also when there is a dataset of the same bytes
    #[arg(long)]
    again: bool,
    #[command(flatten)]
    at: At,
}

pub(crate) async fn run(context: &mut Context, args: Add) -> Done {
    let engine = context.engine(args.at.at).await?;
    let source = match (args.word, args.file, args.training_file) {
        (_, Some(path), _) => Source::Path(path),
        (_, _, Some(name)) => Source::TrainingFile(name),
        (word, ..) => Source::Word(word.unwrap_or_default()),
    };
    let request = engine::datasets::Add {
        source,
        name: args.name,
        description: args.description,
        tokenizer: args.tokenizer,
        again: args.again,
    };
    let done = engine::datasets::add(&engine, request, &context.progress(), &context.cancel).await?;
    context.meter.wipe();
    print(context, &done)
}

/// Says what the dataset is; fails when it cannot be trained with.
pub(super) fn print(context: &mut Context, done: &Checked) -> Done {
    let dataset = &done.dataset;
    if context.json() {
        context.out.json(done)?;
    } else {
        let counted_exactly = dataset.facts.as_ref().is_some_and(|facts| facts.tokens.exact);
        context.out.line(format!("{}  {}", dataset.name, dataset.id))?;
        context.out.line(format!(
            "  {} of {}, {}{}",
            many(dataset.examples.unwrap_or(0), "example"),
            many(done.report.conversations, "conversation"),
            if counted_exactly { "" } else { "about " },
            many(dataset.tokens.unwrap_or(0), "token"),
        ))?;
        super::print_readiness(context, &done.readiness)?;
        let findings: u64 = done.report.findings.iter().map(|finding| finding.count).sum();
        if findings > 0 {
            let found = many(findings, "finding");
            context.out.line(format!("  {found}; `brightrun datasets check` names them"))?;
        }
    }
    Ok(if dataset.training_ready { Exit::Done } else { Exit::Failed })
}
