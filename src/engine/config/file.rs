//! Reading the config file: what it sets, and what is wrong with it, with lines.

use super::keys::{Key, Kind, nearest};
use super::problem::{ConfigError, Problem};
use super::secret::redacted;
use serde_json::Value;
use std::{fs, io, ops::Range, path::Path};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What the file sets: paths of keys and their values, in no particular order.
pub(super) type Set = Vec<(String, Value)>;

/// Reads the file. `Ok(None)`: there is none.
pub(super) fn read(path: &Path, keys: &[Key]) -> Result<Option<Set>, ConfigError> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            let next = match error.kind() {
                io::ErrorKind::InvalidData => "Save it as UTF-8",
                io::ErrorKind::IsADirectory => "Name the file in it, usually config.toml",
                _ => "Make it readable for you, or name another file with --config",
            };
            return Err(ConfigError::one(path.display(), format!("it cannot be read: {error}"), next));
        }
    };
    let set = parse(&text, keys, &path.display().to_string())?;
    if let Some(key) = set.iter().find_map(|(key, value)| secret_in(key, value, keys)) {
        refuse_when_others_can_read(path, key)?;
    }
    Ok(Some(set))
}

/// Checks the text against the keys; collects all that is wrong with it.
pub(super) fn parse(text: &str, keys: &[Key], name: &str) -> Result<Set, ConfigError> {
    let table = DeTable::parse(text).map_err(|error| {
        let line = error.span().map_or(1, |span| line_of(text, &span));
        // Only the first line of the parser's message: the rest quotes the file, and with it perhaps a secret.
        let why = error.message().lines().next().unwrap_or("this is not TOML").to_owned();
        ConfigError::one(
            place(name, line),
            why,
            "Correct this line; `brightrun config init` writes an example",
        )
    })?;
    let mut reader = Reader { text, keys, name, set: Vec::new(), problems: Vec::new() };
    reader.table("", table.get_ref());
    reader.problems.sort_by_key(|(line, _)| *line);
    if reader.problems.is_empty() {
        return Ok(reader.set);
    }
    Err(ConfigError { problems: reader.problems.into_iter().map(|(_, problem)| problem).collect() })
}

struct Reader<'a> {
    text: &'a str,
    keys: &'a [Key],
    name: &'a str,
    set: Set,
    problems: Vec<(usize, Problem)>,
}

impl Reader<'_> {
    fn table(&mut self, section: &str, table: &DeTable<'_>) {
        for (name, value) in table {
            let path = match section {
                "" => name.get_ref().to_string(),
                _ => format!("{section}.{}", name.get_ref()),
            };
            self.entry(&path, name.span(), value);
        }
    }

    fn entry(&mut self, path: &str, at: Range<usize>, value: &Spanned<DeValue<'_>>) {
        let below = format!("{path}.");
        if let Some(key) = self.keys.iter().find(|key| key.path == path) {
            if let Some(value) = convert(key, value.get_ref()) {
                self.set.push((path.to_owned(), value));
            } else {
                let why = wrong_value(key, value.get_ref());
                self.problem(&value.span(), why, format!("Write {}", key.expected()));
            }
        } else if self.keys.iter().any(|key| key.path.starts_with(&below)) {
            if let Some(table) = value.get_ref().as_table() {
                self.table(path, table);
            } else {
                let kind = article(value.get_ref().type_str());
                let why = format!("`{path}` is a section and cannot be {kind}");
                self.problem(&at, why, format!("Write [{path}] on a line of its own"));
            }
        } else {
            self.unknown(path, &at);
        }
    }

    fn unknown(&mut self, path: &str, at: &Range<usize>) {
        let mut known: Vec<&str> = self.keys.iter().map(|key| key.path.as_str()).collect();
        known
            .extend(self.keys.iter().filter_map(|key| key.path.rsplit_once('.')).map(|(section, _)| section));
        let next = match nearest(path, known.into_iter()) {
            Some(near) => format!("Did you mean `{near}`"),
            None => "`brightrun config schema` lists all keys".to_owned(),
        };
        self.problem(at, format!("there is no key `{path}`"), next);
    }

    fn problem(&mut self, at: &Range<usize>, why: String, next: String) {
        let line = line_of(self.text, at);
        self.problems.push((line, Problem { place: place(self.name, line), why, next }));
    }
}

fn wrong_value(key: &Key, value: &DeValue<'_>) -> String {
    match value.as_str() {
        Some(_) if key.secret || key.address => format!("`{}` cannot be this", key.path),
        Some(text) => format!("`{}` cannot be \"{text}\"", key.path),
        None => match value.as_integer() {
            Some(number) => format!("`{}` cannot be {}", key.path, number.as_str()),
            None => format!("`{}` cannot be {}", key.path, article(value.type_str())),
        },
    }
}

fn article(kind: &str) -> String {
    let article = if kind.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {kind}")
}

/// The value as the key holds it; `None` when it does not fit.
fn convert(key: &Key, value: &DeValue<'_>) -> Option<Value> {
    match &key.kind {
        Kind::Text => value.as_str().map(Value::from),
        Kind::Word(words) => {
            value.as_str().filter(|text| words.iter().any(|word| word == text)).map(Value::from)
        }
        Kind::Switch => value.as_bool().map(Value::from),
        Kind::Number(low, high) => {
            let number = value.as_integer()?;
            let digits = number.as_str().replace('_', "");
            i64::from_str_radix(&digits, number.radix())
                .ok()
                .filter(|number| (low..=high).contains(&number))
                .map(Value::from)
        }
    }
}

fn place(name: &str, line: usize) -> String {
    format!("{name}, line {line}")
}

fn line_of(text: &str, at: &Range<usize>) -> usize {
    let end = at.start.min(text.len());
    text.as_bytes()[..end].split(|byte| *byte == b'\n').count()
}

/// The key, when its value is secret.
fn secret_in<'k>(path: &str, value: &Value, keys: &'k [Key]) -> Option<&'k Key> {
    let key = keys.iter().find(|key| key.path == path)?;
    let text = value.as_str().filter(|text| !text.is_empty())?;
    (key.secret || (key.address && redacted(text) != text)).then_some(key)
}

#[cfg(unix)]
fn refuse_when_others_can_read(path: &Path, key: &Key) -> Result<(), ConfigError> {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(path).map_or(0, |meta| meta.permissions().mode());
    let others = mode & 0o077;
    if others == 0 {
        return Ok(());
    }
    Err(ConfigError::one(
        path.display(),
        format!("it holds a secret (`{}`) and others can read it (mode {:03o})", key.path, mode & 0o777),
        format!("Run chmod 600 on it, or take the secret out and set {}", key.variable()),
    ))
}

#[cfg(not(unix))]
fn refuse_when_others_can_read(_: &Path, _: &Key) -> Result<(), ConfigError> {
    Ok(())
}
