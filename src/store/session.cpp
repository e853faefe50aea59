// store/session.cpp: keeps prepared statements and runs them. The long form of SOCI's errors repeats parameter values, which must
// not reach the log: only driver_error.cpp reads them.
#include "store/session.h"

#include <soci/soci.h>

#include <algorithm>
#include <bit>
#include <utility>

#include "base/error.h"
#include "store/direct.h"
#include "store/driver_error.h"
#include "store/prepared.h"
#include "store/sql.h"

namespace opusclaw::store {

namespace {

// Statements differ by their text only in a few places (IN lists, filters); a store that keeps more has a bug elsewhere.
constexpr std::size_t kMaxStatements = 256;
// Rows in one INSERT: powers of two only, so that few different statements are prepared.
constexpr std::size_t kMaxRows = 64;
// Bytes of statements that go to the server together. With one more, which is below half a megabyte, they stay below a megabyte:
// the smallest limit of servers.
constexpr std::size_t kMostLiterals = std::size_t{256} << 10;

/// Under which a statement is kept.
std::string key_of(std::string_view sql, std::size_t rows) {
    std::string key(sql);
    if (rows > 1) key.append("\n").append(std::to_string(rows));
    return key;
}

}    // namespace

Session::Session(Engine engine, std::unique_ptr<soci::session> connection)
    : engine_(engine), connection_(std::move(connection)), most_literals_(kMostLiterals) {}

Session::~Session() = default;

Prepared& Session::prepared(std::string_view sql, std::span<const Parameters> sets,
                            std::span<const Kind> kinds) {
    const std::string many = sets.size() > 1 ? key_of(sql, sets.size()) : std::string();
    const std::string_view key = many.empty() ? sql : std::string_view(many);
    if (const auto found = statements_.find(key); found != statements_.end()) {
        if (found->second->set(sets)) return *found->second;
        statements_.erase(found);
    }
    if (statements_.size() >= kMaxStatements) statements_.clear();
    auto made = sets.size() > 1 ? std::make_unique<Prepared>(engine_, *connection_,
                                                             multi_row_sql(sql, sets.size()), sets, kinds)
                                : std::make_unique<Prepared>(engine_, *connection_, sql, sets, kinds);
    made->set(sets);
    return *(statements_[std::string(key)] = std::move(made));
}

void Session::fail(std::string_view sql, std::size_t rows) {
    // Its parameters' buffers would be lost with the next use.
    if (const auto found = statements_.find(key_of(sql, rows)); found != statements_.end())
        statements_.erase(found);
    try {
        throw;
    } catch (const soci::soci_error& error) {
        DriverError described = describe(error);
        lost_ = lost_ || described.meaning == DriverError::Meaning::ConnectionLost;
        throw to_error(std::move(described), sql);
    }
}

std::int64_t Session::execute(std::string_view sql, const Parameters& parameters) {
    flush();
    try {
        const std::int64_t touched = prepared(sql, std::span(&parameters, 1), {}).execute();
        answered_ = true;
        return touched;
    } catch (...) {
        fail(sql);
    }
}

std::int64_t Session::insert(std::string_view sql, const Parameters& parameters) {
    std::optional<std::int64_t> id;
    if (engine_ == Engine::Postgres) {
        id = integer(std::string(sql) + R"( RETURNING "id")", parameters);
    } else {
        execute(sql, parameters);
        long long last = 0;
        if (connection_->get_last_insert_id("", last)) id = last;
    }
    if (id) return *id;
    throw Error(ErrorKind::Internal, "database_error", Message::key("common.database_error"),
                "no last insert id");
}

void Session::execute_rows(std::string_view sql, std::span<const Parameters> sets) {
    flush();
    try {
        prepared(sql, sets, {}).execute();
        answered_ = true;
    } catch (...) {
        fail(sql, sets.size());
    }
}

void Session::execute_many(std::string_view sql, std::span<const Parameters> sets) {
    if (engine_ == Engine::Sqlite || sets.size() < 2 || multi_row_sql(sql, 1).empty()) {
        for (const Parameters& parameters : sets) execute(sql, parameters);
        return;
    }
    while (!sets.empty()) {
        const std::size_t count = std::min(kMaxRows, std::bit_floor(sets.size()));
        execute_rows(sql, sets.first(count));
        sets = sets.subspan(count);
    }
}

void Session::keep_literal(std::string_view sql, std::string_view about, std::optional<std::int64_t> rows) {
    literals_.append(literals_.empty() ? "" : "; ").append(sql);
    literals_about_.append(literals_about_.empty() ? "" : "; ").append(about);
    literals_rows_.push_back(rows);
}

void Session::execute_literal(std::string_view sql, std::string_view about) {
    keep_literal(sql, about, std::nullopt);
    if (literals_.size() >= most_literals_) flush();
}

void Session::execute_literal(std::string_view sql, std::string_view about, std::int64_t rows) {
    keep_literal(sql, about, rows);
    if (literals_.size() >= most_literals_) flush();
}

void Session::fetch_literal(std::string_view sql, std::string_view about, std::span<const Kind> kinds,
                            const RowFunction& row) {
    if (most_literals_ == 0) flush();
    keep_literal(sql, about, std::nullopt);
    send_literals(kinds, &row);
}

void Session::flush() {
    if (!literals_.empty()) send_literals({}, nullptr);
}

namespace {

/// Whether one of the statements that were done has touched other rows than it must.
bool misses(std::span<const std::optional<std::int64_t>> wanted, std::span<const std::int64_t> touched) {
    for (std::size_t i = 0; i < std::min(wanted.size(), touched.size()); ++i)
        if (wanted[i] && *wanted[i] != touched[i]) return true;
    return false;
}

}    // namespace

void Session::send_literals(std::span<const Kind> kinds, const RowFunction* row) {
    const std::string about = std::exchange(literals_about_, {});
    const auto wanted = std::exchange(literals_rows_, {});
    std::vector<std::int64_t> touched;
    try {
        run_directly(engine_, *connection_, literals_, {.kinds = kinds, .row = row}, touched);
        literals_.clear();    // its room is used again
        answered_ = true;
    } catch (...) {
        literals_.clear();
        try {
            fail(about);
        } catch (const Error&) {
            // What followed was done on rows where they should not have been: its failure says nothing.
            if (misses(wanted, touched)) throw rows_missed(about);
            throw;
        }
    }
    if (misses(wanted, touched)) throw rows_missed(about);
}

void Session::drop_literals() {
    literals_.clear();
    literals_about_.clear();
    literals_rows_.clear();
}

void Session::begin(const std::string& statement) {
    if (engine_ == Engine::Sqlite)
        execute(statement);
    else
        execute_literal(statement, statement);
}

void Session::run(const std::string& sql) {
    flush();
    try {
        *connection_ << sql;
        answered_ = true;
    } catch (...) {
        fail(sql);
    }
}

bool Session::checkpoint() {
    constexpr Kind kNumbers[] = {Kind::Integer, Kind::Integer, Kind::Integer};    // busy, in the log, copied
    bool complete = false;
    fetch("PRAGMA wal_checkpoint(PASSIVE)", {}, kNumbers, [&](std::span<Cell> cells) {
        complete = cells[0].integer == 0 && cells[1].integer == cells[2].integer;
    });
    return complete;
}

void Session::fetch(std::string_view sql, const Parameters& parameters, std::span<const Kind> kinds,
                    const RowFunction& row) {
    flush();
    // A row function that asks another question uses another buffer, so the cells are taken along.
    std::vector<Cell> cells = std::move(cells_);
    try {
        prepared(sql, std::span(&parameters, 1), kinds).fetch(cells, row);
        answered_ = true;
    } catch (...) {
        fail(sql);
    }
    cells_ = std::move(cells);
}

}    // namespace opusclaw::store
