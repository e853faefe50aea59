// store/literal_sql.h: statements for servers whose values stand in their text, and the two shapes that many rows are written in: rows of
// one INSERT, and sums added to many rows by id (DESIGN section 9). On SQLite both are prepared single rows. Internal to store/.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/sql.h"
#include "store/statement.h"

namespace opusclaw::store {

/// A statement that grows value by value, for a server. A value can never become SQL, whatever is in it.
class LiteralSql {
public:
    explicit LiteralSql(Engine engine) : engine_(engine) {}
    /// SQL as engine_sql() takes it, without parameters.
    LiteralSql& sql(std::string_view text);
    /// The same for what has no identifiers.
    LiteralSql& plain(std::string_view text) {
        text_ += text;
        return *this;
    }
    LiteralSql& value(std::int64_t number);
    LiteralSql& value(bool truth);
    /// Throws Error(InvalidRequest, "value_refused") for a text with a NUL byte, which no server's text column holds.
    LiteralSql& value(std::string_view text);
    const std::string& text() const { return text_; }
    void cut_to(std::size_t size) { text_.resize(size); }
    void reserve(std::size_t bytes) { text_.reserve(bytes); }

private:
    Engine engine_;
    std::string text_;
};

/// Rows of one INSERT. On servers a statement has as many as fit into some hundred kilobytes.
class BulkInsert {
public:
    /// `sql`: `INSERT … VALUES (:a, :b …)` whose tuple is nothing but parameters; more may follow it. `tx` outlives this.
    BulkInsert(Transaction& tx, std::string sql);
    BulkInsert(const BulkInsert&) = delete;
    BulkInsert& operator=(const BulkInsert&) = delete;

    /// The next value of the row, in the order of the parameters.
    template <class T>
    BulkInsert& add(const T& value) {
        begin_value();
        if (tx_.engine() == Engine::Sqlite)
            keep(value);
        else
            literal_.value(value);
        return *this;
    }
    void end_row();
    /// Stores what was not yet. Without it rows are lost.
    void finish();

private:
    void begin_value();
    void keep(std::int64_t value) { parameters_.at(column_++).value = value; }
    void keep(bool value) { parameters_.at(column_++).value = value; }
    void keep(std::string_view value);
    void find_parameters(std::string_view tuple);

    Transaction& tx_;
    std::string sql_, tail_;
    std::size_t head_ = 0;    // characters of the statement before its first row
    LiteralSql literal_;
    Parameters parameters_;
    std::size_t column_ = 0, rows_ = 0;
};

/// What add_sums() adds to: a column whose sum stops at the limits of 32 bits (on servers), or one of 64 bits.
struct SumColumn {
    std::string_view name;
    Width width = Width::Int64;
};
inline constexpr std::size_t kMostSumColumns = 3;
struct SumUpdate {
    std::string_view table;                // its key is `id`
    std::span<const SumColumn> columns;    // kMostSumColumns at most
    std::string_view stamped;              // a column that becomes `stamp` in every row; empty: none
    std::int64_t stamp = 0;
};
struct SumRow {
    std::int64_t id = 0;
    std::array<std::int64_t, kMostSumColumns> amounts{};    // as many as there are columns
};
/// Adds to the rows of these ids, NULL counting as 0; ids that are not there are skipped. `rows` rise by id, without equal ones: rows
/// are locked in this order, the same on every node.
void add_sums(Transaction& tx, const SumUpdate& update, std::span<const SumRow> rows);

}    // namespace opusclaw::store
