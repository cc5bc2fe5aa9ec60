//! The settings: what may be written, what wins, what is said about the rest.

use super::*;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

struct Home {
    dir: tempfile::TempDir,
}

impl Home {
    fn new() -> Self {
        Self { dir: tempfile::tempdir().expect("a folder") }
    }
    fn file(&self) -> PathBuf {
        self.dir.path().join("config.toml")
    }
    fn with(text: &str) -> Self {
        let home = Self::new();
        fs::write(home.file(), text).expect("the file");
        home.mode(0o600);
        home
    }
    #[cfg(unix)]
    fn mode(&self, mode: u32) {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(self.file(), fs::Permissions::from_mode(mode)).expect("the mode");
    }
    #[cfg(not(unix))]
    fn mode(&self, _: u32) {}
    fn sources(&self, env: &[(&str, &str)]) -> Sources {
        let env = env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Sources {
            file: Some(self.file()),
            data_dir: Some(self.dir.path().join("data")),
            env: env.collect::<BTreeMap<_, _>>(),
            flags: Vec::new(),
        }
    }
    fn load(&self, env: &[(&str, &str)]) -> Result<Loaded, ConfigError> {
        load(&self.sources(env))
    }
    /// What is said about this file, without its folder.
    fn complaint(&self) -> String {
        let said = self.load(&[]).expect_err("a complaint").to_string();
        said.replace(&format!("{}/", self.dir.path().display()), "")
    }
}

fn complaint(text: &str) -> String {
    Home::with(text).complaint()
}

#[test]
fn an_unknown_key_is_named_with_its_line_and_the_nearest_known_one() {
    assert_eq!(
        complaint("[ui]\ntheme = \"night\"\n\nmosue = true\n"),
        "config.toml, line 4: there is no key `ui.mosue`. Did you mean `ui.mouse`."
    );
    assert_eq!(
        complaint("[databse]\nurl = \"\"\n"),
        "config.toml, line 1: there is no key `databse`. Did you mean `database`."
    );
    assert_eq!(
        complaint("[files]\nregion = \"x\"\n"),
        "config.toml, line 2: there is no key `files.region`. Did you mean `files.s3.region`."
    );
    assert_eq!(
        complaint("coffee_strength = 3"),
        "config.toml, line 1: there is no key `coffee_strength`. `brightrun config schema` lists all keys."
    );
}

#[test]
fn a_wrong_type_names_the_line_and_what_is_expected() {
    for (text, said) in [
        ("[ui]\nmouse = \"yes\"", "line 2: `ui.mouse` cannot be \"yes\". Write true or false."),
        ("[ui]\n\ntheme = 3", "line 3: `ui.theme` cannot be 3. Write text in quotation marks."),
        (
            "[ui]\ncolor = \"blue\"",
            "line 2: `ui.color` cannot be \"blue\". Write one of auto, never, 16, 256, true.",
        ),
        ("[log]\nkeep = 0", "line 2: `log.keep` cannot be 0. Write a whole number from 1 to 365."),
        ("[log]\nkeep = 1.5", "line 2: `log.keep` cannot be a float. Write a whole number from 1 to 365."),
        (
            "[log]\nlevel = [\"info\"]",
            "line 2: `log.level` cannot be an array. Write one of off, error, warn, info, debug, trace.",
        ),
        ("ui = 3", "line 1: `ui` is a section and cannot be an integer. Write [ui] on a line of its own."),
        (
            "[database]\nuser = \"ann\"",
            ": `database.user` cannot be \"ann\". Write an e-mail address, or the UUID as in the column user_id of the database.",
        ),
        (
            "[database]\nurl = \"mysql://x\"",
            ": `database.url` names no database that brightrun knows. Write sqlite:PATH or postgres://USER@HOST/NAME.",
        ),
    ] {
        let complaint = complaint(text);
        assert!(complaint.ends_with(said), "{complaint}\nis not\n{said}");
    }
}

#[test]
fn everything_wrong_is_said_at_once_in_the_order_of_the_file() {
    let said = complaint("[ui]\nmouse = 1\ncolour = \"auto\"\n[log]\nkeep = \"x\"\n");
    let lines: Vec<&str> = said.lines().map(|line| &line[13..19]).collect();
    assert_eq!(lines, ["line 2", "line 3", "line 5"], "{said}");
}

