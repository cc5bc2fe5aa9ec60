//! A training by the contract of decision 0170, played: it learns nothing, and leaves behind what a training would.

mod carry;
mod plan;
mod record;
mod tar;

pub use plan::{End, Plan};

use super::web::Web;
use super::{Container, Guest, Inside, Next, Signal};
use crate::clock::{HOUR, MINUTE, Ms, SECOND};
use carry::{Carry, Depot, Owner};
use record::Events;
use serde_json::{Value, json};

/// Plays one dispatch.
pub struct Training<W> {
    web: W,
    plan: Plan,
    stage: Stage,
    run: Option<Run>,
}

/// What it waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Stage {
    /// It has read nothing yet.
    Fresh,
    /// Whether the beat that it saw grows.
    Watching(Owner),
    /// Whether it is still the last who wrote itself.
    Claiming,
    Training,
    /// A pod that has told the provider to end it.
    Leaving,
}

/// What it knows once it has read `carry.json`.
struct Run {
    carry: Carry,
    depot: Depot,
    me: String,
    attempt: u64,
    beat: u64,
    events: Events,
    begun: Ms,
    first: u64,
    kept: u64,
    slot: char,
}

/// How this dispatch ends, if it does.
type Step = Result<Next, Out>;

/// Why it ends.
enum Out {
    /// With this output.
    Output(Value),
    /// With this sentence.
    Failed(String),
}

impl From<String> for Out {
    fn from(text: String) -> Self {
        Self::Failed(text)
    }
}

impl<W: Web> Training<W> {
    /// By this plan, with this way to the store.
    pub const fn new(web: W, plan: Plan) -> Self {
        Self { web, plan, stage: Stage::Fresh, run: None }
    }

    fn begin(&mut self, inside: &mut Inside<'_>) -> Step {
        let order = inside.container.input.clone().or_else(|| {
            let text = inside.container.env.get("BRIGHTRUN_RUN")?;
            serde_json::from_str(text).ok()
        });
        let order = order.ok_or_else(|| "other: there is no order. Start the run again.".to_owned())?;
        let (carry, depot) = Carry::fetch(&mut self.web, &order, inside.container)?;
        inside.log(format!("order: run {}", carry.run));
        if let Some(manifest) = depot.get(&mut self.web, "manifest.json")? {
            let digest = record::sha256(&manifest);
            return Err(Out::Output(
                json!({"final": true, "run": carry.run, "state": "done", "manifest": digest}),
            ));
        }
        let found = depot.owner(&mut self.web)?;
        let machine = &inside.container.id;
        // No random numbers here: whoever starts is told apart by when and how often.
        let me = format!("{machine}/{:012x}", inside.now + Ms::from(inside.container.starts));
        let own =
            inside.container.job.is_none() && found.as_ref().is_some_and(|owner| owner.machine() == machine);
        if let Some(ended) = found.as_ref().filter(|_| own).and_then(|owner| owner.ended.clone()) {
            return Err(Out::Output(json!({"final": true, "run": carry.run, "state": ended})));
        }
        match depot.wish(&mut self.web)?.as_deref() {
            Some("cancel") => {
                return Err(Out::Output(json!({"final": true, "run": carry.run, "state": "cancelled"})));
            }
            Some(_) => return Err(Out::Output(json!({"final": true, "run": carry.run, "state": "stopped"}))),
            None => {}
        }
        let dataset = depot.get(&mut self.web, "dataset.jsonl")?;
        if dataset.as_deref().map(record::sha256)
            != carry.spec["dataset"]["sha256"].as_str().map(str::to_owned)
        {
            return Err(Out::Failed("dataset: the dataset of this run is not in the store. Start the run again: it is put there anew.".to_owned()));
        }
        let attempt = found.as_ref().map_or(1, |owner| owner.attempt + 1);
        let beat_ms = self.plan.beat.unwrap_or(carry.beat);
        let run = Run {
            carry,
            depot,
            me,
            attempt,
            beat: 0,
            events: Events::default(),
            begun: inside.now,
            first: 0,
            kept: 0,
            slot: 'b',
        };
        self.run = Some(run);
        match found.filter(|owner| !own && owner.ended.is_none()) {
            Some(owner) => {
                self.stage = Stage::Watching(owner);
                Ok(Next::At(inside.now + beat_ms * 7 / 2))
            }
            None => self.claim(inside),
        }
    }

