/* Errors of filed.hpp: what a failed call throws, and how handles are checked and freed. */

#ifndef FILED_ERROR_HPP
#define FILED_ERROR_HPP

#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "../filed.h"

namespace filed {

/// A wait without limit.
inline constexpr std::chrono::milliseconds forever = std::chrono::milliseconds::max();

namespace detail {

inline std::optional<std::string_view> text(const char *string) {
    if (string == nullptr) {
        return std::nullopt;
    }
    return std::string_view(string);
}

/// A string that is never missing in a live handle.
inline std::string_view required(const char *string) {
    return string == nullptr ? std::string_view() : std::string_view(string);
}

inline std::optional<std::uint64_t> size(std::int64_t size) {
    if (size == FILED_SIZE_UNKNOWN) {
        return std::nullopt;
    }
    return static_cast<std::uint64_t>(size);
}

inline const char *or_null(const std::optional<std::string> &string) {
    return string ? string->c_str() : nullptr;
}

inline std::uint64_t milliseconds(std::chrono::milliseconds time) {
    if (time == forever) {
        return FILED_FOREVER;
    }
    return time.count() < 0 ? 0 : static_cast<std::uint64_t>(time.count());
}

/// A copy of a string the library handed over.
inline std::string taken(char *string) {
    const std::unique_ptr<char, void (*)(char *)> owner(string, filed_string_free);
    return owner ? std::string(owner.get()) : std::string();
}

}  // namespace detail

/// One entry of a GraphQL answer's errors.
struct GraphqlError {
    std::string_view message;
    std::optional<std::string_view> code;
    std::optional<std::string_view> path;
};

/// What failed, on which item, and what to do. Belongs to the event, report or exception it was
/// read from.
class ErrorView {
public:
    explicit ErrorView(const filed_error *error) noexcept : error_(error) {}

    /// One of FILED_ERROR_...
    std::uint32_t code() const noexcept { return filed_error_code(error_); }
    /// The code's name, such as FILE_NOT_FOUND.
    std::string_view name() const { return detail::required(filed_error_name(error_)); }
    /// In English, without names or paths: safe to log.
    std::string_view message() const { return detail::required(filed_error_message(error_)); }
    std::optional<std::string_view> operation() const {
        return detail::text(filed_error_operation(error_));
    }
    /// 0 when there was no answer.
    std::uint32_t http_status() const noexcept { return filed_error_http_status(error_); }
    std::optional<std::string_view> request_id() const {
        return detail::text(filed_error_request_id(error_));
    }
    /// How many times the request was sent.
    std::uint32_t attempts() const noexcept { return filed_error_attempts(error_); }
    std::optional<std::string_view> external_id() const {
        return detail::text(filed_error_external_id(error_));
    }
    /// May name a taxpayer: do not log it.
    std::optional<std::string_view> path() const { return detail::text(filed_error_path(error_)); }
    /// "applied", "not_applied" or "unknown".
    std::string_view effect() const { return detail::required(filed_error_effect(error_)); }
    /// Whether the same call may succeed if it is simply made again later.
    bool retryable() const noexcept { return filed_error_retryable(error_) != 0; }
    std::uint64_t graphql_count() const noexcept { return filed_error_graphql_count(error_); }
    GraphqlError graphql(std::uint64_t index) const {
        return {detail::required(filed_error_graphql_message(error_, index)),
                detail::text(filed_error_graphql_code(error_, index)),
                detail::text(filed_error_graphql_path(error_, index))};
    }

protected:
    const filed_error *error_;
};

/// What a failed call throws. Copies share what they tell.
class Error : public std::exception, public ErrorView {
public:
    /// Takes the error over.
    explicit Error(filed_error *error)
        : ErrorView(error),
          owner_(error, filed_error_free),
          what_(std::make_shared<const std::string>(describe())) {}

    /// The code's name, the operation and the message.
    const char *what() const noexcept override { return what_->c_str(); }

private:
    std::string describe() const {
        std::string text(name());
        if (const auto where = operation()) {
            text.append(" in ").append(*where);
        }
        return text.append(": ").append(message());
    }

    std::shared_ptr<filed_error> owner_;
    std::shared_ptr<const std::string> what_;
};

namespace detail {

/// Throws what a call returned, if anything.
inline void check(filed_error *error) {
    if (error != nullptr) {
        throw Error(error);
    }
}

template <class T, void (*Free)(T *)>
struct Deleter {
    void operator()(T *handle) const noexcept { Free(handle); }
};

template <class T, void (*Free)(T *)>
using Handle = std::unique_ptr<T, Deleter<T, Free>>;

}  // namespace detail
}  // namespace filed

#endif
