//! How many colours the terminal shows, and how a colour is brought down to that.

use ratatui::style::Color;

/// How many colours are used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// None: modifiers, glyphs and words carry everything.
    None,
    /// The terminal's own sixteen.
    #[default]
    Ansi16,
    /// The palette of 256, of which the first sixteen are left alone because users change them.
    Ansi256,
    /// Any.
    True,
}

/// What the user asked for (`--color`, `color` in the config).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Choice {
    /// See the environment.
    #[default]
    Auto,
    /// This, whatever the environment says. `always` is [`Depth::Ansi16`] at least.
    Always(Depth),
}

impl Depth {
    /// The user's choice, else `NO_COLOR` and `TERM=dumb`, else `COLORTERM`, else `TERM`.
    ///
    /// SSH does not forward `COLORTERM`: a `*-256color` terminal starts at 256 there and looks nearly the same.
    pub fn choose(choice: Choice, variable: impl Fn(&str) -> Option<String>) -> Self {
        if let Choice::Always(depth) = choice {
            return depth;
        }
        let term = variable("TERM").unwrap_or_default();
        if variable("NO_COLOR").is_some_and(|v| !v.is_empty()) || term == "dumb" {
            return Self::None;
        }
        let colorterm = variable("COLORTERM").unwrap_or_default().to_ascii_lowercase();
        if matches!(colorterm.as_str(), "truecolor" | "24bit") || term.ends_with("-direct") {
            Self::True
        } else if term.contains("256color")
            || matches!(term.as_str(), "alacritty" | "foot" | "xterm-kitty" | "wezterm")
        {
            Self::Ansi256
        } else {
            Self::Ansi16
        }
    }
}

/// A colour of a theme: what it is, and what stands in for it where there are sixteen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tone {
    /// Red, green, blue; `None` leaves the colour to the terminal at every depth.
    pub rgb: Option<[u8; 3]>,
    /// One of the sixteen; `Color::Reset` is the terminal's own.
    pub ansi: Color,
}

impl Tone {
    /// The colour at that depth; `None` where nothing is to be set.
    pub fn at(self, depth: Depth) -> Option<Color> {
        match (depth, self.rgb) {
            (Depth::None, _) => None,
            (Depth::True, Some([r, g, b])) => Some(Color::Rgb(r, g, b)),
            (Depth::Ansi256, Some(rgb)) => Some(Color::Indexed(nearest_256(rgb))),
            _ => Some(self.ansi),
        }
    }
}

/// The six steps of the colour cube.
const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];

/// Index 16–255 that is nearest to the colour.
pub fn nearest_256(rgb: [u8; 3]) -> u8 {
    (16..=255).min_by_key(|&index| distance(rgb, rgb_of(index))).unwrap_or(16)
}

/// Red, green and blue of index 16–255.
pub fn rgb_of(index: u8) -> [u8; 3] {
    if index >= 232 {
        let grey = 8 + (index - 232) * 10;
        return [grey; 3];
    }
    let cube = index.saturating_sub(16);
    [STEPS[usize::from(cube / 36)], STEPS[usize::from(cube / 6 % 6)], STEPS[usize::from(cube % 6)]]
}

/// How different two colours look, roughly: the weights follow the eye ("redmean").
fn distance(a: [u8; 3], b: [u8; 3]) -> u32 {
    let mean = u32::midpoint(u32::from(a[0]), u32::from(b[0]));
    let square = |i: usize| u32::from(a[i].abs_diff(b[i])).pow(2);
    ((512 + mean) * square(0) + 1024 * square(1) + (767 - mean) * square(2)) >> 8
}

