//! Models: listed, shown with their lineage, compared, copied to this machine and verified, reported on, used, deleted.

mod compare;
mod download;
mod lineage;
mod read;
mod report;
mod status;
mod types;

pub use compare::compare;
pub use download::download;
pub(crate) use lineage::of_dataset;
pub use read::{list, show};
pub use report::report;
pub use status::{delete, set_status};
pub use types::{Downloaded, Made, ModelDetail, ReportFile};
