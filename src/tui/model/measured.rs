//! What a view found out while it drew: where things lie that the mouse can hit, and how large the panes were.

use super::Msg;

/// A rectangle of cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Area {
    /// First column, from 0.
    pub x: u16,
    /// First row, from 0.
    pub y: u16,
    /// Columns.
    pub width: u16,
    /// Rows.
    pub height: u16,
}

impl Area {
    /// Whether this cell lies in it.
    pub const fn contains(self, x: u16, y: u16) -> bool {
        x >= self.x && y >= self.y && x - self.x < self.width && y - self.y < self.height
    }
}

/// A chart that is dragged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drag {
    /// The number of the chart.
    pub chart: usize,
    /// Columns of its plot: so many pan by a whole window.
    pub width: u16,
}

/// The left button is down on something that can be dragged.
#[derive(Debug, Clone, PartialEq)]
pub struct Grip {
    /// What is dragged.
    pub drag: Drag,
    /// The column where the mouse was last.
    pub x: u16,
    /// It was moved.
    pub moved: bool,
    /// What a click there does.
    pub click: Option<Msg>,
}

/// What the mouse does in an area.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct On {
    /// One click with the left button.
    pub click: Option<Msg>,
    /// A second click at the same place within 400 ms; the first one has sent `click`.
    pub double: Option<Msg>,
    /// It can be dragged sideways: its click waits until the button goes up where it went down.
    pub drag: Option<Drag>,
    /// One notch of the wheel away from the user.
    pub wheel_up: Option<Msg>,
    /// One notch of the wheel towards the user.
    pub wheel_down: Option<Msg>,
}

/// An area that the mouse can hit. Later ones lie on top of earlier ones.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Where.
    pub area: Area,
    /// What happens.
    pub on: On,
}

/// What a view found out.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Measured {
    /// Areas in drawing order.
    pub hits: Vec<Hit>,
    /// Inner size of a pane in cells, by name (`conversations.table`).
    pub panes: Vec<(&'static str, Area)>,
    /// Where the terminal's cursor stands: the focused field or row. `None` hides it.
    pub cursor: Option<(u16, u16)>,
}

impl Measured {
    /// Adds what another view found, on top.
    pub fn merge(&mut self, other: Self) {
        self.hits.extend(other.hits);
        self.panes.extend(other.panes);
        self.cursor = other.cursor.or(self.cursor);
    }

    /// Marks an area that reacts to a click.
    pub fn click(&mut self, area: Area, msg: Msg) {
        self.hits.push(Hit { area, on: On { click: Some(msg), ..On::default() } });
    }

    /// Marks an area that scrolls.
    pub fn wheel(&mut self, area: Area, up: Msg, down: Msg) {
        let on = On { wheel_up: Some(up), wheel_down: Some(down), ..On::default() };
        self.hits.push(Hit { area, on });
    }

    /// Names a pane.
    pub fn pane(&mut self, name: &'static str, area: Area) {
        self.panes.push((name, area));
    }

    /// The size of a pane in the last frame; nothing before the first one.
    pub fn size_of(&self, name: &str) -> Area {
        self.panes.iter().rev().find(|(n, _)| *n == name).map(|(_, area)| *area).unwrap_or_default()
    }

    /// The message of the topmost area at a place that knows what to do, as `pick` asks for it.
    pub fn at(&self, x: u16, y: u16, pick: impl Fn(&On) -> Option<&Msg>) -> Option<Msg> {
        self.hits.iter().rev().filter(|hit| hit.area.contains(x, y)).find_map(|hit| pick(&hit.on).cloned())
    }
}
