//! `schema`, and that what it allows is what the program reads.
//!
//! Schemas are held against the program by one law: what a schema refuses the program
//! complains of, and where the program says "no such field" or "no such type" the schema
//! refuses it too. The law is tried on every field with every sort of value, and on all
//! front matter of this repository, good and bad.

use std::collections::BTreeSet;
use std::fs;

use jsonschema::Validator;
use serde_json::{Map, Value, json};
use weeknotes::config::Config;
use weeknotes::content::{Document, Library};
use weeknotes::diagnostics::Diagnostic;
use weeknotes::source::{SourceText, SourceTree};

use crate::fixture::{Site, golden, repository, tree};

const ALL: [&str; 4] = ["front-matter", "series", "config", "sources"];

/// What says that something cannot be read at all, rather than that it means nothing.
const STRUCTURE: [&str; 3] = ["unknown-field", "wrong-type", "misplaced-field"];

fn printed(arguments: &[&str]) -> Value {
    let run = Site::new().run(&[&["schema"], arguments].concat());
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{arguments:?}");
    serde_json::from_str(&run.stdout).expect("JSON")
}

fn schema(of: &str) -> Value {
    printed(&["--of", of])
}

fn validator(schema: &Value) -> Validator {
    jsonschema::draft202012::new(schema).expect("a schema")
}

/// The schema that a file is held against, by its path.
fn of_file(path: &str) -> Option<&'static str> {
    match path {
        "weeknotes.yaml" => Some("config"),
        "content/sources.yaml" => Some("sources"),
        _ if !path.ends_with(".md") || !path.starts_with("content/") => None,
        _ if path.starts_with("content/series/") => Some("series"),
        _ => Some("front-matter"),
    }
}

/// What the program says of a file by itself.
fn told(path: &str, text: &str) -> Vec<Diagnostic> {
    let source = SourceText::new(path, text);
    let mut told = match of_file(path) {
        Some("config") => Config::read(&SourceTree::from_texts([(path, text)]), None).diagnostics,
        Some("sources") => Library::read(&source).diagnostics,
        _ => Document::read(&source).diagnostics,
    };
    // That a site has no address yet is no mistake in what is written.
    told.retain(|found| found.code != "no-url");
    told
}

/// A file that says this.
fn file(of: &str, value: &Value) -> (&'static str, String) {
    let yaml = serde_yaml::to_string(&as_yaml(value)).expect("YAML");
    match of {
        "config" => ("weeknotes.yaml", yaml),
        "sources" => ("content/sources.yaml", yaml),
        "series" => ("content/series/a.md", format!("---\n{yaml}---\nText.\n")),
        _ => ("content/posts/2026-01-06-a.md", format!("---\n{yaml}---\nText.\n")),
    }
}

/// Keys that are numbers in YAML are texts in JSON.
fn as_yaml(value: &Value) -> serde_yaml::Value {
    let key = |key: &String| key.parse::<u32>().map_or_else(|_| key.as_str().into(), serde_yaml::Value::from);
    match value {
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| (key(name), as_yaml(value))).collect::<serde_yaml::Mapping>().into()
        }
        Value::Array(entries) => entries.iter().map(as_yaml).collect::<Vec<_>>().into(),
        plain => serde_yaml::to_value(plain).expect("YAML"),
    }
}

/// How the law does not hold of a file, if it does not.
enum Broken {
    /// The schema refuses what the program reads.
    TooStrict(String),
    /// The schema allows what the program does not read.
    TooLax(String),
}

fn broken_law(validator: &Validator, value: &Value, path: &str, text: &str) -> Option<Broken> {
    let told = told(path, text);
    let refused: Vec<String> =
        validator.iter_errors(value).map(|error| format!("{} {error}", error.instance_path())).collect();
    let is_structure = |found: &&Diagnostic| STRUCTURE.contains(&found.code) && !is_calendar(found);
    let cannot_be_read: Vec<&str> = told.iter().filter(is_structure).map(|found| found.message.as_str()).collect();
    if !refused.is_empty() && told.is_empty() {
        return Some(Broken::TooStrict(refused.join("; ")));
    }
    let is_too_lax = refused.is_empty() && !cannot_be_read.is_empty();
    is_too_lax.then(|| Broken::TooLax(cannot_be_read.join("; ")))
}

/// An expression knows no calendar: 2026-02-30 has the form of a date.
fn is_calendar(found: &Diagnostic) -> bool {
    found.message.contains("`2026-02-30`, which is no date")
}