#[test]
fn text_that_is_no_toml_is_refused_with_its_line() {
    for (text, line) in [
        ("[ui\n", "line 1"),
        ("[ui]\ntheme = night\n", "line 2"),
        ("[ui]\nmouse = true\nmouse = true\n", "line 3"),
        ("{\"ui\": {}}", "line 1"),
    ] {
        assert!(
            complaint(text).starts_with(&format!("config.toml, {line}: ")),
            "{text}: {}",
            complaint(text)
        );
    }
    let home = Home::new();
    fs::write(home.file(), [0xff, 0xfe, 0x00]).expect("the file");
    assert!(home.complaint().contains("Save it as UTF-8"), "{}", home.complaint());
}

#[test]
fn what_is_valid_is_taken() {
    for text in [
        "",
        "# nothing",
        "[ui]",
        "ui.mouse = false",
        "ui = { mouse = false }",
        "[log]\nkeep = 0x10",
        "\u{feff}[ui]",
    ] {
        let loaded = Home::with(text).load(&[]);
        assert!(loaded.is_ok(), "{text}: {loaded:?}");
    }
}

#[test]
fn flags_win_over_the_environment_the_environment_over_the_file_the_file_over_the_default() {
    let home =
        Home::with("[ui]\ntheme = \"day\"\n[log]\nlevel = \"warn\"\n[profile]\nenvironment = \"staging\"\n");
    let env = [
        ("BRIGHTRUN_UI_THEME", "night"),
        ("BRIGHTRUN_LOG_LEVEL", "debug"),
        ("BRIGHTRUN_UI_MOUSE", "0"),
        ("DATABASE_URL", "sqlite:weak"),
        ("BRIGHTRUN_LOG_KEEP", ""),
    ];
    let mut sources = home.sources(&env);
    sources.flags = vec![("--theme", "ui.theme", "mono".to_owned())];
    let loaded = load(&sources).expect("settings");
    let config = &loaded.config;
    assert_eq!(config.ui.theme, "mono");
    assert_eq!(*loaded.origin("ui.theme"), Origin::Flag("--theme".to_owned()));
    assert_eq!(config.log.level, Level::Debug);
    assert_eq!(*loaded.origin("log.level"), Origin::Environment("BRIGHTRUN_LOG_LEVEL".to_owned()));
    assert_eq!(config.profile.environment, "staging");
    assert_eq!(*loaded.origin("profile.environment"), Origin::File);
    assert_eq!((config.log.keep, loaded.origin("log.keep")), (7, &Origin::Default));
    assert!(!config.ui.mouse);
    assert_eq!(config.database_url(), "sqlite:weak");

    let loaded = home.load(&[("DATABASE_URL", "sqlite:weak"), ("BRIGHTRUN_DATABASE_URL", "sqlite:strong")]);
    assert_eq!(loaded.expect("settings").config.database_url(), "sqlite:strong");
}

#[test]
fn a_bad_variable_is_named_and_a_secret_one_is_not_repeated() {
    let said = Home::with("").load(&[("BRIGHTRUN_UI_MOUSE", "maybe")]).expect_err("a complaint").to_string();
    assert_eq!(said, "the variable BRIGHTRUN_UI_MOUSE: `ui.mouse` cannot be \"maybe\". Write true or false.");
    let said = Home::with("")
        .load(&[("DATABASE_URL", "mysql://ann:hunter2@db")])
        .expect_err("a complaint")
        .to_string();
    assert!(said.starts_with("the variable DATABASE_URL:") && !said.contains("hunter2"), "{said}");
}

#[test]
fn a_named_config_file_must_exist_and_the_usual_one_need_not() {
    let home = Home::new();
    let said = home.load(&[]).expect_err("a complaint").to_string();
    assert!(said.contains("this config file does not exist"), "{said}");
    let variable = home.file().display().to_string();
    let by_variable = Sources { file: None, ..home.sources(&[("BRIGHTRUN_CONFIG", &variable)]) };
    assert!(load(&by_variable).is_err());
}

#[cfg(unix)]
#[test]
fn a_secret_in_a_file_that_others_can_read_is_refused_without_repeating_it() {
    for text in [
        "[database]\nurl = \"postgres://ann:hunter2@db/x\"",
        "[files.s3]\nsecret_access_key = \"hunter2\"",
        "[files.s3]\nsession_token = \"hunter2\"",
    ] {
        let home = Home::with(text);
        assert!(home.load(&[]).is_ok(), "0600 is accepted: {text}");
        home.mode(0o640);
        let said = home.complaint();
        assert!(said.contains("Run chmod 600") && said.contains("mode 640"), "{said}");
        assert!(!said.contains("hunter2"), "{said}");
    }
    let home = Home::with("[database]\nurl = \"postgres://ann@db/x\"");
    home.mode(0o644);
    assert!(home.load(&[]).is_ok(), "no secret, no refusal");
}

