//! What publishes a site by itself.

use std::path::Path;

use clap::ValueEnum;

use crate::output::{Error, create, replace};
use crate::site::Site;

const GITHUB: &str = include_str!("github.yml");
const GITLAB: &str = include_str!("gitlab.yml");
const FORGEJO: &str = include_str!("forgejo.yml");

/// What builds and publishes a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Ci {
    /// GitHub Actions and GitHub Pages
    Github,
    /// GitLab CI and GitLab Pages
    Gitlab,
    /// Forgejo Actions, as on Codeberg, and a branch `pages`
    Forgejo,
    /// A machine of your own: lines for its crontab
    None,
}

impl Ci {
    /// The file it wants, with its text.
    fn workflow(self, lines: &[String]) -> Option<(&'static str, String)> {
        let quoted = |indent: &str| {
            lines.iter().map(|line| format!("{indent}- cron: \"{line}\"")).collect::<Vec<_>>().join("\n")
        };
        let comments = || lines.iter().map(|line| format!("#     {line}")).collect::<Vec<_>>().join("\n");
        let (path, text, schedule) = match self {
            Self::Github => (".github/workflows/publish.yml", GITHUB, quoted("    ")),
            Self::Forgejo => (".forgejo/workflows/publish.yml", FORGEJO, quoted("    ")),
            Self::Gitlab => (".gitlab-ci.yml", GITLAB, comments()),
            Self::None => return None,
        };
        Some((path, text.replace("{{schedule}}", &schedule).replace("{{version}}", env!("CARGO_PKG_VERSION"))))
    }

    /// Writes what publishes a site at its series' times, and says what is still to be done.
    pub(super) fn write(self, root: &Path, site: &Site, force: bool) -> Result<String, Error> {
        let lines = site.cron_lines();
        let Some((file, text)) = self.workflow(&lines) else {
            return Ok(crontab(root, &lines));
        };
        let path = root.join(file);
        match std::fs::read_to_string(&path) {
            Ok(old) if old == text => return Ok(format!("{file} is as it should be.\n")),
            Ok(_) if !force => {
                return Err(Error::new(format!("{} is there already", path.display()))
                    .help("compare and mend it yourself, or write it anew with --force"));
            }
            Ok(old) => replace(&path, &old, &text)?,
            Err(_) => create(&path, &text)?,
        }
        let todo = match self {
            Self::Github => "Choose \"GitHub Actions\" as the source in the repository's Pages settings.\n".to_owned(),
            Self::Gitlab => format!("Make a pipeline schedule in UTC for each of these:\n{}", indented(&lines)),
            Self::Forgejo | Self::None => String::new(),
        };
        Ok(format!("{file} publishes the site on every push, and when an instalment is due.\n{todo}"))
    }
}

fn indented(lines: &[String]) -> String {
    lines.iter().map(|line| format!("  {line}\n")).collect::<Vec<_>>().concat()
}

/// Lines for a crontab, in UTC. `next` ends with 3 when nothing is due, and the rest of the
/// line is not run.
fn crontab(root: &Path, lines: &[String]) -> String {
    let root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
    let folder = root.display().to_string().replace('\'', "'\\''");
    let line = |line: &String| {
        format!("{line}  cd '{folder}' && weeknotes next --exit-code >/dev/null && weeknotes build --quiet --atomic\n")
    };
    let lines: Vec<String> = lines.iter().map(line).collect();
    format!("Put this into your crontab (crontab -e):\n\nCRON_TZ=UTC\n{}", lines.concat())
}
