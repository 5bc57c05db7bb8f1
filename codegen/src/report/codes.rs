//! The catalogue: each code with a title, and a paragraph on what it means. The reference is made from it.
//!
//! ```text
//! E00xx  files         E02xx  names       E04xx  steps                       E06xx  bounds
//! E01xx  documents     E03xx  types       E05xx  resources and machines
//! ```

/// A kind of fault.
#[derive(Debug, Clone, Copy)]
pub struct Code {
    /// The code.
    pub code: &'static str,
    /// What it is, in a few words.
    pub title: &'static str,
    /// What it means, and why it is refused.
    pub explanation: &'static str,
    /// A mistake of this kind: one of those that the tests report and mend.
    pub example: Example,
}

/// A mistake, what is reported of it, and the same without it.
#[derive(Debug, Clone, Copy)]
pub struct Example {
    /// With the mistake.
    pub spec: &'static str,
    /// The report.
    pub report: &'static str,
    /// Without it.
    pub mended: &'static str,
}

/// The title of a code.
pub fn title(code: &str) -> &'static str {
    CODES.iter().find(|it| it.code == code).map_or("", |it| it.title)
}

macro_rules! codes {
    ($($code:literal $title:literal, $case:literal, $explanation:literal;)*) => {
        /// All codes, in order.
        pub const CODES: &[Code] = &[$(Code {
            code: $code,
            title: $title,
            explanation: $explanation,
            example: Example {
                spec: include_str!(concat!("../../tests/diagnostics/", $case, "/spec.yaml")),
                report: include_str!(concat!("../../tests/diagnostics/", $case, "/expected.txt")),
                mended: include_str!(concat!("../../tests/diagnostics/", $case, "/fixed/spec.yaml")),
            },
        },)*];
    };
}

