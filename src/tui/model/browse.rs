//! A list, and the thing under its cursor in detail: where both stand. What four screens have in common.

use super::conversations::DetailPlace;
use super::walk::{self, FIRST, Stop, Walk};
use super::{Measured, Nav};

/// Where a list and its detail stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Browse {
    /// The selected line.
    pub at: usize,
    /// The first line in view.
    pub top: usize,
    /// Where the detail is.
    pub place: DetailPlace,
    /// The detail has the keyboard.
    pub in_detail: bool,
    /// First line of the detail in view.
    pub scroll: usize,
    /// The findings in the detail have the keyboard.
    pub walk: Option<Walk>,
}

/// What became of a move where findings can be walked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Walked {
    /// It is none of the findings' own.
    Passed,
    /// It is done.
    Done,
    /// The place of this stop is to be shown.
    Open(usize),
}

/// The panes of a screen: their names, and the name under which the last first line of the detail is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Panes {
    /// The rows.
    pub table: &'static str,
    /// The detail.
    pub detail: &'static str,
    /// The last line of the detail that can be its first one in view.
    pub length: &'static str,
}

impl Panes {
    /// Rows in view, at least one.
    pub fn height(&self, measured: &Measured) -> usize {
        usize::from(measured.size_of(self.table).height).max(1)
    }
}

/// So many lines further, never before the first.
pub fn moved(at: usize, by: i32) -> usize {
    let lines = usize::try_from(by.unsigned_abs()).unwrap_or(usize::MAX);
    if by < 0 { at.saturating_sub(lines) } else { at.saturating_add(lines) }
}

impl Browse {
    /// Puts the cursor on a line of `len` and brings it into view, `height` lines high.
    pub fn to(&mut self, row: usize, len: usize, height: usize) {
        let before = std::mem::replace(&mut self.at, row.min(len.saturating_sub(1)));
        if before != self.at {
            self.walk = None;
        }
        let lowest = (self.at + 1).saturating_sub(height);
        self.top = self.top.clamp(lowest, self.at.max(lowest)).min(len.saturating_sub(height).max(lowest));
    }

    /// Moves the detail by so many lines, up to its end.
    pub fn scroll(&mut self, lines: i32, panes: &Panes, measured: &Measured) {
        let last = usize::from(measured.size_of(panes.length).height);
        self.scroll = moved(self.scroll.min(last), lines).min(last);
    }

    /// Shows the detail beside the list, or hides it when it is there; whether it is shown now. The list has the keyboard.
    pub fn beside(&mut self) -> bool {
        (self.in_detail, self.walk) = (false, None);
        self.place =
            if self.place == DetailPlace::Beside { DetailPlace::Hidden } else { DetailPlace::Beside };
        self.place == DetailPlace::Beside
    }

    /// Shows the detail in place of the list; it has the keyboard.
    pub fn full(&mut self) {
        (self.place, self.in_detail) = (DetailPlace::Full, true);
    }

    /// Gives the findings the keyboard; a detail that was not in view comes in place of the list.
    pub fn begin(&mut self) {
        if self.walk.is_none() {
            self.walk = Some(Walk { at: 0, from: (self.place, self.in_detail) });
        }
        if self.place == DetailPlace::Hidden {
            self.place = DetailPlace::Full;
        }
        self.in_detail = true;
    }

    /// Takes a move where these findings can be walked: they come after the detail and before the list.
    pub fn walked(&mut self, nav: Nav, stops: &[Stop], measured: &Measured) -> Walked {
        let Some(walk) = &mut self.walk else {
            let last =
                self.place == DetailPlace::Full || self.place == DetailPlace::Beside && !self.in_detail;
            let next = nav == Nav::Next && self.in_detail || nav == Nav::Previous && last;
            if stops.is_empty() || !next {
                return Walked::Passed;
            }
            self.begin();
            return Walked::Done;
        };
        // The view has moved it so that the cursor is in view.
        self.scroll = usize::from(measured.size_of(FIRST).height);
        match nav {
            Nav::Enter => return Walked::Open(walk.at),
            Nav::Next | Nav::Previous => {
                self.in_detail = nav == Nav::Previous || self.place == DetailPlace::Full;
                self.walk = None;
            }
            _ => walk.at = walk::step(nav, walk.at, stops).unwrap_or(walk.at),
        }
        Walked::Done
    }

    /// Puts a detail that was in place of the list beside it again, without the keyboard. Whether it was.
    pub fn shrink(&mut self) -> bool {
        let full = self.place == DetailPlace::Full;
        self.walk = None;
        if full {
            (self.place, self.in_detail) = (DetailPlace::Beside, false);
        }
        full
    }

    /// Closes the innermost thing; whether there was something to close.
    pub fn back(&mut self) -> bool {
        if let Some(walk) = self.walk.take() {
            (self.place, self.in_detail) = walk.from;
            return true;
        }
        if self.in_detail {
            self.in_detail = false;
            if self.place == DetailPlace::Full {
                self.place = DetailPlace::Hidden;
            }
            return true;
        }
        std::mem::replace(&mut self.place, DetailPlace::Hidden) != DetailPlace::Hidden
    }

