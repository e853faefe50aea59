// app/main.cpp: start, wait for a signal, stop. Whatever keeps the program from starting is told on standard error, for
// the operator who started it.
#include <exception>
#include <iostream>

#include "app/application.h"
#include "app/options.h"
#include "app/signals.h"

int main(int count, char** values) {
    using namespace opusclaw::app;
    const CommandLine line = read_command_line({values + 1, values + count});
    if (line.exit_code) return *line.exit_code;
    try {
        // Blocked before any thread starts, so that all inherit it and only wait_for_stop() gets them.
        block_stop_signals();
        Application application(line.options);
        application.start();
        wait_for_stop();
        application.stop();
        return 0;
    } catch (const std::exception& error) {
        std::cerr << "opusclaw: " << error.what() << '\n';
        return 1;
    }
}
