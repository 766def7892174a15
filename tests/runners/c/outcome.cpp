#include "outcome.hpp"

json error_json(const filed_error *error) {
    if (error == nullptr) {
        return nullptr;
    }
    const std::uint32_t status = filed_error_http_status(error);
    return {
        {"code", text(filed_error_name(error))},
        {"message", text(filed_error_message(error))},
        {"operation", text(filed_error_operation(error))},
        {"http_status", status == 0 ? json(nullptr) : json(status)},
        {"external_id", text(filed_error_external_id(error))},
        {"path", text(filed_error_path(error))},
        {"effect", text(filed_error_effect(error))},
        {"retryable", filed_error_retryable(error) != 0},
        {"attempts", filed_error_attempts(error)},
    };
}

void check(filed_error *error) {
    if (error != nullptr) {
        const Handle<filed_error, filed_error_free> owner(error);
        throw Failure{error_json(owner.get())};
    }
}

void wrong(const std::string &message) {
    throw Failure{{{"code", "FOREIGN"}, {"message", message}}};
}
