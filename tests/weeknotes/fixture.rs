//! A site in a temporary folder, and the real binary run on it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The time that tests take for the present.
pub(crate) const NOW: &str = "2026-03-10T12:00:00Z";

pub(crate) struct Site {
    folder: tempfile::TempDir,
}

/// What a run of the program came to.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Site {
    /// An empty folder.
    pub(crate) fn empty() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    /// A site with a configuration and nothing else.
    pub(crate) fn new() -> Self {
        Self::empty().file("weeknotes.yaml", "title: Test\nurl: https://example.org\nauthor: Ada\n")
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn file(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        self.write(path, content);
        self
    }

    /// A post of `date` with a title and a body.
    pub(crate) fn post(self, date: &str, slug: &str, rest: &str) -> Self {
        self.file(&format!("content/posts/{date}-{slug}.md"), rest)
    }

    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let file = self.path().join(path);
        fs::create_dir_all(file.parent().expect("below the root")).expect("a folder");
        fs::write(file, content).expect("a file");
    }

    pub(crate) fn remove(&self, path: &str) {
        fs::remove_file(self.path().join(path)).expect("a file to remove");
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    pub(crate) fn has(&self, path: &str) -> bool {
        self.path().join(path).exists()
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_weeknotes"));
        command.args(arguments).current_dir(self.path()).env("HOME", self.path().join("nobody"));
        command.env_remove("SOURCE_DATE_EPOCH").env_remove("RAYON_NUM_THREADS");
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        run(&mut self.command(arguments))
    }

    /// Builds at the tests' present.
    pub(crate) fn build(&self) -> Run {
        self.build_with(&[])
    }

    pub(crate) fn build_with(&self, more: &[&str]) -> Run {
        let mut arguments = vec!["build"];
        if !more.contains(&"--now") {
            arguments.extend(["--now", NOW]);
        }
        arguments.extend(more);
        self.run(&arguments)
    }

    /// Builds without a word of trouble.
    pub(crate) fn built(self) -> Self {
        let run = self.build();
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
        self
    }

    /// Every file below a folder with its bytes.
    pub(crate) fn tree(&self, folder: &str) -> BTreeMap<String, Vec<u8>> {
        tree(&self.path().join(folder))
    }
}

pub(crate) fn run(command: &mut Command) -> Run {
    let output = command.output().expect("the program starts");
    Run {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).expect("text"),
        stderr: String::from_utf8(output.stderr).expect("text"),
    }
}

pub(crate) fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let files =
        walkdir::WalkDir::new(folder).into_iter().filter_map(Result::ok).filter(|entry| entry.file_type().is_file());
    files
        .map(|entry| {
            let below = entry.path().strip_prefix(folder).expect("below");
            (below.to_string_lossy().into_owned(), fs::read(entry.path()).expect("a file"))
        })
        .collect()
}

/// The repository's root.
pub(crate) fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

pub(crate) fn updating() -> bool {
    std::env::var_os("WEEKNOTES_UPDATE").is_some()
}

/// Compares a text with the file of that name in `tests/golden`.
#[track_caller]
pub(crate) fn golden(name: &str, found: &str) {
    let path = repository().join("tests/golden").join(name);
    if updating() {
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(&path, found).expect("a golden file");
        return;
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert!(expected == found, "{name} differs; expected:\n{expected}\nfound:\n{found}");
}

/// Takes the hashes out of file names, so that a change of a style sheet changes no
/// golden file.
pub(crate) fn without_hashes(text: &str) -> String {
    let is_hash = |part: &&str| part.len() == 16 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let hashes: Vec<&str> = text.split('.').filter(is_hash).collect();
    hashes.iter().fold(text.to_owned(), |text, hash| text.replace(hash, "[hash]"))
}

/// Takes out what differs between runs.
pub(crate) fn stable(text: &str) -> String {
    let mut words = Vec::new();
    for line in text.split('\n') {
        let line = match line.split_once(" in ").and_then(|(before, after)| Some((before, after.split_once(':')?.1))) {
            Some((before, after)) if line.starts_with("Built ") => format!("{before} in [time]:{after}"),
            _ => line.to_owned(),
        };
        words.push(line);
    }
    words.join("\n")
}
