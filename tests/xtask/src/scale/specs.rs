//! Specs of many operations: each of three arguments, three rules, one write and one event.

use std::fmt::Write as _;
use std::path::Path;

/// How many operations write to one resource.
const OF_A_RESOURCE: usize = 20;

const SERVICE: &str = "service: big\nsummary: Many operations.\ncapabilities:\n  all.do: Do all.\n";

const RESOURCE: &str = "\
resource: thing_R
summary: A thing.
fields:
  id:    { type: id, prefix: tR }
  name:  { type: string, length: 1..80 }
  count: { type: int, range: 0..1_000 }
  limit: { type: int, range: 0..1_000 }
  state: { type: enum, values: [open, closed], default: open }
---
event: thing_R.changed
summary: A thing has changed.
fields:
  thing: { type: ref, to: thing_R }
  count: int
";

const OPERATION: &str = "\
---
operation: change_thing_O
summary: Change the count of a thing.
requires: all.do
input:
  thing: { type: ref, to: thing_R }
  count: { type: int, range: 0..1_000 }
  note:  { type: string, length: 1..80 }
steps:
  - require: thing.state == 'open'
    refuse: { code: thing_closed, message: \"{thing.name} is closed\", fix: choose an open one }
  - require: input.count <= thing.limit
    refuse: above_limit
  - require: input.count != thing.count
    refuse: nothing_changes
  - update: thing
    set: { count: input.count, name: input.note }
  - emit: thing_R.changed
    with: { thing: thing, count: thing.count }
returns: thing
";

/// Writes a folder of specs.
pub(super) fn write(folder: &Path, operations: usize) -> std::io::Result<()> {
    drop(std::fs::remove_dir_all(folder));
    std::fs::create_dir_all(folder)?;
    std::fs::write(folder.join("service.yaml"), SERVICE)?;
    for resource in 0..operations.div_ceil(OF_A_RESOURCE) {
        let number = resource.to_string();
        let mut text = RESOURCE.replace('R', &number);
        let first = resource * OF_A_RESOURCE;
        for operation in first..operations.min(first + OF_A_RESOURCE) {
            let _ = write!(text, "{}", OPERATION.replace('O', &operation.to_string()).replace('R', &number));
        }
        std::fs::write(folder.join(format!("thing_{resource}.yaml")), text)?;
    }
    Ok(())
}
