//! Curves into a file.

use crate::model::monitor::Msg as Do;
use crate::model::{Msg, Problem};
use domain::series::Axis;
use engine::watch::Watch;
use std::io::BufWriter;

/// Writes them; what comes of it is a message.
pub async fn export(watch: Watch, to: String, run: usize, axis: Axis) -> Msg {
    let work = tokio::task::spawn_blocking(move || write(&watch, &to, run, axis));
    let broken = |_| Err(Box::new(Problem::new("Cannot export", "it broke down inside", "")));
    let done = work.await.unwrap_or_else(broken);
    Msg::Monitor(Do::Exported(done.map_err(|problem| *problem)))
}

fn write(watch: &Watch, to: &str, run: usize, axis: Axis) -> Result<String, Box<Problem>> {
    let home = std::env::var_os("HOME").map(std::path::PathBuf::from);
    let path = super::path::expand(std::path::Path::new(to), home.as_deref());
    let form = crate::update::monitor::form(to).ok_or_else(|| {
        Box::new(Problem::new(
            "Cannot export",
            "the name ends in none of .csv, .json, .svg",
            "Write another name",
        ))
    })?;
    let failed =
        |error: std::io::Error| Box::new(Problem::new("Cannot export the curves", error.to_string(), ""));
    let file = std::fs::File::create_new(&path).map_err(failed)?;
    engine::watch::export(watch, run, form, axis, &mut BufWriter::new(file))
        .map_err(|error| Box::new(error.into()))?;
    Ok(path.display().to_string())
}
