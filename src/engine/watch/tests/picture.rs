//! Pictures of charts, byte for byte and pixel for pixel.

use super::super::picture::page;
use super::*;
use chrono::DateTime;
use domain::run::Liveness;
use domain::series::{Look, SIZE, Scale};
use domain::watch::Format;
use resvg::tiny_skia::Pixmap;
use std::fmt::Write as _;

/// Loss with a hole, an evaluation that turns at step 100, a learning rate, and a name that XML would take for more.
fn odd() -> Run {
    let mut text = "step,loss,eval_loss,lr,\"a<b & c\"\n".to_owned();
    for step in 1..=200_u32 {
        let x = f64::from(step);
        let loss = if (90..94).contains(&step) { f64::NAN } else { 2.0 / (1.0 + x / 20.0) + x % 7.0 / 60.0 };
        let eval =
            if step % 20 == 0 { format!("{}", 1.2 + (x - 100.0).powi(2) / 9000.0) } else { String::new() };
        writeln!(text, "{step},{loss},{eval},{},{}", 1e-3 * (1.0 - x / 250.0), step % 9).unwrap();
    }
    let mut run = Run::new("odd & <even>", "log.csv");
    run.begin(Format::Csv);
    run.push(text.as_bytes());
    run.judge(DateTime::UNIX_EPOCH, 0.0, Liveness::Unknown, false);
    run
}

fn sight(look: Look) -> Sight {
    let rights = [("loss".to_owned(), Right::Chart("learning rate".to_owned()))];
    match look {
        Look::Day => Sight::default(),
        Look::Night => Sight { look, weight: 0.9, rights: rights.into(), ..Sight::default() },
    }
}

#[test]
fn pictures_are_the_same_bytes_every_time() {
    for look in [Look::Day, Look::Night] {
        let shown = page(&[odd()], &sight(look)).unwrap();
        let path = format!("{}/watch/tests/odd-{look}.svg", env!("CARGO_MANIFEST_DIR"));
        if std::env::var_os("BRIGHTRUN_BLESS").is_some() {
            fs::write(&path, &shown).unwrap();
        }
        let kept = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            shown == kept,
            "{path} differs: look at it, then BRIGHTRUN_BLESS=1 cargo test -p brightrun-engine pictures"
        );
        for part in [
            "odd &amp; &lt;even&gt;",
            "best 1.2 at step 100",
            "not a number",
            "evaluation loss rose",
            ">step</text>",
        ] {
            assert!(shown.contains(part), "{part} is missing");
        }
    }
}

/// Pixels of a colour (red, green, blue) in a rectangle.
fn count(picture: &Pixmap, colour: (u8, u8, u8), x: std::ops::Range<u32>, y: std::ops::Range<u32>) -> usize {
    let is = |x, y| {
        let pixel = picture.pixel(x, y).unwrap();
        (pixel.red(), pixel.green(), pixel.blue()) == colour
    };
    y.flat_map(|y| x.clone().map(move |x| (x, y))).filter(|(x, y)| is(*x, *y)).count()
}

#[test]
fn a_png_has_its_size_its_colours_and_letters_without_any_font_of_the_machine() {
    for (look, paper, ink) in [
        (Look::Day, (0xf9, 0xfa, 0xfb), (0x11, 0x18, 0x27)),
        (Look::Night, (0x11, 0x18, 0x27), (0xe5, 0xe7, 0xeb)),
    ] {
        let picture = Pixmap::decode_png(&png(&page(&[odd()], &sight(look)).unwrap()).unwrap()).unwrap();
        assert_eq!((picture.width(), picture.height()), SIZE);
        assert_eq!(count(&picture, paper, 0..30, 0..1200), 30 * 1200, "the edge is paper");
        assert!(count(&picture, ink, 40..600, 20..66) > 300, "the title is written");
        let bad = if look == Look::Day { (0xb9, 0x1c, 0x1c) } else { (0xf8, 0x71, 0x71) };
        assert!(count(&picture, bad, 0..2000, 0..600) > 20, "the gap is marked");
    }
}

#[test]
fn what_is_in_view_is_in_the_picture() {
    let runs = [odd()];
    let all = page(&runs, &Sight::default()).unwrap();
    for title in [">loss</text>", ">learning rate</text>", ">a&lt;b &amp; c</text>"] {
        assert!(all.contains(title), "{title}");
    }
    let alone = page(&runs, &Sight { only: Some(1), ..Sight::default() }).unwrap();
    assert!(!alone.contains(">loss</text>") && alone.contains(">learning rate</text>"));
    let part = page(&runs, &Sight { window: Some((10.0, 12.0)), ..Sight::default() }).unwrap();
    assert!(part.contains(">11</text>"));
    assert!(!part.contains(">150</text>") && !part.contains("not a number"));
    let log = page(&runs, &Sight { scale: Scale::Log, ..Sight::default() }).unwrap();
    assert!(log.contains("log scale") && log != all);
    let own = Rights::from([("loss".to_owned(), Right::Eval)]);
    let own = page(&runs, &Sight { rights: own, ..Sight::default() }).unwrap();
    assert!(own.contains("eval_loss (right)") && own.contains("right axis: eval_loss"));
    let unknown = page(&runs, &Sight { axis: Axis::Tokens, ..Sight::default() }).unwrap();
    assert!(unknown.contains(">step</text>"), "an axis that no curve knows is steps");
}

#[test]
fn every_letter_that_we_have_is_drawn() {
    let drawn = |letter: char| {
        let size = 40;
        let svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{size}\" height=\"{size}\"><text y=\"30\" font-size=\"24\">{letter}</text></svg>"
        );
        let picture = Pixmap::decode_png(&png(&svg).unwrap()).unwrap();
        picture.pixels().iter().any(|pixel| pixel.alpha() > 0)
    };
    for letter in "aZ0.,%ÄßøščΩλжЯ…·–→↓∞≈●■€".chars() {
        assert!(drawn(letter), "{letter}");
    }
}

/// A disk that takes its time: whoever draws the monitor or reads the files wants the runs meanwhile.
#[test]
fn nobody_waits_for_the_disk_of_an_export() {
    struct Slow<'a>(&'a Watch, usize);
    impl std::io::Write for Slow<'_> {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            assert!(self.0.0.runs.try_lock().is_ok(), "the runs are held while it writes");
            self.1 += bytes.len();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            assert!(self.0.0.runs.try_lock().is_ok(), "the runs are held while it ends");
            Ok(())
        }
    }
    let watch = Watch::still(vec![odd()]);
    for form in [Form::Csv, Form::Json, Form::Svg, Form::Png] {
        let mut out = Slow(&watch, 0);
        export(&watch, 0, form, &Sight::default(), &mut out).unwrap();
        assert!(out.1 > 1000, "{form:?}");
    }
}
