//! Colours, pictures and tables.

use super::*;

#[test]
fn a_name_has_one_colour() {
    assert_eq!(slot("train/loss", 8), slot("train/loss", 8));
    assert_eq!(slot("x", 0), 0);
    let spread: std::collections::HashSet<usize> = (0..100).map(|n| slot(&format!("metric{n}"), 8)).collect();
    assert_eq!(spread.len(), 8);
    let mut slots = Slots::new(4);
    let first: Vec<usize> = ["a", "b", "c", "d"].map(|n| slots.of(n)).to_vec();
    assert_eq!(
        first.iter().collect::<std::collections::HashSet<_>>().len(),
        4,
        "none shares while there are colours"
    );
    slots.of("e");
    assert_eq!(["a", "b", "c", "d"].map(|n| slots.of(n)).to_vec(), first, "a name keeps its colour");
}

/// The curves of these metrics on one panel.
fn lines(metrics: &Metrics) -> Vec<Line<'_>> {
    let line = |(slot, id)| Line {
        name: metrics.name(id),
        series: metrics.series(id),
        slot,
        dimmed: false,
        dots: metrics.name(id) != "loss",
        right: false,
    };
    metrics.ids().enumerate().map(line).collect()
}

fn panel<'a>(lines: &'a [Line<'a>]) -> Panel<'a> {
    Panel {
        title: "a & b",
        axis: Axis::Step,
        range: (0.0, 3.0),
        scale: Scale::Log,
        lines,
        words: "loss falls",
        marks: &[(1.0, true), (99.0, true)],
    }
}

fn picture(panels: &[Panel<'_>]) -> String {
    let notes = [Note { text: "<wrong>".to_owned(), danger: false }];
    svg(&Page { title: "run", says: "done", notes: &notes, panels, look: Look::Night })
}

#[test]
fn a_picture_is_xml_with_every_curve() {
    let mut metrics = of(&[3.0, f64::NAN, 1.0, 0.5]);
    metrics.record(&At::step(2), &[("eval <&\"\u{1}", 0.9)]);
    let lines = lines(&metrics);
    let shown = picture(&[panel(&lines)]);
    assert!(shown.starts_with("<svg xmlns=") && shown.contains("width=\"2000\" height=\"1200\""));
    assert!(shown.contains("a &amp; b") && shown.contains("eval &lt;&amp;&quot;\u{fffd}"));
    assert!(shown.contains("&lt;wrong&gt;"));
    assert!(!shown.contains("NaN") && !shown.contains("inf"), "no place that is none");
    assert!(shown.contains("h0M") && shown.contains("h0L"), "a point before a gap, and a line behind it");
    assert!(shown.contains("not a number"), "the legend explains the gap");
    assert!(shown.contains("best 0.9 at step 2"));
    assert_eq!(shown.matches("stroke-dasharray=\"4 6\"").count(), 1, "what lies outside is not marked");
    assert_eq!(shown, picture(&[panel(&lines)]), "the same curves are the same bytes");
    let nothing = Panel { axis: Axis::Time, range: (f64::NAN, 0.0), lines: &[], ..panel(&[]) };
    assert!(picture(&[nothing]).contains("no values in this window"));
    assert!(picture(&[]).contains("no metric was logged yet"));
    let flat = picture(&[Panel { range: (2.0, 2.0), ..panel(&lines) }]);
    assert!(!flat.contains("NaN") && flat.contains("circle"));
}

fn linear(lines: &[Line<'_>]) -> String {
    picture(&[Panel { scale: Scale::Linear, ..panel(lines) }])
}

#[test]
fn the_axis_at_the_right_has_a_scale_of_its_own() {
    let mut metrics = of(&[3.0, 2.0, 1.0]);
    metrics.record(&At::step(2), &[("rate", 2e-9)]);
    let mut lines = lines(&metrics);
    assert!(!linear(&lines).contains(">2e-9</text>"), "on one axis it lies at the bottom");
    lines[1].right = true;
    let shown = linear(&lines);
    assert!(shown.contains(">2e-9</text>") && shown.contains("rate (right)"), "{shown}");
    assert!(shown.contains("stroke-dasharray=\"12 7\""), "it is told apart without colours");
}

#[test]
fn any_number_of_charts_and_curves_has_its_place() {
    let mut metrics = of(&[3.0, 2.0, 1.0]);
    for name in 0..40 {
        metrics.record(&At::step(1), &[(&format!("a metric with a long name, number {name}"), 0.5)]);
    }
    let lines = lines(&metrics);
    for charts in 1..=PANELS + 3 {
        let shown = picture(&vec![panel(&lines); charts]);
        assert_eq!(shown.matches(">a &amp; b</text>").count(), charts.min(PANELS));
        assert_eq!(shown.contains("3 more charts are not shown"), charts == PANELS + 3);
        assert_eq!(
            shown.matches(" more</text>").count(),
            charts.min(PANELS),
            "a legend has three rows at most"
        );
        let numbers = shown.split(['"', ' ']).filter_map(|word| word.parse::<f64>().ok());
        assert!(numbers.into_iter().all(|n| (-100.0..=2000.0).contains(&n)), "nothing lies outside");
    }
}
