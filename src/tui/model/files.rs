//! Placeholder of the house; the screen's author replaces all of it and keeps these names.

use super::{Problem, TextField};

/// What the screen knows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct State {}

impl State {
    /// The text field that has the keyboard.
    pub fn field(&mut self) -> Option<&mut TextField> {
        None
    }
    /// Whether a text field has the keyboard.
    pub fn has_field(&self) -> bool {
        false
    }
    /// The pane that has the keyboard, `screen.pane`.
    pub fn pane(&self) -> Option<&'static str> {
        None
    }
    /// What follows the screen's name in the breadcrumb.
    pub fn crumbs(&self) -> Vec<String> {
        Vec::new()
    }
    /// A small number for the rail.
    pub fn badge(&self) -> Option<String> {
        None
    }
}

/// What can happen here.
#[derive(Debug, Clone, PartialEq)]
pub enum Msg {}

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum Ask {}

impl Ask {
    /// The slot: of two questions of one slot only the newer one is answered.
    pub fn slot(&self) -> &'static str {
        match *self {}
    }
}

/// What the engine answers.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {}

impl Answer {
    /// What went wrong, when something did.
    pub fn problem(&self) -> Option<&Problem> {
        match *self {}
    }
}

/// What lies over the screen.
#[derive(Debug, Clone, PartialEq)]
pub enum Modal {}

impl Modal {
    /// Its name as a scope of keys.
    pub fn name(&self) -> &'static str {
        match *self {}
    }
    /// The text field that has the keyboard in it.
    pub fn field(&mut self) -> Option<&mut TextField> {
        match *self {}
    }
    /// Whether a text field has the keyboard in it.
    pub fn has_field(&self) -> bool {
        match *self {}
    }
}
