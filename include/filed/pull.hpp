/* Pulls of filed.hpp: serving a platform's clients and files to Filed. */

#ifndef FILED_PULL_HPP
#define FILED_PULL_HPP

#include <cstddef>
#include <stdexcept>
#include <utility>
#include <vector>

#include "error.hpp"

namespace filed {

/// How a function of a PullProvider fails: to be thrown by it. Whatever else is thrown fails the
/// request too, and Filed is told nothing of it.
class PullFailure : public std::exception {
public:
    static PullFailure not_found() { return PullFailure(FILED_PULL_NOT_FOUND, "not found"); }
    /// Filed sees the reason: name no client.
    static PullFailure invalid(std::string reason) {
        return PullFailure(FILED_PULL_INVALID, std::move(reason));
    }
    static PullFailure forbidden() { return PullFailure(FILED_PULL_FORBIDDEN, "forbidden"); }
    static PullFailure unavailable(
        std::optional<std::chrono::milliseconds> retry_after = std::nullopt) {
        PullFailure failure(FILED_PULL_UNAVAILABLE, "unavailable");
        failure.retry_after_ = retry_after;
        return failure;
    }

    const char *what() const noexcept override { return reason_.c_str(); }

    /// Says it to a call, for what its function returns.
    std::int32_t tell(filed_pull_call *call) const noexcept {
        if (code_ == FILED_PULL_INVALID) {
            filed_error_free(filed_pull_call_explain(call, reason_.c_str()));
        }
        if (retry_after_) {
            const std::uint64_t time = detail::milliseconds(*retry_after_);
            filed_error_free(filed_pull_call_retry_after_ms(call, time));
        }
        return code_;
    }

private:
    PullFailure(std::int32_t code, std::string reason) : code_(code), reason_(std::move(reason)) {}

    std::int32_t code_;
    std::string reason_;
    std::optional<std::chrono::milliseconds> retry_after_;
};

/// A client, as the host has it. Times are such as 2026-02-11T09:30:00Z.
struct PullClient {
    std::string id;
    std::string name;
    std::optional<std::string> email{};
    std::optional<std::string> phone{};
    std::optional<std::string> type{};
    std::optional<std::string> last_modified{};

    filed_pull_client native() const noexcept {
        filed_pull_client client = FILED_PULL_CLIENT_INIT;
        client.id = id.c_str();
        client.name = name.c_str();
        client.email = detail::or_null(email);
        client.phone = detail::or_null(phone);
        client.type = detail::or_null(type);
        client.last_modified = detail::or_null(last_modified);
        return client;
    }
};

/// A file of a client, as the host has it.
struct PullFile {
    std::string id;
    std::string name;
    std::uint64_t size = 0;
    std::optional<std::string> mime_type{};
    std::optional<std::string> date_created{};
    std::optional<std::string> date_modified{};
    std::optional<std::string> metadata_json{};

    filed_pull_file native() const noexcept {
        filed_pull_file file = FILED_PULL_FILE_INIT;
        file.id = id.c_str();
        file.name = name.c_str();
        file.file_size = size;
        file.mime_type = detail::or_null(mime_type);
        file.date_created = detail::or_null(date_created);
        file.date_modified = detail::or_null(date_modified);
        file.metadata_json = detail::or_null(metadata_json);
        return file;
    }
};

/// A list that is everything there is, or, with `page`, the page that was asked for.
template <typename Item>
struct PullList {
    struct Page {
        /// What the next page's cursor is to be; nothing after the last page.
        std::optional<std::string> next{};
        std::optional<std::uint64_t> total{};
    };

    std::vector<Item> items{};
    std::optional<Page> page{};
};

/// A content that is read while it is sent, by one thread at a time.
class PullReader {
public:
    virtual ~PullReader() = default;
    /// Fills the buffer and returns how many bytes it wrote; 0 at the end.
    virtual std::size_t read(std::uint8_t *buffer, std::size_t capacity) = 0;
    /// Moves to a byte before the first read; false when it cannot.
    virtual bool skip(std::uint64_t) { return false; }
};

/// Where a file that is opened goes; its file must be set, and one content.
class PullOpened {
public:
    explicit PullOpened(filed_pull_opened *opened) noexcept : opened_(opened) {}

