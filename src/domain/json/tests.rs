use super::{Error, Kind, MAX_DEPTH, Position, both, compact, number, pretty, quote};

fn tight(source: &str) -> Result<String, Error> {
    let mut out = Vec::new();
    compact(source.as_bytes(), &mut out)?;
    Ok(String::from_utf8(out).expect("UTF-8"))
}

fn loose(source: &str, indent: usize) -> String {
    let (mut out, mut line, mut twin) = (Vec::new(), Vec::new(), Vec::new());
    pretty(source.as_bytes(), indent, &mut out).expect("valid");
    both(source.as_bytes(), indent, &mut twin, &mut line).expect("valid");
    assert_eq!(out, twin);
    assert_eq!(line, tight(source).expect("valid").into_bytes());
    String::from_utf8(out).expect("UTF-8")
}

#[test]
fn faults_are_found_where_they_are() {
    for (source, kind, line, column) in [
        ("", Kind::Cut, 1, 1),
        ("{\"a\":1", Kind::Cut, 1, 7),
        ("{\n \"é\": tru }", Kind::Expected("a value"), 2, 7),
        ("[1,]", Kind::Expected("a value"), 1, 4),
        ("{\"a\" 1}", Kind::Expected("a colon"), 1, 6),
        ("{a:1}", Kind::Expected("a key in quotes"), 1, 2),
        ("[1 2]", Kind::Expected("a comma or ]"), 1, 4),
        ("{\"a\":1 \"b\":2}", Kind::Expected("a comma or }"), 1, 8),
        ("\"a\nb\"", Kind::Control, 1, 3),
        ("\"a\\xb\"", Kind::Escape, 1, 3),
        ("\"\\u12G4\"", Kind::Escape, 1, 2),
        ("\"abc", Kind::Cut, 1, 5),
        ("\"abc\\", Kind::Cut, 1, 6),
        ("01", Kind::Number, 1, 1),
        ("1.", Kind::Number, 1, 1),
        ("-", Kind::Number, 1, 1),
        ("1e", Kind::Number, 1, 1),
        ("{} {}", Kind::Trailing, 1, 4),
        ("\u{feff}{]", Kind::Expected("a key in quotes"), 1, 2),
        ("{\u{feff}}", Kind::Expected("a key in quotes"), 1, 2),
    ] {
        let error = tight(source).expect_err(source);
        assert_eq!((error.kind, error.at.line, error.at.column), (kind, line, column), "{source}");
    }
    let error = compact(b"[\"\xFF\"]", &mut Vec::new()).expect_err("not UTF-8");
    assert_eq!((error.kind, error.at.offset), (Kind::Encoding, 2));
}

#[test]
fn nesting_ends_somewhere() {
    let deep = |n: usize| "[".repeat(n) + &"]".repeat(n);
    assert!(tight(&deep(MAX_DEPTH)).is_ok());
    assert_eq!(tight(&deep(MAX_DEPTH + 1)).expect_err("too deep").kind, Kind::Deep);
    assert_eq!(tight(&"{\"a\":".repeat(100_000)).expect_err("too deep").kind, Kind::Deep);
}

#[test]
fn numbers_are_spelled_as_in_javascript() {
    for (source, expected) in [
        ("3.0", "3"),
        ("1e2", "100"),
        ("-0", "0"),
        ("-0.0", "0"),
        ("0.10", "0.1"),
        ("2.8", "2.8"),
        ("1E21", "1e+21"),
        ("123456789012345678901234567890", "1.2345678901234568e+29"),
        ("100000000000000000000", "100000000000000000000"),
        ("9007199254740993", "9007199254740992"),
        ("0.000001", "0.000001"),
        ("0.0000001", "1e-7"),
        ("-1.5e-10", "-1.5e-10"),
        ("5e-324", "5e-324"),
        ("1e999", "null"),
        ("0.30000000000000004", "0.30000000000000004"),
        ("1.7976931348623157e308", "1.7976931348623157e+308"),
        ("3.3333333333333335", "3.3333333333333335"),
    ] {
        assert_eq!(tight(source).expect(source), expected);
    }
    assert_eq!(number(10.0 / 3.0), "3.3333333333333335");
    assert_eq!(number(f64::NAN), "null");
}

