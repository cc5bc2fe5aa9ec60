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

impl Machine {
    /// One that takes jobs of this endpoint. It knows nothing but what RunPod tells its machines.
    pub fn start(python: &Path, front: &Front, endpoint: &str, name: &str, folder: PathBuf) -> Self {
        use std::os::unix::process::CommandExt as _;
        std::fs::create_dir_all(&folder).expect("a disk");
        let log = std::fs::File::create(folder.join("machine.log")).expect("a log");
        let mut command = Command::new(python);
        command
            .args(["-m", "brightrun_worker", "serverless"])
            .current_dir(&folder)
            .env_clear()
            .env("PATH", std::env::var("PATH").unwrap_or_default())
            .env("HOME", &folder)
            .env("PYTHONPATH", super::support::training::worker())
            .env("PYTHONUNBUFFERED", "1")
            .env("OMP_NUM_THREADS", "1")
            .env("HF_HUB_OFFLINE", "1")
            .env("BRIGHTRUN_WORK", folder.join("work"))
            .envs(front.worker_env(endpoint, name, "sim-key"))
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a log"))
            .stderr(log)
            .process_group(0);
        std::fs::create_dir_all(folder.join("work")).expect("a folder");
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
