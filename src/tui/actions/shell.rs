//! Actions of the frame: what means the same on every screen.

use crate::keys::{ActionSpec, Availability, Facts, Scope};
use crate::model::shell::{Msg as Do, Phase};
use crate::model::{Msg, Nav, ScreenId};

const fn go(id: &'static str, title: &'static str, doc: &'static str, msg: fn() -> Msg) -> ActionSpec {
    ActionSpec::new(id, Scope::Shell, title, doc, msg)
}

/// Also over a dialog: what went wrong and what is at work is asked for most while one waits in it.
const fn everywhere(
    id: &'static str,
    title: &'static str,
    doc: &'static str,
    msg: fn() -> Msg,
) -> ActionSpec {
    ActionSpec::new(id, Scope::Global, title, doc, msg)
}

/// `brightrun watch` has one screen.
fn several(model: &Facts) -> Availability {
    if model.shell.phase == Phase::Alone { Availability::Hidden } else { Availability::Enabled }
}

const fn nav(id: &'static str, title: &'static str, doc: &'static str, msg: fn() -> Msg) -> ActionSpec {
    ActionSpec::new(id, Scope::Global, title, doc, msg).unlisted()
}

fn unread(model: &Facts) -> Availability {
    Availability::when(model.shell.messages.iter().any(|m| m.notice), "there are no notifications")
}

fn messages(model: &Facts) -> Availability {
    Availability::when(!model.shell.messages.is_empty(), "there are no messages yet")
}

fn jobs(model: &Facts) -> Availability {
    Availability::when(!model.jobs.list.is_empty(), "no long work was started yet")
}

fn broken(model: &Facts) -> Availability {
    match model.shell.phase {
        Phase::Broken(_) => Availability::Enabled,
        _ => Availability::Hidden,
    }
}

/// Goes to a screen.
const SCREENS: [ActionSpec; 7] = [
    go("go.overview", "Go to the overview", "What there is, what happened lately, what to do next.", || {
        Msg::Shell(Do::Go(ScreenId::Overview))
    })
    .keys(&["1", "g o"])
    .when(several),
    go("go.conversations", "Go to the conversations", "The table of all conversations.", || {
        Msg::Shell(Do::Go(ScreenId::Conversations))
    })
    .keys(&["2", "g c"])
    .when(several),
    go("go.files", "Go to the training files", "The list of training files.", || {
        Msg::Shell(Do::Go(ScreenId::Files))
    })
    .keys(&["3", "g f"])
    .when(several),
    go("go.datasets", "Go to the datasets", "What models are trained with.", || {
        Msg::Shell(Do::Go(ScreenId::Datasets))
    })
    .keys(&["4", "g d"])
    .when(several),
    go(
        "go.trainings",
        "Go to the jobs",
        "The training runs: how they stand, and what to do with them.",
        || Msg::Shell(Do::Go(ScreenId::Jobs)),
    )
    .keys(&["5", "g j"])
    .when(several),
    go("go.models", "Go to the models", "What the runs have made.", || Msg::Shell(Do::Go(ScreenId::Models)))
        .keys(&["6", "g m"])
        .when(several),
    go("go.settings", "Go to the settings", "Every setting with its value and where it comes from.", || {
        Msg::Shell(Do::Go(ScreenId::Settings))
    })
    .keys(&["0", "g s"])
    .when(several),
];

