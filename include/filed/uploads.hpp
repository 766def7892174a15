/* Uploads of filed.hpp, and how to end a call from another thread. */

#ifndef FILED_UPLOADS_HPP
#define FILED_UPLOADS_HPP

#include <functional>
#include <utility>

#include "results.hpp"

namespace filed {

/// Ends the calls it was given to, from any thread.
class Cancel {
public:
    Cancel() : handle_(filed_cancel_new()) {}

    void now() const noexcept { filed_cancel_now(handle_.get()); }

    /// The handle, for calls of filed.h.
    const filed_cancel *get() const noexcept { return handle_.get(); }

private:
    detail::Handle<filed_cancel, filed_cancel_free> handle_;
};

/// How to upload a file.
struct UploadOptions {
    /// Required for bytes and streams.
    std::optional<std::string> file_name{};
    /// Decided by name, then by content, when not given.
    std::optional<std::string> mime_type{};
    /// Told the bytes sent so far and the total, on the thread that waits. What it throws comes
    /// out of the upload, which it ends.
    std::function<void(std::uint64_t sent, std::optional<std::uint64_t> total)> progress{};
    /// Ends the upload from another thread; must outlive the call.
    const Cancel *cancel = nullptr;
};

namespace detail {

/// The options of one call, as filed.h takes them, with a place for what `progress` throws.
class UploadCall {
public:
    explicit UploadCall(const UploadOptions &options) : options_(options) {
        native_.file_name = or_null(options.file_name);
        native_.mime_type = or_null(options.mime_type);
        native_.progress = options.progress ? told : nullptr;
        native_.user = this;
        native_.cancel = options.cancel == nullptr ? nullptr : options.cancel->get();
    }
    UploadCall(const UploadCall &) = delete;
    UploadCall &operator=(const UploadCall &) = delete;

    const filed_upload_options *native() const noexcept { return &native_; }

    /// What the call gave, unless a function of the caller's threw.
    UploadedFile result(filed_error *error, filed_uploaded_file *file) {
        std::optional<UploadedFile> uploaded;
        if (file != nullptr) {
            uploaded.emplace(file);
        }
        if (thrown_) {
            filed_error_free(error);
            std::rethrow_exception(thrown_);
        }
        check(error);
        return std::move(*uploaded);
    }

private:
    static std::int32_t told(void *user, std::uint64_t sent, std::int64_t total) noexcept {
        auto *call = static_cast<UploadCall *>(user);
        if (call->thrown_) {
            return 1;
        }
        try {
            call->options_.progress(sent, size(total));
            return 0;
        } catch (...) {
            call->thrown_ = std::current_exception();
            return 1;
        }
    }

    const UploadOptions &options_;
    filed_upload_options native_ = FILED_UPLOAD_OPTIONS_INIT;
    std::exception_ptr thrown_;
};

}  // namespace detail

/// Fills a buffer and returns how many bytes it wrote; 0 at the end. Called on a thread of the
/// library's. What it throws fails the upload with SOURCE_FAILED.
using Reader = std::function<std::size_t(std::uint8_t *buffer, std::size_t capacity)>;

/// File uploads. Made by Client::uploads, which must outlive it.
class Uploads {
public:
    explicit Uploads(const filed_client *client) noexcept : client_(client) {}

    UploadedFile file(const std::string &path, const UploadOptions &options = {}) const {
        detail::UploadCall call(options);
        filed_uploaded_file *uploaded = nullptr;
        filed_error *error = filed_upload_file(client_, path.c_str(), call.native(), &uploaded);
        return call.result(error, uploaded);
    }

    UploadedFile bytes(const void *data, std::size_t length, const UploadOptions &options) const {
        detail::UploadCall call(options);
        filed_uploaded_file *uploaded = nullptr;
        filed_error *error = filed_upload_bytes(client_, static_cast<const std::uint8_t *>(data),
                                                length, call.native(), &uploaded);
        return call.result(error, uploaded);
    }

    /// `size` is the number of bytes, when known.
    UploadedFile stream(const Reader &reader, const UploadOptions &options,
                        std::optional<std::uint64_t> size = std::nullopt) const {
        detail::UploadCall call(options);
        const std::int64_t known = size ? static_cast<std::int64_t>(*size) : FILED_SIZE_UNKNOWN;
        filed_uploaded_file *uploaded = nullptr;
        filed_error *error = filed_upload_stream(client_, read, const_cast<Reader *>(&reader),
                                                 known, call.native(), &uploaded);
        return call.result(error, uploaded);
    }

    UploadedFile url(const std::string &url, const UploadOptions &options = {}) const {
        detail::UploadCall call(options);
        filed_uploaded_file *uploaded = nullptr;
        filed_error *error = filed_upload_url(client_, url.c_str(), call.native(), &uploaded);
        return call.result(error, uploaded);
    }

private:
    static std::int64_t read(void *user, std::uint8_t *buffer, std::uint64_t capacity) noexcept {
        try {
            const auto &reader = *static_cast<const Reader *>(user);
            return static_cast<std::int64_t>(reader(buffer, static_cast<std::size_t>(capacity)));
        } catch (...) {
            return -1;
        }
    }

    const filed_client *client_;
};

}  // namespace filed

#endif
