// The settings of a scenario's client.

#ifndef RUNNER_CONFIG_HPP
#define RUNNER_CONFIG_HPP

#include "outcome.hpp"

using Client = Handle<filed_client, filed_client_free>;

/// A client with the default settings against the sandbox `ready` tells of, and `overrides` over
/// them.
Client new_client(const json &ready, const json &overrides);

#endif
