// store/dsn.h: which database SQL_DSN, LOG_SQL_DSN and SQLITE_PATH name (spec 01 section 1.1), as values. New API's forms are
// translated, not passed on: the drivers here know other parameters. Pure; connections are opened by connection.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "store/sqlite_path.h"
#include "store/statement.h"

namespace opusclaw::store {

/// A database server. Host and socket: one of them is empty.
struct ServerDsn {
    Engine engine = Engine::Postgres;
    std::string host, socket;
    std::uint16_t port = 0;
    std::string user, password, database;
    std::vector<std::pair<std::string, std::string>> driver;     // parameters of libpq, or of SOCI's MySQL
    std::vector<std::pair<std::string, std::string>> session;    // server settings to set in every session
    std::vector<std::string> ignored;                            // names of parameters that mean nothing here
    bool local_time = false;      // MySQL `loc` other than UTC: the session keeps the server's time zone
    bool must_encrypt = false;    // MySQL `tls=true`: a connection without TLS and a known issuer is refused

    /// Where it is, for messages: never the password.
    std::string place() const;
    bool operator==(const ServerDsn&) const = default;
};

using DatabaseAddress = std::variant<SqlitePath, ServerDsn>;

/// The rules of spec 01 section 1.1. Throws std::runtime_error, with a text that names no password, for what makes no sense.
DatabaseAddress parse_dsn(std::string_view dsn, std::string_view sqlite_path);
Engine engine_of(const DatabaseAddress& address);
/// Whether both name the same SQLite file, in whatever spelling. Servers are never compared: two databases may be one.
bool same_sqlite_file(const DatabaseAddress& a, const DatabaseAddress& b);

}    // namespace opusclaw::store
