// The operations a step can name. Each file with a `.cpp` of its name knows some of them.

#ifndef RUNNER_OPERATIONS_HPP
#define RUNNER_OPERATIONS_HPP

#include "step.hpp"

class Session;

/// Carries out a step whose references are resolved; gives its result or throws a Failure.
json carry_out(Session &session, const Step &step);

/// Steps that are one operation of the gateway.
json gateway_step(const filed_client *client, const Step &step, const std::string &op);

/// Steps that upload a file by itself.
json upload_step(const Session &session, const filed_client *client, const Step &step,
                 const std::string &op);

/// Steps of a push.
json push_step(Session &session, const Step &step, const std::string &op);

/// No such operation.
[[noreturn]] inline void unsupported() {
    throw Failure{{{"code", "UNSUPPORTED"}}};
}

#endif
