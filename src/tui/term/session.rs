//! The time in which the terminal is ours: taken at the start, given back at the end, for a child, and for the shell.

use super::{ENTER, LEAVE, MOUSE_OFF, MOUSE_ON, Out, Screen, Size, osc, panic};
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use ratatui::Frame;
use std::io;

/// The terminal, while it is ours. Dropping it gives it back.
#[derive(Debug)]
pub struct Session {
    screen: Screen,
    mouse: bool,
    ours: bool,
    tmux: bool,
}

impl Session {
    /// Takes the terminal.
    pub fn take(mouse: bool) -> io::Result<Self> {
        let screen = Screen::new(Out::stdout()?, Size::Terminal)?;
        let tmux = std::env::var_os("TMUX").is_some();
        let mut session = Self { screen, mouse, ours: false, tmux };
        session.resume()?;
        Ok(session)
    }

    /// Takes it (again) and draws everything with the next frame.
    pub fn resume(&mut self) -> io::Result<()> {
        // The shell may have changed the terminal's modes in between: start from what is there now.
        disable_raw_mode()?;
        enable_raw_mode()?;
        panic::claim();
        self.ours = true;
        self.screen.send(ENTER)?;
        if self.mouse {
            self.screen.send(MOUSE_ON)?;
        }
        self.screen.repaint()
    }

    /// Gives it back, every mode undone.
    pub fn leave(&mut self) -> io::Result<()> {
        // After a panic it was given back already: doing it twice would move the cursor over the report.
        if !std::mem::take(&mut self.ours) || !panic::release() {
            return Ok(());
        }
        let sent = self.screen.send(LEAVE);
        let raw = disable_raw_mode();
        sent.and(raw)
    }

    /// Draws a frame.
    pub fn frame<T>(&mut self, draw: impl FnOnce(&mut Frame) -> T) -> io::Result<T> {
        self.screen.frame(draw)
    }

    /// The next frame draws everything.
    pub fn repaint(&mut self) -> io::Result<()> {
        self.screen.repaint()
    }

    /// Whether the mouse is reported.
    pub fn set_mouse(&mut self, on: bool) -> io::Result<()> {
        self.mouse = on;
        self.screen.send(if on { MOUSE_ON } else { MOUSE_OFF })
    }

    /// Puts text on the clipboard; false: it is too long for terminals.
    pub fn copy(&mut self, text: &str) -> io::Result<bool> {
        match osc::copy(text, self.tmux) {
            Some(bytes) => self.screen.send(&bytes).map(|()| true),
            None => Ok(false),
        }
    }

    /// Tells the user outside the terminal.
    pub fn notify(&mut self, text: &str) -> io::Result<()> {
        self.screen.send(&osc::notify(text))
    }

    /// Sets the window's title.
    pub fn title(&mut self, text: &str) -> io::Result<()> {
        self.screen.send(&osc::title(text))
    }

    /// Columns and rows.
    pub fn size(&self) -> (u16, u16) {
        self.screen.size()
    }

    /// Bytes sent so far.
    pub fn bytes(&self) -> u64 {
        self.screen.bytes()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // Nobody is left to tell.
        let _ = self.leave();
    }
}