    /// Takes a move in a list of `len` lines; the line that the cursor is to go to, when it is to.
    pub fn nav(&mut self, nav: Nav, len: usize, panes: &Panes, measured: &Measured) -> Option<usize> {
        if matches!(nav, Nav::Next | Nav::Previous) {
            self.in_detail = match self.place {
                DetailPlace::Full => true,
                DetailPlace::Beside => !self.in_detail,
                DetailPlace::Hidden => false,
            };
            return None;
        }
        if !self.in_detail {
            return nav.step(self.at, len, panes.height(measured));
        }
        let page = i32::from(measured.size_of(panes.detail).height).max(2) - 1;
        let lines = match nav {
            Nav::Left => return Some(self.at.saturating_sub(1)),
            Nav::Right => return Some(self.at + 1),
            Nav::Up => -1,
            Nav::Down => 1,
            Nav::PageUp => -page,
            Nav::PageDown => page,
            Nav::Top => i32::MIN,
            Nav::Bottom => i32::MAX,
            Nav::Enter | Nav::Close | Nav::Next | Nav::Previous => return None,
        };
        self.scroll(lines, panes, measured);
        None
    }

    /// What follows the screen's name in the breadcrumb: the name of what is in view in place of the list.
    pub fn crumbs(&self, name: Option<&str>) -> Vec<String> {
        let full = self.place == DetailPlace::Full;
        name.filter(|_| full).map(str::to_owned).into_iter().collect()
    }

    /// The pane that has the keyboard.
    pub const fn pane(&self, panes: &Panes) -> &'static str {
        if self.in_detail { panes.detail } else { panes.table }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Area;

    const PANES: Panes = Panes { table: "x.table", detail: "x.detail", length: "x.detail.length" };

    fn measured(table: u16, detail: u16, last: u16) -> Measured {
        let mut measured = Measured::default();
        for (name, height) in [(PANES.table, table), (PANES.detail, detail), (PANES.length, last)] {
            measured.pane(name, Area { height, ..Area::default() });
        }
        measured
    }

    #[test]
    fn the_cursor_is_a_line_and_in_view_whatever_is_asked() {
        for len in [0, 1, 5, 40] {
            for height in [1, 3, 60] {
                let mut browse = Browse::default();
                for row in [0, 4, 39, usize::MAX, 2, 0] {
                    browse.to(row, len, height);
                    assert!(browse.at < len.max(1), "{row} of {len}");
                    assert!(
                        browse.top <= browse.at && browse.at < browse.top + height,
                        "{browse:?} of {len} in {height}"
                    );
                }
            }
        }
    }

    #[test]
    fn the_findings_are_a_pane_of_their_own_and_lead_back() {
        let place = |turn| domain::dataset::Place { turn: Some(turn), ..Default::default() };
        let places = [place(1), place(2)];
        let (stops, seen) = (walk::stops([&places[..]]), measured(10, 6, 20));
        let mut browse = Browse::default();
        assert_eq!(browse.walked(Nav::Next, &stops, &seen), Walked::Passed, "there is no detail");
        browse.begin();
        assert_eq!(browse.place, DetailPlace::Full);
        assert_eq!(browse.walked(Nav::Down, &stops, &seen), Walked::Done);
        assert_eq!(browse.walked(Nav::Enter, &stops, &seen), Walked::Open(1));
        assert!(browse.back() && browse.place == DetailPlace::Hidden && !browse.in_detail);
        // List, detail, findings, list; and the other way.
        browse.beside();
        browse.nav(Nav::Next, 9, &PANES, &seen);
        assert_eq!(browse.walked(Nav::Next, &[], &seen), Walked::Passed, "nothing was found");
        assert_eq!(browse.walked(Nav::Next, &stops, &seen), Walked::Done);
        assert!(browse.walk.is_some());
        browse.walked(Nav::Next, &stops, &seen);
        assert!(browse.walk.is_none() && !browse.in_detail);
        browse.walked(Nav::Previous, &stops, &seen);
        assert!(browse.walk.is_some());
        browse.walked(Nav::Previous, &stops, &seen);
        assert!(browse.walk.is_none() && browse.in_detail);
        browse.begin();
        browse.to(1, 9, 10);
        assert!(browse.walk.is_none(), "another row has other findings");
    }

    #[test]
    fn the_detail_comes_gets_the_keyboard_and_goes() {
        let (mut browse, seen) = (Browse::default(), measured(10, 6, 20));
        assert_eq!(browse.nav(Nav::Next, 9, &PANES, &seen), None);
        assert!(!browse.in_detail, "there is none");
        assert!(browse.beside());
        browse.nav(Nav::Next, 9, &PANES, &seen);
        assert_eq!(browse.pane(&PANES), PANES.detail);
        assert_eq!(browse.nav(Nav::PageDown, 9, &PANES, &seen), None);
        assert_eq!((browse.at, browse.scroll), (0, 5));
        browse.nav(Nav::Bottom, 9, &PANES, &seen);
        assert_eq!(browse.scroll, 20);
        assert_eq!(browse.nav(Nav::Right, 9, &PANES, &seen), Some(1));
        browse.full();
        assert!(browse.shrink() && !browse.in_detail, "the list has the keyboard again");
        assert!(!browse.shrink());
        browse.full();
        assert!(browse.back() && browse.place == DetailPlace::Hidden);
        assert!(!browse.back());
    }
}
