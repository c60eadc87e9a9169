//! The interoperability tests. Each starts its own third-party server or client.

/// A table of stories, and the peers that each runs with.
macro_rules! stories {
    ($($story:ident: $($name:ident $peer:ident),+;)+) => {
        $(mod $story {
            $(#[tokio::test]
            async fn $name() -> anyhow::Result<()> {
                super::$story(super::Peer::$peer).await
            })+
        })+
    };
}

mod acknowledged;
mod emulator;
mod stories;
