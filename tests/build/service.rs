//! A service from YAML that a test makes, compiled into `$OUT_DIR`.

use opwright_codegen::report::render;
use opwright_codegen::source::Sources;
use std::path::Path;

/// Writes `$OUT_DIR/<name>`, or says what is wrong with the YAML.
pub fn write(name: &str, yaml: String) -> Result<(), String> {
    let mut sources = Sources::default();
    sources.add(format!("{name}.yaml"), yaml);
    let model = opwright_codegen::check(&sources).map_err(|report| {
        let faults = report.sorted();
        faults.iter().map(|fault| render::text(fault, &sources, false)).collect::<Vec<_>>().join("\n")
    })?;
    let out = std::env::var_os("OUT_DIR").unwrap_or_default();
    let folder = Path::new(&out).join(name);
    let failed = |error: std::io::Error| error.to_string();
    std::fs::create_dir_all(&folder).map_err(failed)?;
    for (name, text) in opwright_codegen::emit::emit(&model) {
        std::fs::write(folder.join(name), text).map_err(failed)?;
    }
    Ok(())
}
