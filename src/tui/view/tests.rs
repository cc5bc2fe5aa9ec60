//! What one sees: the frame at three sizes in colour and without, and that no size breaks it.

use super::shot;
use crate::model::modal::{List, Search};
use crate::model::{
    Ask, Confirm, Input, Modal, Model, Mouse, Msg, Phase, Problem, Prompt, ScreenId, Severity, Step,
    TextField, overview, settings,
};
use crate::theme::{Depth, Theme, Token};
use crate::update::tests::{START, later, press, ready};
use crate::update::update;

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (200, 60)];

fn theme(depth: Depth) -> Theme {
    Theme::named("terminal", depth).unwrap()
}

/// Snapshots at three sizes in sixteen colours, and at 80×24 with every style, in colour and mono.
fn shots(name: &str, model: &Model) {
    for (columns, rows) in SIZES {
        let mut model = model.clone();
        model.shell.size = (columns, rows);
        for depth in [Depth::Ansi16, Depth::None] {
            let word = if depth == Depth::None { "mono" } else { "colour" };
            let (buffer, _) = shot::draw(&model, &theme(depth), (columns, rows));
            insta::assert_snapshot!(format!("{name}-{columns}x{rows}-{word}"), shot::styled(&buffer));
        }
    }
}

#[test]
fn a_word_about_a_key_is_seen_over_a_window_that_fills_the_screen() {
    let mut model = ready();
    let lines = (0..90).map(|n| format!("line {n}")).collect();
    model.open(Modal::Text { title: "JSON".into(), lines, top: 0 });
    drop(model.shell.say(Severity::Warn, "Some do not fit: u unmarks them", *START));
    for (columns, rows) in SIZES {
        model.shell.size = (columns, rows);
        let (buffer, _) = shot::draw(&model, &theme(Depth::Ansi16), (columns, rows));
        let shown = shot::styled(&buffer);
        assert!(shown.contains("Some do not fit: u unmarks them"), "{columns}x{rows}\n{shown}");
    }
}

fn busy() -> Model {
    let mut model = ready();
    model.shell.environment = "production".into();
    model.overview.summary = Some(overview::Summary {
        conversations: 1204,
        estimated: false,
        approved: 812,
        enriched: 1150,
        pending: 54,
        files: 3,
        datasets: 2,
        ready: 1,
        models: 1,
        newest: vec![
            overview::Recent {
                kind: "file",
                name: "EQ-2 balanced".into(),
                note: "37 conversations".into(),
                at: START.wall,
            },
            overview::Recent {
                kind: "model",
                name: "EQ-1 balanced, three epochs and a name that is long".into(),
                note: "loss 0.412".into(),
                at: START.wall - chrono::Duration::hours(30),
            },
        ],
    });
    let (job, _) = model.start("Build EQ-2", Ask::Overview(overview::Ask::Summary), *START);
    let step = Step { stage: "reading".into(), done: 420, total: Some(1000), note: String::new() };
    drop(update(&mut model, Msg::Progress(job, step), later(63.0)));
    drop(model.shell.notice(Severity::Success, "Build EQ-1 is done", *START));
    drop(model.shell.report(&Problem::new("Cannot read the file", "it is gone", "Import it again"), *START));
    model
}

#[test]
fn first_frame() {
    shots("first-frame", &Model::default());
}

#[test]
fn first_run() {
    let mut model = ready();
    model.overview.summary = Some(overview::Summary::default());
    shots("first-run", &model);
}

#[test]
fn overview_with_work() {
    shots("overview", &busy());
}

#[test]
fn overview_with_runs() {
    let mut model = busy();
    let runs = crate::update::trainings::tests::loaded().trainings;
    model.trainings = runs;
    shots("overview-runs", &model);
}

#[test]
fn setup_problem() {
    let mut model = Model::default();
    let mut problem = Problem::new(
        "Cannot open the store",
        "the server db.example.com:6543 does not answer within 10 s",
        "Check the address in database.url, or that the network is up",
    );
    problem.on = "postgres://db.example.com:6543/postgres".into();
    model.shell.phase = Phase::Broken(problem);
    shots("setup-problem", &model);
}

#[test]
fn the_settings() {
    let mut model = ready();
    model.shell.screen = ScreenId::Settings;
    let setting = |key: &str, value: &str, source: &str| settings::Setting {
        key: key.into(),
        value: value.into(),
        source: source.into(),
    };
    model.settings.list = vec![
        setting("database.url", "sqlite:~/.local/share/brightrun/brightrun.db", "default"),
        setting("profile.environment", "dev", "config file, line 12"),
        setting("ui.theme", "terminal", "default"),
    ];
    model.settings.at = 1;
    shots("settings", &model);
}

/// Modals at 80×24 only: they are the same in the middle of a larger screen.
fn modal_shot(name: &str, model: &Model) {
    let (buffer, _) = shot::draw(model, &theme(Depth::None), (80, 24));
    insta::assert_snapshot!(format!("modal-{name}"), shot::text(&buffer));
}

