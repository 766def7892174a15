/* The nouns of the gateway: workspaces, connections, jobs, works, the platform's own clients. */

#ifndef FILED_GATEWAY_HPP
#define FILED_GATEWAY_HPP

#include <vector>

#include "results.hpp"
#include "uploads.hpp"

namespace filed {
namespace detail {

/// Strings as filed.h takes an array of them; they must outlive it.
class Strings {
public:
    explicit Strings(const std::vector<std::string> &strings) {
        for (const std::string &string : strings) {
            pointers_.push_back(string.c_str());
        }
    }
    const char *const *data() const noexcept { return pointers_.data(); }
    std::uint64_t size() const noexcept { return pointers_.size(); }

private:
    std::vector<const char *> pointers_;
};

}  // namespace detail

/// A workspace to create.
struct NewWorkspace {
    std::string display_name;
    std::optional<std::string> metadata_json{};
    /// "xs", "sm", "md", "lg" or "xl".
    std::optional<std::string> firm_size{};
};

/// Operations on workspaces. Made by Client::workspaces, which must outlive it.
class Workspaces {
public:
    explicit Workspaces(const filed_client *client) noexcept : client_(client) {}

    /// Partners only.
    Workspace create(const NewWorkspace &new_workspace) const {
        filed_new_workspace native = FILED_NEW_WORKSPACE_INIT;
        native.display_name = new_workspace.display_name.c_str();
        native.metadata_json = detail::or_null(new_workspace.metadata_json);
        native.firm_size = detail::or_null(new_workspace.firm_size);
        filed_workspace *workspace = nullptr;
        detail::check(filed_workspace_create(client_, &native, &workspace));
        return Workspace(workspace);
    }

    UserRange add_users(const std::string &workspace_id,
                        const std::vector<std::string> &emails) const {
        const detail::Strings native(emails);
        filed_user_iterator *users = nullptr;
        detail::check(filed_workspace_add_users(client_, workspace_id.c_str(), native.data(),
                                                native.size(), &users));
        return UserRange(users);
    }

private:
    const filed_client *client_;
};

/// Which connections to list; empty lists do not filter.
struct ConnectionFilter {
    std::vector<std::string> ids{};
    std::vector<std::string> statuses{};
    std::vector<std::string> provider_keys{};
    std::vector<std::string> categories{};
};

/// Operations on provider connections. Made by Client::connections, which must outlive it.
class Connections {
public:
    explicit Connections(const filed_client *client) noexcept : client_(client) {}

    Connection start(const std::string &workspace_id, const std::string &provider_key,
                     const std::optional<std::string> &inputs_json = std::nullopt) const {
        filed_connection *connection = nullptr;
        detail::check(filed_connection_start(client_, workspace_id.c_str(), provider_key.c_str(),
                                             detail::or_null(inputs_json), &connection));
        return Connection(connection);
    }

    Connection collect(const std::string &connection_id,
                       const std::optional<std::string> &inputs_json = std::nullopt) const {
        filed_connection *connection = nullptr;
        detail::check(filed_connection_collect(client_, connection_id.c_str(),
                                               detail::or_null(inputs_json), &connection));
        return Connection(connection);
    }

    ConnectionRange list(const std::string &workspace_id,
                         const ConnectionFilter &filter = {}) const {
        const detail::Strings ids(filter.ids), statuses(filter.statuses);
        const detail::Strings provider_keys(filter.provider_keys), categories(filter.categories);
        filed_connection_filter native = FILED_CONNECTION_FILTER_INIT;
        native.ids = ids.data();
        native.id_count = ids.size();
        native.statuses = statuses.data();
        native.status_count = statuses.size();
        native.provider_keys = provider_keys.data();
        native.provider_key_count = provider_keys.size();
        native.categories = categories.data();
        native.category_count = categories.size();
        filed_connection_iterator *connections = nullptr;
        detail::check(filed_connection_list(client_, workspace_id.c_str(), &native, &connections));
        return ConnectionRange(connections);
    }

    Connection wait_active(const std::string &workspace_id, const std::string &connection_id,
                           std::chrono::milliseconds timeout,
                           const Cancel *cancel = nullptr) const {
        filed_connection *connection = nullptr;
        detail::check(filed_connection_wait_active(
            client_, workspace_id.c_str(), connection_id.c_str(), detail::milliseconds(timeout),
            cancel == nullptr ? nullptr : cancel->get(), &connection));
        return Connection(connection);
    }

private:
    const filed_client *client_;
};

/// A client or tax preparation to add to a job.
struct NewWork {
    std::string name;
    std::string external_id;
};

/// Which works to list; empty lists do not filter.
struct WorkFilter {
    std::vector<std::string> job_ids{};
    std::vector<std::string> ids{};
    std::vector<std::string> work_ids{};
};

/// Operations on connection jobs. Made by Client::jobs, which must outlive it.
class Jobs {
public:
    explicit Jobs(const filed_client *client) noexcept : client_(client) {}

