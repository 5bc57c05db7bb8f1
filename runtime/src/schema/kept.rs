//! What stays in a database though nobody uses it any more: perhaps only its name was meant to change.

/// A column or a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Where it is, and that it stays.
    said: String,
    /// The key of its field.
    was: String,
    /// The new fields that it may be.
    like: Vec<String>,
}

impl Kept {
    /// A table of no resource.
    pub(super) fn table(name: &str) -> Self {
        let said = format!("table `{name}`: no resource of this version has it; it stays, with its rows");
        Self { said, was: String::new(), like: Vec::new() }
    }

    /// A column of no field.
    pub(super) fn column(place: String, was: &str, like: Vec<String>) -> Self {
        let said = format!("{place}: no field of this version has it; it stays, with its values");
        Self { said, was: was.to_owned(), like }
    }

    /// What to say of it, before the migration or after it.
    pub fn says(&self, done: bool) -> String {
        let Self { said, was, like } = self;
        let now = like.join("` or `");
        if like.is_empty() {
            said.clone()
        } else if done {
            format!(
                "{said}; if it is `{now}` now, add `was: {was}` there and migrate again, before a value is written under `{now}`"
            )
        } else {
            format!("{said}; if it is `{now}` now, say `was: {was}` there before you migrate")
        }
    }
}
