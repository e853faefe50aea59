// store/balances.cpp: both tables in one statement. On a server the way there and back costs more than the rows.
#include "store/balances.h"

#include <algorithm>
#include <iterator>

#include "store/literal_sql.h"
#include "store/session.h"
#include "store/sql.h"

namespace opusclaw::store {

namespace {

struct Row {
    std::int64_t of = 0, id = 0, amount = 0;    // of: 0 a user, 1 a token
    std::int64_t used = 0, requests = 0;        // a user's, on servers
};
constexpr Column<Row> kColumns[] = {{"of", &Row::of}, {"id", &Row::id}, {"amount", &Row::amount}};

std::span<const std::int64_t> take(std::span<const std::int64_t>& ids) {
    const auto part = ids.first(std::min(ids.size(), kMaxIdsInList));
    ids = ids.subspan(part.size());
    return part;
}

void take(Balances& balances, const Row& row) {
    if (row.of == 0)
        balances.users.push_back(
            {.id = row.id, .quota = row.amount, .used_quota = row.used, .request_count = row.requests});
    else
        balances.tokens.push_back({.id = row.id, .remain_quota = row.amount});
}

constexpr std::string_view kUser = R"(SELECT 0 AS "of", "id", "quota" AS "amount")";
constexpr std::string_view kToken = R"(SELECT 1, "id", "remain_quota")";
constexpr std::string_view kUsers = R"( FROM "users" WHERE "deleted_at" IS NULL AND "id" IN )";
constexpr std::string_view kTokens = R"( FROM "tokens" WHERE "deleted_at" IS NULL AND "id" IN )";

void read_on_sqlite(Reader& db, std::span<const std::int64_t> users, std::span<const std::int64_t> tokens,
                    Balances& balances) {
    const auto [of_users, of_tokens] = id_lists(users, tokens);
    Parameters parameters = of_users.parameters;
    std::ranges::copy(of_tokens.parameters, std::back_inserter(parameters));
    std::string from = "FROM (";
    from.append(kUser).append(kUsers).append(of_users.sql).append(" UNION ALL ");
    from.append(kToken).append(kTokens).append(of_tokens.sql);
    from += R"() AS "balances")";
    for (const Row& row : db.select<Row>(kColumns, from, parameters)) take(balances, row);
}

void append_list(LiteralSql& out, std::span<const std::int64_t> ids) {
    out.plain(ids.empty() ? "(NULL" : "(");
    for (std::size_t i = 0; i < ids.size(); ++i) out.plain(i == 0 ? "" : ",").value(ids[i]);
    out.plain(")");
}

void read_on_server(Reader& db, std::span<const std::int64_t> users, std::span<const std::int64_t> tokens,
                    Balances& balances) {
    using enum Reader::Kind;
    constexpr Reader::Kind kKinds[] = {Integer, Integer, Integer, Integer, Integer};
    constexpr std::string_view kCounters = R"(, "used_quota" AS "used", "request_count" AS "requests")";
    LiteralSql select(db.engine());
    append_list(select.sql(kUser).sql(kCounters).sql(kUsers), users);
    append_list(select.sql(" UNION ALL ").sql(kToken).sql(", 0, 0").sql(kTokens), tokens);
    session_of(db).fetch_literal(select.text(), "SELECT balances", kKinds,
                                 [&](std::span<Reader::Cell> cells) {
                                     take(balances, {.of = cells[0].integer,
                                                     .id = cells[1].integer,
                                                     .amount = cells[2].integer,
                                                     .used = cells[3].integer,
                                                     .requests = cells[4].integer});
                                 });
}

}    // namespace

Balances find_balances(Reader& db, std::span<const std::int64_t> users,
                       std::span<const std::int64_t> tokens) {
    Balances balances;
    balances.narrow = db.engine() != Engine::Sqlite;
    while (!users.empty() || !tokens.empty()) {
        const auto of_users = take(users), of_tokens = take(tokens);
        if (db.engine() == Engine::Sqlite)
            read_on_sqlite(db, of_users, of_tokens, balances);
        else
            read_on_server(db, of_users, of_tokens, balances);
    }
    return balances;
}

}    // namespace opusclaw::store
