// store/quota_data.cpp: statements over table `quota_data`. When rows are written is decided in billing/group_store.
#include "store/quota_data.h"

#include <algorithm>
#include <array>
#include <bit>
#include <map>
#include <tuple>

#include "base/text.h"
#include "store/literal_sql.h"
#include "store/session.h"
#include "store/sql.h"

namespace opusclaw::store {

namespace {

constexpr Column<QuotaDataRow> kColumns[] = {
    {"id", &QuotaDataRow::id},
    {"user_id", &QuotaDataRow::user_id},
    {"username", &QuotaDataRow::username},
    {"model_name", &QuotaDataRow::model_name},
    {"created_at", &QuotaDataRow::created_at},
    {"token_used", &QuotaDataRow::token_used},
    {"count", &QuotaDataRow::count},
    {"quota", &QuotaDataRow::quota},
};

constexpr Column<QuotaDataRow> kSumsByModel[] = {
    {"model_name", &QuotaDataRow::model_name}, {"created_at", &QuotaDataRow::created_at},
    {"token_used", &QuotaDataRow::token_used}, {"count", &QuotaDataRow::count},
    {"quota", &QuotaDataRow::quota},
};

constexpr Column<QuotaDataRow> kSumsByUsername[] = {
    {"username", &QuotaDataRow::username},     {"created_at", &QuotaDataRow::created_at},
    {"token_used", &QuotaDataRow::token_used}, {"count", &QuotaDataRow::count},
    {"quota", &QuotaDataRow::quota},
};

constexpr std::size_t kNameWidth = 64;
constexpr std::size_t kMaxNames = 64;    // in one statement, a power of two

constexpr std::int64_t quota_hour(std::int64_t at) { return at - at % kQuotaHour; }

std::string cut_name(const std::string& name) {
    std::string out = name.find('\0') == std::string::npos && text::valid_utf8(name) ? name
                                                                                     : text::clean_utf8(name);
    out.resize(text::cut_utf8(out, kNameWidth).size());
    return out;
}

using Key =
    std::tuple<std::int64_t, std::string, std::int64_t, std::string>;    // hour, username, user, model
using Rows = std::map<Key, QuotaDataRow>;

/// Rows that are the same in the table are one.
Rows by_key(std::span<const QuotaDataRow> given) {
    Rows rows;
    for (const QuotaDataRow& row : given) {
        QuotaDataRow cut = row;
        cut.username = cut_name(row.username);
        cut.model_name = cut_name(row.model_name);
        const auto [at, made] = rows.try_emplace(
            Key{cut.created_at, cut.username, cut.user_id, cut.model_name}, cut);
        if (made) continue;
        at->second.token_used += row.token_used;
        at->second.count += row.count;
        at->second.quota += row.quota;
    }
    return rows;
}

/// `(:name0, :name1 …)`, rounded up by repeating the last, so that few different statements are prepared.
std::string name_list(std::span<const std::string> names, Parameters& parameters) {
    static constexpr auto kLabels = [] {
        std::array<std::array<char, 5>, kMaxNames> labels{};
        for (std::size_t i = 0; i < kMaxNames; ++i)
            labels.at(i) = {'n', static_cast<char>('0' + i / 10), static_cast<char>('0' + i % 10), 0, 0};
        return labels;
    }();
    std::string sql = "(";
    for (std::size_t i = 0; i < std::bit_ceil(names.size()); ++i) {
        const std::string_view label(kLabels.at(i).data());
        parameters.push_back({label, names[std::min(i, names.size() - 1)]});
        sql.append(i == 0 ? ":" : ", :").append(label);
    }
    return sql + ")";
}

std::vector<QuotaDataRow> stored_on_sqlite(Transaction& tx, std::int64_t hour,
                                           std::span<const std::string> names) {
    Parameters parameters = {{"hour", hour}};
    const std::string list = name_list(names, parameters);
    return tx.select<QuotaDataRow>(
        kColumns,
        R"(FROM "quota_data" WHERE "created_at" = :hour AND "username" IN )" + list + R"( ORDER BY "id")",
        parameters);
}

/// A locked read: it sees what another node has just committed.
std::vector<QuotaDataRow> stored_on_server(Transaction& tx, std::int64_t hour,
                                           std::span<const std::string> names) {
    using enum Reader::Kind;
    constexpr Reader::Kind kKinds[] = {Integer, Integer, Text, Text, Integer, Integer, Integer};
    LiteralSql select(tx.engine());
    select.sql(
        R"(SELECT "id", "user_id", "username", "model_name", "token_used", "count", "quota" FROM "quota_data")");
    select.sql(R"( WHERE "created_at" = )").value(hour).sql(R"( AND "username" IN )");
    for (std::size_t i = 0; i < names.size(); ++i) select.plain(i == 0 ? "(" : ",").value(names[i]);
    select.sql(R"() ORDER BY "id" FOR UPDATE)");
    std::vector<QuotaDataRow> rows;
    session_of(tx).fetch_literal(select.text(), "SELECT quota_data", kKinds,
                                 [&](std::span<Reader::Cell> cells) {
                                     rows.push_back({.id = cells[0].integer,
                                                     .user_id = cells[1].integer,
                                                     .username = std::move(cells[2].text),
                                                     .model_name = std::move(cells[3].text),
                                                     .created_at = hour,
                                                     .token_used = cells[4].integer,
                                                     .count = cells[5].integer,
                                                     .quota = cells[6].integer});
                                 });
    return rows;
}

/// Adds what is stored under these names in that hour, and its id; of several rows the oldest.
void add_stored(Transaction& tx, std::int64_t hour, std::span<const std::string> names, Rows& rows) {
    const auto stored = tx.engine() == Engine::Sqlite ? stored_on_sqlite(tx, hour, names)
                                                      : stored_on_server(tx, hour, names);
    for (const QuotaDataRow& row : stored) {
        const auto found = rows.find(Key{hour, row.username, row.user_id, row.model_name});
        if (found == rows.end() || found->second.id != 0) continue;
        found->second.id = row.id;
        found->second.token_used += row.token_used;
        found->second.count += row.count;
        found->second.quota += row.quota;
    }
}

void write_rows(Transaction& tx, const Rows& rows) {
    constexpr std::string_view kChanged[] = {"id", "token_used", "count", "quota"};
    // The rows are there and locked: this is an update of many at once.
    const Upsert upsert{.table = "quota_data", .columns = kChanged, .keys = std::span(kChanged).first(1)};
    BulkInsert update(tx, upsert_sql(tx.engine(), upsert));
    BulkInsert insert(
        tx,
        R"(INSERT INTO "quota_data" ("user_id", "username", "model_name", "created_at", "token_used", "count", "quota"))"
        R"( VALUES (:user_id, :username, :model_name, :created_at, :token_used, :count, :quota))");
    for (const auto& [key, row] : rows) {
        if (row.id != 0) {
            update.add(row.id).add(row.token_used).add(row.count).add(row.quota).end_row();
            continue;
        }
        insert.add(row.user_id).add(row.username).add(row.model_name).add(row.created_at);
        insert.add(row.token_used).add(row.count).add(row.quota).end_row();
    }
    update.finish();
    insert.finish();
}

/// Each of these hours counts one change more.
void note_changes(Transaction& tx, std::span<const std::int64_t> hours) {
    constexpr std::string_view kNames[] = {"hour", "changes"};
    const Upsert upsert{.table = "opus_quota_hours",
                        .columns = kNames,
                        .keys = std::span(kNames).first(1),
                        .conflict = OnConflict::Add};
    BulkInsert insert(tx, upsert_sql(tx.engine(), upsert));
    for (const std::int64_t hour : hours) insert.add(hour).add(std::int64_t{1}).end_row();
    insert.finish();
}

constexpr std::string_view kInSpan =
    R"( AND "created_at" >= :from AND "created_at" <= :to ORDER BY "created_at", "model_name", "id")";

}    // namespace

void add_quota_data(Transaction& tx, std::span<const QuotaDataRow> rows, std::int64_t now) {
    Rows wanted = by_key(rows);
    std::vector<std::string> names;
    std::vector<std::int64_t> late;    // hours that are over
    const auto look = [&](std::int64_t hour) {
        if (!names.empty()) add_stored(tx, hour, names, wanted);
        names.clear();
    };
    std::int64_t hour = 0;
    for (const auto& [key, row] : wanted) {    // by hour, then name
        if (row.created_at != hour || names.size() == kMaxNames) look(hour);
        hour = row.created_at;
        const std::int64_t begin = quota_hour(hour);
        const bool over = begin + kQuotaHour + kHourCountedAfter <= now;
        if (over && (late.empty() || late.back() != begin)) late.push_back(begin);
        if (names.empty() || names.back() != row.username) names.push_back(row.username);
    }
    look(hour);
    write_rows(tx, wanted);
    if (!late.empty()) note_changes(tx, late);
}

std::vector<QuotaDataRow> quota_data_of_user(Reader& db, std::int64_t user_id, TimeSpan span) {
    return db.select<QuotaDataRow>(kColumns,
                                   R"(FROM "quota_data" WHERE "user_id" = :user_id)" + std::string(kInSpan),
                                   {{"user_id", user_id}, {"from", span.from}, {"to", span.to}});
}

std::vector<QuotaDataRow> quota_data_of_username(Reader& db, std::string_view username, TimeSpan span) {
    return db.select<QuotaDataRow>(
        kColumns, R"(FROM "quota_data" WHERE "username" = :username)" + std::string(kInSpan),
        {{"username", std::string(username)}, {"from", span.from}, {"to", span.to}});
}

std::vector<QuotaDataRow> quota_sums(Reader& db, ChartBy by, TimeSpan span) {
    const bool by_model = by == ChartBy::Model;
    const std::span<const Column<QuotaDataRow>> columns = by_model ? std::span(kSumsByModel)
                                                                   : std::span(kSumsByUsername);
    const std::string name = by_model ? "\"model_name\"" : "\"username\"";
    const auto sum = [engine = db.engine()](std::string_view column) {
        const std::string text = "\"" + std::string(column) + "\"";
        return sum_of(engine, text) + " AS " + text;
    };
    // Not ordered there: a server sorts all rows by name, as its language does, before it adds them up. SQLite groups in the order of
    // our indexes (schema_accounts.cpp).
    auto rows = db.select<QuotaDataRow>(
        columns,
        "FROM (SELECT " + name + ", \"created_at\", " + sum("token_used") + ", " + sum("count") + ", " +
            sum("quota") +
            " FROM \"quota_data\" WHERE \"created_at\" >= :from AND \"created_at\" <= :to"
            " GROUP BY \"created_at\", " +
            name + ") AS \"sums\"",
        {{"from", span.from}, {"to", span.to}});
    // What is not asked by is empty in all of them.
    const auto place = [](const QuotaDataRow& row) {
        return std::tie(row.created_at, row.username, row.model_name);
    };
    if (!std::ranges::is_sorted(rows, {}, place)) std::ranges::sort(rows, {}, place);
    return rows;
}

std::map<std::int64_t, std::int64_t> quota_data_changes(Reader& db, TimeSpan span) {
    struct Hour {
        std::int64_t hour = 0, changes = 0;
    };
    constexpr Column<Hour> kHour[] = {{"hour", &Hour::hour}, {"changes", &Hour::changes}};
    std::map<std::int64_t, std::int64_t> changes;
    const auto rows = db.select<Hour>(kHour,
                                      R"(FROM "opus_quota_hours" WHERE "hour" >= :from AND "hour" <= :to)",
                                      {{"from", span.from}, {"to", span.to}});
    for (const Hour& row : rows) changes.emplace(row.hour, row.changes);
    return changes;
}

}    // namespace opusclaw::store
