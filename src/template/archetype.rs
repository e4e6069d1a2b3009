//! Archetypes: Tera templates of what a new post begins with.

use std::collections::BTreeMap;

use tera::{Context, Kwargs, State, Tera, TeraResult, Value};

use super::report;
use crate::diagnostics::Diagnostic;
use crate::source::{SourceText, yaml};

/// Fills in an archetype. `yaml` is a filter that makes a text safe in front matter.
///
/// ```
/// use weeknotes::source::SourceText;
/// use weeknotes::template::fill_archetype;
/// let archetype = SourceText::new("archetypes/default.md", "title: {{ title | yaml }}\n");
/// let filled = fill_archetype(&archetype, [("title", "CBT: a look".into())]).unwrap();
/// assert_eq!(filled, "title: 'CBT: a look'\n");
/// ```
///
/// # Errors
/// What is wrong in it.
pub fn fill_archetype(
    archetype: &SourceText,
    values: impl IntoIterator<Item = (&'static str, Value)>,
) -> Result<String, Vec<Diagnostic>> {
    let name = archetype.path.to_string();
    let mut tera = Tera::default();
    tera.autoescape_on(Vec::<&str>::new());
    tera.register_filter("yaml", |text: &str, _: Kwargs, _: &State| -> TeraResult<String> { Ok(yaml::scalar(text)) });
    let sources = BTreeMap::from([(name.clone(), archetype.clone())]);
    let values: Vec<(&'static str, Value)> = values.into_iter().collect();
    let names: Vec<&str> = values.iter().map(|(name, _)| *name).collect();
    let help =
        format!("an archetype has the values {}, and the filter `yaml` for texts in front matter", names.join(", "));
    let wrong = |error: &tera::Error| -> Vec<Diagnostic> {
        report::diagnostics(error, &sources).into_iter().map(|wrong| wrong.help(help.clone())).collect()
    };
    tera.add_raw_template(&name, &archetype.text).map_err(|error| wrong(&error))?;
    let mut context = Context::new();
    for (key, value) in values {
        context.insert_value(key, value);
    }
    tera.render(&name, &context).map_err(|error| wrong(&error))
}
