// store/state.cpp: statements over `opus_state` and `opus_leases`. What the names mean is their owners' business.
#include "store/state.h"

#include "store/sql.h"

namespace opusclaw::store {

std::optional<std::int64_t> find_state(Reader& db, std::string_view name) {
    return db.integer(R"(SELECT "value" FROM "opus_state" WHERE "name" = :name)",
                      {{"name", std::string(name)}});
}

void put_state(Transaction& tx, std::string_view name, std::int64_t value) {
    constexpr std::string_view kNames[] = {"name", "value"};
    const Upsert upsert{.table = "opus_state", .columns = kNames, .keys = std::span(kNames).first(1)};
    tx.execute(upsert_sql(tx.engine(), upsert), {{"name", std::string(name)}, {"value", value}});
}

void drop_state(Transaction& tx, std::string_view name) {
    tx.execute(R"(DELETE FROM "opus_state" WHERE "name" = :name)", {{"name", std::string(name)}});
}

void hold_lock(Transaction& tx, std::string_view name) {
    // A row that is written is locked to the end of the transaction, on every engine.
    put_state(tx, "lock:" + std::string(name), 0);
}

bool take_lease(Transaction& tx, const LeaseWish& wish) {
    const std::int64_t until = wish.now + wish.seconds;
    const Parameters row = {
        {"until", until}, {"name", std::string(wish.name)}, {"holder", std::string(wish.holder)}};
    Parameters change = row;
    change.push_back({"now", wish.now});
    // Of two nodes' clocks; more was a clock that has been put back since.
    constexpr std::int64_t kMostAhead = 3600;
    change.push_back({"far", until + kMostAhead});
    const bool changed =
        tx.execute(R"(UPDATE "opus_leases" SET "holder" = :holder, "until" = :until WHERE "name" = :name)"
                   R"( AND ("holder" = :holder OR "until" <= :now OR "until" > :far))",
                   change) == 1;
    if (changed) return true;
    return unless_taken(tx, [&](Transaction& inner) {
        inner.execute(
            R"(INSERT INTO "opus_leases" ("name", "holder", "until") VALUES (:name, :holder, :until))", row);
    });
}

void drop_lease(Transaction& tx, std::string_view name, std::string_view holder) {
    tx.execute(R"(DELETE FROM "opus_leases" WHERE "name" = :name AND "holder" = :holder)",
               {{"name", std::string(name)}, {"holder", std::string(holder)}});
}

std::int64_t database_now(Reader& db, const Clock& otherwise) {
    const std::string_view sql = db.engine() == Engine::Sqlite
                                     ? "SELECT CAST(strftime('%s', 'now') AS integer)"
                                 : db.engine() == Engine::Mysql
                                     ? "SELECT UNIX_TIMESTAMP()"
                                     : "SELECT CAST(EXTRACT(EPOCH FROM NOW()) AS bigint)";
    const std::int64_t now = db.integer(sql).value_or(0);
    return now > 0 ? now : to_unix(otherwise.unix_now());
}

}    // namespace opusclaw::store
