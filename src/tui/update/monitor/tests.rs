//! What the keys of the monitor do.

use crate::model::monitor::{Msg as Do, Tab};
use crate::model::{Area, Drag, Effect, Hit, Input, Leave, Model, Mouse, Msg, On, Phase, ScreenId};
use crate::update::tests::{START, press};
use crate::update::update;
use domain::run::Liveness;
use domain::series::{Axis, Look, Scale, Smooth, Window};
use domain::watch::Format;
use engine::watch::{Right, Rights, Run, Sight, Watch};
use std::fmt::Write as _;

/// A finished or growing table of so many steps: loss, evaluation every tenth step, learning rate.
pub(crate) fn table(name: &str, steps: u32, still: f64) -> Run {
    let mut text = "step,epoch,time,loss,eval_loss,lr\n".to_owned();
    for step in 1..=steps {
        let x = f64::from(step);
        let loss = 0.2f64.mul_add((x * 0.9).sin(), 1.0 + 20.0 / (x + 10.0));
        let eval =
            if step % 10 == 0 { format!("{:.4}", 1.2 + (x - 60.0).powi(2) / 9000.0) } else { String::new() };
        let _ =
            writeln!(text, "{step},{},{},{loss:.4},{eval},{:e}", x / 50.0, x * 2.0, 2e-4 * (1.0 - x / 200.0));
    }
    let mut run = Run::new(name, "log.csv");
    run.begin(Format::Csv);
    run.push(text.as_bytes());
    run.judge(START.wall, still, Liveness::Unknown, false);
    run
}

/// The monitor alone over these runs.
pub(crate) fn watching(runs: Vec<Run>) -> Model {
    let mut model = Model::default();
    model.shell.phase = Phase::Alone;
    model.shell.screen = ScreenId::Monitor;
    model.monitor.watch = Some(Watch::still(runs));
    drop(update(&mut model, Msg::Monitor(Do::Changed), *START));
    model
}

fn span(model: &Model) -> f64 {
    let (from, to) = model.monitor.range();
    to - from
}

#[test]
fn the_loss_comes_first_with_its_evaluation_and_runs_meet_on_charts() {
    let model = watching(vec![table("a", 20, 0.0)]);
    let charts = &model.monitor.charts;
    assert_eq!(
        charts.iter().map(|chart| chart.title.as_str()).collect::<Vec<_>>(),
        ["loss", "learning rate"]
    );
    assert_eq!(charts[0].curves.iter().map(|curve| curve.eval).collect::<Vec<_>>(), [false, true]);
    let model = watching(vec![table("a", 20, 0.0), table("b", 20, 0.0)]);
    let charts = &model.monitor.charts;
    assert_eq!((charts.len(), charts[0].curves.len()), (2, 4));
    let slot = |run: usize| charts.iter().flat_map(|c| &c.curves).find(|c| c.run == run).map(|c| c.slot);
    assert_ne!(slot(0), slot(1), "two runs have two colours");
    let same = charts.iter().flat_map(|chart| &chart.curves).all(|curve| Some(curve.slot) == slot(curve.run));
    assert!(same, "a run has one colour on all charts");
}

#[test]
fn zoom_follows_the_end_pan_freezes_and_0_shows_everything() {
    let mut model = watching(vec![table("a", 100, 1e6)]);
    drop(press(&mut model, "+ +"));
    assert!(matches!(model.monitor.window, Window::Follow { .. }), "{:?}", model.monitor.window);
    assert!(span(&model) < 26.0);
    drop(press(&mut model, "left"));
    assert!(matches!(model.monitor.window, Window::Frozen { .. }));
    drop(press(&mut model, "right right right right right right"));
    assert!(matches!(model.monitor.window, Window::Follow { .. }), "the right edge is followed again");
    drop(press(&mut model, "f"));
    assert!(matches!(model.monitor.window, Window::Frozen { .. }));
    drop(press(&mut model, "0"));
    assert_eq!(model.monitor.window, Window::All);
    assert_eq!(model.shell.screen, ScreenId::Monitor, "0 is no screen here");
}

#[test]
fn a_window_that_follows_a_growing_run_holds_its_newest_points() {
    let mut model = watching(vec![table("a", 1000, 0.0)]);
    for _ in 0..6 {
        drop(press(&mut model, "+"));
        let (from, to) = model.monitor.range();
        assert!(from < 1000.0 && to >= 1000.0, "{from}..{to}");
    }
}

#[test]
fn the_picture_stands_still_while_a_run_grows_a_little() {
    let edges = |steps| watching(vec![table("a", steps, 0.0)]).monitor.range();
    assert_eq!(edges(1000), edges(1010));
    assert!(edges(1000).1 <= 1000.0 * 1.14);
}

