// store/two_factors.cpp: times are compared as Unix seconds, which each engine makes of its own kind of time.
#include "store/two_factors.h"

#include "store/sql.h"
#include "store/state.h"

namespace opusclaw::store {
namespace {

constexpr Column<TwoFactor> kColumns[] = {{"id", &TwoFactor::id},
                                          {"user_id", &TwoFactor::user_id},
                                          {"secret", &TwoFactor::secret},
                                          {"is_enabled", &TwoFactor::enabled},
                                          {"failed_attempts", &TwoFactor::failed_attempts}};
constexpr Column<BackupCode> kCodeColumns[] = {{"id", &BackupCode::id}, {"code_hash", &BackupCode::hash}};

/// `locked_until` in Unix seconds. SQLite gives NULL for what is no time.
std::string_view seconds_of_lock(Engine engine) {
    switch (engine) {
        case Engine::Sqlite: return R"(CAST(strftime('%s', "locked_until") AS integer))";
        case Engine::Mysql: return R"(CAST(UNIX_TIMESTAMP("locked_until") AS signed))";
        case Engine::Postgres: return R"(CAST(EXTRACT(EPOCH FROM "locked_until") AS bigint))";
    }
    return "NULL";
}

/// The time of parameter `until` in Unix seconds.
std::string_view time_of_seconds(Engine engine) {
    switch (engine) {
        case Engine::Sqlite: return "datetime(:until, 'unixepoch')";
        case Engine::Mysql: return "FROM_UNIXTIME(:until)";
        case Engine::Postgres: return "to_timestamp(CAST(:until AS double precision))";
    }
    return "NULL";
}

/// Of the state that tells the last step of a one-time password.
std::string step_name(const TwoFactor& row) { return "totp_step:" + std::to_string(row.id); }

std::optional<TwoFactor> find(Reader& db, std::int64_t user_id, std::string_view lock) {
    auto row = db.select_one<TwoFactor>(
        kColumns, R"(FROM "two_fas" WHERE "user_id" = :user_id AND "deleted_at" IS NULL)" + std::string(lock),
        {{"user_id", user_id}});
    if (!row) return std::nullopt;
    row->locked_until = db.integer("SELECT " + std::string(seconds_of_lock(db.engine())) +
                                       R"( FROM "two_fas" WHERE "id" = :id)" + std::string(lock),
                                   {{"id", row->id}});
    return row;
}

}    // namespace

std::optional<TwoFactor> find_two_factor(Reader& db, std::int64_t user_id) { return find(db, user_id, ""); }

std::optional<TwoFactor> hold_two_factor(Transaction& tx, std::int64_t user_id) {
    return find(tx, user_id, for_update(tx.engine()));
}

void store_two_factor_failures(Transaction& tx, const TwoFactor& row) {
    const Parameter id{"id", row.id}, failures{"failures", row.failed_attempts};
    if (!row.locked_until) {
        tx.execute(R"(UPDATE "two_fas" SET "failed_attempts" = :failures, "locked_until" = NULL,)"
                   R"( "updated_at" = CURRENT_TIMESTAMP WHERE "id" = :id)",
                   {failures, id});
        return;
    }
    tx.execute(R"(UPDATE "two_fas" SET "failed_attempts" = :failures, "locked_until" = )" +
                   std::string(time_of_seconds(tx.engine())) +
                   R"(, "updated_at" = CURRENT_TIMESTAMP WHERE "id" = :id)",
               {failures, {"until", *row.locked_until}, id});
}

void clear_two_factor_failures(Transaction& tx, const TwoFactor& row) {
    tx.execute(R"(UPDATE "two_fas" SET "failed_attempts" = 0, "locked_until" = NULL,)"
               R"( "last_used_at" = CURRENT_TIMESTAMP, "updated_at" = CURRENT_TIMESTAMP WHERE "id" = :id)",
               {{"id", row.id}});
}

bool use_one_time_step(Transaction& tx, const TwoFactor& row, std::int64_t step) {
    const std::string name = step_name(row);
    if (find_state(tx, name).value_or(0) >= step) return false;
    put_state(tx, name, step);
    return true;
}

bool remove_two_factor(Transaction& tx, std::int64_t user_id) {
    // First, as for who signs in: two transactions never wait for each other.
    const auto row = hold_two_factor(tx, user_id);
    if (!row) return false;
    const Parameters user = {{"user_id", user_id}};
    tx.execute(R"(DELETE FROM "two_fa_backup_codes" WHERE "user_id" = :user_id)", user);
    tx.execute(R"(DELETE FROM "two_fas" WHERE "user_id" = :user_id)", user);
    drop_state(tx, step_name(*row));
    return true;
}

std::vector<BackupCode> unused_backup_codes(Reader& db, std::int64_t user_id) {
    // New API's flag may be NULL as well as false.
    return db.select<BackupCode>(
        kCodeColumns,
        R"(FROM "two_fa_backup_codes" WHERE "user_id" = :user_id AND "deleted_at" IS NULL)"
        R"( AND ("is_used" = :used OR "is_used" IS NULL) ORDER BY "id")",
        {{"user_id", user_id}, {"used", false}});
}

bool use_backup_code(Transaction& tx, std::int64_t id) {
    return tx.execute(
               R"(UPDATE "two_fa_backup_codes" SET "is_used" = :now_used, "used_at" = CURRENT_TIMESTAMP)"
               R"( WHERE "id" = :id AND "deleted_at" IS NULL AND ("is_used" = :used OR "is_used" IS NULL))",
               {{"now_used", true}, {"id", id}, {"used", false}}) == 1;
}

}    // namespace opusclaw::store
