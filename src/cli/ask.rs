//! A question on stderr that is answered with yes or no.

use crate::context::Context;
use crate::out::Stop;
use crate::{terminal, text};
use engine::Error;
use std::io::{BufRead, Write};

/// Asks, unless `--yes` was given. Without a terminal the answer must be given beforehand: wrong usage.
pub(crate) async fn confirmed(context: &mut Context, question: &str) -> Result<bool, Stop> {
    if context.globals.yes {
        return Ok(true);
    }
    context.out.flush()?;
    if !terminal::can_ask() {
        return Err(Error::usage(question, "there is no terminal to ask on").next("Add --yes").into());
    }
    let columns = terminal::progress_width().unwrap_or(usize::MAX);
    let asked = text::wrapped(&text::harmless(&format!("{question} [y/N]")), columns.saturating_sub(2), 0);
    let _ = write!(std::io::stderr(), "{} ", asked.join("\n"));
    let answer = tokio::task::spawn_blocking(|| {
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line).map(|_| line)
    });
    tokio::select! {
        () = context.cancel.cancelled() => Err(Error::interrupted(question).into()),
        answer = answer => {
            let answer = answer.ok().and_then(Result::ok).unwrap_or_default();
            Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
        }
    }
}
