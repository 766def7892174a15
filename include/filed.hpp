/*
 * filed.hpp - the C++17 interface of Filed's library, header only, over filed.h.
 *
 * Handles are move-only objects that free themselves. Failed calls throw filed::Error, and only
 * that. Getters give std::string_view, valid as long as the object they were read from, and
 * std::optional where something may be missing. Lists are ranges that page by themselves. A
 * function given to the library may throw: the call it served then fails with CALLBACK_FAILED or
 * SOURCE_FAILED.
 */

#ifndef FILED_HPP
#define FILED_HPP

#include "filed/client.hpp"
#include "filed/config.hpp"
#include "filed/error.hpp"
#include "filed/pull.hpp"
#include "filed/pull_tools.hpp"
#include "filed/push.hpp"
#include "filed/results.hpp"
#include "filed/uploads.hpp"

namespace filed {

/// The library's version, such as "0.1.0".
inline std::string_view version() {
    return filed_version();
}

/// Whether the library that is loaded works with the header this program was built with.
inline bool abi_matches() {
    return filed_abi_version() == FILED_ABI_VERSION;
}

/// A link that signs the user in and opens `path` in the workspace `slug`; an empty slug leaves the
/// choice of workspace to Filed.
inline std::string deep_link(const std::string &slug, const std::string &path) {
    char *link = nullptr;
    detail::check(filed_deep_link(slug.c_str(), path.c_str(), &link));
    return detail::taken(link);
}

/// Ends everything the library has running, waiting up to `timeout` for it.
inline void shutdown(std::chrono::milliseconds timeout) {
    detail::check(filed_shutdown(detail::milliseconds(timeout)));
}

}  // namespace filed

#endif
