// C++17: pushes one document of one client. Settings come from FILED_... variables.
//
//     push CONNECTION_ID WORKSPACE_ID JOB_NAME

#include <filed.hpp>
#include <iostream>

using namespace std::chrono_literals;

int main(int argc, char **argv) try {
    if (argc != 4 || !filed::abi_matches()) {
        return 2;
    }
    const filed::Client client(filed::Config::from_env());
    const filed::Push push = client.push({argv[1], argv[2], argv[3]});
    const filed::PushClient amber = push.add_client("Amber Lindqvist", "client-1");
    amber.add_file("scans/Amber Lindqvist/w2.pdf", "file-1");
    push.commit(1min);
    const filed::Report report = push.wait(1min);
    std::cout << filed::version() << ": " << report.files().imported << " imported\n";
    return report.files().imported == 1 && report.failed_files().empty() ? 0 : 1;
} catch (const filed::Error &error) {
    std::cerr << error.what() << '\n';
    return 1;
}
