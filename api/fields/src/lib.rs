//! The attribute `#[fields]`: an object of the schema that `in_order` in the server resolves. Fields that
//! wait for nothing are written straight into the answer; of the others each has room of its own size.

use proc_macro::TokenStream;
use proc_macro2::{Ident, TokenStream as Tokens, TokenTree};
use quote::{format_ident, quote};
use syn::{
    Attribute, FnArg, ImplItem, ImplItemFn, ItemImpl, Meta, PatType, ReturnType, Type,
    ext::IdentExt as _, parse_macro_input, parse_quote,
};

/// Takes the name of the object, as `async_graphql::Object` does; its other settings, such as a guard of
/// all fields, would be passed over. A field is written at once whose function awaits nothing, cannot
/// fail, and has optional arguments without a default only.
#[proc_macro_attribute]
pub fn fields(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let arguments = Tokens::from(arguments);
    let settings = words(arguments.clone()).filter(|word| word != "name");
    if let Some(other) = settings.into_iter().next() {
        let refused = syn::Error::new(other.span(), "an object in order has a name alone");
        return refused.to_compile_error().into();
    }
    let object = parse_macro_input!(item as ItemImpl);
    expanded(&arguments, object).into()
}

fn expanded(arguments: &Tokens, mut object: ItemImpl) -> Tokens {
    let own = &object.self_ty;
    let (parameters, _, conditions) = object.generics.split_for_impl();
    let functions = object.items.iter().filter_map(|item| match item {
        ImplItem::Fn(function) => known(function),
        _ => None,
    });
    let known = quote! {
        impl #parameters crate::in_order::Ordered for #own #conditions {
            fn known(field: &str) -> Option<crate::in_order::Known<Self>> {
                Some(match field {
                    #(#functions)*
                    _ => return None,
                })
            }
        }
    };
    let executed: Attribute = parse_quote!(#[::async_graphql::Object(#arguments)]);
    object.attrs.insert(0, executed);
    quote! { #object #known }
}

/// The arm of a field.
fn known(function: &ImplItemFn) -> Option<Tokens> {
    // One with a name or a place of its own in the schema, such as one that is flattened.
    if function.attrs.iter().any(|a| a.path().is_ident("graphql")) {
        return None;
    }
    let name = function.sig.ident.unraw().to_string();
    let field = in_camel_case(&name);
    let at_once = at_once(function).map_or_else(|| quote!(None), |how| quote!(Some(#how)));
    // What `Object` makes of the function.
    let resolver = format_ident!("__{name}_resolver");
    Some(quote! {
        #field => crate::in_order::Known {
            at_once: #at_once,
            resolve: |object, ctx| {
                Box::pin(async move { object.#resolver(&ctx).await })
            },
        },
    })
}

/// How a field is written that waits for nothing.
fn at_once(function: &ImplItemFn) -> Option<Tokens> {
    let ReturnType::Type(_, value) = &function.sig.output else {
        return None;
    };
    let body = &function.block;
    if is_named(value, "Result") || has_await(quote!(#body)) {
        return None;
    }
    let inputs = function.sig.inputs.iter();
    let arguments: Vec<&PatType> = inputs
        .filter_map(|input| match input {
            FnArg::Typed(argument) => Some(argument),
            FnArg::Receiver(_) => None,
        })
        .filter(|argument| !is_context(&argument.ty))
        .collect();
    if !arguments.iter().all(|argument| is_null_if_absent(argument)) {
        return None;
    }
    let (name, none) = (&function.sig.ident, arguments.iter().map(|_| quote!(None)));
    Some(quote! {
        crate::in_order::AtOnce {
            is_ready: |ctx| crate::in_order::is_ready::<#value, _>(ctx),
            write: |object, ctx, text| {
                let value = ::futures_util::FutureExt::now_or_never(object.#name(ctx, #(#none),*));
                crate::in_order::written(value, ctx, text)
            },
        }
    })
}

/// Whether the last part of the type is called so.
fn is_named(ty: &Type, name: &str) -> bool {
    match ty {
        Type::Path(path) => path.path.segments.last().is_some_and(|s| s.ident == name),
        _ => false,
    }
}

/// Whether an argument that is not given is null: it may have a description, but nothing else.
fn is_null_if_absent(argument: &PatType) -> bool {
    let plain = argument
        .attrs
        .iter()
        .all(|attribute| match &attribute.meta {
            Meta::List(list) => words(list.tokens.clone()).all(|word| word == "desc"),
            Meta::Path(_) | Meta::NameValue(_) => true,
        });
    plain && is_named(&argument.ty, "Option")
}

fn is_context(ty: &Type) -> bool {
    matches!(ty, Type::Reference(reference) if is_named(&reference.elem, "Context"))
}

fn has_await(tokens: Tokens) -> bool {
    words(tokens).any(|word| word == "await")
}

/// The words of a piece of code.
fn words(tokens: Tokens) -> Box<dyn Iterator<Item = Ident>> {
    Box::new(tokens.into_iter().flat_map(|token| match token {
        TokenTree::Group(group) => words(group.stream()),
        TokenTree::Ident(word) => Box::new(std::iter::once(word)),
        TokenTree::Punct(_) | TokenTree::Literal(_) => Box::new(std::iter::empty()),
    }))
}

/// The name of a field as the schema has it.
fn in_camel_case(name: &str) -> String {
    let mut words = name.split('_');
    let mut field = words.next().unwrap_or_default().to_owned();
    for word in words {
        let (first, rest) = word.split_at(1.min(word.len()));
        field.push_str(&first.to_uppercase());
        field.push_str(rest);
    }
    field
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_at_once(function: &ImplItemFn) -> bool {
        at_once(function).is_some()
    }

    #[test]
    fn only_what_waits_for_nothing_is_written_at_once() {
        assert!(is_at_once(&parse_quote!(
            async fn id(&self) -> Id {
                self.0
            }
        )));
        assert!(is_at_once(&parse_quote!(
            async fn name(&self, ctx: &Context<'_>, locale: Option<Locale>) -> String {
                text(ctx, locale)
            }
        )));
        assert!(!is_at_once(&parse_quote!(
            async fn cycle(&self) -> Option<Cycle> {
                if self.is { read().await } else { None }
            }
        )));
        assert!(!is_at_once(&parse_quote!(
            async fn cycle(&self) -> Result<i32, Failure> {
                Ok(1)
            }
        )));
        assert!(!is_at_once(&parse_quote!(
            async fn share(&self, of: i32) -> i32 {
                of
            }
        )));
        assert!(is_at_once(&parse_quote!(
            async fn share(&self, #[graphql(desc = "Of what.")] of: Option<i32>) -> i32 {
                1
            }
        )));
        assert!(!is_at_once(&parse_quote!(
            async fn share(&self, #[graphql(default = 5)] of: Option<i32>) -> i32 {
                1
            }
        )));
    }

    #[test]
    fn what_has_a_place_of_its_own_is_left_to_the_executor() {
        assert!(
            known(&parse_quote!(
                async fn id(&self) -> Id {
                    self.0
                }
            ))
            .is_some()
        );
        let flattened = parse_quote!(
            #[graphql(flatten)]
            async fn history(&self) -> History {
                History
            }
        );
        assert!(known(&flattened).is_none());
    }

    #[test]
    fn fields_are_called_as_in_the_schema() {
        assert_eq!(in_camel_case("due_on_precision"), "dueOnPrecision");
        assert_eq!(in_camel_case("id"), "id");
    }
}
