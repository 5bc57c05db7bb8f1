//! The service that the expressions of these tests see, and short forms to ask about them.
//!
//! ```text
//! user order other? several        rows of arguments        row      an order, where asked for
//! input.text? input.count …        arguments                n        an int that a step bound
//! ```

use opwright_codegen::expr::env::{Bound, Env, Over};
use opwright_codegen::expr::facts::Facts;
use opwright_codegen::expr::typed::{Ty, Typed};
use opwright_codegen::model::Model;
use opwright_codegen::report::{Diagnostic, Report};
use opwright_codegen::source::{FileId, Sources, Span};
use opwright_codegen::yaml::{Text, Value};

/// The service of `world.yaml`.
pub struct World {
    /// What it became.
    pub model: Model,
    /// Key on the wire and name of the rows among the arguments.
    references: Vec<(String, String)>,
}

impl World {
    /// Reads it.
    pub fn new() -> Self {
        let mut sources = Sources::default();
        sources.add("world.yaml", include_str!("world.yaml"));
        let model =
            opwright_codegen::check(&sources).unwrap_or_else(|report| panic!("{:?}", report.sorted()));
        let operation = &model.operations[0];
        let references = operation
            .references
            .iter()
            .map(|it| (operation.inputs[it.input].key.clone(), it.name.clone()))
            .collect();
        Self { model, references }
    }

    /// What a step of the operation sees.
    pub fn env(&self) -> Env<'_> {
        let mut env = Env::of(&self.model.schema);
        let operation = &self.model.operations[0];
        env.inputs = &operation.inputs;
        env.references = &self.references;
        let span = Span { file: FileId(0), start: 0, end: 0 };
        for reference in &operation.references {
            let row = Ty::Row(reference.to);
            let ty = match (reference.list, reference.optional) {
                (true, _) => Ty::List(Box::new(row)),
                (_, true) => Ty::Optional(Box::new(row)),
                _ => row,
            };
            env.names.insert(reference.name.clone(), Bound::new(ty, span));
        }
        env.names.insert("n".to_owned(), Bound::new(Ty::Int, span));
        env
    }

    /// The same, with `row` of the orders.
    pub fn row_env(&self) -> Env<'_> {
        let order = self.model.schema.resources.iter().position(|it| it.name == "order");
        self.env().with_row(order.unwrap(), Over::Load)
    }

    /// The type of a field of `order`.
    pub fn field(&self, name: &str) -> Ty {
        let order = self.model.schema.resources.iter().find(|it| it.name == "order").unwrap();
        let field = order.fields.iter().find(|it| it.name == name).unwrap();
        Ty::of_field(field, &self.model.schema)
    }

    /// A type in short: `decimal2`, `[order]`, `text?`.
    pub fn short(&self, ty: &Ty) -> String {
        match ty {
            Ty::Bool => "bool".to_owned(),
            Ty::Int => "int".to_owned(),
            Ty::Decimal(scale) => format!("decimal{scale}"),
            Ty::Text => "text".to_owned(),
            Ty::Date => "date".to_owned(),
            Ty::Timestamp => "timestamp".to_owned(),
            Ty::Duration => "duration".to_owned(),
            Ty::Enum(values) => values.join("|"),
            Ty::Row(row) => self.model.schema.resources[*row].name.clone(),
            Ty::Id(row) => format!("{}.id", self.model.schema.resources[*row].name),
            Ty::List(of) => format!("[{}]", self.short(of)),
            Ty::Map(of) => format!("{{{}}}", self.short(of)),
            Ty::Object(object) => object.name.clone(),
            Ty::Optional(of) => format!("{}?", self.short(of)),
            Ty::Null => "null".to_owned(),
        }
    }
}

/// A text that stands alone in a file, and the file.
pub struct Written {
    /// For the places of faults.
    pub sources: Sources,
    /// The text.
    pub text: Text,
}

/// An expression as it stands in YAML: between double quotes, with everything escaped that has to be.
pub fn written(expression: &str) -> Written {
    let quoted = expression.replace('\\', "\\\\").replace('"', "\\\"");
    let yaml = format!("key: \"{quoted}\"\n");
    let mut sources = Sources::default();
    let file = sources.add("test.yaml", &yaml);
    let nodes = opwright_codegen::yaml::read(file, &yaml, &mut Report::default());
    let Value::Map(entries) = &nodes[0].value else { panic!("{yaml} is not a map") };
    let Value::Scalar(text) = &entries[0].1.value else { panic!("{yaml} has no text") };
    Written { text: text.clone(), sources }
}

/// An expression with the facts of a condition before it, and what is wrong with both.
pub fn typed(expression: &str, after: &str, env: &Env<'_>) -> (Option<Typed>, Vec<String>) {
    let mut report = Report::default();
    let mut env = env.clone();
    if !after.is_empty() {
        let condition = opwright_codegen::expr::condition(&written(after).text, &env, &mut report);
        let condition = condition.unwrap_or_else(|| panic!("{after}: {:?}", report.sorted()));
        env.facts.add(&Facts::when_true(&condition, env.schema));
    }
    let written = written(expression);
    let typed = opwright_codegen::expr::any(&written.text, &env, &mut report);
    (typed, said(&report, &written.sources))
}

/// Faults in short: `E0301 user.phone: …`, with the text that is underlined.
pub fn said(report: &Report, sources: &Sources) -> Vec<String> {
    let one = |fault: &Diagnostic| {
        let help: String = fault.help.iter().map(|help| format!(" · {help}")).collect();
        format!("{} {}: {}{help}", fault.code, sources.text(fault.span), fault.message)
    };
    report.sorted().iter().map(one).collect()
}
