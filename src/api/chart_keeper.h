// api/chart_keeper.h: adds up the hours of the last month for charts by model and by user once, when they are over, and again when they
// were changed afterwards. A job of masters (spec 01 section 13.4).
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/time.h"
#include "net/task.h"
#include "store/database.h"
#include "store/quota_data.h"

namespace opusclaw::api {

/// On one loop. The database and the clock outlive it.
class ChartKeeper {
public:
    ChartKeeper(store::Database& database, const Clock& clock) : database_(database), clock_(clock) {}
    static constexpr std::chrono::milliseconds kBetweenSteps{500};
    /// A tenth of a second of work at most, if there is any; the latest hours first. Every minute looks for some.
    Task<> step();

private:
    struct Hour {
        store::ChartBy by{};
        std::int64_t begin = 0;
        auto operator<=>(const Hour&) const = default;
    };
    struct Kept {
        Hour hour;
        std::int64_t changes = 0;
        std::string lines;    // packed; empty: none
    };
    std::vector<Hour> find_work(store::Reader& db, std::int64_t now) const;
    static std::vector<Kept> add_up(store::Reader& db, const std::vector<Hour>& waiting, const Clock& clock);
    Task<> save(const std::vector<Kept>& kept, std::int64_t now);

    store::Database& database_;
    const Clock& clock_;
    std::vector<Hour> waiting_;    // the latest last
    std::map<Hour, std::int64_t>
        no_lines_;                  // hours without rows, and their changes then: these are not stored
    std::int64_t next_look_ = 0;    // Unix seconds
};

}    // namespace opusclaw::api
