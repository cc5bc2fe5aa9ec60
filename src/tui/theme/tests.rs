use super::contrast::{CHIPS, SURFACES, TEXTS};
use super::*;

const DEPTHS: [Depth; 4] = [Depth::None, Depth::Ansi16, Depth::Ansi256, Depth::True];

#[test]
fn every_theme_of_ours_is_whole_and_without_warnings() {
    let themes = Themes::default();
    assert_eq!(themes.warnings, Vec::<String>::new());
    assert_eq!(themes.names(), ["terminal", "night", "day", "contrast", "deuter", "mono"]);
    for name in themes.names() {
        for depth in DEPTHS {
            let (theme, warnings) = themes.resolve(name, depth);
            assert_eq!(warnings, Vec::<String>::new(), "{name}");
            assert_eq!(theme.looks.len(), Token::ALL.len());
            assert!(!theme.series.is_empty());
        }
    }
}

#[test]
fn the_base_file_names_every_token() {
    let (file, _) = file::read("terminal", BUNDLED[0].1);
    for token in Token::ALL {
        assert!(file.tokens.contains_key(token), "terminal.toml lacks {}", token.name());
    }
}

#[test]
fn text_is_readable_on_every_surface() {
    let themes = Themes::default();
    for name in ["night", "day", "contrast", "deuter"] {
        let theme = themes.resolve(name, Depth::True).0;
        let pairs = TEXTS
            .iter()
            .flat_map(|text| SURFACES.iter().map(move |on| (*text, *on)))
            .chain(CHIPS.iter().map(|chip| (*chip, *chip)));
        let mut bad = Vec::new();
        for (text, on) in pairs {
            match theme.contrast(text, on) {
                Some(ratio) if ratio >= 4.5 => {}
                other => bad.push(format!("{} on {}: {other:?}", text.name(), on.name())),
            }
        }
        assert!(bad.is_empty(), "{name}:\n{}", bad.join("\n"));
    }
}

#[test]
fn the_terminal_theme_names_only_the_terminals_own_colours() {
    for depth in [Depth::Ansi16, Depth::Ansi256, Depth::True] {
        let theme = Themes::default().resolve("terminal", depth).0;
        for look in &theme.looks {
            for color in [look.style.fg, look.style.bg].into_iter().flatten() {
                assert!(!matches!(color, Color::Rgb(..) | Color::Indexed(_)), "{color}");
            }
        }
    }
}

#[test]
fn without_colour_the_signs_and_modifiers_carry_it() {
    let themes = Themes::default();
    let mono = themes.resolve("mono", Depth::True).0;
    assert_eq!(mono.depth, Depth::None, "mono has no colour however many there are");
    for name in themes.names() {
        let theme = themes.resolve(name, Depth::None).0;
        for token in Token::ALL {
            let style = theme.style(*token);
            assert_eq!((style.fg, style.bg), (None, None), "{name} {}", token.name());
        }
        let has = |token: Token, modifier| theme.style(token).add_modifier.contains(modifier);
        assert!(has(Token::SelectRow, Modifier::BOLD) && theme.glyph(Token::SelectRow) == "▌", "{name}");
        assert!(has(Token::SelectCell, Modifier::REVERSED), "{name}");
        assert!(!theme.glyph(Token::SelectMarked).is_empty(), "{name}");
        let states = [
            Token::StatusOk,
            Token::StatusWarn,
            Token::StatusFail,
            Token::StatusRun,
            Token::StatusQueued,
            Token::StatusStale,
        ];
        let mut seen = std::collections::HashSet::new();
        for state in states {
            assert!(
                seen.insert(theme.glyph(state).to_owned()),
                "{name}: {} looks like another",
                state.name()
            );
            assert!(!theme.word(state).is_empty(), "{name} {}", state.name());
        }
    }
}

#[test]
fn a_users_file_changes_one_token_and_keeps_the_rest() {
    let mut themes = Themes::default();
    themes.add("night", "[palette]\nmine = \"#ff00ff\"\n[token]\nstatus.ok = { fg = \"mine\" }");
    let (theme, warnings) = themes.resolve("night", Depth::True);
    assert_eq!(warnings, Vec::<String>::new());
    assert_eq!(theme.style(Token::StatusOk).fg, Some(Color::Rgb(255, 0, 255)));
    assert_eq!(theme.glyph(Token::StatusOk), "✓");
    let ours = Themes::default().resolve("night", Depth::True).0;
    assert_eq!(theme.style(Token::StatusFail), ours.style(Token::StatusFail));
    assert_eq!(themes.names().len(), 6);
}

#[test]
fn mistakes_are_named_and_never_fatal() {
    let mut themes = Themes::default();
    themes.add("odd", "inherits = \"nobody\"\nspeed = 3\n[palette]\na = 7\n[token]\nstatus.ok = { fg = \"none such\", mod = [\"blink\"], glyph = \"日\" }\nno.such = {}\n");
    themes.add("broken", "name = ");
    themes.add("ring", "inherits = \"gnir\"");
    themes.add("gnir", "inherits = \"ring\"");
    let all = themes.warnings.join("\n");
    for part in [
        "`speed`",
        "palette.a",
        "\"blink\"",
        "one column wide",
        "no token `no.such`",
        "theme broken: no TOML",
    ] {
        assert!(all.contains(part), "{part} is not in\n{all}");
    }
    for name in ["odd", "ring", "broken", "what is this"] {
        let (theme, warnings) = themes.resolve(name, Depth::True);
        assert_eq!(theme.looks.len(), Token::ALL.len());
        assert!(name == "broken" || !warnings.is_empty(), "{name}");
        assert_eq!(theme.glyph(Token::SelectRow), "▌");
    }
}

#[test]
fn the_seeds_colours_are_in_night_and_day() {
    let themes = Themes::default();
    for (name, background, surface) in [("night", "#111827", "#1f2937"), ("day", "#f9fafb", "#ffffff")] {
        let file = themes.files.iter().find(|f| f.name == name).expect("ours");
        let wanted = [
            ("primary", "#2563eb"),
            ("success", "#10b981"),
            ("warning", "#f59e0b"),
            ("error", "#ef4444"),
            ("neutral", "#6b7280"),
            ("background", background),
            ("surface", surface),
        ];
        for (colour, value) in wanted {
            assert_eq!(file.palette.get(colour).and_then(|t| t.rgb), depth::hex(value), "{name} {colour}");
        }
    }
}

/// A curve has one colour on the screen and in its picture.
#[test]
fn pictures_have_the_colours_of_the_themes() {
    use domain::series::Look;
    for look in [Look::Day, Look::Night] {
        let colours = look.colours();
        let theme = Theme::named(look.word(), Depth::True).unwrap();
        let hex = |color: Option<Color>| match color {
            Some(Color::Rgb(r, g, b)) => format!("#{r:02x}{g:02x}{b:02x}"),
            other => panic!("{other:?}"),
        };
        for (slot, colour) in colours.series.iter().enumerate() {
            assert_eq!(hex(theme.series(slot).fg), *colour, "{look} {slot}");
        }
        assert_eq!(colours.series.len(), engine::watch::COLOURS);
        let base = theme.style(Token::SurfaceBase);
        assert_eq!((hex(base.fg), hex(base.bg)), (colours.ink.to_owned(), colours.paper.to_owned()));
        let text = |token| hex(theme.style(token).fg);
        assert_eq!(text(Token::TextMuted), colours.muted);
        assert_eq!(
            (text(Token::StatusWarn), text(Token::StatusFail)),
            (colours.warn.to_owned(), colours.bad.to_owned())
        );
    }
}
