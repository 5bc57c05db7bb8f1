//! The catalogue of codes: what each kind of fault is called.

/// A kind of fault.
#[derive(Debug, Clone, Copy)]
pub struct Code {
    /// The code.
    pub code: &'static str,
    /// What it is, in a few words.
    pub title: &'static str,
}

macro_rules! codes {
    ($($code:literal $title:literal;)*) => {
        /// All codes, in order.
        pub const CODES: &[Code] = &[$(Code { code: $code, title: $title },)*];
    };
}

codes! {
    "E0001" "not YAML that specs are written in";
    "E0101" "a key that nothing knows, or that is to come";
    "E0102" "a comma inside braces ended a value";
    "E0103" "an expression that YAML reads as something else";
    "E0104" "something is defined twice, or two names are too alike";
    "E0105" "a key is missing";
    "E0106" "a value of the wrong form";
    "E0107" "a name that cannot be used";
    "E0110" "an expression that cannot be read";
    "E0201" "an unknown name";
    "E0202" "a name on the wire is used in an expression";
    "E0203" "a reference is used as a value";
    "E0204" "an unknown capability, event, type, resource or data";
    "E0205" "a name is used twice where both are seen";
    "E0206" "a text without quotes inside quotes";
    "E0301" "an optional value is used where it may be absent";
    "E0302" "`has` of something that is always present";
    "E0303" "a text that is not a value of the enum";
    "E0304" "types that do not fit together";
    "E0305" "digits would be lost";
    "E0306" "an absent input would clear a field";
    "E0307" "something that a `where` cannot say";
    "E0308" "a function or macro is used wrongly";
    "E0401" "a rule after an effect";
    "E0402" "a rule or choice without a name";
    "E0403" "two steps with the same name";
    "E0404" "one row of many";
    "E0405" "a field is missing in `create`";
    "E0406" "a state that is set by hand";
    "E0407" "a write to something that is not a named row";
    "E0408" "a row that has no name is followed";
    "E0501" "a state machine that does not hold together";
    "E0503" "a circle of ownership";
    "E0601" "too many rows";
    "E0605" "too much work in one step";
}
