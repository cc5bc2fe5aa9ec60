//! What ratatui draws on: cells go out by [`paint`], everything else as crossterm's bytes, without the ones that say nothing
//! and without ever asking the terminal anything.

use super::Out;
use super::paint::{Shown, paint};
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
    out: Out,
    shown: Shown,
    size: Size,
    cursor: Cursor,
}

/// What is known about the terminal's cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cursor {
    Unknown,
    Hidden,
    /// Shown, and it stands there.
    At(Position),
    /// Shown, and it stands where the last text ended.
    Astray,
}

impl Backend {
    /// Draws to this way out.
    pub fn new(out: Out, size: Size) -> Self {
        Self {
            inner: CrosstermBackend::new(out.clone()),
            out,
            shown: Shown::default(),
            size,
            cursor: Cursor::Unknown,
        }
    }

    /// Forgets what is known about the terminal: somebody else had it.
    pub fn forget(&mut self) {
        self.cursor = Cursor::Unknown;
        self.shown.forget();
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
        if let Cursor::At(_) = self.cursor {
            self.cursor = Cursor::Astray;
        }
        paint(content, self.size.get().0, &mut self.shown, &mut self.out)
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        if self.cursor == Cursor::Hidden {
            return Ok(());
        }
        self.cursor = Cursor::Hidden;
        self.inner.hide_cursor()
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        if matches!(self.cursor, Cursor::At(_) | Cursor::Astray) {
            return Ok(());
        }
        self.cursor = Cursor::Astray;
        self.inner.show_cursor()
    }

    /// Never asked of the terminal: one that does not answer would stop us for two seconds.
    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(Position::ORIGIN)
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        let position = position.into();
        if self.cursor == Cursor::At(position) {
            return Ok(());
        }
        if self.cursor == Cursor::Astray || matches!(self.cursor, Cursor::At(_)) {
            self.cursor = Cursor::At(position);
        }
        self.inner.set_cursor_position(position)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.shown.forget();
        self.inner.clear()
    }

    fn clear_region(&mut self, clear_type: ClearType) -> io::Result<()> {
        self.shown.forget();
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
