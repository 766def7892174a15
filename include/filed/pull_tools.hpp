/* Before Filed comes: the check of a platform's pull API, and the documents. */

#ifndef FILED_PULL_TOOLS_HPP
#define FILED_PULL_TOOLS_HPP

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "error.hpp"

namespace filed {

/// One thing Filed would trip over; valid as long as its report.
class PullFinding {
public:
    explicit PullFinding(const filed_pull_finding *finding) noexcept : finding_(finding) {}

    /// Stable, such as `range-ignored`.
    std::string_view code() const { return detail::required(filed_pull_finding_code(finding_)); }
    /// `note`, `warning` or `error`.
    std::string_view severity() const {
        return detail::required(filed_pull_finding_severity(finding_));
    }
    /// Which part of the check made it.
    std::string_view check() const { return detail::required(filed_pull_finding_check(finding_)); }
    std::string_view endpoint() const {
        return detail::required(filed_pull_finding_endpoint(finding_));
    }
    /// What was seen, the first time.
    std::string_view seen() const { return detail::required(filed_pull_finding_seen(finding_)); }
    /// How often.
    std::uint64_t times() const { return filed_pull_finding_times(finding_); }
    /// What Filed would trip over.
    std::string_view trips() const { return detail::required(filed_pull_finding_trips(finding_)); }
    /// How to mend it.
    std::string_view mend() const { return detail::required(filed_pull_finding_mend(finding_)); }

private:
    const filed_pull_finding *finding_;
};

/// What a check tried and what it found.
class PullCheckReport {
public:
    /// Plays Filed against a platform's pull API. Blocks until the check has ended.
    explicit PullCheckReport(const filed_pull_check_options &options) {
        filed_pull_check_report *report = nullptr;
        detail::check(filed_pull_check(&options, &report));
        handle_.reset(report);
    }

    /// Whether everything was tried and no error was found.
    bool passed() const { return filed_pull_check_report_passed(handle_.get()) != 0; }
    std::uint64_t requests() const { return filed_pull_check_report_requests(handle_.get()); }
    /// Why the check ended before its end, when it did.
    std::optional<std::string_view> stopped() const {
        return detail::text(filed_pull_check_report_stopped(handle_.get()));
    }
    /// The report for people, for programs, and as JUnit XML.
    std::string_view text() const {
        return detail::required(filed_pull_check_report_text(handle_.get()));
    }
    std::string_view json() const {
        return detail::required(filed_pull_check_report_json(handle_.get()));
    }
    std::string_view junit() const {
        return detail::required(filed_pull_check_report_junit(handle_.get()));
    }
    /// The worst first.
    std::vector<PullFinding> findings() const {
        std::vector<PullFinding> all;
        const std::uint64_t count = filed_pull_check_report_finding_count(handle_.get());
        for (std::uint64_t index = 0; index < count; ++index) {
            all.emplace_back(filed_pull_check_report_finding(handle_.get(), index));
        }
        return all;
    }

private:
    struct Free {
        void operator()(filed_pull_check_report *report) const noexcept {
            filed_pull_check_report_free(report);
        }
    };

    std::unique_ptr<filed_pull_check_report, Free> handle_;
};

/// The documents of a pull API, ready to be sent to Filed.
class PullDocs {
public:
    /// Of a server with these options that Filed reaches at `base_url`; with the credentials of a
    /// sandbox filled in where there are some.
    PullDocs(const filed_pull_options &options, const std::string &base_url,
             const filed_pull_sandbox *sandbox = nullptr) {
        filed_pull_docs *docs = nullptr;
        detail::check(filed_pull_docs_make(&options, base_url.c_str(), sandbox, &docs));
        handle_.reset(docs);
    }

    std::string_view openapi() const {
        return detail::required(filed_pull_docs_openapi(handle_.get()));
    }
    std::string_view markdown() const {
        return detail::required(filed_pull_docs_markdown(handle_.get()));
    }
    std::string_view html() const { return detail::required(filed_pull_docs_html(handle_.get())); }
    /// Writes `openapi.json`, `pull-api.md` and `pull-api.html`.
    void write(const std::string &folder) const {
        detail::check(filed_pull_docs_write(handle_.get(), folder.c_str()));
    }

private:
    struct Free {
        void operator()(filed_pull_docs *docs) const noexcept { filed_pull_docs_free(docs); }
    };

    std::unique_ptr<filed_pull_docs, Free> handle_;
};

}  // namespace filed

#endif
