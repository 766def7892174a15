/* Results of filed.hpp: what operations on the gateway and uploads return. Views borrow from what
 * they were read from; the classes without "View" in their name own what they show. */

#ifndef FILED_RESULTS_HPP
#define FILED_RESULTS_HPP

#include "ranges.hpp"

namespace filed {

/// The user an API key belongs to, or a user added to a workspace.
class UserView {
public:
    explicit UserView(const filed_user *handle) noexcept : handle_(handle) {}

    std::string_view id() const { return detail::required(filed_user_id(handle_)); }
    std::string_view email() const { return detail::required(filed_user_email(handle_)); }
    std::optional<std::string_view> name() const { return detail::text(filed_user_name(handle_)); }
    std::string_view role() const { return detail::required(filed_user_role(handle_)); }

protected:
    const filed_user *handle_;
};

/// A tax firm's workspace.
class WorkspaceView {
public:
    explicit WorkspaceView(const filed_workspace *handle) noexcept : handle_(handle) {}

    std::string_view id() const { return detail::required(filed_workspace_id(handle_)); }
    std::string_view slug() const { return detail::required(filed_workspace_slug(handle_)); }
    std::string_view display_name() const {
        return detail::required(filed_workspace_display_name(handle_));
    }
    std::string_view status() const { return detail::required(filed_workspace_status(handle_)); }
    std::string_view type() const { return detail::required(filed_workspace_type(handle_)); }

protected:
    const filed_workspace *handle_;
};

/// A firm's connection to a provider.
class ConnectionView {
public:
    explicit ConnectionView(const filed_connection *handle) noexcept : handle_(handle) {}

    std::string_view id() const { return detail::required(filed_connection_id(handle_)); }
    std::optional<std::string_view> workspace_id() const {
        return detail::text(filed_connection_workspace_id(handle_));
    }
    std::string_view provider_key() const {
        return detail::required(filed_connection_provider_key(handle_));
    }
    std::string_view status() const { return detail::required(filed_connection_status(handle_)); }
    std::optional<std::string_view> action() const {
        return detail::text(filed_connection_action(handle_));
    }
    std::optional<std::string_view> display_name() const {
        return detail::text(filed_connection_display_name(handle_));
    }
    std::optional<std::string_view> category() const {
        return detail::text(filed_connection_category(handle_));
    }
    std::optional<std::string_view> settings_json() const {
        return detail::text(filed_connection_settings_json(handle_));
    }
    std::optional<std::string_view> created_at() const {
        return detail::text(filed_connection_created_at(handle_));
    }
    std::optional<std::string_view> updated_at() const {
        return detail::text(filed_connection_updated_at(handle_));
    }

protected:
    const filed_connection *handle_;
};

/// A connection job: one import.
class JobView {
public:
    explicit JobView(const filed_job *handle) noexcept : handle_(handle) {}

    std::string_view id() const { return detail::required(filed_job_id(handle_)); }
    std::string_view connection_id() const {
        return detail::required(filed_job_connection_id(handle_));
    }
    std::string_view workspace_id() const {
        return detail::required(filed_job_workspace_id(handle_));
    }
    std::string_view name() const { return detail::required(filed_job_name(handle_)); }
    std::string_view status() const { return detail::required(filed_job_status(handle_)); }
    std::string_view created_at() const { return detail::required(filed_job_created_at(handle_)); }
    std::string_view updated_at() const { return detail::required(filed_job_updated_at(handle_)); }

protected:
    const filed_job *handle_;
};

/// What initiating an import returns.
class ImportStatusView {
public:
    explicit ImportStatusView(const filed_import_status *handle) noexcept : handle_(handle) {}

    std::optional<std::string_view> id() const {
        return detail::text(filed_import_status_id(handle_));
    }
    std::optional<std::string_view> status() const {
        return detail::text(filed_import_status_status(handle_));
    }
    std::optional<std::string_view> metadata_json() const {
        return detail::text(filed_import_status_metadata_json(handle_));
    }

protected:
    const filed_import_status *handle_;
};

/// A file of a work.
class ArtifactView {
public:
    explicit ArtifactView(const filed_artifact *handle) noexcept : handle_(handle) {}

