//! A theme file: TOML, read leniently. What cannot be understood is left out and named; a theme never fails.

use super::depth::{self, Depth, Tone};
use super::token::Token;
use ratatui::style::{Color, Modifier};
use std::collections::BTreeMap;
use toml::{Table, Value};

/// Whether a theme is made for a dark or a light terminal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Appearance {
    /// Goes with both: uses the terminal's own colours.
    #[default]
    Any,
    /// Light text on dark.
    Dark,
    /// Dark text on light.
    Light,
}

/// What a file says about one token; `None` and empty leave it to the theme that it inherits.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Spec {
    /// Name of the colour of the text.
    pub fg: Option<String>,
    /// Name of the colour behind it.
    pub bg: Option<String>,
    /// Replaces the inherited modifiers.
    pub modifiers: Option<Modifier>,
    /// The sign that says the same without colour.
    pub glyph: Option<String>,
    /// The word that says the same without colour.
    pub word: Option<String>,
}

/// A theme file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct File {
    /// What it is called.
    pub name: String,
    /// The theme that it changes.
    pub inherits: Option<String>,
    /// For which terminals.
    pub appearance: Appearance,
    /// Never more colours than that (`mono` uses it).
    pub max_depth: Option<Depth>,
    /// Its colours.
    pub palette: BTreeMap<String, Tone>,
    /// Its tokens.
    pub tokens: BTreeMap<Token, Spec>,
    /// Colours of the curves of a chart, in order.
    pub series: Option<Vec<String>>,
}

/// Reads a file. `stem` is its name unless it gives one.
pub fn read(stem: &str, text: &str) -> (File, Vec<String>) {
    let mut warnings = Vec::new();
    let mut file = File { name: stem.to_owned(), ..File::default() };
    let table = match text.parse::<Table>() {
        Ok(table) => table,
        Err(error) => {
            warnings.push(format!("theme {stem}: no TOML, so it is left out: {}", error.message()));
            return (file, warnings);
        }
    };
    let mut warn = |what: String| warnings.push(format!("theme {stem}: {what}"));
    for (key, value) in &table {
        match (key.as_str(), value) {
            ("name", Value::String(name)) if !name.is_empty() => name.clone_into(&mut file.name),
            ("inherits", Value::String(name)) => file.inherits = Some(name.clone()),
            ("appearance", Value::String(word)) => match word.as_str() {
                "dark" => file.appearance = Appearance::Dark,
                "light" => file.appearance = Appearance::Light,
                "any" => file.appearance = Appearance::Any,
                _ => warn(format!("appearance `{word}` is none of dark, light, any")),
            },
            ("colors", Value::Boolean(colours)) => file.max_depth = (!colours).then_some(Depth::None),
            ("palette", Value::Table(colours)) => palette(colours, &mut file, &mut warn),
            ("token", Value::Table(groups)) => tokens("", groups, &mut file, &mut warn),
            ("series", Value::Array(names)) => {
                file.series = Some(names.iter().filter_map(Value::as_str).map(str::to_owned).collect());
            }
            _ => warn(format!("`{key}` is not known here or has the wrong type")),
        }
    }
    (file, warnings)
}

fn palette(colours: &Table, file: &mut File, warn: &mut impl FnMut(String)) {
    for (name, value) in colours {
        let tone = match value {
            Value::String(text) => colour(text),
            Value::Table(table) => {
                let rgb = table.get("rgb").and_then(Value::as_str).map(depth::hex);
                let stand_in = table.get("ansi").and_then(Value::as_str).map(depth::ansi);
                match (rgb, stand_in) {
                    (Some(None), _) | (_, Some(None)) | (None, None) => None,
                    (Some(Some(rgb)), ansi) => Some(Tone {
                        rgb: Some(rgb),
                        ansi: ansi.flatten().unwrap_or_else(|| depth::nearest_ansi(rgb)),
                    }),
                    (None, Some(Some(ansi))) => Some(Tone { rgb: None, ansi }),
                }
            }
            _ => None,
        };
        match tone {
            Some(tone) => drop(file.palette.insert(name.clone(), tone)),
            None => {
                warn(format!("palette.{name} is no colour; write {{ rgb = \"#2563eb\", ansi = \"blue\" }}"));
            }
        }
    }
}

/// A colour written directly: `#rrggbb` or one of the sixteen names.
pub fn colour(text: &str) -> Option<Tone> {
    if let Some(rgb) = depth::hex(text) {
        return Some(Tone { rgb: Some(rgb), ansi: depth::nearest_ansi(rgb) });
    }
    depth::ansi(text).map(|ansi: Color| Tone { rgb: None, ansi })
}

fn tokens(prefix: &str, groups: &Table, file: &mut File, warn: &mut impl FnMut(String)) {
    for (key, value) in groups {
        let name = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        match (Token::find(&name), value) {
            (Some(token), Value::Table(table)) => {
                let spec = spec(&name, table, warn);
                file.tokens.insert(token, spec);
            }
            (None, Value::Table(group)) if prefix.is_empty() && !key.contains('.') => {
                tokens(key, group, file, warn);
            }
            _ => warn(format!("there is no token `{name}`")),
        }
    }
}

fn spec(name: &str, table: &Table, warn: &mut impl FnMut(String)) -> Spec {
    let mut spec = Spec::default();
    for (key, value) in table {
        match (key.as_str(), value) {
            ("fg", Value::String(colour)) => spec.fg = Some(colour.clone()),
            ("bg", Value::String(colour)) => spec.bg = Some(colour.clone()),
            ("glyph", Value::String(glyph)) if crate::text::width(glyph) == 1 => {
                spec.glyph = Some(glyph.clone());
            }
            ("glyph", _) => warn(format!("{name}.glyph must be one column wide")),
            ("word", Value::String(word)) => spec.word = Some(word.clone()),
            ("mod", Value::Array(words)) => {
                let mut modifiers = Modifier::empty();
                for word in words {
                    match word.as_str().and_then(modifier) {
                        Some(one) => modifiers |= one,
                        None => warn(format!(
                            "{name}.mod: {word} is none of bold, dim, italic, underlined, reversed, crossed-out"
                        )),
                    }
                }
                spec.modifiers = Some(modifiers);
            }
            _ => warn(format!("{name}.{key} is not known or has the wrong type")),
        }
    }
    spec
}

fn modifier(word: &str) -> Option<Modifier> {
    Some(match word {
        "bold" => Modifier::BOLD,
        "dim" => Modifier::DIM,
        "italic" => Modifier::ITALIC,
        "underlined" => Modifier::UNDERLINED,
        "reversed" => Modifier::REVERSED,
        "crossed-out" => Modifier::CROSSED_OUT,
        _ => return None,
    })
}
