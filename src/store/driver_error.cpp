// store/driver_error.cpp: error numbers of MySQL and SQLSTATEs of PostgreSQL, texts of SQLite. Servers repeat values in their
// messages (a taken key, the start of a statement); what goes to the log must not have them.
#include "store/driver_error.h"

#include <soci/mysql/soci-mysql.h>
#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

namespace opusclaw::store {

namespace {

using enum DriverError::Meaning;

// Of a column that an operator added: nothing of ours fills it.
constexpr std::string_view kFillIt = ": give it a default, or let it be NULL";

/// The text between the quotes is dropped: `Duplicate entry 'secret' for key 'name'`.
std::string without_duplicate(const std::string& text) {
    constexpr std::string_view kBefore = "Duplicate entry ", kAfter = " for key ";
    const std::size_t at = text.rfind(kAfter);
    if (!text.starts_with(kBefore) || at == std::string::npos) return text;
    return "Duplicate entry" + text.substr(at);
}

std::string cut_before(std::string text, std::string_view mark) {
    text.resize(std::min(text.find(mark), text.size()));
    return text;
}

DriverError of_mysql(const soci::mysql_soci_error& error) {
    std::string said = cut_before(error.get_error_message(), "\n");
    const std::string number = " (" + std::to_string(error.err_num_) + ")";
    switch (error.err_num_) {
        case 1062:
        case 1586: return {Unique, without_duplicate(said) + number};
        case 1264:
        case 1690: return {OutOfRange, said + number};
        case 1292:
        case 1300:
        case 1366: return {Refused, "a text that its column cannot hold" + number};
        case 1364: return {Refused, said + number + std::string(kFillIt)};
        case 1644: return {Refused, "a trigger refuses it" + number};    // in its own words
        case 1048:                                                       // NULL
        case 1153:                                                       // larger than max_allowed_packet
        case 1265:
        case 1406:
        case 1452:    // a foreign key
        case 3140:    // not JSON
        case 3819:    // a CHECK, on MySQL
        case 4025: return {Refused, said + number};
        case 1064: return {Other, cut_before(said, "near '") + number};
        case 1053:    // shutting down
        case 1927:
        case 2002:
        case 2003:
        case 2006:
        case 2013:
        case 2055: return {ConnectionLost, said + number};
        default: return {Other, said + number};
    }
}

DriverError of_postgres(const soci::postgresql_soci_error& error) {
    // The lines behind the first (DETAIL, CONTEXT, LINE) repeat values.
    std::string said = cut_before(error.get_error_message(), "\n");
    const std::string state = error.sqlstate();
    said += " (" + state + ")";
    if (state == "23505") return {Unique, said};
    if (state == "22003") return {OutOfRange, said};
    if (state == "23502") return {Refused, said + std::string(kFillIt)};
    if (state == "22001" || state == "22021" || state == "22P05" || state.starts_with("23"))
        return {Refused, said};
    if (state.starts_with("22")) return {Refused, "a value that its column cannot hold (" + state + ")"};
    if (state == "P0001") return {Refused, "a trigger refuses it (P0001)"};    // in its own words
    if (state.starts_with("54")) return {Refused, said};    // larger than an index or a row may be
    const bool lost = state.starts_with("08") || state == "57P01" || state == "57P02" || state == "57P03" ||
                      error.get_error_category() == soci::soci_error::connection_error;
    return {lost ? ConnectionLost : Other, said};
}

DriverError of_sqlite(const soci::soci_error& error) {
    constexpr int kPrimary = 0xFF, kTooBig = 18, kConstraint = 19, kMismatch = 20;    // SQLite's own numbers
    const std::string said = error.get_error_message();
    const auto says = [&said](std::string_view what) { return said.find(what) != std::string::npos; };
    if (says("UNIQUE constraint failed")) return {Unique, said};
    if (says("constraint failed")) return {Refused, said};
    const auto* numbered = dynamic_cast<const soci::sqlite3_soci_error*>(&error);
    const int result = numbered == nullptr ? 0 : numbered->result() & kPrimary;
    if (result == kConstraint) return {Refused, "a trigger refuses it"};    // in its own words
    return {result == kTooBig || result == kMismatch ? Refused : Other, said};
}

}    // namespace

DriverError describe(const soci::soci_error& error) {
    if (const auto* mysql = dynamic_cast<const soci::mysql_soci_error*>(&error)) return of_mysql(*mysql);
    if (const auto* postgres = dynamic_cast<const soci::postgresql_soci_error*>(&error))
        return of_postgres(*postgres);
    return of_sqlite(error);
}

Error rows_missed(std::string_view sql) {
    return {ErrorKind::Conflict, "rows_missed", Message::key("common.database_error"), std::string(sql)};
}

Error to_error(DriverError error, std::string_view sql) {
    std::string detail = std::move(error.said);
    switch (error.meaning) {
        case Unique:
            return {ErrorKind::Conflict, "unique_violation", Message::key("common.database_error"), detail};
        case Refused:
            return {ErrorKind::InvalidRequest, "value_refused", Message::key("common.invalid_params"),
                    detail};
        case OutOfRange:
            return {ErrorKind::InvalidRequest, "value_out_of_range", Message::key("quota.exceed_max"),
                    detail};
        case ConnectionLost:
            return {ErrorKind::Unavailable, "database_error", Message::key("common.database_error"), detail};
        case Other: break;
    }
    return {ErrorKind::Internal, "database_error", Message::key("common.database_error"),
            detail.append(" in: ").append(sql)};
}

}    // namespace opusclaw::store
