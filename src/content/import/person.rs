//! Names as web pages write them: "Irvin D. Yalom".

use crate::content::source::Name;

/// Words that are in the names of bodies, and seldom in those of people.
const OF_BODIES: [&str; 62] = [
    "academy",
    "agency",
    "alliance",
    "association",
    "authority",
    "board",
    "bureau",
    "care",
    "center",
    "centers",
    "centre",
    "clinic",
    "coalition",
    "college",
    "commission",
    "committee",
    "company",
    "council",
    "department",
    "division",
    "editorial",
    "education",
    "editors",
    "federation",
    "foundation",
    "fund",
    "group",
    "health",
    "hospital",
    "inc",
    "institute",
    "institutes",
    "institution",
    "journal",
    "library",
    "ltd",
    "magazine",
    "media",
    "mental",
    "ministry",
    "national",
    "network",
    "news",
    "office",
    "organisation",
    "organization",
    "press",
    "programme",
    "project",
    "psychology",
    "recovery",
    "research",
    "school",
    "service",
    "services",
    "society",
    "staff",
    "team",
    "the",
    "times",
    "trust",
    "university",
];

/// What stands before a family name and belongs to it.
const PARTICLES: [&str; 14] =
    ["van", "von", "de", "der", "den", "del", "della", "di", "da", "dos", "la", "le", "ter", "al"];

/// What stands behind a family name and does not belong to it.
const SUFFIXES: [&str; 6] = ["Jr.", "Jr", "Sr.", "Sr", "II", "III"];

/// A person's name turned around, when the text looks like one: two to four words with
/// capital letters, none of them a body's.
///
/// ```
/// use weeknotes::content::turned_name;
/// assert_eq!(turned_name("Bessel van der Kolk").unwrap().family_first(), "van der Kolk, Bessel");
/// assert!(turned_name("Mayo Clinic").is_none());
/// ```
pub fn turned_name(text: &str) -> Option<Name> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let named = words.iter().filter(|word| !is_particle(word)).count();
    if !(2..=4).contains(&named) || !words.iter().all(|word| is_particle(word) || is_of_a_name(word)) {
        return None;
    }
    turned(&words)
}

/// Any name of several words turned around: what is said to be a person's.
pub(super) fn turned_person(text: &str) -> Name {
    let words: Vec<&str> = text.split_whitespace().collect();
    turned(&words).unwrap_or_else(|| Name::Literal(words.join(" ")))
}

/// The people, or the body, that a page names in one text.
pub(super) fn people(text: &str) -> Vec<Name> {
    let text = text.trim().trim_start_matches("By ").trim_start_matches("by ");
    if text.is_empty() || text.starts_with("http") {
        return Vec::new();
    }
    if text.contains(';') {
        return text.split(';').flat_map(people).collect();
    }
    let several: Vec<&str> =
        text.split(" and ").flat_map(|part| part.split(" & ")).flat_map(|part| part.split(", ")).collect();
    let all: Option<Vec<Name>> = several.iter().map(|part| turned_name(part)).collect();
    all.unwrap_or_else(|| vec![Name::parse(text)])
}

fn turned(words: &[&str]) -> Option<Name> {
    let (suffix, words) = match words {
        [rest @ .., last] if SUFFIXES.contains(last) => (format!(", {last}"), rest),
        all => (String::new(), all),
    };
    let at = words.iter().skip(1).position(|word| is_particle(word)).map_or(words.len().checked_sub(1)?, |at| at + 1);
    let (given, family) = words.split_at(at);
    let is_whole = !given.is_empty() && family.last().is_some_and(|word| !is_particle(word));
    is_whole.then(|| Name::Person { family: family.join(" "), given: format!("{}{suffix}", given.join(" ")) })
}

fn is_particle(word: &str) -> bool {
    PARTICLES.contains(&word)
}

/// An abbreviation such as "NHS" is a body's.
fn is_of_a_name(word: &str) -> bool {
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    let is_abbreviation = letters > 2 && word.chars().all(char::is_uppercase) && !SUFFIXES.contains(&word);
    let bare = word.trim_end_matches('.').to_lowercase();
    word.chars().next().is_some_and(char::is_uppercase)
        && word.chars().all(|c| c.is_alphabetic() || matches!(c, '.' | '-' | '\'' | '’'))
        && !is_abbreviation
        && !OF_BODIES.contains(&bare.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_told_from_bodies() {
        for (text, turned) in [
            ("Irvin D. Yalom", "Yalom, Irvin D."),
            ("Martin Luther King Jr.", "King, Martin Luther, Jr."),
            ("Ludwig van Beethoven", "van Beethoven, Ludwig"),
            ("Ann Poe-O’Hara", "Poe-O’Hara, Ann"),
        ] {
            assert_eq!(turned_name(text).map(|name| name.family_first()).as_deref(), Some(turned));
        }
        for body in [
            "Cleveland Clinic",
            "Psychology Today",
            "NHS England",
            "World Health Organization",
            "APA",
            "one two",
            "Yalom, Irvin",
            "Web 2.0",
        ] {
            assert_eq!(turned_name(body), None, "{body}");
        }
    }

    #[test]
    fn several_people_in_one_text() {
        let names = |text: &str| people(text).iter().map(Name::family_first).collect::<Vec<_>>();
        assert_eq!(names("By Ann Poe, Bob Roe and Cy Doe"), ["Poe, Ann", "Roe, Bob", "Doe, Cy"]);
        assert_eq!(names("Poe, Ann; Roe, Bob"), ["Poe, Ann", "Roe, Bob"]);
        assert_eq!(names("Poe, Ann"), ["Poe, Ann"]);
        assert_eq!(names("National Institute of Mental Health"), ["National Institute of Mental Health"]);
        assert!(names("https://www.facebook.com/ann").is_empty());
    }
}
