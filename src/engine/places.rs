//! Where things lie, as the configuration resolved it.

use domain::budget::Budget;
use domain::money::PerHour;
use secrecy::SecretString;
use std::path::PathBuf;
use std::time::Duration;

/// Everything that is needed to open an engine: the configuration with defaults, environment and arguments laid over it.
#[derive(Debug, Clone)]
pub struct Places {
    /// `sqlite:PATH` or `postgres://…`; may hold a password.
    pub db: SecretString,
    /// A folder, `file:///…`, `s3://bucket/prefix` (everything in one bucket) or `s3://` (the platform's bucket names).
    pub files: String,
    /// For S3: where, when it is not Amazon.
    pub endpoint: Option<String>,
    /// For S3.
    pub region: Option<String>,
    /// For S3: access key.
    pub access_key: Option<SecretString>,
    /// For S3: secret key.
    pub secret_key: Option<SecretString>,
    /// For S3: session token, e.g. a Supabase user's JWT (apis C3).
    pub session_token: Option<SecretString>,
    /// Whose rows these are, as key or e-mail address; `None`: the one local user.
    pub user: Option<String>,
    /// `target_model` of new training files (formats 1.2).
    pub target_model: String,
    /// `consultant_profile` of new training files, as JSON text; its key order is kept.
    pub profile: String,
    /// Where unfinished work may lie for a moment.
    pub data_dir: PathBuf,
    /// How training goes on here.
    pub training: TrainingPlaces,
    /// Machines that are rented.
    pub runpod: RunpodPlaces,
}

/// What is needed to rent machines at RunPod.
#[derive(Debug, Clone)]
pub struct RunpodPlaces {
    /// API key; `None`: nothing is asked there.
    pub api_key: Option<SecretString>,
    /// Queue endpoint of runs.
    pub endpoint: Option<String>,
    /// Image of pods.
    pub image: Option<String>,
    /// Network volume.
    pub volume: Option<String>,
    /// Its data centre.
    pub volume_data_center: Option<String>,
    /// Key pair of its S3 interface.
    pub volume_access_key: Option<SecretString>,
    /// Key pair of its S3 interface.
    pub volume_secret_key: Option<SecretString>,
    /// Token for the model hub.
    pub hub_token: Option<SecretString>,
    /// Pods may be other people's machines.
    pub community: bool,
    /// Data centres that pods may be in; empty: any.
    pub data_centers: Vec<String>,
    /// GB of a pod's own disk.
    pub disk: u32,
    /// So long a pod may take until it works.
    pub provisioning: Duration,
    /// So long a queue job may wait for a machine.
    pub queue: Duration,
    /// Between two questions about a machine.
    pub poll: Duration,
    /// Between two calls that give a machine back, until it is gone.
    pub again: Duration,
    /// Between two looks at wishes and events.
    pub tick: Duration,
    /// So long something whose answer was lost is looked for before it counts as never asked for.
    pub grace: Duration,
    /// So long a machine may say nothing before it counts as gone; three times its beat and some.
    pub quiet: Duration,
    /// A job that waits for longer is explained by its endpoint's workers.
    pub explain: Duration,
    /// Address of the jobs; `None`: RunPod's.
    pub jobs_url: Option<String>,
    /// Address of everything else; `None`: RunPod's.
    pub rest_url: Option<String>,
    /// Address of the balance; `None`: RunPod's.
    pub graphql_url: Option<String>,
    /// Address of the volume's S3 interface; `None`: that of its data centre.
    pub volume_url: Option<String>,
}

impl Default for RunpodPlaces {
    fn default() -> Self {
        Self {
            api_key: None,
            endpoint: None,
            image: None,
            volume: None,
            volume_data_center: None,
            volume_access_key: None,
            volume_secret_key: None,
            hub_token: None,
            community: false,
            data_centers: Vec::new(),
            disk: 50,
            provisioning: Duration::from_mins(15),
            queue: Duration::from_hours(24),
            poll: Duration::from_secs(10),
            again: Duration::from_secs(15),
            tick: Duration::from_secs(2),
            grace: Duration::from_secs(90),
            quiet: Duration::from_secs(35),
            explain: Duration::from_secs(20),
            jobs_url: None,
            rest_url: None,
            graphql_url: None,
            volume_url: None,
        }
    }
}

/// How training goes on here.
#[derive(Debug, Clone, Default)]
pub struct TrainingPlaces {
    /// Python with the worker's libraries; `None`: the one in the worker's folder.
    pub python: Option<PathBuf>,
    /// Folder that holds `brightrun_worker`; `None`: looked for.
    pub worker: Option<PathBuf>,
    /// Threads of the processor; `None`: as many as the library likes.
    pub threads: Option<u32>,
    /// What an hour of this machine costs; `None`: nothing.
    pub usd_per_hour: Option<PerHour>,
    /// Runs at once; 0 counts as 1.
    pub queue_limit: u32,
    /// Bytes that the file of a dataset has at most; `None`: as usual.
    pub largest_dataset: Option<u64>,
    /// The dashboard starts and follows runs.
    pub runner: bool,
    /// The budget of a month.
    pub budget: Budget,
    /// Folder in which the user's base models, presets and prices lie.
    pub catalog: PathBuf,
}
