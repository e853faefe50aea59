// store/options.h: table `options`, key to text (spec 01 sections 2.5 and 6).
#pragma once

#include "store/statement.h"

namespace opusclaw::store {

struct OptionRow {
    std::string key, value;
};
std::vector<OptionRow> all_options(Reader& db);
/// One upsert.
void put_option(Transaction& tx, std::string_view key, std::string_view value);
void delete_option(Transaction& tx, std::string_view key);

}    // namespace opusclaw::store
