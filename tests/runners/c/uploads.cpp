#include <fstream>

#include "files.hpp"
#include "operations.hpp"
#include "session.hpp"

namespace {

using Uploaded = Handle<filed_uploaded_file, filed_uploaded_file_free>;

json shown(const filed_uploaded_file *file) {
    return {
        {"file_url", text(filed_uploaded_file_url(file))},
        {"file_name", text(filed_uploaded_file_file_name(file))},
        {"mime_type", text(filed_uploaded_file_mime_type(file))},
        {"size", size(filed_uploaded_file_size(file))},
        {"blake3", text(filed_uploaded_file_blake3(file))},
    };
}

/// A file that may fail after so many bytes.
struct Source {
    std::ifstream file;
    std::uint64_t left;
    bool fails;
};

std::int64_t read(void *user, std::uint8_t *buffer, std::uint64_t capacity) {
    auto *source = static_cast<Source *>(user);
    const std::uint64_t wanted = std::min(capacity, source->left);
    if (wanted == 0 && source->fails) {
        return -1;
    }
    source->file.read(reinterpret_cast<char *>(buffer), static_cast<std::streamsize>(wanted));
    const std::streamsize count = source->file.gcount();
    source->left -= static_cast<std::uint64_t>(count);
    if (count == 0 && source->fails) {
        return -1;
    }
    return count;
}

json stream(const Session &session, const filed_client *client, const Step &step,
            const filed_upload_options &options) {
    Source source{std::ifstream(session.file(step.text("from")), std::ios::binary),
                  step.number("fail_after", UINT64_MAX), step.has("fail_after")};
    const std::int64_t known =
        step.has("size") ? step.at("size").get<std::int64_t>() : FILED_SIZE_UNKNOWN;
    filed_uploaded_file *file = nullptr;
    check(filed_upload_stream(client, read, &source, known, &options, &file));
    return shown(Uploaded(file).get());
}

}  // namespace

json upload_step(const Session &session, const filed_client *client, const Step &step,
                 const std::string &op) {
    const std::optional<std::string> file_name = step.maybe("file_name");
    const std::optional<std::string> mime_type = step.maybe("mime_type");
    filed_upload_options options = FILED_UPLOAD_OPTIONS_INIT;
    options.file_name = or_null(file_name);
    options.mime_type = or_null(mime_type);
    filed_uploaded_file *file = nullptr;
    if (op == "uploads.stream") {
        return stream(session, client, step, options);
    }
    if (op == "uploads.file") {
        check(filed_upload_file(client, step.text("path").c_str(), &options, &file));
    } else if (op == "uploads.bytes") {
        const std::string bytes = read_file(session.file(step.text("from")));
        check(filed_upload_bytes(client, reinterpret_cast<const std::uint8_t *>(bytes.data()),
                                 bytes.size(), &options, &file));
    } else if (op == "uploads.url") {
        check(filed_upload_url(client, step.text("url").c_str(), &options, &file));
    } else {
        unsupported();
    }
    return shown(Uploaded(file).get());
}
