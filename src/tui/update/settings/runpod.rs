//! RunPod: what each key, each answer and each news of the runner changes.

use crate::model::browse::moved;
use crate::model::settings::runpod::{Answer, Ask, LENGTH, Msg, PANE};
use crate::model::{
    Confirm, Effect, Modal, Model, Nav, Now, Phase, Prompt, ScreenId, Severity, TextField, settings,
};
use crate::text;
use domain::budget::Alert;
use engine::runpod::{CachePlan, Cached, EndpointPlan, Made, Standing, Stray, VolumePlan};

/// Asks the engine.
fn ask(model: &mut Model, ask: Ask) -> Effect {
    model.ask(crate::model::Ask::Settings(settings::Ask::Runpod(ask)))
}

fn then(msg: Msg) -> crate::model::Msg {
    crate::model::Msg::Settings(settings::Msg::Runpod(msg))
}

/// How RunPod stands, as far as anybody knows.
pub fn standing(model: &Model) -> Standing {
    let first = match &model.shell.phase {
        Phase::Ready(session) => session.runpod,
        _ => Standing::NotSet,
    };
    model.settings.runpod.standing(first)
}

/// The engine is open: with a key it is asked once, in the background.
pub fn opened(model: &mut Model) -> Option<Effect> {
    (standing(model) == Standing::Unasked).then(|| ask(model, Ask::Check))
}

/// The part comes into view.
pub(super) fn enter(model: &mut Model) -> Vec<Effect> {
    vec![ask(model, Ask::Check), ask(model, Ask::Rented)]
}

/// The runs are other ones than before, or stand otherwise: so may be what is rented. `all`: they were told from the beginning.
pub fn runs_changed(model: &mut Model, all: bool) -> Vec<Effect> {
    let mut effects = Vec::new();
    let known = model.settings.runpod.rented.is_some();
    let some = !model.settings.runpod.lines().is_empty();
    let billed =
        |line: &engine::jobs::JobLine| !line.run.is_over() && line.run.configuration.place.is_billed();
    if all && !known || some || model.trainings.list.iter().flatten().any(billed) {
        effects.push(ask(model, Ask::Rented));
    }
    effects
}

/// A run there does not go on as it should: perhaps nobody answers.
pub fn trouble(model: &mut Model) -> Option<Effect> {
    let asks = standing(model) != Standing::NotSet && !model.runs.waits("runpod.check");
    asks.then(|| ask(model, Ask::Check))
}

/// A message of this part's own.
pub(super) fn update(model: &mut Model, msg: Msg, now: Now) -> Vec<Effect> {
    match msg {
        Msg::Check => {
            model.settings.runpod.strays = None;
            enter(model)
        }
        Msg::Prices => vec![ask(model, Ask::Prices)],
        Msg::Endpoint => prompt(
            model,
            "endpoint",
            "An endpoint for runs on runpod-serverless",
            "GPUs of its workers, e.g. a100-80; it runs the image of runpod.image. The price is shown first",
        ),
        Msg::Volume => prompt(
            model,
            "volume",
            "A network volume",
            "GB and data centre, e.g. 200 EU-RO-1. The price is shown first",
        ),
        Msg::MakeEndpoint(plan) => vec![ask(model, Ask::MakeEndpoint(plan))],
        Msg::MakeVolume(plan) => vec![ask(model, Ask::MakeVolume(plan))],
        Msg::Cache => prompt(
            model,
            "cache",
            "A base model onto the network volume",
            "Its name in the registry, or owner/name on the model hub. The price is shown first",
        ),
        Msg::CacheThis(name) => {
            let asked = ask(model, Ask::PlanCache(name.clone()));
            vec![
                model.shell.say(Severity::Info, format!("Asking what it takes to fetch {name} …"), now),
                asked,
            ]
        }
        Msg::Fetch(plan) => {
            let title = format!("Fetch {} onto the volume", plan.model);
            let work = crate::model::Ask::Settings(settings::Ask::Runpod(Ask::Fetch(plan)));
            vec![model.start(title, work, now).1, ask(model, Ask::Rented)]
        }
        Msg::StopFetch(name) => {
            let title = format!("End the machine that fetches {name}");
            let work = crate::model::Ask::Settings(settings::Ask::Runpod(Ask::StopFetch(name)));
            vec![model.start(title, work, now).1]
        }
        Msg::Reap => vec![ask(model, Ask::Strays)],
        Msg::End(strays) => {
            let title = format!("End {} at RunPod", text::many(strays.len() as u64, "thing"));
            let work = crate::model::Ask::Settings(settings::Ask::Runpod(Ask::End(strays)));
            vec![model.start(title, work, now).1]
        }
        Msg::Copy => copy(model, now),
        Msg::Scroll(lines) => scroll(model, lines),
    }
}