    fn claim(&mut self, inside: &Inside<'_>) -> Step {
        self.write_owner(inside.now, None)?;
        self.stage = Stage::Claiming;
        Ok(Next::At(inside.now + self.beat()))
    }

    fn beat(&self) -> Ms {
        self.plan.beat.or_else(|| self.run.as_ref().map(|run| run.carry.beat)).unwrap_or(10 * SECOND)
    }

    fn write_owner(&mut self, now: Ms, ended: Option<&str>) -> Result<(), String> {
        let Some(run) = &mut self.run else { return Ok(()) };
        run.beat += 1;
        let owner = Owner {
            worker: run.me.clone(),
            attempt: run.attempt,
            beat: run.beat,
            ended: ended.map(str::to_owned),
        };
        run.depot.put(&mut self.web, "owner.json", owner.text(now).into_bytes())
    }

    /// Whether the run is another machine's.
    fn lost(&mut self) -> Result<bool, String> {
        let Some(run) = &self.run else { return Ok(false) };
        Ok(run.depot.owner(&mut self.web)?.is_some_and(|owner| owner.worker != run.me))
    }

    fn already(&self) -> Out {
        let run = self.run.as_ref().map(|run| run.carry.run.clone());
        Out::Output(json!({"final": true, "run": run, "already": true}))
    }

    /// Brings back what is there and goes on from it.
    fn resume(&mut self, inside: &mut Inside<'_>) -> Step {
        let Some(run) = &mut self.run else { return Ok(Next::Never) };
        let plan = &self.plan;
        run.events = run.depot.events(&mut self.web)?;
        let checkpoint = run.depot.checkpoint(&mut self.web)?;
        let (step, slot) = checkpoint.map_or((0, 'b'), |(step, slot)| (step, slot));
        (run.first, run.kept, run.slot, run.begun) = (step, step, slot, inside.now);
        let events = &mut run.events;
        events.attempt = run.attempt;
        let now = inside.now;
        events.add(now, "stage", json!({"stage": "setup"}));
        let name = (step > 0).then(|| format!("checkpoint-{step}"));
        events.add(now, "stage", json!({"stage": "resumed", "step": step, "checkpoint": name}));
        events.add(now, "log", json!({"text": "played by the provider's simulation", "topic": "device"}));
        events.add(now, "stage", json!({"stage": "loading_model"}));
        events.add(now, "progress", json!({"percent": 10.0, "step": step, "total_steps": plan.steps}));
        run.depot.put_events(&mut self.web, &mut run.events)?;
        inside.log(format!("attempt {} goes on from step {step}", run.attempt));
        self.stage = Stage::Training;
        Ok(Next::At(now + self.beat().min(plan.setup.max(1))))
    }

    /// Steps that are finished at that moment.
    fn done(&self, now: Ms) -> u64 {
        let Some(run) = &self.run else { return 0 };
        let trained = (now - run.begun - self.plan.setup).max(0) / self.plan.step.max(1);
        let most = match &self.plan.end {
            End::Done => self.plan.steps,
            End::Fails(at, ..) | End::Dies(at) | End::Hangs(at) => *at,
        };
        (run.first + trained.cast_unsigned()).min(most)
    }

    /// Writes down what happened since the last look.
    fn train(&mut self, inside: &mut Inside<'_>) -> Step {
        let now = inside.now;
        if self.lost()? {
            return Err(self.already());
        }
        self.write_owner(now, None)?;
        let done = self.done(now);
        let begins =
            self.run.as_ref().is_some_and(|run| run.first == done && now >= run.begun + self.plan.setup);
        self.tell(now, done, begins);
        let Some(run) = &mut self.run else { return Ok(Next::Never) };
        inside.progress(
            json!({"seq": run.events.seq, "step": done, "total": self.plan.steps, "stage": "training"}),
        );
        let mark = done / self.plan.every.max(1) * self.plan.every;
        if mark > run.kept && mark < self.plan.steps {
            self.checkpoint(now, mark, "interval")?;
        }
        let Some(run) = &mut self.run else { return Ok(Next::Never) };
        run.depot.put_events(&mut self.web, &mut run.events)?;
        let wish = run.depot.wish(&mut self.web)?;
        let over = run.carry.seconds.is_some_and(|seconds| {
            now - run.begun >= seconds * SECOND - (seconds * SECOND / 10).min(5 * MINUTE)
        });
        match wish.as_deref() {
            Some("cancel") => return Err(self.leave(now, "cancelled")?),
            Some(_) => return Err(self.leave(now, "stopped")?),
            None if over => return Err(self.leave(now, "stopped")?),
            None => {}
        }
        match &self.plan.end {
            End::Done if done >= self.plan.steps => return Err(self.finish(now)?),
            End::Fails(at, class, cause) if done >= *at => {
                let (class, cause) = (*class, cause.clone());
                return Err(self.fail(now, done, class, &cause)?);
            }
            End::Dies(at) if done >= *at => {
                inside.log("killed");
                return Ok(Next::Exit(137));
            }
            _ => {}
        }
        Ok(Next::At(self.wake_at(now, done)))
    }

