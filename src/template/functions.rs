//! What templates can call.
#![expect(clippy::needless_pass_by_value, reason = "the signatures are Tera's")]

use jiff::{Timestamp, ZonedDateTime};
use tera::{Error, Kwargs, State, Tera, TeraResult, Value};

use super::data;
use super::view::with_active;
use crate::markdown::plain_text;

/// Registers functions and filters; Tera wants them before the templates.
pub(super) fn register(tera: &mut Tera) {
    tera.register_function("asset", asset);
    tera.register_function("url", url);
    tera.register_function("get_page", |kwargs: Kwargs, _: &State| -> TeraResult<Value> {
        let path = format!("content/{}", kwargs.must_get::<&str>("path")?.trim_start_matches("content/"));
        active(|view| view.card(&path))
    });
    tera.register_function("get_series", |kwargs: Kwargs, _: &State| -> TeraResult<Value> {
        let slug = kwargs.must_get::<&str>("slug")?;
        active(|view| view.series(slug))
    });
    tera.register_function("get_data", |kwargs: Kwargs, _: &State| -> TeraResult<Value> {
        let path = format!("{}/{}", data::FOLDER, kwargs.must_get::<&str>("path")?.trim_start_matches("data/"));
        active(|view| view.data(&path))
    });
    tera.register_function("debug", debug);
    tera.register_filter("date", date);
    tera.register_filter("json", |value: Value, _: Kwargs, _: &State| json(&value));
    tera.register_filter("striptags", |text: &str, _: Kwargs, _: &State| plain_text(text));
}

fn active<T>(ask: impl FnOnce(super::View<'_>) -> T) -> TeraResult<T> {
    with_active(ask).ok_or_else(|| Error::message("this function can only be used while a page is rendered"))
}

fn asset(kwargs: Kwargs, _: &State) -> TeraResult<Value> {
    let name = kwargs.must_get::<&str>("path")?;
    let found = active(|view| view.asset(name).map(str::to_owned))?;
    found.map(Value::from).ok_or_else(|| Error::message(format!("the theme has no file `static/{name}`")))
}

fn url(kwargs: Kwargs, _: &State) -> TeraResult<Value> {
    let path = kwargs.must_get::<&str>("path")?;
    if !path.starts_with('/') {
        return Err(Error::message(format!("url(path=\"{path}\"): the path must begin with a slash")));
    }
    active(|view| Value::from(format!("{}{path}", view.config().base_path)))
}

/// Everything in the context; Tera's own name for it is not part of its interface.
fn debug(_: Kwargs, state: &State) -> TeraResult<Value> {
    const NAMES: [&str; 32] = [
        "site",
        "kind",
        "path",
        "canonical",
        "title",
        "description",
        "social_image",
        "json_ld",
        "feeds",
        "stylesheets",
        "paginator",
        "series_list",
        "page",
        "series_box",
        "series_boxes",
        "mentioned",
        "site_feeds",
        "newer",
        "older",
        "series",
        "tag",
        "tags",
        "years",
        "sources",
        "source",
        "groups",
        "evidence",
        "filters",
        "citation_meta",
        "target",
        "items",
        "body",
    ];
    let mut all = tera::Map::new();
    for name in NAMES {
        if let Some(value) = state.get::<Value>(name)? {
            all.insert(name.into(), value);
        }
    }
    let text = serde_json::to_string_pretty(&Value::from(all)).map_err(Error::message)?;
    Ok(Value::from(text))
}

/// A moment of the context, or ISO text, in a strftime format.
fn date(value: Value, kwargs: Kwargs, _: &State) -> TeraResult<String> {
    let format = kwargs.must_get::<&str>("format")?;
    let iso = value.as_map().and_then(|moment| moment.get(&tera::value::Key::Str("iso"))).cloned().unwrap_or(value);
    let text = iso.as_str().ok_or_else(|| Error::message("`date` wants a moment or a date as text"))?;
    let shown = match text.parse::<ZonedDateTime>() {
        Ok(at) => at.strftime(format).to_string(),
        Err(_) => match jiff::fmt::strtime::parse("%Y-%m-%dT%H:%M:%S%:z", text)
            .and_then(|parsed| parsed.to_zoned_datetime())
        {
            Ok(at) => at.strftime(format).to_string(),
            Err(_) => match text.parse::<jiff::civil::Date>() {
                Ok(day) => day.strftime(format).to_string(),
                Err(_) => {
                    let at: Timestamp = text.parse().map_err(|_| Error::message(format!("`{text}` is not a date")))?;
                    at.strftime(format).to_string()
                }
            },
        },
    };
    Ok(shown)
}

/// JSON that can stand in a script element: no `</script>` and no HTML comment.
fn json(value: &Value) -> TeraResult<Value> {
    let text = serde_json::to_string(value).map_err(Error::message)?;
    Ok(Value::safe_string(&script_safe(&text)))
}

/// Escapes what could end a script element (WHATWG HTML, section 4.12.1.3).
pub(crate) fn script_safe(json: &str) -> String {
    if !json.contains(['<', '>', '&', '\u{2028}', '\u{2029}']) {
        return json.to_owned();
    }
    json.replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}
