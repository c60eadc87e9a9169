//! `view!`, with the syntax of Leptos' macro of that name, for the widget's own kind of view.
//!
//! Leptos generates code for each element and attribute. Here the markup becomes one text with one instruction a
//! line, which one function interprets (`src/view/markup.rs`, which has the table of instructions); computed
//! values become a list, in the order of the lines that take them:
//!
//! ```text
//! view! { <p class="note" hidden=is_hidden>{text}</p> }
//!
//! <p note             Markup::new("<p note\n=hidden\n{\n/")
//! =hidden                 .value(is_hidden)
//! {                       .child(text)
//! /
//! ```

#![forbid(unsafe_code)]

use proc_macro2::{Span, TokenStream};
use quote::quote;
use rstml::node::{KeyedAttribute, Node, NodeAttribute, NodeElement};
use syn::spanned::Spanned;
use syn::{Error, Expr, Ident, Result};

/// Markup, as in Leptos' `view!`.
#[proc_macro]
pub fn view(tokens: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let view = View::of(tokens.into());
    view.map(View::into_tokens)
        .unwrap_or_else(Error::into_compile_error)
        .into()
}

#[derive(Default)]
struct View {
    lines: Vec<String>,
    /// Code that adds the values of the lines, in order.
    values: Vec<TokenStream>,
    /// How many elements are open.
    depth: u32,
}

impl View {
    fn of(tokens: TokenStream) -> Result<Self> {
        let mut view = Self::default();
        for node in rstml::parse2(tokens)? {
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
        let mut opened = format!("<{}", element.name());
        let mut attributes = Vec::new();
        for attribute in element.attributes() {
            let NodeAttribute::Attribute(attribute) = attribute else {
                return Err(Error::new(attribute.span(), "an attribute has a name"));
            };
            match attribute.value_literal_string() {
                Some(class) if is_class(attribute) => opened = format!("{opened} {class}"),
                _ => attributes.push(attribute),
            }
        }
        self.line(element.span(), opened)?;
        // First: writing it later would remove dynamic classes.
        attributes.sort_by_key(|attribute| !is_class(attribute));
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
            return self.line(span, format!("{name}={value}"));
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
                    None if name == "class" => "+".to_owned(),
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

fn is_class(attribute: &KeyedAttribute) -> bool {
    attribute.key.to_string() == "class"
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
    fn constant_classes_are_in_the_line_of_the_element() {
        check(
            quote! { <p id="one" class="note"><b></b></p><i id="two" class=look></i> },
            &[
                "<p note", "id=one", "<b", "/", "/", "<i", "+", "id=two", "/",
            ],
            &["value(look)"],
        );
    }

    #[test]
    fn constants_are_in_the_lines_and_computed_values_in_the_list() {
        check(
            quote! { <p hidden id="one" aria-label=name>"Text" {child}</p> },
            &["<p", "hidden=", "id=one", "=aria-label", "\"Text", "{", "/"],
            &["value(name)", "child(#[allow(unused_braces)]{child})"],
        );
    }

    #[test]
    fn prefixes_of_attributes_select_the_instruction() {
        check(
            quote! {
                <input class:is-on=on prop:checked=checked style:height=height text=words use:hear=clicks node_ref=field />
            },
            &[
                "<input", ".is-on", "!checked", "~height", "'", "@", "@", "/",
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
        refused(quote! { <p on:click=press></p> });
        refused(quote! { <p title="two\nlines"></p> });
        refused(quote! { {child} });
    }
}
