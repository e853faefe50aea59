// store/journal_cursors.cpp: statements over `opus_journal`, and the database's own number, which journal files carry.
#include "store/journal_cursors.h"

#include <cstring>
#include <stdexcept>

#include "base/crypto.h"
#include "store/driver_error.h"
#include "store/literal_sql.h"
#include "store/session.h"
#include "store/sql.h"
#include "store/state.h"

namespace opusclaw::store {

namespace {

constexpr std::string_view kDatabaseId = "database_id";

}    // namespace

void give_database_id(Transaction& tx) {
    std::int64_t id = 0;
    const std::string bytes = crypto::random_bytes(sizeof(id));
    std::memcpy(&id, bytes.data(), sizeof(id));
    constexpr std::int64_t kPositive = INT64_MAX;
    put_state(tx, kDatabaseId, (id & kPositive) | 1);    // 0 means none
}

std::int64_t database_id(Reader& db) {
    const auto id = find_state(db, kDatabaseId);
    if (!id) throw std::runtime_error("the database has no number yet: start a master of this version first");
    return *id;
}

std::optional<std::int64_t> find_cursor(Reader& db, std::string_view file) {
    return db.integer(R"(SELECT "seq" FROM "opus_journal" WHERE "file" = :file)",
                      {{"file", std::string(file)}});
}

bool move_cursor(Transaction& tx, std::string_view file, std::int64_t from, std::int64_t to) {
    return tx.execute(R"(UPDATE "opus_journal" SET "seq" = :to WHERE "file" = :file AND "seq" = :from)",
                      {{"to", to}, {"file", std::string(file)}, {"from", from}}) == 1;
}

void require_cursor(Transaction& tx, std::string_view file, std::int64_t from, std::int64_t to) {
    constexpr std::string_view kAbout = "UPDATE opus_journal";
    if (tx.engine() == Engine::Sqlite) {
        if (!move_cursor(tx, file, from, to)) throw rows_missed(kAbout);
        return;
    }
    LiteralSql move(tx.engine());
    move.sql(R"(UPDATE "opus_journal" SET "seq" = )").value(to);
    move.sql(R"( WHERE "file" = )").value(file).sql(R"( AND "seq" = )").value(from);
    session_of(tx).execute_literal(move.text(), kAbout, 1);
}

void put_cursor(Transaction& tx, std::string_view file, std::int64_t at) {
    constexpr std::string_view kNames[] = {"file", "seq"};
    const Upsert upsert{.table = "opus_journal", .columns = kNames, .keys = std::span(kNames).first(1)};
    tx.execute(upsert_sql(tx.engine(), upsert), {{"file", std::string(file)}, {"seq", at}});
}

void drop_cursor(Transaction& tx, std::string_view file) {
    tx.execute(R"(DELETE FROM "opus_journal" WHERE "file" = :file)", {{"file", std::string(file)}});
}

}    // namespace opusclaw::store
