#include "operations.hpp"

#include "files.hpp"
#include "session.hpp"

namespace {

json control_step(const Session &session, const Step &step) {
    std::string body;
    std::optional<std::string> content_type = step.maybe("content_type");
    if (step.has("body")) {
        body = step.at("body").dump();
        content_type = "application/json";
    } else if (step.has("from")) {
        body = read_file(session.file(step.text("from")));
    }
    return session.control().call(step.text("method"), step.text("path"), body, content_type);
}

json deep_link(const Step &step) {
    char *link = nullptr;
    check(filed_deep_link(step.text("slug").c_str(), step.text("path").c_str(), &link));
    const Handle<char, filed_string_free> owner(link);
    return link;
}

bool starts_with(const std::string &text, const std::string &start) {
    return text.compare(0, start.size(), start) == 0;
}

}  // namespace

json carry_out(Session &session, const Step &step) {
    const std::string op = step.text("op");
    if (op == "control") {
        return control_step(session, step);
    }
    if (op == "client.new") {
        session.open_client(step.text("name"),
                            step.has("config") ? step.at("config") : json::object());
        return nullptr;
    }
    if (op == "deep_link") {
        return deep_link(step);
    }
    if (op == "resume" || starts_with(op, "push.")) {
        return push_step(session, step, op);
    }
    const filed_client *client = session.client(step);
    if (starts_with(op, "uploads.")) {
        return upload_step(session, client, step, op);
    }
    return gateway_step(client, step, op);
}