#[test]
fn modals() {
    let mut model = busy();
    drop(press(&mut model, "ctrl-k i m p"));
    modal_shot("palette", &model);
    let mut model = busy();
    drop(press(&mut model, "? s u s p"));
    modal_shot("help", &model);
    for (name, keys) in
        [("messages", "!"), ("notifications", "b"), ("jobs", "J"), ("quit", "ctrl-q"), ("import", "i")]
    {
        let mut model = busy();
        drop(press(&mut model, keys));
        modal_shot(name, &model);
    }
    let mut model = busy();
    drop(press(&mut model, "2 F s"));
    modal_shot("prompt", &model);
    let mut model = busy();
    drop(press(&mut model, "! enter"));
    modal_shot("problem", &model);
    let mut model = ready();
    let body = ["The file stays in the store and can be taken back."];
    model.open(Modal::Confirm(Confirm::new("Archive EQ-2?", "Archive", Msg::Due).body(body)));
    modal_shot("confirm", &model);
    let mut model = ready();
    drop(press(&mut model, "g"));
    drop(update(&mut model, Msg::Due, later(1.0)));
    modal_shot("which-key", &model);
}

#[test]
fn below_80_columns_the_screens_are_a_strip() {
    let (buffer, _) = shot::draw(&busy(), &theme(Depth::None), (60, 16));
    insta::assert_snapshot!("strip-60x16", shot::text(&buffer));
}

#[test]
fn below_40_by_10_there_is_one_sentence() {
    let (buffer, measured) = shot::draw(&busy(), &theme(Depth::Ansi16), (20, 5));
    assert_eq!(shot::text(&buffer).trim(), "brightrun needs 40\ncolumns and 10 rows;\nhere are 20 and 5.");
    assert!(measured.hits.is_empty());
}

#[test]
fn what_runs_is_never_dropped_from_the_header() {
    for columns in 40..130 {
        let (buffer, _) = shot::draw(&busy(), &theme(Depth::None), (columns, 24));
        assert!(shot::text(&buffer).lines().next().unwrap().contains("1 running"), "{columns} columns");
    }
}

#[test]
fn hints_never_leave_their_line_and_help_is_kept() {
    for columns in 40..200 {
        let mut model = ready();
        model.shell.size = (columns, 24);
        let (buffer, _) = shot::draw(&model, &theme(Depth::None), (columns, 24));
        let text = shot::text(&buffer);
        let last = text.lines().last().unwrap();
        assert!(last.contains("? help"), "{columns}: {last}");
        assert!(crate::text::width(last) <= usize::from(columns), "{columns}: {last}");
    }
}

/// Each key that the last line names means one thing.
pub(crate) fn assert_hinted_once(model: &Model) {
    let keys: Vec<String> = super::footer::hints(model).into_iter().map(|(key, _)| key).collect();
    let mut once = keys.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), keys.len(), "{keys:?}");
}

#[test]
fn a_key_is_hinted_at_once() {
    all().iter().for_each(assert_hinted_once);
}

/// All screens and modals of the frame.
fn all() -> Vec<Model> {
    let mut models = vec![Model::default(), busy()];
    for screen in ScreenId::ALL {
        let mut model = busy();
        model.shell.screen = *screen;
        models.push(model);
    }
    let lines = vec!["{".into(), "  \"a\": 1".into(), "}".into()];
    let prompt = Prompt {
        to: ScreenId::Overview,
        tag: "x",
        title: "Import".into(),
        hint: "A path".into(),
        field: TextField::with("日本語/👩‍👩‍👧/path that is much longer than the field in which it is shown"),
        problem: Some("It is not there".into()),
    };
    for modal in [
        Modal::Confirm(Confirm::new("Delete?", "Delete", Msg::Due).danger(Some("EQ-2".into()))),
        Modal::Problem { problem: Problem::new("a", "b", "c"), top: 0 },
        Modal::Text { title: "JSON".into(), lines, top: 9 },
        Modal::Prompt(prompt),
        Modal::Palette(Search::default()),
        Modal::Help(Search { at: 40, ..Search::default() }),
        Modal::Messages(List { at: 99 }),
        Modal::Notifications(List::default()),
        Modal::Jobs(List::default()),
        Modal::Quit(List { at: 2 }),
    ] {
        let mut model = busy();
        model.open(modal);
        models.push(model);
    }
    let mut chord = busy();
    drop(press(&mut chord, "g"));
    chord.shell.which_key = true;
    models.push(chord);
    models
}

#[test]
fn no_size_breaks_anything() {
    let theme = theme(Depth::Ansi16);
    for model in all() {
        for columns in (0..50).chain([79, 80, 119, 120, 121]) {
            for rows in [0, 1, 2, 5, 9, 10, 11, 19, 20, 24] {
                let (_, measured) = shot::draw(&model, &theme, (columns, rows));
                for hit in &measured.hits {
                    let inside =
                        hit.area.x + hit.area.width <= columns && hit.area.y + hit.area.height <= rows;
                    assert!(inside, "{columns}x{rows}: {hit:?}");
                }
            }
        }
    }
}

