//! By which what is ours at the provider is found again, also after a lost answer.

use domain::ids::JobId;
use domain::rental::Rental;

/// How everything of ours there is called; the key of its run follows.
pub(crate) const OURS: &str = "brightrun-";
/// What runs in the container of a pod; its last act is to end the pod.
pub(crate) const POD_COMMAND: &str = "python -m brightrun_worker pod";
/// Where a network volume is mounted in a pod.
pub(crate) const POD_MOUNT: &str = "/workspace";
/// The mark in the environment of a pod of ours, beside its name: the key of its rental.
pub(crate) const POD_TAG: &str = "BRIGHTRUN_RENTAL";
/// The hub's token, a secret for all pods.
pub(crate) const HUB_SECRET: &str = "brightrun_hub_token";
/// How the secrets of our pods are called; an account takes no name that begins with RUNPOD.
const SECRETS: &str = "brightrun_run_";

/// The secret with the order of what is rented; an account takes letters, digits and `_`. No two rentals have one name: an attempt that never
/// was has the number of the next one (decision 0203).
pub(crate) fn secret_name(rental: &Rental) -> String {
    let (name, key) = (&rental.name, rental.id.simple().to_string());
    let name = name.strip_prefix(OURS).unwrap_or(name).replace('-', "_");
    format!("{SECRETS}{name}_{}", &key[..8])
}

/// What comes behind the part that all names of ours share.
pub(super) fn without_ours(name: &str) -> &str {
    name.strip_prefix(SECRETS).or_else(|| name.strip_prefix(OURS)).unwrap_or(name)
}

/// For which run a secret holds an order; `None`: it is none of ours.
pub(super) fn run_of_secret(name: &str) -> Option<JobId> {
    let key = name.strip_prefix(SECRETS)?.get(..36)?.replace('_', "-");
    key.parse().ok().map(JobId)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;
    use domain::{lenient::Word, place::Place, rental::RentalState};
    use uuid::Uuid;

    #[test]
    fn a_secret_leads_back_to_its_run_and_no_two_rentals_share_one() {
        let run = JobId(Uuid::from_u128(9));
        let secret = |key: u128| {
            let rental = domain::rental::Rental {
                id: Uuid::from_u128(key << 100),
                job: run,
                fetches: None,
                attempt: 2,
                place: Place::RunpodPod,
                name: format!("{OURS}{run}-2"),
                state: Word::Known(RentalState::Claimed),
                external_id: None,
                what: None,
                gpus: 1,
                told_before: 0,
                claimed_at: DateTime::UNIX_EPOCH,
                since: None,
                ended_at: None,
                worked_ms: None,
                quoted: None,
                charged: None,
                recorded: None,
                billed: None,
                why: None,
            };
            secret_name(&rental)
        };
        let name = secret(1);
        assert!(name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && name.len() < 192, "{name}");
        assert_eq!(run_of_secret(&name), Some(run));
        assert_ne!(name, secret(2), "the same attempt, asked for anew");
        for other in [HUB_SECRET, "brightrun_run_", "brightrun_run_ä", "somebody_elses"] {
            assert_eq!(run_of_secret(other), None, "{other}");
        }
    }
}
