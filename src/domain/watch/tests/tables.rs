//! Lines, tables and trainer states.

use super::*;
use crate::run::export::{About, csv};
use crate::series::Axis;

#[test]
fn a_trainers_state_is_read() {
    let found = read(Format::TrainerState, STATE);
    assert_eq!(names(&found), ["eval_loss", "eval_runtime", "grad_norm", "learning_rate", "loss"]);
    assert_eq!(curve(&found.metrics, "loss"), [(10, 2.5), (20, 1.5)]);
    assert_eq!(curve(&found.metrics, "eval_loss"), [(10, 1.9), (20, 1.2)]);
    assert!(found.metrics.get("grad_norm").unwrap().samples().next().unwrap().value.is_nan());
    assert_eq!(found.metrics.get("loss").unwrap().last().unwrap().at.tokens, Some(4096));
    assert_eq!((found.total_steps, found.end, found.broken), (Some(40), None, 0));
}

#[test]
fn a_trainers_state_that_is_written_anew_is_read_anew() {
    let mut tail = Tail::new(Format::TrainerState).unwrap();
    let text = String::from_utf8(STATE.to_vec()).unwrap();
    tail.push(STATE);
    tail.again();
    let (half, rest) = text.split_at(300);
    let rest = rest.replace("\"loss\": 1.5", "\"loss\": 1.25");
    tail.push(half.replace("30,", "40,").as_bytes());
    assert_eq!(
        curve(&tail.found().metrics, "loss").len(),
        2,
        "the old one is shown until the new one is whole"
    );
    let version = tail.found().metrics.version();
    tail.push(rest.as_bytes());
    assert!(tail.found().metrics.version() > version, "what was drawn from the old one is no longer right");
    assert_eq!(curve(&tail.found().metrics, "loss")[1], (20, 1.25));
    assert_eq!(tail.found().end, Some(End::Finished), "step 40 of 40");
}

#[test]
fn lines_are_read_by_what_their_keys_mean() {
    let text = concat!(
        "{\"current_steps\": 5, \"total_steps\": 10, \"loss\": 1.5, \"lr\": 1e-4, \"epoch\": 0.5, \"percentage\": 50, \"elapsed_time\": \"0:00:10\"}\n",
        "not json\n",
        "\n",
        "{\"current_steps\": 10, \"total_steps\": 10, \"eval\": {\"loss\": Infinity, \"deep\": [1]}, \"elapsed_time\": \"0:00:20\"}\r\n",
    );
    let found = read(Format::Jsonl, text.as_bytes());
    assert_eq!(names(&found), ["eval/loss", "loss", "lr"]);
    assert_eq!(curve(&found.metrics, "loss"), [(5, 1.5)]);
    assert_eq!(found.metrics.get("eval/loss").unwrap().last().unwrap().at.seconds, Some(20.0));
    assert_eq!((found.total_steps, found.end, found.broken), (Some(10), Some(End::Finished), 1));
}

#[test]
fn lines_without_step_are_counted() {
    let found = read(Format::Jsonl, b"{\"loss\":3}\n{\"loss\":2}\n{\"loss\":1}");
    assert_eq!(curve(&found.metrics, "loss"), [(0, 3.0), (1, 2.0)]);
    let mut tail = Tail::new(Format::Jsonl).unwrap();
    tail.push(b"{\"loss\":3}\n{\"loss\":2}");
    tail.settle();
    tail.push(b"\n{\"loss\":1}\n");
    assert_eq!(curve(&tail.found().metrics, "loss").len(), 3);
}

#[test]
fn a_run_that_goes_on_after_its_end_has_none() {
    let mut tail = Tail::new(Format::Jsonl).unwrap();
    tail.push(b"{\"step\":5,\"train_runtime\":9.5,\"train_loss\":1}\n");
    assert_eq!(tail.found().end, Some(End::Finished));
    tail.push(b"{\"step\":5,\"eval_loss\":2}\n");
    assert_eq!(tail.found().end, Some(End::Finished), "an evaluation after the end");
    tail.push(b"{\"step\":3,\"loss\":1}\n");
    assert_eq!(tail.found().end, None);
}

#[test]
fn tables_are_read() {
    let text = "\u{feff}Wall time,Step,\"loss, smoothed\",note,empty\n\
        1700000000.5,10,0.5,hi,\n1700000001.5,20,nan,,\n# a remark\nWall time,Step,\"loss, smoothed\",note,empty\nbroken,1\n1700000002.5,30.0,1e-3,\"a,b\",\n";
    let found = read(Format::Csv, text.as_bytes());
    assert_eq!(names(&found), ["loss, smoothed"]);
    let curve = curve(&found.metrics, "loss, smoothed");
    assert_eq!((curve[0], curve[2], curve[1].1.is_nan(), found.broken), ((10, 0.5), (30, 0.001), true, 1));
    assert_eq!(found.metrics.get("loss, smoothed").unwrap().reach(Axis::Time), Some((0.0, 2.0)));
    for (mark, text) in [(';', "epoch;loss\n0;1.5\n1;1.25\n"), ('\t', "epoch\tloss\n0\t1.5\n1\t1.25\n")] {
        let found = read(Format::Csv, text.as_bytes());
        assert_eq!(curve_of(&found), [(0, 1.5), (1, 1.25)], "{mark}");
        assert!(found.metrics.get("loss").unwrap().has(Axis::Epoch));
    }
}

fn curve_of(found: &Found) -> Vec<(u64, f64)> {
    curve(&found.metrics, "loss")
}

#[test]
fn train_and_eval_rows_of_one_table_are_two_curves() {
    // As Lightning writes them.
    let text = "epoch,step,train_loss,val_loss\n0,49,1.5,\n0,50,,1.75\n1,99,1.25,\n1,100,,1.5\n";
    let found = read(Format::Csv, text.as_bytes());
    assert_eq!(curve(&found.metrics, "train_loss"), [(49, 1.5), (99, 1.25)]);
    assert_eq!(curve(&found.metrics, "val_loss"), [(50, 1.75), (100, 1.5)]);
}

#[test]
fn what_we_export_we_read() {
    let found = read(Format::TrainerState, STATE);
    let mut table = Vec::new();
    let about = About { started: Some(chrono::DateTime::UNIX_EPOCH), ..About::default() };
    csv(&found.metrics, &about, &mut table).unwrap();
    assert_eq!(recognize(&table, true), Recognized::Format(Format::Csv));
    let again = read(Format::Csv, &table);
    let mut a = Vec::new();
    csv(&again.metrics, &about, &mut a).unwrap();
    assert_eq!(String::from_utf8(a).unwrap(), String::from_utf8(table).unwrap());
}
