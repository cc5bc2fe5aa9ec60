//! Models: listed, shown with their lineage, copied to this machine and verified, reported on, used, deleted.

mod download;
mod lineage;
mod read;
mod report;
mod status;
mod types;

pub use download::download;
pub(crate) use lineage::of_dataset;
pub use read::{list, show};
pub use report::report;
pub use status::{delete, set_status};
pub use types::{Downloaded, Made, ModelDetail, ReportFile};