codes! {
    "E0001" "not YAML that specs are written in", "0001_anchor",
        "Specs are YAML 1.2 in UTF-8, at most 1 MiB, 64 levels and 100,000 keys and values a file. Anchors, aliases, merge keys and tags make a text mean something else than what it says, so specs do without.";
    "E0101" "a key that nothing knows, or that is to come", "0101_misspelt_key",
        "Either the key is misspelt, or it belongs to a later stage of the language: a key is understood from the day on which it is enforced, and refused before, so that no spec promises what nobody keeps.";
    "E0102" "a comma inside braces ended a value", "0102_comma_in_braces",
        "Inside `{ }` a comma ends a value and begins the next key. Quote the text, or write the map as a block, one key a line.";
    "E0103" "a text or an expression that YAML reads as something else", "0103_not_without_quotes",
        "YAML takes a value that begins with `!`, `[`, `{`, `*`, `&`, `-` or a quote, or that contains `: ` or ` #`, for something other than one text. Put it in quotes.";
    "E0104" "something is defined twice, or two names are too alike", "0104_field_twice",
        "Names are unique among their kind. Two that differ only in case or underscores would be one name in generated code, and two fields must not meet in one column.";
    "E0105" "a key is missing", "0105_missing_requires",
        "The key is required here.";
    "E0106" "a value of the wrong form", "0106_wrong_default",
        "The value cannot be read as what its key takes, or does not fit the type of its field.";
    "E0107" "a name that cannot be used", "0107_reserved_name",
        "A name is a lower-case letter followed by lower-case letters, digits and single `_` between them, at most 48 bytes; capabilities and events are two or more names joined by dots, at most 100 bytes together. Some names are taken by the language, the gateway or Rust.";
    "E0108" "a key that says nothing here", "0108_silent_key",
        "The key is one of the language, but a field of this type, or in this place, has no use for it; what would have no effect is refused.";
    "E0110" "an expression that cannot be read", "0110_one_equals_sign",
        "The text does not follow the grammar of expressions, or is longer than 2 KiB or deeper than 64 levels.";
    "E0201" "an unknown name", "0201_unknown_name",
        "Nothing of this name can be seen from here.";
    "E0202" "a name on the wire is used in an expression", "0202_wire_name",
        "A reference has two names: its key on the wire, and its name in specs (`as`). Expressions use the second.";
    "E0203" "a reference is used as a value", "0203_reference_as_value",
        "A reference among the arguments is not under `input`: its row is loaded, and has a name of its own.";
    "E0204" "a name that nothing declares", "0204_unknown_capability",
        "No document declares a capability, event, type, resource, operation or data of this name; or the operation that a scenario calls has no such code or node.";
    "E0205" "a name is used twice where both are seen", "0205_shadowing",
        "A name means one thing from where it is bound to the end of its list of steps; nothing shadows.";
    "E0206" "a text without quotes inside quotes", "0206_text_without_quotes",
        "A value is an expression, so a text in it has quotes of its own within those of YAML.";
    "E0301" "an optional value is used where it may be absent", "0301_optional_used",
        "Prove that the value is present, or say what counts instead.";
    "E0302" "`has` of something that is always present", "0302_has_of_present",
        "The answer is always yes, so the question hides a misunderstanding.";
    "E0303" "a text that is not a value of the enum", "0303_misspelt_value",
        "The comparison or assignment could never hold.";
    "E0304" "types that do not fit together", "0304_types_never_meet",
        "The operator, function or field does not take a value of this type.";
    "E0305" "digits would be lost", "0305_division_without_scale",
        "Decimals keep their digits: divisions and roundings say the scale.";
    "E0306" "an absent input would clear a field", "0306_absent_clears",
        "An argument that was not sent keeps what is there; `null` clears.";
    "E0307" "something that a `where` cannot say", "0307_pattern_in_where",
        "The expression becomes SQL, and has no faithful form there.";
    "E0308" "a function or macro is used wrongly", "0308_unknown_function",
        "The function does not exist, or not for this type, or takes other arguments.";
    "E0401" "a rule after an effect", "0401_rule_after_effect",
        "Checks come first: within one list of steps no `require` follows an effect.";
    "E0402" "a rule or choice without a name", "0402_rule_without_code",
        "Refusals have codes, choices and loops have names, because all of them are places in the graph.";
    "E0403" "two steps with the same name", "0403_updates_alike",
        "Two steps of one list would be the same place in the graph. `as` names a choice and a loop, a rule has its code, and what is written twice is written once or in a `when` of its own.";
    "E0404" "one row of many", "0404_one_of_many",
        "Several rows can match. `order` takes the first, `max` all of them.";
    "E0405" "a field is missing in `create` or `emit`", "0405_field_missing",
        "Every field without a value, a default or `optional` is given.";
    "E0406" "a state that is set by hand", "0406_state_by_hand",
        "The field is a state machine: only its transitions change it.";
    "E0407" "a write to something that is not a named row", "0407_write_to_expression",
        "What is written to is a name or a path, so that the graph can say which row it is.";
    "E0408" "a row that has no name is followed", "0408_row_without_name",
        "A row is followed from a name, so that its load has a place in the graph.";
    "E0409" "a row that is deleted is written", "0409_deleted_is_written",
        "Behind `delete` the last values of a row can be read, but it is written no more.";
    "E0410" "a row that is not deleted is restored", "0410_restore_of_live",
        "What is restored was found as a deleted row before: by a reference among the arguments, or a `load`, with `deleted: only`.";
    "E0501" "a state machine that does not hold together", "0501_unreached_state",
        "Transitions lead from states to a state among the `values`, the `default` is the first state, and every state can be reached from it.";
    "E0503" "a circle of ownership", "0503_owner_circle",
        "Owners, or types, contain each other, so that none of them could ever be complete.";
    "E0601" "more rows than a call may write", "0601_too_many_rows",
        "One call writes 100 rows at most, unless its operation says `max_rows`. What loops and deletions can write is multiplied from the sizes of lists and collections, so a size is a statement about the business: say the honest one.";
    "E0602" "an operation that destroys, and does not say who may do it", "0602_destructive_and_silent",
        "What is deleted is gone for everybody who reads it, so the operation says that agents may do it alone, and why: `tier: open` with `because`. The same holds for a change of a `permission`, and for a call that can write more than 100 rows, or tell more than 100 with `sensitive` fields.";
    "E0603" "a secret that would be told", "0603_secret_in_a_message",
        "What is `sensitive: secret` is part of no message, answer or event, and is written only where it stays secret. It can be compared: whether it is the right one is no secret.";
    "E0605" "too much work for one step", "0605_too_much_work",
        "A call holds rows while it works, so each of its steps looks at 20,000 elements of lists at most, and puts 10,000,000 characters together at most. What stands in a loop, or in a macro in a macro, is multiplied.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_sorted_and_no_two_are_alike() {
        assert!(CODES.is_sorted_by(|a, b| a.code < b.code));
        let mut titles: Vec<&str> = CODES.iter().map(|code| code.title).collect();
        titles.sort_unstable();
        titles.dedup();
        assert_eq!(titles.len(), CODES.len());
    }

    #[test]
    fn the_example_of_a_code_is_one() {
        for Code { code, example, .. } in CODES {
            assert!(example.report.contains(&format!("error[{code}]")), "{code}: {}", example.report);
            assert_ne!(example.spec, example.mended, "{code}");
        }
    }
}
