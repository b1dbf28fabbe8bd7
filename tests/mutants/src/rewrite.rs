//! Rewrites a file so that each of its mutants can be switched on while it runs: what functions return,
//! comparisons, `&&`, `||`, `!`, sums with a literal, guards and arms. The kinds are those of
//! cargo-mutants. Constants and macros stay as they are.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{
    Attribute, BinOp, Block, Expr, ExprMatch, ImplItemConst, ImplItemFn, Item, ItemConst, ItemFn,
    ItemImpl, ItemMod, ItemStatic, Lit, Pat, ReturnType, Signature, Type, UnOp, parse_quote,
    spanned::Spanned,
    visit_mut::{self, VisitMut},
};

/// What was changed so far, a line for each mutant, numbered from 1.
#[derive(Default)]
pub struct Mutants {
    pub all: Vec<String>,
    file: String,
    within: Vec<String>,
}

impl Mutants {
    /// The text of a file with its mutants.
    pub fn of(&mut self, file: &str, text: &str) -> syn::Result<String> {
        let mut tree = syn::parse_file(text)?;
        file.clone_into(&mut self.file);
        self.visit_file_mut(&mut tree);
        Ok(prettyplease::unparse(&tree))
    }

    /// The condition under which one more mutant is at work.
    fn is(&mut self, at: Span, change: &str) -> TokenStream {
        let place = at.start();
        let within = self.within.join("::");
        self.all.push(format!(
            "{}:{}:{} {within}: {change}",
            self.file,
            place.line,
            place.column + 1
        ));
        let number = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        quote!(crate::mutants::is(#number))
    }

    fn function(&mut self, signature: &Signature, body: &mut Block) {
        if body.stmts.is_empty() {
            return;
        }
        let mut begin = Vec::new();
        for instead in returned_instead(&signature.output) {
            let is = self.is(signature.ident.span(), &format!("returns {instead}"));
            begin.push(parse_quote!(if #is { return #instead; }));
        }
        body.stmts.splice(0..0, begin);
    }

    fn binary(&mut self, at: Span, operator: BinOp, left: &Expr, right: &Expr) -> Option<Expr> {
        let compared = |one: TokenStream, two: TokenStream, is_one, is_two| {
            parse_quote!((match (&(#left), &(#right)) {
                (left, right) => if #is_one { left #one right } else if #is_two { left #two right }
                    else { left #operator right }
            }))
        };
        Some(match operator {
            BinOp::Eq(_) | BinOp::Ne(_) => {
                let is = self.is(at, "== and != exchanged");
                parse_quote!(((#left #operator #right) ^ #is))
            }
            BinOp::And(_) | BinOp::Or(_) => {
                let is = self.is(at, "&& and || exchanged");
                let begins: Expr = match operator {
                    BinOp::And(_) => parse_quote!(left != #is),
                    _ => parse_quote!(left == #is),
                };
                parse_quote!(({ let left: bool = #left; if #begins { #right } else { left } }))
            }
            BinOp::Lt(_) | BinOp::Ge(_) => {
                let (one, two) = match operator {
                    BinOp::Lt(_) => (quote!(<=), quote!(>)),
                    _ => (quote!(>), quote!(<)),
                };
                compared(one, two, self.is(at, "border"), self.is(at, "turned round"))
            }
            BinOp::Gt(_) | BinOp::Le(_) => {
                let (one, two) = match operator {
                    BinOp::Gt(_) => (quote!(>=), quote!(<)),
                    _ => (quote!(<), quote!(>)),
                };
                compared(one, two, self.is(at, "border"), self.is(at, "turned round"))
            }
            BinOp::Add(_) | BinOp::Sub(_) if is_number(left) || is_number(right) => {
                let is = self.is(at, "+ and - exchanged");
                let other = if matches!(operator, BinOp::Add(_)) {
                    quote!(-)
                } else {
                    quote!(+)
                };
                parse_quote!((if #is { (#left) #other (#right) } else { (#left) #operator (#right) }))
            }
            _ => return None,
        })
    }

    fn named(&mut self, name: String, visit: impl FnOnce(&mut Self)) {
        self.within.push(name);
        visit(self);
        self.within.pop();
    }
}

/// What a function could return without having looked at anything.
fn returned_instead(output: &ReturnType) -> Vec<TokenStream> {
    let ReturnType::Type(_, output) = output else {
        return vec![quote!(())];
    };
    let output = output.to_token_stream().to_string().replace(' ', "");
    let plain = |output: &str| match output {
        "bool" => vec![quote!(true), quote!(false)],
        "()" => vec![quote!(())],
        "String" => vec![quote!(String::new())],
        "&str" | "&'staticstr" => vec![quote!("")],
        "u8" | "u16" | "u32" | "u64" | "usize" | "i32" | "i64" => vec![quote!(0), quote!(1)],
        "Condition" => vec![quote!(sea_orm::Condition::all())],
        _ if output.starts_with("Option<") => vec![quote!(None)],
        _ if output.starts_with("Vec<") => vec![quote!(Vec::new())],
        _ => Vec::new(),
    };
    let Some(result) = output.strip_prefix("Result<") else {
        return plain(&output);
    };
    // As far as it matters here, the first comma ends what is good.
    let good = result.split(',').next().unwrap_or_default();
    let good = plain(good.trim_end_matches('>'));
    good.into_iter().map(|value| quote!(Ok(#value))).collect()
}

fn is_number(expression: &Expr) -> bool {
    matches!(expression, Expr::Lit(literal) if matches!(literal.lit, Lit::Int(_)))
}

/// `let` in a condition binds names for what follows, so it stays where it is.
fn binds(expression: &Expr) -> bool {
    match expression {
        Expr::Let(_) => true,
        Expr::Binary(both) => binds(&both.left) || binds(&both.right),
        Expr::Paren(inner) => binds(&inner.expr),
        _ => false,
    }
}

fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let text = attribute.to_token_stream().to_string();
        text.contains("cfg (test)") || text.contains("test]") || text.contains("test (")
    })
}

impl VisitMut for Mutants {
    fn visit_item_mut(&mut self, item: &mut Item) {
        match item {
            Item::Const(ItemConst { .. }) | Item::Static(ItemStatic { .. }) | Item::Macro(_) => {}
            Item::Mod(ItemMod { attrs, .. }) | Item::Impl(ItemImpl { attrs, .. })
                if is_test(attrs) => {}
            _ => visit_mut::visit_item_mut(self, item),
        }
    }

    fn visit_impl_item_const_mut(&mut self, _: &mut ImplItemConst) {}

    fn visit_attribute_mut(&mut self, _: &mut Attribute) {}

    fn visit_type_mut(&mut self, _: &mut Type) {}

    fn visit_item_impl_mut(&mut self, item: &mut ItemImpl) {
        let of = item
            .trait_
            .as_ref()
            .map(|(_, path, _)| path.to_token_stream().to_string());
        if of.is_some_and(|of| of.contains("Debug") || of.contains("Display")) {
            return;
        }
        let name = item.self_ty.to_token_stream().to_string().replace(' ', "");
        self.named(name, |own| visit_mut::visit_item_impl_mut(own, item));
    }

    fn visit_item_fn_mut(&mut self, item: &mut ItemFn) {
        if item.sig.constness.is_none() && !is_test(&item.attrs) {
            self.named(item.sig.ident.to_string(), |own| {
                visit_mut::visit_item_fn_mut(own, item);
                own.function(&item.sig, &mut item.block);
            });
        }
    }

    fn visit_impl_item_fn_mut(&mut self, item: &mut ImplItemFn) {
        if item.sig.constness.is_none() && !is_test(&item.attrs) {
            self.named(item.sig.ident.to_string(), |own| {
                visit_mut::visit_impl_item_fn_mut(own, item);
                own.function(&item.sig, &mut item.block);
            });
        }
    }

    fn visit_expr_match_mut(&mut self, choice: &mut ExprMatch) {
        visit_mut::visit_expr_match_mut(self, choice);
        let is_open = choice
            .arms
            .last()
            .is_some_and(|last| matches!(last.pat, Pat::Wild(_)) && last.guard.is_none());
        let last = choice.arms.len().saturating_sub(1);
        for (at, arm) in choice.arms.iter_mut().enumerate() {
            let place = arm.pat.span();
            if let Some((_, guard)) = &mut arm.guard
                && !binds(guard)
            {
                let (always, never) = (
                    self.is(place, "guard is true"),
                    self.is(place, "guard is false"),
                );
                **guard = parse_quote!(((#guard) || #always) && !#never);
            }
            let guard = arm.guard.as_ref().map(|(_, guard)| guard);
            if is_open && at < last && !guard.is_some_and(|guard| binds(guard)) {
                let gone = self.is(place, "without this arm");
                let guard = match guard {
                    Some(guard) => parse_quote!((#guard) && !#gone),
                    None => parse_quote!(!#gone),
                };
                arm.guard = Some((Default::default(), Box::new(guard)));
            }
        }
    }

    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        let at = expression.span();
        let mutated = match expression {
            Expr::Binary(both) if !binds(&both.left) && !binds(&both.right) => {
                self.binary(both.op.span(), both.op, &both.left, &both.right)
            }
            Expr::Unary(not) if matches!(not.op, UnOp::Not(_)) => {
                let (inner, is) = (&not.expr, self.is(at, "without !"));
                Some(parse_quote!((#inner == #is)))
            }
            _ => None,
        };
        if let Some(mutated) = mutated {
            *expression = mutated;
        }
    }
}
