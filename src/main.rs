//! The binary `brightrun`: command line, settings, log, panic reports; then the dashboard or a verb.

mod dashboard;
mod log;
mod looks;

use color_eyre::config::HookBuilder;
use engine::config;
use std::process::ExitCode;
use std::time::Duration;

fn main() -> ExitCode {
    let invocation = match cli::parse(std::env::args_os()) {
        Ok(invocation) => invocation,
        Err(code) => return code,
    };
    // A report shows neither the environment nor the arguments: both may hold a secret. The dashboard puts a hook
    // before this one that gives the terminal back first.
    let reports = HookBuilder::blank().display_env_section(false);
    if let Err(error) = reports.install() {
        cli::note(format!("Panics are reported plainly: {error}"));
    }
    let settings = config::load(&invocation.sources());
    let _log = invocation.is_logged().then(|| log::start(settings.as_ref().ok(), spoken(&invocation)));
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().thread_stack_size(cli::STACK_BYTES).build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            cli::note(format!("Cannot start: {error}."));
            return ExitCode::FAILURE;
        }
    };
    let code = if invocation.is_dashboard() {
        runtime.block_on(dashboard::run(&invocation, settings))
    } else if let Some((request, axis)) = invocation.monitor() {
        runtime.block_on(dashboard::watch(&request, axis, settings))
    } else {
        runtime.block_on(cli::run(&invocation, settings, looks::look))
    };
    // A verb that was left at once may still be busy in a thread; nobody waits for it.
    runtime.shutdown_timeout(Duration::from_millis(100));
    code
}

/// How much is said on stderr; on the dashboard nothing, because the screen is there.
fn spoken(invocation: &cli::Invocation) -> u8 {
    if invocation.is_dashboard() { 0 } else { invocation.verbose() }
}
