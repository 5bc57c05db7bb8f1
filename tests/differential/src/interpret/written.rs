//! How texts are written that are more than texts.

/// Whether a text is one of a pattern; of all patterns there is only `[…]+` in the programs.
pub(super) fn as_pattern(pattern: Option<&str>, text: &str) -> bool {
    let Some(pattern) = pattern else { return true };
    let class: Vec<char> = pattern.trim_start_matches('[').trim_end_matches("]+").chars().collect();
    !text.is_empty() && text.chars().all(|it| in_class(&class, it))
}

fn in_class(class: &[char], it: char) -> bool {
    match class {
        [first, '-', last, rest @ ..] => (*first..=*last).contains(&it) || in_class(rest, it),
        [one, rest @ ..] => *one == it || in_class(rest, it),
        [] => false,
    }
}

/// `name@host.domain`, in small letters.
pub(super) fn as_mail(text: &str) -> bool {
    let Some((name, host)) = text.split_once('@') else { return false };
    let in_name = |it: char| it.is_ascii_alphanumeric() || ".!#$%&'*+/=?^_`{|}~-".contains(it);
    let label = |label: &str| {
        let inside = label.chars().all(|it| it.is_ascii_alphanumeric() || it == '-');
        let edges = label.starts_with('-') || label.ends_with('-');
        (1..=63).contains(&label.len()) && inside && !edges
    };
    let named = (1..=64).contains(&name.len()) && name.chars().all(in_name);
    named
        && host.contains('.')
        && host.split('.').all(label)
        && !text.chars().any(|it| it.is_ascii_uppercase())
}

/// `https://host:port/path`.
pub(super) fn as_link(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")) else {
        return false;
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (server, path) = rest.split_at(end);
    let (host, port) = server.split_once(':').unwrap_or((server, "0"));
    let in_host = |it: char| it.is_ascii_alphanumeric() || it == '.' || it == '-';
    let edge = |it: Option<char>| it.is_some_and(|it| it.is_ascii_alphanumeric());
    let in_path = |it: char| !it.is_whitespace() && !it.is_control() && !"<>\"\\^`{|}".contains(it);
    edge(host.chars().next())
        && edge(host.chars().next_back())
        && host.chars().all(in_host)
        && (1..=5).contains(&port.len())
        && port.chars().all(|it| it.is_ascii_digit())
        && path.chars().all(in_path)
}
