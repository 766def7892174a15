#include "config.hpp"

#include <atomic>
#include <map>
#include <vector>

namespace {

using Config = Handle<filed_config, filed_config_free>;
using SetText = filed_error *(*)(filed_config *, const char *);
using SetTime = filed_error *(*)(filed_config *, std::uint64_t);
using SetCount = filed_error *(*)(filed_config *, std::uint32_t);

const std::map<std::string, SetText> texts = {
    {"api_key", filed_config_set_api_key},
    {"source_platform", filed_config_set_source_platform},
    {"role", filed_config_set_role},
    {"partner_token", filed_config_set_partner_token},
    {"gateway_url", filed_config_set_gateway_url},
    {"upload_url", filed_config_set_upload_url},
    {"ca_bundle", filed_config_set_ca_bundle},
    {"proxy", filed_config_set_proxy},
    {"wire_profile", filed_config_set_wire_profile},
};

const std::map<std::string, SetTime> times = {
    {"timeout_ms", filed_config_set_timeout_ms},
    {"connect_timeout_ms", filed_config_set_connect_timeout_ms},
    {"stall_timeout_ms", filed_config_set_stall_timeout_ms},
};

const std::map<std::string, SetCount> counts = {
    {"max_concurrency", filed_config_set_max_concurrency},
    {"max_attempts", filed_config_set_max_attempts},
};

/// Gives its tokens one after the other, the last one for ever.
struct Tokens {
    std::vector<std::string> tokens;
    std::atomic<std::size_t> given{0};
};

std::int32_t give_token(void *user, filed_token *token) {
    auto *tokens = static_cast<Tokens *>(user);
    const std::size_t index = std::min(tokens->given++, tokens->tokens.size() - 1);
    const Handle<filed_error, filed_error_free> error(
        filed_token_set(token, tokens->tokens[index].c_str()));
    return error ? 1 : 0;
}

void forget_tokens(void *user) {
    delete static_cast<Tokens *>(user);
}

void set_tokens(filed_config *config, const json &value) {
    auto tokens = std::make_unique<Tokens>();
    tokens->tokens = value.get<std::vector<std::string>>();
    check(filed_config_set_partner_token_callback(config, give_token, forget_tokens, tokens.get()));
    tokens.release();
}

void set(filed_config *config, const std::string &name, const json &value) {
    if (const auto text = texts.find(name); text != texts.end()) {
        check(text->second(config, value.get<std::string>().c_str()));
    } else if (const auto time = times.find(name); time != times.end()) {
        check(time->second(config, value.get<std::uint64_t>()));
    } else if (const auto count = counts.find(name); count != counts.end()) {
        check(count->second(config, value.get<std::uint32_t>()));
    } else if (name == "partner_token_from") {
        set_tokens(config, value);
    } else {
        wrong("no such setting: " + name);
    }
}

}  // namespace

Client new_client(const json &ready, const json &overrides) {
    json all = {{"source_platform", "scenario"}};
    for (const char *name : {"gateway_url", "upload_url", "api_key"}) {
        all[name] = ready.at(name);
    }
    all.update(overrides);
    const Config config(filed_config_new());
    for (const auto &[name, value] : all.items()) {
        if (!value.is_null()) {
            set(config.get(), name, value);
        }
    }
    filed_client *client = nullptr;
    check(filed_client_new(config.get(), &client));
    return Client(client);
}
