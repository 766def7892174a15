// `${...}` in the strings of a step: where they lead, and putting in what is there.

#ifndef RUNNER_REFERENCES_HPP
#define RUNNER_REFERENCES_HPP

#include "outcome.hpp"

/// `value` with every reference replaced by what `scope` holds under it.
json resolve(const json &value, const json &scope);

#endif
