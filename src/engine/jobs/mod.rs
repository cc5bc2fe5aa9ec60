//! Runs on this machine: started, followed, stopped, taken up again (decisions 0141–0144).
//!
//! The worker is a process of its own that outlives this program. Whoever follows a run holds its lease, reads the run
//! directory, and is the only one who writes its row.

mod attempt;
mod cancel;
mod drive;
mod ending;
mod model;
mod process;
mod read;
mod rundir;
mod start;
mod tried;
mod types;
mod watch;

pub use cancel::{cancel, stop};
pub use drive::{follow, resume, resume_all};
pub(crate) use read::metrics;
pub use read::{list, show};
pub use start::{retry, start};
pub use types::{Heard, JobDetail, JobLine, Outcome};
