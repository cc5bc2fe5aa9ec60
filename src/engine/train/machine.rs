//! What this machine has to train with.

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
    /// GPUs; a machine without one counts as one.
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
        gpus().await.unwrap_or_else(|| Machine {
            name: "cpu".to_owned(),
            count: 1,
            cuda: false,
            memory: system_memory(),
        })
    };
    FOUND.get_or_init(ask).await.clone()
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

/// One GPU is trained on: the worker takes the first.
fn read_gpus(text: &str) -> Option<Machine> {
    let (name, memory) = text.lines().next()?.rsplit_once(',')?;
    let memory = memory.trim().parse::<u64>().ok().map(|mib| mib << 20);
    Some(Machine { name: name.trim().to_owned(), count: 1, cuda: true, memory })
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
        assert_eq!(read_gpus("No devices were found\n"), None);
        assert_eq!(read_memory("MemTotal:       16384 kB\nMemFree: 1 kB\n"), Some(16 << 20));
        assert_eq!(read_memory("nothing"), None);
    }
}
