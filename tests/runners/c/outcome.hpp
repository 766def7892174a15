// What a step came to, and how errors are written down.

#ifndef RUNNER_OUTCOME_HPP
#define RUNNER_OUTCOME_HPP

#include <filed.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

using json = nlohmann::ordered_json;

/// Why a step has no result, as it is written down.
struct Failure {
    json shown;
};

/// A string that may be missing.
inline json text(const char *string) {
    return string == nullptr ? json(nullptr) : json(string);
}

/// JSON text that may be missing.
inline json parsed(const char *string) {
    return string == nullptr ? json(nullptr) : json::parse(string);
}

inline json size(std::int64_t size) {
    return size == FILED_SIZE_UNKNOWN ? json(nullptr) : json(size);
}

/// Every field of an error.
json error_json(const filed_error *error);

/// Throws what a call returned, if anything.
void check(filed_error *error);

/// A step that is wrong itself.
[[noreturn]] void wrong(const std::string &message);

template <class T, void (*Free)(T *)>
struct Freed {
    void operator()(T *handle) const { Free(handle); }
};

/// A handle that is freed with its function.
template <class T, void (*Free)(T *)>
using Handle = std::unique_ptr<T, Freed<T, Free>>;

/// The items of an iterator to its end, each as `show` gives it.
template <class T, class I, void (*Free)(T *), void (*FreeIterator)(I *), class Show>
json all(I *handle, filed_error *(*next)(const I *, T **), Show show) {
    const Handle<I, FreeIterator> iterator(handle);
    json items = json::array();
    for (;;) {
        T *item = nullptr;
        check(next(iterator.get(), &item));
        const Handle<T, Free> owner(item);
        if (!owner) {
            return items;
        }
        items.push_back(show(owner.get()));
    }
}

#endif
