//! What ratatui draws on: crossterm's bytes, without the ones that say nothing, and without ever asking the terminal
//! anything.

use super::Out;
use ratatui::backend::{Backend as Draws, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size as Cells};
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

/// Where the size of the terminal is known from.
#[derive(Debug, Clone)]
pub enum Size {
    /// The terminal.
    Terminal,
    /// A number that tests change.
    Fixed(Arc<Mutex<(u16, u16)>>),
}

impl Size {
    /// Columns and rows. A terminal that does not know its size is taken to have 80 by 24.
    pub fn get(&self) -> (u16, u16) {
        match self {
            Self::Terminal => rustix::termios::tcgetwinsize(rustix::stdio::stdout())
                .ok()
                .filter(|size| size.ws_col > 0 && size.ws_row > 0)
                .map_or((80, 24), |size| (size.ws_col, size.ws_row)),
            Self::Fixed(size) => *size.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }
}

/// What ratatui draws on.
#[derive(Debug)]
pub struct Backend {
    inner: CrosstermBackend<Out>,
    size: Size,
    /// Where the cursor is shown; `None`: it is hidden. The outer `None`: nobody knows.
    shown: Option<Option<Position>>,
}

impl Backend {
    /// Draws to this way out.
    pub fn new(out: Out, size: Size) -> Self {
        Self { inner: CrosstermBackend::new(out), size, shown: None }
    }

    /// Forgets what is known about the cursor: somebody else had the terminal.
    pub fn forget(&mut self) {
        self.shown = None;
    }
}

impl Draws for Backend {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let mut content = content.peekable();
        if content.peek().is_none() {
            return Ok(());
        }
        // The cursor goes along with what is written; where it is shown, it must be put back.
        if let Some(Some(at)) = &mut self.shown {
            *at = Position::new(u16::MAX, u16::MAX);
        }
        self.inner.draw(content)
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        if self.shown == Some(None) {
            return Ok(());
        }
        self.shown = Some(None);
        self.inner.hide_cursor()
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        if matches!(self.shown, Some(Some(_))) {
            return Ok(());
        }
        self.shown = Some(Some(Position::new(u16::MAX, u16::MAX)));
        self.inner.show_cursor()
    }

    /// Never asked of the terminal: one that does not answer would stop us for two seconds.
    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(Position::ORIGIN)
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        let position = position.into();
        if self.shown == Some(Some(position)) {
            return Ok(());
        }
        if matches!(self.shown, Some(Some(_))) {
            self.shown = Some(Some(position));
        }
        self.inner.set_cursor_position(position)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.inner.clear()
    }

    fn clear_region(&mut self, clear_type: ClearType) -> io::Result<()> {
        self.inner.clear_region(clear_type)
    }

    fn size(&self) -> io::Result<Cells> {
        let (width, height) = self.size.get();
        Ok(Cells { width, height })
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        let cells = self.size()?;
        Ok(WindowSize { columns_rows: cells, pixels: Cells::default() })
    }

    fn flush(&mut self) -> io::Result<()> {
        Draws::flush(&mut self.inner)
    }
}
