// store/table_ids.cpp: the sequence is found by the column that owns it; a column without one is left alone.
#include "store/table_ids.h"

#include <string>

#include "base/log.h"

namespace opusclaw::store {

namespace {

bool realign(Transaction& tx, const std::string& table) {
    // Nobody takes an id or stores a row meanwhile: two nodes that do this one after the other see each other's work.
    tx.execute("LOCK TABLE \"" + table + "\" IN SHARE ROW EXCLUSIVE MODE");
    const std::string sequence = "pg_get_serial_sequence('\"" + table + "\"', 'id')";
    const auto next = tx.integer("SELECT nextval(" + sequence + ")");
    const std::int64_t last = tx.integer("SELECT MAX(\"id\") FROM \"" + table + "\"").value_or(0);
    if (!next || *next > last) return false;
    tx.integer("SELECT setval(" + sequence + ", :last)", {{"last", last}});
    log::warning("the ids of new rows of table {} lagged behind its rows, from {} on; they go on behind {}",
                 table, *next, last);
    return true;
}

}    // namespace

bool realign_ids(Transaction& tx, std::span<const std::string_view> tables) {
    if (tx.engine() != Engine::Postgres) return false;
    bool lagged = false;
    for (const std::string_view table : tables) lagged = realign(tx, std::string(table)) || lagged;
    return lagged;
}

}    // namespace opusclaw::store
