// The sandbox's control endpoint.

#ifndef RUNNER_CONTROL_HPP
#define RUNNER_CONTROL_HPP

#include <optional>

#include "outcome.hpp"

class Control {
public:
    explicit Control(std::string url);

    /// Forgets everything and takes up a scenario's settings and faults; gives the ready object.
    json reset(const json &settings, const json &faults) const;

    /// What the sandbox holds.
    json state() const;

    /// One call; a refusal is the failure CONTROL.
    json call(const std::string &method, const std::string &path, const std::string &body,
              const std::optional<std::string> &content_type) const;

private:
    std::string url_;
};

#endif
