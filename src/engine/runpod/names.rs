//! By which what is ours at the provider is found again, also after a lost answer.

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

/// The secret with the order of what is rented under this name; an account takes letters, digits and `_`.
pub(crate) fn secret_name(rental: &str) -> String {
    format!("{SECRETS}{}", rental.strip_prefix(OURS).unwrap_or(rental).replace('-', "_"))
}

/// What a secret is for, as the end of the name of what is rented; `None`: it is none of ours.
pub(super) fn of_secret(name: &str) -> Option<String> {
    name.strip_prefix(SECRETS).map(|rest| rest.replace('_', "-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_leads_back_to_what_it_is_for() {
        let rental = format!("{OURS}7c0f-11-2");
        let secret = secret_name(&rental);
        assert!(secret.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'), "{secret}");
        assert_eq!(of_secret(&secret).map(|rest| format!("{OURS}{rest}")), Some(rental));
        assert_eq!(of_secret(HUB_SECRET), None);
    }
}
