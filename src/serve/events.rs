//! Server-sent events (WHATWG HTML, section 9.2): each open page is told when its own
//! bytes change, where it went, and what is wrong.

use std::convert::Infallible;
use std::sync::Arc;

use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};
use tokio::sync::{mpsc, watch};
use tokio_stream::StreamExt as _;
use tokio_stream::wrappers::ReceiverStream;

use super::http::{OWN, parameter};
use super::preview::Snapshot;
use crate::output::Key;

/// Tells a page, shown at the address in the query with the tag there, what changes.
pub(super) fn stream(snapshots: watch::Receiver<Arc<Snapshot>>, query: &str) -> Response {
    let page = Page {
        path: parameter(query, "path").unwrap_or_else(|| "/".to_owned()),
        tag: parameter(query, "tag").unwrap_or_default(),
        key: None,
        problems: None,
    };
    let (sender, receiver) = mpsc::channel(8);
    tokio::spawn(tell(page, snapshots, sender));
    let events = ReceiverStream::new(receiver).map(Ok::<_, Infallible>);
    Sse::new(events).keep_alive(KeepAlive::default()).into_response()
}

async fn tell(mut page: Page, mut snapshots: watch::Receiver<Arc<Snapshot>>, sender: mpsc::Sender<Event>) {
    loop {
        let snapshot = Arc::clone(&snapshots.borrow_and_update());
        for (name, data) in page.news(&snapshot) {
            if sender.send(Event::default().event(name).data(data)).await.is_err() {
                return;
            }
        }
        drop(snapshot);
        tokio::select! {
            changed = snapshots.changed() => if changed.is_err() { return },
            () = sender.closed() => return,
        }
    }
}

/// A page in a browser.
struct Page {
    path: String,
    /// The bytes that it shows.
    tag: String,
    /// What it is, once it was seen to be there.
    key: Option<Key>,
    problems: Option<Arc<str>>,
}

impl Page {
    /// What it has not been told yet.
    fn news(&mut self, snapshot: &Snapshot) -> Vec<(&'static str, String)> {
        let mut news = Vec::new();
        if let Some(to) = self.moved(snapshot) {
            news.push(("moved", json!({ "to": to }).to_string()));
        } else {
            let tag = self.current(snapshot);
            if tag != self.tag {
                news.push(("page", json!({ "tag": tag }).to_string()));
                self.tag = tag;
            }
        }
        if self.problems.as_ref() != Some(&snapshot.problems_json) {
            self.problems = Some(Arc::clone(&snapshot.problems_json));
            news.push(("problems", snapshot.problems_json.to_string()));
        }
        news
    }

    /// The new address of what was here.
    fn moved(&mut self, snapshot: &Snapshot) -> Option<Value> {
        let output = &snapshot.output;
        if let Some(key) = output.key(&self.path) {
            self.key = Some(key.clone());
            return None;
        }
        self.key.as_ref().and_then(|key| output.address(key)).map(Value::from)
    }

    fn current(&self, snapshot: &Snapshot) -> String {
        let own = format!("{}{OWN}", snapshot.output.base_path());
        if self.path == own { snapshot.revision().to_string() } else { snapshot.output.tag(&self.path) }
    }
}
