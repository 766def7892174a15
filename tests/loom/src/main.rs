//! The completion queue and the runtime's slot under every interleaving of threads: the files of the
//! core themselves, compiled with loom's locks and atomics in place of the standard library's.

#[path = "../../../core/src/queue.rs"]
mod queue;
#[path = "../../../core/src/runtime/slot.rs"]
mod slot;

/// What `core/src/sync.rs` is in the core.
mod sync {
    pub(crate) use loom::sync::atomic::{AtomicPtr, Ordering};
    pub(crate) use loom::sync::{Condvar, Mutex, MutexGuard};
    pub(crate) use std::sync::PoisonError;
}

use std::time::Duration;

use loom::sync::Arc;
use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::thread;
use queue::Queue;
use slot::Slot;

const LONG: Duration = Duration::from_secs(600);

fn main() {
    check("who waits gets every item", every_item_arrives);
    check("no item is left without a wake", no_item_without_a_wake);
    check("a batch wakes once", a_batch_wakes_once);
    check("threads share one place", threads_share_one_place);
    check("a child finds a place of its own", a_child_has_its_own);
}

fn check(what: &str, model: fn()) {
    loom::model(model);
    println!("{what}");
}

fn every_item_arrives() {
    let queue = Arc::new(Queue::new(|| {}));
    let producers = [1, 2].map(|item| {
        let queue = queue.clone();
        thread::spawn(move || queue.push(item))
    });
    let taken = [queue.next(LONG), queue.next(LONG)];
    assert_eq!(taken.iter().flatten().sum::<i32>(), 3);
    producers.into_iter().for_each(|it| it.join().unwrap());
    assert!(queue.drain().is_empty());
}

fn no_item_without_a_wake() {
    let wakes = Arc::new(AtomicUsize::new(0));
    let ring = wakes.clone();
    let queue = Arc::new(Queue::new(move || {
        ring.fetch_add(1, Ordering::SeqCst);
    }));
    let producers = [1, 2].map(|item| {
        let queue = queue.clone();
        thread::spawn(move || queue.push(item))
    });
    let heard = wakes.load(Ordering::SeqCst);
    let taken = queue.drain().len();
    producers.into_iter().for_each(|it| it.join().unwrap());
    let left = queue.drain().len();
    assert_eq!(taken + left, 2);
    assert!(left == 0 || wakes.load(Ordering::SeqCst) > heard);
}

fn a_batch_wakes_once() {
    let wakes = Arc::new(AtomicUsize::new(0));
    let ring = wakes.clone();
    let queue = Arc::new(Queue::new(move || {
        ring.fetch_add(1, Ordering::SeqCst);
    }));
    let producer = {
        let queue = queue.clone();
        thread::spawn(move || queue.push(1))
    };
    queue.push(2);
    producer.join().unwrap();
    assert_eq!(queue.drain().len(), 2);
    assert_eq!(wakes.load(Ordering::SeqCst), 1);
}

fn threads_share_one_place() {
    let slot: Arc<Slot<usize>> = Arc::default();
    let other = {
        let slot = slot.clone();
        thread::spawn(move || *slot.lock(1) += 1)
    };
    *slot.lock(1) += 1;
    other.join().unwrap();
    assert_eq!(*slot.lock(1), 2);
}

fn a_child_has_its_own() {
    let slot: Arc<Slot<usize>> = Arc::default();
    *slot.lock(1) = 7;
    // Held for ever, as by a thread of the parent that does not exist in the child.
    let parent = slot.lock(1);
    let threads = [(), ()].map(|()| {
        let slot = slot.clone();
        thread::spawn(move || *slot.lock(2) += 1)
    });
    threads.into_iter().for_each(|it| it.join().unwrap());
    assert_eq!(*slot.lock(2), 2);
    assert_eq!(*parent, 7);
}
