// store/user_changes.cpp: UPDATE and DELETE over table `users`. Balances change by relative statements; where a result has to be
// checked first, the row is locked.
#include "store/user_changes.h"

#include <algorithm>
#include <limits>

#include "base/error.h"
#include "base/log.h"
#include "store/schema.h"
#include "store/sql.h"
#include "store/two_factors.h"
#include "store/users.h"

namespace opusclaw::store {

namespace {

std::string_view column_of(Identity identity) {
    switch (identity) {
        case Identity::Email: return "email";
        case Identity::Github: return "github_id";
        case Identity::Discord: return "discord_id";
        case Identity::Oidc: return "oidc_id";
        case Identity::Wechat: return "wechat_id";
        case Identity::Telegram: return "telegram_id";
        case Identity::LinuxDo: return "linux_do_id";
    }
    throw_error(ErrorKind::Internal, "unknown_identity", "unknown identity");
}

void set(Transaction& tx, std::int64_t id, std::string_view column, Value value) {
    tx.execute("UPDATE \"users\" SET \"" + std::string(column) + "\" = :value WHERE \"id\" = :id",
               {{"value", std::move(value)}, {"id", id}});
}

/// The balance columns of a locked row.
struct Balances {
    std::int64_t quota = 0, aff_quota = 0;
};
constexpr Column<Balances> kBalances[] = {{"quota", &Balances::quota}, {"aff_quota", &Balances::aff_quota}};

std::optional<Balances> locked_balances(Transaction& tx, std::int64_t id) {
    if (!lock_user(tx, id)) return std::nullopt;
    return tx.select_one<Balances>(kBalances, R"(FROM "users" WHERE "id" = :id)", {{"id", id}});
}

/// Counters of a locked row that invitations raise.
struct Invitations {
    std::int64_t count = 0, quota = 0, history = 0;
};
constexpr Column<Invitations> kInvitations[] = {{"aff_count", &Invitations::count},
                                                {"aff_quota", &Invitations::quota},
                                                {"aff_history", &Invitations::history}};

/// Only the change that stops a counter tells so: no later one gets through.
void warn_of_limits(const Invitations& before, std::int64_t id, std::int64_t reward) {
    constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
    const auto stops = [](std::int64_t value, std::int64_t more) {
        return value < kMost && more >= kMost - value && more > 0;
    };
    constexpr std::string_view kText = "the {} of user {} has stopped at the limit of its column";
    if (stops(before.count, 1)) log::warning(kText, "aff_count", id);
    if (stops(before.quota, reward)) log::warning(kText, "aff_quota", id);
    if (stops(before.history, reward)) log::warning(kText, "aff_history", id);
}

bool sum_fits(Engine engine, std::int64_t quota, std::int64_t delta) {
    std::int64_t sum = 0;
    return !__builtin_add_overflow(quota, delta, &sum) && quota_fits(engine, sum);
}

/// Tables whose rows go with their user.
constexpr std::string_view kOwned[] = {"tokens", "two_fas", "two_fa_backup_codes", "passkey_credentials",
                                       "user_oauth_bindings"};

bool kept_here(std::string_view table) {
    return std::ranges::any_of(all_tables(), [&](const TableSpec& spec) { return spec.name == table; });
}

}    // namespace

bool lock_user(Transaction& tx, std::int64_t id) {
    // An SQLite transaction that may write is the only one.
    const std::string_view lock = tx.engine() == Engine::Sqlite ? "" : " FOR UPDATE";
    return tx.integer(R"(SELECT "id" FROM "users" WHERE "id" = :id)" + std::string(lock), {{"id", id}})
        .has_value();
}

void change_user(Transaction& tx, std::int64_t id, const UserChange& change) {
    std::string sql;
    Parameters parameters;
    const auto add = [&](std::string_view column, const std::optional<std::string>& value) {
        if (!value) return;
        sql.append(sql.empty() ? "\"" : ", \"").append(column).append("\" = :").append(column);
        parameters.push_back({column, *value});
    };
    add("username", change.username);
    add("display_name", change.display_name);
    add("group", change.group);
    add("remark", change.remark);
    add("password", change.password);
    if (sql.empty()) return;
    if (change.username && username_taken(tx, *change.username, id)) {
        throw Error(ErrorKind::Conflict, "user_exists", Message::key("user.exists"));
    }
    parameters.push_back({"id", id});
    try {
        tx.execute("UPDATE \"users\" SET " + sql + " WHERE \"id\" = :id", parameters);
    } catch (const Error& error) {
        throw as_username_conflict(error);
    }
}

std::optional<std::string> user_setting(Reader& db, std::int64_t id) {
    struct Row {
        std::string setting;
    };
    constexpr Column<Row> kSetting[] = {{"setting", &Row::setting}};
    const auto row = db.select_one<Row>(kSetting, R"(FROM "users" WHERE "id" = :id AND "deleted_at" IS NULL)",
                                        {{"id", id}});
    return row ? std::optional(row->setting) : std::nullopt;
}

void set_user_setting(Transaction& tx, std::int64_t id, const std::string& setting) {
    set(tx, id, "setting", setting);
}

void set_user_status(Transaction& tx, std::int64_t id, std::int64_t status) { set(tx, id, "status", status); }

void set_user_role(Transaction& tx, std::int64_t id, std::int64_t role) { set(tx, id, "role", role); }

void set_access_token(Transaction& tx, std::int64_t id, const std::optional<std::string>& token) {
    set(tx, id, "access_token", token ? Value(*token) : Value(nullptr));
}

void set_last_login(Transaction& tx, std::int64_t id, std::int64_t unix_seconds) {
    set(tx, id, "last_login_at", unix_seconds);
}

bool give_invitation_code(Transaction& tx, std::int64_t id, const std::string& code) {
    return tx.execute(R"(UPDATE "users" SET "aff_code" = :code WHERE "id" = :id)"
                      R"( AND ("aff_code" IS NULL OR "aff_code" = ''))",
                      {{"code", code}, {"id", id}}) == 1;
}

void clear_identity(Transaction& tx, std::int64_t id, Identity identity) {
    set(tx, id, column_of(identity), std::string());
}

bool hide_user(Transaction& tx, std::int64_t id) {
    return tx.execute(R"(UPDATE "users" SET "deleted_at" = CURRENT_TIMESTAMP WHERE "id" = :id)"
                      R"( AND "deleted_at" IS NULL)",
                      {{"id", id}}) == 1;
}

void remove_user(Transaction& tx, std::int64_t id) {
    remove_two_factor(tx, id);
    for (const std::string_view table : kOwned) {
        if (!kept_here(table)) continue;
        tx.execute("DELETE FROM \"" + std::string(table) + "\" WHERE \"user_id\" = :id", {{"id", id}});
    }
    tx.execute(R"(DELETE FROM "users" WHERE "id" = :id)", {{"id", id}});
}

bool quota_fits(Engine engine, std::int64_t quota) {
    using Narrow = std::numeric_limits<std::int32_t>;
    return engine == Engine::Sqlite || (quota >= Narrow::min() && quota <= Narrow::max());
}

bool add_user_quota(Transaction& tx, std::int64_t id, std::int64_t delta) {
    const auto balances = locked_balances(tx, id);
    if (!balances || !sum_fits(tx.engine(), balances->quota, delta)) return false;
    tx.execute("UPDATE \"users\" SET " + add_to_int32(tx.engine(), "quota", "delta") + " WHERE \"id\" = :id",
               {{"delta", delta}, {"id", id}});
    return true;
}

bool set_user_quota(Transaction& tx, std::int64_t id, std::int64_t quota) {
    if (!quota_fits(tx.engine(), quota)) return false;
    set(tx, id, "quota", quota);
    return true;
}

Transfer transfer_invitation_quota(Transaction& tx, std::int64_t id, std::int64_t amount) {
    const auto balances = locked_balances(tx, id);
    if (!balances || balances->aff_quota < amount) return Transfer::NotEnough;
    if (!sum_fits(tx.engine(), balances->quota, amount)) return Transfer::TooMuch;
    const Engine engine = tx.engine();
    tx.execute("UPDATE \"users\" SET " + add_to_int32(engine, "aff_quota", "minus") + ", " +
                   add_to_int32(engine, "quota", "plus") + " WHERE \"id\" = :id",
               {{"minus", -amount}, {"plus", amount}, {"id", id}});
    return Transfer::Done;
}

void reward_inviter(Transaction& tx, std::int64_t id, std::int64_t reward) {
    const Engine engine = tx.engine();
    constexpr std::int64_t kOne = 1;
    std::optional<Invitations> before;
    if (engine != Engine::Sqlite && lock_user(tx, id))
        before = tx.select_one<Invitations>(kInvitations, R"(FROM "users" WHERE "id" = :id)", {{"id", id}});
    tx.execute("UPDATE \"users\" SET " + add_to_int32(engine, "aff_count", "one") + ", " +
                   add_to_int32(engine, "aff_quota", "reward") + ", " +
                   add_to_int32(engine, "aff_history", "reward") + " WHERE \"id\" = :id",
               {{"one", kOne}, {"reward", reward}, {"id", id}});
    if (before) warn_of_limits(*before, id, reward);
}

}    // namespace opusclaw::store
