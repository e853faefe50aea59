// api/chart_keeper.h: adds up the hours of the last month for charts by model and by user when they are over, once more six hours later,
// and again when they were changed afterwards. One master's job (spec 01 sections 13.2, 13.4).
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
    ChartKeeper(store::Database& database, const Clock& clock);
    static constexpr std::chrono::milliseconds kBetweenSteps{500};
    static constexpr std::chrono::seconds kFirstLook{5};    // behind a start, which has other things to do
    static constexpr std::chrono::seconds kBetweenLooks{60};
    static constexpr std::chrono::milliseconds kWork{100};    // of a step, but for the rest of its last hour
    static constexpr std::chrono::hours kBeforeRetry{1};      // of an hour that could not be added up
    /// Of an hour; a longer one is added up each time. Servers take no longer statements than 4 MB by default (MySQL 5.7).
    static constexpr std::size_t kMostBytes = std::size_t{3} << 20;
    /// Looks each minute what there is to do, and does some of it: the latest hours first.
    Task<> step();

private:
    struct Hour {
        store::ChartBy by{};
        std::int64_t begin = 0;
        auto operator<=>(const Hour&) const = default;
    };
    struct State {
        std::int64_t changes = 0;
        bool final = false;
    };
    struct Plan {
        std::vector<Hour> work;    // the latest last
        bool others = false;       // there are hours that are too old, or not over by this clock
    };
    Plan plan(store::Reader& db, std::int64_t now) const;
    Task<> look(std::int64_t now);
    Task<bool> take_lease(std::int64_t now);
    Task<> add_up(Hour hour, std::int64_t now);

    store::Database& database_;
    const Clock& clock_;
    const std::string holder_;
    std::vector<Hour> waiting_;           // the latest last
    std::map<Hour, State> not_stored_;    // hours without lines, or with too many, as they were then
    std::map<Hour, SteadyTime> put_off_;
    SteadyTime next_look_;
};

}    // namespace opusclaw::api
