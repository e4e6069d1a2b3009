//! Copies in the Wayback Machine: its availability answer.
//! <https://archive.org/help/wayback_api.php>

use std::time::Duration;

use serde::Deserialize;
use url::Url;

use super::ask::{Asker, How, parsed};
use super::fetch::Method;
use crate::content::{PartialDate, Source};

/// No answer is longer.
const LIMIT: u64 = 64 * 1024;

/// The copy of a source's page, the one nearest to the day when it was read. `Err` when
/// the archive does not say.
pub(super) fn look_up(asker: &Asker<'_>, source: &Source, url: &str) -> Result<Option<(String, PartialDate)>, ()> {
    let mut address =
        Url::parse(&asker.options.archive_at).and_then(|base| base.join("/wayback/available")).map_err(drop)?;
    let Some(url) = parsed(url) else { return Ok(None) };
    address.query_pairs_mut().append_pair("url", url.as_str());
    if let Some(PartialDate { year, month: Some(month), day: Some(day) }) = source.accessed {
        address.query_pairs_mut().append_pair("timestamp", &format!("{year:04}{month:02}{day:02}"));
    }
    let how = How { method: Method::Get, body: LIMIT, retries: asker.options.retries };
    let mut left: Duration = asker.options.deadline;
    let answer = asker.answer(&address, how, &mut left).map_err(drop)?;
    if answer.status == 200 { closest(&answer.body) } else { Err(()) }
}

#[derive(Deserialize)]
struct Answer {
    archived_snapshots: Snapshots,
}

#[derive(Deserialize)]
struct Snapshots {
    closest: Option<Snapshot>,
}

#[derive(Deserialize)]
struct Snapshot {
    #[serde(default)]
    available: bool,
    status: Option<String>,
    url: String,
    timestamp: String,
}

/// The copy that an answer tells of. Nothing in it is believed: it goes into a record.
fn closest(body: &[u8]) -> Result<Option<(String, PartialDate)>, ()> {
    let answer: Answer = serde_json::from_slice(body).map_err(drop)?;
    let Some(found) = answer.archived_snapshots.closest else { return Ok(None) };
    if !found.available || found.status.is_some_and(|status| status != "200") {
        return Ok(None);
    }
    let url = secured(&found.url).ok_or(())?;
    let date = day(&found.timestamp).ok_or(())?;
    Ok(Some((url, date)))
}

/// The copy's address over https, when it is one of the archive's.
fn secured(url: &str) -> Option<String> {
    let mut url = Url::parse(url).ok()?;
    let is_theirs =
        matches!(url.host_str(), Some("web.archive.org" | "archive.org")) && url.path().starts_with("/web/");
    let is_plain = url.username().is_empty() && url.password().is_none() && url.port().is_none();
    if !is_theirs || !is_plain || !matches!(url.scheme(), "http" | "https") {
        return None;
    }
    url.set_scheme("https").ok()?;
    Some(url.into())
}

/// `20060101064348` as a day.
fn day(timestamp: &str) -> Option<PartialDate> {
    let digits = timestamp.get(..8).filter(|day| day.bytes().all(|byte| byte.is_ascii_digit()))?;
    PartialDate::parse(&format!("{}-{}-{}", &digits[..4], &digits[4..6], &digits[6..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_archive_answers() {
        let answer = br#"{"url": "example.com", "archived_snapshots": {"closest": {"status": "200", "available": true,
            "url": "http://web.archive.org/web/20130919044612/http://example.com/", "timestamp": "20130919044612"}}}"#;
        let (url, date) = closest(answer).expect("an answer").expect("a copy");
        assert_eq!(url, "https://web.archive.org/web/20130919044612/http://example.com/");
        assert_eq!(date.to_string(), "2013-09-19");
        assert_eq!(closest(br#"{"url": "example.com", "archived_snapshots": {}}"#), Ok(None));
    }

    #[test]
    fn a_copy_that_is_none() {
        let with = |field: &str| {
            let answer = format!(
                r#"{{"archived_snapshots": {{"closest": {{"url": "http://web.archive.org/web/2013/http://e.example/",
                "timestamp": "20130919044612", {field}}}}}}}"#
            );
            closest(answer.as_bytes())
        };
        assert!(with(r#""available": true"#).is_ok_and(|copy| copy.is_some()));
        assert_eq!(with(r#""available": false"#), Ok(None));
        assert_eq!(with(r#""available": true, "status": "404""#), Ok(None));
    }

    #[test]
    fn an_answer_that_means_harm() {
        let deep = "[".repeat(100_000);
        let hostile = |url: &str, timestamp: &str| {
            format!(
                r#"{{"archived_snapshots": {{"closest": {{"available": true, "url": "{url}", "timestamp": "{timestamp}"}}}}}}"#
            )
        };
        let good = "20130919044612";
        let answers = [
            String::new(),
            "null".to_owned(),
            r#"{"archived_snapshots": []}"#.to_owned(),
            r#"{"archived_snapshots": {"closest": {"available": "yes", "url": 1}}}"#.to_owned(),
            format!(r#"{{"archived_snapshots": {deep}"#),
            hostile("javascript:alert(1)", good),
            hostile("https://web.archive.org.evil.example/web/1/x", good),
            hostile("https://user:word@web.archive.org/web/1/x", good),
            hostile("https://web.archive.org:8080/web/1/x", good),
            hostile("https://web.archive.org/elsewhere", good),
            hostile("https://web.archive.org/web/1/x", "2013"),
            hostile("https://web.archive.org/web/1/x", "20131345000000"),
            hostile("https://web.archive.org/web/1/x", "２０１３０９１９"),
        ];
        for answer in answers {
            assert_eq!(closest(answer.as_bytes()), Err(()), "{answer:.100}");
        }
        let odd = hostile("https://web.archive.org/web/1/http://x/\\\"}, evil: {\\n", good);
        let (url, _) = closest(odd.as_bytes()).expect("an answer").expect("a copy");
        assert!(!url.contains(['"', '\n', ' ', '{']), "{url}");
    }
}