/// A value for a property: its example or default, else one made of its type.
fn example(property: &Value, root: &Value) -> Value {
    let property = resolved(property, root);
    let given = property.pointer("/examples/0").or(property.get("default")).or(property.pointer("/enum/0"));
    if let Some(given) = given {
        return given.clone();
    }
    if let Some(first) = property.pointer("/anyOf/0").filter(|_| property.get("properties").is_none()) {
        return example(first, root);
    }
    let first_type = property["type"].as_str().or(property["type"][0].as_str());
    match first_type.expect("a type") {
        "object" => complete(&property, root),
        "array" => json!([example(&property["items"], root)]),
        "integer" => property["minimum"].clone(),
        "boolean" => json!(true),
        _ => json!("text"),
    }
}

/// A property with what it refers to.
fn resolved(property: &Value, root: &Value) -> Value {
    let Some(name) = property["$ref"].as_str() else { return property.clone() };
    let mut whole = root.pointer(&name[1..]).expect("a definition").clone();
    for (key, value) in property.as_object().expect("a schema").iter().filter(|(key, _)| *key != "$ref") {
        whole[key] = value.clone();
    }
    whole
}

/// A mapping with every property that it may have.
fn complete(mapping: &Value, root: &Value) -> Value {
    let properties = mapping["properties"].as_object().expect("properties");
    let mut all: Map<String, Value> =
        properties.iter().map(|(name, property)| (name.clone(), example(property, root))).collect();
    for (one, other) in [("authors", "author"), ("editors", "editor"), ("organization", "organisation")] {
        if all.contains_key(other) && all.contains_key("authors") && properties.contains_key("draft") {
            all.shift_remove(one);
        }
    }
    Value::Object(all)
}

/// A whole document of a schema.
fn whole(schema: &Value) -> Value {
    if schema["type"] == "array" { example(schema, schema) } else { complete(schema, schema) }
}

/// Every place in a document, from the root.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    let mut inner = |key: &str, value: &Value| {
        let place = format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
        found.push(place.clone());
        places(value, &place, found);
    };
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, value)| inner(key, value)),
        Value::Array(entries) => entries.iter().enumerate().for_each(|(at, value)| inner(&at.to_string(), value)),
        _ => {}
    }
}

fn probes() -> Vec<Value> {
    vec![
        Value::Null,
        json!(true),
        json!(false),
        json!(0),
        json!(7),
        json!(2019),
        json!(-1),
        json!(1.5),
        json!(""),
        json!("text"),
        json!("2026-01-06"),
        json!("2026-01-06 09:00"),
        json!("2026-13-06"),
        json!("https://example.org/"),
        json!("javascript:x"),
        json!([]),
        json!(["text"]),
        json!([7]),
        json!([true]),
        json!([[]]),
        json!([null]),
        json!([{}]),
        json!({}),
        json!({"unknown": 1}),
        json!({"name": "text"}),
        json!({"title": "text"}),
        json!({"min": 3}),
    ]
}

/// What the program reads although nobody should write it so, and schemas refuse: `true`
/// for a text, an empty text or entry that it passes over, a time behind a source's day,
/// and hours without a colon.
fn is_lenient(place: &str, probe: &Value) -> bool {
    let field = place.rsplit('/').next().unwrap_or_default();
    match probe {
        Value::Bool(_) => true,
        Value::Null => {
            field.bytes().all(|byte| byte.is_ascii_digit()) || ["name", "src", "title", "url"].contains(&field)
        }
        Value::String(text) => {
            text.is_empty() || (text == "2026-01-06 09:00" && (place.starts_with("/0/") || field == "publish_at"))
        }
        Value::Number(_) => field == "publish_at",
        Value::Array(entries) => matches!(entries.as_slice(), [Value::Bool(_) | Value::Null]),
        Value::Object(_) => false,
    }
}

#[test]
fn schemas_are_schemas() {
    for of in ALL {
        let schema = schema(of);
        jsonschema::meta::validate(&schema).unwrap_or_else(|error| panic!("{of}: {error}"));
        let whole = whole(&schema);
        let errors: Vec<String> = validator(&schema).iter_errors(&whole).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{of}: {errors:?}");
    }
}

#[test]
fn every_property_is_a_field() {
    for of in ALL {
        let (path, text) = file(of, &whole(&schema(of)));
        assert_eq!(told(path, &text), [], "{text}");
    }
}

