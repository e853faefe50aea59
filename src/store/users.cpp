// store/users.cpp: statements over table `users`. Who may see or change what is decided in account and api.
#include "store/users.h"

#include <algorithm>

#include "base/error.h"
#include "store/sql.h"

namespace opusclaw::store {

namespace {

constexpr Column<UserRow> kColumns[] = {
    {"id", &UserRow::id},
    {"username", &UserRow::username},
    {"password", &UserRow::password},
    {"display_name", &UserRow::display_name},
    {"role", &UserRow::role},
    {"status", &UserRow::status},
    {"email", &UserRow::email},
    {"access_token", &UserRow::access_token},
    {"quota", &UserRow::quota},
    {"used_quota", &UserRow::used_quota},
    {"request_count", &UserRow::request_count},
    {"group", &UserRow::group},
    {"aff_code", &UserRow::aff_code},
    {"setting", &UserRow::setting},
    {"remark", &UserRow::remark},
    {"created_at", &UserRow::created_at},
    {"last_login_at", &UserRow::last_login_at},
};

constexpr Column<UserProfile> kProfileColumns[] = {
    {"id", &UserProfile::id},
    {"username", &UserProfile::username},
    {"display_name", &UserProfile::display_name},
    {"email", &UserProfile::email},
    {"role", &UserProfile::role},
    {"status", &UserProfile::status},
    {"github_id", &UserProfile::github_id},
    {"discord_id", &UserProfile::discord_id},
    {"oidc_id", &UserProfile::oidc_id},
    {"wechat_id", &UserProfile::wechat_id},
    {"telegram_id", &UserProfile::telegram_id},
    {"linux_do_id", &UserProfile::linux_do_id},
    {"group", &UserProfile::group},
    {"quota", &UserProfile::quota},
    {"used_quota", &UserProfile::used_quota},
    {"request_count", &UserProfile::request_count},
    {"aff_code", &UserProfile::aff_code},
    {"aff_count", &UserProfile::aff_count},
    {"aff_quota", &UserProfile::aff_quota},
    {"aff_history", &UserProfile::aff_history},
    {"inviter_id", &UserProfile::inviter_id},
    {"setting", &UserProfile::setting},
    {"stripe_customer", &UserProfile::stripe_customer},
};

constexpr Column<UserBalance> kBalanceColumns[] = {{"id", &UserBalance::id}, {"quota", &UserBalance::quota}};

// char(32) comes back blank padded from some engines.
std::optional<UserRow> trimmed(std::optional<UserRow> user) {
    if (user && user->access_token) {
        std::string& token = *user->access_token;
        token.erase(token.find_last_not_of(' ') + 1);
        if (token.empty()) user->access_token.reset();
    }
    return user;
}

Parameters insert_parameters(const UserRow& user) {
    const Value token = user.access_token ? Value(*user.access_token) : Value(nullptr);
    // A zero in a column with another default becomes that default (spec 01 section 5 item 1).
    return {{"username", user.username},
            {"password", user.password},
            {"display_name", user.display_name},
            {"role", user.role == 0 ? 1 : user.role},
            {"status", user.status == 0 ? 1 : user.status},
            {"email", user.email},
            {"access_token", token},
            {"quota", user.quota},
            {"used_quota", user.used_quota},
            {"request_count", user.request_count},
            {"group", user.group.empty() ? std::string("default") : user.group},
            {"aff_code", user.aff_code},
            {"setting", user.setting},
            {"remark", user.remark},
            {"created_at", user.created_at},
            {"last_login_at", user.last_login_at}};
}

// New API writes '' and 0 into the columns that no row struct member stands for, never NULL.
constexpr std::string_view kInsert =
    R"(INSERT INTO "users" ("username", "password", "display_name", "role", "status", "email", "access_token", "quota",)"
    R"( "used_quota", "request_count", "group", "aff_code", "setting", "remark", "created_at", "last_login_at",)"
    R"( "github_id", "discord_id", "oidc_id", "wechat_id", "telegram_id", "linux_do_id", "stripe_customer", "aff_count",)"
    R"( "aff_quota", "aff_history", "inviter_id"))"
    R"( VALUES (:username, :password, :display_name, :role, :status, :email, :access_token, :quota, :used_quota,)"
    R"( :request_count, :group, :aff_code, :setting, :remark, :created_at, :last_login_at,)"
    R"( '', '', '', '', '', '', '', 0, 0, 0, 0))";

}    // namespace

std::optional<UserRow> find_user(Reader& db, std::int64_t id) {
    return trimmed(db.select_one<UserRow>(
        kColumns, R"(FROM "users" WHERE "id" = :id AND "deleted_at" IS NULL)", {{"id", id}}));
}

std::optional<UserRow> find_user_for_login(Reader& db, std::string_view name_or_email) {
    if (name_or_email.empty()) return std::nullopt;    // most rows have an empty e-mail
    std::vector<UserRow> rows = db.select<UserRow>(
        kColumns,
        R"(FROM "users" WHERE ("username" = :wanted OR "email" = :wanted) AND "deleted_at" IS NULL ORDER BY "id")",
        {{"wanted", std::string(name_or_email)}});
    // Some collations ignore letter case and trailing blanks.
    const auto same = [&](const UserRow& row) {
        return row.username == name_or_email || row.email == name_or_email;
    };
    const auto found = std::ranges::find_if(rows, same);
    return found == rows.end() ? std::nullopt : trimmed(std::move(*found));
}

std::optional<UserRow> find_user_by_access_token(Reader& db, std::string_view access_token) {
    if (access_token.empty()) return std::nullopt;
    std::optional<UserRow> user = trimmed(db.select_one<UserRow>(
        kColumns, R"(FROM "users" WHERE "access_token" = :token AND "deleted_at" IS NULL)",
        {{"token", std::string(access_token)}}));
    if (user && user->access_token != access_token) return std::nullopt;
    return user;
}

std::optional<UserProfile> find_user_profile(Reader& db, std::int64_t id) {
    return db.select_one<UserProfile>(
        kProfileColumns, R"(FROM "users" WHERE "id" = :id AND "deleted_at" IS NULL)", {{"id", id}});
}

bool root_exists(Reader& db) {
    constexpr std::int64_t kRoot = 100;
    return db.integer(R"(SELECT COUNT(*) FROM "users" WHERE "role" = :role AND "deleted_at" IS NULL)",
                      {{"role", kRoot}}) > 0;
}

std::optional<std::int64_t> find_user_id(Reader& db, std::string_view username) {
    return db.integer(R"(SELECT "id" FROM "users" WHERE "username" = :username)",
                      {{"username", std::string(username)}});
}

std::int64_t insert_user(Transaction& tx, const UserRow& user) {
    try {
        return tx.insert(kInsert, insert_parameters(user));
    } catch (const Error& error) {
        if (error.code != "unique_violation" || error.detail.find("username") == std::string::npos) throw;
        throw Error(ErrorKind::Conflict, "user_exists", Message::key("user.exists"), error.detail);
    }
}

void set_last_login(Transaction& tx, std::int64_t id, std::int64_t unix_seconds) {
    tx.execute(R"(UPDATE "users" SET "last_login_at" = :at WHERE "id" = :id)",
               {{"at", unix_seconds}, {"id", id}});
}

void add_user_usage(Transaction& tx, std::int64_t id, std::int64_t quota_delta, std::int64_t used,
                    std::int64_t requests) {
    const Engine engine = tx.engine();
    tx.execute("UPDATE \"users\" SET " + add_to_int32(engine, "quota", "delta") + ", " +
                   add_to_int32(engine, "used_quota", "used") + ", " +
                   add_to_int32(engine, "request_count", "requests") + " WHERE \"id\" = :id",
               {{"delta", quota_delta}, {"used", used}, {"requests", requests}, {"id", id}});
}

std::vector<UserBalance> user_balances(Reader& db, std::span<const std::int64_t> ids) {
    std::vector<UserBalance> all;
    for (std::size_t i = 0; i < ids.size(); i += kMaxIdsInList) {
        const IdList list = id_list(ids.subspan(i, std::min(kMaxIdsInList, ids.size() - i)));
        std::vector<UserBalance> rows = db.select<UserBalance>(
            kBalanceColumns, R"(FROM "users" WHERE "deleted_at" IS NULL AND "id" IN )" + list.sql,
            list.parameters);
        all.insert(all.end(), rows.begin(), rows.end());
    }
    return all;
}

}    // namespace opusclaw::store
