// store/quota_data.cpp: statements over table `quota_data`. When rows are written is decided in billing/quota_data.
#include "store/quota_data.h"

#include "base/text.h"
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

std::string cut_name(const std::string& name) {
    std::string out = name.find('\0') == std::string::npos && text::valid_utf8(name) ? name
                                                                                     : text::clean_utf8(name);
    out.resize(text::cut_utf8(out, kNameWidth).size());
    return out;
}

/// Of several rows the oldest. On servers a locked read: it sees what another node has just committed.
std::optional<std::int64_t> find_row(Transaction& tx, const Parameters& key) {
    std::string sql =
        R"(SELECT "id" FROM "quota_data" WHERE "user_id" = :user_id AND "username" = :username)"
        R"( AND "model_name" = :model_name AND "created_at" = :created_at ORDER BY "id" LIMIT 1)";
    if (tx.engine() != Engine::Sqlite) sql += " FOR UPDATE";
    return tx.integer(sql, key);
}

void add_row(Transaction& tx, const QuotaDataRow& row) {
    Parameters all = {{"user_id", row.user_id},
                      {"username", cut_name(row.username)},
                      {"model_name", cut_name(row.model_name)},
                      {"created_at", row.created_at}};
    const Parameters sums = {{"token_used", row.token_used}, {"count", row.count}, {"quota", row.quota}};
    // A change of nothing: the row's lock keeps other nodes from inserting the same hour until this one commits.
    tx.execute(R"(UPDATE "users" SET "request_count" = "request_count" WHERE "id" = :id)",
               {{"id", row.user_id}});
    if (const auto id = find_row(tx, all)) {
        const Engine engine = tx.engine();
        Parameters change = sums;
        change.push_back({"id", *id});
        tx.execute("UPDATE \"quota_data\" SET " + add_to_int64(engine, "token_used", "token_used") + ", " +
                       add_to_int64(engine, "count", "count") + ", " +
                       add_to_int64(engine, "quota", "quota") + " WHERE \"id\" = :id",
                   change);
        return;
    }
    all.insert(all.end(), sums.begin(), sums.end());
    tx.execute(
        R"(INSERT INTO "quota_data" ("user_id", "username", "model_name", "created_at", "token_used", "count", "quota"))"
        R"( VALUES (:user_id, :username, :model_name, :created_at, :token_used, :count, :quota))",
        all);
}

std::vector<QuotaDataRow> sums(Reader& db, std::string_view name,
                               std::span<const Column<QuotaDataRow>> columns, TimeSpan span) {
    const std::string quoted = "\"" + std::string(name) + "\"";
    const auto sum = [engine = db.engine()](std::string_view column) {
        const std::string text = "\"" + std::string(column) + "\"";
        return sum_of(engine, text) + " AS " + text;
    };
    return db.select<QuotaDataRow>(columns,
                                   // Grouped in the order of our indexes (schema_accounts.cpp).
                                   "FROM (SELECT " + quoted + ", \"created_at\", " + sum("token_used") +
                                       ", " + sum("count") + ", " + sum("quota") +
                                       " FROM \"quota_data\" WHERE \"created_at\" >= :from AND "
                                       "\"created_at\" <= :to GROUP BY \"created_at\", " +
                                       quoted + ") AS \"sums\" ORDER BY \"created_at\", " + quoted,
                                   {{"from", span.from}, {"to", span.to}});
}

constexpr std::string_view kInSpan =
    R"( AND "created_at" >= :from AND "created_at" <= :to ORDER BY "created_at", "model_name", "id")";

}    // namespace

void add_quota_data(Transaction& tx, std::span<const QuotaDataRow> rows) {
    for (const QuotaDataRow& row : rows) add_row(tx, row);
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

std::vector<QuotaDataRow> quota_data_by_model(Reader& db, TimeSpan span) {
    return sums(db, "model_name", kSumsByModel, span);
}

std::vector<QuotaDataRow> quota_data_by_username(Reader& db, TimeSpan span) {
    return sums(db, "username", kSumsByUsername, span);
}

}    // namespace opusclaw::store
