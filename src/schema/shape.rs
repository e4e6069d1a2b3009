//! Fields as data, and their JSON.

use serde_json::{Map, Value, json};

/// What a value may be.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape {
    /// A text; a number is read as one.
    Text,
    /// A text that says something; a number is read as one.
    Filled,
    /// A text that is no number: `tags: 5` is none.
    Word,
    /// A text like a regular expression (ECMA-262), and what to write in words.
    Like(&'static str, &'static str),
    /// `true` or `false`.
    Switch,
    /// A whole number, from the first and up to the second.
    Whole(u64, Option<u64>),
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A mapping of the author's own.
    Open,
    /// A mapping from whole numbers.
    Numbered(&'static Shape),
    /// A mapping of fields.
    Fields(&'static [Field], Needs),
    /// A list.
    List(&'static Shape),
    /// This, or nothing: a field that is named and left empty.
    Maybe(&'static Shape),
    /// Any of these.
    Any(&'static [Shape]),
    /// A shape that stands in the schema once, under a name.
    Named(&'static str, &'static Shape),
}

/// What a mapping must have.
#[derive(Debug, Clone, Copy)]
pub(super) enum Needs {
    Nothing,
    All(&'static [&'static str]),
    Any(&'static [&'static str]),
}

/// A field of a mapping.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field {
    name: &'static str,
    shape: Shape,
    meaning: &'static str,
    default: Option<&'static str>,
    example: Option<&'static str>,
}

impl Field {
    pub(super) const fn new(name: &'static str, shape: Shape, meaning: &'static str) -> Self {
        Self { name, shape, meaning, default: None, example: None }
    }

    /// What it is when it is left out, as JSON.
    pub(super) const fn or(self, default: &'static str) -> Self {
        Self { default: Some(default), ..self }
    }

    /// A value, as JSON.
    pub(super) const fn such_as(self, example: &'static str) -> Self {
        Self { example: Some(example), ..self }
    }
}

/// A whole schema (JSON Schema, draft 2020-12). Only words of it that draft 7 has too are
/// used, beside `$defs`: that is what editors know. `patternErrorMessage` is a word of
/// theirs, for which others have no ear.
pub(super) fn schema(title: &str, meaning: &str, shape: &Shape) -> Value {
    let mut named = Map::new();
    let body = json(shape, &mut named);
    let mut schema = Map::new();
    schema.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
    schema.insert("title".to_owned(), json!(title));
    schema.insert("description".to_owned(), json!(meaning));
    schema.extend(body.as_object().cloned().unwrap_or_default());
    if !named.is_empty() {
        named.sort_keys();
        schema.insert("$defs".to_owned(), Value::Object(named));
    }
    Value::Object(schema)
}

fn json(shape: &Shape, named: &mut Map<String, Value>) -> Value {
    match shape {
        Shape::Text => json!({"type": ["string", "number"]}),
        Shape::Filled => {
            json!({"type": ["string", "number"], "pattern": "\\S", "patternErrorMessage": "This is empty."})
        }
        Shape::Word => json!({"type": "string"}),
        Shape::Like(pattern, words) => json!({"type": "string", "pattern": pattern, "patternErrorMessage": words}),
        Shape::Switch => json!({"type": "boolean"}),
        Shape::Whole(from, None) => json!({"type": "integer", "minimum": from}),
        Shape::Whole(from, Some(to)) => json!({"type": "integer", "minimum": from, "maximum": to}),
        Shape::OneOf(words) => json!({"type": "string", "enum": words}),
        Shape::Open => json!({"type": "object"}),
        Shape::Numbered(inner) => json!({
            "type": "object",
            "patternProperties": {"^[0-9]+$": json(inner, named)},
            "additionalProperties": false,
        }),
        Shape::Fields(fields, needs) => mapping(fields, *needs, named),
        Shape::List(inner) => json!({"type": "array", "items": json(inner, named)}),
        Shape::Maybe(inner) => or_nothing(json(inner, named)),
        Shape::Any(shapes) => json!({"anyOf": shapes.iter().map(|one| json(one, named)).collect::<Vec<_>>()}),
        Shape::Named(name, inner) => {
            if !named.contains_key(*name) {
                // A shape may hold itself: its name is taken before what is in it is looked at.
                named.insert((*name).to_owned(), Value::Null);
                let inner = json(inner, named);
                named.insert((*name).to_owned(), inner);
            }
            json!({"$ref": format!("#/$defs/{name}")})
        }
    }
}

/// The same shape, or `null`.
fn or_nothing(mut shape: Value) -> Value {
    let nothing = json!("null");
    if let Some(Value::Array(shapes)) = shape.get_mut("anyOf") {
        shapes.push(json!({"type": nothing}));
        return shape;
    }
    let types = match shape.get("type") {
        Some(Value::Array(types)) => types.iter().cloned().chain([nothing]).collect(),
        Some(one) => json!([one, nothing]),
        None => return json!({"anyOf": [shape, {"type": nothing}]}),
    };
    shape["type"] = types;
    if let Some(Value::Array(words)) = shape.get_mut("enum") {
        words.push(Value::Null);
    }
    shape
}

fn mapping(fields: &[Field], needs: Needs, named: &mut Map<String, Value>) -> Value {
    let properties: Map<String, Value> =
        fields.iter().map(|field| (field.name.to_owned(), property(field, named))).collect();
    let mut mapping = Map::new();
    mapping.insert("type".to_owned(), json!("object"));
    match needs {
        Needs::Nothing => {}
        Needs::All(names) => {
            mapping.insert("required".to_owned(), json!(names));
        }
        Needs::Any(names) => {
            let each = names.iter().map(|name| json!({"required": [name]}));
            mapping.insert("anyOf".to_owned(), each.collect());
        }
    }
    mapping.insert("properties".to_owned(), Value::Object(properties));
    mapping.insert("additionalProperties".to_owned(), json!(false));
    Value::Object(mapping)
}

fn property(field: &Field, named: &mut Map<String, Value>) -> Value {
    let value = |text: &str| serde_json::from_str(text).unwrap_or_else(|_| json!(text));
    let mut property = Map::new();
    property.insert("description".to_owned(), json!(field.meaning));
    property.extend(json(&field.shape, named).as_object().cloned().unwrap_or_default());
    if let Some(default) = field.default {
        property.insert("default".to_owned(), value(default));
    }
    if let Some(example) = field.example {
        property.insert("examples".to_owned(), json!([value(example)]));
    }
    Value::Object(property)
}
