// billing/outbox_carrier.cpp: position, rows, store, forget, each a step of its own: whatever ends in between, the next one goes on from
// what the log database says.
#include "billing/outbox_carrier.h"

#include <exception>
#include <vector>

#include "base/log.h"

namespace opusclaw::billing {

bool OutboxCarrier::done() const { return !database_.logs_are_apart() || carried_ == outbox_.announced(); }

/// False: nothing of the sender is left.
Task<bool> OutboxCarrier::carry_some(const std::string& sender) {
    store::Database& logs = database_.logs();
    const std::int64_t from = co_await logs.write(
        [&sender](store::Transaction& tx) { return store::outbox_position(tx, sender); });
    const std::vector<store::OutboxRow> rows = co_await database_.read(
        [&sender](store::Reader& db) { return store::outbox_rows(db, sender, kRows); });
    if (rows.empty()) co_return false;
    const bool stored = co_await logs.write(
        [&](store::Transaction& tx) { return store::store_outbox_rows(tx, sender, from, rows); });
    if (!stored) co_return true;
    co_await database_.write(
        [&](store::Transaction& tx) { store::forget_outbox_rows(tx, sender, rows.back().sequence); });
    co_return true;
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
