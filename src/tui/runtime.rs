//! The loop: messages in, effects out, one frame per batch, and sleep in between.

mod effects;

use crate::model::{Effect, Leave, Model, Msg, Now, Severity};
use crate::perform::{Outbox, Tasks};
use crate::setup::{self, Opened, Setup};
use crate::term::signals::{Signals, Told};
use crate::term::{Session, input, panic};
use crate::theme::{Theme, Themes};
use crate::{schedule, update, view};
use crossterm::event::EventStream;
use engine::Engine;
use futures::StreamExt;
use std::io;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

/// So many messages are taken in before a frame is drawn.
const BATCH: usize = 64;
/// Progress of jobs is shown at most this often.
const PROGRESS: Duration = Duration::from_millis(100);

/// How the dashboard ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The user left.
    Left,
    /// A signal ended it.
    Terminated,
}

/// Runs the dashboard until the user leaves. Standard input and output must be a terminal.
///
/// # Errors
/// The terminal cannot be used. It is given back in any case.
pub async fn run(setup: Setup) -> io::Result<Ended> {
    panic::install();
    let mut house = House::build(setup)?;
    let ended = house.live().await;
    house.close().await;
    ended
}

/// What goes on next.
enum Woken {
    Message(Msg),
    Bell,
    Progress,
    Due,
    Told(Told),
    Input(Option<io::Result<crossterm::event::Event>>),
}

struct House {
    model: Model,
    themes: Themes,
    theme: Theme,
    setup: Setup,
    session: Session,
    signals: Signals,
    /// `None` while a child has the terminal.
    events: Option<EventStream>,
    inbox: mpsc::UnboundedReceiver<Msg>,
    tasks: Tasks,
    engine: Option<Engine>,
    opened: (mpsc::UnboundedSender<Opened>, mpsc::UnboundedReceiver<Opened>),
    /// A job told how far it is.
    rung: bool,
    progress_at: Instant,
    /// When the last deadline was served.
    served: Instant,
    leave: Option<Leave>,
    terminated: bool,
    /// Nobody sees what is drawn.
    gone: bool,
}

/// A deadline that a screen forgets to take back must not spin.
const BREATH: Duration = Duration::from_millis(10);

impl House {
    fn build(setup: Setup) -> io::Result<Self> {
        let (outbox, inbox): (Outbox, _) = mpsc::unbounded_channel();
        let mut model = Model::default();
        let (themes, theme, warnings) = setup.options.put_on(&mut model);
        let signals = Signals::take()?;
        let mut session = Session::take(setup.options.mouse)?;
        if setup.options.title {
            session.title("brightrun")?;
        }
        let settings = Arc::clone(&setup.settings);
        model.shell.size = session.size();
        model.monitor.plain = setup::is_plain(|name| std::env::var(name).ok());
        if let Some((watch, axis)) = &setup.watch {
            model.shell.phase = crate::model::Phase::Alone;
            model.shell.screen = crate::model::ScreenId::Monitor;
            model.monitor.axis = *axis;
            model.monitor.watch = Some(watch.clone());
        }
        for line in warnings {
            drop(model.shell.say(Severity::Warn, line, now()));
        }
        Ok(Self {
            model,
            themes,
            theme,
            setup,
            session,
            signals,
            events: Some(EventStream::new()),
            inbox,
            tasks: Tasks::new(outbox, settings),
            engine: None,
            opened: mpsc::unbounded_channel(),
            rung: false,
            progress_at: engine::clock::instant(),
            served: engine::clock::instant(),
            leave: None,
            terminated: false,
            gone: false,
        })
    }

    async fn live(&mut self) -> io::Result<Ended> {
        // The first frame stands before the first query.
        self.draw()?;
        let first =
            self.setup.watch.as_ref().map_or(Effect::Open, |(watch, _)| Effect::Follow(watch.clone()));
        self.perform(first).await?;
        while self.leave.is_none() {
            let woken = self.sleep().await;
            self.take(woken).await?;
            self.drain().await?;
            // After a signal the terminal may be gone too, and that must not cut off what is being saved.
            if self.model.dirty && !self.gone {
                match self.draw() {
                    Err(_) if self.terminated => self.gone = true,
                    drawn => drawn?,
                }
            }
        }
        Ok(if self.terminated { Ended::Terminated } else { Ended::Left })
    }

