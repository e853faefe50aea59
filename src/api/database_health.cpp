// api/database_health.cpp: one cheap statement, and its outcome remembered.
#include "api/database_health.h"

#include "base/error.h"
#include "base/log.h"

namespace opusclaw::api {

Task<bool> DatabaseHealth::alive(store::Database& database, const Clock& clock) {
    const SteadyTime now = clock.steady();
    {
        const std::lock_guard lock(mutex_);
        if (asked_ && now - *asked_ < kBelieved) co_return alive_;
    }
    bool answered = false;
    try {
        answered = co_await database.read([](store::Reader& db) { return db.answers(); });
    } catch (const Error& error) {
        log::error("the database does not answer: {}", error.what());
    }
    const std::lock_guard lock(mutex_);
    asked_ = now;
    alive_ = answered;
    co_return answered;
}

}    // namespace opusclaw::api
