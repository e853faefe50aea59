// store/journal_cursors.h: table `opus_journal`: up to which record each file of a journal is in a database. A cursor moves in the
// transaction that stores the records, so that a replay counts once (DESIGN section 10).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "store/statement.h"

namespace opusclaw::store {

/// The migration that gives a database a number of its own.
void give_database_id(Transaction& tx);
/// That number. Throws std::runtime_error when there is none: the database is not migrated.
std::int64_t database_id(Reader& db);

/// nullopt: no such file is known.
std::optional<std::int64_t> find_cursor(Reader& db, std::string_view file);
/// False: the cursor is not at `from`, and stays.
bool move_cursor(Transaction& tx, std::string_view file, std::int64_t from, std::int64_t to);
/// The same with what follows it in the transaction: where the cursor is not at `from`, this or a later statement throws
/// Error(Conflict, "rows_missed").
void require_cursor(Transaction& tx, std::string_view file, std::int64_t from, std::int64_t to);
/// Sets it wherever it is, made if missing.
void put_cursor(Transaction& tx, std::string_view file, std::int64_t at);
/// Only behind the end of the file itself: one that is found without a cursor counts as never begun.
void drop_cursor(Transaction& tx, std::string_view file);

}    // namespace opusclaw::store
