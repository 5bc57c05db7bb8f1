//! The calls that are sent: to random customers, byte for byte alike to both services.

/// How many customers there are.
pub const CUSTOMERS: u64 = 10_000;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// `change_customer_email`.
    Write,
    /// `get_contact`.
    Read,
}

impl Work {
    /// The operation that does it.
    pub fn operation(self) -> &'static str {
        match self {
            Work::Write => "change_customer_email",
            Work::Read => "get_contact",
        }
    }
}

/// The id of a customer: `cus_00000042`.
pub fn customer(number: u64) -> String {
    format!("cus_{number:08}")
}

/// Makes one call after another.
pub struct Requests {
    work: Work,
    token: String,
    nonce: u64,
    sent: u64,
    random: u64,
}

impl Requests {
    /// `nonce` keeps the addresses of two clients apart: every write is a new address, as the generated service
    /// holds it unique.
    pub fn new(work: Work, token: String, nonce: u64) -> Self {
        Self { work, token, nonce, sent: 0, random: nonce }
    }

    /// Writes the next call into `to`, which is emptied first.
    pub fn next(&mut self, to: &mut Vec<u8>) {
        let customer = customer(self.number());
        self.sent += 1;
        let body = match self.work {
            Work::Read => format!(r#"{{"customer":"{customer}"}}"#),
            Work::Write => format!(
                r#"{{"customer":"{customer}","new_email":"m{}.{}@bench.example"}}"#,
                self.nonce, self.sent
            ),
        };
        to.clear();
        to.extend_from_slice(
            format!(
                "POST /v1/operations/{} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {}\r\n\
                 Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
                self.work.operation(),
                self.token,
                body.len()
            )
            .as_bytes(),
        );
    }

    /// SplitMix64: clients whose nonces are neighbours go ways of their own.
    fn number(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.random;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % CUSTOMERS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_whole() {
        let mut requests = Requests::new(Work::Write, "opw_x".to_owned(), 7);
        let mut text = Vec::new();
        requests.next(&mut text);
        let text = String::from_utf8(text).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("POST /v1/operations/change_customer_email HTTP/1.1\r\n"), "{head}");
        assert!(head.contains(&format!("Content-Length: {}", body.len())), "{head}");
        assert!(body.contains("m7.1@bench.example"), "{body}");
    }

    /// Clients that called for the same customers at the same time would measure how calls wait for each other.
    #[test]
    fn neighbours_call_for_other_customers() {
        let called = |nonce: u64| {
            let mut requests = Requests::new(Work::Read, String::new(), nonce);
            (0..100).map(|_| requests.number()).collect::<Vec<u64>>()
        };
        for nonce in 32..64 {
            let alike = called(nonce).iter().zip(called(nonce + 1)).filter(|(a, b)| **a == *b).count();
            assert!(alike < 5, "{alike} of 100 are alike");
        }
    }
}
