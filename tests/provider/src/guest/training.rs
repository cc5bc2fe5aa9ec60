//! A training by the contract of decision 0170, played.

use super::{Guest, Inside, Next};

/// Not yet.
#[derive(Debug)]
pub struct Training;

impl Guest for Training {
    fn wake(&mut self, _inside: &mut Inside<'_>) -> Next {
        Next::Never
    }
}
