#include <functional>
#include <map>

#include "operations.hpp"

namespace {

json user(const filed_user *user) {
    return {{"id", text(filed_user_id(user))},
            {"email", text(filed_user_email(user))},
            {"name", text(filed_user_name(user))},
            {"role", text(filed_user_role(user))}};
}

json connection(const filed_connection *connection) {
    return {{"id", text(filed_connection_id(connection))},
            {"workspace_id", text(filed_connection_workspace_id(connection))},
            {"provider_key", text(filed_connection_provider_key(connection))},
            {"status", text(filed_connection_status(connection))},
            {"action", text(filed_connection_action(connection))},
            {"display_name", text(filed_connection_display_name(connection))},
            {"category", text(filed_connection_category(connection))},
            {"settings", parsed(filed_connection_settings_json(connection))},
            {"created_at", text(filed_connection_created_at(connection))},
            {"updated_at", text(filed_connection_updated_at(connection))}};
}

json owned_connection(filed_connection *handle) {
    return connection(Handle<filed_connection, filed_connection_free>(handle).get());
}

json artifact(const filed_artifact *artifact) {
    return {{"id", text(filed_artifact_id(artifact))},
            {"artifact_id", text(filed_artifact_artifact_id(artifact))},
            {"work_artifact_id", text(filed_artifact_work_artifact_id(artifact))},
            {"external_id", text(filed_artifact_external_id(artifact))},
            {"name", text(filed_artifact_name(artifact))},
            {"type", text(filed_artifact_type(artifact))},
            {"status", text(filed_artifact_status(artifact))},
            {"uploaded_url", text(filed_artifact_uploaded_url(artifact))},
            {"metadata", parsed(filed_artifact_metadata_json(artifact))},
            {"created_at", text(filed_artifact_created_at(artifact))},
            {"updated_at", text(filed_artifact_updated_at(artifact))}};
}

json created_work(const filed_work *work) {
    return {{"id", text(filed_work_id(work))},
            {"work_id", text(filed_work_work_id(work))},
            {"connection_job_id", text(filed_work_job_id(work))},
            {"workspace_id", text(filed_work_workspace_id(work))},
            {"created_at", text(filed_work_created_at(work))},
            {"updated_at", text(filed_work_updated_at(work))}};
}

json work(const filed_work *work) {
    json shown = created_work(work);
    shown["name"] = text(filed_work_name(work));
    shown["external_id"] = text(filed_work_external_id(work));
    shown["status"] = text(filed_work_status(work));
    shown["tag"] = text(filed_work_tag(work));
    shown["artifacts"] = json::array();
    for (std::uint64_t index = 0; index < filed_work_artifact_count(work); ++index) {
        shown["artifacts"].push_back(artifact(filed_work_artifact(work, index)));
    }
    return shown;
}

json me(const filed_client *client, const Step &) {
    filed_user *handle = nullptr;
    check(filed_client_me(client, &handle));
    return user(Handle<filed_user, filed_user_free>(handle).get());
}

json close(const filed_client *client, const Step &) {
    filed_client_close(client);
    return nullptr;
}

json graphql(const filed_client *client, const Step &step) {
    char *answer = nullptr;
    check(filed_client_graphql(client, step.text("document").c_str(),
                               or_null(step.dumped("variables")), &answer));
    return json::parse(Handle<char, filed_string_free>(answer).get());
}

json workspaces_create(const filed_client *client, const Step &step) {
    const std::string display_name = step.text("display_name");
    const auto metadata = step.dumped("metadata");
    const auto firm_size = step.maybe("firm_size");
    filed_new_workspace fresh = FILED_NEW_WORKSPACE_INIT;
    fresh.display_name = display_name.c_str();
    fresh.metadata_json = or_null(metadata);
    fresh.firm_size = or_null(firm_size);
    filed_workspace *handle = nullptr;
    check(filed_workspace_create(client, &fresh, &handle));
    const Handle<filed_workspace, filed_workspace_free> owner(handle);
    return {{"id", text(filed_workspace_id(handle))},
            {"slug", text(filed_workspace_slug(handle))},
            {"display_name", text(filed_workspace_display_name(handle))},
            {"status", text(filed_workspace_status(handle))},
            {"workspace_type", text(filed_workspace_type(handle))}};
}

json workspaces_add_users(const filed_client *client, const Step &step) {
    const std::vector<std::string> emails = step.strings("emails");
    filed_user_iterator *users = nullptr;
    check(filed_workspace_add_users(client, step.text("workspace_id").c_str(),
                                    pointers(emails).data(), emails.size(), &users));
    return all<filed_user, filed_user_iterator, filed_user_free, filed_user_iterator_free>(
        users, filed_user_iterator_next, user);
}

json connections_start(const filed_client *client, const Step &step) {
    filed_connection *handle = nullptr;
    check(filed_connection_start(client, step.text("workspace_id").c_str(),
                                 step.text("provider_key").c_str(), or_null(step.dumped("inputs")),
                                 &handle));
    return owned_connection(handle);
}

json connections_collect(const filed_client *client, const Step &step) {
    filed_connection *handle = nullptr;
    check(filed_connection_collect(client, step.text("connection_id").c_str(),
                                   or_null(step.dumped("inputs")), &handle));
    return owned_connection(handle);
}

json connections_list(const filed_client *client, const Step &step) {
    const auto ids = step.strings("ids"), statuses = step.strings("statuses");
    const auto keys = step.strings("provider_keys"), categories = step.strings("categories");
    const auto id_pointers = pointers(ids), status_pointers = pointers(statuses);
    const auto key_pointers = pointers(keys), category_pointers = pointers(categories);
    filed_connection_filter filter = FILED_CONNECTION_FILTER_INIT;
    filter.ids = id_pointers.data();
    filter.id_count = ids.size();
    filter.statuses = status_pointers.data();
    filter.status_count = statuses.size();
    filter.provider_keys = key_pointers.data();
    filter.provider_key_count = keys.size();
    filter.categories = category_pointers.data();
    filter.category_count = categories.size();
    filed_connection_iterator *list = nullptr;
    check(filed_connection_list(client, step.text("workspace_id").c_str(), &filter, &list));
    return all<filed_connection, filed_connection_iterator, filed_connection_free,
               filed_connection_iterator_free>(list, filed_connection_iterator_next, connection);
}

json connections_wait_active(const filed_client *client, const Step &step) {
    filed_connection *handle = nullptr;
    check(filed_connection_wait_active(client, step.text("workspace_id").c_str(),
                                       step.text("connection_id").c_str(),
                                       step.number("timeout_ms", 30000), nullptr, &handle));
    return owned_connection(handle);
}

json jobs_create(const filed_client *client, const Step &step) {
    filed_job *job = nullptr;
    check(filed_job_create(client, step.text("connection_id").c_str(), step.text("name").c_str(),
                           &job));
    const Handle<filed_job, filed_job_free> owner(job);
    return {{"id", text(filed_job_id(job))},
            {"connection_id", text(filed_job_connection_id(job))},
            {"workspace_id", text(filed_job_workspace_id(job))},
            {"name", text(filed_job_name(job))},
            {"status", text(filed_job_status(job))},
            {"created_at", text(filed_job_created_at(job))},
            {"updated_at", text(filed_job_updated_at(job))}};
}

json jobs_add_works(const filed_client *client, const Step &step) {
    const json &works = step.at("works");
    std::vector<std::string> strings;
    for (const json &item : works) {
        strings.push_back(item.at("name"));
        strings.push_back(item.at("external_id"));
    }
    std::vector<filed_new_work> fresh(works.size(), FILED_NEW_WORK_INIT);
    for (std::size_t index = 0; index < fresh.size(); ++index) {
        fresh[index].name = strings[2 * index].c_str();
        fresh[index].external_id = strings[2 * index + 1].c_str();
    }
    filed_work_iterator *created = nullptr;
    check(filed_job_add_works(client, step.text("job_id").c_str(), fresh.data(), fresh.size(),
                              &created));
    return all<filed_work, filed_work_iterator, filed_work_free, filed_work_iterator_free>(
        created, filed_work_iterator_next, created_work);
}

json jobs_works(const filed_client *client, const Step &step) {
    std::vector<std::string> jobs;
    if (const auto job = step.maybe("job_id")) {
        jobs.push_back(*job);
    }
    const auto work_ids = step.strings("work_ids");
    const auto job_pointers = pointers(jobs), work_pointers = pointers(work_ids);
    filed_work_filter filter = FILED_WORK_FILTER_INIT;
    filter.job_ids = job_pointers.data();
    filter.job_id_count = jobs.size();
    filter.work_ids = work_pointers.data();
    filter.work_id_count = work_ids.size();
    filed_work_iterator *list = nullptr;
    check(filed_job_works(client, step.text("workspace_id").c_str(),
                          step.text("connection_id").c_str(), &filter, &list));
    return all<filed_work, filed_work_iterator, filed_work_free, filed_work_iterator_free>(
        list, filed_work_iterator_next, work);
}

json jobs_initiate(const filed_client *client, const Step &step) {
    filed_import_status *status = nullptr;
    check(filed_job_initiate(client, step.text("job_id").c_str(), &status));
    const Handle<filed_import_status, filed_import_status_free> owner(status);
    return {{"id", text(filed_import_status_id(status))},
            {"status", text(filed_import_status_status(status))},
            {"metadata", parsed(filed_import_status_metadata_json(status))}};
}

json works_add_artifacts(const filed_client *client, const Step &step) {
    const json &artifacts = step.at("artifacts");
    std::vector<Step> items;
    for (const json &item : artifacts) {
        items.emplace_back(item);
    }
    std::vector<std::array<std::optional<std::string>, 5>> strings;
    for (const Step &item : items) {
        strings.push_back({item.text("name"), item.text("type"), item.maybe("url"),
                           item.text("external_id"), item.dumped("metadata")});
    }
    std::vector<filed_new_artifact> fresh(items.size(), FILED_NEW_ARTIFACT_INIT);
    for (std::size_t index = 0; index < fresh.size(); ++index) {
        fresh[index].name = or_null(strings[index][0]);
        fresh[index].type = or_null(strings[index][1]);
        fresh[index].url = or_null(strings[index][2]);
        fresh[index].external_id = or_null(strings[index][3]);
        fresh[index].metadata_json = or_null(strings[index][4]);
    }
    filed_artifact_iterator *added = nullptr;
    check(filed_work_add_artifacts(client, step.text("job_work_id").c_str(), fresh.data(),
                                   fresh.size(), &added));
    return all<filed_artifact, filed_artifact_iterator, filed_artifact_free,
               filed_artifact_iterator_free>(added, filed_artifact_iterator_next, artifact);
}

json platform_clients(const filed_client *client, const Step &step) {
    filed_platform_client_iterator *list = nullptr;
    check(filed_platform_clients(client, step.text("workspace_id").c_str(),
                                 step.text("connection_id").c_str(),
                                 or_null(step.dumped("options")), &list));
    return all<filed_platform_client, filed_platform_client_iterator, filed_platform_client_free,
               filed_platform_client_iterator_free>(
        list, filed_platform_client_iterator_next, [](const filed_platform_client *found) -> json {
            return {{"id", text(filed_platform_client_id(found))},
                    {"name", text(filed_platform_client_name(found))},
                    {"email", text(filed_platform_client_email(found))},
                    {"phone", text(filed_platform_client_phone(found))},
                    {"type", text(filed_platform_client_type(found))},
                    {"last_modified", text(filed_platform_client_last_modified(found))}};
        });
}

json platform_files(const filed_client *client, const Step &step) {
    filed_platform_file_iterator *list = nullptr;
    check(filed_platform_files(client, step.text("workspace_id").c_str(),
                               step.text("connection_id").c_str(), step.text("client_id").c_str(),
                               or_null(step.dumped("options")), &list));
    return all<filed_platform_file, filed_platform_file_iterator, filed_platform_file_free,
               filed_platform_file_iterator_free>(
        list, filed_platform_file_iterator_next, [](const filed_platform_file *file) -> json {
            return {{"id", text(filed_platform_file_id(file))},
                    {"file_name", text(filed_platform_file_file_name(file))},
                    {"file_size", size(filed_platform_file_file_size(file))},
                    {"mime_type", text(filed_platform_file_mime_type(file))},
                    {"download_url", text(filed_platform_file_download_url(file))},
                    {"date_created", text(filed_platform_file_date_created(file))}};
        });
}

json platform_upload_file(const filed_client *client, const Step &step) {
    const std::string file_name = step.text("file_name"), endpoint = step.text("tusd_endpoint");
    const auto content_type = step.maybe("content_type");
    filed_file_to_send file = FILED_FILE_TO_SEND_INIT;
    file.file_name = file_name.c_str();
    file.content_type = or_null(content_type);
    file.tusd_endpoint = endpoint.c_str();
    filed_sent_file *sent = nullptr;
    check(filed_platform_upload_file(client, step.text("connection_id").c_str(),
                                     step.text("client_key").c_str(), &file, &sent));
    const Handle<filed_sent_file, filed_sent_file_free> owner(sent);
    return {{"success", filed_sent_file_success(sent) != 0},
            {"message", text(filed_sent_file_message(sent))}};
}

using Operation = json (*)(const filed_client *, const Step &);

const std::map<std::string, Operation> operations = {
    {"client.close", close},
    {"me", me},
    {"graphql", graphql},
    {"workspaces.create", workspaces_create},
    {"workspaces.add_users", workspaces_add_users},
    {"connections.start", connections_start},
    {"connections.collect", connections_collect},
    {"connections.list", connections_list},
    {"connections.wait_active", connections_wait_active},
    {"jobs.create", jobs_create},
    {"jobs.add_works", jobs_add_works},
    {"jobs.works", jobs_works},
    {"jobs.initiate", jobs_initiate},
    {"works.add_artifacts", works_add_artifacts},
    {"platform.clients", platform_clients},
    {"platform.files", platform_files},
    {"platform.upload_file", platform_upload_file},
};

}  // namespace

json gateway_step(const filed_client *client, const Step &step, const std::string &op) {
    const auto found = operations.find(op);
    if (found == operations.end()) {
        unsupported();
    }
    return found->second(client, step);
}
