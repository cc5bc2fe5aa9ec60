//! Datasets that are there already, and what they are called.

use crate::{run, with_files};

#[test]
fn the_same_bytes_are_named_and_added_again_only_when_asked() {
    let program = with_files(6);
    run(&program, "files create spring --from in").ok();
    run(&program, "datasets add spring").ok();
    let again = run(&program, "datasets add spring --name twin");
    assert_eq!(again.code, 3, "{}{}", again.out, again.error);
    assert!(again.error.contains("“spring”") && again.error.contains("--again"), "{}", again.error);
    run(&program, "datasets add spring --name twin --again").ok();
    assert_eq!(run(&program, "datasets list --json").ok().json().as_array().unwrap().len(), 2);
}

#[test]
fn a_dataset_gets_another_name_and_is_removed_and_comes_back() {
    let program = with_files(6);
    run(&program, "files create spring --from in").ok();
    run(&program, "datasets add spring").ok();
    assert_eq!(run(&program, "datasets edit spring").code, 2, "what is to change has to be said");
    let edited = run(&program, "datasets edit spring --name summer --description warm --json").ok().json();
    assert_eq!((&edited["name"], &edited["description"]), (&"summer".into(), &"warm".into()));
    assert_eq!(run(&program, "datasets show spring").code, 1);
    // Both words: that of the mission, and that of the other lists.
    for (verb, shown) in [
        ("remove summer", 0),
        ("archive summer --undo", 1),
        ("archive summer", 0),
        ("remove summer --undo", 1),
    ] {
        run(&program, &format!("datasets {verb}")).ok();
        let list = run(&program, "datasets list --json").ok().json();
        assert_eq!(list.as_array().unwrap().len(), shown, "{verb}");
    }
}

#[test]
fn the_largest_size_is_a_setting_and_the_error_names_it() {
    let program = with_files(1);
    std::fs::write(program.path("large.jsonl"), vec![b'x'; (1 << 20) + 1]).expect("a file");
    let mut command = program.command(["datasets", "add", "large.jsonl"]);
    command.env("BRIGHTRUN_TRAINING_LARGEST_DATASET", "1");
    let refused = crate::support::program::Outcome::of(&command.output().expect("it starts"));
    assert_eq!(refused.code, 3, "{}{}", refused.out, refused.error);
    assert!(refused.error.contains("training.largest_dataset"), "{}", refused.error);
}
