// store/users.cpp: statements over table `users`. Who may see or change what is decided in account and api.
#include "store/users.h"

#include <algorithm>
#include <iterator>

#include "base/crypto.h"
#include "base/error.h"
#include "base/text.h"
#include "store/literal_sql.h"
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
    {"inviter_id", &UserRow::inviter_id},
    {"deleted_at", &UserRow::deleted_at},
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
    {"remark", &UserProfile::remark},
    {"created_at", &UserProfile::created_at},
    {"last_login_at", &UserProfile::last_login_at},
    {"deleted_at", &UserProfile::deleted_at},
};

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
            {"last_login_at", user.last_login_at},
            {"inviter_id", user.inviter_id}};
}

// New API writes '' and 0 into the columns that no row struct member stands for, never NULL.
constexpr std::string_view kInsert =
    R"(INSERT INTO "users" ("username", "password", "display_name", "role", "status", "email", "access_token", "quota",)"
    R"( "used_quota", "request_count", "group", "aff_code", "setting", "remark", "created_at", "last_login_at",)"
    R"( "github_id", "discord_id", "oidc_id", "wechat_id", "telegram_id", "linux_do_id", "stripe_customer", "aff_count",)"
    R"( "aff_quota", "aff_history", "inviter_id"))"
    R"( VALUES (:username, :password, :display_name, :role, :status, :email, :access_token, :quota, :used_quota,)"
    R"( :request_count, :group, :aff_code, :setting, :remark, :created_at, :last_login_at,)"
    R"( '', '', '', '', '', '', '', 0, 0, 0, :inviter_id))";

struct Condition {
    std::string sql;
    Parameters parameters;
    void add(std::string_view condition) { sql.append(sql.empty() ? " WHERE " : " AND ").append(condition); }
};

/// `text` anywhere, its own wildcards taken literally.
std::string containing(std::string_view text) {
    std::string pattern = "%";
    for (const char c : text) {
        if (c == '!' || c == '_' || c == '%') pattern += '!';
        pattern += c;
    }
    return pattern += '%';
}

Condition condition(const UserFilter& filter) {
    Condition wanted;
    if (!filter.keyword.empty()) {
        std::string any = R"(("username" LIKE :keyword ESCAPE '!' OR "email" LIKE :keyword ESCAPE '!')"
                          R"( OR "display_name" LIKE :keyword ESCAPE '!')";
        wanted.parameters.push_back({"keyword", containing(filter.keyword)});
        if (const auto id = text::parse_int(filter.keyword)) {
            any += R"( OR "id" = :id)";
            wanted.parameters.push_back({"id", *id});
        }
        wanted.add(any + ")");
    }
    if (!filter.group.empty()) {
        wanted.add(R"("group" = :group)");
        wanted.parameters.push_back({"group", filter.group});
    }
    return wanted;
}

}    // namespace

std::optional<UserRow> find_user(Reader& db, std::int64_t id) {
    return trimmed(db.select_one<UserRow>(
        kColumns, R"(FROM "users" WHERE "id" = :id AND "deleted_at" IS NULL)", {{"id", id}}));
}

std::optional<UserRow> find_any_user(Reader& db, std::int64_t id) {
    return trimmed(db.select_one<UserRow>(kColumns, R"(FROM "users" WHERE "id" = :id)", {{"id", id}}));
}

std::optional<UserRow> find_user_for_login(Reader& db, std::string_view name_or_email) {
    if (name_or_email.empty() || !storable(name_or_email)) return std::nullopt;    // many rows have no e-mail
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
    if (access_token.empty() || !storable(access_token)) return std::nullopt;
    std::optional<UserRow> user = trimmed(db.select_one<UserRow>(
        kColumns, R"(FROM "users" WHERE "access_token" = :token AND "deleted_at" IS NULL)",
        {{"token", std::string(access_token)}}));
    const bool same = user && user->access_token &&
                      crypto::constant_time_equal(*user->access_token, access_token);
    return same ? user : std::nullopt;
}

std::optional<UserProfile> find_user_profile(Reader& db, std::int64_t id) {
    return db.select_one<UserProfile>(
        kProfileColumns, R"(FROM "users" WHERE "id" = :id AND "deleted_at" IS NULL)", {{"id", id}});
}

std::optional<UserProfile> find_any_user_profile(Reader& db, std::int64_t id) {
    return db.select_one<UserProfile>(kProfileColumns, R"(FROM "users" WHERE "id" = :id)", {{"id", id}});
}