#[test]
fn the_cursor_moves_by_columns_and_esc_takes_it_away() {
    let mut model = watching(vec![table("a", 100, 1e6)]);
    drop(press(&mut model, "i left left"));
    let cursor = model.monitor.cursor.unwrap();
    assert!((1.0..100.0).contains(&cursor), "{cursor}");
    drop(press(&mut model, "esc"));
    assert_eq!(model.monitor.cursor, None);
    drop(update(&mut model, Msg::Monitor(Do::Point(1, 0.5)), *START));
    assert_eq!((model.monitor.at, model.monitor.cursor), (1, Some(50.5)), "a click chooses the chart, too");
}

#[test]
fn a_chart_is_dragged_sideways_and_a_click_is_no_drag() {
    let mut model = watching(vec![table("a", 100, 1e6)]);
    let on = On {
        click: Some(Msg::Monitor(Do::Point(0, 0.5))),
        drag: Some(Drag { chart: 0, width: 50 }),
        ..On::default()
    };
    let mouse = |model: &mut Model, what, x| {
        drop(update(model, Msg::Input(Input::Mouse { what, x, y: 3 }), *START));
    };
    let area = Area { x: 10, y: 0, width: 50, height: 9 };
    model.measured.hits.push(Hit { area, on });
    mouse(&mut model, Mouse::Down, 20);
    mouse(&mut model, Mouse::Drag, 24);
    assert!(model.shell.toasts.last().unwrap().text.contains("zooms in"), "all of it is in view");
    mouse(&mut model, Mouse::Up, 24);
    assert_eq!(model.monitor.cursor, None, "what was dragged was not clicked");

    drop(press(&mut model, "+ +"));
    let (from, to) = model.monitor.range();
    mouse(&mut model, Mouse::Down, 20);
    mouse(&mut model, Mouse::Drag, 30);
    let moved = model.monitor.range();
    assert!((from - moved.0 - (to - from) / 5.0).abs() < 1e-9, "by ten of fifty columns: {moved:?}");
    assert!(matches!(model.monitor.window, Window::Frozen { .. }));
    mouse(&mut model, Mouse::Drag, 70);
    assert!(model.monitor.range().0 < moved.0, "also outside of the chart");
    mouse(&mut model, Mouse::Up, 70);
    mouse(&mut model, Mouse::Drag, 10);
    assert!(model.shell.grip.is_none(), "it was let go of");
    mouse(&mut model, Mouse::Down, 20);
    assert_eq!(model.monitor.cursor, None, "not before it is known that it is no drag");
    mouse(&mut model, Mouse::Up, 20);
    assert!(model.monitor.cursor.is_some());
}

#[test]
fn axes_that_the_run_does_not_know_are_passed_over() {
    let mut model = watching(vec![table("a", 100, 1e6)]);
    let mut seen = Vec::new();
    for _ in 0..3 {
        drop(press(&mut model, "X"));
        seen.push(model.monitor.axis);
    }
    assert_eq!(seen, [Axis::Epoch, Axis::Time, Axis::Step], "it tells no tokens");
    assert_eq!(model.monitor.reach, Some((1.0, 100.0)));
}

#[test]
fn scale_smoothing_tabs_and_one_chart_alone() {
    let mut model = watching(vec![table("a", 100, 1e6)]);
    drop(press(&mut model, "L e z"));
    assert_eq!((model.monitor.scale, model.monitor.weight()), (Scale::Log, 0.6));
    assert!(model.monitor.alone);
    assert_eq!(model.monitor.smooth.len(), 2, "evaluations are not smoothed");
    drop(press(&mut model, "e e e"));
    assert!(model.monitor.smooth.is_empty());
    drop(press(&mut model, "tab"));
    assert_eq!(model.monitor.tab, Tab::Log);
    drop(press(&mut model, "4 q"));
    assert_eq!(model.monitor.tab, Tab::Charts);
    drop(press(&mut model, "q"));
    assert!(!model.monitor.alone);
    assert_eq!(press(&mut model, "q"), [Effect::Leave(Leave::Now)]);
}

