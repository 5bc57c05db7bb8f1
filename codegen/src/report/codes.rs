//! The catalogue of mistakes: each code with a title and what it means. The reference is made from it.
//!
//! ```text
//! E01xx  what a document looks like     E04xx  steps
//! E02xx  names                          E05xx  resources, owners, machines, data
//! E03xx  types of expressions           E06xx  bounds and risk
//! ```

/// What the catalogue says of a code.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// As printed: `E0101`.
    pub code: &'static str,
    /// The mistake in a few words.
    pub title: &'static str,
    /// What it means and what to do.
    pub explanation: &'static str,
}

macro_rules! catalogue {
    ($($code:ident $title:literal $explanation:literal)*) => {
        /// Which kind of mistake.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code {
            $(#[doc = $title] $code,)*
        }

        impl Code {
            /// Every code, in order.
            pub const ALL: &'static [Code] = &[$(Code::$code),*];

            /// What the catalogue says of it.
            pub fn entry(self) -> Entry {
                match self {
                    $(Code::$code => Entry { code: stringify!($code), title: $title, explanation: $explanation },)*
                }
            }
        }
    };
}

catalogue! {
    E0100 "a file cannot be read"
        "Specs are UTF-8 text without NUL, at most 1 MiB a file, in files that end in .yaml or .yml."
    E0101 "unknown key"
        "The key means nothing here. Either it is misspelt, or it belongs to a later stage of the language: a key is understood from the day on which it is enforced, and refused before, so that no spec promises what nobody keeps."
    E0102 "a comma inside braces"
        "Inside `{ }` a comma ends a value. Quote the text, or write the map as a block, one key a line."
    E0103 "not a plain YAML value"
        "YAML reads the text in another way than it was meant, mostly an expression that begins with `!`, `[`, `{`, `*`, `&`, `-` or a quote, or that contains `: ` or ` #`. Put the expression in quotes."
    E0104 "defined twice"
        "Names are unique among their kind, and keys within their map."
    E0105 "a key is missing"
        "The key is required here."
    E0106 "a value of another form"
        "The value cannot be read as what the key takes: a list where a text belongs, a word that is no number, a bound whose ends are the wrong way round."
    E0107 "not a name"
        "A name is a lower-case letter followed by lower-case letters, digits and `_`, at most 48 bytes; capabilities and events are two or more names joined by dots. Some names are taken by the language."
    E0108 "YAML that is not used here"
        "Anchors, aliases, merge keys and tags make a text mean something else than what it says; specs do without them."
    E0109 "too large"
        "A file holds at most 1 MiB, 64 levels and 100,000 values."
    E0110 "not possible in this place"
        "The key or type exists, but not for a field of this kind."
    E0201 "unknown name"
        "Nothing of this name can be seen from here."
    E0202 "a name of the wire in an expression"
        "A reference has two names: the key on the wire, and the name in specs (`as`). Expressions use the second."
    E0203 "a reference read as a value"
        "A reference among the arguments is not under `input`: its row is loaded, and has a name of its own."
    E0204 "an unknown capability, event, type or resource"
        "Nothing of this name is declared in any document."
    E0205 "shadowing"
        "A name means one thing from where it is bound to the end of its list of steps."
    E0206 "text without inner quotes"
        "A value is an expression; a text in it has quotes of its own, within those of YAML."
    E0207 "names that become alike"
        "Two names are spelt differently in the spec, but would be the same column, table, file or item of generated code."
    E0301 "an optional value used bare"
        "The value may be absent. Prove that it is present, or say what counts instead."
    E0302 "`has` of a present value"
        "The value is always present, so the question says nothing."
    E0303 "a misspelt enum value"
        "The text is not one of the values, so the comparison can never hold."
    E0304 "types that never meet"
        "The operator does not take these types together."
    E0305 "digits that would be lost"
        "Decimals keep their digits: divisions and roundings say the scale."
    E0306 "an absent input would clear"
        "An argument that was not sent keeps what is there; `null` clears."
    E0307 "not for SQL"
        "The expression is part of a `where` and has no faithful form in SQL."
    E0308 "not an expression"
        "The text does not follow the grammar of expressions."
    E0309 "a function used wrongly"
        "The function does not exist, or not for this type, or not with these arguments."
    E0310 "an expression that is too large"
        "An expression has at most 2 KiB and 64 levels."
    E0401 "a rule after an effect"
        "Checks come first: within one list of steps no `require` follows an effect."
    E0402 "a rule or choice without a name"
        "A refusal has a code and a choice a name, because both are places in the graph."
    E0403 "two steps alike"
        "Two steps of one list would have the same id in the graph; `as` names one."
    E0404 "one row of many"
        "Several rows can match. `order` takes the first, `max` all of them."
    E0405 "a field is missing in `create`"
        "Every field without a value, a default or `optional` is given."
    E0406 "a state set by hand"
        "The field is a state machine: only its transitions change it."
    E0407 "a write to an expression"
        "What is written to is a name or a path."
    E0501 "a state machine that does not fit its states"
        "Transitions go from states to a state among the `values`, the `default` is the first state, and every state can be reached from it."
    E0503 "a circle"
        "Owners, objects and constrained values contain each other, so none of them could ever be complete."
    E0504 "a relation that does not fit"
        "A `many` is the other side of exactly one reference; a resource has at most one `id` and one `owner`."
    E0505 "a row that does not fit"
        "A row of `data` has values that its resource does not take, an id that is there already, or a reference that leads nowhere."
    E0506 "a default that does not fit"
        "The default is not a value of the field's type."
    E0601 "too many rows"
        "One call could write more rows than it may."
    E0602 "destructive and silent"
        "The operation can destroy, and nobody is asked."
    E0603 "secrets in a text"
        "A secret is never part of a message."
    E0605 "too much work"
        "One step could visit more elements than it may."
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_sorted_and_titles_are_unique() {
        let codes: Vec<&str> = Code::ALL.iter().map(|code| code.entry().code).collect();
        assert!(codes.is_sorted());
        let mut titles: Vec<&str> = Code::ALL.iter().map(|code| code.entry().title).collect();
        titles.sort_unstable();
        titles.dedup();
        assert_eq!(titles.len(), Code::ALL.len());
    }
}
