//! Roles that row-level security keeps rows from (decision 0101).

use crate::fixture::{LIVE, LIVE_FOLDER, ME, Platform, WHOLE};
use crate::support::corpus;

const PLAIN: &str = "DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'plain') THEN CREATE ROLE plain LOGIN; END IF; END $$; \
    GRANT USAGE ON SCHEMA public, auth TO plain; GRANT ALL ON ALL TABLES IN SCHEMA public TO plain; \
    GRANT SELECT ON auth.users TO plain;";

#[test]
#[ignore = "needs BRIGHTRUN_REFERENCE"]
fn a_role_that_would_miss_rows_is_told_so() {
    let platform = Platform::in_a_folder();
    platform.attach();
    platform.ask(PLAIN);
    let url = platform.url.replace("brightrun@", "plain@");
    let files = format!("url = \"{}\"\n", platform.program.path("objects").display());
    platform.configure(&url, &files);
    for verb in [vec!["conversations", "list"], vec!["db", "status"], vec!["db", "attach"]] {
        let refused = platform.program.run(&verb);
        assert_eq!(refused.code, 1, "{verb:?}: {}", refused.out);
        for said in ["row-level security", "plain", "conversations", "BYPASSRLS"] {
            assert!(refused.error.contains(said), "{verb:?} does not say {said}: {}", refused.error);
        }
    }
    let doctor = platform.program.run(["doctor"]);
    assert!(doctor.code == 1 && doctor.out.contains("BYPASSRLS"), "{}", doctor.out);

    // A policy that shows the role everything is as good; only rights are missing then, and they are named.
    platform.ask(
        "CREATE POLICY all_of_it ON conversations FOR ALL TO plain USING (true); CREATE POLICY all_of_it ON batch_jobs FOR SELECT TO plain USING (true);",
    );
    let refused = platform.program.run(["conversations", "list"]);
    assert!(refused.code == 1 && refused.error.contains("permission denied"), "{}", refused.error);
    platform.ask(
        "GRANT USAGE ON SCHEMA brightrun TO plain; GRANT ALL ON ALL TABLES IN SCHEMA brightrun TO plain;",
    );
    assert_eq!(platform.list(&[]).len(), WHOLE.len() + 2);
}

/// The policies of the platform show a role without claims no training set and no data set: what they name is unknown
/// then, and so nothing is removed (decision 0102).
#[test]
#[ignore = "needs BRIGHTRUN_REFERENCE"]
fn what_a_role_cannot_look_for_stays() {
    let platform = Platform::in_a_folder();
    platform.attach();
    platform.ask(PLAIN);
    for table in
        ["conversations", "batch_jobs", "batch_items", "training_files", "training_file_conversations"]
    {
        platform.ask(&format!("CREATE POLICY all_of_it ON {table} FOR ALL TO plain USING (true)"));
    }
    platform.ask(&format!(
        "GRANT USAGE ON SCHEMA brightrun TO plain; GRANT ALL ON ALL TABLES IN SCHEMA brightrun TO plain; \
         INSERT INTO workbases (id, user_id, name) VALUES ('99999999-0000-4000-8000-000000000001', '{ME}', 'Base'); \
         INSERT INTO training_sets (user_id, workbase_id, name, jsonl_path) VALUES \
         ('{ME}', '99999999-0000-4000-8000-000000000001', 'Set', '{LIVE_FOLDER}/training.jsonl')"
    ));
    let url = platform.url.replace("brightrun@", "plain@");
    platform.configure(&url, &format!("url = \"{}\"\n", platform.program.path("objects").display()));
    platform.program.run(["files", "add", LIVE, &corpus::id(2)]).ok();
    let objects = platform.program.path("objects/training-files").join(LIVE_FOLDER);
    assert!(objects.join("training.jsonl").exists(), "a training set of the platform reads it");
}
