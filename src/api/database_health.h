// api/database_health.h: whether the database answers, asked at most every ten seconds (spec 03 section 17).
#pragma once

#include <chrono>
#include <mutex>
#include <optional>

#include "base/time.h"
#include "net/task.h"
#include "store/database.h"

namespace opusclaw::api {

/// Thread-safe.
class DatabaseHealth {
public:
    static constexpr std::chrono::seconds kBelieved{10};
    /// Never throws for the database.
    Task<bool> alive(store::Database& database, const Clock& clock);

private:
    std::mutex mutex_;    // guards what follows
    std::optional<SteadyTime> asked_;
    bool alive_ = false;
};

}    // namespace opusclaw::api
