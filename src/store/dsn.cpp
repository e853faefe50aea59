// store/dsn.cpp: the grammar of the two kinds of DSN: URLs for PostgreSQL, `user:pass@tcp(host:port)/db?…` for MySQL. What the
// drivers of New API understand and ours do not becomes a session setting, or is named in a warning.
#include "store/dsn.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <stdexcept>

#include "base/text.h"

namespace opusclaw::store {

namespace {

using Names = std::span<const std::string_view>;

// Parameters of libpq that may stand in the URL; host, port, user and the like are taken from it by name.
constexpr std::string_view kLibpq[] = {"sslmode",
                                       "sslcert",
                                       "sslkey",
                                       "sslpassword",
                                       "sslrootcert",
                                       "sslcrl",
                                       "sslsni",
                                       "ssl_min_protocol_version",
                                       "ssl_max_protocol_version",
                                       "connect_timeout",
                                       "application_name",
                                       "target_session_attrs",
                                       "channel_binding",
                                       "gssencmode",
                                       "krbsrvname",
                                       "passfile",
                                       "options",
                                       "keepalives",
                                       "keepalives_idle",
                                       "keepalives_interval",
                                       "keepalives_count",
                                       "tcp_user_timeout"};
// Understood by New API's PostgreSQL driver alone; client_encoding is always UTF-8 here.
constexpr std::string_view kPgxOnly[] = {"statement_cache_capacity",
                                         "statement_cache_mode",
                                         "description_cache_capacity",
                                         "default_query_exec_mode",
                                         "prefer_simple_protocol",
                                         "min_read_buffer_size",
                                         "servicefile",
                                         "service",
                                         "client_encoding",
                                         "fallback_application_name"};
// Understood by New API's MySQL driver alone, or always so here.
constexpr std::string_view kGoMysqlOnly[] = {"allowAllFiles",
                                             "allowCleartextPasswords",
                                             "allowFallbackToPlaintext",
                                             "allowNativePasswords",
                                             "allowOldPasswords",
                                             "charset",
                                             "checkConnLiveness",
                                             "clientFoundRows",
                                             "collation",
                                             "columnsWithAlias",
                                             "compress",
                                             "connectionAttributes",
                                             "interpolateParams",
                                             "maxAllowedPacket",
                                             "multiStatements",
                                             "parseTime",
                                             "rejectReadOnly",
                                             "serverPubKey",
                                             "timeTruncate"};

bool one_of(std::string_view name, Names names) { return std::ranges::find(names, name) != names.end(); }

[[noreturn]] void refuse(const std::string& why) {
    throw std::runtime_error("SQL_DSN / LOG_SQL_DSN: " + why);
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::string decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool escape = text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
                            hex_digit(text[i + 2]) >= 0;
        if (!escape) {
            out += text[i];
            continue;
        }
        out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
        i += 2;
    }
    return out;
}

struct Setting {
    std::string name, value;
};

std::vector<Setting> query_of(std::string_view text) {
    std::vector<Setting> all;
    for (const std::string_view part : text::split(text, '&')) {
        if (part.empty()) continue;
        const std::size_t equals = std::min(part.find('='), part.size());
        all.push_back(
            {decoded(part.substr(0, equals)), decoded(part.substr(std::min(equals + 1, part.size())))});
    }
    return all;
}

bool is_setting_name(std::string_view name) {
    const auto fits = [](char c) {
        return c == '_' || c == '.' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
               (c >= 'A' && c <= 'Z');
    };
    return !name.empty() && std::ranges::all_of(name, fits);
}

std::uint16_t port_number(std::string_view text, std::uint16_t usual) {
    if (text.empty()) return usual;
    const auto number = text::parse_int(text);
    if (!number || *number < 1 || *number > 65535) refuse("the port is a number from 1 to 65535");
    return static_cast<std::uint16_t>(*number);
}

/// `host`, `host:port`, `[v6]:port`.
void set_host(ServerDsn& dsn, std::string_view text, std::uint16_t usual) {
    std::string_view port;
    if (text.starts_with('[')) {
        const std::size_t end = text.find(']');
        if (end == std::string_view::npos) refuse("an IPv6 address stands in brackets: [::1]:5432");
        if (end + 1 < text.size() && text[end + 1] == ':') port = text.substr(end + 2);
        text = text.substr(1, end - 1);
    } else if (const std::size_t colon = text.rfind(':'); colon != std::string_view::npos) {
        port = text.substr(colon + 1);
        text = text.substr(0, colon);
    }
    dsn.host = decoded(text);
    dsn.port = port_number(port, usual);
}

void set_login(ServerDsn& dsn, std::string_view text) {
    const std::size_t colon = std::min(text.find(':'), text.size());
    dsn.user = text.substr(0, colon);
    dsn.password = text.substr(std::min(colon + 1, text.size()));
}

// --- PostgreSQL

constexpr std::uint16_t kPostgresPort = 5432, kMysqlPort = 3306;

void postgres_parameter(ServerDsn& dsn, const Setting& parameter) {
    const auto& [name, value] = parameter;
    if (name == "host")
        dsn.host = value;
    else if (name == "port")
        dsn.port = port_number(value, kPostgresPort);
    else if (name == "user")
        dsn.user = value;
    else if (name == "password")
        dsn.password = value;
    else if (name == "dbname" || name == "database")
        dsn.database = value;
    else if (one_of(name, kLibpq))
        dsn.driver.emplace_back(name, value);
    else if (one_of(name, kPgxOnly) || !is_setting_name(name))
        dsn.ignored.push_back(name);
    else
        dsn.session.emplace_back(name, value);    // TimeZone, search_path, statement_timeout …
}

ServerDsn parse_postgres(std::string_view text) {
    ServerDsn dsn{.engine = Engine::Postgres};
    text.remove_prefix(text.find("://") + 3);
    const std::size_t mark = std::min(text.find('?'), text.size());
    const std::string_view query = text.substr(std::min(mark + 1, text.size()));
    text = text.substr(0, mark);
    const std::size_t slash = std::min(text.find('/'), text.size());
    dsn.database = decoded(text.substr(std::min(slash + 1, text.size())));
    std::string_view authority = text.substr(0, slash);
    if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
        set_login(dsn, authority.substr(0, at));
        dsn.user = decoded(dsn.user);
        dsn.password = decoded(dsn.password);
        authority.remove_prefix(at + 1);
    }
    if (authority.find(',') != std::string_view::npos) refuse("one host only");
    set_host(dsn, authority, kPostgresPort);
    for (const Setting& parameter : query_of(query)) postgres_parameter(dsn, parameter);
    if (dsn.host.starts_with('/')) dsn.socket.swap(dsn.host);    // libpq: the folder of the socket
    if (dsn.host.empty() && dsn.socket.empty()) dsn.host = "localhost";
    if (dsn.database.empty()) dsn.database = dsn.user;
    return dsn;
}

