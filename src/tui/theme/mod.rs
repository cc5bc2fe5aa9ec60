//! Themes: what each [`Token`] looks like at the colour depth of this terminal.
//!
//! A theme is data (`themes/*.toml`, compiled in; a user's files overlay them). Colour is never the only carrier:
//! tokens that say something also have a glyph and a word, and every theme stays readable at [`Depth::None`].

#[cfg(test)]
mod contrast;
mod depth;
mod file;
mod token;

pub use depth::{Choice, Depth, Tone};
pub use file::Appearance;
pub use token::Token;

use file::File;
use ratatui::style::{Color, Modifier, Style};
use std::collections::BTreeMap;

/// The themes that come with the program, in the order in which a chooser lists them.
const BUNDLED: [(&str, &str); 6] = [
    ("terminal", include_str!("../../../themes/terminal.toml")),
    ("night", include_str!("../../../themes/night.toml")),
    ("day", include_str!("../../../themes/day.toml")),
    ("contrast", include_str!("../../../themes/contrast.toml")),
    ("deuter", include_str!("../../../themes/deuter.toml")),
    ("mono", include_str!("../../../themes/mono.toml")),
];

/// The theme that every other stands on.
pub const DEFAULT: &str = "terminal";

/// A theme at a depth: ready to draw with.
#[derive(Debug, Clone, PartialEq)]
pub struct Theme {
    /// What it is called.
    pub name: String,
    /// For which terminals it was made.
    pub appearance: Appearance,
    /// How many colours it uses.
    pub depth: Depth,
    looks: Vec<Look>,
    series: Vec<Style>,
}

#[derive(Debug, Clone, Default, PartialEq)]
struct Look {
    style: Style,
    #[cfg(test)]
    tones: (Option<Tone>, Option<Tone>),
    glyph: String,
    word: String,
}

impl Theme {
    /// One of our own themes; `None` when there is none of that name.
    pub fn named(name: &str, depth: Depth) -> Option<Self> {
        BUNDLED.iter().any(|(ours, _)| *ours == name).then(|| Themes::default().resolve(name, depth).0)
    }
    /// Colours and modifiers of a token.
    pub fn style(&self, token: Token) -> Style {
        self.looks[token as usize].style
    }
    /// The token's sign, one column wide; empty when it has none.
    pub fn glyph(&self, token: Token) -> &str {
        &self.looks[token as usize].glyph
    }
    /// The token's word; empty when it has none.
    pub fn word(&self, token: Token) -> &str {
        &self.looks[token as usize].word
    }
    /// The style of the n-th curve of a chart; starts again after the last.
    pub fn series(&self, n: usize) -> Style {
        self.series.get(n % self.series.len().max(1)).copied().unwrap_or_default()
    }
}

impl Default for Theme {
    /// [`DEFAULT`] in sixteen colours.
    fn default() -> Self {
        Themes::default().resolve(DEFAULT, Depth::Ansi16).0
    }
}

/// All themes there are: ours, and what the user's files add or change.
#[derive(Debug, Clone)]
pub struct Themes {
    files: Vec<File>,
    /// What in the user's files could not be understood.
    pub warnings: Vec<String>,
}

impl Default for Themes {
    /// Only ours.
    fn default() -> Self {
        let mut themes = Self { files: Vec::new(), warnings: Vec::new() };
        for (stem, text) in BUNDLED {
            themes.add(stem, text);
        }
        themes
    }
}

impl Themes {
    /// Adds a user's file: `stem` is its file name without `.toml`. A file with the name of one of ours changes that one.
    pub fn add(&mut self, stem: &str, text: &str) {
        let (file, warnings) = file::read(stem, text);
        self.warnings.extend(warnings);
        self.files.push(file);
    }