fn prompt(model: &mut Model, tag: &'static str, title: &str, hint: &str) -> Vec<Effect> {
    model.open(Modal::Prompt(Prompt {
        to: ScreenId::Settings,
        tag,
        title: title.to_owned(),
        hint: hint.to_owned(),
        field: TextField::default(),
        problem: None,
    }));
    Vec::new()
}

/// What was written into the prompt.
pub fn prompted(model: &mut Model, tag: &str, written: &str) -> Result<Vec<Effect>, String> {
    let words: Vec<&str> = written.split([' ', ',']).map(str::trim).filter(|word| !word.is_empty()).collect();
    if tag == "endpoint" {
        if words.is_empty() {
            return Err("Write the name of a GPU, e.g. a100-80".to_owned());
        }
        let gpus = words.into_iter().map(str::to_owned).collect();
        return Ok(vec![ask(model, Ask::PlanEndpoint(gpus))]);
    }
    if tag == "cache" {
        return match words.as_slice() {
            [name] => Ok(vec![ask(model, Ask::PlanCache((*name).to_owned()))]),
            _ => Err("write one name, e.g. Qwen/Qwen3-8B".to_owned()),
        };
    }
    match words.as_slice() {
        [size, center] => {
            let size = size.parse().map_err(|_| "Write the GB as a number, e.g. 200 EU-RO-1".to_owned())?;
            Ok(vec![ask(model, Ask::PlanVolume(size, (*center).to_owned()))])
        }
        _ => Err("write GB and data centre, e.g. 200 EU-RO-1".to_owned()),
    }
}

/// The engine answered.
pub(super) fn answered(model: &mut Model, answer: Answer, now: Now) -> Vec<Effect> {
    let state = &mut model.settings.runpod;
    match answer {
        Answer::Check(Ok(checked)) => {
            state.checked = Some(*checked);
            Vec::new()
        }
        Answer::Rented(Ok(rented)) => {
            state.rented = Some(rented);
            Vec::new()
        }
        Answer::Prices(Ok(read)) => {
            let said = format!("Read {} of {}", text::many(read.read as u64, "price"), read.as_of);
            vec![model.shell.say(Severity::Success, said, now), ask(model, Ask::Check)]
        }
        Answer::EndpointPlan(Ok(plan)) => endpoint(model, plan, now),
        Answer::VolumePlan(Ok(plan)) => volume(model, plan, now),
        Answer::Made(Ok(made)) => {
            let said = format!("{} is made: set {} to {}", made.name, made.setting, made.id);
            remember(model, made);
            vec![model.shell.notice(Severity::Success, said, now)]
        }
        Answer::Strays(Ok(strays)) => reap(model, strays, now),
        Answer::Ended(Ok(_)) => {
            model.settings.runpod.strays = None;
            vec![ask(model, Ask::Check)]
        }
        Answer::CachePlan(Ok(plan)) => fetch(model, plan, now),
        Answer::Fetched(name, Ok(cached)) => {
            let (severity, said) = match cached {
                Cached::Already(_) => (Severity::Info, format!("{name} is on the volume already")),
                Cached::Done(there) => {
                    (Severity::Success, format!("{name} is on the volume: {}", text::bytes(there.bytes)))
                }
                Cached::Stopped => {
                    (Severity::Info, format!("{name} was not fetched whole; it goes on from there"))
                }
                Cached::Left => (Severity::Info, format!("{name} is fetched on without this program")),
            };
            vec![model.shell.notice(severity, said, now), ask(model, Ask::Rented)]
        }
        Answer::FetchStopped(Ok(_)) => {
            let said = "The machine is gone; what it fetched stays on the volume";
            vec![model.shell.say(Severity::Info, said, now), ask(model, Ask::Rented)]
        }
        Answer::Check(Err(problem))
        | Answer::Rented(Err(problem))
        | Answer::Prices(Err(problem))
        | Answer::EndpointPlan(Err(problem))
        | Answer::VolumePlan(Err(problem))
        | Answer::Made(Err(problem))
        | Answer::Strays(Err(problem))
        | Answer::Ended(Err(problem))
        | Answer::CachePlan(Err(problem))
        | Answer::Fetched(_, Err(problem))
        | Answer::FetchStopped(Err(problem)) => vec![model.shell.report(&problem, now)],
    }
}

