use super::*;

#[test]
fn the_builtin_presets_have_the_seeds_values() {
    let all = builtin();
    let values = |name: &str| {
        let h = &all.find(name).unwrap().hyperparameters;
        (
            h.rank,
            h.alpha(),
            h.text(Field::LearningRate),
            h.epochs,
            h.batch_size,
            h.dropout,
            h.warmup_ratio,
            h.max_seq_length,
        )
    };
    assert_eq!(values("conservative"), (8, 16, "1e-4".to_owned(), 2, 4, 0.05, 0.03, 2048));
    assert_eq!(values("balanced"), (16, 32, "2e-4".to_owned(), 3, 4, 0.05, 0.03, 2048));
    assert_eq!(values("aggressive"), (32, 64, "5e-4".to_owned(), 5, 4, 0.05, 0.03, 2048));
    assert_eq!(
        (all.find("fast").unwrap().name.as_str(), all.find("quality").unwrap().name.as_str()),
        ("conservative", "aggressive")
    );
    assert_eq!(all.find("custom"), None);
}

#[test]
fn an_edit_makes_it_custom_and_undoing_it_does_not() {
    let all = builtin();
    let balanced = all.find("balanced");
    let mut values = balanced.unwrap().hyperparameters.clone();
    assert_eq!(Chosen::of(&values, balanced).id(), "balanced");
    values.set(Field::Alpha, "32").unwrap();
    assert_eq!(Chosen::of(&values, balanced).id(), "balanced", "the number is the same");
    values.set(Field::Epochs, "4").unwrap();
    let chosen = Chosen::of(&values, balanced);
    assert_eq!((chosen.id(), chosen.label()), ("custom", "Custom, based on balanced, 1 change".to_owned()));
    values.set(Field::Rank, "8").unwrap();
    assert_eq!(Chosen::of(&values, balanced).changed, [Field::Rank, Field::Epochs]);
    values = balanced.unwrap().hyperparameters.clone();
    values.set(Field::Rank, "8").unwrap();
    assert_eq!(Chosen::of(&values, balanced).changed, [Field::Rank], "alpha follows, which is no change");
    assert_eq!(Chosen::of(&values, None).label(), "Custom");
}

#[test]
fn a_preset_of_the_user_is_kept_and_read_again() {
    let mut mine = builtin().find("balanced").unwrap().clone();
    mine.name = "night-run".to_owned();
    mine.based_on = Some("balanced".to_owned());
    mine.hyperparameters.eval_every = Some(20);
    mine.about = "Ünïcode, \"quotes\"\nand lines".to_owned();
    let read = Preset::read("night-run", &mine.write().unwrap()).unwrap();
    assert_eq!(read, mine);
    let all = builtin().with([mine.clone(), Preset { name: "fast".to_owned(), ..mine.clone() }]);
    assert_eq!(all.0.len(), 5);
    assert_eq!(all.find("fast").unwrap().name, "fast", "an own preset wins over an alias");
}

#[test]
fn what_is_wrong_with_a_file_is_named_at_once() {
    let text = "title = \"x\"\n[hyperparameters]\nrank = 1000\nlearning_rate = 1.0\n";
    let bad = Preset::read("Über/..", text).unwrap_err();
    assert_eq!(bad.faults.len(), 3, "{bad}");
    assert!(Preset::read("custom", "title = \"x\"").is_err());
    assert!(
        Preset::read("a", "title = \"x\"\n[hyperparameters]\nrnak = 8")
            .unwrap_err()
            .to_string()
            .contains("rnak")
    );
    assert!(Preset::read("a", "[hyperparameters]").is_err());
    assert!(Preset::read(&"a".repeat(51), "title = \"x\"").is_err());
}

#[test]
fn the_size_of_a_dataset_suggests_a_preset() {
    assert_eq!(
        [0, 149, 150, 300, 301].map(suggested),
        ["conservative", "conservative", "balanced", "balanced", "aggressive"]
    );
}
