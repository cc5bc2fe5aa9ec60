//! The dialogue that a pair stands for.

use crate::conversation::Role;
use crate::json::{Cursor, Next, Position};
use crate::training_file::fault::{Fault, Problem};

/// A pair with an answer: what was said before it, what the client says, what is answered.
#[derive(Debug, Default)]
pub(super) struct Exchange {
    system: String,
    history: Vec<(Role, String)>,
    input: String,
    target: Option<String>,
}

/// Turns in strict alternation: client first, answer last.
#[derive(Debug, Default)]
pub(super) struct Dialogue {
    pub(super) system: String,
    pub(super) turns: Vec<(Role, String)>,
    pub(super) joined: u32,
}

impl Dialogue {
    /// The platform's history already ends with what the client says now (training-pipeline 1.2); it is said once.
    pub(super) fn of(exchange: &Exchange) -> Self {
        let mut dialogue = Self { system: exchange.system.clone(), ..Self::default() };
        let mut said = exchange.history.clone();
        let repeated = said.last().is_some_and(|(role, text)| *role == Role::User && *text == exchange.input);
        if !repeated && !exchange.input.is_empty() {
            said.push((Role::User, exchange.input.clone()));
        }
        said.extend(exchange.target.clone().map(|target| (Role::Assistant, target)));
        for (role, text) in said {
            match dialogue.turns.last_mut() {
                // Nobody can answer before something was said.
                None if role == Role::Assistant => {}
                Some((last, before)) if *last == role => {
                    before.push_str("\n\n");
                    before.push_str(&text);
                    dialogue.joined += 1;
                }
                _ => dialogue.turns.push((role, text)),
            }
        }
        dialogue
    }
}

/// All pairs with an answer, and how many turns the conversation has.
pub(super) fn read(source: &[u8]) -> Result<(Vec<Exchange>, u32), Fault> {
    let mut cursor = Cursor::new(source)?;
    let mut found = None;
    cursor.object(|inner, key| {
        if !key.is("training_pairs") {
            inner.skip()?;
            return Ok(());
        }
        let (mut exchanges, mut turns) = (Vec::new(), 0);
        inner.array(|inner, index| {
            let exchange = pair(inner).map_err(|fault| fault.inside(&format!("training_pairs[{index}]")))?;
            turns += 1;
            if exchange.target.is_some() {
                exchanges.push(exchange);
            }
            Ok::<_, Fault>(())
        })?;
        found = Some((exchanges, turns));
        Ok::<_, Fault>(())
    })?;
    cursor.finish()?;
    found.ok_or_else(|| Fault::new("training_pairs", Problem::Missing, Position::default()))
}

fn pair(cursor: &mut Cursor<'_>) -> Result<Exchange, Fault> {
    let mut pair = Exchange::default();
    let mut targeted = false;
    let start = cursor.clone();
    cursor.object(|inner, key| {
        match key.decode().as_ref() {
            "system_prompt" => pair.system = text(inner, "system_prompt")?,
            "current_user_input" => pair.input = text(inner, "current_user_input")?,
            "conversation_history" => pair.history = history(inner)?,
            "target_response" => {
                targeted = true;
                pair.target = None;
                if inner.peek()? == Next::Null {
                    inner.skip()?;
                } else {
                    pair.target = Some(text(inner, "target_response")?);
                }
            }
            _ => drop(inner.skip()?),
        }
        Ok::<_, Fault>(())
    })?;
    if targeted { Ok(pair) } else { Err(Fault::new("target_response", Problem::Missing, start.position())) }
}

fn text(cursor: &mut Cursor<'_>, field: &str) -> Result<String, Fault> {
    if cursor.peek()? != Next::String {
        return Err(Fault::new(field, Problem::Type("a string"), cursor.position()));
    }
    Ok(cursor.string()?.decode().into_owned())
}

fn history(cursor: &mut Cursor<'_>) -> Result<Vec<(Role, String)>, Fault> {
    let mut said = Vec::new();
    if cursor.peek()? != Next::Array {
        return Err(Fault::new("conversation_history", Problem::Type("an array"), cursor.position()));
    }
    cursor.array(|inner, at| {
        let field = |name: &str| format!("conversation_history[{at}].{name}");
        let start = inner.clone();
        let (mut role, mut content) = (None, None);
        inner.object(|inner, key| {
            match key.raw() {
                "role" => {
                    let here = inner.clone();
                    let word = text(inner, &field("role"))?;
                    let wrong =
                        || Fault::new(field("role"), Problem::Type("user or assistant"), here.position());
                    role = Some(word.parse::<Role>().map_err(|_| wrong())?);
                }
                "content" => content = Some(text(inner, &field("content"))?),
                _ => drop(inner.skip()?),
            }
            Ok::<_, Fault>(())
        })?;
        let missing = |name| Fault::new(field(name), Problem::Missing, start.position());
        said.push((role.ok_or_else(|| missing("role"))?, content.ok_or_else(|| missing("content"))?));
        Ok::<_, Fault>(())
    })?;
    Ok(said)
}
