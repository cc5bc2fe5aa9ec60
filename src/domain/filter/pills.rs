//! The parts of a filter that can be taken away one by one.

use super::{Field, Filter, print};

/// One condition of the filter line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pill {
    /// In the filter's own language.
    pub text: String,
    /// What [`Filter::without`] takes.
    pub index: usize,
}

/// The conditions that must all hold.
pub fn pills<C: Field>(filter: &Filter<C>) -> Vec<Pill> {
    let parts: &[Filter<C>] = match filter {
        Filter::All => &[],
        Filter::And(parts) => parts,
        one => std::slice::from_ref(one),
    };
    parts.iter().enumerate().map(|(index, part)| Pill { text: print(part), index }).collect()
}

impl<C: Field> Filter<C> {
    /// The filter without its condition of this index; unchanged when there is none.
    #[must_use]
    pub fn without(&self, index: usize) -> Self {
        match self {
            Self::And(parts) if index < parts.len() => {
                let mut left = parts.clone();
                left.remove(index);
                match left.len() {
                    0 => Self::All,
                    1 => left.swap_remove(0),
                    _ => Self::And(left),
                }
            }
            Self::And(_) | Self::All => self.clone(),
            _ if index == 0 => Self::All,
            one => one.clone(),
        }
    }
}
