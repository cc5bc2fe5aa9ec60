//! What this machine has to train with.

use super::configure::WHAT;
use crate::{Engine, Error, Result, worker};
use domain::configuration::{Check, Mark};
use domain::numbers::many;
use domain::sentence::{sentence, sentences};
use std::fs;
use std::process::Stdio;
use std::time::Duration;
use tokio::sync::OnceCell;

/// So long the driver may take to say which GPUs there are.
const ASK: Duration = Duration::from_secs(10);

/// This machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Machine {
    /// Name of the GPU as its driver says it, or `cpu`.
    pub name: String,
    /// GPUs that are there, or that a run takes; a machine without one counts as one.
    pub count: u32,
    /// There is a GPU that CUDA can use.
    pub cuda: bool,
    /// Memory of one GPU, or of the machine, bytes; `None`: nobody says.
    pub memory: Option<u64>,
}

/// What was found: a machine does not change while the program runs, and a configuration is judged with every key.
static FOUND: OnceCell<Machine> = OnceCell::const_new();

/// Asks the driver, else the system.
pub(super) async fn look() -> Machine {
    let ask = || async {
        let hidden = std::env::var("CUDA_VISIBLE_DEVICES").ok();
        let gpus = gpus().await.map(|all| Machine { count: visible(all.count, hidden.as_deref()), ..all });
        gpus.filter(|gpus| gpus.count > 0).unwrap_or_else(|| Machine {
            name: "cpu".to_owned(),
            count: 1,
            cuda: false,
            memory: system_memory(),
        })
    };
    FOUND.get_or_init(ask).await.clone()
}

/// Whether this machine has a worker that can work; without one a run would begin and not go on.
pub(super) async fn worker(engine: &Engine) -> Check {
    let (mark, text) = match worker::able(engine).await {
        Ok(about) => (Mark::Good, sentence(&about.words())),
        Err(error) => (Mark::Stop, sentences([&error.why, &error.next])),
    };
    Check { name: "worker".to_owned(), mark, text }
}

/// What the driver calls the GPU of this machine; `None`: there is no driver, or no GPU.
pub(crate) async fn gpu_of_the_driver() -> Option<String> {
    gpus().await.map(|machine| machine.name)
}

async fn gpus() -> Option<Machine> {
    let mut command = tokio::process::Command::new("nvidia-smi");
    command.args(["--query-gpu=name,memory.total", "--format=csv,noheader,nounits"]);
    command.stdin(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    let output = tokio::time::timeout(ASK, command.output()).await.ok()?.ok()?;
    if !output.status.success() {
        return None;
    }
    read_gpus(&String::from_utf8_lossy(&output.stdout))
}

/// The first GPU speaks for all of them; of their memory the least counts, since each of them holds the whole model.
fn read_gpus(text: &str) -> Option<Machine> {
    let gpus: Vec<(&str, &str)> = text.lines().filter_map(|line| line.rsplit_once(',')).collect();
    let memory = gpus.iter().map(|(_, memory)| memory.trim().parse::<u64>().ok().map(|mib| mib << 20));
    Some(Machine {
        name: gpus.first()?.0.trim().to_owned(),
        count: u32::try_from(gpus.len()).ok()?,
        cuda: true,
        memory: memory.min().flatten(),
    })
}

/// How many GPUs `CUDA_VISIBLE_DEVICES` leaves to the worker of those that the driver has: what follows a word that names none is none.
fn visible(there: u32, variable: Option<&str>) -> u32 {
    let Some(named) = variable else { return there };
    let named = named.split(',').map(str::trim);
    let real = named.take_while(|name| !name.is_empty() && !name.starts_with('-'));
    u32::try_from(real.count()).unwrap_or(there).min(there)
}

impl Machine {
    /// The machine with the GPUs that a run takes: as many as were asked for, else one, so that the same settings give the same training
    /// wherever they are used (decision 0212).
    pub fn taken(self, wanted: Option<u32>) -> Result<Self> {
        let count = wanted.unwrap_or(1);
        if count <= self.count {
            return Ok(Self { count, ..self });
        }
        let has = if self.cuda { many(u64::from(self.count), "GPU") } else { "no GPU".to_owned() };
        Err(Error::usage(WHAT, format!("this machine has {has}, not {count}"))
            .on(&self.name)
            .next("Take fewer with --gpus, leave it out, or take another machine with --on"))
    }

    /// What to say of GPUs that a run leaves alone.
    pub fn left_alone(&self, taken: &Self) -> Option<String> {
        (taken.count < self.count).then(|| {
            let (all, some) = (many(u64::from(self.count), "GPU"), taken.count);
            format!("This machine has {all} and the run takes {some}: --gpus {} takes all.", self.count)
        })
    }
}

fn system_memory() -> Option<u64> {
    read_memory(&fs::read_to_string("/proc/meminfo").ok()?)
}

fn read_memory(text: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kib| kib << 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_driver_and_system_say_is_read() {
        let gpu = read_gpus("NVIDIA H100 80GB HBM3, 81559\nNVIDIA H100 80GB HBM3, 81559\n").unwrap();
        assert_eq!((gpu.name.as_str(), gpu.memory), ("NVIDIA H100 80GB HBM3", Some(81_559 << 20)));
        assert_eq!(gpu.count, 2);
        let mixed = read_gpus("NVIDIA L4, 23034\nNVIDIA H100 80GB HBM3, 81559\n").unwrap();
        assert_eq!((mixed.name.as_str(), mixed.memory), ("NVIDIA L4", Some(23_034 << 20)));
        assert_eq!(
            read_gpus("NVIDIA A, 10\nNVIDIA B, [N/A]\n").unwrap().memory,
            None,
            "one that nobody knows"
        );
        assert_eq!(read_gpus("No devices were found\n"), None);
        assert_eq!(read_memory("MemTotal:       16384 kB\nMemFree: 1 kB\n"), Some(16 << 20));
        assert_eq!(read_memory("nothing"), None);
    }

    #[test]
    fn hidden_gpus_are_not_there() {
        for (variable, count) in [
            (None, 4),
            (Some("0,2"), 2),
            (Some(" GPU-1 "), 1),
            (Some(""), 0),
            (Some("-1"), 0),
            (Some("1,-1,2"), 1),
        ] {
            assert_eq!(visible(4, variable), count, "{variable:?}");
        }
        assert_eq!(visible(1, Some("0,1,2")), 1);
    }

    #[test]
    fn a_run_takes_what_was_asked_for_and_nothing_that_is_not_there() {
        let four = Machine { name: "h100".to_owned(), count: 4, cuda: true, memory: Some(1) };
        let one = four.clone().taken(None).unwrap();
        assert_eq!(one.count, 1);
        assert!(four.left_alone(&one).unwrap().contains("--gpus 4"));
        let all = four.clone().taken(Some(4)).unwrap();
        assert_eq!((all.count, four.left_alone(&all)), (4, None));
        let error = four.taken(Some(5)).unwrap_err();
        assert!(error.why.contains("4 GPUs, not 5"), "{error}");
        let none = Machine { name: "cpu".to_owned(), count: 1, cuda: false, memory: None };
        assert_eq!(none.clone().taken(Some(1)).unwrap(), none, "what the worker calls one process");
        assert!(none.taken(Some(2)).unwrap_err().why.contains("no GPU"));
    }
}