#[test]
fn no_way_of_showing_the_settings_shows_a_secret() {
    let home = Home::with("");
    let env = [
        ("DATABASE_URL", "postgres://ann:hunter2@db/x?sslpassword=hunter2"),
        ("AWS_SECRET_ACCESS_KEY", "hunter2"),
        ("AWS_SESSION_TOKEN", ""),
    ];
    let loaded = home.load(&env).expect("settings");
    let shown = show(&loaded);
    let json = serde_json::to_string(&shown).expect("JSON");
    let config = serde_json::to_string(&loaded.config).expect("JSON");
    let debug = format!("{loaded:?} {:?}", loaded.config.places());
    for text in [&json, &config, &debug] {
        assert!(!text.contains("hunter2"), "{text}");
    }
    let value =
        |key: &str| shown.values.iter().find(|value| value.key == key).map(|value| value.value.clone());
    assert_eq!(value("files.s3.secret_access_key"), Some("set".into()));
    assert_eq!(value("files.s3.session_token"), Some("not set".into()));
    assert_eq!(value("database.url"), Some("postgres://ann:***@db/x?sslpassword=***".into()));
}

#[test]
fn a_key_in_an_address_that_is_shown_is_refused_without_repeating_it() {
    for env in [
        ("BRIGHTRUN_FILES_URL", "s3://KEY:hunter2@bucket"),
        ("BRIGHTRUN_FILES_S3_ENDPOINT", "https://ann:hunter2@s3"),
    ] {
        let said = Home::with("").load(&[env]).expect_err("a complaint").to_string();
        assert!(said.contains("AWS_SECRET_ACCESS_KEY") && !said.contains("hunter2"), "{said}");
    }
}

/// The example with every setting in force: the lines that are prose have a blank behind the `#`.
fn uncommented() -> String {
    let line = |line: &str| match line.strip_prefix('#') {
        Some(setting) if !setting.starts_with([' ', '\0']) && !setting.is_empty() => format!("{setting}\n"),
        _ => format!("{line}\n"),
    };
    EXAMPLE.lines().map(line).collect()
}

#[test]
fn the_example_lists_every_key_with_its_default() {
    let known: BTreeMap<String, Value> = keys().into_iter().map(|key| (key.path, key.default)).collect();
    let listed = file::parse(&uncommented(), &keys(), "example").expect("a valid example");
    assert_eq!(listed.into_iter().collect::<BTreeMap<_, _>>(), known);
    let commented = file::parse(EXAMPLE, &keys(), "example").expect("a valid example");
    assert_eq!(commented, Vec::new(), "every value is behind a `#`");
    let whole = Home::with(&uncommented()).load(&[]).expect("settings").config;
    let empty = Home::with("").load(&[]).expect("settings").config;
    assert_eq!(
        Config { folders: Folders::default(), ..whole },
        Config { folders: Folders::default(), ..empty }
    );
}

#[test]
fn every_key_is_documented_and_no_two_share_a_variable() {
    let keys = keys();
    let mut variables: Vec<String> = keys.iter().map(Key::variable).collect();
    variables.sort();
    variables.dedup();
    assert_eq!(variables.len(), keys.len());
    for key in &keys {
        assert!(key.about.ends_with('.') && !key.about.contains('\n'), "{}: {}", key.path, key.about);
    }
}

