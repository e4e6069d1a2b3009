//! `sitemap.xml` (<https://www.sitemaps.org/protocol.html>) and `robots.txt`.

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use crate::config::Config;
use crate::site::{Permalink, Site};
use crate::template::View;
use crate::template::context::iso;

/// The protocol's limit for one file.
const LIMIT: usize = 50_000;

const NAMESPACE: (&str, &str) = ("xmlns", "http://www.sitemaps.org/schemas/sitemap/0.9");

/// How many files the sitemap is cut into; none when one file holds it all.
pub(super) fn parts(site: &Site) -> usize {
    let count = addresses(site).len();
    if count > LIMIT { count.div_ceil(LIMIT) } else { 0 }
}

/// The sitemap, or the index of its parts.
pub(super) fn whole(view: View<'_>) -> String {
    let (site, config) = (view.addresses(), view.config());
    match parts(site) {
        0 => url_set(config, &addresses(site)),
        count => document("sitemapindex", |writer| {
            for number in 1..=count {
                let address = config.absolute(&format!("{}/sitemap-{number}.xml", config.base_path));
                entry(writer, "sitemap", &address, None);
            }
        }),
    }
}

/// A part of a long sitemap, from 1.
pub(super) fn part(number: usize, view: View<'_>) -> String {
    let all = addresses(view.addresses());
    let chunk = all.chunks(LIMIT).nth(number - 1).unwrap_or_default();
    url_set(view.config(), chunk)
}

/// What crawlers are told (RFC 9309): all is open, and the sitemap is there.
pub(super) fn robots(view: View<'_>) -> String {
    format!("User-agent: *\nAllow: /\n\nSitemap: {}/sitemap.xml\n", view.config().url)
}

type Address = (Permalink, Option<String>);

fn addresses(site: &Site) -> Vec<Address> {
    let newest = |posts: &[usize]| {
        let times = posts
            .iter()
            .filter_map(|at| site.posts.get(*at))
            .filter_map(|post| post.updated.as_ref().max(post.date.as_ref()));
        times.max().map(iso)
    };
    let all: Vec<usize> = (0..site.posts.len()).collect();
    let route = |path: &str| Permalink::parse(path).expect("a fixed route is valid");
    let mut found = vec![(route("/"), newest(&all))];
    found.extend(
        site.all_pages().map(|page| (page.permalink.clone(), page.updated.as_ref().max(page.date.as_ref()).map(iso))),
    );
    found.extend(["/archive/", "/series/", "/tags/", "/sources/"].map(|path| (route(path), None)));
    found.extend(site.series.iter().map(|series| (series.permalink.clone(), newest(&series.parts))));
    found.extend(site.tags.iter().map(|tag| (tag.permalink.clone(), newest(&tag.posts))));
    found
}

fn url_set(config: &Config, addresses: &[Address]) -> String {
    document("urlset", |writer| {
        for (permalink, changed) in addresses {
            entry(writer, "url", &config.absolute(&permalink.href(&config.base_path)), changed.as_deref());
        }
    })
}

fn document(name: &str, fill: impl FnOnce(&mut Writer<Vec<u8>>)) -> String {
    let mut writer = Writer::new(Vec::new());
    let declared = writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)));
    declared.expect("writing to memory never fails");
    let root = writer.create_element(name).with_attribute(NAMESPACE);
    root.write_inner_content(|writer| {
        fill(writer);
        Ok(())
    })
    .expect("writing to memory never fails");
    String::from_utf8(writer.into_inner()).expect("only text was written")
}

fn entry(writer: &mut Writer<Vec<u8>>, name: &str, address: &str, changed: Option<&str>) {
    let written = writer.create_element(name).write_inner_content(|writer| {
        writer.create_element("loc").write_text_content(BytesText::new(address))?;
        if let Some(changed) = changed {
            writer.create_element("lastmod").write_text_content(BytesText::new(changed))?;
        }
        Ok(())
    });
    written.expect("writing to memory never fails");
}
