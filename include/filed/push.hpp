/* The push of filed.hpp: an open group of clients and files that is committed and watched. */

#ifndef FILED_PUSH_HPP
#define FILED_PUSH_HPP

#include <memory>
#include <type_traits>

#include "reports.hpp"

namespace filed {

/// How to open a push.
struct PushOptions {
    std::string connection_id;
    std::string workspace_id;
    std::string job_name;
    /// A temporary journal when not given.
    std::optional<std::string> journal_path{};
    /// Initiate the import of what succeeded even when clients or files failed.
    bool allow_partial = false;
    /// One of FILED_ON_EXISTING_...
    std::uint32_t on_existing = FILED_ON_EXISTING_ERROR;

    /// As filed.h takes it, borrowing from this.
    filed_push_options native() const noexcept {
        filed_push_options options = FILED_PUSH_OPTIONS_INIT;
        options.allow_partial = allow_partial ? 1 : 0;
        options.connection_id = connection_id.c_str();
        options.workspace_id = workspace_id.c_str();
        options.job_name = job_name.c_str();
        options.journal_path = detail::or_null(journal_path);
        options.on_existing = on_existing;
        return options;
    }
};

/// What may be said about a file besides its content.
struct FileDetails {
    std::optional<std::string> file_name{};
    std::optional<std::string> mime_type{};
    /// The artifact's type, such as "w2"; the MIME type when not given.
    std::optional<std::string> category{};
    std::optional<std::string> metadata_json{};
};

/// A client of a push; valid as long as the push.
class PushClient {
public:
    PushClient(const filed_push *push, std::uint64_t key) noexcept : push_(push), key_(key) {}

    /// What names the client in calls of filed.h.
    std::uint64_t key() const noexcept { return key_; }

    void add_file(const std::string &path, const std::string &external_id,
                  const FileDetails &details = {}) const {
        filed_file file = FILED_FILE_INIT;
        file.path = path.c_str();
        add(file, external_id, details);
    }

    void add_url(const std::string &url, const std::string &external_id,
                 const FileDetails &details = {}) const {
        filed_file file = FILED_FILE_INIT;
        file.url = url.c_str();
        add(file, external_id, details);
    }

    /// The bytes are copied; `details` must name the file.
    void add_bytes(const void *data, std::size_t length, const std::string &external_id,
                   const FileDetails &details) const {
        filed_file file = FILED_FILE_INIT;
        file.data = static_cast<const std::uint8_t *>(data);
        file.data_length = length;
        add(file, external_id, details);
    }

private:
    void add(filed_file &file, const std::string &external_id, const FileDetails &details) const {
        file.external_id = external_id.c_str();
        file.file_name = detail::or_null(details.file_name);
        file.mime_type = detail::or_null(details.mime_type);
        file.category = detail::or_null(details.category);
        file.metadata_json = detail::or_null(details.metadata_json);
        detail::check(filed_push_add_file(push_, key_, &file));
    }

    const filed_push *push_;
    std::uint64_t key_;
};

/// What an EventRange walks.
class EventSource {
public:
    explicit EventSource(const filed_push *push) noexcept : push_(push) {}

    std::optional<Event> next(std::chrono::milliseconds timeout = forever) const {
        filed_event *event = nullptr;
        detail::check(filed_push_next_event(push_, detail::milliseconds(timeout), &event));
        if (event == nullptr) {
            return std::nullopt;
        }
        return std::optional<Event>(std::in_place, event);
    }

private:
    const filed_push *push_;
};

using EventRange = detail::Range<Event, EventSource>;

/// An open push, made by Client::push. May be used by any number of threads at once.
class Push {
public:
    /// Takes the handle over.
    explicit Push(filed_push *handle) noexcept : handle_(handle) {}

    PushClient add_client(const std::string &name, const std::string &external_id) const {
        std::uint64_t key = 0;
        detail::check(
            filed_push_add_client(handle_.get(), name.c_str(), external_id.c_str(), &key));
        return PushClient(handle_.get(), key);
    }

    /// Uploads, attaches, verifies and initiates.
    void commit(std::chrono::milliseconds timeout = forever) const {
        detail::check(filed_push_commit(handle_.get(), detail::milliseconds(timeout)));
    }

    /// As commit, but returns at once.
    void commit_start() const { detail::check(filed_push_commit_start(handle_.get())); }

    /// Waits until every client and file is imported, failed or cancelled.
    Report wait(std::chrono::milliseconds timeout = forever) const {
        filed_report *report = nullptr;
        detail::check(filed_push_wait(handle_.get(), detail::milliseconds(timeout), &report));
        return Report(report);
    }

    /// What is known now.
    Report report() const {
        filed_report *report = nullptr;
        detail::check(filed_push_report(handle_.get(), &report));
        return Report(report);
    }

    /// A snapshot.
    filed_progress progress() const {
        filed_progress progress = FILED_PROGRESS_INIT;
        detail::check(filed_push_progress(handle_.get(), &progress));
        return progress;
    }

    /// The next event, or nothing after the last.
    std::optional<Event> next_event(std::chrono::milliseconds timeout = forever) const {
        return EventSource(handle_.get()).next(timeout);
    }

    /// The events until the last one; waits for each. The push must outlive the range.
    EventRange events() const { return EventRange(EventSource(handle_.get())); }

    /// Calls `callback` with an `const EventView &` for each event that is there, on this thread, after
    /// waiting for the first. Gives how many there were; 0 after the last. The callback must not
    /// throw.
    template <class Callback>
    std::uint64_t dispatch_events(Callback &&callback,
                                  std::chrono::milliseconds timeout = forever) const {
        std::uint64_t count = 0;
        auto call = [](void *user, const filed_event *event) {
            (*static_cast<std::remove_reference_t<Callback> *>(user))(EventView(event));
        };
        detail::check(filed_push_dispatch_events(handle_.get(), detail::milliseconds(timeout), call,
                                                 const_cast<void *>(static_cast<const void *>(
                                                     std::addressof(callback))),
                                                 &count));
        return count;
    }

    /// A descriptor for an event loop: readable while next_event would not have to wait.
    std::int64_t event_fd() const {
        std::int64_t descriptor = -1;
        detail::check(filed_push_event_fd(handle_.get(), &descriptor));
        return descriptor;
    }

    /// Every client, in the order added.
    ClientReportRange clients() const {
        filed_client_report_iterator *clients = nullptr;
        detail::check(filed_push_clients(handle_.get(), &clients));
        return ClientReportRange(clients);
    }

    /// Every file, in the order added.
    FileReportRange files() const {
        filed_file_report_iterator *files = nullptr;
        detail::check(filed_push_files(handle_.get(), &files));
        return FileReportRange(files);
    }

    /// Stops the push; its journal can be resumed.
    void cancel() const noexcept { filed_push_cancel(handle_.get()); }

    /// The job at Filed, once it was created.
    std::optional<std::string_view> job_id() const {
        return detail::text(filed_push_job_id(handle_.get()));
    }

    std::string_view journal_path() const {
        return detail::required(filed_push_journal_path(handle_.get()));
    }

    /// The handle, for calls of filed.h.
    const filed_push *get() const noexcept { return handle_.get(); }

private:
    detail::Handle<filed_push, filed_push_free> handle_;
};

}  // namespace filed

#endif
