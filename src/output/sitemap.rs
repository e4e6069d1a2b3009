//! `sitemap.xml` (<https://www.sitemaps.org/protocol.html>) and `robots.txt`.

use super::plan::subscribe;
use super::xml::Xml;
use crate::config::Config;
use crate::site::{Page, Permalink, Site};
use crate::template::View;
use crate::template::context::iso;

/// The protocol's limit for one file.
const LIMIT: usize = 50_000;

/// The lists that every site has.
const LISTS: [&str; 4] = ["/archive/", "/series/", "/tags/", "/sources/"];

const NAMESPACE: (&str, &str) = ("xmlns", "http://www.sitemaps.org/schemas/sitemap/0.9");

/// How many files the sitemap is cut into; none when one file holds it all.
pub(super) fn parts(site: &Site) -> usize {
    let count = 1 + site.all_pages().count() + LISTS.len() + site.series.len() + site.tags.len();
    if count > LIMIT { count.div_ceil(LIMIT) } else { 0 }
}

/// The sitemap, or the index of its parts.
pub(super) fn whole(view: View<'_>) -> String {
    let (site, config) = (view.addresses(), view.config());
    match parts(site) {
        0 => url_set(config, &addresses(site)),
        count => document("sitemapindex", |xml| {
            for number in 1..=count {
                let address = config.absolute(&format!("{}/sitemap-{number}.xml", config.base_path));
                entry(xml, "sitemap", &address, None);
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
    let newest =
        |posts: &[usize]| posts.iter().filter_map(|at| site.posts.get(*at)).filter_map(Page::changed).max().map(iso);
    let all: Vec<usize> = (0..site.posts.len()).collect();
    let route = |path: &str| Permalink::parse(path).expect("a fixed route is valid");
    let mut found = vec![(route("/"), newest(&all))];
    found.extend(site.all_pages().map(|page| (page.permalink.clone(), page.changed().map(iso))));
    found.extend(LISTS.map(|path| (route(path), None)));
    found.extend(subscribe(site).map(|(_, permalink)| (permalink, None)));
    found.extend(site.series.iter().map(|series| (series.permalink.clone(), newest(&series.parts))));
    found.extend(site.tags.iter().map(|tag| (tag.permalink.clone(), newest(&tag.posts))));
    found
}

fn url_set(config: &Config, addresses: &[Address]) -> String {
    document("urlset", |xml| {
        for (permalink, changed) in addresses {
            entry(xml, "url", &permalink.absolute(config), changed.as_deref());
        }
    })
}

fn document(name: &str, fill: impl FnOnce(&mut Xml)) -> String {
    let mut xml = Xml::document();
    xml.open(name, &[NAMESPACE]);
    fill(&mut xml);
    xml.close(name);
    xml.take()
}

fn entry(xml: &mut Xml, name: &str, address: &str, changed: Option<&str>) {
    xml.open(name, &[]);
    xml.leaf("loc", &[], address);
    if let Some(changed) = changed {
        xml.leaf("lastmod", &[], changed);
    }
    xml.close(name);
}
