#include "session.hpp"

#include <stdlib.h>

#include <stdexcept>

#include "files.hpp"
#include "operations.hpp"
#include "references.hpp"

namespace fs = std::filesystem;

namespace {

fs::path empty_folder() {
    std::string path = fs::temp_directory_path() / "filed-scenario-XXXXXX";
    if (mkdtemp(path.data()) == nullptr) {
        throw std::runtime_error("cannot make a folder");
    }
    return path;
}

/// What the operation is about: everything but what is for the judge and for us.
json asked(const json &step) {
    json fields = json::object();
    for (const auto &[name, value] : step.items()) {
        if (name != "expect" && name != "compare" && name != "as") {
            fields[name] = value;
        }
    }
    return fields;
}

}  // namespace

Session::Session(const Control &control, const json &scenario)
    : control_(control), settings_(scenario.value("client", json::object())) {
    scope_ = control.reset(scenario.value("sandbox", json::object()),
                           scenario.value("faults", json::array()));
    folder_ = empty_folder();
    scope_["dir"] = folder_.string();
    make_files(folder_, scenario.value("files", json::object()));
}

Session::~Session() {
    pushes.clear();
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
}

json Session::step(const json &step) {
    try {
        json result = carry_out(*this, Step(resolve(asked(step), scope_)));
        if (step.contains("as")) {
            scope_[step.at("as").get<std::string>()] = result;
        }
        return {{"ok", result}};
    } catch (const Failure &failure) {
        return {{"error", failure.shown}};
    } catch (const json::exception &error) {
        return {{"error", {{"code", "FOREIGN"}, {"message", error.what()}}}};
    }
}

json Session::end() {
    pushes.clear();
    for (const auto &[name, client] : clients_) {
        filed_client_close(client.get());
    }
    clients_.clear();
    return control_.state();
}

const filed_client *Session::client(const Step &step) {
    const std::string name = step.maybe("client").value_or("default");
    if (clients_.count(name) == 0) {
        if (name != "default") {
            wrong("no client was made under this name");
        }
        open_client(name, resolve(settings_, scope_));
    }
    return clients_.at(name).get();
}

void Session::open_client(const std::string &name, const json &overrides) {
    clients_[name] = new_client(scope_, overrides);
}
