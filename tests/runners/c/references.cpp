#include "references.hpp"

#include <algorithm>
#include <cctype>

namespace {

[[noreturn]] void unresolved() {
    throw Failure{{{"code", "UNRESOLVED"}}};
}

const json &child(const json &value, const std::string &part) {
    if (value.is_object() && value.contains(part)) {
        return value.at(part);
    }
    const bool number = !part.empty() && std::all_of(part.begin(), part.end(), [](char c) {
        return std::isdigit(static_cast<unsigned char>(c));
    });
    if (value.is_array() && number && std::stoul(part) < value.size()) {
        return value.at(std::stoul(part));
    }
    unresolved();
}

const json &look_up(const std::string &path, const json &scope) {
    const json *value = &scope;
    std::size_t begin = 0;
    while (begin <= path.size()) {
        const std::size_t end = std::min(path.find('.', begin), path.size());
        value = &child(*value, path.substr(begin, end - begin));
        begin = end + 1;
    }
    return *value;
}

json resolve_text(const std::string &text, const json &scope) {
    std::string out;
    std::size_t rest = 0;
    for (;;) {
        const std::size_t begin = text.find("${", rest);
        if (begin == std::string::npos) {
            return out + text.substr(rest);
        }
        const std::size_t end = text.find('}', begin);
        if (end == std::string::npos) {
            unresolved();
        }
        const json &found = look_up(text.substr(begin + 2, end - begin - 2), scope);
        if (begin == 0 && end + 1 == text.size()) {
            return found;
        }
        out += text.substr(rest, begin - rest);
        out += found.is_string() ? found.get<std::string>() : found.dump();
        rest = end + 1;
    }
}

}  // namespace

json resolve(const json &value, const json &scope) {
    if (value.is_string()) {
        return resolve_text(value.get<std::string>(), scope);
    }
    if (!value.is_structured()) {
        return value;
    }
    json out = value;
    for (auto &item : out) {
        item = resolve(item, scope);
    }
    return out;
}
