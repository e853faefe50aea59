// store/sqlite.cpp: how a connection to SQLite is set up: WAL, synchronous NORMAL (a power cut may cost the last
// transactions, never the file), busy timeout, and what the operator's _pragma parameters say after that.
#include "store/sqlite.h"

#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <chrono>
#include <filesystem>
#include <stdexcept>

#include "base/error.h"

namespace opusclaw::store {

namespace {

// KiB. The 13 indexes of `logs` are touched at random: with SQLite's 2 MB nearly every page would be read again from the
// kernel. Taken as needed, so that a small database costs little.
constexpr std::string_view kWriterCache = "PRAGMA cache_size = -65536";
constexpr std::string_view kReaderCache = "PRAGMA cache_size = -8192";
// Pages in the log (here 40 MB) before they are copied back: rarer copies write a page once that many transactions touched.
// Measured on `logs` at a million rows: SQLite's 1000 costs a seventh more CPU a row, 20000 gains nothing.
constexpr std::string_view kCheckpoint = "PRAGMA wal_autocheckpoint = 10000";
// Bytes: the log's file is cut to this when a large transaction made it longer.
constexpr std::string_view kLogSize = "PRAGMA journal_size_limit = 67108864";

std::string connect_string(const std::string& file) {
    // SOCI takes a text without `=` as the file name, and one with it as key="value" pairs.
    if (file.find('=') == std::string::npos) return file;
    if (file.find('"') != std::string::npos)
        throw std::runtime_error("SQLITE_PATH: a name with both = and \"");
    return "db=\"" + file + "\"";
}

std::unique_ptr<soci::session> connect(const SqlitePath& path) {
    std::error_code ignored;    // opening says what is wrong
    const std::filesystem::path folder = std::filesystem::path(path.file).parent_path();
    if (!folder.empty()) std::filesystem::create_directories(folder, ignored);
    try {
        return std::make_unique<soci::session>(soci::sqlite3, connect_string(path.file));
    } catch (const soci::soci_error& error) {
        throw std::runtime_error("cannot open the SQLite file " + path.file + ": " +
                                 error.get_error_message());
    }
}

/// Two connections that change the mode of a new file at once: SQLite refuses one without waiting, though it waits for a
/// transaction. So an empty one stands in line behind whoever is at it.
void use_write_ahead_log(Session& session, std::chrono::milliseconds patience) {
    const auto until = std::chrono::steady_clock::now() + patience;
    for (;;) {
        try {
            return session.run("PRAGMA journal_mode = WAL");
        } catch (const Error& error) {
            const bool locked = error.detail.find("database is locked") != std::string::npos;
            if (!locked || std::chrono::steady_clock::now() >= until) throw;
        }
        session.run("BEGIN IMMEDIATE");
        session.run("COMMIT");
    }
}

}    // namespace

std::unique_ptr<Session> open_sqlite(const SqlitePath& path, SessionUse use) {
    auto session = std::make_unique<Session>(Engine::Sqlite, connect(path));
    try {
        session->run("PRAGMA busy_timeout = " + std::to_string(path.busy_timeout.count()));
        if (use == SessionUse::Write) use_write_ahead_log(*session, path.busy_timeout);
        session->run("PRAGMA synchronous = NORMAL");
        session->run(std::string(use == SessionUse::Write ? kWriterCache : kReaderCache));
        if (use == SessionUse::Write) {
            session->run(std::string(kCheckpoint));
            session->run(std::string(kLogSize));
        }
        for (const std::string& pragma : path.pragmas) session->run(pragma);
        if (use == SessionUse::Read) session->run("PRAGMA query_only = ON");
    } catch (const Error& error) {
        throw std::runtime_error("cannot use the SQLite file " + path.file + ": " + error.detail);
    }
    return session;
}

}    // namespace opusclaw::store
