//! Running a verb: signals, exit codes, reports.

use crate::args::{Invocation, Verb};
use crate::context::{Context, Looks};
use crate::interrupt::Interrupt;
use crate::meter::Meter;
use crate::out::{Done, Exit, Out, Stop, note, report, report_spot};
use crate::{terminal, verbs};
use engine::config::{ConfigError, Loaded};
use std::process::ExitCode;

/// Stack of the threads that verbs run on, in bytes.
pub const STACK_BYTES: usize = 4 << 20;

/// Runs the verb of this call. Answers 2 when there is none. `looks` is for the doctor.
pub async fn run(invocation: &Invocation, settings: Result<Loaded, ConfigError>, looks: Looks) -> ExitCode {
    let Some(verb) = invocation.cli.verb.clone() else { return ExitCode::from(2) };
    let interrupt = Interrupt::listen();
    let meter = Meter::new();
    let mut context = Context {
        globals: invocation.cli.globals.clone(),
        sources: invocation.sources(),
        settings,
        out: Out::new(terminal::width()),
        meter: meter.clone(),
        cancel: interrupt.soft.clone(),
        looks,
    };
    let json = context.json();
    let ended = tokio::select! {
        ended = whole(&mut context, verb) => Some(ended),
        () = said_once(&interrupt, &meter) => None,
    };
    meter.wipe();
    ExitCode::from(ended.map_or(130, |ended| code(ended, json)))
}

/// The verb and its last output.
async fn whole(context: &mut Context, verb: Verb) -> Done {
    let done = Box::pin(dispatch(context, verb)).await;
    context.meter.wipe();
    match context.out.flush() {
        Ok(()) => done,
        Err(stop) => done.and(Err(stop)),
    }
}

/// Ends when ctrl-c comes a second time.
async fn said_once(interrupt: &Interrupt, meter: &Meter) {
    interrupt.soft.cancelled().await;
    meter.wipe();
    note("Stopping. Press ctrl-c again to stop at once.");
    interrupt.hard.cancelled().await;
}

async fn dispatch(context: &mut Context, verb: Verb) -> Done {
    match verb {
        Verb::Import(args) => verbs::import::run(context, args).await,
        Verb::Conversations(verb) => verbs::conversations::run(context, verb).await,
        Verb::Files(verb) => verbs::files::run(context, verb).await,
        Verb::Datasets(verb) => verbs::datasets::run(context, verb).await,
        Verb::Train(args) => Box::pin(verbs::train::run(context, args)).await,
        Verb::Presets(verb) => verbs::presets::run(context, verb).await,
        Verb::Jobs(verb) => Box::pin(verbs::jobs::run(context, verb)).await,
        Verb::Runner(args) => Box::pin(verbs::runner::run(context, &args)).await,
        Verb::Models(verb) => verbs::models::run(context, verb).await,
        Verb::Runpod(verb) => Box::pin(verbs::runpod::run(context, verb)).await,
        Verb::Aggregate(args) => verbs::aggregate::run(context, args).await,
        Verb::Convert(args) => verbs::convert::run(context, args).await,
        Verb::Check(args) => verbs::check::run(context, args).await,
        Verb::Watch(args) => verbs::watch::run(context, args).await,
        Verb::Config(verb) => verbs::config::run(context, verb),
        Verb::Doctor(args) => verbs::doctor::run(context, args).await,
        Verb::Db(verb) => verbs::db::run(context, verb).await,
        Verb::Completions(args) => verbs::completions::run(context, &args),
        Verb::Man(args) => verbs::man::run(context, &args),
    }
}

/// The exit code; says what went wrong.
fn code(ended: Done, json: bool) -> u8 {
    match ended {
        Ok(Exit::Done) | Err(Stop::Pipe) => 0,
        Ok(Exit::Failed) => 1,
        Err(Stop::Error(error)) => {
            report(&error, json);
            error.exit_code()
        }
        Err(Stop::Pointed(error, spot)) => {
            report_spot(&error, &spot, json);
            error.exit_code()
        }
        Err(Stop::Output(error)) => {
            let error = engine::Error::failed("Cannot write the output", error.to_string());
            report(&error, json);
            error.exit_code()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::Error;
    use std::io;

    #[test]
    fn exit_codes_are_those_of_the_mission() {
        assert_eq!(code(Ok(Exit::Done), true), 0);
        assert_eq!(code(Ok(Exit::Failed), true), 1);
        for (error, expected) in [
            (Error::failed("a", "b"), 1),
            (Error::not_found("a", "b"), 1),
            (Error::usage("a", "b"), 2),
            (Error::refused("a", "b"), 3),
            (Error::interrupted("a"), 130),
        ] {
            assert_eq!(code(Err(error.into()), true), expected);
        }
    }

    #[test]
    fn a_reader_that_has_gone_is_no_failure_and_a_full_disk_is_one() {
        assert_eq!(code(Err(io::Error::from(io::ErrorKind::BrokenPipe).into()), true), 0);
        assert_eq!(code(Err(io::Error::from(io::ErrorKind::StorageFull).into()), true), 1);
    }
}