// --- MySQL

/// Durations of Go (`1m30s`, `500ms`) in whole seconds, at least 1.
std::optional<std::int64_t> go_seconds(std::string_view text) {
    double seconds = 0;
    while (!text.empty()) {
        const std::size_t number = std::min(text.find_first_not_of("0123456789."), text.size());
        const auto amount = text::parse_double(text.substr(0, number));
        text.remove_prefix(number);
        const std::size_t unit = std::min(text.find_first_of("0123456789."), text.size());
        const std::string_view name = text.substr(0, unit);
        const double factor = name == "h"    ? 3600
                              : name == "m"  ? 60
                              : name == "s"  ? 1
                              : name == "ms" ? 0.001
                                             : 0;
        if (!amount || factor == 0) return std::nullopt;
        seconds += *amount * factor;
        text.remove_prefix(unit);
    }
    constexpr double kDay = 86'400;
    return static_cast<std::int64_t>(std::clamp(seconds, 1.0, kDay));
}

bool must_encrypt(std::string_view value) {
    if (value == "true") return true;
    // The driver cannot have encryption without verification; none at all is not what was asked for.
    if (value == "skip-verify")
        refuse(
            "tls=skip-verify is not possible: use tls=true and a certificate whose issuer this system knows");
    if (value != "false" && value != "preferred") refuse("tls is true, false or preferred");
    return false;
}

