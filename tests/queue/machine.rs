//! RunPod's own worker with our handler, as it would run on a rented machine.

use provider_sim::Front;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A machine. It is taken away when it is dropped.
pub struct Machine {
    child: Child,
    /// Its disk.
    pub folder: PathBuf,
}

/// Python with RunPod's library. `None`: it is not here.
pub fn python(test: &str) -> Option<PathBuf> {
    let usual = Path::new(env!("CARGO_MANIFEST_DIR")).join("worker/.venv-rented/bin/python");
    let python = std::env::var_os("BRIGHTRUN_RENTED_PYTHON").map_or(usual, PathBuf::from);
    if !python.is_file() {
        super::support::training::skipped(
            test,
            "RunPod's worker is missing; `bash worker/setup-rented.sh` makes it",
        );
        return None;
    }
    Some(python)
}

/// A shell whose mounts are its own; its command comes next.
fn in_own_mounts() -> Command {
    let mut command = Command::new("unshare");
    command.args(["--map-root-user", "--mount", "sh", "-c"]);
    command
}

/// The worker, with nothing in its environment but what a machine tells it.
fn equipped(mut command: Command, (front, endpoint): (&Front, &str), name: &str, folder: &Path) -> Command {
    command
        .args(["-m", "brightrun_worker", "serverless"])
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var("PATH").unwrap_or_default())
        .env("HOME", folder)
        .env("PYTHONPATH", super::support::training::worker())
        .env("PYTHONUNBUFFERED", "1")
        .env("OMP_NUM_THREADS", "1")
        .env("HF_HUB_OFFLINE", "1")
        .env("BRIGHTRUN_WORK", folder.join("work"))
        .envs(front.worker_env(endpoint, name, "sim-key"));
    command
}

/// Whether somebody may mount here.
pub fn can_mount(test: &str) -> bool {
    let folder = tempfile::tempdir().expect("a folder");
    let tried =
        in_own_mounts().arg("mount --bind \"$0\" \"$0\"").arg(folder.path()).stderr(Stdio::null()).status();
    let can = tried.is_ok_and(|status| status.success());
    if !can {
        super::support::training::skipped(test, "this machine lets nobody mount anything");
    }
    can
}

impl Machine {
    /// One that takes jobs of this endpoint. It knows nothing but what RunPod tells its machines.
    pub fn start(python: &Path, front: &Front, endpoint: &str, name: &str, folder: PathBuf) -> Self {
        let command = equipped(Command::new(python), (front, endpoint), name, &folder);
        Self::begin(command, folder)
    }

    /// One on which this folder is mounted as the network volume, and that finds these variables.
    pub fn with_volume(
        python: &Path,
        (front, endpoint): (&Front, &str),
        folder: PathBuf,
        volume: &Path,
        more: &[(&str, String)],
    ) -> Self {
        // For this machine alone. A plain folder is no volume for the worker.
        let mount = folder.join("volume");
        std::fs::create_dir_all(&mount).expect("a place for the volume");
        let mut command = in_own_mounts();
        command.arg("mount --bind \"$0\" \"$BRIGHTRUN_MOUNT\" && exec \"$@\"").args([volume, python]);
        let mut command = equipped(command, (front, endpoint), "w1", &folder);
        command.envs(more.iter().map(|(name, value)| (*name, value))).env("BRIGHTRUN_MOUNT", mount);
        Self::begin(command, folder)
    }

    fn begin(mut command: Command, folder: PathBuf) -> Self {
        use std::os::unix::process::CommandExt as _;
        std::fs::create_dir_all(folder.join("work")).expect("a disk");
        let log = std::fs::File::create(folder.join("machine.log")).expect("a log");
        command.stdin(Stdio::null()).stdout(log.try_clone().expect("a log")).stderr(log).process_group(0);
        Self { child: command.spawn().expect("it starts"), folder }
    }

    /// The machine is gone from one moment to the next, and all that ran on it.
    pub fn kill(&mut self) {
        let group = format!("-{}", self.child.id());
        // The training has a group of its own.
        for pid in super::processes(&self.folder) {
            super::kill("-9", pid);
        }
        let _gone = Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
        let _reaped = self.child.wait();
        for pid in super::processes(&self.folder) {
            super::kill("-9", pid);
        }
    }

    /// The end of what it printed.
    pub fn log(&self) -> String {
        let text = std::fs::read_to_string(self.folder.join("machine.log")).unwrap_or_default();
        text[text.floor_char_boundary(text.len().saturating_sub(4000))..].to_owned()
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("the machine printed:\n{}", self.log());
        }
        self.kill();
    }
}