    std::string_view id() const { return detail::required(filed_artifact_id(handle_)); }
    std::string_view artifact_id() const {
        return detail::required(filed_artifact_artifact_id(handle_));
    }
    std::string_view work_artifact_id() const {
        return detail::required(filed_artifact_work_artifact_id(handle_));
    }
    std::string_view external_id() const {
        return detail::required(filed_artifact_external_id(handle_));
    }
    std::optional<std::string_view> name() const {
        return detail::text(filed_artifact_name(handle_));
    }
    std::optional<std::string_view> type() const {
        return detail::text(filed_artifact_type(handle_));
    }
    std::optional<std::string_view> status() const {
        return detail::text(filed_artifact_status(handle_));
    }
    std::optional<std::string_view> uploaded_url() const {
        return detail::text(filed_artifact_uploaded_url(handle_));
    }
    std::optional<std::string_view> metadata_json() const {
        return detail::text(filed_artifact_metadata_json(handle_));
    }
    std::optional<std::string_view> created_at() const {
        return detail::text(filed_artifact_created_at(handle_));
    }
    std::optional<std::string_view> updated_at() const {
        return detail::text(filed_artifact_updated_at(handle_));
    }

protected:
    const filed_artifact *handle_;
};

/// A work of a job.
class WorkView {
public:
    explicit WorkView(const filed_work *handle) noexcept : handle_(handle) {}

    std::string_view id() const { return detail::required(filed_work_id(handle_)); }
    std::string_view work_id() const { return detail::required(filed_work_work_id(handle_)); }
    std::string_view job_id() const { return detail::required(filed_work_job_id(handle_)); }
    std::string_view workspace_id() const {
        return detail::required(filed_work_workspace_id(handle_));
    }
    std::string_view created_at() const { return detail::required(filed_work_created_at(handle_)); }
    std::string_view updated_at() const { return detail::required(filed_work_updated_at(handle_)); }
    std::optional<std::string_view> name() const { return detail::text(filed_work_name(handle_)); }
    std::optional<std::string_view> external_id() const {
        return detail::text(filed_work_external_id(handle_));
    }
    std::optional<std::string_view> status() const {
        return detail::text(filed_work_status(handle_));
    }
    std::optional<std::string_view> tag() const { return detail::text(filed_work_tag(handle_)); }
    std::uint64_t artifact_count() const { return filed_work_artifact_count(handle_); }
    /// Borrowed from the work.
    ArtifactView artifact(std::uint64_t index) const {
        return ArtifactView(filed_work_artifact(handle_, index));
    }

protected:
    const filed_work *handle_;
};

/// A client of the platform, as Filed sees it.
class PlatformClientView {
public:
    explicit PlatformClientView(const filed_platform_client *handle) noexcept : handle_(handle) {}

    std::string_view id() const { return detail::required(filed_platform_client_id(handle_)); }
    std::optional<std::string_view> name() const {
        return detail::text(filed_platform_client_name(handle_));
    }
    std::optional<std::string_view> email() const {
        return detail::text(filed_platform_client_email(handle_));
    }
    std::optional<std::string_view> phone() const {
        return detail::text(filed_platform_client_phone(handle_));
    }
    std::optional<std::string_view> type() const {
        return detail::text(filed_platform_client_type(handle_));
    }
    std::optional<std::string_view> last_modified() const {
        return detail::text(filed_platform_client_last_modified(handle_));
    }

protected:
    const filed_platform_client *handle_;
};

/// A file of a platform's client, as Filed sees it.
class PlatformFileView {
public:
    explicit PlatformFileView(const filed_platform_file *handle) noexcept : handle_(handle) {}

