//! Tables, from the schema: objects become one column a part, lists and maps canonical JSON.
//!
//! ```text
//! address: { city, zip }    address_city TEXT, address_zip TEXT
//! price: decimal            price BIGINT, in units
//! options: map              options TEXT, {"color":"red"}
//! ```

use crate::store::link::{Cell, Fault};
use opwright_values::check::{check, is_bounded};
use opwright_values::column;
use opwright_values::schema::{Default, Field, Resource, Schema, Type};
use opwright_values::time::Date;
use opwright_values::value::Value;
use opwright_values::words::{a, expected};

/// A row: the values of a resource's fields, in their order.
pub type Row = Vec<Value>;

/// What a column holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// A whole number.
    Int,
    /// A flag.
    Bool,
    /// A day.
    Date,
    /// A point in time.
    Timestamp,
    /// The canonical JSON of a value of this type.
    Json(Box<Type>),
}

impl Kind {
    /// What a column of a type holds; an object has no column of its own.
    pub fn of(ty: &Type) -> Self {
        match ty {
            Type::Int { .. } | Type::Decimal { .. } | Type::Duration { .. } => Kind::Int,
            Type::Bool => Kind::Bool,
            Type::Date { .. } => Kind::Date,
            Type::Timestamp { .. } => Kind::Timestamp,
            Type::List { .. } | Type::Map { .. } => Kind::Json(Box::new(ty.clone())),
            _ => Kind::Text,
        }
    }
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
    /// Whether it may be NULL.
    pub nullable: bool,
    /// What a row has that was written by a service that does not know the column.
    pub default: Option<Default>,
}

/// The table of a resource.
#[derive(Debug, Clone)]
pub struct Table {
    /// The resource.
    pub resource: Resource,
    /// The columns of its fields; the managed ones are not among them.
    pub columns: Vec<Column>,
    /// The resource that owns its rows, and through which field.
    pub owner: Option<(usize, usize)>,
    /// The collections that its rows are in: resource and collection.
    pub joins: Vec<(usize, usize)>,
}

/// All tables, by the index of their resource.
#[derive(Debug, Clone)]
pub struct Layout {
    /// The schema.
    pub schema: Schema,
    /// The tables.
    pub tables: Vec<Table>,
}

impl Layout {
    /// The tables of a schema.
    pub fn of(schema: &Schema) -> Self {
        let tables = (0..).zip(&schema.resources).map(|(index, resource)| {
            let owner = resource
                .owner
                .and_then(|field| Some((referred(schema, resource.fields.get(field)?)?, field)));
            let joins = (0..).zip(&schema.resources).flat_map(|(other, owner)| {
                let of_this = (0..).zip(&owner.collections).filter(move |(_, it)| it.of == index);
                of_this.map(move |(at, _)| (other, at))
            });
            Table {
                columns: columns(&resource.fields),
                owner,
                joins: joins.collect(),
                resource: resource.clone(),
            }
        });
        Self { schema: schema.clone(), tables: tables.collect() }
    }

    /// A table.
    pub fn table(&self, index: usize) -> Result<&Table, Fault> {
        self.tables.get(index).ok_or_else(|| Fault::Other(format!("there is no resource number {index}")))
    }
}

fn referred(schema: &Schema, field: &Field) -> Option<usize> {
    let Type::Id { of, .. } = &field.ty else { return None };
    schema.resources.iter().position(|resource| &resource.name == of)
}

impl Table {
    /// The name.
    pub fn name(&self) -> &str {
        &self.resource.name
    }

    /// Whether people may see the ids of its rows where no spec names them.
    pub fn tells_ids(&self) -> bool {
        self.resource.fields.get(self.resource.id).is_some_and(|id| !id.hidden && !id.pii)
    }

    /// The column that holds the id.
    pub fn id_column(&self) -> &str {
        self.resource.fields.get(self.resource.id).map_or("_id", |field| field.key.as_str())
    }

