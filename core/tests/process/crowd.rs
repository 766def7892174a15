//! Many threads, many clients, one processor.

use filed_core::{Client, runtime};
use serde_json::json;

use crate::child::{child, in_a_child};
use crate::support::config;

const CLIENTS: usize = 1000;
/// Workers, and threads that may block.
const MOST_THREADS: usize = 4 + 64;

/// Connections of all clients, at both ends.
fn enough_descriptors() {
    let mut limit = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: the struct outlives both calls.
    unsafe {
        assert_eq!(libc::getrlimit(libc::RLIMIT_NOFILE, &mut limit), 0);
        limit.rlim_cur = limit.rlim_max.min(8192);
        assert_eq!(libc::setrlimit(libc::RLIMIT_NOFILE, &limit), 0);
    }
}

fn one_processor() {
    // SAFETY: the set is zeroed, as its makers want it, and outlives the calls.
    let set = unsafe {
        let mut set: libc::cpu_set_t = std::mem::zeroed();
        libc::CPU_SET(0, &mut set);
        libc::sched_setaffinity(0, size_of_val(&set), &set)
    };
    assert_eq!(set, 0);
    assert_eq!(std::thread::available_parallelism().unwrap().get(), 1);
}

fn threads_of_ours() -> usize {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    let names =
        tasks.filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("comm")).ok());
    names.filter(|name| name.starts_with("filed-")).count()
}

fn ask(client: &Client) {
    let outside = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    assert_eq!(outside.block_on(client.me()).unwrap().id, "user_1");
}

#[tokio::test]
async fn sixty_four_threads_and_a_thousand_clients_share_one_processor() {
    enough_descriptors();
    let Some(ready) = child() else {
        let name = "crowd::sixty_four_threads_and_a_thousand_clients_share_one_processor";
        in_a_child(name, json!({})).await;
        return;
    };
    one_processor();
    let shared = Client::new(config(&ready)).unwrap();
    let clients: Vec<Client> = (0..CLIENTS)
        .map(|_| Client::new(config(&ready)).unwrap())
        .collect();
    std::thread::scope(|scope| {
        for share in clients.chunks(CLIENTS.div_ceil(64)) {
            scope.spawn(|| {
                ask(&shared);
                share.iter().for_each(ask);
            });
        }
    });
    assert!(threads_of_ours() <= MOST_THREADS, "{}", threads_of_ours());
    assert_eq!(shared.generation().id(), runtime::current().unwrap().id());
}
