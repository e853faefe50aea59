// store/schema_parts.h: short forms for the columns that many tables share, and the tables by subject. Internal to schema*.cpp.
#pragma once

#include "store/schema.h"

namespace opusclaw::store::schema {

inline ColumnSpec id() { return {.name = "id", .type = ColumnType::Id}; }
inline ColumnSpec soft_delete() {
    return {.name = "deleted_at", .type = ColumnType::Time, .index = ColumnIndex::Plain};
}
inline ColumnSpec indexed_name(std::string_view name) {
    return {.name = name, .type = ColumnType::S191, .index = ColumnIndex::Plain};
}
inline ColumnSpec number(std::string_view name, std::string_view initial = {}) {
    return {.name = name, .type = ColumnType::I64, .initial = initial};
}
inline ColumnSpec indexed(std::string_view name, std::string_view initial = {}) {
    return {.name = name, .type = ColumnType::I64, .initial = initial, .index = ColumnIndex::Plain};
}
inline ColumnSpec needed(std::string_view name, std::string_view initial = {}) {
    return {.name = name, .type = ColumnType::I64, .initial = initial, .not_null = true};
}
inline ColumnSpec count32(std::string_view name, std::string_view initial = "0") {
    return {.name = name, .type = ColumnType::I32, .initial = initial};
}
inline ColumnSpec flag(std::string_view name, std::string_view initial = {}) {
    return {.name = name, .type = ColumnType::Bool, .initial = initial};
}
inline ColumnSpec time(std::string_view name) { return {.name = name, .type = ColumnType::Time}; }
inline ColumnSpec text(std::string_view name) { return {.name = name, .type = ColumnType::Text}; }
inline ColumnSpec long_text(std::string_view name) { return {.name = name, .type = ColumnType::LongText}; }
inline ColumnSpec json(std::string_view name) { return {.name = name, .type = ColumnType::Json}; }
inline ColumnSpec varchar(std::string_view name, int size, std::string_view initial = {}) {
    return {.name = name, .type = ColumnType::Varchar, .size = size, .initial = initial};
}
inline ColumnSpec indexed_varchar(std::string_view name, int size) {
    return {.name = name, .type = ColumnType::Varchar, .size = size, .index = ColumnIndex::Plain};
}
inline ColumnSpec needed_varchar(std::string_view name, int size, std::string_view initial = {}) {
    return {.name = name, .type = ColumnType::Varchar, .size = size, .initial = initial, .not_null = true};
}

std::vector<TableSpec> core_tables();       // schema.cpp
std::vector<TableSpec> account_tables();    // schema_accounts.cpp
std::vector<TableSpec> catalog_tables();    // schema_catalog.cpp
std::vector<TableSpec> money_tables();      // schema_money.cpp
std::vector<TableSpec> task_tables();       // schema_catalog.cpp
std::vector<TableSpec> own_tables();        // schema_own.cpp
TableSpec logs();                           // schema.cpp

}    // namespace opusclaw::store::schema
