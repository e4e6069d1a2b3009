//! The schema of posts, narrowed by what a series asks of them.

use serde_json::{Map, Value, json};

use crate::config::Slugs;
use crate::content::{Contract, TitlePattern, slugify};

/// Asks in a schema of posts for what a contract asks for, as far as front matter can tell.
pub(super) fn narrow(schema: &mut Value, contract: &Contract, slugs: Slugs) {
    let mut required = Vec::new();
    let Some(Value::Object(properties)) = schema.get_mut("properties") else { return };
    if let Some(pattern) = &contract.title {
        let asked = json!({"pattern": title(pattern), "patternErrorMessage": format!("The series asks for titles like {pattern}.")});
        ask(properties, "title", &format!("Like {pattern}."), asked);
    }
    if contract.sources > 0 {
        let meaning = format!("At least {} here or cited in the text.", contract.sources);
        ask(properties, "sources", &meaning, json!({"minItems": contract.sources}));
    }
    if contract.next_week {
        required.push("next_week");
        let meaning = "The series asks for it; for a build a link in the text to what comes next will do.";
        ask(properties, "next_week", meaning, json!({"type": ["string", "number"]}));
    }
    if !contract.tags.is_empty() {
        required.push("tags");
        let all: Vec<Value> = contract.tags.iter().map(|tag| has_tag(tag, slugs)).collect();
        ask(properties, "tags", &format!("With {}.", contract.tags.join(", ")), json!({"allOf": all}));
    }
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
}

fn ask(properties: &mut Map<String, Value>, name: &str, meaning: &str, asked: Value) {
    let Some(Value::Object(property)) = properties.get_mut(name) else { return };
    if let Some(Value::String(description)) = property.get_mut("description") {
        description.push(' ');
        description.push_str(meaning);
    }
    property.remove("examples");
    if let Value::Object(asked) = asked {
        property.extend(asked);
    }
}

/// An expression for whole titles, whatever part it is.
fn title(pattern: &TitlePattern) -> String {
    let piece = |text: &str| text.split("{part}").map(escape).collect::<Vec<_>>().join("[0-9]+");
    let (before, after) = pattern.pieces();
    let after = after.map(|after| format!(".*\\S.*{}", piece(after)));
    format!("^{}{}$", piece(before), after.unwrap_or_default())
}

/// A list with the tag, or the tag alone.
fn has_tag(tag: &str, slugs: Slugs) -> Value {
    let one = json!({"anyOf": [{"const": tag}, {"type": "string", "pattern": like_slug(&slugify(tag, slugs))}]});
    json!({"anyOf": [{"type": "array", "contains": one}, one]})
}

/// An expression for what is written otherwise and has the same slug, as far as letters of
/// other scripts are not transliterated.
fn like_slug(slug: &str) -> String {
    let between = "[^0-9A-Za-z]";
    let letter = |c: char| match c {
        '-' => format!("{between}+"),
        'a'..='z' => format!("[{}{c}]", c.to_ascii_uppercase()),
        c => escape(&c.to_string()),
    };
    format!("^{between}*{}{between}*$", slug.chars().map(letter).collect::<String>())
}

/// A text in an expression (ECMA-262, `SyntaxCharacter`).
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        if "^$\\.*+?()[]{}|/".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}