/// The name of one of the sixteen colours, as theme files write it; `default` is the terminal's own.
pub fn ansi(name: &str) -> Option<Color> {
    Some(match name {
        "default" => Color::Reset,
        "black" => Color::Black,
        "red" => Color::Red,
        "green" => Color::Green,
        "yellow" => Color::Yellow,
        "blue" => Color::Blue,
        "magenta" => Color::Magenta,
        "cyan" => Color::Cyan,
        "white" => Color::Gray,
        "bright-black" => Color::DarkGray,
        "bright-red" => Color::LightRed,
        "bright-green" => Color::LightGreen,
        "bright-yellow" => Color::LightYellow,
        "bright-blue" => Color::LightBlue,
        "bright-magenta" => Color::LightMagenta,
        "bright-cyan" => Color::LightCyan,
        "bright-white" => Color::White,
        _ => return None,
    })
}

/// The one of the sixteen that looks most like it, by the common defaults of terminals.
pub fn nearest_ansi(rgb: [u8; 3]) -> Color {
    const USUAL: [(Color, [u8; 3]); 16] = [
        (Color::Black, [0, 0, 0]),
        (Color::Red, [205, 0, 0]),
        (Color::Green, [0, 205, 0]),
        (Color::Yellow, [205, 205, 0]),
        (Color::Blue, [0, 0, 238]),
        (Color::Magenta, [205, 0, 205]),
        (Color::Cyan, [0, 205, 205]),
        (Color::Gray, [229, 229, 229]),
        (Color::DarkGray, [127, 127, 127]),
        (Color::LightRed, [255, 0, 0]),
        (Color::LightGreen, [0, 255, 0]),
        (Color::LightYellow, [255, 255, 0]),
        (Color::LightBlue, [92, 92, 255]),
        (Color::LightMagenta, [255, 0, 255]),
        (Color::LightCyan, [0, 255, 255]),
        (Color::White, [255, 255, 255]),
    ];
    USUAL.iter().min_by_key(|(_, usual)| distance(rgb, *usual)).map_or(Color::Reset, |(color, _)| *color)
}

/// `#rrggbb`
pub fn hex(text: &str) -> Option<[u8; 3]> {
    let digits = text.strip_prefix('#').filter(|d| d.len() == 6 && d.is_ascii())?;
    let part = |from: usize| u8::from_str_radix(&digits[from..from + 2], 16).ok();
    Some([part(0)?, part(2)?, part(4)?])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with<'a>(pairs: &'a [(&'a str, &'a str)]) -> impl Fn(&str) -> Option<String> + 'a {
        |name| pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned())
    }

    #[test]
    fn no_color_wins_over_the_terminal_and_the_flag_over_both() {
        let env = [("NO_COLOR", "1"), ("COLORTERM", "truecolor"), ("TERM", "xterm-256color")];
        assert_eq!(Depth::choose(Choice::Auto, with(&env)), Depth::None);
        assert_eq!(Depth::choose(Choice::Always(Depth::True), with(&env)), Depth::True);
        assert_eq!(Depth::choose(Choice::Auto, with(&[("NO_COLOR", ""), ("TERM", "xterm")])), Depth::Ansi16);
    }

    #[test]
    fn the_terminal_is_believed_step_by_step() {
        assert_eq!(
            Depth::choose(Choice::Auto, with(&[("TERM", "dumb"), ("COLORTERM", "24bit")])),
            Depth::None
        );
        assert_eq!(Depth::choose(Choice::Auto, with(&[("TERM", "tmux-256color")])), Depth::Ansi256);
        assert_eq!(Depth::choose(Choice::Auto, with(&[("TERM", "linux")])), Depth::Ansi16);
        assert_eq!(Depth::choose(Choice::Auto, with(&[])), Depth::Ansi16);
    }

    #[test]
    fn every_index_is_nearest_to_itself() {
        for index in 16..=255 {
            let found = nearest_256(rgb_of(index));
            assert_eq!(rgb_of(found), rgb_of(index), "index {index}");
        }
        assert!(nearest_256([1, 2, 3]) >= 16);
    }

    #[test]
    fn a_bad_colour_is_no_colour() {
        for text in ["", "#", "#12345", "#1234567", "#gggggg", "123456", "#ééé"] {
            assert_eq!(hex(text), None, "{text}");
        }
        assert_eq!(hex("#2563EB"), Some([0x25, 0x63, 0xeb]));
    }
}
