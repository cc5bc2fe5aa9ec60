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

#[test]
fn a_picture_is_xml_with_every_curve() {
    let mut metrics = of(&[3.0, f64::NAN, 1.0, 0.5]);
    metrics.record(&At::step(2), &[("eval <&\"\u{1}", 0.9)]);
    let lines: Vec<Line<'_>> = metrics
        .ids()
        .map(|id| Line {
            name: metrics.name(id),
            series: metrics.series(id),
            dimmed: false,
            dots: id.eq(&metrics.find("loss").unwrap()),
        })
        .collect();
    let chart =
        Chart { title: "a & b", axis: Axis::Step, range: (0.0, 3.0), scale: Scale::Log, lines: &lines };
    let picture = svg(&chart);
    assert!(picture.starts_with("<svg xmlns=") && picture.contains("width=\"2000\" height=\"1200\""));
    assert!(picture.contains("a &amp; b") && picture.contains("eval &lt;&amp;&quot;\u{fffd}"));
    assert!(!picture.contains("NaN") && !picture.contains("inf"), "no place that is none");
    assert!(picture.contains("h0M") && picture.contains("h0L"), "a point before a gap, and a line behind it");
    let empty =
        svg(&Chart { title: "", axis: Axis::Time, range: (f64::NAN, 0.0), scale: Scale::Log, lines: &[] });
    assert!(empty.contains("no values in this window"));
    let flat = svg(&Chart { range: (2.0, 2.0), ..chart });
    assert!(!flat.contains("NaN") && flat.contains("circle"));
}

#[test]
fn a_table_has_a_row_per_step() {
    let mut metrics = of(&[3.0, f64::NAN]);
    metrics.record(&At { epoch: Some(0.5), tokens: Some(64), ..At::step(1) }, &[("=eval,x", f64::INFINITY)]);
    let mut out = Vec::new();
    csv(&metrics, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert_eq!(text, "step,epoch,seconds,tokens,loss,\"'=eval,x\"\n0,,0,,3,\n1,0.5,2,64,NaN,inf\n");
    let mut out = Vec::new();
    json(&metrics, &mut out).unwrap();
    let value: serde_json::Value = serde_json::from_slice(&out).unwrap();
    assert_eq!(value["metrics"][1]["values"], serde_json::json!({"loss": "nan", "=eval,x": "inf"}));
    assert_eq!(value["metrics"][0], serde_json::json!({"step": 0, "seconds": 0, "values": {"loss": 3}}));
    let mut out = Vec::new();
    json(&Metrics::default(), &mut out).unwrap();
    assert_eq!(out, b"{\"metrics\":[]}\n");
}
