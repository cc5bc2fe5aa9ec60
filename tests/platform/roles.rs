//! Roles that row-level security keeps rows from (decision 0101).

use crate::fixture::{Platform, WHOLE};

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
