//! Names of people and organisations.

/// A person's name, or one that has no parts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Name {
    /// "Yalom, Irvin D."
    Person {
        /// "Yalom", with what belongs before it: "van der Kolk".
        family: String,
        /// "Irvin D.", `""` when there is none.
        given: String,
    },
    /// A name that is not to be turned around: of a group, a project, one word.
    Literal(String),
}

impl Name {
    /// "Family, Given" is a person; without a comma it is one name as it stands.
    ///
    /// ```
    /// use weeknotes::content::Name;
    /// assert_eq!(Name::parse("Yalom, Irvin D.").given_first(), "Irvin D. Yalom");
    /// assert_eq!(Name::parse("Mayo Clinic").given_first(), "Mayo Clinic");
    /// ```
    pub fn parse(text: &str) -> Self {
        match text.split_once(',') {
            Some((family, given)) if !family.trim().is_empty() && !given.trim().is_empty() => {
                Self::Person { family: family.trim().to_owned(), given: given.trim().to_owned() }
            }
            _ => Self::Literal(text.trim().trim_end_matches(',').to_owned()),
        }
    }

    /// "Irvin D. Yalom"
    pub fn given_first(&self) -> String {
        match self {
            Self::Person { family, given } if given.is_empty() => family.clone(),
            Self::Person { family, given } => format!("{given} {family}"),
            Self::Literal(name) => name.clone(),
        }
    }

    /// "Yalom, Irvin D."
    pub fn family_first(&self) -> String {
        match self {
            Self::Person { family, given } if given.is_empty() => family.clone(),
            Self::Person { family, given } => format!("{family}, {given}"),
            Self::Literal(name) => name.clone(),
        }
    }

    pub(super) fn parts_mut(&mut self) -> Vec<&mut String> {
        match self {
            Self::Person { family, given } => vec![family, given],
            Self::Literal(name) => vec![name],
        }
    }

    /// "Yalom"
    pub fn family(&self) -> &str {
        match self {
            Self::Person { family, .. } => family,
            Self::Literal(name) => name,
        }
    }
}

/// A body that answers for a work.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Organisation {
    /// Its full name.
    pub name: String,
    /// What it is called after its first mention: "APA".
    pub short: Option<String>,
}
