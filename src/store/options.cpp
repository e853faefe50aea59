// store/options.cpp: statements over table `options`. What keys mean, and which texts are allowed, is decided in settings.
#include "store/options.h"

#include "store/sql.h"

namespace opusclaw::store {

namespace {

constexpr Column<OptionRow> kColumns[] = {{"key", &OptionRow::key}, {"value", &OptionRow::value}};

}    // namespace

std::vector<OptionRow> all_options(Reader& db) {
    return db.select<OptionRow>(kColumns, R"(FROM "options" ORDER BY "key")");
}

void put_option(Transaction& tx, std::string_view key, std::string_view value) {
    constexpr std::string_view kNames[] = {"key", "value"};
    const Upsert upsert{.table = "options", .columns = kNames, .keys = std::span(kNames).first(1)};
    tx.execute(upsert_sql(tx.engine(), upsert), {{"key", std::string(key)}, {"value", std::string(value)}});
}

void delete_option(Transaction& tx, std::string_view key) {
    tx.execute(R"(DELETE FROM "options" WHERE "key" = :key)", {{"key", std::string(key)}});
}

}    // namespace opusclaw::store
