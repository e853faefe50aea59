// app/application.h: the wiring: makes the parts in the order of spec 01 section 13.1, starts and stops them.
#pragma once

#include <memory>

#include "app/options.h"

namespace opusclaw::app {

class Application {
public:
    /// Opens the database (creating what is missing), reads options and channels. Throws std::runtime_error with a text for the
    /// operator.
    explicit Application(const Options& options);
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