    void set_file(const PullFile &file, const std::optional<std::string> &version = std::nullopt) {
        const filed_pull_file native = file.native();
        detail::check(filed_pull_opened_set_file(opened_, &native, detail::or_null(version)));
    }
    void set_path(const std::string &path) {
        detail::check(filed_pull_opened_set_path(opened_, path.c_str()));
    }
    /// Copies them.
    void set_bytes(const void *data, std::size_t length) {
        detail::check(filed_pull_opened_set_bytes(opened_, static_cast<const std::uint8_t *>(data),
                                                  length));
    }
    void set_stream(std::unique_ptr<PullReader> reader) {
        detail::check(filed_pull_opened_set_stream(opened_, read, skip, forget, reader.release()));
    }

private:
    static std::int64_t read(void *user, std::uint8_t *buffer, std::uint64_t capacity) noexcept {
        try {
            auto *reader = static_cast<PullReader *>(user);
            return static_cast<std::int64_t>(reader->read(buffer, static_cast<std::size_t>(capacity)));
        } catch (...) {
            return -1;
        }
    }
    static std::int32_t skip(void *user, std::uint64_t offset) noexcept {
        try {
            return static_cast<PullReader *>(user)->skip(offset) ? 0 : 1;
        } catch (...) {
            return -1;
        }
    }
    static void forget(void *user) noexcept { delete static_cast<PullReader *>(user); }

    filed_pull_opened *opened_;
};

/// The content of a file that Filed sends.
class PullIncoming {
public:
    explicit PullIncoming(filed_pull_incoming *incoming) noexcept : incoming_(incoming) {}

    /// Waits for bytes and returns how many it wrote; 0 at the end. Throws when the transfer broke:
    /// then nothing may be kept.
    std::size_t read(void *buffer, std::size_t capacity) {
        const std::int64_t count = filed_pull_incoming_read(
            incoming_, static_cast<std::uint8_t *>(buffer), capacity);
        if (count < 0) {
            throw std::runtime_error("the transfer broke before its end");
        }
        return static_cast<std::size_t>(count);
    }

private:
    filed_pull_incoming *incoming_;
};

/// A note as the host keeps it.
struct PullKeptNote {
    std::string id;
    /// Now, when not given.
    std::optional<std::string> date_created{};
};

/// A platform's clients and files, as Filed may see them. Functions are called by many threads at
/// once, and may block. `caller` is the name that belongs to the credentials.
class PullProvider {
public:
    virtual ~PullProvider() = default;
    virtual PullList<PullClient> list_clients(std::string_view caller,
                                              const filed_pull_client_query &query) = 0;
    virtual PullList<PullFile> list_files(std::string_view caller, std::string_view client_id,
                                          const filed_pull_file_query &query) = 0;
    virtual void open_file(std::string_view caller, std::string_view file_id,
                           PullOpened &opened) = 0;
    virtual PullKeptNote add_note(std::string_view caller, std::string_view client_id,
                                  const filed_pull_new_note &note) = 0;
    virtual PullFile receive_file(std::string_view caller, std::string_view client_id,
                                  const filed_pull_new_file &file, PullIncoming &content) = 0;
};

namespace detail {

/// The table of a provider. `user` is a shared pointer of its own, deleted by `release`.
class PullTable {
public:
    static filed_pull_provider of(std::shared_ptr<PullProvider> provider) {
        filed_pull_provider table = FILED_PULL_PROVIDER_INIT;
        table.user = new std::shared_ptr<PullProvider>(std::move(provider));
        table.release = [](void *user) { delete static_cast<std::shared_ptr<PullProvider> *>(user); };
        table.list_clients = list_clients;
        table.list_files = list_files;
        table.open_file = open_file;
        table.add_note = add_note;
        table.receive_file = receive_file;
        return table;
    }

private:
    template <typename Work>
    static std::int32_t answer(void *user, filed_pull_call *call, const Work &work) noexcept {
        try {
            work(**static_cast<std::shared_ptr<PullProvider> *>(user),
                 required(filed_pull_call_caller(call)));
            return FILED_PULL_OK;
        } catch (const PullFailure &failure) {
            return failure.tell(call);
        } catch (...) {
            return FILED_PULL_FAILED;
        }
    }

