//! RunPod: how it stands, what is rented, and what can be set up or tidied from here.

use crate::model::Problem;
use domain::money::Usd;
use engine::runpod::{
    CachePlan, Cached, Checked, EndpointPlan, Made, Reconciled, Refreshed, Rented, RentedLine, Standing,
    Stray, VolumePlan, VolumePrice,
};

/// Name of the pane.
pub const PANE: &str = "settings.runpod";
/// The name under which the view says how far it can scroll (as a height).
pub const LENGTH: &str = "settings.runpod.length";

/// What is known.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct State {
    /// The last answer; `None`: nobody was asked yet.
    pub checked: Option<Checked>,
    /// What runs rent, by the rows; `None` before the first answer.
    pub rented: Option<Rented>,
    /// What was left there without a run; `None`: nobody has looked.
    pub strays: Option<Vec<Stray>>,
    /// What was made last, for the configuration.
    pub made: Vec<Made>,
    /// First line in view.
    pub top: usize,
}

impl State {
    /// How it stands; `first`: before anybody was asked.
    pub fn standing(&self, first: Standing) -> Standing {
        self.checked.as_ref().map_or(first, |checked| checked.standing)
    }
    /// What is rented now.
    pub fn lines(&self) -> &[RentedLine] {
        self.rented.as_ref().map_or(&[], |rented| &rented.lines)
    }
    /// What the network volume costs, as far as anybody has said.
    pub fn volume(&self) -> Option<&VolumePrice> {
        self.rented.as_ref()?.volume.as_ref()
    }
    /// What was left there and may cost, of runs that this database knows.
    pub fn left(&self) -> Vec<Stray> {
        self.strays.iter().flatten().filter(|stray| !stray.unknown && stray.costs()).cloned().collect()
    }
    /// What an hour of it costs, with the volume; `None`: no machine is rented.
    pub fn burn(&self) -> Option<Usd> {
        self.rented.as_ref().filter(|rented| !rented.lines.is_empty()).map(|rented| rented.per_hour)
    }
}

/// What can happen here.
#[derive(Debug, Clone, PartialEq)]
pub enum Msg {
    /// Asks RunPod again.
    Check,
    /// Reads the present prices.
    Prices,
    /// Asks which GPUs a new endpoint is to have.
    Endpoint,
    /// Makes it.
    MakeEndpoint(Box<EndpointPlan>),
    /// Asks how large a new volume is to be, and where.
    Volume,
    /// Makes it.
    MakeVolume(Box<VolumePlan>),
    /// Asks for the base model that is to be fetched onto the volume.
    Cache,
    /// What fetching this one would be.
    CacheThis(String),
    /// Fetches it.
    Fetch(Box<CachePlan>),
    /// Ends the machine that fetches it.
    StopFetch(String),
    /// Looks for what was left there.
    Reap,
    /// Ends it.
    End(Vec<Stray>),
    /// Compares the recorded costs with the bill.
    Bill,
    /// Copies what is in view.
    Copy,
    /// The wheel.
    Scroll(i32),
}

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum Ask {
    /// Everything that runs there stand on.
    Check,
    /// What is rented, by the rows.
    Rented,
    /// The present prices.
    Prices,
    /// What an endpoint with these GPUs would be.
    PlanEndpoint(Vec<String>),
    /// Makes it.
    MakeEndpoint(Box<EndpointPlan>),
    /// What a volume of so many GB in this data centre would be.
    PlanVolume(u32, String),
    /// Makes it.
    MakeVolume(Box<VolumePlan>),
    /// What fetching this base model onto the volume would be.
    PlanCache(String),
    /// Fetches it.
    Fetch(Box<CachePlan>),
    /// Ends the machine that fetches it.
    StopFetch(String),
    /// What was left there.
    Strays,
    /// Ends it.
    End(Vec<Stray>),
    /// Compares the recorded costs with the bill.
    Bill,
}

impl Ask {
    /// The slot: of two questions of one slot only the newer one is answered.
    pub const fn slot(&self) -> &'static str {
        match self {
            Self::Check => "runpod.check",
            Self::Rented => "runpod.rented",
            Self::Prices => "runpod.prices",
            Self::PlanEndpoint(_) | Self::PlanVolume(..) | Self::PlanCache(_) => "runpod.plan",
            Self::MakeEndpoint(_) => "runpod.endpoint",
            Self::MakeVolume(_) => "runpod.volume",
            Self::Strays => "runpod.strays",
            Self::End(_) => "runpod.end",
            Self::Bill => "runpod.bill",
            Self::Fetch(_) => "runpod.fetch",
            Self::StopFetch(_) => "runpod.fetch.stop",
        }
    }
    /// Something is made that must not be forgotten.
    pub const fn writes(&self) -> bool {
        matches!(self, Self::MakeEndpoint(_) | Self::MakeVolume(_))
    }
}

/// What the engine answers.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// How everything stands.
    Check(Result<Box<Checked>, Problem>),
    /// What is rented.
    Rented(Result<Rented, Problem>),
    /// The present prices are kept.
    Prices(Result<Refreshed, Problem>),
    /// What the endpoint would be.
    EndpointPlan(Result<Box<EndpointPlan>, Problem>),
    /// What the volume would be.
    VolumePlan(Result<Box<VolumePlan>, Problem>),
    /// What fetching would be.
    CachePlan(Result<Box<CachePlan>, Problem>),
    /// What came of fetching this base model.
    Fetched(String, Result<Cached, Problem>),
    /// The machine that fetched it is gone, or there was none.
    FetchStopped(Result<bool, Problem>),
    /// Something is made.
    Made(Result<Made, Problem>),
    /// What was left there.
    Strays(Result<Vec<Stray>, Problem>),
    /// So many are gone.
    Ended(Result<usize, Problem>),
    /// The books are the bill's.
    Bill(Result<Reconciled, Problem>),
}

impl Answer {
    /// What went wrong, when something did.
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Check(result) => result.as_ref().err(),
            Self::Rented(result) => result.as_ref().err(),
            Self::Prices(result) => result.as_ref().err(),
            Self::EndpointPlan(result) => result.as_ref().err(),
            Self::VolumePlan(result) => result.as_ref().err(),
            Self::Made(result) => result.as_ref().err(),
            Self::Strays(result) => result.as_ref().err(),
            Self::Ended(result) => result.as_ref().err(),
            Self::Bill(result) => result.as_ref().err(),
            Self::CachePlan(result) => result.as_ref().err(),
            Self::Fetched(_, result) => result.as_ref().err(),
            Self::FetchStopped(result) => result.as_ref().err(),
        }
    }
}
