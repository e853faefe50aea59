// store/sql.h: what differs between SQLite, MySQL and PostgreSQL in a statement's text (spec 01 sections 1.2, 2.1, 3; DESIGN
// section 9): quoting, upserts, sums that stop at a column's limit, lists of ids, patterns. Pure; for store/ only.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "store/statement.h"

namespace opusclaw::store {

/// The statement as the engine takes it: `"word"` becomes a quoted identifier (back quotes on SQLite too: there a misspelt
/// "word" would silently be a text), and the parameters named in `blobs` are bound as bytes. Text in '…' stays.
std::string engine_sql(Engine engine, std::string_view sql, std::span<const std::string_view> blobs = {});

struct Upsert {
    std::string_view table;
    std::span<const std::string_view> columns;    // parameters of the same names
    std::span<const std::string_view> keys;       // of these, the unique key that decides
};
/// INSERT that overwrites the other columns when the key is there already.
std::string upsert_sql(Engine engine, const Upsert& upsert);

/// `"column" = "column" + :parameter` for a SET list, NULL counting as 0. On servers a 32-bit column stops at its limits
/// (SQLite's integers have 64 bits).
std::string add_to_int32(Engine engine, std::string_view column, std::string_view parameter);
/// The same for 64-bit columns.
std::string add_to_int64(Engine engine, std::string_view column, std::string_view parameter);

/// `SUM(expression)` as a 64-bit integer, 0 over no rows (PostgreSQL's sums of bigint are numeric).
std::string sum_of(Engine engine, std::string_view expression);

/// A list of ids for `IN (…)`. Lengths are rounded up by repeating the last id, so that few different statements are prepared.
struct IdList {
    std::string sql;    // `(:id0, :id1, …)`; `(NULL)` when there are no ids
    Parameters parameters;
};
IdList id_list(std::span<const std::int64_t> ids);
/// At most so many ids go into one statement; callers split longer lists.
inline constexpr std::size_t kMaxIdsInList = 256;

/// A condition for what a person typed (spec 01 section 5 item 8): `%` are wildcards, `_` and `!` are literal; without `%`
/// the whole value must be equal. Whether the pattern is allowed is checked by the API.
struct Pattern {
    std::string condition;    // `"column" LIKE :name ESCAPE '!'` or `"column" = :name`
    std::string value;
};
Pattern pattern_condition(std::string_view column, std::string_view parameter, std::string_view typed);

}    // namespace opusclaw::store