#[test]
fn strings_are_spelled_as_in_javascript() {
    for (source, expected) in [
        (r#""a\/b""#, r#""a/b""#),
        (r#""\u00e9\u00E9""#, r#""éé""#),
        (r#""\u0008\u0009\u000a\u000c\u000d""#, r#""\b\t\n\f\r""#),
        (r#""\u001F\u0000""#, r#""\u001f\u0000""#),
        (r#""\ud83d\ude00""#, r#""😀""#),
        (r#""\uD83D""#, r#""\ud83d""#),
        (r#""\uDE00\uD83D""#, r#""\ude00\ud83d""#),
        (r#""\uD83D\n""#, r#""\ud83d\n""#),
        (r#""\uD83D\u0041""#, r#""\ud83dA""#),
        (r#""\u2028\u007f""#, "\"\u{2028}\u{7f}\""),
        (r#""\u0022\u005c""#, r#""\"\\""#),
        (
            r#""plain \" \\ \n text of some length that goes past thirty-two bytes""#,
            r#""plain \" \\ \n text of some length that goes past thirty-two bytes""#,
        ),
    ] {
        assert_eq!(tight(source).expect(source), expected);
    }
    let mut out = Vec::new();
    quote("a\"b\\c\n\u{1}é", &mut out);
    assert_eq!(out, r#""a\"b\\c\n\u0001é""#.as_bytes());
}

#[test]
fn keys_are_ordered_as_in_javascript() {
    for (source, expected) in [
        (r#"{"a":1,"b":2,"a":3}"#, r#"{"a":3,"b":2}"#),
        (r#"{"b":1,"10":2,"9":3,"a":4,"01":5,"-1":6}"#, r#"{"9":3,"10":2,"b":1,"a":4,"01":5,"-1":6}"#),
        (r#"{"4294967294":1,"x":2,"4294967295":3,"0":4}"#, r#"{"0":4,"4294967294":1,"x":2,"4294967295":3}"#),
        (r#"{"\u0061":1,"a":2}"#, r#"{"a":2}"#),
        (
            r#"{"o":{"x":[{"k":1,"k":{"1":1,"0":2}}]},"o2":{}}"#,
            r#"{"o":{"x":[{"k":{"0":2,"1":1}}]},"o2":{}}"#,
        ),
        (r#"{"__proto__":1,"":2}"#, r#"{"__proto__":1,"":2}"#),
    ] {
        assert_eq!(tight(source).expect(source), expected);
    }
    let many: Vec<String> = (0..200).map(|n| format!("\"k{}\":{n}", n % 150)).collect();
    let many = tight(&format!("{{{}}}", many.join(","))).expect("valid");
    assert!(many.starts_with(r#"{"k0":150,"k1":151"#) && many.ends_with(r#""k149":149}"#), "{many}");
}

#[test]
fn lines_stand_where_they_should() {
    assert_eq!(
        loose("{\"a\":[],\"b\":{},\"c\":[1,{\"d\":null}]}", 2),
        "{\n    \"a\": [],\n    \"b\": {},\n    \"c\": [\n      1,\n      {\n        \"d\": null\n      }\n    ]\n  }"
    );
    assert_eq!(loose(" [ true , false ] ", 0), "[\n  true,\n  false\n]");
    assert_eq!(
        loose("{\"b\":{\"1\":[],\"0\":{\"x\":1}}}", 0),
        "{\n  \"b\": {\n    \"0\": {\n      \"x\": 1\n    },\n    \"1\": []\n  }\n}"
    );
    let deep = "[".repeat(60) + &"]".repeat(60);
    assert!(loose(&deep, 4).contains(&format!("\n{}[]", " ".repeat(4 + 2 * 59))));
}

#[test]
fn positions_move_with_their_part() {
    let start = Position { offset: 100, line: 7, column: 5 };
    assert_eq!(Position::find(b"ab", 1).moved(start), Position { offset: 101, line: 7, column: 6 });
    assert_eq!(Position::find(b"a\nbc", 3).moved(start), Position { offset: 103, line: 8, column: 2 });
}