    /// The names, each once.
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for file in &self.files {
            if !names.contains(&file.name.as_str()) {
                names.push(&file.name);
            }
        }
        names
    }

    /// The theme of that name, and what is wrong with it. An unknown name gives the default.
    pub fn resolve(&self, name: &str, depth: Depth) -> (Theme, Vec<String>) {
        let mut warnings = Vec::new();
        let mut chain: Vec<usize> = Vec::new();
        self.chain(DEFAULT, &mut Vec::new(), &mut chain, &mut warnings);
        self.chain(name, &mut Vec::new(), &mut chain, &mut warnings);
        let mut merged = File::default();
        for file in chain.into_iter().map(|i| &self.files[i]) {
            merge(&mut merged, file);
        }
        let depth = merged.max_depth.map_or(depth, |most| most.min(depth));
        (build(&merged, depth, &mut warnings), warnings)
    }

    /// The files that make up a theme, what is inherited first; each once.
    fn chain(&self, name: &str, above: &mut Vec<String>, chain: &mut Vec<usize>, warnings: &mut Vec<String>) {
        if above.iter().any(|n| n == name) {
            warnings.push(format!("theme {name} inherits itself; the circle is cut"));
            return;
        }
        above.push(name.to_owned());
        let mine: Vec<usize> = (0..self.files.len()).filter(|&i| self.files[i].name == name).collect();
        if mine.is_empty() {
            warnings.push(format!("there is no theme {name}; there are {}", self.names().join(", ")));
        }
        for i in mine {
            if let Some(parent) = &self.files[i].inherits {
                self.chain(parent, above, chain, warnings);
            }
            if !chain.contains(&i) {
                chain.push(i);
            }
        }
        above.pop();
    }
}

fn merge(into: &mut File, file: &File) {
    file.name.clone_into(&mut into.name);
    into.appearance = file.appearance;
    into.max_depth = file.max_depth.or(into.max_depth);
    into.palette.extend(file.palette.iter().map(|(name, tone)| (name.clone(), *tone)));
    into.series = file.series.clone().or_else(|| into.series.take());
    for (token, spec) in &file.tokens {
        let mine = into.tokens.entry(*token).or_default();
        mine.fg = spec.fg.clone().or_else(|| mine.fg.take());
        mine.bg = spec.bg.clone().or_else(|| mine.bg.take());
        mine.modifiers = spec.modifiers.or(mine.modifiers);
        mine.glyph = spec.glyph.clone().or_else(|| mine.glyph.take());
        mine.word = spec.word.clone().or_else(|| mine.word.take());
    }
}

fn build(file: &File, depth: Depth, warnings: &mut Vec<String>) -> Theme {
    let mut tone = |name: &Option<String>, what: &str| -> Option<Tone> {
        let name = name.as_deref()?;
        let found = find(&file.palette, name);
        if found.is_none() {
            warnings.push(format!(
                "theme {}: {what} names the colour `{name}`, which is not in the palette",
                file.name
            ));
        }
        found
    };
    let mut looks = vec![Look::default(); Token::ALL.len()];
    for (token, spec) in &file.tokens {
        let (fg, bg) = (tone(&spec.fg, token.name()), tone(&spec.bg, token.name()));
        let mut style = Style::new();
        style.fg = fg.and_then(|t| t.at(depth));
        style.bg = bg.and_then(|t| t.at(depth));
        if let Some(modifiers) = spec.modifiers {
            style = style.add_modifier(modifiers);
        }
        // Without colours a chip still stands out from the ground.
        if depth == Depth::None && bg.is_some() && !token.name().starts_with("surface.") {
            style = style.add_modifier(Modifier::REVERSED);
        }
        let glyph = spec.glyph.clone().unwrap_or_default();
        let word = spec.word.clone().unwrap_or_default();
        looks[*token as usize] = Look {
            style,
            #[cfg(test)]
            tones: (fg, bg),
            glyph,
            word,
        };
    }
    let series = file.series.iter().flatten().map(|name| {
        let color: Option<Color> = tone(&Some(name.clone()), "series").and_then(|t| t.at(depth));
        Style { fg: color, ..Style::new() }
    });
    let series = series.collect();
    Theme { name: file.name.clone(), appearance: file.appearance, depth, looks, series }
}

fn find(palette: &BTreeMap<String, Tone>, name: &str) -> Option<Tone> {
    palette.get(name).copied().or_else(|| file::colour(name))
}

#[cfg(test)]
mod tests;
