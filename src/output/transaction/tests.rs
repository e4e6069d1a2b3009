//! Failures at each step, and what other programs do meanwhile.

use std::collections::BTreeMap;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use super::*;

/// A post, a bundle whose text has a byte order mark, and a post that is a link.
fn site() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    fs::create_dir_all(root.join("posts/b")).expect("folders");
    fs::create_dir(root.join("notes")).expect("a folder");
    fs::write(root.join("posts/a.md"), "a\n").expect("a post");
    fs::set_permissions(root.join("posts/a.md"), fs::Permissions::from_mode(0o640)).expect("permissions");
    fs::write(root.join("posts/b/index.md"), "\u{feff}b\r\n").expect("a bundle");
    fs::write(root.join("posts/b/.hidden"), [0, 255]).expect("a file in it");
    fs::write(root.join("notes/c.md"), "c").expect("a post elsewhere");
    symlink("../notes/c.md", root.join("posts/c.md")).expect("a link to it");
    folder
}

fn transaction(root: &Path) -> Transaction {
    let mut made = Transaction::default();
    let posts = root.join("posts");
    made.edit(posts.join("a.md"), "a\n".into(), "A, longer\n".into());
    made.edit(posts.join("b/index.md"), "b\r\n".into(), "B\r\n".into());
    made.edit(posts.join("c.md"), "c".into(), "C".into());
    made.rename(posts.join("b"), posts.join("d"));
    made.rename(posts.join("a.md"), posts.join("b"));
    made.rename(posts.join("c.md"), posts.join("a.md"));
    made
}

type Entry = (u32, Vec<u8>);

/// Every file and folder with its permissions and bytes, or where it leads.
fn entries(root: &Path) -> BTreeMap<PathBuf, Entry> {
    let entry = |entry: walkdir::DirEntry| {
        let path = entry.path();
        let bytes = match entry.file_type() {
            kind if kind.is_symlink() => fs::read_link(path).expect("a link").to_string_lossy().into_owned().into(),
            kind if kind.is_dir() => Vec::new(),
            _ => fs::read(path).expect("a file"),
        };
        let mode = path.symlink_metadata().expect("there").permissions().mode();
        (path.strip_prefix(root).expect("below").to_path_buf(), (mode, bytes))
    };
    walkdir::WalkDir::new(root).into_iter().map(|found| entry(found.expect("readable"))).collect()
}

/// Runs it with something done before the step `at`; tells whether the step was reached.
fn disturbed(root: &Path, at: usize, disturb: impl Fn() -> io::Result<()>) -> (bool, Result<(), Error>) {
    let mut count = 0;
    let result = transaction(root).commit_stepwise(&mut || {
        count += 1;
        if count == at + 1 { disturb() } else { Ok(()) }
    });
    (count > at, result)
}

#[test]
fn all_of_it_is_done() {
    let folder = site();
    let before = entries(folder.path());
    transaction(folder.path()).commit().expect("nothing is in the way");
    let after = entries(folder.path());
    let posts = |name: &str| after.get(&Path::new("posts").join(name)).cloned();
    let mode = |name: &str| before[Path::new(name)].0;
    assert_eq!(posts("b"), Some((mode("posts/a.md"), b"A, longer\n".to_vec())));
    assert_eq!(posts("d/index.md"), Some((mode("posts/b/index.md"), "\u{feff}B\r\n".as_bytes().to_vec())));
    assert_eq!(posts("d/.hidden"), Some((mode("posts/b/.hidden"), vec![0, 255])));
    assert_eq!(posts("a.md"), Some((mode("posts/c.md"), b"../notes/c.md".to_vec())));
    assert_eq!(after[Path::new("notes/c.md")].1, b"C");
    assert_eq!(after.len(), before.len(), "nothing is left beside them: {after:?}");
}

#[test]
fn a_failure_at_any_step_leaves_everything_as_it_was() {
    let folder = site();
    let before = entries(folder.path());
    let mut at = 0;
    loop {
        let (reached, result) = disturbed(folder.path(), at, || Err(io::Error::other("no")));
        if !reached {
            break result.expect("no step failed");
        }
        let error = result.expect_err("a step failed");
        assert_eq!(error.help_text(), Some("all files are as they were"), "{error}");
        assert_eq!(entries(folder.path()), before, "step {at}");
        at += 1;
    }
    assert_eq!(at, 12, "three texts in three steps each, and three names");
}

#[test]
fn a_name_that_is_taken_meanwhile_is_not_written_over() {
    for (at, kind) in [(0, "file"), (6, "file"), (9, "folder")] {
        let folder = site();
        let mut before = entries(folder.path());
        let taken = folder.path().join("posts/d");
        let (_, result) = disturbed(folder.path(), at, || {
            if kind == "file" { fs::write(&taken, "mine") } else { fs::create_dir(&taken) }
        });
        let error = result.expect_err("the name is taken");
        assert!(error.to_string().ends_with("posts/d is there already"), "{error}");
        let mut after = entries(folder.path());
        assert!(after.remove(Path::new("posts/d")).is_some());
        before.remove(Path::new("posts/d"));
        assert_eq!(after, before, "step {at}");
    }
}

#[test]
fn a_text_that_is_changed_meanwhile_is_kept() {
    for at in 0..8 {
        let folder = site();
        let mut before = entries(folder.path());
        let file = folder.path().join("posts/b/index.md");
        let (_, result) = disturbed(folder.path(), at, || fs::write(&file, "theirs"));
        assert!(result.expect_err("it is another text").to_string().contains("changed by another program"));
        before.get_mut(Path::new("posts/b/index.md")).expect("there").1 = b"theirs".to_vec();
        assert_eq!(entries(folder.path()), before, "step {at}");
    }
}

#[test]
fn what_an_interrupted_run_left_is_not_lost() {
    let folder = site();
    fs::write(folder.path().join("posts/.a.md.weeknotes-old"), "the only copy").expect("a file");
    let before = entries(folder.path());
    let error = transaction(folder.path()).commit().expect_err("it is in the way");
    assert!(error.to_string().contains("is in the way: a command was interrupted here"), "{error}");
    assert_eq!(entries(folder.path()), before);
}

#[test]
fn two_names_of_one_file_get_one_text() {
    let folder = site();
    let posts = folder.path().join("posts");
    symlink("a.md", posts.join("e.md")).expect("a link");
    let mut same = Transaction::default();
    for name in ["a.md", "e.md"] {
        same.edit(posts.join(name), "a\n".into(), "A\n".into());
    }
    same.commit().expect("both want the same");
    let mut other = Transaction::default();
    other.edit(posts.join("a.md"), "A\n".into(), "1\n".into());
    other.edit(posts.join("e.md"), "A\n".into(), "2\n".into());
    assert!(other.commit().expect_err("two texts").to_string().contains("two texts"));
    assert_eq!(fs::read_to_string(posts.join("a.md")).expect("there"), "A\n");
}
