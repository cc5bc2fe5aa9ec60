//! Curves into a file.

use super::path::at_home;
use crate::model::Msg;
use crate::model::monitor::Msg as Do;
use engine::Error;
use engine::watch::{Said, Sight, Watch};

const WHAT: &str = "Cannot export the curves";

/// Writes them; what comes of it is a message. A file that is there already is left alone.
pub async fn export(watch: Watch, to: String, run: usize, sight: Sight) -> Msg {
    let work = tokio::task::spawn_blocking(move || write(&watch, &to, run, &sight)).await;
    let done = match work {
        Ok(done) => done.map_err(Into::into),
        Err(_) => Err(Error::failed(WHAT, "it broke down inside").into()),
    };
    Msg::Monitor(Do::Exported(done))
}

/// Writes lines of a log; what comes of it is a message. A file that is there already is left alone.
pub async fn export_lines(lines: Vec<Said>, to: String) -> Msg {
    let work = tokio::task::spawn_blocking(move || {
        let path = at_home(&to);
        engine::watch::save_lines(&lines, &path).map(|()| path.display().to_string())
    });
    let done = match work.await {
        Ok(done) => done.map_err(Into::into),
        Err(_) => Err(Error::failed("Cannot export the lines", "it broke down inside").into()),
    };
    Msg::Monitor(Do::Exported(done))
}

fn write(watch: &Watch, to: &str, run: usize, sight: &Sight) -> engine::Result<String> {
    let path = at_home(to);
    let form = crate::update::monitor::form(to)
        .ok_or_else(|| Error::usage(WHAT, "the name ends in none of .csv, .json, .svg, .png"))?;
    engine::watch::save(watch, run, (form, sight), &path, false)?;
    Ok(path.display().to_string())
}
