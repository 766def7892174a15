// A step whose references are resolved: reading its arguments.

#ifndef RUNNER_STEP_HPP
#define RUNNER_STEP_HPP

#include <optional>
#include <vector>

#include "outcome.hpp"

class Step {
public:
    explicit Step(json fields) : fields_(std::move(fields)) {}

    /// Whether an argument was given.
    bool has(const char *name) const {
        return fields_.contains(name) && !fields_.at(name).is_null();
    }

    /// An argument that must be there.
    const json &at(const char *name) const {
        if (!has(name)) {
            wrong(std::string("the step has no `") + name + "`");
        }
        return fields_.at(name);
    }

    std::string text(const char *name) const {
        if (!at(name).is_string()) {
            wrong(std::string("`") + name + "` must be a string");
        }
        return at(name).get<std::string>();
    }

    std::optional<std::string> maybe(const char *name) const {
        return has(name) ? std::optional<std::string>(text(name)) : std::nullopt;
    }

    /// An argument that is JSON, as text.
    std::optional<std::string> dumped(const char *name) const {
        return has(name) ? std::optional<std::string>(at(name).dump()) : std::nullopt;
    }

    std::vector<std::string> strings(const char *name) const {
        return has(name) ? at(name).get<std::vector<std::string>>() : std::vector<std::string>();
    }

    std::uint64_t number(const char *name, std::uint64_t otherwise) const {
        return has(name) ? at(name).get<std::uint64_t>() : otherwise;
    }

    bool flag(const char *name) const { return has(name) && at(name).get<bool>(); }

private:
    json fields_;
};

inline const char *or_null(const std::optional<std::string> &string) {
    return string ? string->c_str() : nullptr;
}

/// Strings as the library takes an array of them; they must outlive it.
inline std::vector<const char *> pointers(const std::vector<std::string> &strings) {
    std::vector<const char *> pointers;
    for (const std::string &string : strings) {
        pointers.push_back(string.c_str());
    }
    return pointers;
}

#endif
