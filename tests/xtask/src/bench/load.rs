//! The client, a process of its own, and the line that it prints.

use crate::Failed;
use crate::tools::root;
use std::process::Command;

/// What one round of calls measured.
pub(super) struct Round {
    /// Calls answered in a second.
    pub(super) rate: f64,
    pub(super) p50_us: f64,
    pub(super) p99_us: f64,
    pub(super) failed: u64,
}

/// Lets the client call a service for some seconds.
pub(super) fn load(address: &str, token: &str, work: &str, seconds: f64) -> Result<Round, Failed> {
    let program = root().join("target").join("release").join("load");
    let done = Command::new(&program).args([address, token, work, &seconds.to_string()]).output();
    let done = done.map_err(|error| format!("cannot run {}: {error}", program.display()))?;
    let said = String::from_utf8_lossy(&done.stderr);
    if !done.status.success() {
        return Err(format!("the client: {said}"));
    }
    eprint!("{said}");
    read(&String::from_utf8_lossy(&done.stdout))
}

fn read(line: &str) -> Result<Round, Failed> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let figure = |name: &str| {
        let found = words.windows(2).find_map(|two| match two {
            [word, figure] if *word == name => figure.parse::<f64>().ok(),
            _ => None,
        });
        found.ok_or_else(|| format!("the client does not say `{name}`: {line}"))
    };
    let seconds = figure("seconds")?.max(0.001);
    Ok(Round {
        rate: figure("calls")? / seconds,
        p50_us: figure("p50_us")?,
        p99_us: figure("p99_us")?,
        failed: figure("failed")? as u64,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_the_client() {
        let round = read("calls 200 seconds 2.000 p50_us 310 p99_us 990 failed 0\n").unwrap();
        assert_eq!((round.rate, round.p50_us, round.p99_us, round.failed), (100.0, 310.0, 990.0, 0));
        assert!(read("calls 200").is_err());
    }
}
