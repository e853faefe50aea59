// billing/outbox_carrier.h: carries what waits in `opus_outbox` into the log database, each row exactly once (DESIGN section 10); one that it refuses is set aside. Rows of
// every sender, also of processes that have died. Nothing to do where the logs are in the main database.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "net/task.h"
#include "store/database.h"
#include "store/outbox.h"

namespace opusclaw::billing {

/// On one loop; what is given outlives it.
class OutboxCarrier {
public:
    /// `aside`: the folder for rows that the log database refuses (store/journal_aside.h).
    OutboxCarrier(store::Database& database, store::Outbox& outbox, std::filesystem::path aside)
        : database_(database), outbox_(outbox), aside_(std::move(aside)) {}
    static constexpr std::int64_t kRows = 500;          // in one transaction
    static constexpr std::chrono::seconds kPause{1};    // behind a failure
    /// Carries what was announced. A failure is logged, and what it left is tried again a second later.
    Task<> step();
    /// Whether everything announced is there. Any thread.
    bool done() const;
    /// The last step: carries the rest, and forgets this process's own cursor.
    Task<> finish();

private:
    Task<> carry();
    Task<bool> carry_some(const std::string& sender);
    Task<bool> store_rows(const std::string& sender, std::int64_t from, std::vector<store::OutboxRow> rows);

    store::Database& database_;
    store::Outbox& outbox_;
    std::filesystem::path aside_;
    std::int64_t most_ = kRows;    // less behind a refusal, until the one that is refused stands alone
    bool repaired_ = false;        // the ids of the log table, since a row was stored
    std::atomic<std::uint64_t> carried_{0};    // announcements
    SteadyTime not_before_{};
};

}    // namespace opusclaw::billing
