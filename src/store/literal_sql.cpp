// store/literal_sql.cpp: how values are spelt, and the texts of the two shapes on each engine.
#include "store/literal_sql.h"

#include <algorithm>
#include <charconv>

#include "base/error.h"

namespace opusclaw::store {

namespace {

// A statement ends behind this; with one more row of the longest it stays below half a megabyte.
constexpr std::size_t kStatementBytes = std::size_t{192} << 10;
// On MySQL each row is compared with each id of its statement.
constexpr std::size_t kMysqlSums = 100, kPostgresSums = 1000;

void append_hex(std::string& out, std::string_view text) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    constexpr unsigned kNibble = 4, kLow = 15;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        out += kDigits[byte >> kNibble];
        out += kDigits[byte & kLow];
    }
}

std::string amount_name(std::size_t column) { return "amount" + std::to_string(column); }

}    // namespace

LiteralSql& LiteralSql::sql(std::string_view text) {
    text_ += engine_sql(engine_, text);
    return *this;
}

LiteralSql& LiteralSql::value(std::int64_t number) {
    constexpr std::size_t kDigits = 24;
    std::array<char, kDigits> digits{};
    const auto end = std::to_chars(digits.begin(), digits.end(), number).ptr;
    text_.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
    return *this;
}

LiteralSql& LiteralSql::value(bool truth) {
    if (engine_ == Engine::Postgres)
        text_ += truth ? "true" : "false";
    else
        text_ += truth ? '1' : '0';
    return *this;
}

LiteralSql& LiteralSql::value(std::string_view text) {
    if (text.find('\0') != std::string_view::npos)
        throw Error(ErrorKind::InvalidRequest, "value_refused", Message::key("common.invalid_params"),
                    "a text with a NUL byte");
    // What a backslash means on MySQL depends on the session's mode; PostgreSQL's is set to take it for itself.
    if (engine_ == Engine::Mysql && text.find('\\') != std::string_view::npos) {
        append_hex(text_.append("_utf8mb4 X'"), text);
        text_ += '\'';
        return *this;
    }
    text_ += '\'';
    for (std::size_t quote = text.find('\''); quote != std::string_view::npos; quote = text.find('\'')) {
        text_.append(text.substr(0, quote)).append("''");
        text.remove_prefix(quote + 1);
    }
    text_.append(text) += '\'';
    return *this;
}

BulkInsert::BulkInsert(Transaction& tx, std::string sql)
    : tx_(tx), sql_(std::move(sql)), literal_(tx.engine()) {
    constexpr std::string_view kValues = " VALUES (";
    const std::string_view all = sql_;
    const std::size_t open = all.find(kValues) + kValues.size() - 1, end = all.find(')', open) + 1;
    if (tx.engine() == Engine::Sqlite) {
        find_parameters(all.substr(open, end - open));
        return;
    }
    head_ = literal_.sql(all.substr(0, open)).text().size();
    tail_ = engine_sql(tx.engine(), all.substr(end));
}

void BulkInsert::find_parameters(std::string_view tuple) {
    for (std::size_t at = tuple.find(':'); at != std::string_view::npos; at = tuple.find(':', at)) {
        const std::size_t end = tuple.find_first_of(",) ", at);
        parameters_.push_back({tuple.substr(at + 1, end - at - 1), nullptr});
        at = end;
    }
}

void BulkInsert::begin_value() {
    if (tx_.engine() == Engine::Sqlite) return;
    if (column_++ > 0)
        literal_.plain(",");
    else
        literal_.plain(rows_ == 0 ? "(" : ",(");
}

void BulkInsert::keep(std::string_view value) {
    Value& kept = parameters_.at(column_++).value;
    if (auto* text = std::get_if<std::string>(&kept))
        *text = value;
    else
        kept = std::string(value);
}

void BulkInsert::end_row() {
    column_ = 0;
    if (tx_.engine() == Engine::Sqlite) {
        tx_.execute(sql_, parameters_);
        return;
    }
    literal_.plain(")");
    ++rows_;
    if (literal_.text().size() >= kStatementBytes) finish();
}

void BulkInsert::finish() {
    if (rows_ == 0) return;
    literal_.plain(tail_);
    tx_.execute_literal(literal_.text(), sql_);
    literal_.cut_to(head_);
    rows_ = 0;
}