fn remember(model: &mut Model, made: Made) {
    let all = &mut model.settings.runpod.made;
    all.retain(|old| old.setting != made.setting);
    all.push(made);
}

/// One that is there already is taken as it is.
fn taken(model: &mut Model, id: String, (name, setting): (String, &'static str), now: Now) -> Vec<Effect> {
    let said = format!("{name} is there already: set {setting} to {id}");
    remember(model, Made { id, name, already: true, setting });
    vec![model.shell.notice(Severity::Info, said, now)]
}

fn endpoint(model: &mut Model, plan: Box<EndpointPlan>, now: Now) -> Vec<Effect> {
    if let Some(id) = plan.already.clone() {
        return taken(model, id, (plan.name.clone(), "runpod.endpoint"), now);
    }
    let gpus: Vec<&str> = plan.offers.iter().map(|offer| offer.gpu.as_str()).collect();
    let centers = plan.data_centers.join(", ");
    let place = if centers.is_empty() { "any data centre".to_owned() } else { centers };
    let mut body = vec![
        format!("{} on {} ({}) in {place}", plan.image, gpus.join(" or "), plan.pools.join(", ")),
        String::new(),
        format!("{}.", plan.price()),
    ];
    if !plan.pinned {
        body.push("The image has no fixed tag: it may be another worker tomorrow.".to_owned());
    }
    let title = format!("Make the endpoint {}?", plan.name);
    let question = Confirm::new(title, "Make it", then(Msg::MakeEndpoint(plan))).body(body).danger(None);
    model.open(Modal::Confirm(question));
    Vec::new()
}

fn volume(model: &mut Model, plan: Box<VolumePlan>, now: Now) -> Vec<Effect> {
    if let Some(id) = plan.already.clone() {
        return taken(model, id, (plan.name.clone(), "runpod.volume"), now);
    }
    let mut body = vec![
        format!("{} GB in {}, for ever there; it only grows", plan.gigabytes, plan.data_center),
        String::new(),
        format!("{}.", plan.price()),
    ];
    if !plan.reachable {
        body.push("No S3 interface is known there: keep files in an S3 store (files.url).".to_owned());
    }
    let title = format!("Make the volume {}?", plan.name);
    let question = Confirm::new(title, "Make it", then(Msg::MakeVolume(plan))).body(body).danger(None);
    model.open(Modal::Confirm(question));
    Vec::new()
}

/// Asks before anything is rented; of one that is fetched already it asks whether that is to end.
fn fetch(model: &mut Model, plan: Box<CachePlan>, now: Now) -> Vec<Effect> {
    let name = plan.model.clone();
    if plan.under_way {
        let body = vec![
            "What it has fetched so far stays; the next one goes on from there.".to_owned(),
            "esc leaves it: it ends by itself when the weights are there.".to_owned(),
        ];
        let title = format!("A machine fetches {name} already. End it?");
        let question = Confirm::new(title, "End it", then(Msg::StopFetch(name))).body(body).danger(None);
        model.open(Modal::Confirm(question));
        return Vec::new();
    }
    if let Some(there) = &plan.there {
        let said = format!("{name} is on the volume already: {}", text::bytes(there.bytes));
        return vec![model.shell.say(Severity::Info, said, now)];
    }
    let machines: Vec<&str> = plan.machines.iter().take(3).map(|machine| machine.gpu.as_str()).collect();
    let by = if machines.is_empty() {
        "the endpoint".to_owned()
    } else {
        format!("a pod: {} …", machines.join(", "))
    };
    let body = vec![
        format!("Onto the volume {}, by {by}", plan.volume),
        String::new(),
        format!("{}.", plan.price()),
        "Runs that use it wait for no download then.".to_owned(),
    ];
    let title = format!("Fetch {name}?");
    let question = Confirm::new(title, "Fetch it", then(Msg::Fetch(plan))).body(body).danger(None);
    model.open(Modal::Confirm(question));
    Vec::new()
}

/// A level of the budget that nobody was told yet.
pub fn budget(model: &mut Model, alert: Alert, now: Now) -> Vec<Effect> {
    let severity = if alert.critical { Severity::Warn } else { Severity::Info };
    let mut effects = vec![model.shell.notice(severity, alert.message.clone(), now)];
    if !model.shell.focused {
        effects.push(Effect::Notify(alert.message));
    }
    effects
}

/// Asks whether to end what was left; what this database does not know is only shown.
fn reap(model: &mut Model, strays: Vec<Stray>, now: Now) -> Vec<Effect> {
    let (foreign, mine): (Vec<Stray>, Vec<Stray>) = strays.iter().cloned().partition(|stray| stray.unknown);
    model.settings.runpod.strays = Some(strays);
    if mine.is_empty() {
        let said = match foreign.len() {
            0 => "Nothing was left at RunPod".to_owned(),
            _ => format!(
                "{} may be somebody else's; `brightrun runpod reap --unknown` ends what is",
                text::many(foreign.len() as u64, "thing")
            ),
        };
        return vec![model.shell.say(Severity::Info, said, now)];
    }
    let mut body: Vec<String> = mine.iter().take(8).map(stray_line).collect();
    if mine.len() > 8 {
        body.push(format!("and {} more", mine.len() - 8));
    }
    body.push(String::new());
    body.push(engine::runpod::at_stake(mine.iter()));
    if !foreign.is_empty() {
        body.push(format!(
            "{} of runs that this database does not know stay.",
            text::many(foreign.len() as u64, "thing")
        ));
    }
    let title = format!("End {} at RunPod?", text::many(mine.len() as u64, "thing"));
    model.open(Modal::Confirm(Confirm::new(title, "End", then(Msg::End(mine))).body(body).danger(None)));
    Vec::new()
}

/// What a stray is, in a line.
pub fn stray_line(stray: &Stray) -> String {
    let kind = stray.kind.word();
    let price = stray.per_hour.map(|price| format!(", {price} an hour")).unwrap_or_default();
    let status = if stray.status.is_empty() { String::new() } else { format!(", {}", stray.status) };
    format!("{kind} {}{status}{price}", stray.id)
}

/// All lines, as one would paste them into a question for help. No line holds anything secret.
fn copy(model: &mut Model, now: Now) -> Vec<Effect> {
    let Some(checked) = &model.settings.runpod.checked else { return Vec::new() };
    let lines = checked.lines.iter().map(|line| {
        let next = if line.next.is_empty() { String::new() } else { format!(". {}", line.next) };
        format!("{}\t{}\t{}{next}", line.state.word(), line.area, line.what)
    });
    let text = lines.collect::<Vec<_>>().join("\n");
    let said = model.shell.say(Severity::Info, "Sent to the terminal's clipboard", now);
    vec![Effect::Copy(text), said]
}

/// A move: the text scrolls.
pub(super) fn nav(model: &mut Model, nav: Nav) -> Vec<Effect> {
    let last = usize::from(model.measured.size_of(LENGTH).height);
    let page = usize::from(model.measured.size_of(PANE).height);
    let state = &mut model.settings.runpod;
    if let Some(to) = nav.step(state.top.min(last), last + 1, page) {
        state.top = to;
    }
    Vec::new()
}

fn scroll(model: &mut Model, lines: i32) -> Vec<Effect> {
    let last = usize::from(model.measured.size_of(LENGTH).height);
    let top = &mut model.settings.runpod.top;
    *top = moved((*top).min(last), lines).min(last);
    Vec::new()
}
