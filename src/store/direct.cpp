// store/direct.cpp: the one place that calls libpq and MariaDB's library itself, on the connections that SOCI opened. Failures become
// SOCI's exceptions, so that driver_error.cpp reads all alike.
#include "store/direct.h"

#include <soci/mysql/soci-mysql.h>
#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>

#include <memory>

#include "base/text.h"

namespace opusclaw::store {

namespace {

constexpr const char* kConnectionFailure = "08006";    // the server's own code is missing when it is gone

/// A value as servers spell it.
void take(Reader::Kind kind, std::string_view value, Reader::Cell& cell) {
    cell.null = false;
    if (kind == Reader::Kind::Integer)
        cell.integer = text::parse_int(value).value_or(0);
    else
        cell.text = value;
}

using PostgresResult = std::unique_ptr<PGresult, decltype(&PQclear)>;

// The types are what the engine says: SOCI does not export what a dynamic cast would need.
PGconn* postgres_of(soci::session& connection) {
    return static_cast<soci::postgresql_session_backend*>(connection.get_backend())->conn_;
}

[[noreturn]] void fail_postgres(PGconn* connection, const PGresult* result) {
    const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const bool gone = PQstatus(connection) == CONNECTION_BAD;
    const std::string said = result != nullptr ? PQresultErrorMessage(result) : PQerrorMessage(connection);
    throw soci::postgresql_soci_error(said, gone || state == nullptr ? kConnectionFailure : state);
}

void give_rows(const PGresult* result, const DirectRows& rows) {
    std::vector<Reader::Cell> cells(rows.kinds.size());
    for (int row = 0; row < PQntuples(result); ++row) {
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const int column = static_cast<int>(i);
            cells[i] = {};
            if (PQgetisnull(result, row, column) != 0) continue;
            const auto size = static_cast<std::size_t>(PQgetlength(result, row, column));
            take(rows.kinds[i], std::string_view(PQgetvalue(result, row, column), size), cells[i]);
        }
        (*rows.row)(cells);
    }
}

void run_postgres(PGconn* connection, const std::string& sql, const DirectRows& rows,
                  std::vector<std::int64_t>& touched) {
    if (PQsendQuery(connection, sql.c_str()) == 0) fail_postgres(connection, nullptr);
    PostgresResult failed(nullptr, PQclear), last(nullptr, PQclear);
    // To the end, whatever happens: until then the connection takes nothing else.
    while (PGresult* next = PQgetResult(connection)) {
        PostgresResult result(next, PQclear);
        const ExecStatusType status = PQresultStatus(next);
        const bool good = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
        if (good) touched.push_back(text::parse_int(PQcmdTuples(next)).value_or(0));
        if (good)
            last = std::move(result);
        else if (!failed)
            failed = std::move(result);
    }
    if (failed || !last) fail_postgres(connection, failed.get());
    if (rows.row != nullptr) give_rows(last.get(), rows);
}

using MysqlResult = std::unique_ptr<MYSQL_RES, decltype(&mysql_free_result)>;

[[noreturn]] void fail_mysql(MYSQL* connection) {
    throw soci::mysql_soci_error(mysql_error(connection), static_cast<int>(mysql_errno(connection)));
}

MYSQL* mysql_of(soci::session& connection) {
    return static_cast<soci::mysql_session_backend*>(connection.get_backend())->conn_;
}

void give_rows(MYSQL_RES* result, const DirectRows& rows) {
    std::vector<Reader::Cell> cells(rows.kinds.size());
    while (MYSQL_ROW row = mysql_fetch_row(result)) {
        const std::span<const unsigned long> sizes(mysql_fetch_lengths(result), cells.size());
        const std::span<char* const> values(row, cells.size());
        for (std::size_t i = 0; i < cells.size(); ++i) {
            cells[i] = {};
            if (values[i] != nullptr) take(rows.kinds[i], std::string_view(values[i], sizes[i]), cells[i]);
        }
        (*rows.row)(cells);
    }
}

void run_mysql(MYSQL* connection, const std::string& sql, const DirectRows& rows,
               std::vector<std::int64_t>& touched) {
    MysqlResult last(nullptr, mysql_free_result);
    int state = mysql_real_query(connection, sql.data(), static_cast<unsigned long>(sql.size()));
    while (state == 0) {
        last.reset(mysql_store_result(connection));
        if (!last && mysql_field_count(connection) != 0) fail_mysql(connection);
        touched.push_back(last ? 0 : static_cast<std::int64_t>(mysql_affected_rows(connection)));
        state = mysql_next_result(connection);    // below 0: that was the last
    }
    if (state > 0) fail_mysql(connection);
    if (last && rows.row != nullptr) give_rows(last.get(), rows);
}

}    // namespace

bool allow_several_statements(soci::session& connection) {
    return mysql_set_server_option(mysql_of(connection), MYSQL_OPTION_MULTI_STATEMENTS_ON) == 0;
}

void run_directly(Engine engine, soci::session& connection, const std::string& sql, const DirectRows& rows,
                  std::vector<std::int64_t>& touched) {
    switch (engine) {
        case Engine::Postgres: return run_postgres(postgres_of(connection), sql, rows, touched);
        case Engine::Mysql: return run_mysql(mysql_of(connection), sql, rows, touched);
        case Engine::Sqlite: break;
    }
    throw soci::soci_error("not a connection to a server");
}

}    // namespace opusclaw::store
