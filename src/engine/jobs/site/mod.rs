//! Where a run is worked on, and what differs by that: whether something works, how it begins, what it tells, how it is
//! asked to end and how it is made to.

mod local;
mod process;

pub(super) use local::Local;

use super::drive::Driver;
use crate::{Engine, Result};
use domain::job::{Run, Wish};

/// Where a run is worked on.
pub(super) enum Site {
    /// On this machine.
    Local(Local),
}

/// How an attempt ended, besides what it told.
pub(super) enum Gone {
    /// Its process is gone; its exit code, where somebody saw it.
    Process(Option<i32>),
}

impl Site {
    pub async fn of(_engine: &Engine, _run: &Run) -> Result<Self> {
        Ok(Self::Local(Local::default()))
    }
}

impl Driver<'_> {
    /// Something works on the run, or may.
    pub fn is_alive(&self) -> bool {
        match &self.site {
            Site::Local(_) => self.folder.is_alive(),
        }
    }

    /// Begins an attempt: anew, or from the last checkpoint when there is one.
    pub async fn launch(&mut self) -> Result<()> {
        match &self.site {
            Site::Local(_) => self.launch_here().await,
        }
    }

    /// Whether the attempt is over; `None`: it goes on.
    pub async fn gone(&mut self) -> Result<Option<Gone>> {
        match &self.site {
            Site::Local(_) => Ok(self.gone_here()),
        }
    }

    /// Passes a wish on to whoever works.
    pub async fn ask(&mut self, wish: &Wish) -> Result<()> {
        match &self.site {
            Site::Local(_) => self.ask_here(wish),
        }
    }
}
