/* The client of filed.hpp and the nouns of the gateway. Pushes are in push.hpp. */

#ifndef FILED_CLIENT_HPP
#define FILED_CLIENT_HPP

#include "config.hpp"
#include "gateway.hpp"
#include "push.hpp"
#include "results.hpp"
#include "uploads.hpp"

namespace filed {

/// A connection to Filed for one account. May be used by any number of threads at once.
class Client {
public:
    /// Checks the settings; sends nothing.
    explicit Client(const Config &config) {
        filed_client *client = nullptr;
        detail::check(filed_client_new(config.get(), &client));
        handle_.reset(client);
    }

    /// The user the API key belongs to.
    User me() const {
        filed_user *user = nullptr;
        detail::check(filed_client_me(handle_.get(), &user));
        return User(user);
    }

    /// Sends a GraphQL document; gives {"data": ..., "errors": [...]}.
    std::string graphql(const std::string &document,
                        const std::optional<std::string> &variables_json = std::nullopt) const {
        char *answer = nullptr;
        detail::check(filed_client_graphql(handle_.get(), document.c_str(),
                                           detail::or_null(variables_json), &answer));
        return detail::taken(answer);
    }

    Workspaces workspaces() const noexcept { return Workspaces(handle_.get()); }
    Connections connections() const noexcept { return Connections(handle_.get()); }
    Jobs jobs() const noexcept { return Jobs(handle_.get()); }
    Works works() const noexcept { return Works(handle_.get()); }
    Platform platform() const noexcept { return Platform(handle_.get()); }
    Uploads uploads() const noexcept { return Uploads(handle_.get()); }

    /// Opens a push.
    Push push(const PushOptions &options) const {
        const filed_push_options native = options.native();
        filed_push *push = nullptr;
        detail::check(filed_push_open(handle_.get(), &native, &push));
        return Push(push);
    }

    /// Goes on with the push a journal tells of.
    Push resume(const std::string &journal_path) const {
        filed_push *push = nullptr;
        detail::check(filed_push_resume(handle_.get(), journal_path.c_str(), &push));
        return Push(push);
    }

    /// Ends everything the client and its pushes have running.
    void close() const noexcept { filed_client_close(handle_.get()); }

    /// The handle, for calls of filed.h.
    const filed_client *get() const noexcept { return handle_.get(); }

private:
    detail::Handle<filed_client, filed_client_free> handle_;
};

}  // namespace filed

#endif