/// From 80×24 to 20×5 and back the picture is the same, and the mouse hits what is seen.
#[test]
fn there_and_back_again() {
    let theme = theme(Depth::Ansi16);
    let mut model = busy();
    let (before, measured) = shot::draw(&model, &theme, (80, 24));
    for size in [(20, 5), (1, 1), (80, 24)] {
        drop(update(&mut model, Msg::Input(Input::Resize(size.0, size.1)), *START));
        drop(shot::draw(&model, &theme, size));
    }
    assert_eq!(shot::draw(&model, &theme, (80, 24)).0, before);
    model.measured = measured;
    let click = Input::Mouse { what: Mouse::Down, x: 1, y: 5 };
    drop(update(&mut model, Msg::Input(click), *START));
    assert_eq!(model.shell.screen, ScreenId::ALL[3], "the fourth line of the rail");
}

#[test]
fn under_a_modal_nothing_can_be_hit() {
    let mut model = busy();
    model.open(Modal::Problem { problem: Problem::new("a", "b", "c"), top: 0 });
    let (_, measured) = shot::draw(&model, &theme(Depth::Ansi16), (80, 24));
    assert!(measured.hits.iter().all(|hit| hit.on.click.is_none()));
}

/// Keys at random, at sizes that change: nothing panics, and every picture can be drawn.
#[test]
fn random_keys_never_panic() {
    let keys: Vec<_> =
        crate::keys::Keymap::defaults().bindings().iter().flat_map(|b| b.keys.clone()).collect();
    let theme = theme(Depth::Ansi256);
    // A linear congruential generator: the same walk each time.
    let mut seed: u64 = 42;
    let mut next = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap_or(0) % below
    };
    for _ in 0..40 {
        let mut model = busy();
        for step in 0..250 {
            drop(update(
                &mut model,
                Msg::Input(Input::Key(keys[next(keys.len())])),
                later(f64::from(step) / 10.0),
            ));
            drop(update(&mut model, Msg::Due, later(f64::from(step) / 10.0)));
            if step % 5 == 0 {
                let size = (u16::try_from(next(140)).unwrap(), u16::try_from(next(45)).unwrap());
                model.measured = shot::draw(&model, &theme, size).1;
                drop(update(&mut model, Msg::Sized, later(f64::from(step) / 10.0)));
            }
        }
    }
}

#[test]
fn the_status_bar_says_nothing_that_was_not_asked_and_what_is_wrong_at_any_width() {
    let last = |model: &Model, columns: u16| {
        let (buffer, _) = shot::draw(model, &theme(Depth::None), (columns, 24));
        shot::text(&buffer).lines().last().unwrap_or_default().to_owned()
    };
    let mut model = ready();
    model.shell.reach = crate::model::shell::Reach::Unknown;
    assert!(last(&model, 120).contains("folder –"), "{}", last(&model, 120));
    assert!(!last(&model, 80).contains("folder"));
    model.shell.reach = crate::model::shell::Reach::Silent;
    assert!(last(&model, 120).contains("folder ✗"), "{}", last(&model, 120));
    assert!(last(&model, 80).contains("✗ folder"), "{}", last(&model, 80));
}

/// The last words of a long text can be read, whether it is an error or not.
#[test]
fn a_long_message_can_be_read_to_its_end() {
    let long = format!("{} the very end", "word ".repeat(400));
    let mut problem = Problem::new("Cannot create", "they do not fit", "");
    problem.details = (0..60).map(|n| format!("{n} {}", "reason ".repeat(30))).collect();
    problem.details.push("the very end".into());
    for problem in [None, Some(problem)] {
        let mut model = ready();
        drop(match problem {
            None => model.shell.say(Severity::Info, long.clone(), *START),
            Some(problem) => model.shell.report(&problem, *START),
        });
        let look = |model: &Model| shot::draw(model, &theme(Depth::None), (80, 24));
        drop(press(&mut model, "! enter"));
        let (buffer, measured) = look(&model);
        assert!(!shot::text(&buffer).contains("the very end"));
        model.measured = measured;
        drop(press(&mut model, "G"));
        let text = shot::text(&look(&model).0);
        assert!(text.contains("the very end"), "{text}");
    }
}

#[test]
fn the_rail_says_what_waits() {
    for columns in [80, 120] {
        let (buffer, _) = shot::draw(&busy(), &theme(Depth::None), (columns, 24));
        let text = shot::text(&buffer);
        let line = |digit: &str| text.lines().find(|line| line.get(1..2) == Some(digit)).unwrap().to_owned();
        let rail = |line: String| line.split('│').next().unwrap_or_default().trim_end().to_owned();
        assert!(rail(line("2")).ends_with("54"), "{text}");
        assert!(
            rail(line("3")).ends_with(&format!("1{}", theme(Depth::None).glyph(Token::StatusRun))),
            "{text}"
        );
    }
}
