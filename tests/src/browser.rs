//! A headless Chromium, driven over its DevTools pipe: open, ask, photograph.
//!
//! ```text
//! test ──{"id":1,"method":"Page.navigate",…}\0──▶ fd 3  chromium
//!      ◀──{"id":1,"result":{…}}\0─────────────── fd 4
//! ```

use serde_json::{Value as Json, json};
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// No answer of the browser takes longer.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a page must not try: this machine's network is closed, and a test starts with a browser that knows nothing.
const FLAGS: &[&str] = &[
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--hide-scrollbars",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-pipe",
];

/// A browser with one page.
pub struct Browser {
    process: Child,
    commands: ChildStdin,
    answers: Receiver<Json>,
    profile: PathBuf,
    session: Option<String>,
    sent: u64,
    faults: Vec<String>,
    loaded: bool,
}

impl Browser {
    /// Starts it.
    pub fn start(chromium: &str) -> Result<Self, String> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let profile = std::env::temp_dir().join(format!("opwright_browser_{}_{number}", std::process::id()));
        // The pipe is file descriptors 3 and 4, and a child is given 0, 1 and 2 alone: the shell moves them.
        let mut command = Command::new("sh");
        command.args(["-c", "exec \"$@\" 3<&0 4>&1 >/dev/null 2>&1", "sh", chromium]).args(FLAGS);
        command.arg(format!("--user-data-dir={}", profile.display())).arg("about:blank");
        let spawned = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut process = spawned.map_err(|error| format!("cannot start {chromium}: {error}"))?;
        let (Some(commands), Some(said)) = (process.stdin.take(), process.stdout.take()) else {
            return Err("the browser has no pipe".to_owned());
        };
        let (sender, answers) = channel();
        std::thread::spawn(move || {
            for message in BufReader::new(said).split(0).map_while(Result::ok) {
                let Ok(message) = serde_json::from_slice(&message) else { continue };
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        let (session, faults) = (None, Vec::new());
        let mut browser =
            Self { process, commands, answers, profile, session, sent: 0, faults, loaded: false };
        browser.attach()?;
        Ok(browser)
    }

    fn attach(&mut self) -> Result<(), String> {
        let target = self.ask("Target.createTarget", json!({"url": "about:blank"}))?;
        let id = target.get("targetId").cloned().unwrap_or(Json::Null);
        let session = self.ask("Target.attachToTarget", json!({"targetId": id, "flatten": true}))?;
        self.session = session.get("sessionId").and_then(Json::as_str).map(str::to_owned);
        for domain in ["Page.enable", "Runtime.enable", "Log.enable"] {
            self.ask(domain, json!({}))?;
        }
        Ok(())
    }

    /// The size of the window, and whether the person likes it dark.
    pub fn look(&mut self, width: u32, height: u32, dark: bool) -> Result<(), String> {
        let size = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.ask("Emulation.setDeviceMetricsOverride", size)?;
        let value = if dark { "dark" } else { "light" };
        let features = json!({"features": [{"name": "prefers-color-scheme", "value": value}]});
        self.ask("Emulation.setEmulatedMedia", features).map(drop)
    }

    /// Opens a page and waits until it is loaded. What it complains about is found in [`Browser::faults`].
    pub fn open(&mut self, url: &str) -> Result<(), String> {
        // A blank page in between: else a changed fragment alone would load nothing.
        for url in ["about:blank", url] {
            self.loaded = false;
            let answer = self.ask("Page.navigate", json!({"url": url}))?;
            if let Some(error) = answer.get("errorText") {
                return Err(format!("cannot open {url}: {error}"));
            }
            let start = Instant::now();
            while !self.loaded {
                if start.elapsed() > PATIENCE {
                    return Err(format!("{url} does not load"));
                }
                if let Ok(message) = self.answers.recv_timeout(Duration::from_secs(1)) {
                    self.event(&message);
                }
            }
        }
        Ok(())
    }

    /// The value of an expression in the page.
    pub fn value(&mut self, script: &str) -> Result<Json, String> {
        let ask = json!({"expression": script, "returnByValue": true, "awaitPromise": true});
        let answer = self.ask("Runtime.evaluate", ask)?;
        if let Some(thrown) = answer.get("exceptionDetails") {
            return Err(format!("{script}: {thrown}"));
        }
        Ok(answer.pointer("/result/value").cloned().unwrap_or(Json::Null))
    }

    /// The page as a PNG, coded in base 64; from top to bottom if `whole`.
    pub fn photograph(&mut self, whole: bool) -> Result<String, String> {
        let ask = json!({"format": "png", "captureBeyondViewport": whole});
        let answer = self.ask("Page.captureScreenshot", ask)?;
        let data = answer.get("data").and_then(Json::as_str);
        data.map(str::to_owned).ok_or_else(|| "the browser took no picture".to_owned())
    }

    /// What pages have complained about since the last time: errors, exceptions, what their policy forbids.
    pub fn faults(&mut self) -> Vec<String> {
        std::mem::take(&mut self.faults)
    }

    fn ask(&mut self, method: &str, params: Json) -> Result<Json, String> {
        self.sent += 1;
        let mut message = json!({"id": self.sent, "method": method, "params": params});
        if let (Some(session), Some(message)) = (&self.session, message.as_object_mut()) {
            message.insert("sessionId".to_owned(), json!(session));
        }
        let mut text = message.to_string().into_bytes();
        text.push(0);
        let sent = self.commands.write_all(&text).and_then(|()| self.commands.flush());
        sent.map_err(|error| format!("the browser is gone: {error}"))?;
        loop {
            let answer = self.answers.recv_timeout(PATIENCE);
            let answer = answer.map_err(|_| format!("the browser does not answer {method}"))?;
            if answer.get("id").and_then(Json::as_u64) != Some(self.sent) {
                self.event(&answer);
                continue;
            }
            if let Some(error) = answer.get("error") {
                return Err(format!("{method}: {error}"));
            }
            return Ok(answer.get("result").cloned().unwrap_or(Json::Null));
        }
    }

    fn event(&mut self, message: &Json) {
        let text = |pointer: &str| message.pointer(pointer).map(Json::to_string).unwrap_or_default();
        match message.get("method").and_then(Json::as_str) {
            Some("Page.loadEventFired") => self.loaded = true,
            Some("Runtime.exceptionThrown") => self.faults.push(text("/params/exceptionDetails")),
            Some("Log.entryAdded") if text("/params/entry/level") == "\"error\"" => {
                self.faults.push(text("/params/entry"));
            }
            Some("Runtime.consoleAPICalled") if text("/params/type") == "\"error\"" => {
                self.faults.push(text("/params/args"));
            }
            _ => {}
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Without a session it is the browser that is asked, not the page.
        self.session = None;
        drop(self.ask("Browser.close", json!({})));
        let start = Instant::now();
        while matches!(self.process.try_wait(), Ok(None)) && start.elapsed() < Duration::from_secs(5) {
            std::thread::sleep(Duration::from_millis(20));
        }
        drop(self.process.kill());
        drop(self.process.wait());
        drop(std::fs::remove_dir_all(&self.profile));
    }
}
