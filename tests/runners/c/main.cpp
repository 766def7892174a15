// Runs the scenarios through the C interface and writes down what came out. What a scenario is, and
// what a runner does, is said in tests/scenarios/README.md; judging the log is not done here. The
// runner is written in C++, and uses filed.h alone.

#include <fstream>
#include <iostream>

#include "session.hpp"

namespace {

struct Arguments {
    std::string control;
    std::string scenarios;
    std::string out;
    std::string only;
};

Arguments read_arguments(int argc, char **argv) {
    Arguments arguments;
    for (int index = 1; index + 1 < argc; index += 2) {
        const std::string name = argv[index];
        const std::string value = argv[index + 1];
        if (name == "--control") {
            arguments.control = value;
        } else if (name == "--scenarios") {
            arguments.scenarios = value;
        } else if (name == "--out") {
            arguments.out = value;
        } else if (name == "--only") {
            arguments.only = value;
        } else {
            throw std::runtime_error("no such option: " + name);
        }
    }
    if (arguments.control.empty() || arguments.scenarios.empty() || arguments.out.empty()) {
        throw std::runtime_error("--control URL --scenarios FILE --out LOG [--only TEXT]");
    }
    return arguments;
}

void run(const Control &control, const json &scenario, std::ostream &log) {
    Session session(control, scenario);
    int number = 0;
    for (const json &step : scenario.at("steps")) {
        json line = {{"scenario", scenario.at("id")}, {"step", ++number}, {"op", step.at("op")}};
        line.update(session.step(step));
        log << line.dump() << std::endl;
    }
    const json state = {{"scenario", scenario.at("id")}, {"state", session.end()}};
    log << state.dump() << std::endl;
}

}  // namespace

int main(int argc, char **argv) try {
    const Arguments arguments = read_arguments(argc, argv);
    const Control control(arguments.control);
    std::ifstream in(arguments.scenarios);
    std::ofstream log(arguments.out);
    int count = 0;
    for (const json &scenario : json::parse(in)) {
        if (scenario.at("id").get<std::string>().find(arguments.only) != std::string::npos) {
            run(control, scenario, log);
            ++count;
        }
    }
    if (!log) {
        throw std::runtime_error("the log cannot be written");
    }
    std::cout << count << " scenarios run" << std::endl;
    return 0;
} catch (const Failure &failure) {
    std::cerr << failure.shown.dump() << std::endl;
    return 1;
} catch (const std::exception &error) {
    std::cerr << error.what() << std::endl;
    return 1;
}
