//! Programs that get the terminal for a while: the text editor and the pager.

use super::signals::{self, Signals};
use crate::model::Problem;
use std::io::Write;
use std::process::Stdio;
use tokio::process::Command;

/// Lets the user change a text. `None`: he left it as it was.
///
/// The terminal must have been given back, and nobody may be reading from it.
pub async fn edit(text: &str, suffix: &str, signals: &mut Signals) -> Result<Option<String>, Problem> {
    let program = variable(&["VISUAL", "EDITOR"]).unwrap_or_else(|| "vi".to_owned());
    edit_with(&program, text, suffix, signals).await
}

async fn edit_with(
    program: &str,
    text: &str,
    suffix: &str,
    signals: &mut Signals,
) -> Result<Option<String>, Problem> {
    let why = |error: &dyn std::fmt::Display| {
        Problem::new(
            "Cannot edit the text",
            error.to_string(),
            "Set VISUAL or EDITOR to a program that is installed",
        )
    };
    let mut file = tempfile::Builder::new()
        .prefix("brightrun-")
        .suffix(suffix)
        .tempfile()
        .map_err(|error| why(&format!("no temporary file can be written: {error}")))?;
    file.write_all(text.as_bytes()).and_then(|()| file.flush()).map_err(|error| why(&error))?;
    let path = file.into_temp_path();
    run(program, Some(&path), None, signals).await.map_err(|error| why(&error))?;
    let new = std::fs::read_to_string(&path).map_err(|error| why(&error))?;
    Ok((new != text).then_some(new))
}

/// Shows a text.
pub async fn page(text: &str, signals: &mut Signals) -> Result<(), Problem> {
    let program = variable(&["PAGER"]).unwrap_or_else(|| "less -R".to_owned());
    run(&program, None, Some(text), signals).await.map_err(|error| {
        Problem::new("Cannot show the text", error, "Set PAGER to a program that is installed")
    })
}

fn variable(names: &[&str]) -> Option<String> {
    names.iter().filter_map(|name| std::env::var(name).ok()).find(|value| !value.trim().is_empty())
}

/// Runs a command line through the shell, as git does, so that `code --wait` and quoted paths work.
async fn run(
    program: &str,
    path: Option<&std::path::Path>,
    input: Option<&str>,
    signals: &mut Signals,
) -> Result<(), String> {
    let mut command = Command::new("sh");
    command.arg("-c").arg(format!("{program} \"$@\"")).arg(program);
    if let Some(path) = path {
        command.arg(path);
    }
    command.stdin(if input.is_some() { Stdio::piped() } else { Stdio::inherit() });
    let mut child = command.spawn().map_err(|error| format!("{program}: {error}"))?;
    let pipe = child.stdin.take();
    let feed = async {
        if let (Some(mut pipe), Some(text)) = (pipe, input) {
            use tokio::io::AsyncWriteExt;
            // A pager that is closed early has shown enough.
            let _ = pipe.write_all(text.as_bytes()).await;
        }
    };
    let wait = async {
        loop {
            tokio::select! {
                status = child.wait() => return status,
                // ctrl-z in the child stops the whole job, so we stop with it; `fg` continues both.
                () = signals.stop() => if signals::can_stop() && signals::stop().is_err() {
                    tracing::warn!("the process group could not be stopped");
                },
            }
        }
    };
    let ((), status) = tokio::join!(feed, wait);
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{program} ended with {status}")),
        Err(error) => Err(format!("{program}: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn edit(program: &str) -> Result<Option<String>, Problem> {
        edit_with(program, "old text\n", ".txt", &mut Signals::take().unwrap()).await
    }

    #[tokio::test]
    async fn what_the_editor_leaves_is_the_text() {
        assert_eq!(
            edit("sed -i s/old/new/").await,
            Ok(Some("new text\n".to_owned())),
            "a command line with options"
        );
        assert_eq!(edit("true").await, Ok(None), "left as it was");
    }

    #[tokio::test]
    async fn an_editor_that_fails_is_told() {
        for (program, word) in
            [("false", "false ended with"), ("/nowhere/editor", "/nowhere/editor"), ("rm", "")]
        {
            let problem = edit(program).await.unwrap_err();
            assert!(problem.why.contains(word) && problem.next.contains("EDITOR"), "{problem}");
        }
    }

    #[tokio::test]
    async fn a_pager_may_be_closed_early() {
        let text = "line\n".repeat(100_000);
        run("head -1 >/dev/null", None, Some(&text), &mut Signals::take().unwrap()).await.unwrap();
    }
}