namespace {

constexpr std::int64_t kFewUsers = 1000;    // so many are found whole

struct UserId {
    std::int64_t id = 0;
};
constexpr Column<UserId> kIdColumn[] = {{"id", &UserId::id}};

/// The newest users that are wanted, up to `limit`. Only ids: what is skipped need not be read.
std::vector<std::int64_t> newest_ids(Reader& db, const Condition& wanted, std::int64_t offset,
                                     std::int64_t limit) {
    Parameters parameters = wanted.parameters;
    parameters.push_back({"limit", limit});
    parameters.push_back({"offset", offset});
    std::vector<std::int64_t> ids;
    for (const UserId& row : db.select<UserId>(
             kIdColumn, R"(FROM "users")" + wanted.sql + R"( ORDER BY "id" DESC LIMIT :limit OFFSET :offset)",
             parameters))
        ids.push_back(row.id);
    return ids;
}

std::vector<UserProfile> profiles(Reader& db, std::span<const std::int64_t> ids) {
    std::vector<UserProfile> rows;
    for (std::size_t i = 0; i < ids.size(); i += kMaxIdsInList) {
        const IdList list = id_list(ids.subspan(i, std::min(kMaxIdsInList, ids.size() - i)));
        std::ranges::move(
            db.select<UserProfile>(kProfileColumns,
                                   R"(FROM "users" WHERE "id" IN )" + list.sql + R"( ORDER BY "id" DESC)",
                                   list.parameters),
            std::back_inserter(rows));
    }
    return rows;
}

}    // namespace

UserPage list_users(Reader& db, const UserFilter& filter, std::int64_t offset, std::int64_t limit) {
    const Condition wanted = condition(filter);
    // A word is sought in the rows of all users: once, when it is not in many of them.
    if (!filter.keyword.empty()) {
        const std::vector<std::int64_t> found = newest_ids(db, wanted, 0, kFewUsers + 1);
        const auto total = static_cast<std::int64_t>(found.size());
        if (total <= kFewUsers) {
            const std::int64_t first = std::min(offset, total), last = first + std::min(limit, total - first);
            const auto page = std::span(found).subspan(static_cast<std::size_t>(first),
                                                       static_cast<std::size_t>(last - first));
            return {.rows = profiles(db, page), .total = total};
        }
    }
    const std::vector<std::int64_t> ids = newest_ids(db, wanted, offset, limit);
    // A page that is not full is the last one: then nobody needs to look through all users again.
    const auto found = static_cast<std::int64_t>(ids.size());
    const bool last = found < limit && (found > 0 || offset == 0);
    return {
        .rows = profiles(db, ids),
        .total =
            last ? offset + found
                 : db.integer(R"(SELECT COUNT(*) FROM "users")" + wanted.sql, wanted.parameters).value_or(0)};
}

bool username_taken(Reader& db, std::string_view username, std::int64_t except) {
    return db.integer(R"(SELECT COUNT(*) FROM "users" WHERE "username" = :name AND "id" <> :except)",
                      {{"name", std::string(username)}, {"except", except}}) > 0;
}

bool email_taken(Reader& db, std::string_view email, std::int64_t except) {
    return db.integer(R"(SELECT COUNT(*) FROM "users" WHERE "email" = :email AND "id" <> :except)",
                      {{"email", std::string(email)}, {"except", except}}) > 0;
}

std::int64_t find_inviter(Reader& db, std::string_view aff_code) {
    if (aff_code.empty()) return 0;
    const auto user = db.select_one<UserRow>(
        kColumns, R"(FROM "users" WHERE "aff_code" = :code AND "deleted_at" IS NULL)",
        {{"code", std::string(aff_code)}});
    return user && crypto::constant_time_equal(user->aff_code, aff_code) ? user->id : 0;
}

bool root_exists(Reader& db) {
    constexpr std::int64_t kRoot = 100;
    return db.integer(R"(SELECT COUNT(*) FROM "users" WHERE "role" = :role AND "deleted_at" IS NULL)",
                      {{"role", kRoot}}) > 0;
}

std::optional<std::int64_t> find_root(Reader& db) {
    constexpr std::int64_t kRoot = 100, kEnabled = 1;
    return db.integer(
        R"(SELECT "id" FROM "users" WHERE "role" = :role AND "status" = :status AND "deleted_at" IS NULL)"
        R"( ORDER BY "id" LIMIT 1)",
        {{"role", kRoot}, {"status", kEnabled}});
}

std::optional<std::int64_t> find_user_id(Reader& db, std::string_view username) {
    return db.integer(R"(SELECT "id" FROM "users" WHERE "username" = :username)",
                      {{"username", std::string(username)}});
}

Error as_username_conflict(const Error& error) {
    const bool names = error.code == "unique_violation" && error.detail.find("username") != std::string::npos;
    return names ? Error(ErrorKind::Conflict, "user_exists", Message::key("user.exists"), error.detail)
                 : error;
}

std::int64_t insert_user(Transaction& tx, const UserRow& user) {
    try {
        return tx.insert(kInsert, insert_parameters(user));
    } catch (const Error& error) {
        throw as_username_conflict(error);
    }
}

void add_user_usage(Transaction& tx, std::span<const UserUsage> users) {
    constexpr SumColumn kChanged[] = {
        {"quota", Width::Int32}, {"used_quota", Width::Int32}, {"request_count", Width::Int32}};
    std::vector<SumRow> rows;
    for (const UserUsage& user : users)
        rows.push_back({.id = user.id, .amounts = {user.quota_delta, user.used, user.requests}});
    add_sums(tx, {.table = "users", .columns = kChanged, .stamped = {}}, rows);
}

}    // namespace opusclaw::store
