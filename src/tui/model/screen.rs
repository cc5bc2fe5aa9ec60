//! The screens that exist, in the order of the rail. Numbers are those of the design; a screen that does not exist yet
//! has no line here and so no place in the rail (decision 0072).

/// A screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ScreenId {
    /// What there is and what to do next.
    Overview,
    /// The table of conversations.
    Conversations,
    /// The training files.
    Files,
    /// What models are trained with.
    Datasets,
    /// From a dataset to a run. It has no line in the rail: a dataset is chosen first.
    Train,
    /// The training runs.
    Jobs,
    /// The models.
    Models,
    /// What is configured, and where it comes from.
    Settings,
    /// Runs as they happen. It has no line in the rail: the jobs open it, and `brightrun watch` is this screen alone.
    Monitor,
}

impl ScreenId {
    /// All, in the order of the rail.
    pub const ALL: &'static [Self] = &[
        Self::Overview,
        Self::Conversations,
        Self::Files,
        Self::Datasets,
        Self::Jobs,
        Self::Models,
        Self::Settings,
    ];

    /// The digit that goes there.
    pub const fn digit(self) -> char {
        match self {
            Self::Overview => '1',
            Self::Conversations => '2',
            Self::Files => '3',
            Self::Datasets => '4',
            Self::Train => 't',
            Self::Jobs => '5',
            Self::Models => '6',
            Self::Settings => '0',
            Self::Monitor => 'w',
        }
    }

    /// Its name in the rail and in the breadcrumb.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Conversations => "Conversations",
            Self::Files => "Files",
            Self::Datasets => "Datasets",
            Self::Train => "Training",
            Self::Jobs => "Jobs",
            Self::Models => "Models",
            Self::Settings => "Settings",
            Self::Monitor => "Monitor",
        }
    }

    /// Its name in key files and action ids.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Overview => "overview",
            Self::Conversations => "conversations",
            Self::Files => "files",
            Self::Datasets => "datasets",
            Self::Train => "train",
            Self::Jobs => "trainings",
            Self::Models => "models",
            Self::Settings => "settings",
            Self::Monitor => "monitor",
        }
    }
}
