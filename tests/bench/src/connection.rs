//! A connection that is kept: one call, its whole answer, the next call.
//!
//! Written by hand so that the client, which shares the cores with what it measures, costs little.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The longest answer that is read.
const ANSWER_MAX: usize = 64 * 1024;

/// A connection.
pub struct Connection {
    stream: TcpStream,
    answer: Vec<u8>,
}

impl Connection {
    /// Connects to a service on this machine.
    pub async fn open(address: &str) -> Result<Self, String> {
        let stream =
            TcpStream::connect(address).await.map_err(|error| format!("cannot reach {address}: {error}"))?;
        stream.set_nodelay(true).map_err(|error| error.to_string())?;
        Ok(Self { stream, answer: Vec::with_capacity(4096) })
    }

    /// Sends a call and reads its answer to the end; the status.
    pub async fn call(&mut self, request: &[u8]) -> Result<u16, String> {
        self.stream.write_all(request).await.map_err(|error| format!("cannot send: {error}"))?;
        self.answer.clear();
        loop {
            let read = self.stream.read_buf(&mut self.answer).await;
            if read.map_err(|error| format!("cannot read: {error}"))? == 0 {
                return Err("the service closed the connection".to_owned());
            }
            if let Some((status, length)) = head(&self.answer)?
                && self.answer.len() >= length
            {
                return Ok(status);
            }
            if self.answer.len() > ANSWER_MAX {
                return Err(format!("an answer is longer than {ANSWER_MAX} bytes"));
            }
        }
    }

    /// The last answer, for people.
    pub fn shown(&self) -> String {
        String::from_utf8_lossy(&self.answer).into_owned()
    }
}

/// The status of an answer and its length with its head, once the head is there.
fn head(answer: &[u8]) -> Result<Option<(u16, usize)>, String> {
    let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
    let text = answer.get(..end).and_then(|head| std::str::from_utf8(head).ok());
    let text = text.ok_or("the head of an answer is no text")?;
    let mut lines = text.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok());
    let status = status.ok_or_else(|| format!("an answer without a status: {text}"))?;
    let length = lines.find_map(|line| {
        let (name, value) = line.split_once(':')?;
        if name.eq_ignore_ascii_case("content-length") { value.trim().parse::<usize>().ok() } else { None }
    });
    let length = length.ok_or_else(|| format!("an answer without a length: {text}"))?;
    Ok(Some((status, end + 4 + length)))
}

#[cfg(test)]
mod tests {
    use super::head;

    #[test]
    fn heads() {
        assert_eq!(head(b"HTTP/1.1 200 OK\r\ncontent-len"), Ok(None));
        assert_eq!(head(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"), Ok(Some((200, 40))));
        assert!(head(b"HTTP/1.1 200 OK\r\n\r\n").is_err());
    }
}
