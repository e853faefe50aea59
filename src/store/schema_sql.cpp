// store/schema_sql.cpp: CREATE TABLE, ADD COLUMN and CREATE INDEX from the data of schema.cpp, in each engine's own type
// names (the table of spec 01 section 2).
#include <algorithm>
#include <iterator>

#include "store/schema.h"

namespace opusclaw::store {

namespace {

struct TypeNames {
    ColumnType type;
    std::string_view sqlite, mysql, postgres;    // `N` is the column's size
};

constexpr TypeNames kTypes[] = {
    {ColumnType::Id, "integer", "bigint AUTO_INCREMENT", "bigserial"},
    {ColumnType::UnsignedId, "integer", "bigint unsigned AUTO_INCREMENT", "bigserial"},
    {ColumnType::I64, "integer", "bigint", "bigint"},
    {ColumnType::I32, "int", "int", "integer"},
    {ColumnType::U64, "integer", "bigint unsigned", "bigint"},
    {ColumnType::U32, "integer", "int unsigned", "bigint"},
    {ColumnType::F64, "real", "double", "decimal"},
    {ColumnType::Bool, "numeric", "boolean", "boolean"},
    {ColumnType::LongText, "text", "longtext", "text"},
    {ColumnType::S191, "text", "varchar(191)", "text"},
    {ColumnType::Varchar, "varchar(N)", "varchar(N)", "varchar(N)"},
    {ColumnType::Short, "text", "varchar(N)", "varchar(N)"},
    {ColumnType::Text, "text", "text", "text"},
    {ColumnType::Char, "char(N)", "char(N)", "char(N)"},
    {ColumnType::Json, "json", "json", "json"},
    {ColumnType::Time, "datetime", "datetime(3) NULL", "timestamptz"},
    {ColumnType::Price, "decimal(10,6)", "decimal(10,6)", "decimal(10,6)"},
    {ColumnType::OwnName, "text", "varchar(191) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", "varchar(191)"},
};

constexpr bool types_are_in_order() {
    for (std::size_t i = 0; i < std::size(kTypes); ++i)
        if (static_cast<std::size_t>(kTypes[i].type) != i) return false;
    return true;
}
static_assert(types_are_in_order());

bool is_text(ColumnType type) {
    using enum ColumnType;
    constexpr ColumnType kTexts[] = {LongText, S191, Varchar, Short, Text, Char, Json, OwnName};
    return std::ranges::find(kTexts, type) != std::end(kTexts);
}

/// Booleans are written `true` and `false` in the data.
std::string_view literal(Engine engine, std::string_view initial) {
    if (engine == Engine::Postgres) return initial;
    return initial == "true" ? "1" : initial == "false" ? "0" : initial;
}

std::string quoted(std::string_view name) { return "\"" + std::string(name) + "\""; }

template <class Names>
std::string quoted_list(const Names& names) {
    std::string out;
    for (const auto& name : names) out.append(out.empty() ? "" : ", ").append(quoted(name));
    return out;
}

std::string column_sql(Engine engine, const ColumnSpec& column, std::string_view initial) {
    std::string out = quoted(column.name) + " " + column_type(engine, column);
    if (column.not_null) out += " NOT NULL";
    // MySQL knows no defaults of its text and JSON types.
    const bool big = column.type == ColumnType::LongText || column.type == ColumnType::Text ||
                     column.type == ColumnType::Json;
    if (!initial.empty() && !(engine == Engine::Mysql && big))
        out.append(" DEFAULT ").append(literal(engine, initial));
    return out;
}

}    // namespace

std::string column_type(Engine engine, const ColumnSpec& column) {
    const TypeNames& row = kTypes[static_cast<std::size_t>(column.type)];
    const std::string_view name = engine == Engine::Sqlite  ? row.sqlite
                                  : engine == Engine::Mysql ? row.mysql
                                                            : row.postgres;
    std::string out(name);
    if (const std::size_t place = out.find("(N)"); place != std::string::npos)
        out.replace(place + 1, 1, std::to_string(column.size));
    return out;
}

std::string create_table_sql(Engine engine, const TableSpec& table) {
    std::string out = "CREATE TABLE " + quoted(table.name) + " (";
    for (const ColumnSpec& column : table.columns) out += column_sql(engine, column, column.initial) + ", ";
    out += "PRIMARY KEY (" + quoted_list(table.primary_key) + ")";
    for (const ColumnSpec& column : table.columns) {
        if (column.index != ColumnIndex::PlainAndConstraint) continue;
        const std::string name = "uni_" + std::string(table.name) + "_" + std::string(column.name);
        out += ", CONSTRAINT " + quoted(name) + " UNIQUE (" + quoted(column.name) + ")";
    }
    // There each index made later costs a rebuild of its own.
    if (engine == Engine::Mysql) {
        for (const IndexSpec& index : indexes_of(table)) {
            if (!is_index_of(engine, index)) continue;
            out += (index.unique ? ", UNIQUE KEY " : ", KEY ") + quoted(index.name) + " (" +
                   quoted_list(index.columns) + ")";
        }
    }
    out += ")";
    // Money and logs need transactions, whatever the server's default is.
    if (engine == Engine::Mysql) out += " ENGINE=InnoDB";
    if (engine == Engine::Sqlite && table.clustered) out += " WITHOUT ROWID";
    return out;
}

std::string add_column_sql(Engine engine, const TableSpec& table, const ColumnSpec& column) {
    std::string_view initial = column.initial;
    if (initial.empty() && column.not_null)
        initial = is_text(column.type) ? "''" : column.type == ColumnType::Bool ? "false" : "0";
    return "ALTER TABLE " + quoted(table.name) + " ADD COLUMN " + column_sql(engine, column, initial);
}

std::string alter_column_sql(Engine engine, const TableSpec& table, const ColumnSpec& column,
                             std::string_view collation) {
    const std::string alter = "ALTER TABLE " + quoted(table.name);
    if (engine != Engine::Mysql)
        return alter + " ALTER COLUMN " + quoted(column.name) + " TYPE " + column_type(engine, column);
    std::string out = alter + " MODIFY COLUMN " + column_sql(engine, column, column.initial);
    if (!collation.empty()) out.append(" COLLATE ").append(collation);
    return out;
}

std::vector<IndexSpec> indexes_of(const TableSpec& table) {
    std::vector<IndexSpec> indexes;
    for (const ColumnSpec& column : table.columns) {
        if (column.index == ColumnIndex::None) continue;
        indexes.push_back({.name = "idx_" + std::string(table.name) + "_" + std::string(column.name),
                           .columns = {column.name},
                           .unique = column.index == ColumnIndex::Unique});
        if (column.index == ColumnIndex::PlainById) indexes.back().postgres_columns = {"id"};
        if (column.index == ColumnIndex::PlainByIdTime)
            indexes.back().postgres_columns = {"id", "created_at"};
        if (column.index == ColumnIndex::PlainByModel)
            indexes.back().postgres_columns = {"model_name", "id", "created_at"};
        if (column.index == ColumnIndex::PlainByTime)
            indexes.back().postgres_columns = indexes.back().sqlite_columns = {"created_at"};
    }
    indexes.insert(indexes.end(), table.indexes.begin(), table.indexes.end());
    return indexes;
}

bool is_index_of(Engine engine, const IndexSpec& index) {
    return !index.postgres_only || engine == Engine::Postgres;
}

std::span<const std::string_view> more_columns(Engine engine, const IndexSpec& index) {
    if (engine == Engine::Sqlite) return index.sqlite_columns;
    if (engine == Engine::Postgres) return index.postgres_columns;
    return {};
}

std::string create_index_sql(Engine engine, const TableSpec& table, const IndexSpec& index) {
    std::string out = std::string(index.unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ") +
                      quoted(index.name) + " ON " + quoted(table.name) + " (" + quoted_list(index.columns);
    const auto more = more_columns(engine, index);
    if (!more.empty()) out.append(", ").append(quoted_list(more));
    out += ")";
    if (!index.condition.empty() && engine != Engine::Mysql) out.append(" WHERE ").append(index.condition);
    return out;
}

}    // namespace opusclaw::store
