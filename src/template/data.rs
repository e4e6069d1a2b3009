//! An author's own data for templates: the files of `data/`.

use std::collections::BTreeMap;

use tera::Value;

use crate::diagnostics::Warned;
use crate::source::{SourcePath, SourceText, SourceTree, yaml};

/// Where data files lie.
pub const FOLDER: &str = "data";

/// The values of the data files, by path.
pub type Data = BTreeMap<SourcePath, Value>;

/// The data files of a folder: YAML, and JSON, which is YAML too (YAML 1.2, section 1.3).
pub fn files(tree: &SourceTree) -> impl Iterator<Item = &SourceText> {
    tree.texts_under(FOLDER).filter(|file| !file.path.ends_with(".csl"))
}

/// Reads every data file. One that cannot be read has no value and a diagnostic.
pub fn read(tree: &SourceTree) -> Warned<Data> {
    let mut diagnostics = Vec::new();
    let mut data = Data::new();
    for file in files(tree) {
        let read = yaml::read::<yaml::Value>(file, 0..file.text.len(), "data file", &[]);
        if read.diagnostics.is_empty() {
            let value = Value::try_from_serializable(&read.value).unwrap_or_else(|_| Value::none());
            data.insert(file.path.clone(), value);
        }
        diagnostics.extend(read.diagnostics);
    }
    Warned { value: data, diagnostics }
}
