// The files of a scenario: what their content is, and putting them on disk.

#ifndef RUNNER_FILES_HPP
#define RUNNER_FILES_HPP

#include <filesystem>

#include "outcome.hpp"

/// Makes the files in `folder`.
void make_files(const std::filesystem::path &folder, const json &files);

/// The content of a file.
std::string read_file(const std::filesystem::path &path);

#endif
