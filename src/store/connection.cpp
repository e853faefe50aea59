// store/connection.cpp: how a session to a server is set up, and when it is replaced. SQLite's set-up is in sqlite.cpp.
#include "store/connection.h"

#include <soci/mysql/soci-mysql.h>
#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>

#include <algorithm>
#include <stdexcept>

#include "base/error.h"
#include "base/text.h"
#include "store/direct.h"
#include "store/driver_error.h"
#include "store/sqlite.h"

namespace opusclaw::store {

namespace {

// Seconds; a server that does not answer must not hold a thread for ever.
constexpr std::string_view kConnectTimeout = "10";

/// `name='value'` with `\` before quotes and backslashes: what libpq and SOCI's MySQL both read.
void append(std::string& out, std::string_view name, std::string_view value) {
    out.append(out.empty() ? "" : " ").append(name).append("='");
    for (const char c : value) {
        if (c == '\'' || c == '\\') out += '\\';
        out += c;
    }
    out += '\'';
}

void append_driver(std::string& out, const ServerDsn& dsn) {
    for (const auto& [name, value] : dsn.driver) append(out, name, value);
    const bool has_timeout = std::ranges::any_of(
        dsn.driver, [](const auto& pair) { return pair.first == "connect_timeout"; });
    if (!has_timeout) append(out, "connect_timeout", kConnectTimeout);
}

std::string postgres_string(const ServerDsn& dsn) {
    std::string out;
    append(out, "host", dsn.socket.empty() ? dsn.host : dsn.socket);
    append(out, "port", std::to_string(dsn.port));
    if (!dsn.user.empty()) append(out, "user", dsn.user);
    if (!dsn.password.empty()) append(out, "password", dsn.password);
    if (!dsn.database.empty()) append(out, "dbname", dsn.database);
    append(out, "client_encoding", "UTF8");
    append_driver(out, dsn);
    return out;
}

std::string mysql_string(const ServerDsn& dsn) {
    std::string out;
    if (dsn.socket.empty()) {
        // The library takes `localhost` for the socket of this machine.
        append(out, "host", dsn.host == "localhost" ? "127.0.0.1" : dsn.host);
        append(out, "port", std::to_string(dsn.port));
    } else {
        append(out, "unix_socket", dsn.socket);
    }
    if (!dsn.user.empty()) append(out, "user", dsn.user);
    if (!dsn.password.empty()) append(out, "password", dsn.password);
    append(out, "dbname", dsn.database);
    append(out, "charset", "utf8mb4");
    // A file of issuers turns TLS on, and the check against it.
    if (dsn.must_encrypt) append(out, "sslca", "/etc/ssl/certs/ca-certificates.crt");
    append_driver(out, dsn);
    return out;
}

std::string text_literal(std::string_view value) {
    std::string out = "'";
    for (const char c : value) out.append(c == '\'' ? 2 : 1, c);
    return out + "'";
}

void set_up_postgres(Session& session, const ServerDsn& dsn, SessionUse use) {
    session.run("SET client_min_messages = error");    // libpq prints the others to standard error
    // A sum over much seems to deserve compiled code, which takes longer to make than the sum. Servers of before have none.
    session.run("SELECT set_config(name, 'off', false) FROM pg_settings WHERE name = 'jit'");
    // Rows of two conditions are found by the bitmaps of two indexes, which lose their single rows when they have no room.
    if (use == SessionUse::Read)
        session.run(
            "SELECT set_config(name, '32MB', false) FROM pg_settings WHERE name = 'work_mem' AND "
            "CAST(setting AS bigint) < 32768");
    // From its sixth use on a prepared statement would be planned for any user, model or type alike: for the busiest that is wrong.
    // And of a page other processes would read rows by hundred thousands, to be quicker than an index is believed to be.
    if (use == SessionUse::Read)
        session.run(
            "SELECT set_config(name, CASE name WHEN 'plan_cache_mode' THEN 'force_custom_plan' ELSE '0' END, "
            "false)"
            " FROM pg_settings WHERE name IN ('plan_cache_mode', 'max_parallel_workers_per_gather')");
    for (const auto& [name, value] : dsn.session)
        session.run("SELECT set_config(" + text_literal(name) + ", " + text_literal(value) + ", false)");
    // Behind what the DSN sets: literals rely on it (literal_sql.h).
    session.run("SET standard_conforming_strings = on");
    if (use == SessionUse::Read) session.run("SET default_transaction_read_only = on");
}

/// Values of system variables stand in the DSN as they stand in SQL: a number, a word, or a text in quotes.
std::string mysql_value(std::string_view value) {
    if (value.size() >= 2 && value.front() == '\'' && value.back() == '\'')
        value = value.substr(1, value.size() - 2);
    else if (!value.empty() && value.find_first_not_of("0123456789") == std::string_view::npos)
        return std::string(value);
    std::string out = "'";
    for (const char c : value) {
        if (c == '\'' || c == '\\') out += '\\';
        out += c;
    }
    return out + "'";
}

void require_encryption(soci::session& connection) {
    std::string name, cipher;
    soci::indicator there = soci::i_null;
    connection << "SHOW SESSION STATUS LIKE 'Ssl_cipher'", soci::into(name), soci::into(cipher, there);
    if (there != soci::i_ok || cipher.empty())
        throw std::runtime_error("the connection is not encrypted, and tls=… demands it");
}

void set_up_mysql(Session& session, const ServerDsn& dsn, SessionUse use) {
    // Strict: a value that does not fit is an error, not a cut one.
    session.run(
        "SET SESSION sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'");
    if (!dsn.local_time) session.run("SET SESSION time_zone = '+00:00'");
    for (const auto& [name, value] : dsn.session)
        session.run("SET SESSION " + name + " = " + mysql_value(value));
    if (use == SessionUse::Read) session.run("SET SESSION TRANSACTION READ ONLY");
}

std::unique_ptr<Session> open_server(const ServerDsn& dsn, SessionUse use) {
    const bool postgres = dsn.engine == Engine::Postgres;
    try {
        auto connection = postgres ? std::make_unique<soci::session>(soci::postgresql, postgres_string(dsn))
                                   : std::make_unique<soci::session>(soci::mysql, mysql_string(dsn));
        if (dsn.must_encrypt) require_encryption(*connection);
        const bool together = postgres || use == SessionUse::Read || allow_several_statements(*connection);
        auto session = std::make_unique<Session>(dsn.engine, std::move(connection));
        if (!together) session->send_literals_alone();
        if (postgres)
            set_up_postgres(*session, dsn, use);
        else
            set_up_mysql(*session, dsn, use);
        return session;
    } catch (const soci::soci_error& error) {
        throw std::runtime_error("cannot connect to " + dsn.place() + ": " +
                                 std::string(text::trim(error.get_error_message())));
    } catch (const Error& error) {
        throw std::runtime_error("cannot use " + dsn.place() + ": " + error.detail);
    }
}

}    // namespace

std::unique_ptr<Session> open_session(const DatabaseAddress& address, SessionUse use) {
    if (const auto* path = std::get_if<SqlitePath>(&address)) return open_sqlite(*path, use);
    return open_server(std::get<ServerDsn>(address), use);
}

std::string begin_statement(const DatabaseAddress& address) {
    if (const auto* path = std::get_if<SqlitePath>(&address)) return "BEGIN " + path->transaction;
    return "BEGIN";
}

Connection::Connection(const DatabaseAddress& address, SessionUse use, std::chrono::seconds lifetime)
    : address_(address),
      use_(use),
      lifetime_(engine_of(address) == Engine::Sqlite ? std::chrono::seconds{0} : lifetime) {}

void Connection::open() {
    session_.reset();
    session_ = open_session(address_, use_);
    opened_ = std::chrono::steady_clock::now();
}

Session& Connection::ready() {
    const bool old = lifetime_.count() > 0 && std::chrono::steady_clock::now() - opened_ > lifetime_;
    if (session_ == nullptr || old) {
        try {
            open();
        } catch (const std::runtime_error& error) {
            throw Error(ErrorKind::Unavailable, "database_error", Message::key("common.database_error"),
                        error.what());
        }
    }
    session_->start_counting();
    return *session_;
}

bool Connection::drop_if_lost() {
    if (session_ == nullptr || !session_->lost()) return false;
    session_.reset();
    return true;
}

}    // namespace opusclaw::store
