//! Frames: drawn into a buffer, compared with the one before, sent whole.

use super::{Backend, FRAME_BEGIN, FRAME_END, Out, Size};
use ratatui::backend::{Backend as _, ClearType};
use ratatui::{Frame, Terminal};
use std::io::{self, Write};

/// What is on the terminal, and the way to change it.
#[derive(Debug)]
pub struct Screen {
    terminal: Terminal<Backend>,
    out: Out,
}

impl Screen {
    /// An empty one.
    pub fn new(out: Out, size: Size) -> io::Result<Self> {
        // Ours to honour: crossterm would take the reverse video away together with the colours (tui-anchors 0.7).
        crossterm::style::force_color_output(true);
        let terminal = Terminal::new(Backend::new(out.clone(), size))?;
        Ok(Self { terminal, out })
    }

    /// Draws a frame and sends what is different, between the marks of a synchronized update. A frame that changes
    /// nothing sends nothing.
    pub fn frame<T>(&mut self, draw: impl FnOnce(&mut Frame) -> T) -> io::Result<T> {
        self.out.hold();
        let mut found = None;
        self.terminal.draw(|frame| found = Some(draw(frame)))?;
        let bytes = self.out.take();
        if !bytes.is_empty() {
            self.out.write_all(FRAME_BEGIN)?;
            self.out.write_all(&bytes)?;
            self.out.write_all(FRAME_END)?;
        }
        self.out.send()?;
        found.ok_or_else(|| io::Error::other("the frame was not drawn"))
    }

    /// Forgets what is on the terminal, so that the next frame draws everything. Does not ask where the cursor is, as
    /// `Terminal::clear` would.
    pub fn repaint(&mut self) -> io::Result<()> {
        self.out.hold();
        self.terminal.backend_mut().forget();
        let cleared = self.terminal.backend_mut().clear_region(ClearType::All);
        self.terminal.current_buffer_mut().reset();
        self.terminal.swap_buffers();
        cleared
    }

    /// Columns and rows.
    pub fn size(&self) -> (u16, u16) {
        self.terminal.size().map_or((80, 24), |size| (size.width, size.height))
    }

    /// Sends bytes that draw nothing: modes, clipboard, notifications.
    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.write_all(bytes)?;
        self.out.send()
    }

    /// Bytes sent so far.
    pub fn bytes(&self) -> u64 {
        self.out.bytes()
    }
}