namespace {

void add_on_sqlite(Transaction& tx, const SumUpdate& update, std::span<const SumRow> rows) {
    std::string sql = "UPDATE \"" + std::string(update.table) + "\" SET ";
    Parameters parameters;
    for (const SumColumn& column : update.columns) {
        if (!parameters.empty()) sql += ", ";
        sql += add_expression(tx.engine(), column.width, column.name, ":" + std::string(column.name));
        parameters.push_back({column.name, nullptr});
    }
    if (!update.stamped.empty()) {
        sql.append(", \"").append(update.stamped).append("\" = :").append(update.stamped);
        parameters.push_back({update.stamped, update.stamp});
    }
    sql += " WHERE \"id\" = :id";
    parameters.push_back({"id", nullptr});
    for (const SumRow& row : rows) {
        for (std::size_t i = 0; i < update.columns.size(); ++i) parameters[i].value = row.amounts.at(i);
        parameters.back().value = row.id;
        tx.execute(sql, parameters);
    }
}

/// `"id" IN (1,2…)`.
void append_ids(LiteralSql& out, std::span<const SumRow> rows) {
    out.sql("\"id\" IN (");
    for (std::size_t i = 0; i < rows.size(); ++i) out.plain(i == 0 ? "" : ",").value(rows[i].id);
    out.plain(")");
}

/// ` SET …`; `amount(column)` is what is added.
template <class Amount>
void append_changes(Engine engine, LiteralSql& out, const SumUpdate& update, Amount amount) {
    for (std::size_t i = 0; i < update.columns.size(); ++i) {
        const SumColumn& column = update.columns[i];
        out.sql(i == 0 ? " SET " : ", ").sql(add_expression(engine, column.width, column.name, amount(i)));
    }
    if (!update.stamped.empty()) out.sql(", \"").sql(update.stamped).sql("\" = ").value(update.stamp);
}

/// Which plan an UPDATE with a join takes, and so in which order it locks, is the server's choice: the locks are taken before.
void lock_on_postgres(Transaction& tx, const SumUpdate& update, std::span<const SumRow> rows) {
    LiteralSql lock(Engine::Postgres);
    lock.sql("SELECT 1 FROM \"").sql(update.table).sql("\" WHERE ");
    append_ids(lock, rows);
    lock.sql(" ORDER BY \"id\" FOR NO KEY UPDATE");
    tx.execute_literal(lock.text(), "SELECT … FOR NO KEY UPDATE");
}

void add_on_postgres(Transaction& tx, const SumUpdate& update, std::span<const SumRow> rows) {
    lock_on_postgres(tx, update, rows);
    LiteralSql out(Engine::Postgres);
    out.sql("UPDATE \"").sql(update.table).sql("\"");
    append_changes(Engine::Postgres, out, update, amount_name);
    out.sql(" FROM (VALUES ");
    for (std::size_t i = 0; i < rows.size(); ++i) {
        out.plain(i == 0 ? "(" : ",(").value(rows[i].id);
        for (std::size_t k = 0; k < update.columns.size(); ++k) out.plain(",").value(rows[i].amounts.at(k));
        out.plain(")");
    }
    out.sql(") AS \"sums\" (\"row\"");
    for (std::size_t i = 0; i < update.columns.size(); ++i) out.sql(", ").sql(amount_name(i));
    out.sql(") WHERE \"id\" = \"row\"");
    tx.execute_literal(out.text(), "UPDATE " + std::string(update.table));
}

/// The primary key decides the order: a range of it is read from its lowest id on, and nothing between is locked.
void add_on_mysql(Transaction& tx, const SumUpdate& update, std::span<const SumRow> rows) {
    LiteralSql out(Engine::Mysql);
    out.sql("UPDATE \"").sql(update.table).sql("\" FORCE INDEX (PRIMARY)");
    append_changes(Engine::Mysql, out, update, [&rows](std::size_t column) {
        LiteralSql cases(Engine::Mysql);
        cases.sql("CASE \"id\"");
        for (const SumRow& row : rows)
            cases.plain(" WHEN ").value(row.id).plain(" THEN ").value(row.amounts.at(column));
        return std::string(cases.sql(" END").text());
    });
    append_ids(out.sql(" WHERE "), rows);
    tx.execute_literal(out.text(), "UPDATE " + std::string(update.table));
}

}    // namespace

void add_sums(Transaction& tx, const SumUpdate& update, std::span<const SumRow> rows) {
    if (tx.engine() == Engine::Sqlite) return add_on_sqlite(tx, update, rows);
    const bool postgres = tx.engine() == Engine::Postgres;
    const std::size_t most = postgres ? kPostgresSums : kMysqlSums;
    while (!rows.empty()) {
        const auto part = rows.first(std::min(most, rows.size()));
        if (postgres)
            add_on_postgres(tx, update, part);
        else
            add_on_mysql(tx, update, part);
        rows = rows.subspan(part.size());
    }
}

}    // namespace opusclaw::store
