//! What one sees of the models.

use crate::model::Model;
use crate::theme::{Depth, Theme};
use crate::update::models::tests::loaded;
use crate::update::tests::press;
use crate::view::shot;

fn frame(model: &Model, depth: Depth, size: (u16, u16)) -> ratatui::buffer::Buffer {
    let mut model = model.clone();
    model.shell.size = size;
    shot::draw(&model, &Theme::named("terminal", depth).unwrap(), size).0
}

fn shots(name: &str, model: &Model) {
    for size in [(80, 24), (120, 40), (200, 60)] {
        for (depth, word) in [(Depth::Ansi16, "colour"), (Depth::None, "mono")] {
            let name = format!("{name}-{}x{}-{word}", size.0, size.1);
            insta::assert_snapshot!(name, shot::styled(&frame(model, depth, size)));
        }
    }
}

#[test]
fn list() {
    shots("list", &loaded());
}

#[test]
fn list_with_detail() {
    let mut model = loaded();
    press(&mut model, "j d");
    shots("list-detail", &model);
}

#[test]
fn versions() {
    let mut model = loaded();
    press(&mut model, "v");
    shots("versions", &model);
}

#[test]
fn status_and_download() {
    for (keys, name) in [("p", "status"), ("G p", "status-production"), ("o", "download"), ("x", "delete")] {
        let mut model = loaded();
        press(&mut model, keys);
        insta::assert_snapshot!(name, shot::text(&frame(&model, Depth::None, (80, 24))));
    }
}

#[test]
fn a_model_that_was_not_measured_is_unrated() {
    let shown = shot::text(&frame(&loaded(), Depth::None, (80, 24)));
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
        for size in [(1, 1), (20, 5), (40, 10), (41, 11), (79, 10), (100, 13), (300, 11)] {
            drop(frame(&model, Depth::None, size));
        }
    }
}