    Job create(const std::string &connection_id, const std::string &name) const {
        filed_job *job = nullptr;
        detail::check(filed_job_create(client_, connection_id.c_str(), name.c_str(), &job));
        return Job(job);
    }

    WorkRange add_works(const std::string &job_id, const std::vector<NewWork> &works) const {
        std::vector<filed_new_work> native;
        for (const NewWork &work : works) {
            filed_new_work item = FILED_NEW_WORK_INIT;
            item.name = work.name.c_str();
            item.external_id = work.external_id.c_str();
            native.push_back(item);
        }
        filed_work_iterator *created = nullptr;
        detail::check(
            filed_job_add_works(client_, job_id.c_str(), native.data(), native.size(), &created));
        return WorkRange(created);
    }

    WorkRange works(const std::string &workspace_id, const std::string &connection_id,
                    const WorkFilter &filter = {}) const {
        const detail::Strings job_ids(filter.job_ids), ids(filter.ids), work_ids(filter.work_ids);
        filed_work_filter native = FILED_WORK_FILTER_INIT;
        native.job_ids = job_ids.data();
        native.job_id_count = job_ids.size();
        native.ids = ids.data();
        native.id_count = ids.size();
        native.work_ids = work_ids.data();
        native.work_id_count = work_ids.size();
        filed_work_iterator *works = nullptr;
        detail::check(
            filed_job_works(client_, workspace_id.c_str(), connection_id.c_str(), &native, &works));
        return WorkRange(works);
    }

    ImportStatus initiate(const std::string &job_id) const {
        filed_import_status *status = nullptr;
        detail::check(filed_job_initiate(client_, job_id.c_str(), &status));
        return ImportStatus(status);
    }

private:
    const filed_client *client_;
};

/// A file to attach to a work.
struct NewArtifact {
    std::string name;
    /// A category such as "w2", or a MIME type.
    std::string type;
    std::string external_id;
    std::optional<std::string> url{};
    std::optional<std::string> metadata_json{};
};

/// Operations on works. Made by Client::works, which must outlive it.
class Works {
public:
    explicit Works(const filed_client *client) noexcept : client_(client) {}

    ArtifactRange add_artifacts(const std::string &job_work_id,
                                const std::vector<NewArtifact> &artifacts) const {
        std::vector<filed_new_artifact> native;
        for (const NewArtifact &artifact : artifacts) {
            filed_new_artifact item = FILED_NEW_ARTIFACT_INIT;
            item.name = artifact.name.c_str();
            item.type = artifact.type.c_str();
            item.external_id = artifact.external_id.c_str();
            item.url = detail::or_null(artifact.url);
            item.metadata_json = detail::or_null(artifact.metadata_json);
            native.push_back(item);
        }
        filed_artifact_iterator *added = nullptr;
        detail::check(filed_work_add_artifacts(client_, job_work_id.c_str(), native.data(),
                                               native.size(), &added));
        return ArtifactRange(added);
    }

private:
    const filed_client *client_;
};

/// A file for Filed to send back to the platform by tus.
struct FileToSend {
    std::string file_name;
    std::string tusd_endpoint;
    std::optional<std::string> content_type{};
};

/// The platform's own clients and files. Made by Client::platform, which must outlive it.
class Platform {
public:
    explicit Platform(const filed_client *client) noexcept : client_(client) {}

    PlatformClientRange clients(
        const std::string &workspace_id, const std::string &connection_id,
        const std::optional<std::string> &options_json = std::nullopt) const {
        filed_platform_client_iterator *clients = nullptr;
        detail::check(filed_platform_clients(client_, workspace_id.c_str(), connection_id.c_str(),
                                             detail::or_null(options_json), &clients));
        return PlatformClientRange(clients);
    }

    PlatformFileRange files(const std::string &workspace_id, const std::string &connection_id,
                            const std::string &client_id,
                            const std::optional<std::string> &options_json = std::nullopt) const {
        filed_platform_file_iterator *files = nullptr;
        detail::check(filed_platform_files(client_, workspace_id.c_str(), connection_id.c_str(),
                                           client_id.c_str(), detail::or_null(options_json),
                                           &files));
        return PlatformFileRange(files);
    }

    SentFile upload_file(const std::string &connection_id, const std::string &client_key,
                         const FileToSend &file) const {
        filed_file_to_send native = FILED_FILE_TO_SEND_INIT;
        native.file_name = file.file_name.c_str();
        native.content_type = detail::or_null(file.content_type);
        native.tusd_endpoint = file.tusd_endpoint.c_str();
        filed_sent_file *sent = nullptr;
        detail::check(filed_platform_upload_file(client_, connection_id.c_str(), client_key.c_str(),
                                                 &native, &sent));
        return SentFile(sent);
    }

private:
    const filed_client *client_;
};

}  // namespace filed

#endif
