//! The keywords of JSON Schema that the schema of specs uses, and no others: a schema that says more is a mistake here.

use serde_json::Value as Json;

/// Why a value does not fit, with the place in it; the nearest of several ways.
pub fn fault(root: &Json, value: &Json) -> Option<String> {
    Validator { root }.fault(root, value, "").map(|(_, said)| said)
}

struct Validator<'s> {
    root: &'s Json,
}

/// How deep the value was understood, and what is wrong there.
type Fault = Option<(usize, String)>;

impl Validator<'_> {
    fn fault(&self, schema: &Json, value: &Json, at: &str) -> Fault {
        let Json::Object(keywords) = schema else { panic!("{schema} is no schema") };
        keywords.iter().find_map(|(keyword, says)| self.keyword(keyword, says, schema, value, at))
    }

    fn keyword(&self, keyword: &str, says: &Json, schema: &Json, value: &Json, at: &str) -> Fault {
        let wrong = |what: String| Some((at.matches('/').count(), format!("{at}: {what}")));
        match keyword {
            "$schema" | "title" | "description" | "definitions" | "then" => None,
            "$ref" => {
                let pointer = says.as_str().and_then(|it| it.strip_prefix('#')).unwrap_or("none");
                let Some(schema) = self.root.pointer(pointer) else { panic!("{says} leads nowhere") };
                self.fault(schema, value, at)
            }
            "type" => {
                let types = says.as_array().map_or(std::slice::from_ref(says), Vec::as_slice);
                if types.iter().any(|it| is(it.as_str().unwrap_or_default(), value)) {
                    return None;
                }
                wrong(format!("not {says}"))
            }
            "enum" => match says.as_array().is_some_and(|values| values.contains(value)) {
                true => None,
                false => wrong(format!("{value} is none of {says}")),
            },
            "const" if says == value => None,
            "const" => wrong(format!("not {says}")),
            "pattern" => {
                let text = value.as_str()?;
                let pattern = regex::Regex::new(says.as_str()?).unwrap_or_else(|error| panic!("{error}"));
                if pattern.is_match(text) { None } else { wrong(format!("not like {says}")) }
            }
            "required" => {
                let (entries, keys) = (value.as_object()?, says.as_array()?);
                let missing =
                    keys.iter().find(|key| !entries.contains_key(key.as_str().unwrap_or_default()))?;
                wrong(format!("needs {missing}"))
            }
            "properties" => {
                let (entries, known) = (value.as_object()?, says.as_object()?);
                let both = entries.iter().filter_map(|(key, value)| Some((key, value, known.get(key)?)));
                both.into_iter()
                    .find_map(|(key, value, says)| self.fault(says, value, &format!("{at}/{key}")))
            }
            "additionalProperties" => {
                let known = &schema["properties"];
                let more = value.as_object()?.iter().filter(|(key, _)| known.get(key).is_none());
                more.into_iter().find_map(|(key, value)| match says {
                    Json::Bool(false) => wrong(format!("does not know {key}")),
                    says => self.fault(says, value, &format!("{at}/{key}")),
                })
            }
            "propertyNames" => {
                value.as_object()?.keys().find_map(|key| self.fault(says, &key.clone().into(), at))
            }
            "items" => {
                let items = value.as_array()?.iter().enumerate();
                items.into_iter().find_map(|(index, item)| self.fault(says, item, &format!("{at}/{index}")))
            }
            "anyOf" => {
                let faults: Option<Vec<_>> =
                    says.as_array()?.iter().map(|schema| self.fault(schema, value, at)).collect();
                faults?.into_iter().max_by_key(|(depth, _)| *depth)
            }
            "allOf" => says.as_array()?.iter().find_map(|schema| self.fault(schema, value, at)),
            "if" if self.fault(says, value, at).is_none() => self.fault(&schema["then"], value, at),
            "if" => None,
            other => panic!("`{other}` is not known to this validator"),
        }
    }
}

fn is(ty: &str, value: &Json) -> bool {
    match ty {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("`{other}` is no type of JSON"),
    }
}