    /// The next beat, or the end if that comes before.
    fn wake_at(&self, now: Ms, done: u64) -> Ms {
        let last = match &self.plan.end {
            End::Done => self.plan.steps,
            End::Fails(at, ..) | End::Dies(at) => *at,
            End::Hangs(_) => u64::MAX,
        };
        let beat = now + self.beat();
        let Some(run) = &self.run else { return beat };
        if last == u64::MAX || done >= last {
            return beat;
        }
        let end = run.begun + self.plan.setup + (last - run.first).cast_signed() * self.plan.step;
        beat.min(end.max(now + 1))
    }

    /// Events of the time since the last look: a point and how far it is.
    fn tell(&mut self, now: Ms, done: u64, begins: bool) {
        let plan = &self.plan;
        let Some(run) = &mut self.run else { return };
        let events = &mut run.events;
        if begins && events.stage != "training" {
            events.add(now, "stage", json!({"stage": "training"}));
        }
        if done <= events.step {
            return;
        }
        if events.stage != "training" {
            events.add(now, "stage", json!({"stage": "training"}));
        }
        events.step = done;
        let left = (plan.steps - done).cast_signed() * plan.step;
        events.add(now, "metrics", json!({"step": done, "epoch": record::share(done, plan.steps), "values": {"loss": record::loss(done), "learning_rate": 0.0002}}));
        let percent = 25.0 + 70.0 * record::share(done, plan.steps);
        events.add(
            now,
            "progress",
            json!({"percent": percent, "step": done, "total_steps": plan.steps, "remaining_seconds": left / SECOND}),
        );
    }

    fn checkpoint(&mut self, now: Ms, step: u64, reason: &str) -> Result<(), String> {
        let Some(run) = &mut self.run else { return Ok(()) };
        run.slot = if run.slot == 'a' { 'b' } else { 'a' };
        let bytes = run.depot.put_checkpoint(&mut self.web, run.slot, step, run.carry.part)?;
        run.kept = step;
        run.events.add(
            now,
            "checkpoint",
            json!({"step": step, "name": format!("checkpoint-{step}"), "bytes": bytes, "reason": reason}),
        );
        run.depot.put_events(&mut self.web, &mut run.events)
    }

    /// Stops with a checkpoint, or is cancelled without one.
    fn leave(&mut self, now: Ms, outcome: &'static str) -> Result<Out, String> {
        let done = self.done(now);
        self.tell(now, done, false);
        if outcome == "stopped" && self.run.as_ref().is_some_and(|run| done > run.kept) {
            self.checkpoint(now, done, "stop")?;
        }
        let code = if outcome == "stopped" { 10 } else { 11 };
        self.close(now, outcome, code)?;
        let run = self.run.as_ref().map(|run| run.carry.run.clone());
        Ok(Out::Output(json!({"final": true, "run": run, "state": outcome})))
    }

    fn close(&mut self, now: Ms, outcome: &str, code: u64) -> Result<(), String> {
        let done = self.done(now);
        if let Some(run) = &mut self.run {
            run.events.add(now, "final", json!({"outcome": outcome, "exit_code": code, "step": done}));
            run.depot.put_events(&mut self.web, &mut run.events)?;
        }
        self.write_owner(now, Some(outcome))
    }

