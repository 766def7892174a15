#include "control.hpp"

#include <cstdlib>
#include <stdexcept>

#include "http.h"

Control::Control(std::string url) : url_(std::move(url)) {
    while (!url_.empty() && url_.back() == '/') {
        url_.pop_back();
    }
}

json Control::reset(const json &settings, const json &faults) const {
    const std::string content_type = "application/json";
    call("POST", "/reset", settings.dump(), content_type);
    if (!faults.empty()) {
        call("POST", "/faults", faults.dump(), content_type);
    }
    return call("GET", "/ready", "", std::nullopt);
}

json Control::state() const {
    return call("GET", "/state?summary=1", "", std::nullopt);
}

json Control::call(const std::string &method, const std::string &path, const std::string &body,
                   const std::optional<std::string> &content_type) const {
    int status = 0;
    const std::string url = url_ + path;
    const std::unique_ptr<char, void (*)(void *)> answer(
        http_call(method.c_str(), url.c_str(), content_type ? content_type->c_str() : nullptr,
                  body.data(), body.size(), &status),
        std::free);
    if (!answer) {
        throw std::runtime_error("control " + path + ": no answer");
    }
    if (status < 200 || status > 299) {
        throw Failure{{{"code", "CONTROL"}, {"message", path + ": " + answer.get()}}};
    }
    return json::parse(answer.get());
}
