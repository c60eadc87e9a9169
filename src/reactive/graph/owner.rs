//! Owners of signals, memos, effects and stored values: these end with their owner. Handles to them are numbers, which
//! can be copied.

use std::any::Any;
use std::cell::RefCell;
use std::rc::{Rc, Weak};

use super::Node;

thread_local! {
    static CURRENT: RefCell<Option<Owner>> = const { RefCell::new(None) };
    static PLACES: RefCell<Places> = const { RefCell::new(Places { all: Vec::new(), free: Vec::new() }) };
}

/// What was created while it was the current owner ends when it is disposed of, or run again, or its parent is.
#[derive(Clone)]
pub(crate) struct Owner(Rc<Inner>);

struct Inner {
    nodes: RefCell<Vec<Id>>,
    children: RefCell<Vec<Weak<Self>>>,
    context: RefCell<Option<Rc<dyn Any>>>,
}

/// The handle of a node: its place, and in the bits above how many nodes the place has had before. It is a single
/// number because nearly each closure of the view has several.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::reactive) struct Id(u32);

impl Id {
    /// The number of places.
    const PLACES: u32 = 1 << 20;

    fn place(self) -> usize {
        (self.0 % Self::PLACES) as usize
    }

    /// The next handle of the same place. None if the place has had its 4,096 nodes.
    fn next(self) -> Option<Self> {
        self.0.checked_add(Self::PLACES).map(Self)
    }
}

/// The nodes that are owned, with their handles. A place is used again when its node has ended.
struct Places {
    all: Vec<(Id, Option<Rc<Node>>)>,
    /// The next handles of places without a node.
    free: Vec<Id>,
}

impl Owner {
    /// An owner that is disposed of with the current one.
    pub(crate) fn new() -> Self {
        let parent = Self::current();
        let parent = parent.as_ref();
        let this = Rc::new(Inner {
            nodes: RefCell::default(),
            children: RefCell::default(),
            context: RefCell::new(parent.and_then(|parent| parent.0.context.borrow().clone())),
        });
        if let Some(parent) = parent {
            let mut children = parent.0.children.borrow_mut();
            if children.len() == children.capacity() {
                children.retain(|child| child.strong_count() > 0);
            }
            children.push(Rc::downgrade(&this));
        }
        Self(this)
    }

    fn current() -> Option<Self> {
        CURRENT.with_borrow(Clone::clone)
    }

    /// Runs a function with this as the current owner.
    pub(crate) fn with<T>(&self, run: impl FnOnce() -> T) -> T {
        let outer = CURRENT.replace(Some(self.clone()));
        let result = run();
        Self::leave(outer);
        result
    }

    fn leave(outer: Option<Self>) {
        // Disposing of an owner reads the current one.
        drop(CURRENT.replace(outer));
    }

    /// Disposes of all that it owns.
    pub(in crate::reactive) fn clear(&self) {
        self.0.clear();
    }
}

impl Inner {
    fn clear(&self) {
        for child in self.children.take() {
            if let Some(child) = child.upgrade() {
                child.clear();
            }
        }
        // All are taken before the first is dropped, which may create or read others.
        let nodes = self.nodes.take().into_iter();
        let nodes: Vec<_> = PLACES.with_borrow_mut(|places| {
            let nodes = nodes.map(|id| places.take(id));
            nodes.collect()
        });
        drop(nodes);
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.clear();
    }
}

impl Places {
    fn add(&mut self, node: Rc<Node>) -> Id {
        let id = self.free.pop().unwrap_or_else(|| {
            let id = Id(self.all.len() as u32);
            assert!(id.0 < Id::PLACES, "fewer nodes are owned at a time");
            self.all.push((id, None));
            id
        });
        self.all[id.place()] = (id, Some(node));
        id
    }

    fn take(&mut self, id: Id) -> Option<Rc<Node>> {
        self.free.extend(id.next());
        self.all[id.place()].1.take()
    }
}

/// Gives a node to the current owner. Without one it never ends.
pub(in crate::reactive) fn own(node: Rc<Node>) -> Id {
    let id = PLACES.with_borrow_mut(|places| places.add(node));
    if let Some(owner) = Owner::current() {
        owner.0.nodes.borrow_mut().push(id);
    }
    id
}

/// None if it was disposed of with its owner.
pub(in crate::reactive) fn try_node(id: Id) -> Option<Rc<Node>> {
    PLACES.with_borrow(|places| {
        let (current, node) = &places.all[id.place()];
        node.clone().filter(|_| *current == id)
    })
}

pub(in crate::reactive) fn node(id: Id) -> Rc<Node> {
    try_node(id).expect("a signal is read while its owner is there")
}

/// Gives the current owner a value, for itself and the owners that are created below it from now on.
pub(crate) fn provide_context<T: 'static>(value: T) {
    if let Some(owner) = Owner::current() {
        owner.0.context.replace(Some(Rc::new(value)));
    }
}

/// The value that the current owner or one above it was given, if it is of this type.
pub(crate) fn use_context<T: Clone + 'static>() -> Option<T> {
    let owner = Owner::current()?;
    let context = owner.0.context.borrow();
    context.as_ref()?.downcast_ref().cloned()
}
