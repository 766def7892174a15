// One scenario while it runs: its directory, saved results, clients and pushes.

#ifndef RUNNER_SESSION_HPP
#define RUNNER_SESSION_HPP

#include <filesystem>
#include <map>

#include "config.hpp"
#include "control.hpp"
#include "push.hpp"
#include "step.hpp"

class Session {
public:
    Session(const Control &control, const json &scenario);
    ~Session();
    Session(const Session &) = delete;
    Session &operator=(const Session &) = delete;

    /// Carries out one step; gives {"ok": ...} or {"error": ...}.
    json step(const json &step);

    /// Ends what is open and says what the sandbox holds.
    json end();

    /// The client a step asks for; the default one is made when first needed.
    const filed_client *client(const Step &step);

    /// Makes a client under a name.
    void open_client(const std::string &name, const json &overrides);

    /// Where a file of the scenario is.
    std::filesystem::path file(const std::string &name) const { return folder_ / name; }

    const Control &control() const { return control_; }

    std::map<std::string, std::unique_ptr<OpenPush>> pushes;

private:
    const Control &control_;
    std::filesystem::path folder_;
    /// The ready object, `dir`, and every result that was saved.
    json scope_;
    json settings_;
    std::map<std::string, Client> clients_;
};

#endif
