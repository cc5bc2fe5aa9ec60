//! What one sees of runs: at all sizes, in colour and without, with and without Braille.

use crate::model::Model;
use crate::theme::{Depth, Theme};
use crate::update::monitor::tests::{table, watching};
use crate::update::tests::press;
use crate::view::shot;
use domain::run::Liveness;
use domain::watch::Format;
use engine::watch::Run;

fn theme(depth: Depth) -> Theme {
    Theme::named("terminal", depth).unwrap()
}

fn text(model: &Model, size: (u16, u16)) -> String {
    shot::text(&shot::draw(model, &theme(Depth::None), size).0)
}

/// The run that ships with the program.
fn example() -> Run {
    let mut run = Run::new("example", "examples/run");
    run.begin(Format::Events);
    run.push(include_bytes!("../../../../examples/run/events.jsonl"));
    let last = run.facts().unwrap().last_at.unwrap();
    run.judge(last, 0.0, Liveness::Unknown, true);
    run
}

#[test]
fn the_example_run() {
    let mut model = watching(vec![example()]);
    for (columns, rows) in [(60, 20), (80, 24), (120, 40), (200, 60)] {
        for (depth, word) in [(Depth::Ansi16, "colour"), (Depth::None, "mono")] {
            let (buffer, _) = shot::draw(&model, &theme(depth), (columns, rows));
            insta::assert_snapshot!(format!("example-{columns}x{rows}-{word}"), shot::styled(&buffer));
        }
    }
    for (key, name) in [("5", "metrics"), ("2", "log"), ("3", "events")] {
        drop(press(&mut model, key));
        crate::view::tests::assert_hinted_once(&model);
        insta::assert_snapshot!(format!("example-{name}"), text(&model, (80, 24)));
    }
}

#[test]
fn one_chart_with_a_cursor_smoothed_over_time() {
    let mut model = watching(vec![table("log", 100, 0.0)]);
    drop(press(&mut model, "z e X X"));
    model.measured = shot::draw(&model, &theme(Depth::Ansi16), (100, 30)).1;
    drop(press(&mut model, "i left left left left"));
    insta::assert_snapshot!(shot::styled(&shot::draw(&model, &theme(Depth::Ansi16), (100, 30)).0));
}

#[test]
fn two_axes() {
    let mut model = watching(vec![example()]);
    drop(press(&mut model, "Y Y"));
    for (columns, rows) in [(80, 24), (120, 40), (200, 60)] {
        for (depth, word) in [(Depth::Ansi16, "colour"), (Depth::None, "mono")] {
            let (buffer, _) = shot::draw(&model, &theme(depth), (columns, rows));
            insta::assert_snapshot!(format!("two-axes-{columns}x{rows}-{word}"), shot::styled(&buffer));
        }
    }
    model.monitor.plain = true;
    insta::assert_snapshot!("two-axes-plain", text(&model, (80, 24)));
}

#[test]
fn two_axes_of_several_runs_with_a_cursor() {
    let mut model = watching(vec![table("warm-up", 100, 0.0), table("long", 140, 1e6)]);
    drop(press(&mut model, "Y z i"));
    let shown = text(&model, (120, 30));
    assert!(shown.contains("warm-up eval →"), "{shown}");
    drop(press(&mut model, "Y"));
    insta::assert_snapshot!(text(&model, (120, 30)));
}

#[test]
fn several_runs_with_a_legend() {
    let mut model = watching(vec![table("warm-up", 100, 0.0), table("long", 140, 1e6)]);
    insta::assert_snapshot!(
        "several-colour",
        shot::styled(&shot::draw(&model, &theme(Depth::Ansi16), (120, 40)).0)
    );
    model.monitor.plain = true;
    insta::assert_snapshot!("several-plain", text(&model, (80, 24)));
    assert!(text(&model, (80, 24)).is_ascii() || !text(&model, (80, 24)).contains('⠉'), "no Braille");
}

#[test]
fn a_value_that_is_no_number_is_a_gap_with_a_mark() {
    let mut run = Run::new("log", "log.csv");
    run.begin(Format::Csv);
    run.push(b"step,loss\n1,2\n2,1\n3,nan\n4,1\n5,1\n");
    run.judge(crate::update::tests::START.wall, 0.0, Liveness::Unknown, false);
    let shown = text(&watching(vec![run]), (80, 24));
    assert!(shown.contains('!'), "{shown}");
}

