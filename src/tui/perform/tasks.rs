//! The tasks at work: each with a token that stops it.

use super::{Context, Settings, run};
use crate::model::monitor::{Msg as Monitor, PRINTED};
use crate::model::{Answer, Ask, JobId, Msg, Problem, RunId, Step};
use engine::{CancellationToken, Engine, Progress};
use futures::FutureExt;
use std::collections::{BTreeMap, VecDeque};
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
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

/// A task that panics loses its own work and nothing else: it is told like any other problem.
async fn guarded(work: impl Future<Output = Answer>) -> Result<Answer, Problem> {
    AssertUnwindSafe(work).catch_unwind().await.map_err(|panic| {
        let said = panic.downcast_ref::<String>().cloned();
        let said = said.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        let why = said.unwrap_or_else(|| "nothing is known about it".to_owned());
        Problem::new("A part of brightrun failed", why, "Please report this, with the log file")
    })
}

/// The slot of the runs in view.
const FOLLOW: &str = "monitor.follow";
/// The slot of the machine whose lines are in view.
const LISTEN: &str = "monitor.machine";
/// Lines that come within this time are one message.
const BATCH: Duration = Duration::from_millis(150);
/// So long the runner may take to let go of its runs.
const LETTING_GO: Duration = Duration::from_secs(3);

/// The runner of this session.
struct Runner {
    cancel: CancellationToken,
    /// Becomes cancelled when it has ended.
    ended: CancellationToken,
}

/// All tasks of this session.
pub struct Tasks {
    outbox: Outbox,
    settings: Settings,
    set: JoinSet<()>,
    asks: BTreeMap<&'static str, CancellationToken>,
    jobs: BTreeMap<JobId, CancellationToken>,
    runner: Option<Runner>,
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
            runner: None,
            board: Arc::new(Board::default()),
        }
    }

    /// Asks; an open question of the same slot is cancelled.
    pub fn ask(&mut self, engine: &Engine, run_id: RunId, slot: &'static str, ask: Ask) {
        let cancel = self.instead(slot);
        let context = Context::new(engine.clone(), Progress::none(), cancel);
        let settings = Arc::clone(&self.settings);
        let outbox = self.outbox.clone();
        self.spawn(async move {
            let msg = match guarded(Box::pin(run(context, settings, ask))).await {
                Ok(answer) => Msg::Answered { run: run_id, slot, answer: Box::new(answer) },
                Err(problem) => Msg::Lost { slot: Some(slot), job: None, problem },
            };
            // Nobody listens any more once the program ends.
            let _ = outbox.send(msg);
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
        let context = Context::new(engine.clone(), progress, cancel);
        let settings = Arc::clone(&self.settings);
        let outbox = self.outbox.clone();
        self.spawn(async move {
            let msg = match guarded(Box::pin(run(context, settings, ask))).await {
                Ok(answer) => Msg::Finished(job, Box::new(answer)),
                Err(problem) => Msg::Lost { slot: None, job: Some(job), problem },
            };
            let _ = outbox.send(msg);
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

    /// Reads the runs that are watched until the program ends.
    pub fn follow(&mut self, watch: engine::watch::Watch) {
        let outbox = self.outbox.clone();
        let cancel = self.instead(FOLLOW);
        self.spawn(async move {
            let tell = || outbox.send(Msg::Monitor(crate::model::monitor::Msg::Changed)).is_ok();
            watch.follow(&cancel, tell).await;
        });
    }

    /// Nobody looks at the runs any more.
    pub fn unfollow(&mut self) {
        drop(self.instead(FOLLOW));
        self.unlisten();
    }

    /// Reads what the machine of a run prints; many lines at once are one message.
    pub fn listen(&mut self, engine: &Engine, run: domain::ids::JobId) {
        let (outbox, engine, cancel) = (self.outbox.clone(), engine.clone(), self.instead(LISTEN));
        self.spawn(async move {
            let (printed, rings) = (Mutex::new(VecDeque::new()), Notify::new());
            let lock = || printed.lock().unwrap_or_else(PoisonError::into_inner);
            let told = |line| {
                let mut lines = lock();
                if lines.len() >= PRINTED {
                    lines.pop_front();
                }
                lines.push_back(line);
                rings.notify_one();
            };
            let tell = || {
                let lines: Vec<_> = lock().drain(..).collect();
                // Nobody listens any more once the program ends.
                let _ = outbox.send(Msg::Monitor(Monitor::Printed(lines)));
            };
            let telling = async {
                loop {
                    rings.notified().await;
                    tokio::time::sleep(BATCH).await;
                    tell();
                }
            };
            let id = run.to_string();
            let end = tokio::select! {
                end = engine::jobs::machine_log(&engine, &id, &told, &cancel) => end,
                () = telling => Ok(()),
            };
            if !cancel.is_cancelled() {
                tell();
                let _ = outbox.send(Msg::Monitor(Monitor::Silent(end.err().map(Into::into))));
            }
        });
    }

    /// Nobody looks at what the machine prints.
    pub fn unlisten(&mut self) {
        drop(self.instead(LISTEN));
    }

    /// Starts and follows the runs of this machine until the program ends, or another engine was opened.
    pub fn runner(&mut self, engine: &Engine) {
        let outbox = self.outbox.clone();
        let (engine, cancel) = (engine.clone(), CancellationToken::new());
        let before = self.runner.replace(Runner { cancel: cancel.clone(), ended: CancellationToken::new() });
        if let Some(before) = before {
            before.cancel.cancel();
        }
        let ended = self.runner.as_ref().map(|runner| runner.ended.clone().drop_guard());
        self.spawn(async move {
            // However it ends, whoever waits for it is told.
            let _ended = ended;
            // Nobody listens any more once the program ends.
            let told =
                move |news| drop(outbox.send(Msg::Trainings(crate::model::trainings::Msg::News(news))));
            let heard = engine::jobs::Heard::none();
            engine::jobs::runner(&engine, engine.has_runner(), &heard, &told, &cancel).await;
        });
    }

    /// Lets go of the runs in hand, in order: their workers go on.
    pub async fn let_go(&mut self) {
        if let Some(runner) = self.runner.take() {
            runner.cancel.cancel();
            // Whoever is slower is taken over by the next start.
            let _ = tokio::time::timeout(LETTING_GO, runner.ended.cancelled()).await;
        }
    }

    /// A fresh token in a slot; what had it before is cancelled.
    fn instead(&mut self, slot: &'static str) -> CancellationToken {
        let cancel = CancellationToken::new();
        if let Some(earlier) = self.asks.insert(slot, cancel.clone()) {
            earlier.cancel();
        }
        cancel
    }

    /// Tells a job to stop.
    pub fn cancel(&self, job: JobId) {
        if let Some(token) = self.jobs.get(&job) {
            token.cancel();
        }
    }

    /// Tells everything to stop and waits for it.
    pub async fn stop(&mut self) {
        self.let_go().await;
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
