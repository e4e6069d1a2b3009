//! A server on this machine that does as its tests want, also what no server should.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

pub(crate) struct Server {
    address: SocketAddr,
    log: Arc<Mutex<Vec<String>>>,
    is_over: Arc<AtomicBool>,
}

/// A request that was read, and how often the same was asked before.
pub(crate) struct Asked {
    pub(crate) line: String,
    pub(crate) nth: usize,
    pub(crate) connection: TcpStream,
}

impl Asked {
    pub(crate) fn is_head(&self) -> bool {
        self.line.starts_with("HEAD")
    }

    pub(crate) fn say(&mut self, text: &str) -> io::Result<()> {
        self.connection.write_all(text.as_bytes())
    }

    /// Says the same until nobody listens.
    pub(crate) fn say_for_ever(&mut self, text: &str) -> io::Result<()> {
        let much = text.repeat(1000);
        loop {
            self.say(&much)?;
        }
    }

    /// Says nothing until the other side gives up.
    pub(crate) fn keep_silent(&mut self) -> io::Result<()> {
        io::copy(&mut self.connection, &mut io::sink()).map(drop)
    }
}

impl Server {
    /// Reads each request and answers by its path.
    pub(crate) fn http(answer: impl Fn(&str, &mut Asked) -> io::Result<()> + Send + Sync + 'static) -> Self {
        let log: Arc<Mutex<Vec<String>>> = Arc::default();
        let seen = Arc::clone(&log);
        Self::start(log, move |connection| {
            let mut asked = read(connection, &seen)?;
            let path = asked.line.split(' ').nth(1).unwrap_or_default().to_owned();
            answer(&path, &mut asked)
        })
    }

    /// Does something with each connection, whatever is asked.
    pub(crate) fn raw(serve: impl Fn(TcpStream) -> io::Result<()> + Send + Sync + 'static) -> Self {
        Self::start(Arc::default(), serve)
    }

    fn start(
        log: Arc<Mutex<Vec<String>>>,
        serve: impl Fn(TcpStream) -> io::Result<()> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("bound");
        let is_over = Arc::new(AtomicBool::new(false));
        let (stop, serve) = (Arc::clone(&is_over), Arc::new(serve));
        thread::spawn(move || {
            for connection in listener.incoming() {
                if stop.load(Ordering::SeqCst) {
                    break;
                }
                let serve = Arc::clone(&serve);
                // That a client hangs up is what many tests are about.
                thread::spawn(move || connection.and_then(|connection| serve(connection)));
            }
        });
        Self { address, log, is_over }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn secure_url(&self) -> String {
        format!("https://{}/", self.address)
    }

    pub(crate) fn localhost_url(&self) -> String {
        format!("http://localhost:{}/", self.address.port())
    }

    /// What was asked so far: `HEAD /page`.
    pub(crate) fn log(&self) -> Vec<String> {
        self.log.lock().expect("no panic").clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
    }
}

fn read(connection: TcpStream, log: &Mutex<Vec<String>>) -> io::Result<Asked> {
    let mut reader = BufReader::new(connection.try_clone()?.take(100_000));
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let mut header = String::new();
    while reader.read_line(&mut header)? > 2 {
        header.clear();
    }
    let line = first.rsplit_once(' ').map_or(first.as_str(), |(line, _)| line).to_owned();
    let mut log = log.lock().expect("no panic");
    let nth = log.iter().filter(|other| **other == line).count();
    log.push(line.clone());
    Ok(Asked { line, nth, connection })
}
