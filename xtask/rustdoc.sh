#!/bin/sh
# What `cargo xtask test` has `cargo test --doc` run in place of rustdoc: it tests a crate's examples, and then writes its
# documents, which finds broken links. `cargo doc` would compile all dependencies once more.
rustdoc "$@" || exit
for argument; do
    shift
    [ "$argument" = --test ] || set -- "$@" "$argument"
done
exec rustdoc "$@"