    fn fail(&mut self, now: Ms, step: u64, class: &str, cause: &str) -> Result<Out, String> {
        const FIX: &str = "Choose a smaller batch or another machine.";
        if let Some(run) = &mut self.run {
            run.events.add(now, "error", json!({"class": class, "cause": cause, "fix": FIX, "step": step}));
        }
        self.close(now, "failed", record::exit_code(class))?;
        Ok(Out::Failed(format!("{class}: {cause}. {FIX}")))
    }

    /// Result first, manifest last.
    fn finish(&mut self, now: Ms) -> Result<Out, String> {
        let steps = self.plan.steps;
        let Some(run) = &mut self.run else { return Err("there is no run".to_owned()) };
        run.events.add(now, "stage", json!({"stage": "saving"}));
        run.events.add(now, "progress", json!({"percent": 100.0, "step": steps, "total_steps": steps}));
        run.events.add(now, "stage", json!({"stage": "completed"}));
        run.events.add(now, "final", json!({"outcome": "done", "exit_code": 0, "step": steps}));
        run.depot.put_events(&mut self.web, &mut run.events)?;
        let told = record::Told {
            now,
            steps,
            attempts: run.attempt,
            seconds: steps.cast_signed() * self.plan.step / SECOND,
        };
        let manifest = run.depot.put_result(&mut self.web, &run.carry, &told)?;
        let output = json!({"final": true, "run": run.carry.run, "state": "done", "manifest": record::sha256(&manifest)});
        self.write_owner(now, Some("done"))?;
        Ok(Out::Output(output))
    }

    /// How this dispatch ends: a queue job returns or raises, a pod ends itself.
    fn end(&mut self, inside: &mut Inside<'_>, step: Step) -> Next {
        let out = match step {
            Ok(next) => return next,
            Err(out) => out,
        };
        let queue = inside.container.job.is_some();
        match out {
            Out::Output(output) if queue => Next::Return(output),
            Out::Failed(sentence) if queue => Next::Raise(sentence),
            out => {
                inside.log(match out {
                    Out::Output(output) => format!("ended: {output}"),
                    Out::Failed(sentence) => format!("failed: {sentence}"),
                });
                // It asks until it is gone, and never exits: an exit would start it again.
                self.stage = Stage::Leaving;
                inside.terminate();
                Next::At(inside.now + MINUTE)
            }
        }
    }
}

impl<W: Web> Guest for Training<W> {
    fn wake(&mut self, inside: &mut Inside<'_>) -> Next {
        let step = match self.stage.clone() {
            Stage::Fresh => self.begin(inside),
            Stage::Watching(seen) => self.watched(inside, &seen),
            Stage::Claiming => match self.lost() {
                Ok(true) => Err(self.already()),
                Ok(false) => self.resume(inside),
                Err(text) => Err(Out::Failed(text)),
            },
            Stage::Training => self.train(inside),
            Stage::Leaving => {
                inside.terminate();
                Ok(Next::At(inside.now + HOUR))
            }
        };
        self.end(inside, step)
    }

    fn signal(&mut self, inside: &mut Inside<'_>, _why: Signal) -> Next {
        if self.stage != Stage::Training {
            return Next::Exit(143);
        }
        let wish = self.run.as_ref().and_then(|run| run.depot.wish(&mut self.web).ok().flatten());
        let outcome = if wish.as_deref() == Some("cancel") { "cancelled" } else { "stopped" };
        match self.leave(inside.now, outcome) {
            Ok(Out::Output(output)) if inside.container.job.is_some() => Next::Return(output),
            _ => Next::Exit(143),
        }
    }
}

impl<W: Web> Training<W> {
    fn watched(&mut self, inside: &Inside<'_>, seen: &Owner) -> Step {
        let Some(run) = &self.run else { return Ok(Next::Never) };
        let later = run.depot.owner(&mut self.web)?;
        match later {
            Some(later)
                if later.ended.is_none() && (&later.worker, later.beat) != (&seen.worker, seen.beat) =>
            {
                Err(self.already())
            }
            _ => self.claim(inside),
        }
    }
}

/// Gives every container a training by what `plan` says of it.
pub fn house<W: Web + Clone + 'static>(
    web: W,
    mut plan: impl FnMut(&Container) -> Plan + Send,
) -> impl FnMut(&Container) -> Option<Box<dyn Guest>> + Send {
    move |container| Some(Box::new(Training::new(web.clone(), plan(container))))
}
