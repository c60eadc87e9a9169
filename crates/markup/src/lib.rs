//! `view!`, with the syntax of Leptos' macro of that name, for the widget's own kind of view.
//!
//! Leptos generates code for each element and attribute. Here the markup becomes one text with one instruction a
//! line, which one function interprets (`src/view/markup.rs`, which has the table of instructions); computed
//! values become a list, in the order of the lines that take them:
//!
//! ```text
//! view! { class = "li", <p class="note" hidden=is_hidden>{text}</p> }
//!
//! <p                  Markup::new("<p\nclass=note li\n=hidden\n{\n/")
//! class=note li           .value(is_hidden)
//! =hidden                 .child(text)
//! {
//! /
//! ```

#![forbid(unsafe_code)]

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::quote;
use rstml::node::{KeyedAttribute, Node, NodeAttribute, NodeElement};
use syn::spanned::Spanned;
use syn::{Error, Expr, Ident, Result};

/// Markup, as in Leptos' `view!`. It begins with the class of every element: `class = "li",`.
#[proc_macro]
pub fn view(tokens: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let view = View::of(tokens.into());
    view.map(View::into_tokens)
        .unwrap_or_else(Error::into_compile_error)
        .into()
}

#[derive(Default)]
struct View {
    /// The class of every element.
    class: String,
    lines: Vec<String>,
    /// Code that adds the values of the lines, in order.
    values: Vec<TokenStream>,
    /// How many elements are open.
    depth: u32,
}

impl View {
    fn of(tokens: TokenStream) -> Result<Self> {
        let mut tokens = tokens.into_iter();
        let prefix: Vec<_> = tokens.by_ref().take(4).collect();
        let class = match prefix.as_slice() {
            [TokenTree::Ident(name), _, TokenTree::Literal(class), _] if name == "class" => {
                syn::parse_str::<syn::LitStr>(&class.to_string())?.value()
            }
            _ => {
                let problem = "markup begins with the class of every element: `class = \"li\",`";
                return Err(Error::new(Span::call_site(), problem));
            }
        };
        let mut view = Self {
            class,
            ..Self::default()
        };
        for node in rstml::parse2(tokens.collect())? {
            view.node(node)?;
        }
        Ok(view)
    }

