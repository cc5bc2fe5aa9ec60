//! The training files: create, add, list, show, download, export, archive.

mod add;
mod build;
mod commit;
mod create;
mod download;
mod export;
mod judge;
mod paths;
mod read;
mod types;

pub use add::add;
pub use create::create;
pub use download::download;
pub use export::{check, export, passage};
pub use judge::eligibility;
pub(crate) use judge::walk;
pub(crate) use read::find;
pub use read::{archive, list, members, show};
pub use types::{Add, Create, Download, Downloaded, Export, FileDetail, Object, Source, Written};

#[cfg(test)]
mod tests;
