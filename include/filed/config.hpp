/* Settings of filed.hpp. What each one means is in filed.h. */

#ifndef FILED_CONFIG_HPP
#define FILED_CONFIG_HPP

#include <functional>
#include <utility>

#include "error.hpp"

namespace filed {

/// Settings for a client. Setters can be chained.
class Config {
public:
    /// Settings with nothing given, which do not look at the environment.
    Config() : handle_(filed_config_new()) {}

    /// Settings that take what is not set otherwise from the FILED_... variables.
    static Config from_env() { return Config(filed_config_from_env()); }

    Config &api_key(const std::string &value) { return set(filed_config_set_api_key, value); }
    Config &source_platform(const std::string &value) {
        return set(filed_config_set_source_platform, value);
    }
    /// "customer", the default, or "partner".
    Config &role(const std::string &value) { return set(filed_config_set_role, value); }
    Config &partner_token(const std::string &value) {
        return set(filed_config_set_partner_token, value);
    }
    /// Asks `source` for a fresh partner token, on a thread of the library's.
    Config &partner_token(std::function<std::string()> source) {
        auto user = std::make_unique<TokenSource>(std::move(source));
        detail::check(filed_config_set_partner_token_callback(handle_.get(), ask_for_token,
                                                              forget_token_source, user.get()));
        user.release();
        return *this;
    }
    Config &gateway_url(const std::string &value) {
        return set(filed_config_set_gateway_url, value);
    }
    Config &upload_url(const std::string &value) { return set(filed_config_set_upload_url, value); }
    Config &ca_bundle(const std::string &path) { return set(filed_config_set_ca_bundle, path); }
    Config &proxy(const std::string &url) { return set(filed_config_set_proxy, url); }
    Config &wire_profile(const std::string &path) {
        return set(filed_config_set_wire_profile, path);
    }
    Config &max_concurrency(std::uint32_t uploads) {
        detail::check(filed_config_set_max_concurrency(handle_.get(), uploads));
        return *this;
    }
    Config &max_attempts(std::uint32_t attempts) {
        detail::check(filed_config_set_max_attempts(handle_.get(), attempts));
        return *this;
    }
    Config &timeout(std::chrono::milliseconds time) {
        return set(filed_config_set_timeout_ms, time);
    }
    Config &connect_timeout(std::chrono::milliseconds time) {
        return set(filed_config_set_connect_timeout_ms, time);
    }
    Config &stall_timeout(std::chrono::milliseconds time) {
        return set(filed_config_set_stall_timeout_ms, time);
    }

    /// The handle, for calls of filed.h.
    const filed_config *get() const noexcept { return handle_.get(); }

private:
    using TokenSource = std::function<std::string()>;

    explicit Config(filed_config *handle) : handle_(handle) {}

    Config &set(filed_error *(*setter)(filed_config *, const char *), const std::string &value) {
        detail::check(setter(handle_.get(), value.c_str()));
        return *this;
    }

    Config &set(filed_error *(*setter)(filed_config *, std::uint64_t),
                std::chrono::milliseconds time) {
        detail::check(setter(handle_.get(), detail::milliseconds(time)));
        return *this;
    }

    static std::int32_t ask_for_token(void *user, filed_token *token) noexcept {
        try {
            const std::string value = (*static_cast<TokenSource *>(user))();
            const detail::Handle<filed_error, filed_error_free> error(
                filed_token_set(token, value.c_str()));
            return error ? 1 : 0;
        } catch (...) {
            return 1;
        }
    }

    static void forget_token_source(void *user) noexcept {
        delete static_cast<TokenSource *>(user);
    }

    detail::Handle<filed_config, filed_config_free> handle_;
};

}  // namespace filed

#endif
