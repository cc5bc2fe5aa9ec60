//! What `update` asks for, done: by the tasks, by the terminal, or at once.

use super::{BREATH, House, now};
use crate::model::{Effect, Input, Msg, Problem, Severity};
use crate::perform;
use crate::setup::{self, Opened};
use crate::term::{child, signals};
use crossterm::event::EventStream;
use std::io;
use std::sync::Arc;

impl House {
    pub(super) async fn perform(&mut self, effect: Effect) -> io::Result<()> {
        match effect {
            Effect::Ask { run, slot, ask } => {
                if let Some(engine) = &self.engine {
                    self.tasks.ask(engine, run, slot, *ask);
                }
            }
            Effect::Job { job, ask } => {
                if let Some(engine) = &self.engine {
                    self.tasks.job(engine, job, *ask);
                }
            }
            Effect::Cancel(job) => self.tasks.cancel(job),
            Effect::Open => self.open(),
            Effect::Follow(watch) => self.tasks.follow(watch),
            Effect::Finish(watch) => watch.finish(),
            Effect::Unfollow => self.tasks.unfollow(),
            Effect::Listen(run) => {
                if let Some(engine) = &self.engine {
                    self.tasks.listen(engine, run);
                }
            }
            Effect::Unlisten => self.tasks.unlisten(),
            Effect::Runner => {
                if let Some(engine) = &self.engine {
                    self.tasks.runner(engine);
                }
            }
            Effect::Soon(msg) => self.tasks.other(async move {
                tokio::time::sleep(BREATH).await;
                *msg
            }),
            Effect::Export { watch, to, run, sight } => {
                self.tasks.other(perform::monitor::export(watch, to, run, *sight));
            }
            Effect::ExportLines { lines, to } => {
                self.tasks.other(perform::monitor::export_lines(lines, to));
            }
            Effect::Copy(text) => {
                if !self.session.copy(&text)? {
                    let problem = Problem::new(
                        "Cannot copy",
                        "terminals take no more than 55 KB",
                        "Export it to a file instead",
                    );
                    self.tasks.tell(Msg::Report(problem));
                }
            }
            Effect::Notify(text) => self.session.notify(&text)?,
            Effect::Theme(name) => self.theme = self.themes.resolve(&name, self.setup.options.depth()).0,
            Effect::Mouse(on) => self.session.set_mouse(on)?,
            Effect::Suspend => self.suspend().await?,
            Effect::Repaint => self.session.repaint()?,
            Effect::Edit { to, tag, text, suffix } => {
                self.lend()?;
                let result = child::edit(&text, suffix, &mut self.signals).await;
                self.regain()?;
                self.tasks.tell(Msg::Edited { to, tag, result });
            }
            Effect::Page(text) => {
                self.lend()?;
                let result = child::page(&text, &mut self.signals).await;
                self.regain()?;
                if let Err(problem) = result {
                    self.tasks.tell(Msg::Report(problem));
                }
            }
            Effect::Log(severity, text) => log(severity, &text),
            Effect::Leave(how) => self.leave = Some(how),
        }
        Ok(())
    }

    /// Opens the engine in a task; its answer is a message, its handle comes beside it.
    fn open(&mut self) {
        let open = Arc::clone(&self.setup.open);
        let handle = self.opened.0.clone();
        self.tasks.other(async move {
            let result = match open().await {
                Ok(opened) => {
                    let session = setup::session_of(&opened.engine);
                    // The house is gone: then nobody waits for it.
                    let _ = handle.send(opened);
                    Ok(session)
                }
                Err(error) => Err(Problem::from(error)),
            };
            Msg::Opened(result)
        });
    }

    /// Gives the terminal to somebody else. Nobody reads from it any more.
    fn lend(&mut self) -> io::Result<()> {
        self.events = None;
        self.session.leave()
    }

    /// Takes it back.
    fn regain(&mut self) -> io::Result<()> {
        self.signals.forget();
        self.session.resume()?;
        self.events = Some(EventStream::new());
        self.model.dirty = true;
        let (columns, rows) = self.session.size();
        self.tasks.tell(Msg::Input(Input::Resize(columns, rows)));
        Ok(())
    }

    pub(super) async fn suspend(&mut self) -> io::Result<()> {
        if !signals::can_stop() {
            let problem = Problem::new("Cannot suspend", "there is no shell to go back to", "");
            self.tasks.tell(Msg::Report(problem));
            return Ok(());
        }
        self.lend()?;
        let stopped = signals::stop();
        // The signal that continues us may arrive a moment later; it is forgotten with the others.
        tokio::task::yield_now().await;
        self.regain()?;
        stopped
    }

    /// The engine that was opened, when its message has come; and how the dashboard looks, when the configuration is
    /// another one than at the start.
    pub(super) fn adopt(&mut self) -> io::Result<()> {
        while let Ok(Opened { engine, options }) = self.opened.1.try_recv() {
            self.engine = Some(engine);
            if options == self.setup.options {
                continue;
            }
            let (themes, theme, warnings) = options.put_on(&mut self.model);
            (self.themes, self.theme) = (themes, theme);
            self.session.set_mouse(options.mouse)?;
            self.setup.options = options;
            for line in warnings {
                drop(self.model.shell.say(Severity::Warn, line, now()));
            }
        }
        Ok(())
    }
}

fn log(severity: Severity, text: &str) {
    match severity {
        Severity::Info | Severity::Success => tracing::info!("{text}"),
        Severity::Warn => tracing::warn!("{text}"),
        Severity::Error => tracing::error!("{text}"),
    }
}