/// All actions of the frame.
pub const ACTIONS: &[ActionSpec] = &[
    SCREENS[0],
    SCREENS[1],
    SCREENS[2],
    SCREENS[3],
    SCREENS[4],
    SCREENS[5],
    SCREENS[6],
    everywhere("shell.help", "Help", "All keys that count here, then all others; type to search.", || {
        Msg::Shell(Do::Help)
    })
    .keys(&["?", "f1"])
    .hint(81, "help"),
    ActionSpec::new(
        "shell.palette",
        Scope::Global,
        "Command palette",
        "Finds any action by its name and does it.",
        || Msg::Shell(Do::Palette),
    )
    .keys(&["ctrl-k"])
    .hint(91, "palette")
    .unlisted(),
    go("shell.palette-colon", "Command palette", "The same, with the key of editors.", || {
        Msg::Shell(Do::Palette)
    })
    .keys(&[":"])
    .unlisted(),
    everywhere(
        "shell.messages",
        "Messages and errors",
        "Everything that was said in this session, with the details of errors.",
        || Msg::Shell(Do::Messages),
    )
    .keys(&["!"])
    .when(messages),
    go("shell.notifications", "Notifications", "What ended or was recovered since you last looked.", || {
        Msg::Shell(Do::Notifications)
    })
    .keys(&["b"])
    .when(unread),
    everywhere(
        "shell.jobs",
        "Running work",
        "Long work of this session: how far it is, and a key to stop it.",
        || Msg::Shell(Do::Jobs),
    )
    .keys(&["J"])
    .when(jobs),
    go("shell.theme", "Theme", "Tries the themes on while you move through them.", || Msg::Shell(Do::Themes))
        .keys(&["g t"]),
    go("shell.dismiss", "Dismiss the toasts", "Takes the lines away that appeared over the screen.", || {
        Msg::Shell(Do::DismissToasts)
    })
    .keys(&["g x"])
    .when(|model| Availability::when(!model.shell.toasts.is_empty(), "no toast is shown")),
    go("shell.mouse", "Mouse on or off", "With the mouse off, the terminal selects text as usual.", || {
        Msg::Shell(Do::Mouse)
    })
    .keys(&["m"]),
    ActionSpec::new(
        "shell.repaint",
        Scope::Global,
        "Draw the screen again",
        "When something else has written over it.",
        || Msg::Shell(Do::Repaint),
    )
    .keys(&["ctrl-l"]),
    ActionSpec::new(
        "shell.suspend",
        Scope::Global,
        "Suspend",
        "Gives the terminal back to the shell; `fg` continues.",
        || Msg::Shell(Do::Suspend),
    )
    .keys(&["ctrl-z"]),
    ActionSpec::new(
        "shell.interrupt",
        Scope::Global,
        "Cancel what runs here",
        "Stops the work of this screen; with nothing to stop, a second time leaves.",
        || Msg::Shell(Do::Interrupt),
    )
    .keys(&["ctrl-c"]),
    go("shell.back", "Back", "Closes what is open; on a screen with nothing open it leaves.", || {
        Msg::Shell(Do::Back)
    })
    .keys(&["q"])
    .hint(82, "back"),
    go("shell.quit", "Leave brightrun", "Asks first when work is going on: detach, wait or stop.", || {
        Msg::Shell(Do::Quit)
    })
    .keys(&["ctrl-q"]),
    ActionSpec::new(
        "setup.retry",
        Scope::Modal("setup"),
        "Try again",
        "Reads the configuration again and opens the store.",
        || Msg::Shell(Do::Retry),
    )
    .keys(&["r", "enter"])
    .hint(1, "try again")
    .when(broken),
    ActionSpec::new("setup.quit", Scope::Modal("setup"), "Leave", "Ends brightrun.", || Msg::Shell(Do::Quit))
        .keys(&["q"])
        .hint(2, "leave")
        .unlisted(),
    ActionSpec::new(
        "setup.copy",
        Scope::Modal("setup"),
        "Copy the error",
        "Puts the whole text on the clipboard.",
        || Msg::Shell(Do::CopyModal),
    )
    .keys(&["y"])
    .hint(3, "copy")
    .when(broken),
    nav("move.up", "Up", "One line up.", || Msg::Nav(Nav::Up)).keys(&["up", "k"]),
    nav("move.down", "Down", "One line down.", || Msg::Nav(Nav::Down)).keys(&["down", "j"]).hint(83, "move"),
    nav("move.left", "Left", "To the left.", || Msg::Nav(Nav::Left)).keys(&["left", "h"]),
    nav("move.right", "Right", "To the right.", || Msg::Nav(Nav::Right)).keys(&["right", "l"]),
    nav("move.page-up", "Page up", "One page up.", || Msg::Nav(Nav::PageUp)).keys(&["pgup", "ctrl-b"]),
    nav("move.page-down", "Page down", "One page down.", || Msg::Nav(Nav::PageDown))
        .keys(&["pgdn", "ctrl-f"]),
    nav("move.top", "First", "To the first line.", || Msg::Nav(Nav::Top)).keys(&["g g", "home"]),
    nav("move.bottom", "Last", "To the last line.", || Msg::Nav(Nav::Bottom)).keys(&["G", "end"]),
    nav("move.enter", "Open", "Opens or confirms what is selected.", || Msg::Nav(Nav::Enter))
        .keys(&["enter"]),
    nav("move.next", "Next", "Next pane or field.", || Msg::Nav(Nav::Next)).keys(&["tab"]),
    nav("move.previous", "Previous", "Previous pane or field.", || Msg::Nav(Nav::Previous))
        .keys(&["shift-tab"]),
    nav("move.close", "Close", "Closes what is open, goes back; never leaves the program.", || {
        Msg::Nav(Nav::Close)
    })
    .keys(&["esc"]),
];