#[test]
fn smoothing_begins_again_when_the_file_was_written_anew() {
    let mut model = watching(vec![table("a", 100, 1e6)]);
    drop(press(&mut model, "e"));
    let other = table("a", 100, 1e6);
    {
        let mut runs = model.monitor.watch.as_ref().unwrap().runs();
        let mut anew = other.clone();
        anew.begin(Format::Csv);
        anew.push(b"step,loss\n1,5\n2,5\n");
        runs[0] = anew;
    }
    drop(update(&mut model, Msg::Monitor(Do::Changed), *START));
    let runs = model.monitor.watch.as_ref().unwrap().runs();
    let curve = &model.monitor.charts[0].curves[0];
    let (_, smooth) = model.monitor.series(&runs[0], curve);
    assert_eq!(smooth.unwrap().last().map(|sample| sample.value), Some(5.0));
}

/// A run that says three things in its log, and two among the events.
fn talking() -> Run {
    let line = |seq: u64, kind: &str, rest: &str| {
        format!(
            "{{\"seq\":{seq},\"at\":\"1970-01-01T00:00:{seq:02}.000Z\",\"attempt\":1,\"kind\":\"{kind}\"{rest}}}\n"
        )
    };
    let mut run = Run::new("talks", "talks");
    run.begin(Format::Events);
    for (seq, kind, rest) in [
        (1, "stage", ",\"stage\":\"training\""),
        (2, "log", ",\"text\":\"Loaded the Model\""),
        (3, "warning", ",\"text\":\"long examples\",\"code\":\"cut\""),
        (4, "log", ",\"text\":\"the model trains\""),
    ] {
        run.push(line(seq, kind, rest).as_bytes());
    }
    run
}

#[test]
fn lines_are_searched_filtered_and_exported() {
    let mut model = watching(vec![talking()]);
    drop(press(&mut model, "2"));
    let kinds = |model: &Model| {
        let watch = model.monitor.watch.clone().unwrap();
        let runs = watch.runs();
        super::told::lines(&model.monitor, &runs).iter().map(super::told::Line::kind).collect::<Vec<_>>()
    };
    assert_eq!(kinds(&model), ["log", "warning", "log"]);
    drop(press(&mut model, "/ m o d e l"));
    assert_eq!((model.monitor.hunt.at, model.monitor.hunt.of), (Some(2), Some((1, 2))), "the newest first");
    drop(press(&mut model, "enter n"));
    assert_eq!((model.monitor.hunt.at, model.monitor.hunt.of), (Some(0), Some((2, 2))), "whatever the case");
    drop(press(&mut model, "N"));
    assert_eq!(model.monitor.hunt.at, Some(2));
    drop(press(&mut model, "o"));
    let effects = press(&mut model, "enter");
    let [Effect::ExportLines { lines, to }] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(
        lines.iter().map(|line| line.kind).collect::<Vec<_>>(),
        ["log", "log"],
        "those with the words"
    );
    assert!(to.starts_with("talks-log-") && to.contains(".csv"), "{to}");
    drop(press(&mut model, "esc"));
    assert_eq!(
        (model.monitor.hunt.text.as_str(), model.monitor.tab),
        ("", Tab::Log),
        "the search ends first"
    );
    drop(press(&mut model, "n"));
    assert!(model.shell.toasts.last().unwrap().text.contains("/ does"));
    drop(press(&mut model, "f"));
    assert_eq!(kinds(&model), ["warning"]);
    drop(press(&mut model, "/ q q enter"));
    assert_eq!(model.monitor.hunt.at, None);
    drop(press(&mut model, "esc"));
    assert_eq!(kinds(&model), ["warning"], "what is left out stays out");
    drop(press(&mut model, "3"));
    assert_eq!(kinds(&model), ["stage"], "another tab begins anew");
    drop(press(&mut model, "esc esc"));
    assert_eq!(model.monitor.tab, Tab::Charts);
}

#[test]
fn exports_are_named_by_their_end() {
    let mut model = watching(vec![table("a", 10, 1e6)]);
    drop(press(&mut model, "o"));
    drop(press(&mut model, "backspace enter"));
    assert_eq!(model.modals.len(), 1, "a name without a known end is refused");
    let at = START.wall.format("%Y%m%d-%H%M%S");
    let watch = model.monitor.watch.clone().unwrap();
    let export =
        |to: String, sight| Effect::Export { watch: watch.clone(), to, run: 0, sight: Box::new(sight) };
    assert_eq!(press(&mut model, "v enter"), [export(format!("a-metrics-{at}.csv"), Sight::default())]);
    assert!(model.modals.is_empty());
    drop(press(&mut model, "z L e Y O"));
    let seen = Sight {
        scale: Scale::Log,
        weight: 0.6,
        only: Some(0),
        rights: Rights::from([("loss".to_owned(), Right::Eval)]),
        ..Sight::default()
    };
    assert_eq!(
        press(&mut model, "enter"),
        [export(format!("a-charts-{at}.png"), seen.clone())],
        "a picture shows what is in view"
    );
    drop(update(&mut model, Msg::Monitor(Do::AskExport(Some(Look::Night))), *START));
    assert_eq!(
        press(&mut model, "enter"),
        [export(format!("a-charts-{at}.png"), Sight { look: Look::Night, ..seen })]
    );
    drop(press(&mut model, "+ O"));
    let effects = press(&mut model, "enter");
    let [Effect::Export { sight, .. }] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(sight.window, Some(model.monitor.range()));
}

