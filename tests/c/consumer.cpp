// filed.hpp: every class once, exceptions, ranges, and functions of the caller's that throw.

#include <algorithm>
#include <cstring>
#include <filed.hpp>
#include <stdexcept>
#include <type_traits>

#include "check.h"
#include "exchange.h"
#include "sandbox.h"

static_assert(!std::is_copy_constructible_v<filed::Client>);
static_assert(std::is_nothrow_move_constructible_v<filed::Push>);
static_assert(std::is_copy_constructible_v<filed::Error>);
static_assert(std::is_base_of_v<std::exception, filed::Error>);

namespace {

using namespace std::chrono_literals;

template <class Call>
filed::Error error_of(Call call) {
    try {
        call();
    } catch (const filed::Error &error) {
        return error;
    }
    CHECK(!"the call succeeded");
    std::abort();
}

filed::Config config(const sandbox &filed) {
    filed::Config config;
    config.api_key(sandbox_field(&filed, "api_key"))
        .source_platform("cpp-tests")
        .gateway_url(sandbox_field(&filed, "gateway_url"))
        .upload_url(sandbox_field(&filed, "upload_url"))
        .role("customer")
        .timeout(60s)
        .connect_timeout(10s)
        .stall_timeout(30s)
        .max_attempts(3)
        .max_concurrency(8);
    return config;
}

void errors_are_thrown_and_tell_all() {
    const filed::Error error = error_of([] { filed::Client client{filed::Config()}; });
    CHECK(error.code() == FILED_ERROR_CONFIG_MISSING);
    CHECK(error.name() == "CONFIG_MISSING");
    CHECK(std::string(error.what()).find("CONFIG_MISSING: ") == 0);
    CHECK(!error.operation());
    CHECK(!error.path() && !error.external_id() && !error.request_id());
    CHECK(error.effect() == "not_applied" && !error.retryable());
    CHECK(error.graphql_count() == 0 && error.http_status() == 0 && error.attempts() == 0);
}

void free_functions() {
    CHECK(filed::abi_matches());
    CHECK(filed::version() == FILED_EXPECTED_VERSION);
    CHECK(filed::deep_link("a-b", "").find("https://app.filed.com/") == 0);
    CHECK(error_of([] { filed::deep_link("a", "../b"); }).code() == FILED_ERROR_INVALID_ARGUMENT);
}

void operations(const sandbox &filed, const filed::Client &client) {
    const std::string workspace_id = sandbox_field(&filed, "workspace_id");
    const std::string connection_id = sandbox_field(&filed, "connection_id");
    CHECK(client.me().id() == "user_1");
    CHECK(client.graphql("{ me { id } }").find("user_1") != std::string::npos);
    filed::ConnectionFilter filter;
    filter.statuses = {"active"};
    int count = 0;
    for (const filed::Connection &connection : client.connections().list(workspace_id, filter)) {
        CHECK(connection.status() == "active");
        ++count;
    }
    CHECK(count > 0);
    const filed::Job job = client.jobs().create(connection_id, "By hand");
    filed::WorkRange created =
        client.jobs().add_works(std::string(job.id()), {{"John Smith", "client-1"}});
    const std::optional<filed::Work> work = created.next();
    CHECK(work && !work->name());
    const filed::UploadedFile file = client.uploads().bytes("%PDF-1.4", 8, {"w2.pdf"});
    CHECK(file.size() == 8u && file.blake3()->size() == 64);
    filed::NewArtifact artifact{"w2.pdf", "w2", "file-1"};
    artifact.url = file.url();
    filed::ArtifactRange added = client.works().add_artifacts(std::string(work->id()), {artifact});
    CHECK(added.next()->external_id() == "file-1");
    for (const filed::Work &listed : client.jobs().works(workspace_id, connection_id)) {
        CHECK(listed.artifact_count() == 1 && listed.artifact(0).name() == "w2.pdf");
    }
    CHECK(client.jobs().initiate(std::string(job.id())).id() == job.id());
    filed::PlatformClientRange clients = client.platform().clients(workspace_id, connection_id);
    CHECK(clients.next().has_value());
}

void streams_and_what_their_functions_throw(const filed::Client &client) {
    std::string left(100000, 'x');
    const filed::Reader reader = [&left](std::uint8_t *buffer, std::size_t capacity) {
        const std::size_t count = std::min(capacity, left.size());
        std::memcpy(buffer, left.data(), count);
        left.erase(0, count);
        return count;
    };
    std::uint64_t seen = 0;
    filed::UploadOptions options;
    options.file_name = "stream.bin";
    options.progress = [&seen](std::uint64_t sent, std::optional<std::uint64_t>) { seen = sent; };
    CHECK(client.uploads().stream(reader, options, 100000).size() == 100000u);
    CHECK(seen >= 100000);
    const filed::Reader broken = [](std::uint8_t *, std::size_t) -> std::size_t {
        throw std::runtime_error("planted");
    };
    const filed::Error error = error_of([&] { client.uploads().stream(broken, options); });
    CHECK(error.code() == FILED_ERROR_SOURCE_FAILED);
    options.progress = [](std::uint64_t, std::optional<std::uint64_t>) {
        throw std::runtime_error("planted");
    };
    bool passed_on = false;
    try {
        client.uploads().bytes("%PDF-1.4", 8, options);
    } catch (const std::runtime_error &thrown) {
        passed_on = std::string(thrown.what()) == "planted";
    }
    CHECK(passed_on);
    const filed::Cancel cancel;
    cancel.now();
    filed::UploadOptions ended{"w2.pdf"};
    ended.cancel = &cancel;
    CHECK(error_of([&] { client.uploads().bytes("%PDF-1.4", 8, ended); }).code() ==
          FILED_ERROR_CANCELLED);
}

void a_partner_token_from_a_function(const sandbox &filed) {
    filed::Config partner = config(filed);
    partner.api_key(sandbox_field(&filed, "partner_api_key"))
        .role("partner")
        .upload_url(sandbox_field(&filed, "partner_upload_url"));
    const std::string token = sandbox_field(&filed, "partner_token");
    partner.partner_token([token] { return token; });
    const filed::Client client(partner);
    CHECK(client.uploads().bytes("%PDF-1.4", 8, {"w2.pdf"}).size() == 8u);
    const filed::Workspace made = client.workspaces().create({"Smith & Associates"});
    filed::UserRange users = client.workspaces().add_users(std::string(made.id()), {"a@b.com"});
    CHECK(users.next()->email() == "a@b.com" && !users.next());
    partner.partner_token([]() -> std::string { throw std::runtime_error("planted"); });
    const filed::Client broken(partner);
    CHECK(error_of([&] { broken.uploads().bytes("x", 1, {"x.pdf"}); }).code() ==
          FILED_ERROR_CALLBACK_FAILED);
}

void a_push_with_a_file_that_is_gone(const sandbox &filed, const filed::Client &client) {
    sandbox_reset(&filed, "{}");
    filed::PushOptions options{sandbox_field(&filed, "connection_id"),
                               sandbox_field(&filed, "workspace_id"), "Import"};
    options.allow_partial = true;
    const filed::Push push = client.push(options);
    const filed::PushClient smith = push.add_client("John Smith", "client-1");
    filed::FileDetails details;
    details.file_name = "notes.pdf";
    smith.add_bytes("%PDF-1.4", 8, "file-1", details);
    smith.add_file("/no/such/file.pdf", "file-2");
    push.commit(1min);
    const filed::Report report = push.wait(1min);
    CHECK(report.state() == FILED_PUSH_DONE && report.files().imported == 1);
    CHECK(report.failed_files().size() == 1 && report.failed_clients().empty());
    const filed::FileReportView gone = report.failed_files().front();
    CHECK(gone.external_id() == "file-2" && gone.path() == "/no/such/file.pdf");
    CHECK(gone.error()->code() == FILED_ERROR_FILE_NOT_FOUND);
    std::uint32_t last = 0;
    for (const filed::Event &event : push.events()) {
        last = event.kind();
    }
    CHECK(last == FILED_EVENT_PUSH_DONE);
    int files = 0;
    for (const filed::FileReport &file : push.files()) {
        files += file.client_external_id() == "client-1";
    }
    CHECK(files == 2 && push.clients().next()->external_id() == "client-1");
    CHECK(push.progress().files.total == 2 && push.job_id() == report.job_id());
    CHECK(!push.journal_path().empty() && push.event_fd() >= 0);
}

struct Zeros : filed::PullReader {
    std::size_t left = 100000;
    bool *gone;

