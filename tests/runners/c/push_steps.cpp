#include <map>

#include "files.hpp"
#include "operations.hpp"
#include "session.hpp"

namespace {

json counts(const filed_counts &counts) {
    return {{"total", counts.total},       {"sent", counts.sent},
            {"attached", counts.attached}, {"imported", counts.imported},
            {"failed", counts.failed},     {"cancelled", counts.cancelled}};
}

json client(const filed_client_report *client) {
    return {{"key", filed_client_report_key(client)},
            {"external_id", text(filed_client_report_external_id(client))},
            {"state", text(filed_item_state_name(filed_client_report_state(client)))},
            {"job_work_id", text(filed_client_report_job_work_id(client))},
            {"work_id", text(filed_client_report_work_id(client))},
            {"status", text(filed_client_report_status(client))},
            {"error", error_json(filed_client_report_error(client))}};
}

json file(const filed_file_report *file) {
    return {{"external_id", text(filed_file_report_external_id(file))},
            {"client_external_id", text(filed_file_report_client_external_id(file))},
            {"state", text(filed_item_state_name(filed_file_report_state(file)))},
            {"path", text(filed_file_report_path(file))},
            {"size", size(filed_file_report_size(file))},
            {"blake3", text(filed_file_report_blake3(file))},
            {"sha256", text(filed_file_report_sha256(file))},
            {"mime_type", text(filed_file_report_mime_type(file))},
            {"file_url", text(filed_file_report_url(file))},
            {"artifact_id", text(filed_file_report_artifact_id(file))},
            {"status", text(filed_file_report_status(file))},
            {"error", error_json(filed_file_report_error(file))}};
}

json report(filed_report *handle) {
    const Handle<filed_report, filed_report_free> owner(handle);
    filed_counts clients{}, files{};
    filed_report_clients(handle, &clients);
    filed_report_files(handle, &files);
    json shown = {{"state", text(filed_push_state_name(filed_report_state(handle)))},
                  {"job_id", text(filed_report_job_id(handle))},
                  {"clients", counts(clients)},
                  {"files", counts(files)},
                  {"bytes_sent", filed_report_bytes_sent(handle)},
                  {"failed_clients", json::array()},
                  {"failed_files", json::array()},
                  {"notes", json::array()}};
    for (std::uint64_t at = 0; at < filed_report_failed_client_count(handle); ++at) {
        shown["failed_clients"].push_back(client(filed_report_failed_client(handle, at)));
    }
    for (std::uint64_t at = 0; at < filed_report_failed_file_count(handle); ++at) {
        shown["failed_files"].push_back(file(filed_report_failed_file(handle, at)));
    }
    for (std::uint64_t at = 0; at < filed_report_note_count(handle); ++at) {
        shown["notes"].push_back(text(filed_report_note(handle, at)));
    }
    return shown;
}

filed_push *open(const filed_client *client, const Step &step, const std::string &op) {
    filed_push *push = nullptr;
    if (op == "resume") {
        check(filed_push_resume(client, step.text("journal").c_str(), &push));
        return push;
    }
    const std::string connection_id = step.text("connection_id");
    const std::string workspace_id = step.text("workspace_id");
    const std::string job_name = step.text("job_name");
    const auto journal = step.maybe("journal");
    filed_push_options options = FILED_PUSH_OPTIONS_INIT;
    options.connection_id = connection_id.c_str();
    options.workspace_id = workspace_id.c_str();
    options.job_name = job_name.c_str();
    options.journal_path = or_null(journal);
    options.allow_partial = step.flag("allow_partial");
    options.on_existing =
        step.maybe("on_existing") == "adopt" ? FILED_ON_EXISTING_ADOPT : FILED_ON_EXISTING_ERROR;
    check(filed_push_open(client, &options, &push));
    return push;
}

json add_client(OpenPush &push, const Step &step) {
    const std::string external_id = step.text("external_id");
    std::uint64_t key = 0;
    check(filed_push_add_client(push.get(), step.text("name").c_str(), external_id.c_str(), &key));
    push.clients[external_id] = key;
    return nullptr;
}

json add(const OpenPush &push, const Step &step, filed_file file) {
    const std::string external_id = step.text("external_id");
    const auto file_name = step.maybe("file_name"), mime_type = step.maybe("mime_type");
    const auto category = step.maybe("category"), metadata = step.dumped("metadata");
    const auto client = push.clients.find(step.text("for"));
    if (client == push.clients.end()) {
        wrong("no such client in this push");
    }
    file.external_id = external_id.c_str();
    file.file_name = or_null(file_name);
    file.mime_type = or_null(mime_type);
    file.category = or_null(category);
    file.metadata_json = or_null(metadata);
    check(filed_push_add_file(push.get(), client->second, &file));
    return nullptr;
}

json add_content(const Session &session, const OpenPush &push, const Step &step,
                 const std::string &op) {
    filed_file file = FILED_FILE_INIT;
    if (op == "push.add_file") {
        const std::string path = step.text("path");
        file.path = path.c_str();
        return add(push, step, file);
    }
    if (op == "push.add_url") {
        const std::string url = step.text("url");
        file.url = url.c_str();
        return add(push, step, file);
    }
    const std::string bytes = read_file(session.file(step.text("from")));
    file.data = reinterpret_cast<const std::uint8_t *>(bytes.data());
    file.data_length = bytes.size();
    return add(push, step, file);
}

json commit(OpenPush &push, const Step &step) {
    check(filed_push_commit(push.get(), step.number("timeout_ms", FILED_FOREVER)));
    return nullptr;
}

json wait(OpenPush &push, const Step &step) {
    filed_report *handle = nullptr;
    check(filed_push_wait(push.get(), step.number("timeout_ms", FILED_FOREVER), &handle));
    return report(handle);
}

json cancel(OpenPush &push, const Step &) {
    filed_push_cancel(push.get());
    return nullptr;
}

json progress(OpenPush &push, const Step &) {
    filed_progress progress = FILED_PROGRESS_INIT;
    check(filed_push_progress(push.get(), &progress));
    return {{"state", text(filed_push_state_name(progress.state))},
            {"clients", counts(progress.clients)},
            {"files", counts(progress.files)},
            {"bytes_total", progress.bytes_total},
            {"bytes_sent", progress.bytes_sent},
            {"uploading", progress.uploading}};
}

json report_now(OpenPush &push, const Step &) {
    filed_report *handle = nullptr;
    check(filed_push_report(push.get(), &handle));
    return report(handle);
}

json files(OpenPush &push, const Step &) {
    filed_file_report_iterator *list = nullptr;
    check(filed_push_files(push.get(), &list));
    return all<filed_file_report, filed_file_report_iterator, filed_file_report_free,
               filed_file_report_iterator_free>(list, filed_file_report_iterator_next, file);
}

json clients(OpenPush &push, const Step &) {
    filed_client_report_iterator *list = nullptr;
    check(filed_push_clients(push.get(), &list));
    return all<filed_client_report, filed_client_report_iterator, filed_client_report_free,
               filed_client_report_iterator_free>(list, filed_client_report_iterator_next, client);
}

json events(OpenPush &push, const Step &) {
    return push.events();
}

using Operation = json (*)(OpenPush &, const Step &);

const std::map<std::string, Operation> operations = {
    {"push.add_client", add_client}, {"push.commit", commit},     {"push.wait", wait},
    {"push.cancel", cancel},         {"push.progress", progress}, {"push.report", report_now},
    {"push.files", files},           {"push.clients", clients},   {"push.events", events},
};

}  // namespace

json push_step(Session &session, const Step &step, const std::string &op) {
    const std::string name = step.maybe("push").value_or("push");
    if (op == "push.open" || op == "resume") {
        filed_push *push = open(session.client(step), step, op);
        const json when = step.has("cancel_when") ? step.at("cancel_when") : json();
        session.pushes[name] = std::make_unique<OpenPush>(push, when);
        return nullptr;
    }
    if (op == "push.drop") {
        session.pushes.erase(name);
        return nullptr;
    }
    const auto found = session.pushes.find(name);
    if (found == session.pushes.end()) {
        wrong("no such push");
    }
    if (op == "push.add_file" || op == "push.add_bytes" || op == "push.add_url") {
        return add_content(session, *found->second, step, op);
    }
    const auto operation = operations.find(op);
    if (operation == operations.end()) {
        unsupported();
    }
    return operation->second(*found->second, step);
}
