//! A build at each instant publishes exactly what is due then, in every time zone, when
//! clocks are changed, and on days that a zone leaves out.

use jiff::civil::{Date, Time, date, time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use proptest::prelude::*;
use proptest::sample::select;
use weeknotes::build::Content;
use weeknotes::content::{Cadence, When};
use weeknotes::site::{Instant, Site, Slots};
use weeknotes::source::SourceTree;

/// Zones with something odd in their clocks.
const ZONES: [&str; 12] = [
    "UTC",
    "America/New_York",
    "Europe/Berlin",
    // Half an hour of daylight saving.
    "Australia/Lord_Howe",
    // Went over the date line: there was no December 30, 2011.
    "Pacific/Apia",
    // Went over it at the turn of 1995.
    "Pacific/Kiritimati",
    // Daylight saving that pauses for Ramadan.
    "Africa/Casablanca",
    "Asia/Kathmandu",
    "America/St_Johns",
    "Europe/Dublin",
    "Antarctica/Troll",
    "America/Sao_Paulo",
];

const CADENCES: [&str; 9] = [
    "daily",
    "weekly on tuesday",
    "weekly on sunday",
    "weekly on monday and friday",
    "every 2 weeks on sunday",
    "monthly on the first and last sunday",
    "monthly on the 29th",
    "monthly on the last day",
    "every 3 months on the second sunday",
];

/// Days around which clocks are changed, that a zone leaves out, or that few years have.
fn days() -> impl Strategy<Value = Date> {
    let odd = vec![
        date(2011, 12, 30),
        date(1994, 12, 31),
        date(2026, 3, 8),
        date(2026, 3, 29),
        date(2026, 4, 5),
        date(2026, 10, 4),
        date(2026, 11, 1),
        date(2026, 2, 15),
        date(2024, 2, 29),
        date(2028, 2, 29),
        date(2018, 11, 4),
    ];
    (select(odd), -5i64..6).prop_map(|(day, by)| day.saturating_add(by.days()))
}

fn times() -> impl Strategy<Value = Time> {
    select(vec![
        time(0, 0, 0, 0),
        time(0, 30, 0, 0),
        time(1, 45, 0, 0),
        time(2, 15, 0, 0),
        time(2, 30, 0, 0),
        time(9, 0, 0, 0),
        time(23, 59, 0, 0),
    ])
}

fn site_text(zone: &str, cadence: &str, at: Time, posts: &[(Date, bool)]) -> SourceTree {
    let series = format!("---\ntitle: S\ncadence: {cadence} at {}\n---\n", at.strftime("%H:%M"));
    let mut files = vec![
        (
            "weeknotes.yaml".to_owned(),
            format!("title: T\nurl: https://e.org\ntimezone: {zone}\npublish_at: \"06:00\"\n"),
        ),
        ("content/series/s.md".to_owned(), series),
    ];
    for (nth, (day, in_series)) in posts.iter().enumerate() {
        let series = if *in_series { "series: S\n" } else { "" };
        files.push((
            format!("content/posts/p{nth}.md"),
            format!("---\ntitle: P{nth}\ndate: {day}\n{series}---\nText.\n"),
        ));
    }
    SourceTree::from_texts(files.iter().map(|(path, text)| (path.as_str(), text.as_str())))
}

/// When a post is due, by the clock on the wall alone: the first instant whose local time is
/// not before it.
fn due(zone: &TimeZone, day: Date, at: Time) -> Timestamp {
    let wall = day.to_datetime(at);
    let around = TimeZone::UTC.to_zoned_datetime(wall).expect("a time").timestamp();
    let (mut low, mut high) =
        (around.saturating_sub(30.hours()).expect("a time"), around.saturating_add(30.hours()).expect("a time"));
    while high.duration_since(low) > jiff::SignedDuration::from_secs(1) {
        let middle = low.checked_add(high.duration_since(low) / 2).expect("between");
        let has_come = middle.to_zoned_datetime(zone.clone()).datetime() >= wall;
        // Before the clock is set back it has shown later times already; only the first counts.
        if has_come || seen_before(zone, wall, middle) { high = middle } else { low = middle }
    }
    Timestamp::from_second(high.as_second()).expect("a time")
}

/// Whether the wall has shown a time not before `wall` within the three hours before `at`.
fn seen_before(zone: &TimeZone, wall: jiff::civil::DateTime, at: Timestamp) -> bool {
    (1..=36).any(|step| {
        at.saturating_sub((step * 5).minutes())
            .is_ok_and(|earlier| earlier.to_zoned_datetime(zone.clone()).datetime() >= wall)
    })
}

fn is_out(site: &Site, nth: usize) -> bool {
    site.page(&format!("content/posts/p{nth}.md")).is_some()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: crate::incremental::cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_build_publishes_exactly_what_is_due(
        zone in select(ZONES.to_vec()),
        at in times(),
        posts in proptest::collection::vec((days(), any::<bool>()), 1..5),
        by in select(vec![-3600i64, -1, 0, 1, 1800, 3600, 86_400]),
        pick in any::<prop::sample::Index>(),
    ) {
        let content = Content::read(&site_text(zone, "weekly on tuesday", at, &posts));
        let timezone = TimeZone::get(zone).expect("a zone");
        let hour = |in_series: bool| if in_series { at } else { time(6, 0, 0, 0) };
        // A day that a zone leaves out is asked of the library that knows it, like a time that a clock skips.
        let dues: Vec<Timestamp> = posts.iter().map(|(day, in_series)| When::Date(*day).resolve(&timezone, hour(*in_series)).timestamp()).collect();
        let now = dues[pick.index(dues.len())].saturating_add(by.seconds()).expect("a time");
        let site = content.site_at(Instant::readers(now)).value;
        for (nth, due) in dues.iter().enumerate() {
            prop_assert_eq!(is_out(&site, nth), *due <= now, "{} at {}, due {}", nth, now, due);
        }
        let next = dues.iter().filter(|due| **due > now).min();
        prop_assert!(next.is_none_or(|next| site.next_change.is_some_and(|change| change <= *next)));
        if let Some(change) = site.next_change {
            let before = content.site_at(Instant::readers(change.saturating_sub(1.seconds()).expect("a time").max(now))).value;
            prop_assert_eq!(before.posts.len(), site.posts.len(), "nothing comes before the next change");
        }
    }

    /// Where the wall shows each time once, a post is due when it shows its time first.
    #[test]
    fn a_post_is_due_when_the_clock_on_the_wall_says_so(zone in select(ZONES.to_vec()), at in times(), day in days()) {
        let timezone = TimeZone::get(zone).expect("a zone");
        let resolved = When::Date(day).resolve(&timezone, at);
        let is_there = resolved.datetime() == day.to_datetime(at);
        if is_there {
            prop_assert_eq!(resolved.timestamp(), due(&timezone, day, at));
        } else {
            // The clock skips it: the post comes out after the gap, never before.
            prop_assert!(resolved.datetime() > day.to_datetime(at));
        }
    }

    /// Slots keep their local time, fall on the cadence's days, and each once.
    #[test]
    fn slots_stay_at_their_hour(zone in select(ZONES.to_vec()), cadence in select(CADENCES.to_vec()), at in times(), day in days()) {
        let content = Content::read(&site_text(zone, cadence, at, &[(day, true)]));
        let site = content.site_at(Instant::everything(Timestamp::UNIX_EPOCH)).value;
        let slots: Slots<'_> = site.slots(&site.series[0]).expect("a cadence");
        let all: Vec<_> = slots.from(day).take(40).collect();
        let parsed = Cadence::parse(cadence).expect("a cadence");
        prop_assert_eq!(all.iter().map(|slot| slot.day).collect::<Vec<_>>(), parsed.days(day, day).take(40).collect::<Vec<_>>());
        for pair in all.windows(2) {
            prop_assert!(pair[0].day < pair[1].day && pair[0].at.timestamp() <= pair[1].at.timestamp());
        }
        for slot in &all {
            let is_there = slot.at.datetime() == slot.day.to_datetime(at);
            prop_assert!(is_there || slot.at.datetime() > slot.day.to_datetime(at));
            prop_assert_eq!(slots.nearest(slot.day).map(|near| near.day), Some(slot.day));
        }
    }

    #[test]
    fn a_cadence_is_written_as_it_is_read(
        every in 1u8..=52,
        weekdays in proptest::collection::btree_set(0usize..7, 1..7),
        nth in proptest::collection::btree_set(0usize..5, 1..5),
        numbers in proptest::collection::btree_set(1u8..=31, 1..4),
        kind in 0..4,
        at in proptest::option::of(times()),
    ) {
        const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
        const NTH: [&str; 5] = ["first", "second", "third", "fourth", "last"];
        let listed = |all: Vec<String>| all.join(" and ");
        let weekdays: Vec<String> = weekdays.into_iter().map(|at| DAYS[at].to_owned()).collect();
        let nth: Vec<String> = nth.into_iter().map(|at| NTH[at].to_owned()).collect();
        let numbers: Vec<String> = numbers.into_iter().map(|number| format!("{number}th")).collect();
        let text = match kind {
            0 => format!("every {every} weeks on {}", listed(weekdays)),
            1 => format!("every {every} months on the {} {}", listed(nth), weekdays[0]),
            2 => format!("every {every} months on the {}", listed(numbers)),
            _ => format!("every {every} months on the {} and last day", listed(numbers)),
        };
        let text = at.map_or(text.clone(), |at| format!("{text} at {}", at.strftime("%H:%M")));
        let cadence = Cadence::parse(&text).map_err(|wrong| TestCaseError::fail(format!("{text}: {wrong:?}")))?;
        prop_assert_eq!(Cadence::parse(&cadence.to_string()), Ok(cadence.clone()), "{} is {}", text, cadence);
    }

    #[test]
    fn any_words_are_a_cadence_or_a_mistake_in_them(text in "[a-z0-9:, ]{0,40}") {
        match Cadence::parse(&text) {
            Ok(cadence) => prop_assert_eq!(Cadence::parse(&cadence.to_string()), Ok(cadence)),
            Err(wrong) => prop_assert!(text.get(wrong.range).is_some()),
        }
    }
}
