//! Micro-benchmarks of what is hot, one group per part. What CI guards of them is counted in
//! instructions by `src/instructions.rs`.

#![allow(
    clippy::expect_used,
    missing_docs,
    reason = "a bench has nobody to hand an error to"
)]

use std::hint::black_box;
use std::sync::Arc;

use bytes::Bytes;
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use filed_bench::hot::{ANSWER, document};
use filed_core::bench::{Firm, Uploads, read_answer};
use filed_core::queue::Queue;
use tokio::runtime::{Builder, Runtime};

const SIZES: [usize; 2] = [10 << 10, 200 << 10];

fn runtime() -> Runtime {
    Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
}

/// The body of an upload, hashed: from memory and from a file.
fn multipart(c: &mut Criterion) {
    let mut group = c.benchmark_group("multipart body");
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let uploads = Uploads::default();
    for size in SIZES {
        let content: Bytes = document(size).into();
        let path = folder.path().join(size.to_string());
        std::fs::write(&path, &content).expect("a document");
        group.throughput(Throughput::Bytes(size as u64));
        group.bench_function(format!("{} KiB of memory", size >> 10), |b| {
            b.iter(|| uploads.bytes(black_box(&content)));
        });
        group.bench_function(format!("{} KiB of a file", size >> 10), |b| {
            b.iter(|| uploads.file(black_box(&path)));
        });
    }
}

/// BLAKE3 alone: the floor under the bodies.
fn hashing(c: &mut Criterion) {
    let mut group = c.benchmark_group("hash");
    let content = document(200 << 10);
    group.throughput(Throughput::Bytes(content.len() as u64));
    group.bench_function("200 KiB, blake3", |b| {
        b.iter(|| blake3::hash(black_box(&content)))
    });
    group.bench_function("200 KiB, SHA-256 by ring", |b| {
        b.iter(|| ring::digest::digest(&ring::digest::SHA256, black_box(&content)));
    });
}

fn answers(c: &mut Criterion) {
    c.bench_function("answer of an upload host", |b| {
        b.iter(|| read_answer(black_box(ANSWER)));
    });
}

/// A client with ten files added and flushed to disk, and a step of the scheduler with the uploads
/// it claims recorded by one group commit.
fn journal(c: &mut Criterion) {
    let runtime = runtime();
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let path = folder.path().join("added.filed");
    let firm = runtime
        .block_on(Firm::add(Some(&path), 0, 10))
        .expect("a journal");
    let mut number = 0;
    c.bench_function("journal, a client with 10 files added", |b| {
        b.iter(|| {
            number += 1;
            runtime.block_on(firm.add_client(number)).expect("added");
        });
    });
    c.bench_function("journal, 16 uploads claimed and recorded", |b| {
        b.iter_batched(
            || runtime.block_on(Firm::add(None, 4, 4)).expect("a journal"),
            |firm| runtime.block_on(firm.step(16)).expect("a step"),
            BatchSize::PerIteration,
        );
    });
}

/// A queue that another thread fills: what a wake costs, and what an item costs beside it.
fn queue(c: &mut Criterion) {
    let mut group = c.benchmark_group("queue");
    let queue = Queue::new(|| {});
    group.bench_function("64 items, one wake", |b| {
        b.iter(|| {
            (0..64).for_each(|item| queue.push(black_box(item)));
            queue.drain().len()
        });
    });
    group.bench_function("there and back between two threads", |b| {
        let (there, back) = (Arc::new(Queue::new(|| {})), Arc::new(Queue::new(|| {})));
        let (orders, answers) = (there.clone(), back.clone());
        let minute = std::time::Duration::from_secs(60);
        let echo = std::thread::spawn(move || {
            while let Some(true) = orders.next(minute) {
                answers.push(());
            }
        });
        b.iter(|| {
            there.push(true);
            back.next(minute)
        });
        there.push(false);
        echo.join().expect("the echo");
    });
}

criterion_group!(all, multipart, hashing, answers, journal, queue);
criterion_main!(all);
