// app/main.cpp: start, wait for a signal, stop. Whatever keeps the program from starting is told on standard error, for
// the operator who started it.
#include <exception>
#include <iostream>

#include "app/application.h"
#include "app/options.h"
#include "app/signals.h"

int main(int count, char** values) {
    using namespace opusclaw::app;
    try {
        const Surroundings surroundings = read_surroundings();
        const CommandLine line = read_command_line({values + 1, values + count}, surroundings.version);
        if (line.exit_code) return *line.exit_code;
        // Blocked before any thread starts, so that all inherit it and only wait_for_stop() gets them.
        block_stop_signals();
        Application application(line.options, surroundings);
        application.start();
        wait_for_stop();
        application.stop();
        return 0;
    } catch (const std::exception& error) {
        std::cerr << "opusclaw: " << error.what() << '\n';
        return 1;
    }
}
