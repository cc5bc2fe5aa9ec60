//! Datasets: made of training files and of files on this machine, checked, counted, compared, put away.

mod add;
mod check;
mod compare;
mod of_file;
mod read;
mod scan;
#[cfg(test)]
mod tests;
mod tokenizer;
mod types;

pub use add::add;
pub use check::check;
pub(crate) use check::checklist;
pub use compare::compare;
pub use of_file::{free_name, of_file};
pub(crate) use read::find;
pub use read::{archive, list, passage, show};
pub use types::{Add, Checked, DatasetDetail, Recheck, Source};
