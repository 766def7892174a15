// An open push with what a scenario knows about it, and its events, collected beside it.

#ifndef RUNNER_PUSH_HPP
#define RUNNER_PUSH_HPP

#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

#include "step.hpp"

class OpenPush {
public:
    /// Takes the handle over. `cancel_when` is {kind, count} or null.
    OpenPush(filed_push *push, json cancel_when);
    ~OpenPush();
    OpenPush(const OpenPush &) = delete;
    OpenPush &operator=(const OpenPush &) = delete;

    const filed_push *get() const { return push_.get(); }

    /// The events to the last one; waits for it.
    json events();

    /// Keys of the clients, by external id.
    std::map<std::string, std::uint64_t> clients;

private:
    void collect();
    bool take();
    void keep(const filed_event *event);

    Handle<filed_push, filed_push_free> push_;
    json cancel_when_;
    std::uint64_t seen_ = 0;
    std::mutex mutex_;
    std::condition_variable changed_;
    json events_ = json::array();
    json failure_;
    bool ended_ = false;
    bool stop_ = false;
    std::thread thread_;
};

#endif
