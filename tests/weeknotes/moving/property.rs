//! What holds for a move in any site.

use proptest::prelude::*;
use weeknotes::build::{Builder, Report, Request as Build};
use weeknotes::relocate::{Fate, NewSeries, Plan, Refused, Request, plan};
use weeknotes::site::{Instant, Page};
use weeknotes::source::{Folder, SourceTree};

use super::sites::{Case, Post, cases, written};
use crate::fixture::NOW;
use crate::incremental::cases_or;

fn built(tree: &SourceTree, shown: bool) -> Report {
    let instant = Instant { now: NOW.parse().expect("a time"), drafts: shown, future: shown };
    Builder::new().build(tree, &Build { url: None, instant })
}

/// What is told, without places and words.
fn codes(report: &Report) -> Vec<&'static str> {
    let mut codes: Vec<&str> = report.diagnostics.iter().map(|one| one.code).collect();
    codes.sort_unstable();
    codes
}

/// Which of the codes are more often in `after`.
fn more(before: &Report, after: &Report) -> Vec<&'static str> {
    let mut known = codes(before);
    let is_new = |code: &&str| known.iter().position(|one| one == code).map(|at| known.remove(at)).is_none();
    codes(after).into_iter().filter(is_new).collect()
}

fn by_title<'r>(report: &'r Report, title: &str) -> Option<&'r Page> {
    report.site.all_pages().find(|page| page.title == title)
}

/// Does a move on a disk, and holds what is there against the plan.
fn done(tree: &SourceTree, request: &Request) -> Result<(Plan, SourceTree), Refused> {
    let plan = plan(tree, request)?;
    let folder = written(tree);
    plan.transaction(folder.path()).commit().expect("nothing is in the way");
    let after = Folder::open(folder.path());
    let names = |tree: &SourceTree| tree.paths_under("").map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(names(after.tree()), names(&plan.after));
    for text in plan.after.texts_under("") {
        assert_eq!(after.tree().text(&text.path).map(|found| &found.text), Some(&text.text));
    }
    let tree = plan.after.clone();
    Ok((plan, tree))
}

fn check(case: &Case) -> Result<(), TestCaseError> {
    let (tree, request) = (case.tree(), case.request());
    let Ok((plan, after_tree)) = done(&tree, &request) else { return Ok(()) };
    let (before, after) = (built(&tree, false), built(&after_tree, false));
    let (all, all_after) = (built(&tree, true), built(&after_tree, true));
    prop_assert_eq!(more(&before, &after), Vec::<&str>::new(), "{:#?}", after.diagnostics);
    prop_assert_eq!(more(&all, &all_after), Vec::<&str>::new(), "{:#?}", all_after.diagnostics);
    for page in before.site.all_pages() {
        let Some(now) = by_title(&after, &page.title) else { continue };
        let taken = plan.addresses.iter().find(|one| one.path == *page.path() && matches!(one.fate, Fate::Taken(_)));
        for address in std::iter::once(&page.permalink).chain(&page.aliases) {
            // A part that is not out yet will have it, and an alias may not be in its way.
            let is_awaited = taken.is_some_and(|one| {
                one.old == *address && matches!(&one.fate, Fate::Taken(by) if after.site.page(by).is_none())
            });
            prop_assert!(
                is_awaited || after.plan.find(&address.file()).is_some(),
                "{address} of {} is gone",
                page.title
            );
        }
        let is_taken = taken.is_some();
        let config = &before.site.config;
        prop_assert!(
            is_taken || page.entry_id(config) == now.entry_id(config),
            "{} is another entry in feeds",
            page.title
        );
    }
    check_back(case, &plan, &after_tree, &all)
}

/// Back where it was, every post has the address that it had, and links are as they were written.
fn check_back(case: &Case, plan: &Plan, tree: &SourceTree, all: &Report) -> Result<(), TestCaseError> {
    // A post that leaves its series leaves its number there too.
    // Two of one number are refused, also when they were there before.
    let is_doubled = all.diagnostics.iter().any(|found| found.code == "part");
    if case.shift || case.loses_its_number() || is_doubled {
        return Ok(());
    }
    let back = case.request_back(plan.path_of(&case.post().path()).into());
    let there = done(tree, &back);
    prop_assert!(there.is_ok(), "it cannot go back: {:#?}", there.err());
    let (_, tree) = there.expect("it is there");
    let again = built(&tree, true);
    for page in all.site.all_pages() {
        let found = by_title(&again, &page.title).map(|page| &page.permalink);
        prop_assert_eq!(found, Some(&page.permalink), "{}", &page.title);
    }
    // A name that changes is written without codes that it does not need.
    let words = |tree: &SourceTree, path: &str| tree.text(path).expect("there").text.replace("%2D", "-");
    for path in ["content/about.md", "content/series/a.md"] {
        prop_assert_eq!(words(&tree, path), words(&case.tree(), path));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: cases_or(150),
        failure_persistence: None,
        max_shrink_iters: 500,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_move_breaks_nothing_and_can_be_taken_back(case in cases()) {
        check(&case)?;
    }
}

/// The property above would hold if everything were refused.
#[test]
fn most_moves_are_done() {
    use proptest::strategy::ValueTree as _;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let cases: Vec<Case> = (0..60).map(|_| cases().new_tree(&mut runner).expect("a case").current()).collect();
    let made: Vec<Plan> = cases.iter().filter_map(|case| plan(&case.tree(), &case.request()).ok()).collect();
    let count = |is: fn(&Plan) -> bool| made.iter().filter(|plan| is(plan)).count();
    assert!(made.len() > 30, "{} of {}", made.len(), cases.len());
    assert!(count(|plan| plan.link_count > 0) > 10 && count(|plan| !plan.addresses.is_empty()) > 10);
    assert!(count(|plan| plan.renames.len() > 1) > 1 && cases.iter().any(|case| case.series == Some(NewSeries::None)));
    assert!(cases.iter().any(|case| case.posts.iter().any(Post::is_bundle)));
}
