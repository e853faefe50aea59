// store/tokens.cpp: statements over table `tokens`. Keys are compared here; what a status means is decided in account.
#include "store/tokens.h"

#include <algorithm>

#include "store/literal_sql.h"
#include "store/sql.h"

namespace opusclaw::store {

namespace {

constexpr Column<TokenRow> kColumns[] = {
    {"id", &TokenRow::id},
    {"user_id", &TokenRow::user_id},
    {"key", &TokenRow::key},
    {"status", &TokenRow::status},
    {"name", &TokenRow::name},
    {"created_time", &TokenRow::created_time},
    {"accessed_time", &TokenRow::accessed_time},
    {"expired_time", &TokenRow::expired_time},
    {"remain_quota", &TokenRow::remain_quota},
    {"unlimited_quota", &TokenRow::unlimited_quota},
    {"model_limits_enabled", &TokenRow::model_limits_enabled},
    {"model_limits", &TokenRow::model_limits},
    {"allow_ips", &TokenRow::allow_ips},
    {"used_quota", &TokenRow::used_quota},
    {"group", &TokenRow::group},
    {"cross_group_retry", &TokenRow::cross_group_retry},
};

constexpr std::string_view kInsert =
    R"(INSERT INTO "tokens" ("user_id", "key", "status", "name", "created_time", "accessed_time", "expired_time",)"
    R"( "remain_quota", "unlimited_quota", "model_limits_enabled", "model_limits", "allow_ips", "used_quota", "group",)"
    R"( "cross_group_retry"))"
    R"( VALUES (:user_id, :key, :status, :name, :created_time, :accessed_time, :expired_time, :remain_quota,)"
    R"( :unlimited_quota, :model_limits_enabled, :model_limits, :allow_ips, :used_quota, :group, :cross_group_retry))";

/// Servers would walk the primary key for the order, and pass by everybody's newer tokens when the user has old ones.
std::string newest_first(Engine engine) {
    return engine == Engine::Sqlite ? R"( ORDER BY "id" DESC LIMIT :limit OFFSET :offset)"
                                    : R"( ORDER BY "id" + 0 DESC LIMIT :limit OFFSET :offset)";
}

}    // namespace

std::optional<TokenRow> find_token_by_key(Reader& db, std::string_view key) {
    if (key.empty() || !storable(key)) return std::nullopt;
    std::optional<TokenRow> token = db.select_one<TokenRow>(
        kColumns, R"(FROM "tokens" WHERE "key" = :key AND "deleted_at" IS NULL)",
        {{"key", std::string(key)}});
    if (!token) return std::nullopt;
    token->key.erase(token->key.find_last_not_of(' ') + 1);    // an old char(48) column is blank padded
    if (token->key != key) return std::nullopt;
    return token;
}

std::optional<TokenRow> find_token(Reader& db, std::int64_t id, std::int64_t user_id) {
    return db.select_one<TokenRow>(
        kColumns, R"(FROM "tokens" WHERE "id" = :id AND "user_id" = :user_id AND "deleted_at" IS NULL)",
        {{"id", id}, {"user_id", user_id}});
}

std::vector<TokenRow> find_tokens(Reader& db, std::span<const std::int64_t> ids, std::int64_t user_id) {
    std::vector<TokenRow> all;
    for (std::size_t i = 0; i < ids.size(); i += kMaxIdsInList) {
        IdList list = id_list(ids.subspan(i, std::min(kMaxIdsInList, ids.size() - i)));
        list.parameters.push_back({"user_id", user_id});
        std::vector<TokenRow> rows = db.select<TokenRow>(
            kColumns,
            R"(FROM "tokens" WHERE "user_id" = :user_id AND "deleted_at" IS NULL AND "id" IN )" + list.sql +
                R"( ORDER BY "id")",
            list.parameters);
        all.insert(all.end(), rows.begin(), rows.end());
    }
    return all;
}

TokenPage list_tokens(Reader& db, std::int64_t user_id, std::int64_t offset, std::int64_t limit) {
    TokenPage page;
    page.total = count_tokens(db, user_id);
    page.rows = db.select<TokenRow>(
        kColumns,
        R"(FROM "tokens" WHERE "user_id" = :user_id AND "deleted_at" IS NULL)" + newest_first(db.engine()),
        {{"user_id", user_id}, {"limit", limit}, {"offset", offset}});
    return page;
}

std::int64_t count_tokens(Reader& db, std::int64_t user_id) {
    return db
        .integer(R"(SELECT COUNT(*) FROM "tokens" WHERE "user_id" = :user_id AND "deleted_at" IS NULL)",
                 {{"user_id", user_id}})
        .value_or(0);
}

TokenPage search_tokens(Reader& db, const TokenSearch& search, std::int64_t offset, std::int64_t limit) {
    if (!storable(search.name) || !storable(search.key)) return {};
    std::string where = R"(FROM "tokens" WHERE "user_id" = :user_id AND "deleted_at" IS NULL)";
    Parameters parameters = {{"user_id", search.user_id}};
    const auto add = [&](std::string_view column, const std::string& typed) {
        if (typed.empty()) return;
        Pattern pattern = pattern_condition(column, column, typed);
        where.append(" AND ").append(pattern.condition);
        parameters.push_back({column, std::move(pattern.value)});
    };
    add("name", search.name);
    add("key", search.key);
    parameters.push_back({"limit", search.most_counted});
    TokenPage page;
    page.total = db.integer("SELECT COUNT(*) FROM (SELECT 1 " + where + " LIMIT :limit) AS \"found\"",
                            parameters)
                     .value_or(0);
    parameters.back().value = limit;
    parameters.push_back({"offset", offset});
    page.rows = db.select<TokenRow>(kColumns, where + newest_first(db.engine()), parameters);
    return page;
}

std::int64_t insert_token(Transaction& tx, const TokenRow& token) {
    // A zero in a column with another default becomes that default (spec 01 section 5 item 1).
    return tx.insert(kInsert, {{"user_id", token.user_id},
                               {"key", token.key},
                               {"status", token.status == 0 ? 1 : token.status},
                               {"name", token.name},
                               {"created_time", token.created_time},
                               {"accessed_time", token.accessed_time},
                               {"expired_time", token.expired_time == 0 ? -1 : token.expired_time},
                               {"remain_quota", token.remain_quota},
                               {"unlimited_quota", token.unlimited_quota},
                               {"model_limits_enabled", token.model_limits_enabled},
                               {"model_limits", token.model_limits},
                               {"allow_ips", token.allow_ips.value_or("")},
                               {"used_quota", token.used_quota},
                               {"group", token.group},
                               {"cross_group_retry", token.cross_group_retry}});
}

bool update_token(Transaction& tx, const TokenRow& token, std::optional<std::int64_t> remain_quota) {
    std::string sql =
        R"(UPDATE "tokens" SET "name" = :name, "expired_time" = :expired_time, "unlimited_quota" = :unlimited_quota,)"
        R"( "model_limits_enabled" = :model_limits_enabled, "model_limits" = :model_limits, "allow_ips" = :allow_ips,)"
        R"( "group" = :group, "cross_group_retry" = :cross_group_retry)";
    Parameters parameters = {{"name", token.name},
                             {"expired_time", token.expired_time},
                             {"unlimited_quota", token.unlimited_quota},
                             {"model_limits_enabled", token.model_limits_enabled},
                             {"model_limits", token.model_limits},
                             {"allow_ips", token.allow_ips ? Value(*token.allow_ips) : Value(nullptr)},
                             {"group", token.group},
                             {"cross_group_retry", token.cross_group_retry},
                             {"id", token.id},
                             {"user_id", token.user_id}};
    if (remain_quota) {
        sql += R"(, "remain_quota" = :remain_quota)";
        parameters.push_back({"remain_quota", *remain_quota});
    }
    // Servers may count rows that already were so as untouched: whether it is there is asked before.
    if (!find_token(tx, token.id, token.user_id)) return false;
    tx.execute(sql + R"( WHERE "id" = :id AND "user_id" = :user_id AND "deleted_at" IS NULL)", parameters);
    return true;
}

bool delete_token(Transaction& tx, std::int64_t id, std::int64_t user_id) {
    return tx.execute(
               R"(UPDATE "tokens" SET "deleted_at" = CURRENT_TIMESTAMP WHERE "id" = :id AND "user_id" = :user_id)"
               R"( AND "deleted_at" IS NULL)",
               {{"id", id}, {"user_id", user_id}}) == 1;
}

std::int64_t delete_tokens(Transaction& tx, std::span<const std::int64_t> ids, std::int64_t user_id) {
    std::int64_t deleted = 0;
    for (std::size_t i = 0; i < ids.size(); i += kMaxIdsInList) {
        IdList list = id_list(ids.subspan(i, std::min(kMaxIdsInList, ids.size() - i)));
        list.parameters.push_back({"user_id", user_id});
        deleted += tx.execute(
            R"(UPDATE "tokens" SET "deleted_at" = CURRENT_TIMESTAMP WHERE "user_id" = :user_id)"
            R"( AND "deleted_at" IS NULL AND "id" IN )" +
                list.sql,
            list.parameters);
    }
    return deleted;
}

void set_token_status(Transaction& tx, std::int64_t id, std::int64_t status) {
    tx.execute(R"(UPDATE "tokens" SET "status" = :status WHERE "id" = :id)",
               {{"status", status}, {"id", id}});
}

bool set_token_expired(Transaction& tx, std::int64_t id, std::int64_t status, std::int64_t now) {
    return tx.execute(R"(UPDATE "tokens" SET "status" = :status WHERE "id" = :id AND "status" = 1)"
                      R"( AND "expired_time" <> -1 AND "expired_time" < :now)",
                      {{"status", status}, {"id", id}, {"now", now}}) > 0;
}

bool set_token_exhausted(Transaction& tx, std::int64_t id, std::int64_t status) {
    return tx.execute(R"(UPDATE "tokens" SET "status" = :status WHERE "id" = :id AND "status" = 1)"
                      R"( AND "remain_quota" <= 0 AND NOT COALESCE("unlimited_quota", FALSE))",
                      {{"status", status}, {"id", id}}) > 0;
}

void add_token_usage(Transaction& tx, std::span<const TokenUsage> tokens, std::int64_t now) {
    constexpr SumColumn kChanged[] = {{"remain_quota"}, {"used_quota"}};
    std::vector<SumRow> rows;
    for (const TokenUsage& token : tokens)
        rows.push_back({.id = token.id, .amounts = {-token.used, token.used}});
    add_sums(tx, {.table = "tokens", .columns = kChanged, .stamped = "accessed_time", .stamp = now}, rows);
}

}    // namespace opusclaw::store
