//! A generated operation with two adjacent lines of its `run` swapped, once for each pair, in each block of it.

use crate::Failed;
use syn::{Block, Expr, ImplItem, Item, Stmt};

/// One pair, swapped.
pub(super) struct Variant {
    /// The whole file.
    pub(super) text: String,
    /// The two lines, for people.
    pub(super) pair: [String; 2],
}

/// All variants of a generated file.
pub(super) fn variants(source: &str) -> Result<Vec<Variant>, Failed> {
    let file = syn::parse_file(source).map_err(|error| format!("generated code is not read: {error}"))?;
    let mut all = Vec::new();
    for number in 0.. {
        let mut changed = file.clone();
        let Some(body) = run_of(&mut changed) else { return Err("generated code has no `run`".to_owned()) };
        let mut left = number;
        let Some(pair) = swap(body, &mut left) else { break };
        all.push(Variant { text: prettyplease::unparse(&changed), pair });
    }
    Ok(all)
}

fn run_of(file: &mut syn::File) -> Option<&mut Block> {
    file.items.iter_mut().find_map(|item| {
        let Item::Impl(block) = item else { return None };
        block.items.iter_mut().find_map(|item| match item {
            ImplItem::Fn(function) if function.sig.ident == "run" => Some(&mut function.block),
            _ => None,
        })
    })
}

/// Swaps the pair of this number, counted through all blocks; what is left of the number otherwise.
fn swap(block: &mut Block, left: &mut usize) -> Option<[String; 2]> {
    let pairs = block.stmts.len().saturating_sub(1);
    if *left < pairs {
        let pair = [shown(block.stmts.get(*left)?), shown(block.stmts.get(*left + 1)?)];
        block.stmts.swap(*left, *left + 1);
        return Some(pair);
    }
    *left -= pairs;
    block.stmts.iter_mut().find_map(|statement| inner(statement, left))
}

/// The same in the blocks that a line holds.
fn inner(statement: &mut Stmt, left: &mut usize) -> Option<[String; 2]> {
    let expression = match statement {
        Stmt::Expr(expression, _) => expression,
        Stmt::Local(local) => &mut *local.init.as_mut()?.expr,
        _ => return None,
    };
    match expression {
        Expr::While(each) => swap(&mut each.body, left),
        Expr::If(choice) => {
            swap(&mut choice.then_branch, left).or_else(|| match choice.else_branch.as_mut() {
                Some((_, otherwise)) => match &mut **otherwise {
                    Expr::Block(block) => swap(&mut block.block, left),
                    _ => None,
                },
                None => None,
            })
        }
        _ => None,
    }
}

/// A line as it is written, without what it holds.
fn shown(statement: &Stmt) -> String {
    let statement = statement.clone();
    let file: syn::File = syn::parse_quote!(fn f() { #statement });
    let text = prettyplease::unparse(&file);
    let lines: Vec<&str> = text.lines().skip(1).map(str::trim).collect();
    let line = lines.join(" ").trim_end_matches('}').trim().to_owned();
    line.chars().take(90).collect()
}

#[cfg(test)]
mod tests {
    use super::variants;

    #[test]
    fn every_pair_in_every_block() {
        let source = "impl Call for Input { fn run(&self, cx: &mut Cx) -> R {
            a(cx)?;
            let mut each = rows.each();
            while let Some(x) = cx.item(\"e\", &mut each)? {
                if b(cx)? { c(cx)?; d(cx)?; } else { e(cx)?; f(cx)?; }
                g(cx)?;
            }
            Ok(h(cx))
        } }";
        let all = variants(source).unwrap();
        let pairs: Vec<String> = all.iter().map(|it| format!("{} | {}", it.pair[0], it.pair[1])).collect();
        assert_eq!(all.len(), 6, "{pairs:#?}");
        assert!(pairs.contains(&"c(cx)?; | d(cx)?;".to_owned()), "{pairs:#?}");
        assert!(pairs.contains(&"e(cx)?; | f(cx)?;".to_owned()), "{pairs:#?}");
    }
}
