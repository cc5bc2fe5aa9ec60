//! The tasks at work: each with a token that stops it.

use super::{Context, Settings, run};
use crate::model::{Ask, JobId, Msg, RunId, Step};
use engine::{CancellationToken, Engine, Progress};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinSet;

/// Where answers come in.
pub type Outbox = mpsc::UnboundedSender<Msg>;

/// The newest step of each job. Steps come thousands of times a second; the runtime takes the last ones when it draws.
#[derive(Debug, Default)]
pub struct Board {
    steps: Mutex<BTreeMap<JobId, Step>>,
    /// Rings when a step came in.
    pub bell: Notify,
}

impl Board {
    fn put(&self, job: JobId, step: Step) {
        self.steps.lock().unwrap_or_else(PoisonError::into_inner).insert(job, step);
        self.bell.notify_one();
    }

    /// Takes what came in since the last time.
    pub fn take(&self) -> Vec<Msg> {
        let steps = std::mem::take(&mut *self.steps.lock().unwrap_or_else(PoisonError::into_inner));
        steps.into_iter().map(|(job, step)| Msg::Progress(job, step)).collect()
    }
}

/// All tasks of this session.
pub struct Tasks {
    outbox: Outbox,
    settings: Settings,
    set: JoinSet<()>,
    asks: BTreeMap<&'static str, CancellationToken>,
    jobs: BTreeMap<JobId, CancellationToken>,
    /// How far the jobs are.
    pub board: Arc<Board>,
}

impl Tasks {
    /// None yet.
    pub fn new(outbox: Outbox, settings: Settings) -> Self {
        Self {
            outbox,
            settings,
            set: JoinSet::new(),
            asks: BTreeMap::new(),
            jobs: BTreeMap::new(),
            board: Arc::new(Board::default()),
        }
    }

    /// Asks; an open question of the same slot is cancelled.
    pub fn ask(&mut self, engine: &Engine, run_id: RunId, slot: &'static str, ask: Ask) {
        let cancel = CancellationToken::new();
        if let Some(earlier) = self.asks.insert(slot, cancel.clone()) {
            earlier.cancel();
        }
        let context = Context { engine: engine.clone(), progress: Progress::none(), cancel, settings: self.settings.clone() };
        let outbox = self.outbox.clone();
        self.spawn(async move {
            let answer = Box::new(run(context, ask).await);
            // Nobody listens any more once the program ends.
            let _ = outbox.send(Msg::Answered { run: run_id, slot, answer });
        });
    }

    /// Starts long work.
    pub fn job(&mut self, engine: &Engine, job: JobId, ask: Ask) {
        let cancel = CancellationToken::new();
        self.jobs.insert(job, cancel.clone());
        let board = Arc::clone(&self.board);
        let progress = Progress::new(move |step| {
            let engine::Step { stage, done, total, note } = step;
            board.put(job, Step { stage: stage.to_owned(), done, total, note });
        });
        let context = Context { engine: engine.clone(), progress, cancel, settings: self.settings.clone() };
        let outbox = self.outbox.clone();
        self.spawn(async move {
            let answer = Box::new(run(context, ask).await);
            let _ = outbox.send(Msg::Finished(job, answer));
        });
    }

    /// A message to ourselves, taken in after what is there already.
    pub fn tell(&self, msg: Msg) {
        // Nobody listens any more once the program ends.
        let _ = self.outbox.send(msg);
    }

    /// Runs anything else whose end is a message.
    pub fn other(&mut self, work: impl Future<Output = Msg> + Send + 'static) {
        let outbox = self.outbox.clone();
        self.spawn(async move {
            let _ = outbox.send(work.await);
        });
    }

    /// Tells a job to stop.
    pub fn cancel(&self, job: JobId) {
        if let Some(token) = self.jobs.get(&job) {
            token.cancel();
        }
    }

    /// Tells everything to stop and waits for it.
    pub async fn stop(&mut self) {
        for token in self.asks.values().chain(self.jobs.values()) {
            token.cancel();
        }
        while self.set.join_next().await.is_some() {}
    }

    /// Cuts everything off, as a crash would.
    pub fn abort(&mut self) {
        self.set.abort_all();
    }

    fn spawn(&mut self, work: impl Future<Output = ()> + Send + 'static) {
        while self.set.try_join_next().is_some() {}
        self.set.spawn(work);
    }
}