    fn node(&mut self, node: Node) -> Result<()> {
        match node {
            Node::Element(element) => self.element(element),
            Node::Block(block) if self.depth == 0 => {
                Err(Error::new(block.span(), "views are within elements"))
            }
            Node::Block(block) => {
                self.lines.push("{".to_owned());
                self.values
                    .push(quote! { child(#[allow(unused_braces)] #block) });
                Ok(())
            }
            Node::Text(text) => self.line(text.value.span(), format!("\"{}", text.value_string())),
            other => Err(Error::new(
                other.span(),
                "this is no element, text or block",
            )),
        }
    }

    fn element(&mut self, element: NodeElement<rstml::Infallible>) -> Result<()> {
        self.line(element.span(), format!("<{}", element.name()))?;
        let mut attributes = Vec::new();
        for attribute in element.attributes() {
            let NodeAttribute::Attribute(attribute) = attribute else {
                return Err(Error::new(attribute.span(), "an attribute has a name"));
            };
            attributes.push(attribute);
        }
        // First: writing it later would remove dynamic classes.
        let is_class = |attribute: &&KeyedAttribute| attribute.key.to_string() == "class";
        attributes.sort_by_key(|attribute| !is_class(attribute));
        if !attributes.first().is_some_and(is_class) {
            self.lines.push(format!("class={}", self.class));
        }
        for attribute in attributes {
            self.attribute(attribute)?;
        }
        self.depth += 1;
        for child in element.children {
            self.node(child)?;
        }
        self.depth -= 1;
        self.lines.push("/".to_owned());
        Ok(())
    }

    fn attribute(&mut self, attribute: &KeyedAttribute) -> Result<()> {
        let name = attribute.key.to_string();
        let span = attribute.span();
        if attribute.possible_value.to_value().is_none() {
            return self.line(span, format!("{name}="));
        }
        if let Some(value) = attribute
            .value_literal_string()
            .filter(|_| !name.contains(':'))
        {
            return match name.as_str() {
                "class" => self.line(span, format!("class={value} {}", self.class)),
                _ => self.line(span, format!("{name}={value}")),
            };
        }
        let value = attribute.value();
        let value = value.ok_or_else(|| Error::new(span, "this value is no expression"))?;
        self.computed(span, &name, value)
    }

    /// An attribute whose value is computed.
    fn computed(&mut self, span: Span, name: &str, value: &Expr) -> Result<()> {
        let (line, value) = match name.split_once(':') {
            None if name == "node_ref" => ("@".to_owned(), quote! { reference(#value) }),
            None if name == "text" => ("'".to_owned(), quote! { value(#value) }),
            Some(("use", directive)) => {
                let directive = Ident::new(directive, span);
                ("@".to_owned(), quote! { apply(#directive, #value) })
            }
            kind => {
                let line = match kind {
                    None if name == "class" => format!("+{}", self.class),
                    None => format!("={name}"),
                    Some(("class", class)) => format!(".{class}"),
                    Some(("prop", property)) => format!("!{property}"),
                    Some(("style", property)) => format!("~{property}"),
                    Some(_) => return Err(Error::new(span, "there are no such attributes here")),
                };
                (line, quote! { value(#value) })
            }
        };
        self.values.push(value);
        self.line(span, line)
    }

    fn line(&mut self, span: Span, line: String) -> Result<()> {
        if line.contains('\n') {
            return Err(Error::new(
                span,
                "a text in markup can't have several lines",
            ));
        }
        self.lines.push(line);
        Ok(())
    }

    fn into_tokens(self) -> TokenStream {
        let (lines, values) = (self.lines.join("\n"), self.values);
        quote!(crate::view::markup::Markup::new(#lines) #(.#values)*)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(markup: TokenStream, lines: &[&str], values: &[&str]) {
        let view = View::of(markup).unwrap();
        assert_eq!(view.lines, lines);
        let found = view
            .values
            .iter()
            .map(|value| value.to_string().replace(' ', ""));
        assert!(found.eq(values.iter().copied()), "{:?}", view.values);
    }

    #[track_caller]
    fn refused(markup: TokenStream) {
        assert!(View::of(markup).is_err());
    }

    #[test]
    fn every_element_has_the_class() {
        check(
            quote! { class = "li", <p class="note"><b></b></p><i class=look></i> },
            &[
                "<p",
                "class=note li",
                "<b",
                "class=li",
                "/",
                "/",
                "<i",
                "+li",
                "/",
            ],
            &["value(look)"],
        );
    }

    #[test]
    fn constants_are_in_the_lines_and_computed_values_in_the_list() {
        check(
            quote! { class = "li", <p hidden id="one" aria-label=name>"Text" {child}</p> },
            &[
                "<p",
                "class=li",
                "hidden=",
                "id=one",
                "=aria-label",
                "\"Text",
                "{",
                "/",
            ],
            &["value(name)", "child(#[allow(unused_braces)]{child})"],
        );
    }

    #[test]
    fn prefixes_of_attributes_select_the_instruction() {
        check(
            quote! { class = "li",
                <input class:is-on=on prop:checked=checked style:height=height text=words use:hear=clicks node_ref=field />
            },
            &[
                "<input", "class=li", ".is-on", "!checked", "~height", "'", "@", "@", "/",
            ],
            &[
                "value(on)",
                "value(checked)",
                "value(height)",
                "value(words)",
                "apply(hear,clicks)",
                "reference(field)",
            ],
        );
    }

    #[test]
    fn unsupported_markup_is_refused() {
        refused(quote! { <p></p> });
        refused(quote! { class = "li", <p on:click=press></p> });
        refused(quote! { class = "li", <p title="two\nlines"></p> });
        refused(quote! { class = "li", {child} });
    }
}