#[test]
fn a_schema_and_the_program_agree_on_every_sort_of_value() {
    let mut wrong = Vec::new();
    for of in ALL {
        let schema = schema(of);
        let (validator, whole) = (validator(&schema), whole(&schema));
        let mut all = Vec::new();
        places(&whole, "", &mut all);
        let is_own = |place: &String| place.starts_with("/extra") || place.starts_with("/theme_params/");
        for place in all.iter().filter(|place| !is_own(place) || place.matches('/').count() == 1) {
            for probe in probes() {
                let mut changed = whole.clone();
                *changed.pointer_mut(place).expect("a place") = probe.clone();
                let (path, text) = file(of, &changed);
                match broken_law(&validator, &changed, path, &text) {
                    Some(Broken::TooStrict(why)) if !is_lenient(place, &probe) => {
                        wrong.push(format!("{of} {place} = {probe} is refused and read: {why}"));
                    }
                    Some(Broken::TooLax(why)) => {
                        wrong.push(format!("{of} {place} = {probe} is allowed and not read: {why}"));
                    }
                    _ => {}
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
}

/// The names of all properties in a schema.
fn names(schema: &Value, found: &mut BTreeSet<String>) {
    match schema {
        Value::Object(fields) => {
            let properties = fields.get("properties").and_then(Value::as_object);
            found.extend(properties.into_iter().flat_map(Map::keys).cloned());
            fields.values().for_each(|inner| names(inner, found));
        }
        Value::Array(entries) => entries.iter().for_each(|inner| names(inner, found)),
        _ => {}
    }
}

#[test]
fn no_mapping_has_a_field_that_its_schema_lacks() {
    let mut all_names = BTreeSet::from(["unknown".to_owned()]);
    for of in ALL {
        names(&schema(of), &mut all_names);
    }
    let mut wrong = Vec::new();
    for of in ALL {
        let schema = schema(of);
        let (validator, whole) = (validator(&schema), whole(&schema));
        let mut all = vec![String::new()];
        places(&whole, "", &mut all);
        let is_open =
            |place: &&String| ["/extra", "/theme_params", "/seasons"].iter().any(|open| place.starts_with(open));
        for place in all.iter().filter(|place| !is_open(place)) {
            let Some(mapping) = whole.pointer(place).and_then(Value::as_object) else { continue };
            for name in all_names.iter().filter(|name| !mapping.contains_key(*name)) {
                let mut changed = whole.clone();
                changed.pointer_mut(place).expect("a place")[name] = json!("text");
                let (path, text) = file(of, &changed);
                if matches!(broken_law(&validator, &changed, path, &text), Some(Broken::TooStrict(_))) {
                    wrong.push(format!("{of} {place}/{name}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "fields that no schema has: {wrong:?}");
}

#[test]
fn defaults_are_what_the_program_takes() {
    fn defaults(properties: &Value) -> Map<String, Value> {
        let given = properties.as_object().expect("properties").iter().filter_map(|(name, property)| {
            let inner = property.get("properties").map(|inner| Value::Object(defaults(inner)));
            Some((name.clone(), property.get("default").cloned().or(inner)?))
        });
        given.collect()
    }
    let written = Value::Object(defaults(&schema("config")["properties"]));
    assert!(written["citations"]["style"] == "apa" && written["paginate_by"] == 10);
    let fingerprint =
        |text: &str| Config::read(&SourceTree::from_texts([("weeknotes.yaml", text)]), None).value.fingerprint;
    assert_eq!(fingerprint(&file("config", &written).1), fingerprint(""));
}

/// The YAML of a file as data, when it is any.
fn data(path: &str, text: &str) -> Option<Value> {
    let yaml = if path.ends_with(".md") { text.strip_prefix("---\n")?.split("\n---\n").next()? } else { text };
    let value: serde_yaml::Value = serde_yaml::from_str(yaml).ok()?;
    serde_json::to_value(value).ok().filter(|value| !value.is_null())
}

#[test]
fn what_is_written_here_is_as_the_schemas_say() {
    let validators = ALL.map(|of| (of, validator(&schema(of))));
    let validator = |path: &str| {
        let of = of_file(path)?;
        validators.iter().find(|(known, _)| *known == of).map(|(_, validator)| validator)
    };
    let mut good = 0;
    let content =
        tree(&repository().join("content")).into_iter().map(|(path, bytes)| (format!("content/{path}"), bytes));
    let config = ("weeknotes.yaml".to_owned(), fs::read(repository().join("weeknotes.yaml")).expect("a file"));
    for (path, bytes) in content.chain([config]) {
        let (Some(validator), Ok(text)) = (validator(&path), String::from_utf8(bytes)) else { continue };
        let value = data(&path, &text).unwrap_or_else(|| panic!("{path} has no YAML"));
        let refused: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
        assert!(refused.is_empty(), "{path}: {refused:?}");
        good += 1;
    }
    assert!(good > 15, "{good}");
    let (mut wrong, mut refused) = (Vec::new(), 0);
    for (name, text) in tree(&repository().join("tests/cases")) {
        let text = String::from_utf8(text).expect("a case");
        for (path, text) in text.split("==> ").skip(1).filter_map(|section| section.split_once('\n')) {
            let (Some(validator), Some(value)) = (validator(path), data(path, text)) else { continue };
            refused += usize::from(!validator.is_valid(&value));
            match broken_law(validator, &value, path, text) {
                Some(Broken::TooStrict(why)) => wrong.push(format!("{name} {path} is refused and read: {why}")),
                Some(Broken::TooLax(why)) => wrong.push(format!("{name} {path} is allowed and not read: {why}")),
                None => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(refused > 15, "{refused}");
}

const SERIES: &str = "---
title: Tuesday Notes
contract:
  title: \"Week {part}: *\"
  sources: 2
  next_week: true
  words: 300-
  tags: [Group Therapy, c++]
---
";

#[test]
fn a_contract_narrows_the_schema_of_posts() {
    let site = Site::new().file("content/series/tuesday.md", SERIES);
    let run = site.run(&["schema", "--series", "tuesday"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert_eq!(site.run(&["schema", "--series", "tuesday notes"]).stdout, run.stdout);
    let schema: Value = serde_json::from_str(&run.stdout).expect("JSON");
    jsonschema::meta::validate(&schema).expect("a schema");
    let validator = validator(&schema);
    let good = json!({
        "title": "Week 12: Grief (a note)",
        "series": "Tuesday Notes",
        "next_week": "Sleep",
        "tags": ["c++", "group-therapy", "more"],
        "sources": ["a", "b"],
    });
    assert!(validator.is_valid(&good));
    for (field, bad) in [
        ("title", json!("Week 12")),
        ("title", json!("Week x: Grief")),
        ("title", json!("My Week 1: Grief")),
        ("next_week", Value::Null),
        ("tags", json!(["c++"])),
        ("tags", json!(["group therapy"])),
        ("tags", json!(["c", "group therapies"])),
        ("tags", json!("group therapy")),
        ("sources", json!(["a"])),
        ("prefix", json!(true)),
    ] {
        let mut changed = good.clone();
        changed[field] = bad.clone();
        assert!(!validator.is_valid(&changed), "{field}: {bad}");
        changed.as_object_mut().expect("a mapping").shift_remove(field);
        let is_asked_for = ["tags", "next_week"].contains(&field);
        assert_eq!(validator.is_valid(&changed), !is_asked_for, "without {field}");
    }
}

#[test]
fn a_series_without_a_contract_has_no_schema() {
    let site = Site::new()
        .file("content/series/tuesday.md", "---\ntitle: Tuesday Notes\n---\n")
        .file("content/series/broken.md", "---\ntitle: Broken\ncontract: {title: Week}\n---\n");
    let run = |series: &str| {
        let run = site.run(&["schema", "--series", series]);
        assert_eq!(run.stdout, "", "{series}");
        format!("exit {}\n{}", run.code, run.stderr)
    };
    golden("schema-series.txt", &["tuesday", "Tuesday Note", "elsewhere", "broken"].map(run).join("\n"));
}

#[test]
fn a_begun_site_says_where_its_schemas_are() {
    let site = Site::empty();
    assert_eq!(site.run(&["init"]).code, 0);
    for (of, path) in [("config", "weeknotes.yaml"), ("sources", "content/sources.yaml")] {
        let text = site.read(path);
        let first = text.lines().next().expect("a line");
        let named = first.strip_prefix("# yaml-language-server: $schema=").expect("a schema");
        let folder = site.path().join(path).parent().expect("a folder").join(named);
        assert_eq!(fs::read_to_string(folder).expect("the schema"), site.run(&["schema", "--of", of]).stdout);
        if let Some(value) = data(path, &text) {
            assert!(validator(&schema(of)).is_valid(&value), "{path}");
        }
    }
}