    std::string_view id() const { return detail::required(filed_platform_file_id(handle_)); }
    std::string_view file_name() const {
        return detail::required(filed_platform_file_file_name(handle_));
    }
    std::optional<std::uint64_t> file_size() const {
        return detail::size(filed_platform_file_file_size(handle_));
    }
    std::optional<std::string_view> mime_type() const {
        return detail::text(filed_platform_file_mime_type(handle_));
    }
    std::optional<std::string_view> download_url() const {
        return detail::text(filed_platform_file_download_url(handle_));
    }
    std::optional<std::string_view> date_created() const {
        return detail::text(filed_platform_file_date_created(handle_));
    }

protected:
    const filed_platform_file *handle_;
};

/// What sending a file back returns.
class SentFileView {
public:
    explicit SentFileView(const filed_sent_file *handle) noexcept : handle_(handle) {}

    bool success() const { return filed_sent_file_success(handle_) != 0; }
    std::optional<std::string_view> message() const {
        return detail::text(filed_sent_file_message(handle_));
    }

protected:
    const filed_sent_file *handle_;
};

/// A file that Filed's upload host holds.
class UploadedFileView {
public:
    explicit UploadedFileView(const filed_uploaded_file *handle) noexcept : handle_(handle) {}

    std::string_view url() const { return detail::required(filed_uploaded_file_url(handle_)); }
    std::string_view file_name() const {
        return detail::required(filed_uploaded_file_file_name(handle_));
    }
    std::string_view mime_type() const {
        return detail::required(filed_uploaded_file_mime_type(handle_));
    }
    std::optional<std::uint64_t> size() const {
        return detail::size(filed_uploaded_file_size(handle_));
    }
    std::optional<std::string_view> blake3() const {
        return detail::text(filed_uploaded_file_blake3(handle_));
    }

protected:
    const filed_uploaded_file *handle_;
};

using User = detail::Owned<UserView, filed_user, filed_user_free>;
using Workspace = detail::Owned<WorkspaceView, filed_workspace, filed_workspace_free>;
using Connection = detail::Owned<ConnectionView, filed_connection, filed_connection_free>;
using Job = detail::Owned<JobView, filed_job, filed_job_free>;
using ImportStatus = detail::Owned<ImportStatusView, filed_import_status, filed_import_status_free>;
using Artifact = detail::Owned<ArtifactView, filed_artifact, filed_artifact_free>;
using Work = detail::Owned<WorkView, filed_work, filed_work_free>;
using PlatformClient =
    detail::Owned<PlatformClientView, filed_platform_client, filed_platform_client_free>;
using PlatformFile = detail::Owned<PlatformFileView, filed_platform_file, filed_platform_file_free>;
using SentFile = detail::Owned<SentFileView, filed_sent_file, filed_sent_file_free>;
using UploadedFile = detail::Owned<UploadedFileView, filed_uploaded_file, filed_uploaded_file_free>;
using UserRange = detail::ItemRange<User, filed_user, filed_user_iterator, filed_user_iterator_next,
                                    filed_user_iterator_free>;
using ConnectionRange =
    detail::ItemRange<Connection, filed_connection, filed_connection_iterator,
                      filed_connection_iterator_next, filed_connection_iterator_free>;
using WorkRange = detail::ItemRange<Work, filed_work, filed_work_iterator, filed_work_iterator_next,
                                    filed_work_iterator_free>;
using ArtifactRange = detail::ItemRange<Artifact, filed_artifact, filed_artifact_iterator,
                                        filed_artifact_iterator_next, filed_artifact_iterator_free>;
using PlatformClientRange =
    detail::ItemRange<PlatformClient, filed_platform_client, filed_platform_client_iterator,
                      filed_platform_client_iterator_next, filed_platform_client_iterator_free>;
using PlatformFileRange =
    detail::ItemRange<PlatformFile, filed_platform_file, filed_platform_file_iterator,
                      filed_platform_file_iterator_next, filed_platform_file_iterator_free>;

}  // namespace filed

#endif
