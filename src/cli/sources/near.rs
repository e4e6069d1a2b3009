//! Titles that are nearly the same.

/// How alike two titles are that are probably one, from 0 to 1.
const ALIKE: f64 = 0.92;

/// How many neighbours in the order a title is compared with, so that the work grows with
/// the number of titles and not with its square.
const NEIGHBOURS: usize = 16;

/// Pairs of titles that differ by little, each by its place in `titles`; for each title
/// the first such one before it. Only titles of one `group` are compared.
///
/// They are put in order by their beginnings, and again by their ends: wherever two differ,
/// they stand together in one of the two.
pub(super) fn near_pairs<G: Ord + Copy>(titles: &[(G, &str)]) -> Vec<(usize, usize)> {
    let mut keys: Vec<(G, String, String, usize)> = titles
        .iter()
        .enumerate()
        .map(|(at, (group, title))| {
            let words = plain(title);
            (*group, words.chars().filter(char::is_ascii_digit).collect(), words, at)
        })
        .filter(|(_, _, words, _)| !words.is_empty())
        .collect();
    let mut pairs = Vec::new();
    keys.sort();
    compare(&keys, &mut pairs);
    let backwards = |text: &str| text.chars().rev().collect::<String>();
    keys.sort_by_cached_key(|(group, digits, words, at)| (*group, digits.clone(), backwards(words), *at));
    compare(&keys, &mut pairs);
    pairs.sort_unstable();
    pairs.dedup_by_key(|(later, _)| *later);
    pairs
}

/// "Part 1" and "Part 2" are no two forms of one title: the digits must be the same.
fn compare<G: Ord + Copy>(keys: &[(G, String, String, usize)], pairs: &mut Vec<(usize, usize)>) {
    for (place, (group, digits, words, at)) in keys.iter().enumerate() {
        for (other_group, other_digits, other_words, other) in keys.iter().skip(place + 1).take(NEIGHBOURS) {
            let comparable = (group, digits) == (other_group, other_digits);
            if comparable && strsim::normalized_levenshtein(words, other_words) > ALIKE {
                pairs.push(((*at).max(*other), (*at).min(*other)));
            }
        }
    }
}

/// The words alone, in small letters.
fn plain(title: &str) -> String {
    let lower = title.to_lowercase();
    lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alike_wherever_they_differ() {
        let titles = [
            "Understanding group therapy",
            "Understanding Group-Therapy!",
            "Something else altogether",
            "Understandimg group therapy",
            "understanding group therapie",
            "Inderstanding group therapy",
        ];
        let titles: Vec<((), &str)> = titles.into_iter().map(|title| ((), title)).collect();
        let later: Vec<usize> = near_pairs(&titles).into_iter().map(|(later, _)| later).collect();
        assert_eq!(later, [1, 3, 4, 5]);
    }

    #[test]
    fn numbers_and_groups_tell_apart() {
        assert_eq!(
            near_pairs(&[(0, "A yearly report on telehealth 2019"), (0, "A yearly report on telehealth 2020")]),
            []
        );
        assert_eq!(near_pairs(&[(0, "The same title"), (1, "The same title")]), []);
        assert_eq!(near_pairs(&[(0, ""), (0, "…")]), []);
    }

    #[test]
    fn thousands_of_titles_that_are_all_alike() {
        let title = "The theory and practice of group psychotherapy ".repeat(4);
        let titles: Vec<((), &str)> = (0..5000).map(|_| ((), title.as_str())).collect();
        assert_eq!(near_pairs(&titles).len(), 4999);
    }
}
