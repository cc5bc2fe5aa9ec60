//! RunPod as a simulation, for tests only.
//!
//! [`World`] is the provider as a state machine: pods, queue endpoints, jobs, workers, volumes, secrets, catalog, balance and bill, with a clock that whoever
//! drives it moves ([`World::advance`]). [`World::call`] answers a request as the provider would, without any network, so a month plays in seconds.
//! [`Front`] puts HTTP before it on 127.0.0.1 and lets RunPod's own Python worker take jobs from it. What runs inside a rented thing is a [`Guest`].
//! [`World::truth`] tells what nobody outside can know for sure: what is rented, for which run, since when, and what it costs to the millionth.
//!
//! The rules are those of the provider's documents and of live traces; where they are silent, `docs/decisions/0180-a-provider-of-our-own.md` says what was chosen.

pub mod api;
pub mod chance;
pub mod clock;
pub mod faults;
pub mod front;
pub mod guest;
pub mod money;
pub mod month;
pub mod prices;
pub mod settings;
pub mod truth;
mod world;

pub use api::{Answer, Host, Reply, Request};
pub use faults::{Fault, Wire};
pub use front::Front;
pub use guest::{Container, Guest, House, Inside, Next, Signal};
pub use settings::{Key, Settings};
pub use truth::{Rental, Thing, Truth};
pub use world::World;