    template <typename Item, typename To, typename Add, typename SetPage>
    static void hand_over(const PullList<Item> &list, To *to, Add add, SetPage set_page) {
        for (const Item &item : list.items) {
            const auto native = item.native();
            check(add(to, &native));
        }
        if (list.page) {
            const auto total = list.page->total;
            check(set_page(to, or_null(list.page->next),
                           total ? static_cast<std::int64_t>(*total) : FILED_SIZE_UNKNOWN));
        }
    }

    static std::int32_t list_clients(void *user, filed_pull_call *call,
                                     const filed_pull_client_query *query,
                                     filed_pull_client_list *clients) noexcept {
        return answer(user, call, [&](PullProvider &provider, std::string_view caller) {
            hand_over(provider.list_clients(caller, *query), clients, filed_pull_client_list_add,
                      filed_pull_client_list_set_page);
        });
    }

    static std::int32_t list_files(void *user, filed_pull_call *call, const char *client_id,
                                   const filed_pull_file_query *query,
                                   filed_pull_file_list *files) noexcept {
        return answer(user, call, [&](PullProvider &provider, std::string_view caller) {
            hand_over(provider.list_files(caller, client_id, *query), files,
                      filed_pull_file_list_add, filed_pull_file_list_set_page);
        });
    }

    static std::int32_t open_file(void *user, filed_pull_call *call, const char *file_id,
                                  filed_pull_opened *opened) noexcept {
        return answer(user, call, [&](PullProvider &provider, std::string_view caller) {
            PullOpened place(opened);
            provider.open_file(caller, file_id, place);
        });
    }

    static std::int32_t add_note(void *user, filed_pull_call *call, const char *client_id,
                                 const filed_pull_new_note *note,
                                 filed_pull_kept_note *kept) noexcept {
        return answer(user, call, [&](PullProvider &provider, std::string_view caller) {
            const PullKeptNote made = provider.add_note(caller, client_id, *note);
            check(filed_pull_kept_note_set(kept, made.id.c_str(), or_null(made.date_created)));
        });
    }

    static std::int32_t receive_file(void *user, filed_pull_call *call, const char *client_id,
                                     const filed_pull_new_file *file, filed_pull_incoming *content,
                                     filed_pull_kept_file *kept) noexcept {
        return answer(user, call, [&](PullProvider &provider, std::string_view caller) {
            PullIncoming incoming(content);
            const PullFile made = provider.receive_file(caller, client_id, *file, incoming);
            const filed_pull_file native = made.native();
            check(filed_pull_kept_file_set(kept, &native));
        });
    }
};

}  // namespace detail

/// A pull API that listens, until it is destroyed.
class PullServer {
public:
    /// Serves a provider, which lives as long as one of its functions may be called.
    PullServer(std::shared_ptr<PullProvider> provider, const filed_pull_options &options) {
        const filed_pull_provider table = detail::PullTable::of(std::move(provider));
        filed_pull_server *server = nullptr;
        detail::check(filed_pull_server_start(&options, &table, &server));
        handle_.reset(server);
    }

    /// Serves a folder of clients.
    PullServer(const std::string &folder, const filed_pull_options &options) {
        filed_pull_server *server = nullptr;
        detail::check(filed_pull_folder_start(&options, folder.c_str(), &server));
        handle_.reset(server);
    }

    /// The URL that every path of the API is appended to.
    std::string_view url() const { return detail::required(filed_pull_server_url(handle_.get())); }

    /// Takes no more requests and waits up to `timeout` for those that run.
    void stop(std::chrono::milliseconds timeout) const {
        detail::check(filed_pull_server_stop(handle_.get(), detail::milliseconds(timeout)));
    }

private:
    struct Free {
        void operator()(filed_pull_server *server) const noexcept { filed_pull_server_free(server); }
    };

    std::unique_ptr<filed_pull_server, Free> handle_;
};

}  // namespace filed

#endif
