//! How RunPod stands for this program, in one word: what a status bar can show.

use remote::{Kind, RemoteError};
use serde::Serialize;

/// How it stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Nothing about RunPod is set, and nothing was asked.
    #[default]
    NotSet,
    /// There is a key, and nobody was asked yet.
    Unasked,
    /// Something is set, but there is no key.
    NoKey,
    /// Runs can be given there.
    Ok,
    /// The key is good, but no place has all that it needs.
    Incomplete,
    /// The key is not accepted (401).
    BadKey,
    /// The key lacks rights (403).
    NoRight,
    /// Nothing is left on the account (402).
    NoCredit,
    /// Nobody answers.
    Unreachable,
    /// The interface was switched off (410), or is another one.
    Retired,
    /// Something else does not work.
    Faulty,
}

impl Standing {
    /// Two words at most.
    pub const fn word(self) -> &'static str {
        match self {
            Self::NotSet => "not set",
            Self::Unasked => "not asked",
            Self::NoKey => "no key",
            Self::Ok => "ok",
            Self::Incomplete => "incomplete",
            Self::BadKey => "bad key",
            Self::NoRight => "no right",
            Self::NoCredit => "no credit",
            Self::Unreachable => "unreachable",
            Self::Retired => "retired",
            Self::Faulty => "faulty",
        }
    }

    /// Something there does not work, although it is set up.
    pub const fn is_bad(self) -> bool {
        !matches!(self, Self::NotSet | Self::Unasked | Self::NoKey | Self::Ok | Self::Incomplete)
    }

    /// Somebody answers there.
    pub(super) const fn answers(self) -> bool {
        matches!(self, Self::Ok | Self::Incomplete | Self::NoCredit)
    }

    /// What an error says about the whole; `None`: only about the one call.
    pub(super) fn of(error: &RemoteError) -> Option<Self> {
        Some(match error.kind() {
            Kind::NoKey => Self::NoKey,
            Kind::BadKey => Self::BadKey,
            Kind::Scope => Self::NoRight,
            Kind::Balance => Self::NoCredit,
            Kind::Unreachable | Kind::Tls | Kind::Timeout | Kind::Broken => Self::Unreachable,
            Kind::Retired | Kind::OldInterface => Self::Retired,
            Kind::Settings | Kind::Garbage | Kind::Server | Kind::Limited => Self::Faulty,
            _ => return None,
        })
    }

    /// After this nothing else need be asked: it would be answered alike.
    pub(super) const fn ends(self) -> bool {
        matches!(self, Self::NoKey | Self::BadKey | Self::Unreachable | Self::Retired | Self::Faulty)
    }
}
