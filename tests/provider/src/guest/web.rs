//! How programs inside reach a store.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// GET and PUT at signed addresses.
pub trait Web: Send {
    /// The bytes at that address; `None`: nothing is there (404).
    fn get(&mut self, address: &str) -> Result<Option<Vec<u8>>, String>;
    /// Puts bytes there.
    fn put(&mut self, address: &str, bytes: Vec<u8>) -> Result<(), String>;
}

/// A store in memory; its addresses are any texts. Clones are the same store.
#[derive(Debug, Clone, Default)]
pub struct Memory(Arc<Mutex<BTreeMap<String, Vec<u8>>>>);

impl Memory {
    /// What lies at that address.
    pub fn look(&self, address: &str) -> Option<Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(address).cloned()
    }

    /// Lays something there.
    pub fn lay(&self, address: &str, bytes: impl Into<Vec<u8>>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(address.to_owned(), bytes.into());
    }

    /// All addresses that begin so.
    pub fn names(&self, start: &str) -> Vec<String> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.keys().filter(|name| name.starts_with(start)).cloned().collect()
    }

    /// Removes all addresses that begin so.
    pub fn remove(&self, start: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|name, _| !name.starts_with(start));
    }
}

impl Web for Memory {
    fn get(&mut self, address: &str) -> Result<Option<Vec<u8>>, String> {
        Ok(self.look(address))
    }

    fn put(&mut self, address: &str, bytes: Vec<u8>) -> Result<(), String> {
        self.lay(address, bytes);
        Ok(())
    }
}
