//! Open enumerations of the contract's values.

/// An enumeration of the values in the contract, which keeps any other value as `Other`.
macro_rules! open_enum {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$doc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$doc])* $variant,)+
            /// A value that this version does not know, as the server sent it.
            Other(String),
        }

        impl $name {
            /// The value on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)+
                    Self::Other(text) => text,
                }
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                #[derive(Clone, Copy)]
                enum Known {
                    $($variant,)+
                }
                const NAMES: &[&str] = &[$($text,)+];
                const KNOWN: &[Known] = &[$(Known::$variant,)+];
                match KNOWN.get($crate::words::position(NAMES, text)) {
                    $(Some(Known::$variant) => Self::$variant,)+
                    None => Self::Other(text.to_owned()),
                }
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    };
}
pub(crate) use open_enum;

/// Where a name is; behind the last one if it is none of them. Written once for all enumerations, which is smaller
/// than a `match` in each.
pub(crate) fn position(names: &[&str], text: &str) -> usize {
    let mut at = 0;
    while names.get(at).is_some_and(|name| *name != text) {
        at += 1;
    }
    at
}
