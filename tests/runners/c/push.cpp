#include "push.hpp"

#include <chrono>

#include "operations.hpp"

namespace {

constexpr std::uint64_t look_up_ms = 20;
constexpr auto events_end_within = std::chrono::seconds(60);

json shown(const filed_event *event) {
    return {{"kind", text(filed_event_kind_name(filed_event_kind(event)))},
            {"external_id", text(filed_event_external_id(event))},
            {"client_external_id", text(filed_event_client_external_id(event))},
            {"error", error_json(filed_event_error(event))}};
}

}  // namespace

OpenPush::OpenPush(filed_push *push, json cancel_when)
    : push_(push), cancel_when_(std::move(cancel_when)), thread_([this] { collect(); }) {}

OpenPush::~OpenPush() {
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        stop_ = true;
    }
    thread_.join();
}

json OpenPush::events() {
    std::unique_lock<std::mutex> lock(mutex_);
    if (!changed_.wait_for(lock, events_end_within, [this] { return ended_; })) {
        wrong("the events do not end");
    }
    if (!failure_.is_null()) {
        throw Failure{failure_};
    }
    return events_;
}

void OpenPush::collect() {
    try {
        while (take()) {
        }
    } catch (const Failure &failure) {
        const std::lock_guard<std::mutex> lock(mutex_);
        failure_ = failure.shown;
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    ended_ = true;
    changed_.notify_all();
}

/// Takes an event, if one comes soon; false when there will be none.
bool OpenPush::take() {
    filed_event *event = nullptr;
    filed_error *error = filed_push_next_event(push_.get(), look_up_ms, &event);
    if (error != nullptr && filed_error_code(error) == FILED_ERROR_WAIT_TIMED_OUT) {
        filed_error_free(error);
        const std::lock_guard<std::mutex> lock(mutex_);
        return !stop_;
    }
    check(error);
    const Handle<filed_event, filed_event_free> owner(event);
    if (owner) {
        keep(owner.get());
    }
    return event != nullptr;
}

void OpenPush::keep(const filed_event *event) {
    json line = shown(event);
    if (!cancel_when_.is_null() && line.at("kind") == cancel_when_.at("kind") &&
        ++seen_ == cancel_when_.at("count").get<std::uint64_t>()) {
        filed_push_cancel(push_.get());
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    events_.push_back(std::move(line));
}
