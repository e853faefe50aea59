// billing/applier_hooks.cpp: balances are told to the ledger behind each commit; rows alone concern nobody in memory.
#include "billing/applier_hooks.h"

#include <algorithm>
#include <memory>

#include "base/log.h"
#include "billing/limit_warnings.h"
#include "store/table_ids.h"

namespace opusclaw::billing {
namespace {

// In the order in which a group writes them: the same locks in another order would meet those of another node.
constexpr std::string_view kMainTables[] = {"quota_data", "logs"}, kLogTables[] = {"logs"};

std::int64_t latest(std::span<const Settlement> group) {
    std::int64_t now = 0;
    for (const Settlement& settlement : group) now = std::max(now, settlement.now);
    return now;
}

}    // namespace

Applier::Hooks balance_hooks(Ledger& ledger, LogPlace place, Ledger::Origin origin) {
    return {.store = [place](store::Transaction& tx,
                             std::span<const Settlement> group) { store_group(tx, group, place); },
            .balances = read_balances,
            .stored =
                [&ledger, origin, warnings = std::make_shared<LimitWarnings>()](
                    std::span<const Settlement> group, const Ledger::Balances& balances) {
                    ledger.applied(group, balances, origin);
                    for (const std::string& line : warnings->take(balances, latest(group)))
                        log::warning("{}", line);
                },
            .refused = [&ledger,
                        origin](std::span<const Settlement> group) { ledger.applied(group, {}, origin); },
            .repair = [](store::Transaction& tx) { return store::realign_ids(tx, kMainTables); }};
}

Applier::Hooks log_hooks() {
    return {.store = store_logs,
            .balances = [](store::Reader&, std::span<const Settlement>) { return Ledger::Balances{}; },
            .stored = [](std::span<const Settlement>, const Ledger::Balances&) {},
            .refused = [](std::span<const Settlement>) {},
            .repair = [](store::Transaction& tx) { return store::realign_ids(tx, kLogTables); }};
}

}    // namespace opusclaw::billing