#[test]
fn nothing_is_said_to_run_that_stands_still() {
    let shown = text(&watching(vec![table("log", 20, 7200.0)]), (80, 24));
    assert!(shown.contains("lost") && !shown.contains("running"), "{shown}");
    assert!(shown.contains("stands still for 2h"), "{shown}");
}

/// What the events tell is how the attempt before ended.
#[test]
fn a_run_that_was_resumed_elsewhere_is_not_shown_as_cancelled() {
    let mut model = crate::update::trainings::tests::loaded();
    model.shell.screen = crate::model::ScreenId::Monitor;
    let mut run = Run::new("run-3", "runs/3");
    run.begin(Format::Events);
    let event = |seq: u32, kind: &str| {
        format!("{{\"seq\":{seq},\"at\":\"2026-01-01T00:00:0{seq}Z\",\"attempt\":1,\"kind\":{kind}}}\n")
    };
    run.push(event(1, "\"stage\",\"stage\":\"training\"").as_bytes());
    run.push(event(2, "\"final\",\"outcome\":\"stopped\",\"exit_code\":10,\"step\":4").as_bytes());
    run.judge(chrono::DateTime::UNIX_EPOCH, 0.0, Liveness::Unknown, false);
    assert_eq!(run.standing().word(), "cancelled");
    let id = model.trainings.list.as_ref().and_then(|list| Some(list.get(1)?.run.job.id));
    (model.monitor.ours, model.monitor.watch) = (id, Some(engine::watch::Watch::still(vec![run])));
    let shown = text(&model, (80, 24));
    assert!(
        shown.contains("running") && !shown.contains("cancelled") && !shown.contains("go on from"),
        "{shown}"
    );
}

#[test]
fn what_was_not_written_yet_is_said() {
    let shown = text(&watching(vec![Run::new("new", "new")]), (80, 24));
    assert!(shown.contains("queued") && shown.contains("No metric was logged yet"), "{shown}");
}

#[test]
fn no_size_and_no_value_breaks_it() {
    let mut wild = Run::new("wild", "wild.csv");
    wild.begin(Format::Csv);
    wild.push(b"step,loss,x,y\n1,1e308,0,inf\n2,-1e308,0,nan\n9000000000000000000,1e-300,0,nan\n");
    wild.judge(crate::update::tests::START.wall, 0.0, Liveness::Unknown, false);
    let mut model = watching(vec![wild, table("log", 50, 0.0), Run::new("empty", "empty")]);
    for keys in [
        "",
        "L",
        "i",
        "e",
        "Y",
        "Y",
        "z",
        "Y",
        "Y",
        "+ + + + + + + + + + + + + +",
        "X",
        "2",
        "3",
        "4",
        "5",
        "1",
    ] {
        drop(press(&mut model, keys));
        for columns in [1, 7, 40, 41, 57, 79, 80, 113, 200] {
            for rows in [1, 9, 10, 11, 13, 19, 24, 60] {
                model.shell.size = (columns, rows);
                for plain in [false, true] {
                    model.monitor.plain = plain;
                    let _ = shot::draw(&model, &theme(Depth::Ansi16), (columns, rows));
                }
            }
        }
    }
}

#[test]
fn the_eta_stays_when_the_rest_has_no_room() {
    let summary = engine::watch::Summary {
        percent: Some(42.0),
        step: Some(850),
        total: Some(2000),
        epoch: Some(1.28),
        epochs: Some(3.0),
        elapsed: Some(3720.0),
        eta: Some(domain::run::Eta { seconds: 4320.0, spread: 360.0 }),
        ..engine::watch::Summary::default()
    };
    let at = |columns| super::head::progress(&summary, columns);
    assert_eq!(at(80), "42 %  step 850/2,000  epoch 1.28/3  1h 2m  ETA 1h 12m (±6m)");
    assert_eq!(at(50), "42 %  step 850/2,000  epoch 1.28/3  ETA 1h 12m");
    assert_eq!(at(36), "42 %  step 850/2,000  ETA 1h 12m");
    assert_eq!(at(20), "42 %  ETA 1h 12m");
    assert_eq!(at(5), "42 %");
}
