//! The preview: watches a site's folder, rebuilds what an edit affects, serves it from
//! memory and tells the open pages.
//!
//! One thread waits for the file system and for the next date that comes, rebuilds, and
//! publishes a [`Snapshot`](preview::Snapshot); the server's thread answers from the
//! latest. Nothing is written but the [`cache`](crate::cache).

mod dashboard;
mod events;
mod http;
mod output;
mod poll;
mod preview;
mod problem;
mod settle;
mod watch;

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio::sync::watch as latest;

use crate::cache::Cache;
use crate::output::Error;
use http::{Served, Watched};
use preview::{Preview, Snapshot};
use watch::Watcher;

pub use preview::Built;

/// How many ports after the wanted one are tried.
const PORTS: u16 = 100;

/// How often what was newly made is stored, at most.
const STORE: Duration = Duration::from_secs(60);

/// How a site is previewed.
#[derive(Debug, Clone)]
pub struct Options {
    /// The site's folder.
    pub root: PathBuf,
    /// The address to listen at.
    pub bind: IpAddr,
    /// The port to listen at, or the first free one after it.
    pub port: u16,
    /// Whether drafts are shown.
    pub drafts: bool,
    /// Whether posts are shown whose date has not come.
    pub future: bool,
    /// Whether every rebuild is compared with a clean build.
    pub verify: bool,
    /// How often to look at the files' times, where the file system tells nothing.
    pub poll: Option<Duration>,
}

/// What happens in a preview.
#[derive(Debug)]
pub enum Told<'a> {
    /// The site was built, or built again.
    Built(&'a Built),
    /// The cache's file is passed over for this reason.
    CacheLeft(&'static str),
    /// It can be looked at.
    Listening(SocketAddr, &'a str),
}

/// Previews a site until the process ends. `now` tells the time, `tell` is told what
/// happens.
///
/// # Errors
/// When the folder cannot be watched or no port is free.
pub fn serve(options: &Options, now: impl Fn() -> Timestamp, mut tell: impl FnMut(Told<'_>)) -> Result<(), Error> {
    let root = options.root.canonicalize().map_err(|error| Error::io("open", &options.root, &error))?;
    // Watching begins before the first look, so that no change falls between the two.
    let mut watcher = Watcher::start(&root, options.poll)?;
    let (cache, trouble) = Cache::open(&root);
    let cache = Arc::new(cache);
    if let Some(trouble) = trouble {
        tell(Told::CacheLeft(trouble));
    }
    let (snapshots, mut preview) = first(&root, options, Arc::clone(&cache), now());
    let mut stored = store(&cache);
    tell(Told::Built(snapshots.borrow().latest()));
    let watched = Arc::new(Watched::default());
    let address = listen(options, &snapshots, Arc::clone(&watched))?;
    tell(Told::Listening(address, snapshots.borrow().output.base_path()));
    loop {
        let due = preview.next_change().map(|due| Instant::now() + until(due, now()));
        let paths = watcher.wait(due).unwrap_or_default();
        let early = |snapshot| drop(snapshots.send_replace(Arc::new(snapshot)));
        let Some((snapshot, rest)) = preview.look_again(&paths, now(), &watched.addresses(), early) else {
            continue;
        };
        let old = snapshots.send_replace(Arc::new(snapshot));
        tell(Told::Built(snapshots.borrow().latest()));
        drop((old, rest));
        if stored.elapsed() > STORE {
            stored = store(&cache);
        }
    }
}

/// A cache that cannot be written is no loss, and a preview has nothing else to write.
fn store(cache: &Cache) -> Instant {
    let _ = cache.store();
    Instant::now()
}

fn first(
    root: &Path,
    options: &Options,
    cache: Arc<Cache>,
    now: Timestamp,
) -> (latest::Sender<Arc<Snapshot>>, Preview) {
    let mut preview = Preview::open(root, cache, options);
    let (snapshot, _) = preview.first(now);
    (latest::Sender::new(Arc::new(snapshot)), preview)
}

/// Long waits are cut, so that a clock that is set is noticed.
fn until(due: Timestamp, now: Timestamp) -> Duration {
    let left = due.duration_since(now).unsigned_abs();
    if due <= now { Duration::ZERO } else { left.min(Duration::from_secs(60)) }
}

fn listen(
    options: &Options,
    snapshots: &latest::Sender<Arc<Snapshot>>,
    watched: Arc<Watched>,
) -> Result<SocketAddr, Error> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.map_err(|error| Error::new(format!("cannot start the server: {error}")))?;
    let ports = options.port..=options.port.saturating_add(PORTS);
    let bound = runtime.block_on(async {
        let mut last = None;
        for port in ports {
            match TcpListener::bind((options.bind, port)).await {
                Ok(listener) => return Ok(listener),
                Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => last = Some(error),
                Err(error) => return Err(error),
            }
        }
        Err(last.unwrap_or_else(|| std::io::ErrorKind::AddrInUse.into()))
    });
    let wanted = SocketAddr::new(options.bind, options.port);
    let failed = |error: std::io::Error| {
        Error::new(format!("cannot listen at {wanted}: {error}")).help("choose another with --port or --bind")
    };
    let listener = bound.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let served = Served { snapshots: snapshots.subscribe(), is_private: options.bind.is_loopback(), watched };
    std::thread::spawn(move || runtime.block_on(http::run(listener, served)));
    Ok(address)
}
