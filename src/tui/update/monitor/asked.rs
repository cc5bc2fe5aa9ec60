//! What runs were asked for, side by side.

use engine::watch::Run;

/// What runs were asked for: a value for each run where they differ, one where they do not.
#[derive(Debug, Default, PartialEq)]
pub struct Asked {
    /// Name, and the value of each run in their order; `–` where it has none.
    pub differ: Vec<(String, Vec<String>)>,
    /// Name and value.
    pub same: Vec<(String, String)>,
}

impl Asked {
    /// Nothing is known.
    pub const fn is_empty(&self) -> bool {
        self.differ.is_empty() && self.same.is_empty()
    }
    /// Lines that it takes.
    pub(super) const fn lines(&self) -> usize {
        self.differ.len() + self.same.len()
    }
}

/// What runs were asked for, as far as that lies beside them.
pub fn asked(runs: &[Run]) -> Asked {
    let told: Vec<&[(String, String)]> =
        runs.iter().map(Run::asked).filter(|asked| !asked.is_empty()).collect();
    let mut found = Asked::default();
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in told.iter().copied().flatten() {
        if names.contains(&name.as_str()) {
            continue;
        }
        names.push(name);
        let of = |asked: &&[(String, String)]| {
            let found = asked.iter().find(|(other, _)| other == name);
            found.map_or_else(|| "–".to_owned(), |(_, value)| value.clone())
        };
        let values: Vec<String> = told.iter().map(of).collect();
        if values.windows(2).all(|pair| pair[0] == pair[1]) {
            found.same.push((name.clone(), values[0].clone()));
        } else {
            found.differ.push((name.clone(), values));
        }
    }
    found
}
