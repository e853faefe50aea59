// store/outbox.h: table `opus_outbox`: log rows that the main database owes a log database of its own (DESIGN section 10). A change and
// the row that tells of it have no common transaction then, so the row is put here in the change's own, and carried over behind it.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/logs.h"
#include "store/statement.h"

namespace opusclaw::store {

/// Where one process puts its rows: each has a sender's name of its own, and numbers that rise in the order of its commits. A cursor
/// for each sender, in the log database, says how far its rows are there.
class Outbox {
public:
    Outbox();
    const std::string& sender() const { return sender_; }
    /// In the transaction of what the rows tell of. On the writer's thread.
    void put(Transaction& tx, std::span<const LogRow> rows);
    /// Behind the commit: there is something to carry. Any thread.
    void announce() { announced_.fetch_add(1, std::memory_order_release); }
    /// How often it was announced. The first time is the start: others may have left something.
    std::uint64_t announced() const { return announced_.load(std::memory_order_acquire); }

private:
    std::string sender_;
    std::int64_t sequence_ = 0;    // on the writer's thread
    std::atomic<std::uint64_t> announced_{1};
};

struct OutboxRow {
    std::int64_t sequence = 0;
    std::string log_row;    // JSON
};
/// Senders that have rows.
std::vector<std::string> outbox_senders(Reader& db);
/// The oldest of a sender, in order.
std::vector<OutboxRow> outbox_rows(Reader& db, std::string_view sender, std::int64_t limit);
/// In the log database: how far the sender's rows are there; its cursor is made when there is none. It must be asked before the
/// rows are read: a cursor that is gone means that its rows went before it.
std::int64_t outbox_position(Transaction& tx, std::string_view sender);
/// The log row; nullopt: not written by this version, nor by one that wrote the same.
std::optional<LogRow> outbox_log_row(const OutboxRow& row);
/// In the log database: stores those of the rows that lie behind `from`, where the cursor is, and moves it. False: it is elsewhere,
/// somebody else was faster. A row that cannot be read throws Error(InvalidRequest, "value_refused"), as one that is refused does.
bool store_outbox_rows(Transaction& tx, std::string_view sender, std::int64_t from,
                       std::span<const OutboxRow> rows);
/// In the main database, behind that commit.
void forget_outbox_rows(Transaction& tx, std::string_view sender, std::int64_t up_to);
/// In the log database, when the sender has gone and nothing of it is left in the main one.
void forget_outbox_sender(Transaction& tx, std::string_view sender);

}    // namespace opusclaw::store
