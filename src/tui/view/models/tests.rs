//! What one sees of the models.

use crate::theme::Depth;
use crate::update::models::tests::loaded;
use crate::update::tests::press;
use crate::view::shot::{self, shots};

#[test]
fn list() {
    shots!("list", &loaded());
}

#[test]
fn list_with_detail() {
    let mut model = loaded();
    press(&mut model, "j d");
    shots!("list-detail", &model);
}

#[test]
fn versions() {
    let mut model = loaded();
    press(&mut model, "v");
    shots!("versions", &model);
}

#[test]
fn status_and_download() {
    for (keys, name) in [("p", "status"), ("G p", "status-production"), ("o", "download"), ("x", "delete")] {
        let mut model = loaded();
        press(&mut model, keys);
        insta::assert_snapshot!(name, shot::text(&shot::frame(&model, Depth::None, (80, 24))));
    }
}

#[test]
fn a_model_that_was_not_measured_is_unrated() {
    let shown = shot::text(&shot::frame(&loaded(), Depth::None, (80, 24)));
    assert!(shown.contains("unrated"), "{shown}");
}

#[test]
fn no_size_breaks_any_of_it() {
    let with = |keys: &str| {
        let mut model = loaded();
        press(&mut model, keys);
        model
    };
    for keys in ["", "d", "enter", "v", "p", "o"] {
        let model = with(keys);
        shot::at_odd_sizes(&model);
    }
}
