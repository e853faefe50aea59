// app/application.h: the wiring: makes the parts in the order of spec 01 section 13.1, starts and stops them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/options.h"
#include "settings/environment_settings.h"

namespace opusclaw::app {

/// What the process found around it.
struct Surroundings {
    settings::EnvironmentSettings settings;
    std::vector<std::string> warnings;    // for the log, once there is one
    std::string version;                  // what the program calls itself: VERSION, or its own
    std::string problem;                  // why it cannot start; empty: nothing
};
/// The environment, with what the file `.env` of the working directory adds; sets the time zone. Before any thread starts.
Surroundings read_surroundings();

class Application {
public:
    /// Opens the log and the database (creating what is missing), reads options and channels. Throws std::runtime_error with a text
    /// for the operator.
    Application(const Options& options, const Surroundings& surroundings);
    ~Application();
    Application(const Application&) = delete;
    Application& operator=(const Application&) = delete;

    /// Listens. Returns at once.
    void start();
    /// Drains: no new connections, running requests end or are cut after the grace period, what is settled is stored.
    void stop();

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}    // namespace opusclaw::app