    explicit Zeros(bool *when_gone) : gone(when_gone) {}
    ~Zeros() override { *gone = true; }
    std::size_t read(std::uint8_t *buffer, std::size_t capacity) override {
        const std::size_t count = std::min(left, capacity);
        std::memset(buffer, 0, count);
        left -= count;
        return count;
    }
};

struct Firm : filed::PullProvider {
    bool reader_gone = false;
    std::size_t received = 0;

    filed::PullList<filed::PullClient> list_clients(std::string_view caller,
                                                    const filed_pull_client_query &) override {
        CHECK(caller == "filed");
        return {{{"client-1", "Ada Lovelace"}}, {}};
    }
    filed::PullList<filed::PullFile> list_files(std::string_view, std::string_view client_id,
                                                const filed_pull_file_query &) override {
        if (client_id == "broken") {
            throw std::runtime_error("the disk burns");
        }
        throw filed::PullFailure::invalid("Not in this season.");
    }
    void open_file(std::string_view, std::string_view file_id, filed::PullOpened &opened) override {
        opened.set_file({std::string(file_id), "a.bin", 100000}, "1");
        opened.set_stream(std::make_unique<Zeros>(&reader_gone));
    }
    filed::PullKeptNote add_note(std::string_view, std::string_view,
                                 const filed_pull_new_note &note) override {
        CHECK(std::string_view(note.text) == "Ready.");
        return {"note-1"};
    }
    filed::PullFile receive_file(std::string_view, std::string_view, const filed_pull_new_file &file,
                                 filed::PullIncoming &content) override {
        char buffer[7];
        while (const std::size_t count = content.read(buffer, sizeof buffer)) {
            received += count;
        }
        return {"file-1", file.name, received};
    }
};

void check_exchange(const std::string &url, const char *method, const char *path, const char *body,
                    int status, const char *part) {
    const char *headers = "x-api-key: key-of-a-test-firm\r\ncontent-type: application/json\r\n";
    reply answer = exchange(url.c_str(), method, path, headers, body);
    CHECK(answer.status == status && std::strstr(answer.body, part) != nullptr);
    reply_free(&answer);
}

void a_platform_is_served() {
    filed_pull_options options = FILED_PULL_OPTIONS_INIT;
    filed_pull_key key = FILED_PULL_KEY_INIT;
    key.caller = "filed";
    key.key = "key-of-a-test-firm";
    options.keys = &key;
    options.key_count = 1;
    const auto firm = std::make_shared<Firm>();
    {
        const filed::PullServer server(firm, options);
        const std::string url(server.url());
        const std::string one = "/api/v1/clients/client-1";
        check_exchange(url, "GET", "/api/v1/clients", nullptr, 200, "Ada Lovelace");
        check_exchange(url, "GET", (one + "/files").c_str(), nullptr, 422, "Not in this season.");
        check_exchange(url, "GET", "/api/v1/clients/broken/files", nullptr, 500, "PROVIDER_FAILED");
        check_exchange(url, "GET", "/api/v1/files/f/download", nullptr, 200, "");
        check_exchange(url, "POST", (one + "/notes").c_str(), "{\"text\":\"Ready.\"}", 201, "note-1");
        check_exchange(url, "POST", (one + "/files?name=a.json").c_str(), "{\"a\":1}", 201, "file-1");
        CHECK(firm->received == 7);
        filed_pull_check_options check = FILED_PULL_CHECK_OPTIONS_INIT;
        check.base_url = url.c_str();
        check.api_key = "key-of-a-test-firm";
        check.read_only = 1;
        // Its lists of files fail.
        const filed::PullCheckReport report(check);
        CHECK(!report.passed() && report.requests() > 0 && !report.findings().empty());
        CHECK(report.text().find(report.findings().front().code()) != std::string_view::npos);
        server.stop(1min);
    }
    const filed::PullDocs docs(options, "https://ledger.example.com");
    CHECK(docs.markdown().find("ledger.example.com") != std::string_view::npos);
    CHECK(error_of([&] { filed::PullDocs(options, "ledger"); }).code() == FILED_ERROR_CONFIG_INVALID);
    options.listen = "0.0.0.0:0";
    CHECK(error_of([&] { filed::PullServer(firm, options); }).code() == FILED_ERROR_CONFIG_INVALID);
}

}  // namespace

int main() {
    sandbox filed;
    sandbox_start(&filed, "{}");
    {
        const filed::Client client(config(filed));
        errors_are_thrown_and_tell_all();
        free_functions();
        operations(filed, client);
        streams_and_what_their_functions_throw(client);
        a_partner_token_from_a_function(filed);
        a_push_with_a_file_that_is_gone(filed, client);
        a_platform_is_served();
    }
    filed::shutdown(10s);
    sandbox_stop(&filed);
}
