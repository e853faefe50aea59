// store/catalog_queries.h: what a database says about itself: its tables, columns, indexes, character sets. Internal to store/.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "store/statement.h"

namespace opusclaw::store {

struct FoundColumn {
    std::string name;
    std::string type;    // as the engine says it: `character varying`, `varchar`, `decimal` …
    bool not_null = false;
    std::string collation;    // of a text, on MySQL
};
/// No columns: there is no such table.
std::vector<FoundColumn> columns_of(Reader& db, std::string_view table);
std::vector<std::string> index_names(Reader& db, std::string_view table);

/// By what MySQL compares the texts of a column: `utf8mb4_general_ci`. Empty: there is none, or it is another engine.
std::string collation_of(Reader& db, std::string_view table, std::string_view column);

/// The checks of spec 01 section 1.1 for MySQL: character sets and collations; and that tables of money and logs know
/// transactions. Throws std::runtime_error with a text in both languages. Does nothing on other engines.
void check_mysql(Reader& db);

}    // namespace opusclaw::store
