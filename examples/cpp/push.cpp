// The main job in C++: one client, three files, from disk to the import. Settings come from
// FILED_... variables.

#include <filed.hpp>
#include <iostream>

int main() try {
    const filed::Client client(filed::Config::from_env());
    filed::PushOptions options;
    options.connection_id = "connection_789";
    options.workspace_id = "workspace_123456";
    options.job_name = "2024 Tax Season Import";
    options.journal_path = "season.filed";
    const filed::Push push = client.push(options);

    const filed::PushClient smith = push.add_client("John Smith - 2024 Tax Return", "client-12345");
    smith.add_file("scans/w2.pdf", "file-12345");
    filed::FileDetails details;
    details.file_name = "notes.txt";
    const std::string notes = "Called on Monday.";
    smith.add_bytes(notes.data(), notes.size(), "file-12347", details);

    push.commit_start();
    for (const filed::Event &event : push.events()) {
        std::cout << event.kind_name() << ' ' << event.external_id().value_or("") << '\n';
    }
    const filed::Report report = push.wait(std::chrono::hours(1));
    for (const filed::FileReportView &file : report.failed_files()) {
        std::cerr << file.external_id() << ": " << file.error()->message() << '\n';
    }
    return report.failed_files().empty() ? 0 : 1;
} catch (const filed::Error &error) {
    std::cerr << error.what() << '\n';
    return 1;
}
