//! The only place that makes new ids.

use std::sync::{Arc, atomic::AtomicU64, atomic::Ordering};
use uuid::Uuid;

/// Makes ids: random ones, or a counted row of them so that tests can name them.
#[derive(Debug, Clone, Default)]
pub struct Ids(Option<Arc<AtomicU64>>);

impl Ids {
    /// Random ids.
    pub fn random() -> Self {
        Self(None)
    }
    /// `00000000-0000-4000-8000-000000000001`, `…2` and so on.
    pub fn counted() -> Self {
        Self(Some(Arc::new(AtomicU64::new(0))))
    }
    /// The next one.
    #[expect(clippy::disallowed_methods, reason = "this is the home of new ids")]
    pub fn next(&self) -> Uuid {
        match &self.0 {
            None => Uuid::new_v4(),
            Some(n) => {
                let n = n.fetch_add(1, Ordering::Relaxed) + 1;
                Uuid::from_u64_pair(0x0000_0000_0000_4000, 0x8000_0000_0000_0000 | n)
            }
        }
    }
}