    /// Sleeps until something comes in or a deadline passes. What the engine says goes before what the user does.
    async fn sleep(&mut self) -> Woken {
        let now = engine::clock::instant();
        let deadline = schedule::next_deadline(&self.model, now).map(|at| at.max(self.served + BREATH));
        let until = |at: Option<Instant>| async move {
            match at {
                Some(at) => tokio::time::sleep_until(at.into()).await,
                None => std::future::pending().await,
            }
        };
        let board = Arc::clone(&self.tasks.board);
        let event = async {
            match &mut self.events {
                Some(events) => events.next().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            Some(msg) = self.inbox.recv() => Woken::Message(msg),
            () = board.bell.notified(), if !self.rung => Woken::Bell,
            () = until(Some(self.progress_at)), if self.rung => Woken::Progress,
            told = self.signals.next() => Woken::Told(told),
            event = event => Woken::Input(event),
            () = until(deadline) => Woken::Due,
        }
    }

    async fn take(&mut self, woken: Woken) -> io::Result<()> {
        match woken {
            Woken::Message(msg) => self.send(msg).await,
            Woken::Bell => {
                self.rung = true;
                Ok(())
            }
            Woken::Progress => {
                self.rung = false;
                self.progress_at = engine::clock::instant() + PROGRESS;
                for msg in self.tasks.board.take() {
                    self.send(msg).await?;
                }
                Ok(())
            }
            Woken::Due => {
                self.served = engine::clock::instant();
                self.send(Msg::Due).await
            }
            Woken::Told(Told::Leave) => {
                self.terminated = true;
                self.send(Msg::Terminate).await
            }
            Woken::Told(Told::Stop) => self.suspend().await,
            Woken::Told(Told::Continued) => {
                self.session.resume()?;
                self.model.dirty = true;
                Ok(())
            }
            Woken::Input(Some(Ok(event))) => match input::translate(event) {
                Some(input) => self.send(Msg::Input(input)).await,
                None => Ok(()),
            },
            // The terminal is gone; what was decided is saved all the same.
            Woken::Input(Some(Err(_)) | None) => {
                self.events = None;
                self.gone = true;
                // The signal that says the same may have come first.
                if std::mem::replace(&mut self.terminated, true) {
                    Ok(())
                } else {
                    self.send(Msg::Terminate).await
                }
            }
        }
    }

    /// Takes in what is there already, so that a burst costs one frame.
    async fn drain(&mut self) -> io::Result<()> {
        for _ in 0..BATCH {
            if self.leave.is_some() {
                break;
            }
            if let Ok(msg) = self.inbox.try_recv() {
                self.send(msg).await?;
                continue;
            }
            let Some(events) = &mut self.events else { break };
            // Not `now_or_never`: the stream keeps the first waker that it is polled with, and that one would wake nobody.
            let event = std::future::poll_fn(|context| Poll::Ready(events.poll_next_unpin(context))).await;
            match event {
                Poll::Ready(event) => self.take(Woken::Input(event)).await?,
                Poll::Pending => break,
            }
        }
        Ok(())
    }

    async fn send(&mut self, msg: Msg) -> io::Result<()> {
        if matches!(msg, Msg::Opened(_)) {
            self.adopt()?;
        }
        for effect in update::update(&mut self.model, msg, now()) {
            self.perform(effect).await?;
        }
        Ok(())
    }

    fn draw(&mut self) -> io::Result<()> {
        #[cfg(debug_assertions)]
        assert!(
            !self.model.shell.ready() || std::env::var_os("BRIGHTRUN_PANIC").is_none(),
            "a panic for a test that asked for it"
        );
        let (model, theme) = (&self.model, &self.theme);
        let measured = self.session.frame(|frame| view::draw(model, theme, frame))?;
        let sized = measured.panes != self.model.measured.panes;
        self.model.measured = measured;
        self.model.dirty = false;
        if sized {
            self.tasks.tell(Msg::Sized);
        }
        Ok(())
    }

    async fn close(&mut self) {
        self.events = None;
        if self.leave == Some(Leave::Stop) {
            self.tasks.stop().await;
        } else {
            self.tasks.let_go().await;
            self.tasks.abort();
        }
        if let Err(error) = self.session.leave() {
            tracing::warn!("the terminal could not be given back: {error}");
        }
    }
}

fn now() -> Now {
    Now { mono: engine::clock::instant(), wall: engine::clock::Clock::default().real() }
}
