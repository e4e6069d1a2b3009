//! A line that tells what is going on, for work that takes longer than a second.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::terminal::Terminal;

/// Shows the step that was last announced, from the first second on.
pub(super) struct Progress {
    steps: Option<Sender<&'static str>>,
    shown: Option<JoinHandle<()>>,
    started: Instant,
    timings: Vec<(&'static str, Instant)>,
}

impl Progress {
    pub(super) fn start(terminal: &Terminal, quiet: bool) -> Self {
        let mut progress = Self { steps: None, shown: None, started: Instant::now(), timings: Vec::new() };
        if quiet || !terminal.can_rewrite() {
            return progress;
        }
        let (steps, announced) = channel();
        progress.steps = Some(steps);
        progress.shown = Some(std::thread::spawn(move || {
            let started = Instant::now();
            let (mut step, mut visible) = ("Working", false);
            loop {
                let elapsed = started.elapsed();
                if elapsed >= Duration::from_secs(1) {
                    Terminal::message(&format!("\r\x1b[K{step} … {} s", elapsed.as_secs()));
                    visible = true;
                }
                match announced.recv_timeout(Duration::from_millis(250)) {
                    Ok(next) => step = next,
                    Err(RecvTimeoutError::Timeout) => {}
                    Err(RecvTimeoutError::Disconnected) => break,
                }
            }
            if visible {
                Terminal::message("\r\x1b[K");
            }
        }));
        progress
    }

    pub(super) fn step(&mut self, name: &'static str) {
        self.timings.push((name, Instant::now()));
        if let Some(steps) = &self.steps {
            // The other end only goes away when this one does.
            let _ = steps.send(name);
        }
    }

    /// Ends the line and tells how long all of it took.
    pub(super) fn finish(mut self) -> Finished {
        drop(self.steps.take());
        if let Some(shown) = self.shown.take() {
            // A panic in the thread has been told by the panic itself.
            let _ = shown.join();
        }
        let ends = self.timings.iter().skip(1).map(|(_, at)| *at).chain([Instant::now()]);
        let steps = self.timings.iter().zip(ends).map(|((name, from), to)| (*name, to - *from)).collect();
        Finished { total: self.started.elapsed(), steps }
    }
}

/// How long work took.
pub(super) struct Finished {
    pub(super) total: Duration,
    pub(super) steps: Vec<(&'static str, Duration)>,
}

/// `84 ms`, `1.2 s`.
pub(super) fn duration(time: Duration) -> String {
    match time.as_millis() {
        millis @ 0..1000 => format!("{millis} ms"),
        _ => format!("{:.1} s", time.as_secs_f64()),
    }
}
