//! The list of runs as a table: what a row holds, for filters and sorts.

use super::JobLine;
use domain::filter::{Cell, Row};
use domain::job::table::Column;

impl JobLine {
    /// What it has cost, in dollars.
    fn dollars(&self) -> f64 {
        let job = &self.run.job;
        job.final_cost.unwrap_or(job.current_cost).as_float()
    }

    /// Minutes from its first start to its end, or to the last news of it.
    pub fn minutes(&self) -> Option<f64> {
        let job = &self.run.job;
        let until = job.completed_at.or(job.last_seen_at)?;
        let seconds = u32::try_from((until - job.started_at?).num_seconds()).ok()?;
        Some(f64::from(seconds) / 60.0)
    }
}

impl Row for JobLine {
    type Field = Column;

    fn cell(&self, column: Column) -> Cell<'_> {
        let (run, job) = (&self.run, &self.run.job);
        match column {
            Column::Name => Cell::text(&job.name),
            Column::State => Cell::Text(self.word()),
            Column::Progress => Cell::Number(job.progress.percent),
            Column::Loss => Cell::number(job.progress.loss),
            Column::Minutes => Cell::number(self.minutes()),
            Column::Cost => Cell::Number(self.dollars()),
            Column::Preset => Cell::text(&job.preset_id),
            Column::Dataset => Cell::text(&run.dataset_name),
            Column::BaseModel => Cell::text(&run.model.name),
            Column::Place => Cell::Text(run.configuration.place.word()),
            Column::Gpu => Cell::text(&job.gpu.gpu),
            Column::Created => Cell::Time(job.queued_at),
            Column::Started => Cell::time(job.started_at),
            Column::Ended => Cell::time(job.completed_at),
        }
    }

    fn texts(&self) -> Vec<&str> {
        let (run, asked) = (&self.run, &self.run.configuration);
        let texts = [&run.job.name, &asked.notes, &run.dataset_name, &run.model.name];
        texts.into_iter().chain(&asked.tags).map(String::as_str).collect()
    }
}
