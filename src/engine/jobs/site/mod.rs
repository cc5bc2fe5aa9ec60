//! Where a run is worked on, and what differs by that: whether something works, how it begins, what it tells, how it is
//! asked to end and how it is made to.

mod local;
mod process;
mod rented;

pub(super) use local::Local;
pub(super) use rented::{Left, Rented, mirrored};

use super::drive::Driver;
use crate::{Engine, Result};
use domain::job::{Run, Wish};
use domain::place::Place;

/// Where a run is worked on.
pub(super) enum Site {
    /// On this machine.
    Local(Box<Local>),
    /// On one that is rented for it.
    Rented(Box<Rented>),
}

/// How an attempt ended, besides what it told.
pub(super) enum Gone {
    /// Its process is gone; its exit code, where somebody saw it.
    Process(Option<i32>),
    /// Nothing is rented for it any more, or never was.
    Machine(Left),
}

impl Site {
    /// That of a run; what is rented for it already is found in the rows.
    pub async fn of(engine: &Engine, run: &mut Run) -> Result<Self> {
        if run.configuration.place == Place::Local {
            return Ok(Self::Local(Box::default()));
        }
        Ok(Self::Rented(Box::new(Rented::of(engine, run).await?)))
    }

    /// Attempts that had told something before the one that is under way, where a row says so.
    pub fn told_before(&self) -> Option<u64> {
        match self {
            Self::Local(_) => None,
            Self::Rented(rented) => rented.told_before(),
        }
    }
}

impl Driver<'_> {
    /// Something works on the run, or may.
    pub fn is_alive(&self) -> bool {
        match &self.site {
            Site::Local(_) => self.folder.is_alive(),
            Site::Rented(rented) => rented.is_open(),
        }
    }

    /// Begins an attempt: anew, or from the last checkpoint when there is one.
    pub async fn launch(&mut self) -> Result<()> {
        match &self.site {
            Site::Local(_) => self.launch_here().await,
            Site::Rented(_) => self.launch_away().await,
        }
    }

    /// Brings what was told to this machine, when it is time to.
    pub async fn bring(&mut self) -> Result<()> {
        match &self.site {
            Site::Local(_) => Ok(()),
            Site::Rented(_) => self.bring_news().await,
        }
    }

    /// Brings everything that a machine left, the result too.
    pub async fn fetch(&mut self) -> Result<()> {
        match &self.site {
            Site::Local(_) => Ok(()),
            Site::Rented(_) => self.bring_home().await,
        }
    }

    /// Whether the attempt is over; `None`: it goes on.
    pub async fn gone(&mut self) -> Result<Option<Gone>> {
        match &self.site {
            Site::Local(_) => Ok(self.gone_here()),
            Site::Rented(_) => Ok(self.gone_away().await?.map(Gone::Machine)),
        }
    }

    /// How an attempt ended that nobody saw end.
    pub fn unseen(&self) -> Gone {
        match &self.site {
            Site::Local(_) => Gone::Process(None),
            Site::Rented(rented) => Gone::Machine(rented.unseen()),
        }
    }

    /// Passes a wish on to whoever works.
    pub async fn ask(&mut self, wish: &Wish) -> Result<()> {
        match &self.site {
            Site::Local(_) => self.ask_here(wish),
            Site::Rented(_) => self.ask_away(wish).await,
        }
    }

    /// The run is over: what it leaves nobody needs is taken away.
    pub async fn clear(&mut self) {
        if let Site::Rented(_) = &self.site {
            self.tidy().await;
        }
    }

    /// Until it is time to look again.
    pub async fn pause(&mut self) {
        let clock = &self.engine.0.clock;
        match &mut self.site {
            Site::Local(local) => local.pause(&self.folder, clock).await,
            Site::Rented(_) => clock.sleep(self.engine.0.places.runpod.tick).await,
        }
    }
}
