//! The log: one file per day in the data folder, written beside the work; with `-v` also on stderr.

use engine::config::Loaded;
use tracing_appender::non_blocking::WorkerGuard;
use tracing_appender::rolling::{Builder, Rotation};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, fmt};

/// Starts the log. The guard writes what is left when it is dropped. A log that cannot be written stops nothing:
/// without settings, or when the folder is read-only, there is none.
pub fn start(settings: Option<&Loaded>, verbose: u8) -> Option<WorkerGuard> {
    let config = &settings?.config;
    // The folder first: the builder complains on stderr when it is missing.
    let folder = config.folders.logs();
    std::fs::create_dir_all(&folder).ok()?;
    let file = Builder::new()
        .rotation(Rotation::DAILY)
        .filename_prefix("brightrun")
        .filename_suffix("log")
        .max_log_files(usize::try_from(config.log.keep).unwrap_or(usize::MAX))
        .build(folder)
        .ok();
    let (writer, guard) = file.map(tracing_appender::non_blocking).unzip();
    let level = config.log.level.word();
    // Libraries may log what they are sent, addresses with passwords included: only our own words are written.
    let ours = format!("off,brightrun={level},engine={level},store={level},tui={level},cli={level}");
    let to_file = writer
        .map(|writer| fmt::layer().with_writer(writer).with_ansi(false).with_filter(EnvFilter::new(ours)));
    let spoken = match verbose {
        0 => None,
        1 => Some("off,engine=info,store=info,cli=info"),
        _ => Some("off,engine=debug,store=debug,cli=debug"),
    };
    let to_stderr = spoken.map(|spoken| {
        fmt::layer()
            .with_writer(std::io::stderr)
            .with_ansi(false)
            .without_time()
            .with_filter(EnvFilter::new(spoken))
    });
    let _ = tracing_subscriber::registry().with(to_file).with(to_stderr).with(LevelFilter::TRACE).try_init();
    guard
}