#[test]
fn init_writes_the_example_once_and_for_the_owner_only() {
    let home = Home::new();
    let folders = Folders { config_file: home.dir.path().join("new/config.toml"), data_dir: PathBuf::new() };
    assert!(init(&folders).expect("written").is_some());
    assert_eq!(fs::read_to_string(&folders.config_file).expect("the file"), EXAMPLE);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(&folders.config_file).expect("the file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    fs::write(&folders.config_file, "mine").expect("the file");
    assert_eq!(init(&folders), Ok(None));
    assert_eq!(fs::read_to_string(&folders.config_file).expect("the file"), "mine");
    assert_eq!(
        fs::read_dir(home.dir.path().join("new")).expect("the folder").count(),
        1,
        "nothing left behind"
    );
}

#[test]
fn the_consultant_profile_is_read_from_beside_the_config_file() {
    let home = Home::with("[profile]\nconsultant_profile = \"me.json\"\n");
    let config = home.load(&[]).expect("settings").config;
    let said = config.places().expect_err("no file").to_string();
    assert!(said.contains("me.json") && said.contains("profile.consultant_profile"), "{said}");
    fs::write(home.dir.path().join("me.json"), "[1]").expect("the file");
    assert!(config.places().expect_err("no object").to_string().contains("no JSON object"));
    fs::write(home.dir.path().join("me.json"), "{\"name\": \"Ann\"}\n").expect("the file");
    assert_eq!(config.places().expect("places").profile, "{\"name\": \"Ann\"}");
}

#[test]
fn a_path_of_the_file_begins_at_the_file_and_a_path_of_the_shell_where_it_was_given() {
    let said = |text: &str| {
        let home = Home::with(text);
        let config = home.load(&[]).expect("settings").config;
        let places = config.places().expect("places");
        let short = |text: &str| text.replace(&home.dir.path().display().to_string(), "HERE");
        (short(secrecy::ExposeSecret::expose_secret(&places.db)), short(&places.files))
    };
    for (written, meant) in [
        ("sqlite:rows.db", "sqlite:HERE/rows.db"),
        ("sqlite://sub/rows.db?mode=rwc", "sqlite:HERE/sub/rows.db?mode=rwc"),
        ("sqlite:/rows.db", "sqlite:/rows.db"),
        ("postgres://ann@db/x", "postgres://ann@db/x"),
    ] {
        assert_eq!(said(&format!("[database]\nurl = \"{written}\"\n")).0, meant);
    }
    for (written, meant) in [
        ("objects", "HERE/objects"),
        ("file:objects", "HERE/objects"),
        ("file:///objects", "/objects"),
        ("s3://bucket/prefix", "s3://bucket/prefix"),
    ] {
        assert_eq!(said(&format!("[files]\nurl = \"{written}\"\n")).1, meant);
    }
    let home = directories::BaseDirs::new().expect("a home").home_dir().display().to_string();
    let (db, files) = said("[database]\nurl = \"sqlite:~/rows.db\"\n[files]\nurl = \"~/objects\"\n");
    assert_eq!((db, files), (format!("sqlite:{home}/rows.db"), format!("{home}/objects")));

    let env =
        [("DATABASE_URL", "sqlite:rows.db"), ("BRIGHTRUN_FILES_URL", "objects"), ("BRIGHTRUN_UI_KEYS", "k")];
    let config = Home::with("").load(&env).expect("settings").config;
    assert_eq!(
        (config.database_url(), config.files_url()),
        ("sqlite:rows.db".to_owned(), "objects".to_owned())
    );
    assert_eq!(config.keys_file(), PathBuf::from("k"));
}

#[test]
fn a_budget_is_set_with_its_period_its_grace_and_its_levels() {
    use domain::budget::PeriodKind;
    let home = Home::with(
        "[training]\nmonthly_budget = 300\nbudget_period = \"rolling_30d\"\nblock_over_budget = true\nbudget_grace_percent = 10\nbudget_levels = \"50, 90\"\n",
    );
    let budget = |config: super::Config| config.places().expect("places").training.budget;
    let set = budget(home.load(&[]).expect("settings").config);
    assert_eq!(
        (set.period, set.grace_percent, set.levels.as_slice()),
        (PeriodKind::Rolling30d, 10, [50, 90].as_slice())
    );
    assert_eq!(set.ceiling(), domain::money::Usd::dollars(330));
    let never = Home::with("[training]\nbudget_levels = \"\"\n").load(&[]).expect("settings").config;
    assert_eq!(budget(never).levels, Vec::<u16>::new());
    let other = home.load(&[("BRIGHTRUN_TRAINING_BUDGET_LEVELS", "70")]).expect("settings").config;
    assert_eq!(budget(other).levels, [70]);
    assert_eq!(budget(super::Config::default()), domain::budget::Budget::default(), "one list of defaults");
    for wrong in ["80,eighty", "95,80", "0", "2000"] {
        let said = complaint(&format!("[training]\nbudget_levels = \"{wrong}\"\n"));
        assert!(said.contains("training.budget_levels") && said.contains("80,95,100"), "{said}");
    }
    assert!(complaint("[training]\nbudget_period = \"week\"\n").contains("rolling_30d"));
    assert!(complaint("[training]\nbudget_grace_percent = 101\n").contains("budget_grace_percent"));
}
