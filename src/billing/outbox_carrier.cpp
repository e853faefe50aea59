// billing/outbox_carrier.cpp: position, rows, store, forget, each a step of its own: whatever ends in between, the next one goes on from
// what the log database says.
#include "billing/outbox_carrier.h"

#include <algorithm>
#include <exception>
#include <optional>

#include "base/error.h"
#include "base/log.h"
#include "billing/refusal.h"
#include "billing/settlement.h"
#include "store/journal_aside.h"
#include "store/journal_cursors.h"
#include "store/journal_format.h"
#include "store/table_ids.h"

namespace opusclaw::billing {

namespace {

/// As a settlement of nobody (Ledger::record), so that it is shown like all others; as it is, when it cannot be read.
std::string aside_bytes(const store::OutboxRow& row) {
    auto log_row = store::outbox_log_row(row);
    if (!log_row) return row.log_row;
    Settlement settlement{.counts = false, .log = std::move(log_row)};
    return encode_settlement(settlement).substr(store::kRecordHeadBytes);
}

void keep_aside(const std::filesystem::path& folder, const std::string& sender, const store::OutboxRow& row,
                const std::string& reason) {
    const std::string file = store::aside_name(
        {.file = sender, .sequence = static_cast<std::uint64_t>(row.sequence), .database = "log"});
    store::put_aside(folder, file, aside_bytes(row), reason);
    log::error("row {} of {} in opus_outbox is set aside as {} and is in no log: {}", row.sequence, sender,
               file, reason);
}

}    // namespace

bool OutboxCarrier::done() const { return !database_.logs_are_apart() || carried_ == outbox_.announced(); }

/// False: nothing of the sender is left.
Task<bool> OutboxCarrier::carry_some(const std::string& sender) {
    store::Database& logs = database_.logs();
    const std::int64_t from = co_await logs.write(
        [&sender](store::Transaction& tx) { return store::outbox_position(tx, sender); });
    const std::vector<store::OutboxRow> rows = co_await database_.read(
        [this, &sender](store::Reader& db) { return store::outbox_rows(db, sender, most_); });
    if (rows.empty()) co_return false;
    const std::int64_t last = rows.back().sequence;
    if (!co_await store_rows(sender, from, rows)) co_return true;
    co_await database_.write([&](store::Transaction& tx) { store::forget_outbox_rows(tx, sender, last); });
    co_return true;
}

/// False: they are not there, whatever the reason; the next try knows more. A refused one that stands alone is set aside.
Task<bool> OutboxCarrier::store_rows(const std::string& sender, std::int64_t from,
                                     std::vector<store::OutboxRow> rows) {
    store::Database& logs = database_.logs();
    std::string refusal;
    bool taken = false;    // a key: the table may be at fault
    try {
        const bool stored = co_await logs.write(
            [&](store::Transaction& tx) { return store::store_outbox_rows(tx, sender, from, rows); });
        if (stored) most_ = std::min(kRows, most_ * 2);
        if (stored) repaired_ = false;
        co_return stored;
    } catch (const Error& error) {
        if (!is_refusal(error)) throw;
        refusal = reason_of(error);
        taken = error.code == "unique_violation";
    }
    if (taken && !std::exchange(repaired_, true)) {    // and try again, as another node may have mended it
        constexpr std::string_view kTables[] = {"logs"};
        co_await logs.write([&](store::Transaction& tx) { return store::realign_ids(tx, kTables); });
        co_return false;
    }
    if (rows.size() > 1) {
        most_ = static_cast<std::int64_t>(rows.size()) / 2;
        co_return false;
    }
    co_return co_await logs.write([&](store::Transaction& tx) {
        const std::int64_t sequence = rows.front().sequence;
        if (sequence > from && !store::move_cursor(tx, sender, from, sequence)) return false;
        keep_aside(aside_, sender, rows.front(), refusal);
        return true;
    });
}

Task<> OutboxCarrier::carry() {
    const std::uint64_t announced = outbox_.announced();    // before anything is read
    const std::vector<std::string> senders = co_await database_.read(
        [](store::Reader& db) { return store::outbox_senders(db); });
    for (const std::string& sender : senders) {
        bool more = true;
        while (more) more = co_await carry_some(sender);
    }
    carried_ = announced;
}

Task<> OutboxCarrier::step() {
    if (done() || std::chrono::steady_clock::now() < not_before_) co_return;
    try {
        co_await carry();
    } catch (const std::exception& error) {
        log::error("log rows wait in opus_outbox, the log database does not take them: {}", error.what());
        not_before_ = std::chrono::steady_clock::now() + kPause;
    }
}

Task<> OutboxCarrier::finish() {
    not_before_ = {};
    co_await step();
    if (!database_.logs_are_apart() || !done()) co_return;
    try {
        co_await database_.logs().write(
            [this](store::Transaction& tx) { store::forget_outbox_sender(tx, outbox_.sender()); });
    } catch (const std::exception& error) {
        log::warning("the cursor of opus_outbox stays behind: {}", error.what());
    }
}

}    // namespace opusclaw::billing
