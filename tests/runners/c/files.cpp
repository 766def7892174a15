#include "files.hpp"

#include <fstream>
#include <iterator>
#include <stdexcept>

namespace fs = std::filesystem;

namespace {

/// Bytes of xorshift32, each word lowest byte first.
std::string generated(std::size_t size, std::uint32_t state) {
    std::string bytes;
    bytes.reserve(size + 4);
    while (bytes.size() < size) {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        for (int shift = 0; shift < 32; shift += 8) {
            bytes.push_back(static_cast<char>(state >> shift & 0xff));
        }
    }
    bytes.resize(size);
    return bytes;
}

void write(const fs::path &path, const std::string &bytes) {
    std::ofstream out(path, std::ios::binary);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!out.flush()) {
        throw std::runtime_error("cannot write " + path.string());
    }
}

void make(const fs::path &path, const json &content) {
    if (content.contains("size")) {
        write(path, generated(content.at("size"), content.at("seed")));
    } else if (content.contains("text")) {
        write(path, content.at("text"));
    } else if (content.contains("json")) {
        write(path, content.at("json").dump());
    } else if (content.contains("dir")) {
        fs::create_directories(path);
    } else if (content.contains("link")) {
        fs::create_symlink(content.at("link").get<std::string>(), path);
    } else if (!content.contains("missing")) {
        throw std::runtime_error("no such kind of file: " + content.dump());
    }
}

}  // namespace

void make_files(const fs::path &folder, const json &files) {
    for (const auto &[name, content] : files.items()) {
        const fs::path path = folder / name;
        fs::create_directories(path.parent_path());
        make(path, content);
    }
}

std::string read_file(const fs::path &path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) {
        wrong("cannot read " + path.filename().string());
    }
    return std::string(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
}
