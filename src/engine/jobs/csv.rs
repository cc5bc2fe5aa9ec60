//! The list of runs as a CSV file (R4.21).

use super::JobLine;
use crate::local::Part;
use crate::{Error, Result};
use chrono::{DateTime, SecondsFormat, Utc};
use domain::series::cell;
use std::io::{self, BufWriter, Write};
use std::path::Path;

const WHAT: &str = "Cannot export the list of runs";

/// The rule's columns, but for who made a run: a store has one user.
const HEAD: &str = "Job ID,Name,Status,Preset,GPU Type,Dataset,Base Model,Created At,Started At,Completed At,Duration (minutes),Cost ($),Tags";

/// Writes the runs, in the order given. Times are UTC; what is unknown is empty.
///
/// # Errors
/// What `out` says.
pub fn csv(lines: &[JobLine], out: &mut impl Write) -> io::Result<()> {
    let time = |at: Option<DateTime<Utc>>| {
        at.map_or_else(String::new, |at| at.to_rfc3339_opts(SecondsFormat::Secs, true))
    };
    writeln!(out, "{HEAD}")?;
    for line in lines {
        let (run, job) = (&line.run, &line.run.job);
        let minutes = line.minutes().map_or_else(String::new, |minutes| format!("{minutes:.1}"));
        let cost = job.final_cost.unwrap_or(job.current_cost).column();
        let fields = [
            job.id.to_string(),
            cell(&job.name),
            line.word().to_owned(),
            cell(&job.preset_id),
            cell(&job.gpu.gpu),
            cell(&run.dataset_name),
            cell(&run.model.name),
            time(Some(job.queued_at)),
            time(job.started_at),
            time(job.completed_at),
            minutes,
            cost,
            cell(&run.configuration.tags.join(" ")),
        ];
        writeln!(out, "{}", fields.join(","))?;
    }
    out.flush()
}

/// Writes the runs into a file, whole or not at all. A file that is there already is left alone.
///
/// # Errors
/// There is a file already, or it cannot be written.
pub fn save_csv(lines: &[JobLine], path: &Path) -> Result<()> {
    if path.exists() {
        return Err(Error::refused(WHAT, "there is one already")
            .on(path.display())
            .next("Take another name"));
    }
    let part = Part::begin(path)?;
    csv(lines, &mut BufWriter::new(&part.file)).map_err(|error| Error::failed(WHAT, error.to_string()))?;
    part.keep().map(drop)
}
