//! A path as a person writes it.

use std::path::{Path, PathBuf};

/// `~` is the shell's word for the home directory; in a field of ours there is no shell that would know it. Without a
/// home the path stays as it is.
pub fn expand(path: &Path, home: Option<&Path>) -> PathBuf {
    match (path.strip_prefix("~"), home) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => path.to_owned(),
    }
}

/// A path that was written into a field of ours.
pub fn at_home(written: &str) -> PathBuf {
    let home = std::env::var_os("HOME").map(PathBuf::from);
    expand(Path::new(written), home.as_deref())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_tilde_that_stands_alone_is_the_home() {
        let home = Some(Path::new("/home/ada"));
        for (written, meant) in [
            ("~", "/home/ada"),
            ("~/", "/home/ada"),
            ("~/a/b.json", "/home/ada/a/b.json"),
            ("~ada/a", "~ada/a"),
            ("./~/a", "./~/a"),
            ("/tmp/~", "/tmp/~"),
            ("", ""),
        ] {
            assert_eq!(expand(Path::new(written), home), Path::new(meant), "{written}");
        }
        assert_eq!(expand(Path::new("~/a"), None), Path::new("~/a"));
    }
}
