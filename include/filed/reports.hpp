/* Reports of filed.hpp: events, and where a push, its clients and its files stand. */

#ifndef FILED_REPORTS_HPP
#define FILED_REPORTS_HPP

#include <vector>

#include "ranges.hpp"

namespace filed {

/// A client of a push, with its state.
class ClientReportView {
public:
    explicit ClientReportView(const filed_client_report *handle) noexcept : handle_(handle) {}

    std::uint64_t key() const { return filed_client_report_key(handle_); }
    std::string_view external_id() const {
        return detail::required(filed_client_report_external_id(handle_));
    }
    std::uint32_t state() const { return filed_client_report_state(handle_); }
    std::optional<std::string_view> job_work_id() const {
        return detail::text(filed_client_report_job_work_id(handle_));
    }
    std::optional<std::string_view> work_id() const {
        return detail::text(filed_client_report_work_id(handle_));
    }
    std::optional<std::string_view> status() const {
        return detail::text(filed_client_report_status(handle_));
    }
    /// Why it failed, if it did.
    std::optional<ErrorView> error() const {
        const filed_error *error = filed_client_report_error(handle_);
        return error == nullptr ? std::nullopt : std::make_optional(ErrorView(error));
    }

protected:
    const filed_client_report *handle_;
};

/// A file of a push, with its state.
class FileReportView {
public:
    explicit FileReportView(const filed_file_report *handle) noexcept : handle_(handle) {}

    std::string_view external_id() const {
        return detail::required(filed_file_report_external_id(handle_));
    }
    std::string_view client_external_id() const {
        return detail::required(filed_file_report_client_external_id(handle_));
    }
    std::uint32_t state() const { return filed_file_report_state(handle_); }
    std::optional<std::string_view> path() const {
        return detail::text(filed_file_report_path(handle_));
    }
    std::optional<std::uint64_t> size() const {
        return detail::size(filed_file_report_size(handle_));
    }
    std::optional<std::string_view> blake3() const {
        return detail::text(filed_file_report_blake3(handle_));
    }
    std::optional<std::string_view> sha256() const {
        return detail::text(filed_file_report_sha256(handle_));
    }
    std::optional<std::string_view> mime_type() const {
        return detail::text(filed_file_report_mime_type(handle_));
    }
    std::optional<std::string_view> url() const {
        return detail::text(filed_file_report_url(handle_));
    }
    std::optional<std::string_view> artifact_id() const {
        return detail::text(filed_file_report_artifact_id(handle_));
    }
    std::optional<std::string_view> status() const {
        return detail::text(filed_file_report_status(handle_));
    }
    /// Why it failed, if it did.
    std::optional<ErrorView> error() const {
        const filed_error *error = filed_file_report_error(handle_);
        return error == nullptr ? std::nullopt : std::make_optional(ErrorView(error));
    }

protected:
    const filed_file_report *handle_;
};

/// The outcome of a push. Failures are listed; everything else is counted.
class ReportView {
public:
    explicit ReportView(const filed_report *handle) noexcept : handle_(handle) {}

    std::uint32_t state() const { return filed_report_state(handle_); }
    std::optional<std::string_view> job_id() const {
        return detail::text(filed_report_job_id(handle_));
    }
    std::uint64_t bytes_sent() const { return filed_report_bytes_sent(handle_); }
    filed_counts clients() const noexcept {
        filed_counts counts{};
        filed_report_clients(handle_, &counts);
        return counts;
    }
    filed_counts files() const noexcept {
        filed_counts counts{};
        filed_report_files(handle_, &counts);
        return counts;
    }
    std::vector<ClientReportView> failed_clients() const {
        std::vector<ClientReportView> clients;
        const std::uint64_t count = filed_report_failed_client_count(handle_);
        for (std::uint64_t index = 0; index < count; ++index) {
            clients.emplace_back(filed_report_failed_client(handle_, index));
        }
        return clients;
    }
    std::vector<FileReportView> failed_files() const {
        std::vector<FileReportView> files;
        const std::uint64_t count = filed_report_failed_file_count(handle_);
        for (std::uint64_t index = 0; index < count; ++index) {
            files.emplace_back(filed_report_failed_file(handle_, index));
        }
        return files;
    }
    /// What was found out of the ordinary and settled.
    std::vector<std::string_view> notes() const {
        std::vector<std::string_view> notes;
        const std::uint64_t count = filed_report_note_count(handle_);
        for (std::uint64_t index = 0; index < count; ++index) {
            notes.push_back(detail::required(filed_report_note(handle_, index)));
        }
        return notes;
    }

protected:
    const filed_report *handle_;
};

/// Something that happened to a push, a client or a file.
class EventView {
public:
    explicit EventView(const filed_event *handle) noexcept : handle_(handle) {}

    std::uint64_t sequence() const { return filed_event_sequence(handle_); }
    std::uint32_t kind() const { return filed_event_kind(handle_); }
    std::optional<std::string_view> external_id() const {
        return detail::text(filed_event_external_id(handle_));
    }
    std::optional<std::string_view> client_external_id() const {
        return detail::text(filed_event_client_external_id(handle_));
    }
    /// Why it failed, if it did.
    std::optional<ErrorView> error() const {
        const filed_error *error = filed_event_error(handle_);
        return error == nullptr ? std::nullopt : std::make_optional(ErrorView(error));
    }
    /// The word for kind(), such as "file_uploaded".
    std::string_view kind_name() const { return detail::required(filed_event_kind_name(kind())); }

protected:
    const filed_event *handle_;
};

using ClientReport = detail::Owned<ClientReportView, filed_client_report, filed_client_report_free>;
using FileReport = detail::Owned<FileReportView, filed_file_report, filed_file_report_free>;
using Report = detail::Owned<ReportView, filed_report, filed_report_free>;
using Event = detail::Owned<EventView, filed_event, filed_event_free>;
using ClientReportRange =
    detail::ItemRange<ClientReport, filed_client_report, filed_client_report_iterator,
                      filed_client_report_iterator_next, filed_client_report_iterator_free>;
using FileReportRange =
    detail::ItemRange<FileReport, filed_file_report, filed_file_report_iterator,
                      filed_file_report_iterator_next, filed_file_report_iterator_free>;

}  // namespace filed

#endif
