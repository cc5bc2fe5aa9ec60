//! What faults make of a request and of its answer.

use super::errors::Problem;
use super::{Answer, Reply};
use crate::faults::Wire;
use crate::world::World;

impl World {
    /// The fault that hits a request of that name.
    pub(crate) fn fault(&mut self, name: &str) -> Option<Wire> {
        let chances = self.settings.chances;
        for wire in [
            (Wire::LostBefore, chances.lost_before),
            (Wire::LostAfter, chances.lost_after),
            (Wire::Html, chances.html),
        ] {
            if self.chance.happens(wire.1) {
                return Some(wire.0);
            }
        }
        let mut hit = None;
        for fault in &mut self.faults {
            if !name.starts_with(&fault.what) || fault.times == Some(0) || hit.is_some() {
                continue;
            }
            if fault.skip > 0 {
                fault.skip -= 1;
            } else if fault.ppm >= 1_000_000 || self.chance.happens(fault.ppm) {
                fault.times = fault.times.map(|times| times - 1);
                hit = Some(fault.wire);
            }
        }
        self.faults.retain(|fault| fault.times != Some(0));
        hit
    }
}

const HTML: &str = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><center><h1>502 Bad Gateway</h1></center></body>\r\n</html>\r\n";

/// The answer of a fault that keeps the request from having any effect.
pub(crate) fn before(wire: Wire) -> Option<Answer> {
    match wire {
        Wire::LostBefore => Some(Answer { wire: Some(wire), ..Answer::new(0, Reply::Empty) }),
        Wire::Html => Some(Answer::new(502, Reply::Text("text/html", HTML.to_owned()))),
        Wire::Status(status) => Some(Problem::new(status, "the request could not be processed").answer()),
        Wire::Limited(seconds) => {
            let mut answer = Problem::new(429, "rate limit exceeded for the minute window").answer();
            answer.headers.push(("retry-after", seconds.to_string()));
            Some(answer)
        }
        Wire::LostAfter | Wire::CutShort | Wire::Slow(_) | Wire::HtmlAfter | Wire::Blank => None,
    }
}

/// The answer of a request that had its effect, as the fault leaves it.
pub(crate) fn after(answer: Answer, wire: Option<Wire>) -> Answer {
    match wire {
        Some(Wire::HtmlAfter) => Answer::new(502, Reply::Text("text/html", HTML.to_owned())),
        Some(Wire::Blank) => Answer::new(200, Reply::Empty),
        wire => Answer { wire, ..answer },
    }
}
