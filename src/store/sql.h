// store/sql.h: what differs between SQLite, MySQL and PostgreSQL in a statement's text (spec 01 sections 1.2, 2.1, 3; DESIGN
// section 9): quoting, upserts, sums that stop at a column's limit, lists of ids, patterns. Pure; for store/ only.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "store/statement.h"

namespace opusclaw::store {

/// The statement as the engine takes it: `"word"` becomes a quoted identifier (back quotes on SQLite too: there a misspelt
/// "word" would silently be a text), and the parameters named in `blobs` are bound as bytes. Text in '…' stays.
std::string engine_sql(Engine engine, std::string_view sql, std::span<const std::string_view> blobs = {});

/// An `INSERT … VALUES (…)` with its tuple repeated, parameters called `name_0`, `name_1` …; what follows the tuple stays.
/// Empty when the statement is of another form. The statement is not for one engine yet.
std::string multi_row_sql(std::string_view sql, std::size_t rows);

enum class OnConflict { Overwrite, Add };
struct Upsert {
    std::string_view table;
    std::span<const std::string_view> columns;    // parameters of the same names
    std::span<const std::string_view> keys;       // of these, the unique key that decides
    OnConflict conflict = OnConflict::Overwrite;
};
/// INSERT that overwrites the other columns, or adds to them, when the key is there already.
std::string upsert_sql(Engine engine, const Upsert& upsert);

/// Runs `job(Transaction&)` so that a failed statement in it takes back only the job (PostgreSQL gives up the whole transaction
/// otherwise). What the job throws is thrown on. Not for jobs that change tables on MySQL and must be taken back.
template <class Job>
void inside_savepoint(Transaction& tx, Job job) {
    // On SQLite and MySQL a failed statement takes back itself only.
    if (tx.engine() != Engine::Postgres) {
        job(tx);
        return tx.flush();
    }
    tx.execute("SAVEPOINT opus_try");
    try {
        job(tx);
        tx.flush();
    } catch (...) {
        tx.execute("ROLLBACK TO SAVEPOINT opus_try");
        tx.execute("RELEASE SAVEPOINT opus_try");
        throw;
    }
    tx.execute("RELEASE SAVEPOINT opus_try");
}
/// False when the job, one statement, broke a unique index and changed nothing; the transaction goes on.
template <class Job>
bool unless_taken(Transaction& tx, Job job) {
    try {
        inside_savepoint(tx, job);
    } catch (const Error& error) {
        if (error.code != "unique_violation") throw;
        return false;
    }
    return true;
}

/// Of an integer column on servers; SQLite's all have 64 bits.
enum class Width { Int32, Int64 };
/// `"column" = "column" + expression` for a SET list, NULL counting as 0; a 32-bit column stops at its limits.
std::string add_expression(Engine engine, Width width, std::string_view column, std::string_view expression);
/// `"column" = "column" + :parameter` for a SET list, NULL counting as 0. On servers a 32-bit column stops at its limits
/// (SQLite's integers have 64 bits).
std::string add_to_int32(Engine engine, std::string_view column, std::string_view parameter);
/// The same, but a sum that does not fit is refused: on servers the statement throws Error(InvalidRequest, "value_out_of_range")
/// with the message quota.exceed_max. For what a person asks for (spec 01 section 2.1).
std::string change_int32(Engine engine, std::string_view column, std::string_view parameter);
/// For 64-bit columns.
std::string add_to_int64(Engine engine, std::string_view column, std::string_view parameter);

/// `SUM(expression)` as a 64-bit integer, 0 over no rows (PostgreSQL's sums of bigint are numeric).
std::string sum_of(Engine engine, std::string_view expression);
/// Behind a SELECT inside a transaction: locks its rows until the end. Empty on SQLite, whose writers take turns anyway.
std::string_view for_update(Engine engine);

/// Whether a text can be in a database at all: valid UTF-8 without NUL. A look-up of any other finds nothing.
bool storable(std::string_view text);

/// A list of ids for `IN (…)`. Lengths are rounded up by repeating the last id, so that few different statements are prepared.
struct IdList {
    std::string sql;    // `(:id0, :id1, …)`; `(NULL)` when there are no ids
    Parameters parameters;
};
IdList id_list(std::span<const std::int64_t> ids);
/// Two lists for one statement, of equally many places; names of the second end with `b`.
struct IdLists {
    IdList first, second;
};
IdLists id_lists(std::span<const std::int64_t> first, std::span<const std::int64_t> second);
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