    /// The id of a row.
    pub fn id_of<'r>(&self, row: &'r Row) -> Result<&'r str, Fault> {
        match row.get(self.resource.id) {
            Some(Value::Text(id)) => Ok(id),
            _ => Err(Fault::Other(format!("a row of {} has no id", self.name()))),
        }
    }

    /// Why a row cannot be worked with, if a value is not within the bounds of its type: who knows wider ones wrote it.
    pub fn unbounded(&self, row: &Row) -> Option<String> {
        let bounded = |(field, value): &(&Field, &Value)| match value {
            Value::Null => field.optional,
            value => is_bounded(&field.ty, value),
        };
        let (field, _) = self.resource.fields.iter().zip(row).find(|pair| !bounded(pair))?;
        let (name, of, allowed) = (&field.name, self.name(), expected(&field.ty));
        Some(format!("`{name}` of {} holds what this version does not allow, which is {allowed}", a(of)))
    }

    /// What is wrong with the first value of a row that is none of its field.
    pub(crate) fn unsound(&self, row: &Row) -> Option<String> {
        self.resource.fields.iter().zip(row).find_map(|(field, value)| {
            let wrong = match value {
                Value::Null if field.optional => return None,
                Value::Null => "is missing".to_owned(),
                value => check(&field.ty, value).err()?.reason,
            };
            Some(format!("`{}` {wrong}", field.key))
        })
    }

    /// The id that a reference field of a row holds.
    pub fn reference<'r>(&self, row: &'r Row, field: usize) -> Option<&'r str> {
        if let Some(Value::Text(id)) = row.get(field) { Some(id) } else { None }
    }

    /// The values of a row's columns.
    pub fn cells(&self, row: &Row) -> Vec<Cell> {
        let mut cells = Vec::with_capacity(self.columns.len());
        for (field, value) in self.resource.fields.iter().zip(row) {
            flatten(&field.ty, value, &mut cells);
        }
        cells
    }

    /// The row of some cells.
    pub fn row(&self, cells: &[Cell]) -> Result<Row, Fault> {
        let mut cells = cells.iter();
        self.resource
            .fields
            .iter()
            .map(|field| {
                gather(field, &mut cells).ok_or_else(|| {
                    Fault::Other(format!("the column {} of {} holds something else", field.key, self.name()))
                })
            })
            .collect()
    }
}

fn columns(fields: &[Field]) -> Vec<Column> {
    let mut columns = Vec::new();
    for field in fields {
        add_columns(&field.key, field, field.optional, &mut columns);
    }
    columns
}

fn add_columns(name: &str, field: &Field, nullable: bool, columns: &mut Vec<Column>) {
    let ty = &field.ty;
    if let Type::Object { fields, .. } = ty {
        for part in fields {
            add_columns(&format!("{name}_{}", part.key), part, nullable || part.optional, columns);
        }
        return;
    }
    // Within an optional object a default would make up a part of an object that is not there.
    let default = if nullable && !field.optional { None } else { field.default.clone() };
    columns.push(Column { name: name.to_owned(), kind: Kind::of(ty), nullable, default });
}

fn flatten(ty: &Type, value: &Value, cells: &mut Vec<Cell>) {
    match (ty, value) {
        (Type::Object { fields, .. }, Value::Object(values)) => {
            fields.iter().zip(values).for_each(|(field, value)| flatten(&field.ty, value, cells));
        }
        (Type::Object { fields, .. }, _) => {
            fields.iter().for_each(|field| flatten(&field.ty, &Value::Null, cells));
        }
        (ty, value) => cells.push(cell_of(ty, value)),
    }
}

/// The cell of a value that has one column.
pub(crate) fn cell_of(ty: &Type, value: &Value) -> Cell {
    match (ty, value) {
        (_, Value::Null) => Cell::Null,
        (Type::Date { .. }, Value::Int(days)) => Cell::Text(Date::from_days(*days).to_string()),
        (_, Value::Int(int)) => Cell::Int(*int),
        (_, Value::Bool(flag)) => Cell::Bool(*flag),
        (_, Value::Text(text)) => Cell::Text(text.clone()),
        (ty, value) => Cell::Text(column::to_text(ty, value)),
    }
}

/// The value of a field. An optional object is absent if what is always there with it is not: the compiler sees to it
/// that there is such a part. What else stands there was left by a service that did not know it.
fn gather<'c>(field: &Field, cells: &mut impl Iterator<Item = &'c Cell>) -> Option<Value> {
    let ty = &field.ty;
    if let Type::Object { fields, .. } = ty {
        let values = fields.iter().map(|field| gather(field, cells)).collect::<Option<Vec<Value>>>()?;
        let absent = field.optional && is_absent(fields, &values);
        return Some(if absent { Value::Null } else { Value::Object(values) });
    }
    value_of(ty, cells.next()?)
}

/// The value of a cell; `None` if it holds something else.
pub(crate) fn value_of(ty: &Type, cell: &Cell) -> Option<Value> {
    Some(match (ty, cell) {
        (_, Cell::Null) => Value::Null,
        (Type::Bool, Cell::Int(flag)) => Value::Bool(*flag != 0),
        (Type::Bool, Cell::Bool(flag)) => Value::Bool(*flag),
        (Type::Date { .. }, Cell::Text(text)) => Value::Int(text.parse::<Date>().ok()?.days()),
        (Type::List { .. } | Type::Map { .. }, Cell::Text(text)) => column::from_text(ty, text)?,
        (_, Cell::Int(int)) => Value::Int(*int),
        (_, Cell::Text(text)) => Value::Text(text.clone()),
        (_, Cell::Bool(_)) => return None,
    })
}

/// Whether nothing is there of the parts that every object of a type has.
fn is_absent(fields: &[Field], values: &[Value]) -> bool {
    let needed = fields.iter().zip(values).filter(|(field, _)| !field.optional);
    needed.map(|(field, value)| (&field.ty, value)).all(|it| match it {
        (Type::Object { fields, .. }, Value::Object(parts)) => is_absent(fields, parts),
        (_, value) => *value == Value::Null,
    })
}
