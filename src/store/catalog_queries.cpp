// store/catalog_queries.cpp: questions to pragma functions, pg_catalog and information_schema. MySQL spells the columns of its
// information_schema in capitals in some versions, so they are renamed inside.
#include "store/catalog_queries.h"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "base/text.h"

namespace opusclaw::store {

namespace {

constexpr Column<FoundColumn> kColumn[] = {{"name", &FoundColumn::name},
                                           {"type", &FoundColumn::type},
                                           {"required", &FoundColumn::not_null},
                                           {"collation", &FoundColumn::collation}};

struct Found {
    std::string name, kind;
};
constexpr Column<Found> kName[] = {{"name", &Found::name}};
constexpr Column<Found> kNameAndKind[] = {{"name", &Found::name}, {"kind", &Found::kind}};

std::string_view columns_query(Engine engine) {
    if (engine == Engine::Sqlite)
        return R"(FROM (SELECT "name", "type", "notnull" AS "required", '' AS "collation")"
               R"( FROM pragma_table_info(:table)) "found")";
    if (engine == Engine::Mysql)
        return R"(FROM (SELECT COLUMN_NAME AS "name", DATA_TYPE AS "type", IS_NULLABLE = 'NO' AS "required",)"
               R"( COALESCE(COLLATION_NAME, '') AS "collation" FROM information_schema.COLUMNS)"
               R"( WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = :table) "found")";
    // information_schema would take ten times as long.
    return R"(FROM (SELECT a.attname AS "name", format_type(a.atttypid, NULL) AS "type",)"
           R"( a.attnotnull AS "required", '' AS "collation" FROM pg_attribute a)"
           R"( JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace)"
           R"( WHERE n.nspname = current_schema() AND c.relname = CAST(:table AS text) AND a.attnum > 0)"
           R"( AND NOT a.attisdropped) "found")";
}

std::string_view indexes_query(Engine engine) {
    if (engine == Engine::Sqlite)
        return R"(FROM "sqlite_master" WHERE "type" = 'index' AND "tbl_name" = :table)";
    if (engine == Engine::Mysql)
        return R"(FROM (SELECT DISTINCT INDEX_NAME AS "name" FROM information_schema.STATISTICS)"
               R"( WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = :table) "found")";
    return R"(FROM (SELECT indexname AS "name" FROM pg_indexes)"
           R"( WHERE schemaname = current_schema() AND tablename = CAST(:table AS text)) "found")";
}

constexpr std::string_view kMysqlSchema =
    R"(FROM (SELECT DEFAULT_CHARACTER_SET_NAME AS "name", DEFAULT_COLLATION_NAME AS "kind")"
    R"( FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = DATABASE()) "found")";
constexpr std::string_view kMysqlCollations =
    R"(FROM (SELECT TABLE_NAME AS "name", COALESCE(TABLE_COLLATION, '') AS "kind" FROM information_schema.TABLES)"
    R"( WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE') "found" ORDER BY "name")";
constexpr std::string_view kMysqlEngines =
    R"(FROM (SELECT TABLE_NAME AS "name", COALESCE(ENGINE, '') AS "kind" FROM information_schema.TABLES)"
    R"( WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE') "found" ORDER BY "name")";

constexpr std::string_view kMysqlCollation =
    R"(FROM (SELECT COALESCE(COLLATION_NAME, '') AS "name" FROM information_schema.COLUMNS)"
    R"( WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = :table AND COLUMN_NAME = :column) "found")";

// utf8mb3 is the newer name of utf8.
constexpr std::array<std::string_view, 6> kCharsets = {"utf8mb4", "utf8", "utf8mb3",
                                                       "gbk",     "big5", "gb18030"};

bool collation_fits(std::string_view collation, std::string_view charset) {
    return collation.empty() || (collation.starts_with(charset) && collation.size() > charset.size() &&
                                 collation[charset.size()] == '_');
}

bool table_fits(const Found& table) {
    return std::ranges::any_of(kCharsets,
                               [&](std::string_view charset) { return collation_fits(table.kind, charset); });
}

bool schema_fits(const Found& schema) {
    const bool known = std::ranges::find(kCharsets, schema.name) != kCharsets.end();
    const bool renamed = schema.name.starts_with("utf8") && table_fits(schema);
    return known && (collation_fits(schema.kind, schema.name) || renamed);
}

[[noreturn]] void refuse_charset(const std::string& what) {
    throw std::runtime_error(
        "MySQL: the character set cannot hold Chinese texts, please convert to utf8mb4: " + what +
        " / MySQL 字符集不支持中文，请转换为 utf8mb4：" + what);
}

std::string list(const std::vector<std::string>& names) {
    constexpr std::size_t kMost = 20;
    std::string out;
    for (std::size_t i = 0; i < std::min(names.size(), kMost); ++i)
        out.append(i == 0 ? "" : ", ").append(names[i]);
    return names.size() > kMost ? out + " …" : out;
}

void check_character_sets(Reader& db) {
    const auto schema = db.select_one<Found>(kNameAndKind, kMysqlSchema);
    if (schema && !schema_fits(*schema)) refuse_charset("DEFAULT " + schema->name + " " + schema->kind);
    std::vector<std::string> wrong;
    for (const Found& table : db.select<Found>(kNameAndKind, kMysqlCollations))
        if (!table_fits(table)) wrong.push_back(table.name + " (" + table.kind + ")");
    if (!wrong.empty()) refuse_charset(list(wrong));
}

/// Where a crash or a failed group must leave nothing half-done.
bool needs_transactions(std::string_view table) {
    constexpr std::array<std::string_view, 13> kTables = {"users",
                                                          "tokens",
                                                          "channels",
                                                          "abilities",
                                                          "logs",
                                                          "top_ups",
                                                          "redemptions",
                                                          "tasks",
                                                          "midjourneys",
                                                          "subscription_orders",
                                                          "user_subscriptions",
                                                          "subscription_pre_consume_records",
                                                          "checkins"};
    return std::ranges::find(kTables, table) != kTables.end() || table.starts_with("opus_");
}

void check_table_engines(Reader& db) {
    std::vector<std::string> wrong;
    for (const Found& table : db.select<Found>(kNameAndKind, kMysqlEngines))
        if (needs_transactions(table.name) && !text::iequals(table.kind, "InnoDB"))
            wrong.push_back(table.name + " (" + table.kind + ")");
    if (wrong.empty()) return;
    throw std::runtime_error("MySQL: these tables must be of the engine InnoDB: " + list(wrong) +
                             " / MySQL：以下数据表必须使用 InnoDB 引擎：" + list(wrong));
}

}    // namespace

std::vector<FoundColumn> columns_of(Reader& db, std::string_view table) {
    return db.select<FoundColumn>(kColumn, columns_query(db.engine()), {{"table", std::string(table)}});
}

std::vector<std::string> index_names(Reader& db, std::string_view table) {
    std::vector<std::string> names;
    for (Found& row : db.select<Found>(kName, indexes_query(db.engine()), {{"table", std::string(table)}}))
        names.push_back(std::move(row.name));
    return names;
}

std::string collation_of(Reader& db, std::string_view table, std::string_view column) {
    if (db.engine() != Engine::Mysql) return {};
    const auto found = db.select_one<Found>(kName, kMysqlCollation,
                                            {{"table", std::string(table)}, {"column", std::string(column)}});
    return found ? found->name : std::string();
}

void check_mysql(Reader& db) {
    if (db.engine() != Engine::Mysql) return;
    check_character_sets(db);
    check_table_engines(db);
}

}    // namespace opusclaw::store
