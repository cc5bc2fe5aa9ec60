//! Whether something that was planted as a secret lies anywhere.

use std::path::Path;

/// What is searched for: words that stand nowhere but in settings and in the environment.
pub struct Secrets<'a>(pub Vec<&'a str>);

impl Secrets<'_> {
    /// In no file below a folder but the user's own settings; how many were searched.
    pub fn assert_not_below(&self, folder: &Path) -> usize {
        let (mut searched, mut folders) = (0, vec![folder.to_owned()]);
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).expect("a folder").flatten() {
                let path = entry.path();
                if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                    folders.push(path);
                } else if !path.ends_with(".config/brightrun/config.toml") {
                    self.assert_not_in(
                        &std::fs::read(&path).unwrap_or_default(),
                        &path.display().to_string(),
                    );
                    searched += 1;
                }
            }
        }
        searched
    }

    /// Not in these bytes.
    pub fn assert_not_in(&self, bytes: &[u8], what: &str) {
        for secret in &self.0 {
            let found = bytes.windows(secret.len()).position(|part| part == secret.as_bytes());
            assert!(found.is_none(), "{secret} lies in {what} at {found:?}");
        }
    }
}
