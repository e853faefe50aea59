// store/schema.h: the tables of spec 01 section 2 as data, and the statements made from them per engine. Repositories name
// columns themselves; a test holds that they exist here.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/statement.h"

namespace opusclaw::store {

/// The type shorthands of spec 01 section 2; what each engine calls them stands in schema_sql.cpp.
enum class ColumnType {
    Id,
    UnsignedId,
    I64,
    I32,
    U64,
    U32,
    F64,
    Bool,
    LongText,
    S191,       // varchar(191) on MySQL, unlimited elsewhere
    Varchar,    // varchar(size)
    Short,      // varchar(size) on servers, text on SQLite
    Text,
    Char,
    Json,
    Time,
    Price,      // decimal(10,6)
    OwnName,    // of our tables: up to 191 characters, compared byte for byte on MySQL too
};

/// Indexes of one column, called idx_<table>_<column>. PlainById: of equal values the rows stand in the order of their ids, as they
/// do on SQLite and MySQL anyway; PostgreSQL has the id in the index. PlainByIdTime: and the time `created_at` behind it, so that rows of
/// a span are counted there without a look at them. PlainByModel: PostgreSQL has the model's name, the id and the time behind.
/// PlainByTime: the time alone, not on MySQL.
enum class ColumnIndex {
    None,
    Plain,
    PlainById,
    PlainByIdTime,
    PlainByModel,
    PlainByTime,
    Unique,
    PlainAndConstraint
};

struct ColumnSpec {
    std::string_view name;
    ColumnType type = ColumnType::I64;
    int size = 0;                     // Varchar, Short, Char
    std::string_view initial = {};    // SQL literal of the default; empty: none
    ColumnIndex index = ColumnIndex::None;
    bool not_null = false;
    std::string_view purpose = {};    // for docs/DATABASE.md, where the name does not tell

    ColumnSpec about(std::string_view words) const {
        ColumnSpec column = *this;
        column.purpose = words;
        return column;
    }
};

struct IndexSpec {
    std::string name;
    std::vector<std::string_view> columns;
    bool unique = false;
    std::string_view condition = {};    // of a partial index; MySQL has none and indexes every row
    /// SQLite: behind the others, so that what is asked of them needs no look at the rows. Servers limit the bytes of an entry.
    std::vector<std::string_view> sqlite_columns = {};
    std::vector<std::string_view> postgres_columns = {};    // the same there
    bool postgres_only = false;
};

struct TableSpec {
    std::string_view name, purpose;
    std::vector<ColumnSpec> columns;
    std::vector<std::string_view> primary_key;    // the engine's order counts
    std::vector<IndexSpec> indexes;               // of several columns, or with names of their own
    bool clustered = false;    // SQLite: rows are stored in the primary key (WITHOUT ROWID)
};

/// Every table this version keeps, New API's first, then ours (`opus_`).
std::span<const TableSpec> all_tables();
/// Those of a database that holds only logs.
std::span<const TableSpec> log_tables();

/// What an engine calls the type of a column: `varchar(64)`.
std::string column_type(Engine engine, const ColumnSpec& column);
/// CREATE TABLE with columns, primary key and UNIQUE constraints, on MySQL the indexes too; `"word"` quoting.
std::string create_table_sql(Engine engine, const TableSpec& table);
/// ALTER TABLE … ADD COLUMN. A NOT NULL column without a default gets an empty one: there may be rows.
std::string add_column_sql(Engine engine, const TableSpec& table, const ColumnSpec& column);
/// A column that is there already gets its type, on servers. On MySQL the statement drops what it does not say: NOT NULL, the default
/// and `collation` (empty: the table's) are in it.
std::string alter_column_sql(Engine engine, const TableSpec& table, const ColumnSpec& column,
                             std::string_view collation);
/// All indexes of a table, those of single columns included.
std::vector<IndexSpec> indexes_of(const TableSpec& table);
/// Whether an index is one of this engine's.
bool is_index_of(Engine engine, const IndexSpec& index);
/// What an index has on this engine behind its columns.
std::span<const std::string_view> more_columns(Engine engine, const IndexSpec& index);
std::string create_index_sql(Engine engine, const TableSpec& table, const IndexSpec& index);

}    // namespace opusclaw::store
