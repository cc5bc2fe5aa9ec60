//! Runs on this machine: started, followed, stopped, taken up again (decisions 0141–0144).
//!
//! The worker is a process of its own that outlives this program. Whoever follows a run holds its lease, reads the run
//! directory, and is the only one who writes its row.

mod alerts;
mod attempt;
mod cancel;
mod csv;
mod drive;
mod ending;
mod errands;
mod log;
mod look;
mod machine_log;
mod model;
mod month;
mod orders;
mod queue;
mod read;
mod rundir;
mod runner;
mod site;
mod start;
mod table;
mod tried;
mod types;
mod watch;

pub use alerts::alert;
pub use cancel::{cancel, stop};
pub use csv::{csv, save_csv};
pub use drive::{follow, resume, resume_all, unpause};
pub use log::{log, watch, watch_several};
pub use machine_log::{MachineLine, machine_log};
pub use month::{Month, month};
pub use queue::waiting;
pub(crate) use read::metrics;
pub use read::{list, show};
pub use runner::{News, runner};
pub use start::{retry, start};
pub use types::{Heard, JobDetail, JobLine, Outcome};