void mysql_parameter(ServerDsn& dsn, const Setting& parameter) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kTimeouts = {
        {{"timeout", "connect_timeout"}, {"readTimeout", "read_timeout"}, {"writeTimeout", "write_timeout"}}};
    const auto& [name, value] = parameter;
    const auto timeout = std::ranges::find(kTimeouts, name, [](const auto& pair) { return pair.first; });
    if (timeout != kTimeouts.end()) {
        const auto seconds = go_seconds(value);
        if (!seconds) refuse("the parameter " + name + " is a duration such as 10s");
        dsn.driver.emplace_back(timeout->second, std::to_string(*seconds));
    } else if (name == "loc") {
        dsn.local_time = !value.empty() && value != "UTC";
    } else if (name == "tls") {
        dsn.must_encrypt = must_encrypt(value);
    } else if (one_of(name, kGoMysqlOnly) || !is_setting_name(name)) {
        constexpr std::string_view kExpected[] = {"charset", "collation", "parseTime"};
        if (!one_of(name, kExpected)) dsn.ignored.push_back(name);
    } else {
        dsn.session.emplace_back(name, value);    // the driver's rule: a system variable
    }
}

/// `tcp(host:port)`, `unix(/path)`, `tcp`, or nothing.
void set_mysql_place(ServerDsn& dsn, std::string_view text) {
    const std::size_t open = std::min(text.find('('), text.size());
    const std::string_view net = text.substr(0, open);
    std::string_view place = text.substr(std::min(open + 1, text.size()));
    if (open < text.size()) {
        if (!place.ends_with(')'))
            refuse("the address stands in brackets: user:password@tcp(host:port)/database");
        place.remove_suffix(1);
    }
    if (net == "unix") {
        dsn.socket = place.empty() ? std::string_view("/tmp/mysql.sock") : place;
    } else if (net == "tcp" || net == "tcp4" || net == "tcp6" || net.empty()) {
        set_host(dsn, place.empty() ? std::string_view("127.0.0.1") : place, kMysqlPort);
    } else {
        refuse("a MySQL address is tcp(host:port) or unix(/path)");
    }
}

ServerDsn parse_mysql(std::string_view text) {
    ServerDsn dsn{.engine = Engine::Mysql};
    // A password may hold anything, `@` and `/` included: the last ones count, as in the form's own driver.
    const std::size_t slash = text.rfind('/');
    if (slash == std::string_view::npos)
        refuse("neither a PostgreSQL URL nor user:password@tcp(host:port)/database");
    std::string_view name = text.substr(slash + 1), place = text.substr(0, slash);
    const std::size_t mark = std::min(name.find('?'), name.size());
    dsn.database = decoded(name.substr(0, mark));
    if (const std::size_t at = place.rfind('@'); at != std::string_view::npos) {
        set_login(dsn, place.substr(0, at));
        place.remove_prefix(at + 1);
    }
    set_mysql_place(dsn, place);
    for (const Setting& parameter : query_of(name.substr(std::min(mark + 1, name.size()))))
        mysql_parameter(dsn, parameter);
    if (dsn.database.empty()) refuse("names no database");
    return dsn;
}

}    // namespace

std::string ServerDsn::place() const {
    const std::string where = socket.empty() ? host + ":" + std::to_string(port) : socket;
    return (engine == Engine::Postgres ? "PostgreSQL " : "MySQL ") + where + "/" + database;
}

DatabaseAddress parse_dsn(std::string_view dsn, std::string_view sqlite_path) {
    if (dsn.empty() || dsn.starts_with("local")) return parse_sqlite_path(sqlite_path);
    if (dsn.starts_with("postgres://") || dsn.starts_with("postgresql://")) return parse_postgres(dsn);
    return parse_mysql(dsn);
}

Engine engine_of(const DatabaseAddress& address) {
    const auto* server = std::get_if<ServerDsn>(&address);
    return server == nullptr ? Engine::Sqlite : server->engine;
}

bool same_sqlite_file(const DatabaseAddress& a, const DatabaseAddress& b) {
    const auto* one = std::get_if<SqlitePath>(&a);
    const auto* other = std::get_if<SqlitePath>(&b);
    if (one == nullptr || other == nullptr) return false;
    const auto whole = [](const SqlitePath& path) {
        std::error_code ignored;
        return std::filesystem::weakly_canonical(std::filesystem::absolute(path.file, ignored), ignored);
    };
    return one->file == other->file || whole(*one) == whole(*other);
}

}    // namespace opusclaw::store