#[test]
fn the_axis_at_the_right_goes_round() {
    let mut model = watching(vec![table("a", 100, 1e6)]);
    let mut seen = Vec::new();
    for _ in 0..3 {
        drop(press(&mut model, "Y"));
        seen.push(model.monitor.right().cloned());
    }
    assert_eq!(seen, [Some(Right::Eval), Some(Right::Chart("learning rate".into())), None]);
    drop(press(&mut model, "Y Y"));
    let chart = model.monitor.chart(0).unwrap();
    assert_eq!(chart.curves.iter().map(|curve| curve.right).collect::<Vec<_>>(), [false, false, true]);
    let mut slots: Vec<usize> = chart.curves.iter().map(|curve| curve.slot).collect();
    slots.sort_unstable();
    slots.dedup();
    assert_eq!(slots.len(), 3, "curves that meet on one chart have colours of their own");
    assert_eq!(model.monitor.charts[0].curves.len(), 2, "the chart itself stays as it is");
    // Each chart has its own choice.
    drop(press(&mut model, "down"));
    assert_eq!(model.monitor.right(), None);
    drop(press(&mut model, "Y"));
    assert_eq!(model.monitor.right(), Some(&Right::Chart("loss".into())));
    drop(update(&mut model, Msg::Monitor(Do::OneSided), *START));
    assert_eq!(model.monitor.right(), None);
    assert_eq!(model.monitor.rights.len(), 1);
    let effects = press(&mut model, "y");
    let Some(Effect::Copy(words)) = effects.first() else { panic!("{effects:?}") };
    assert!(words.contains("right axis: lr"), "{words}");
}

#[test]
fn one_metric_alone_has_nothing_for_the_right() {
    let mut run = Run::new("log", "log.csv");
    run.begin(Format::Csv);
    run.push(b"step,loss\n1,2\n2,1\n");
    let mut model = watching(vec![run]);
    drop(press(&mut model, "Y"));
    assert!(model.monitor.rights.is_empty());
}

#[test]
fn alone_there_is_no_other_screen() {
    let mut model = watching(vec![table("a", 10, 1e6)]);
    drop(press(&mut model, "g o"));
    assert_eq!(model.shell.screen, ScreenId::Monitor);
}

#[test]
fn a_long_curve_is_smoothed_in_pieces_between_which_keys_are_heard() {
    let rows = Smooth::PIECE + 10;
    let mut text = "step,loss\n".to_owned();
    for step in 1..=rows {
        let _ = writeln!(text, "{step},{}", step % 7);
    }
    let mut run = Run::new("long", "log.csv");
    run.begin(Format::Csv);
    run.push(text.as_bytes());
    let mut model = watching(vec![run]);
    let smoothed = |model: &Model| {
        let watch = model.monitor.watch.clone().unwrap();
        let runs = watch.runs();
        let curve = &model.monitor.charts[0].curves[0];
        model.monitor.series(&runs[0], curve).1.map_or(0, |series| series.len())
    };
    let next = vec![Effect::Soon(Box::new(Msg::Monitor(Do::Smoothing)))];
    assert_eq!(update(&mut model, Msg::Monitor(Do::Smooth), *START), next);
    assert_eq!(smoothed(&model), Smooth::PIECE);
    // What comes meanwhile asks for no second message; another weight begins again.
    assert_eq!(update(&mut model, Msg::Monitor(Do::Changed), *START), []);
    assert_eq!(update(&mut model, Msg::Monitor(Do::Smooth), *START), []);
    assert_eq!(smoothed(&model), 0);
    assert_eq!(update(&mut model, Msg::Monitor(Do::Smoothing), *START), next);
    assert_eq!(update(&mut model, Msg::Monitor(Do::Smoothing), *START), []);
    assert_eq!(smoothed(&model), rows);
    drop(update(&mut model, Msg::Monitor(Do::Smooth), *START));
    drop(update(&mut model, Msg::Monitor(Do::Smooth), *START));
    assert_eq!(
        update(&mut model, Msg::Monitor(Do::Smoothing), *START),
        [],
        "without smoothing nothing is left to do"
    );
}
