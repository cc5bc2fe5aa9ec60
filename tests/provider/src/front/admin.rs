//! The test's own way to the world.

use super::Shared;
use crate::clock::Ms;
use crate::faults::Fault;
use crate::truth::Truth;
use crate::world::World;
use std::sync::Arc;
use tokio::runtime::Handle;

/// Sees and changes the world behind a [`super::Front`].
#[derive(Clone)]
pub struct Admin {
    shared: Arc<Shared>,
    handle: Option<Handle>,
}

impl Admin {
    pub(super) const fn new(shared: Arc<Shared>, handle: Option<Handle>) -> Self {
        Self { shared, handle }
    }

    /// Does anything to the world. Programs inside ([`crate::Guest`]) must not need the calling thread for what they do: where they write to a server on the test's own
    /// runtime, use [`Admin::advance`] or [`Admin::apart`].
    pub fn with<T>(&self, act: impl FnOnce(&mut World) -> T) -> T {
        self.shared.act(act)
    }

    /// The same on a thread of the front, waited for.
    pub async fn apart<T: Send + 'static>(&self, act: impl FnOnce(&mut World) -> T + Send + 'static) -> T {
        let shared = Arc::clone(&self.shared);
        let Some(handle) = &self.handle else { return self.with(act) };
        match handle.spawn_blocking(move || shared.act(act)).await {
            Ok(done) => done,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }

    /// Moves the clock by so many milliseconds; everything that is due until then has happened when it returns.
    pub async fn advance(&self, ms: Ms) {
        self.apart(move |world| world.pass(ms)).await;
    }

    /// Moves the clock to that moment.
    pub async fn advance_to(&self, at: Ms) {
        self.apart(move |world| world.advance(at)).await;
    }

    /// Now, in the world.
    pub fn now(&self) -> Ms {
        self.shared.world().now()
    }

    /// All that is true.
    pub fn truth(&self) -> Truth {
        self.shared.world().truth()
    }

    /// A fault waits for requests from now on.
    pub fn inject(&self, fault: Fault) {
        self.with(|world| world.inject(fault));
    }

    /// Takes all faults away.
    pub fn heal(&self) {
        self.with(World::heal);
    }
}
