//! The bytes: what a terminal shows, what it is never asked, and that everything is undone.

use super::*;
use crate::model::{Model, Problem};
use crate::theme::{Depth, Theme};
use crate::update::tests::{press, ready};
use crate::view;
use std::io::Write;
use std::sync::{Arc, Mutex};

/// A sink that keeps every write apart.
#[derive(Clone, Default)]
struct Wire(Arc<Mutex<Vec<Vec<u8>>>>);

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().push(bytes.to_vec());
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Wire {
    fn take(&self) -> Vec<Vec<u8>> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

struct Rig {
    wire: Wire,
    size: Arc<Mutex<(u16, u16)>>,
    screen: Screen,
    terminal: vt100::Parser,
    all: Vec<u8>,
}

impl Rig {
    fn new(columns: u16, rows: u16) -> Self {
        let wire = Wire::default();
        let size = Arc::new(Mutex::new((columns, rows)));
        let screen = Screen::new(Out::new(wire.clone()), Size::Fixed(Arc::clone(&size))).unwrap();
        let terminal = vt100::Parser::new(rows.try_into().unwrap(), columns.try_into().unwrap(), 0);
        let mut rig = Self { wire, size, screen, terminal, all: Vec::new() };
        rig.screen.send(ENTER).unwrap();
        drop(rig.sent());
        rig
    }

    /// What was sent since the last time, write by write; the terminal has seen it.
    fn sent(&mut self) -> Vec<Vec<u8>> {
        let writes = self.wire.take();
        for write in &writes {
            self.terminal.process(write);
            self.all.extend_from_slice(write);
        }
        writes
    }

    fn frame(&mut self, model: &Model, depth: Depth) -> Vec<Vec<u8>> {
        let theme = Theme::named("terminal", depth).unwrap();
        self.screen.frame(|frame| view::draw(model, &theme, frame)).unwrap();
        self.sent()
    }
}

fn count(bytes: &[u8], needle: &[u8]) -> usize {
    bytes.windows(needle.len()).filter(|window| *window == needle).count()
}

#[test]
fn a_frame_is_one_write_between_the_marks() {
    let mut rig = Rig::new(200, 50);
    for keys in ["", "j", "ctrl-k", "a b c", "esc", "0"] {
        let mut model = ready();
        drop(press(&mut model, keys));
        for write in rig.frame(&model, Depth::True) {
            assert!(write.starts_with(FRAME_BEGIN) && write.ends_with(FRAME_END));
            assert_eq!(count(&write, FRAME_BEGIN), 1);
            assert_eq!(count(&write, FRAME_END), 1);
        }
    }
}

#[test]
fn nothing_new_sends_nothing() {
    let mut rig = Rig::new(80, 24);
    let mut model = ready();
    assert_eq!(rig.frame(&model, Depth::Ansi16).len(), 1);
    assert_eq!(rig.frame(&model, Depth::Ansi16), Vec::<Vec<u8>>::new());
    drop(press(&mut model, "ctrl-k"));
    assert_eq!(rig.frame(&model, Depth::Ansi16).len(), 1);
    assert_eq!(rig.frame(&model, Depth::Ansi16), Vec::<Vec<u8>>::new(), "with the cursor shown, too");
}

#[test]
fn a_step_of_the_cursor_is_small() {
    let mut rig = Rig::new(200, 50);
    let mut model = ready();
    drop(rig.frame(&model, Depth::True));
    drop(press(&mut model, "j"));
    let bytes: usize = rig.frame(&model, Depth::True).iter().map(Vec::len).sum();
    assert!((1..=600).contains(&bytes), "{bytes} bytes");
}

#[test]
fn the_terminal_is_never_asked_anything() {
    let mut rig = Rig::new(80, 24);
    let mut model = ready();
    drop(rig.frame(&model, Depth::Ansi16));
    *rig.size.lock().unwrap() = (20, 5);
    drop(rig.frame(&model, Depth::Ansi16));
    *rig.size.lock().unwrap() = (120, 40);
    drop(rig.frame(&model, Depth::Ansi16));
    rig.screen.repaint().unwrap();
    drop(press(&mut model, "?"));
    drop(rig.frame(&model, Depth::Ansi16));
    for question in [&b"\x1b[6n"[..], b"\x1b[5n", b"\x1b[c", b"\x1b[0c", b"\x1b[>c", b"\x1b[?6n"] {
        assert_eq!(count(&rig.all, question), 0, "{question:?}");
    }
}

/// What is on the terminal is the picture, also after somebody else wrote over it.
#[test]
fn repaint_brings_everything_back() {
    let mut rig = Rig::new(80, 24);
    let model = ready();
    drop(rig.frame(&model, Depth::Ansi16));
    let before = rig.terminal.screen().contents();
    rig.terminal.process(b"\x1b[2J\x1b[10;10Hgarbage of another program");
    rig.screen.repaint().unwrap();
    let writes = rig.frame(&model, Depth::Ansi16);
    assert_eq!(rig.terminal.screen().contents(), before);
    assert_eq!(writes.len(), 1, "the clearing is in the same frame, so that it does not flicker");
}

#[test]
fn without_colour_the_selection_is_still_seen() {
    let mut rig = Rig::new(80, 24);
    drop(rig.frame(&ready(), Depth::None));
    let screen = rig.terminal.screen();
    let text = screen.contents();
    let row = text.lines().position(|line| line.contains("Look at the conversations")).unwrap();
    let seen = (0..80).filter_map(|column| screen.cell(u16::try_from(row).unwrap(), column));
    let carried = seen.filter(|cell| cell.inverse() || cell.bold()).count();
    assert!(carried > 20, "the selected line is inverse or bold");
    let coloured = (0..24).flat_map(|row| (0..80).map(move |column| (row, column))).any(|(row, column)| {
        screen.cell(row, column).is_some_and(|cell| cell.fgcolor() != vt100::Color::Default)
    });
    assert!(!coloured);
}

#[test]
fn leaving_undoes_every_mode_of_entering() {
    let entered: Vec<u8> = [ENTER, MOUSE_ON].concat();
    for mode in ["1049", "1004", "2004", "1000", "1002", "1006"] {
        assert_eq!(count(&entered, format!("\x1b[?{mode}h").as_bytes()), 1, "{mode}");
        assert_eq!(count(LEAVE, format!("\x1b[?{mode}l").as_bytes()), 1, "{mode}");
    }
    assert_eq!(count(LEAVE, FRAME_END), 1);
    assert_eq!(count(LEAVE, b"\x1b[?25h"), 1);
    assert!(LEAVE.ends_with(b"\x1b[?1049l"), "the shell's own screen comes back last");
    let mut terminal = vt100::Parser::default();
    terminal.process(&entered);
    assert!(terminal.screen().alternate_screen() && terminal.screen().bracketed_paste());
    terminal.process(LEAVE);
    let screen = terminal.screen();
    assert!(!screen.alternate_screen() && !screen.bracketed_paste() && !screen.hide_cursor());
    assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
}

#[test]
fn what_comes_from_outside_cannot_command_the_terminal() {
    let evil = "done\x1b]0;owned\x07\x1b[2J\u{9b}31m\n4;3;100";
    for bytes in [osc::notify(evil), osc::title(evil)] {
        let inner = &bytes[2..bytes.len() - 1];
        assert!(std::str::from_utf8(inner).unwrap().chars().all(|c| !c.is_control()));
    }
    assert!(osc::notify("4;3;100").starts_with(b"\x1b]9;brightrun"), "no progress bar by accident");
    let bytes = osc::copy(evil, false).unwrap();
    assert_eq!(
        bytes.iter().filter(|byte| byte.is_ascii_control()).count(),
        2,
        "ESC at the start, BEL at the end"
    );
    assert!(osc::copy("x", true).unwrap().starts_with(b"\x1bPtmux;\x1b\x1b]52;c;"));
    assert_eq!(osc::copy(&"x".repeat(60_000), false), None);
}

/// A text with escape codes in it is drawn, never obeyed.
#[test]
fn what_is_shown_cannot_command_the_terminal() {
    let mut rig = Rig::new(80, 24);
    let mut model = ready();
    let evil = "name \x1b[2J\x1b]0;owned\x07 end";
    drop(model.shell.report(&Problem::new(evil, evil, evil), *crate::update::tests::START));
    drop(press(&mut model, "! enter"));
    drop(rig.frame(&model, Depth::Ansi16));
    assert_eq!(count(&rig.all, b"\x1b]0;"), 0);
    assert_eq!(count(&rig.all, b"owned\x07"), 0);
}

#[test]
fn keys_arrive_as_they_are_written() {
    use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
    let cases = [
        (KeyCode::Char('G'), KeyModifiers::SHIFT, "G"),
        (KeyCode::Char('g'), KeyModifiers::SHIFT, "G"),
        (KeyCode::BackTab, KeyModifiers::SHIFT, "shift-tab"),
        (KeyCode::BackTab, KeyModifiers::NONE, "shift-tab"),
        (KeyCode::Char('K'), KeyModifiers::CONTROL | KeyModifiers::SHIFT, "ctrl-k"),
        (KeyCode::Char(':'), KeyModifiers::SHIFT, ":"),
        (KeyCode::Char(' '), KeyModifiers::NONE, "space"),
        (KeyCode::PageUp, KeyModifiers::NONE, "pgup"),
    ];
    for (code, modifiers, text) in cases {
        let input = input::translate(Event::Key(KeyEvent::new(code, modifiers)));
        assert_eq!(input, Some(crate::model::Input::Key(text.parse().unwrap())), "{text}");
    }
}
