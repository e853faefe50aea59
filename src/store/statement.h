// store/statement.h: how repositories speak SQL: named parameters, typed columns bound to members of row structs, identifiers
// quoted per engine. SOCI stays behind it, with its traps (DESIGN section 9): no soci::row, no soci::blob, an indicator for
// every nullable column. Used on database threads only.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace opusclaw::store {

enum class Engine { Sqlite, Mysql, Postgres };

/// A parameter's value. bool is stored as the engine wants it. Blob: text bound as bytes (JSON columns on SQLite).
struct Blob {
    std::string bytes;
};
using Value = std::variant<std::nullptr_t, std::int64_t, double, bool, std::string, Blob>;
struct Parameter {
    std::string_view name;    // without the colon
    Value value;
};
using Parameters = std::vector<Parameter>;

/// A column of a table and the member of the row struct it goes to. NULL gives the member's default, or nullopt.
template <class Row>
struct Column {
    using Member = std::variant<std::int64_t Row::*, double Row::*, bool Row::*, std::string Row::*,
                                std::optional<std::int64_t> Row::*, std::optional<double> Row::*,
                                std::optional<std::string> Row::*>;
    std::string_view name;
    Member member;
};

/// Reads. A statement is SQL with :name parameters; `"word"` in double quotes is an identifier, quoted as the engine wants it.
/// Failures are thrown as Error(Internal, "database_error"), the driver's text in the detail.
class Reader {
public:
    virtual ~Reader() = default;
    virtual Engine engine() const = 0;
    /// Rows of `SELECT <columns> <rest>`, the columns named by `columns`, e.g. rest = `FROM users WHERE "id" = :id`.
    template <class Row>
    std::vector<Row> select(std::span<const Column<Row>> columns, std::string_view rest,
                            const Parameters& parameters = {});
    /// The first row, or nothing.
    template <class Row>
    std::optional<Row> select_one(std::span<const Column<Row>> columns, std::string_view rest,
                                  const Parameters& parameters = {});
    /// The single integer of a statement such as SELECT COUNT(*); nullopt when there is no row or it is NULL.
    std::optional<std::int64_t> integer(std::string_view sql, const Parameters& parameters = {});
    /// Asks for nothing but an answer.
    bool answers() { return integer("SELECT 1") == 1; }

    // One fetched cell: how a row is filled without templates in the source file. Text is also how BLOB columns are read.
    enum class Kind { Integer, Real, Boolean, Text };
    struct Cell {
        bool null = true;
        std::int64_t integer = 0;    // Boolean: 0 or 1
        double real = 0;
        std::string text;
    };
    using RowFunction = std::function<void(std::span<Cell>)>;

protected:
    virtual void fetch(std::string_view sql, const Parameters& parameters, std::span<const Kind> kinds,
                       const RowFunction& row) = 0;

private:
    template <class Row>
    static Kind kind_of(const Column<Row>& column);
    template <class Row>
    static void fill(Row& row, const Column<Row>& column, Cell& cell);
};

/// Reads and writes inside one transaction. A statement that breaks a unique index or key is Error(Conflict,
/// "unique_violation"), with the names of table and column, or of the index, in the detail.
class Transaction : public Reader {
public:
    /// Rows touched.
    virtual std::int64_t execute(std::string_view sql, const Parameters& parameters = {}) = 0;
    /// Inserts and gives the new row's id (for tables whose key is `id`).
    virtual std::int64_t insert(std::string_view sql, const Parameters& parameters = {}) = 0;
    /// The same statement for many sets of parameters: one multi-row statement on servers, a prepared one on SQLite. All
    /// sets have the same names and kinds, in the same order.
    virtual void execute_many(std::string_view sql, std::span<const Parameters> sets) = 0;
    /// On servers only: a statement with its values in it, as store/literal_sql.h makes it; it gives no rows. Several of them go to the
    /// server together, with flush() or before anything else that is asked: what one throws is thrown there. `about` is what may
    /// be said of it in an error: it has no values.
    virtual void execute_literal(std::string_view sql, std::string_view about) = 0;
    /// What execute_literal() has kept is done when this returns.
    virtual void flush() = 0;
};

template <class Row>
Reader::Kind Reader::kind_of(const Column<Row>& column) {
    return std::visit(
        []<class Member>(Member Row::*) {
            if constexpr (std::is_same_v<Member, bool>)
                return Kind::Boolean;
            else if constexpr (std::is_same_v<Member, double> ||
                               std::is_same_v<Member, std::optional<double>>)
                return Kind::Real;
            else if constexpr (std::is_same_v<Member, std::int64_t> ||
                               std::is_same_v<Member, std::optional<std::int64_t>>)
                return Kind::Integer;
            else
                return Kind::Text;
        },
        column.member);
}

template <class Row>
void Reader::fill(Row& row, const Column<Row>& column, Cell& cell) {
    if (cell.null) return;    // the member keeps what the row struct says
    std::visit(
        [&]<class Member>(Member Row::*member) {
            if constexpr (std::is_same_v<Member, bool>)
                row.*member = cell.integer != 0;
            else if constexpr (std::is_same_v<Member, double> ||
                               std::is_same_v<Member, std::optional<double>>)
                row.*member = cell.real;
            else if constexpr (std::is_same_v<Member, std::int64_t> ||
                               std::is_same_v<Member, std::optional<std::int64_t>>)
                row.*member = cell.integer;
            else
                row.*member = std::move(cell.text);
        },
        column.member);
}

template <class Row>
std::vector<Row> Reader::select(std::span<const Column<Row>> columns, std::string_view rest,
                                const Parameters& parameters) {
    std::string sql = "SELECT ";
    std::vector<Kind> kinds;
    for (const Column<Row>& column : columns) {
        if (!kinds.empty()) sql += ", ";
        sql.append("\"").append(column.name).append("\"");
        kinds.push_back(kind_of(column));
    }
    sql.append(" ").append(rest);
    std::vector<Row> rows;
    fetch(sql, parameters, kinds, [&](std::span<Cell> cells) {
        Row& row = rows.emplace_back();
        for (std::size_t i = 0; i < columns.size(); ++i) fill(row, columns[i], cells[i]);
    });
    return rows;
}

template <class Row>
std::optional<Row> Reader::select_one(std::span<const Column<Row>> columns, std::string_view rest,
                                      const Parameters& parameters) {
    std::vector<Row> rows = select(columns, rest, parameters);
    if (rows.empty()) return std::nullopt;
    return std::move(rows.front());
}

}    // namespace opusclaw::store
