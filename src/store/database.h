// store/database.h: a database and its threads (DESIGN section 9; spec 01 section 1). SOCI blocks, so statements run on a few
// threads of their own; a coroutine awaits the result on its loop. There is one writer (on SQLite with WAL, busy timeout and
// BEGIN IMMEDIATE) and a few readers. Every statement is in the subset that SQLite, PostgreSQL and MySQL share.
#pragma once

#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "net/task.h"
#include "store/dsn.h"
#include "store/statement.h"

namespace opusclaw::store {

struct DatabaseOptions {
    std::string dsn;                           // SQL_DSN; empty or `local…`: SQLite
    std::string sqlite_path = "one-api.db";    // SQLITE_PATH, parameters behind '?' included
    std::size_t readers = 2;
    std::string log_dsn;    // LOG_SQL_DSN; empty: the logs are in the same database
    std::chrono::seconds lifetime{
        60};    // SQL_MAX_LIFETIME: a session to a server lives so long; 0: for ever
};

/// A database. Thread-safe. Read jobs never write; what several SELECTs of one job see may differ by what was committed
/// between them. Errors of the database are Error(Internal, "database_error") with the driver's text in the detail;
/// Error(Unavailable, "database_error") when a server cannot be reached; Error(InvalidRequest, "value_refused" or
/// "value_out_of_range") for a value that its column cannot hold. A connection that breaks is opened anew for the next job; a
/// job that was not answered yet is run again.
class Database {
public:
    /// Opens and checks; does not migrate. Throws std::runtime_error with a text for the operator.
    explicit Database(const DatabaseOptions& options);
    /// One database alone: of the options only numbers count.
    Database(const DatabaseAddress& address, const DatabaseOptions& options);
    /// Finishes what is queued and closes.
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    Engine engine() const;
    /// Where `logs` and the hourly usage are: another database when LOG_SQL_DSN names one, else this one.
    Database& logs();
    /// Whether logs() is another database: then what is written there is a transaction of its own.
    bool logs_are_apart() const;
    /// Runs `job(Reader&)` on a reader thread.
    template <class Job>
    Task<std::invoke_result_t<Job, Reader&>> read(Job job) {
        using Result = std::invoke_result_t<Job, Reader&>;
        if constexpr (std::is_void_v<Result>) {
            co_await read_erased([&job](Reader& reader) { job(reader); });
        } else {
            std::optional<Result> result;
            co_await read_erased([&job, &result](Reader& reader) { result.emplace(job(reader)); });
            co_return std::move(*result);
        }
    }
    /// Runs `job(Transaction&)` on the writer in one transaction: committed when it returns, rolled back when it throws.
    template <class Job>
    Task<std::invoke_result_t<Job, Transaction&>> write(Job job) {
        using Result = std::invoke_result_t<Job, Transaction&>;
        if constexpr (std::is_void_v<Result>) {
            co_await write_erased([&job](Transaction& transaction) { job(transaction); });
        } else {
            std::optional<Result> result;
            co_await write_erased(
                [&job, &result](Transaction& transaction) { result.emplace(job(transaction)); });
            co_return std::move(*result);
        }
    }
    /// The same for callers that may block: start-up, tests.
    void read_now(const std::function<void(Reader&)>& job);
    void write_now(const std::function<void(Transaction&)>& job);
    /// Queues a transaction nobody waits for; `done` gets null or what it threw, on the writer's thread. From any thread.
    /// When the queue is full `done` gets Error(Unavailable, "queue_full") at once, on the calling thread. `done` must not throw.
    void post_write(std::function<void(Transaction&)> job, std::function<void(std::exception_ptr)> done);

    /// Brings what was committed to the disk for good, between two transactions (SQLite's log of changes is not on it before);
    /// `done` gets whether everything is there. As post_write() in all else.
    void post_checkpoint(std::function<void(bool)> done);

private:
    Task<> read_erased(std::function<void(Reader&)> job);
    Task<> write_erased(std::function<void(Transaction&)> job);
    struct State;
    std::unique_ptr<State> state_;
    std::unique_ptr<Database> logs_;
};

/// Creates the tables that are missing, adds missing columns and indexes, runs our numbered migrations once, under a lock, in
/// both databases (spec 01 section 1.3; store/migrations.cpp). Blocking. Throws std::runtime_error for a database that cannot
/// be used as it is (MySQL: character sets, engines).
void migrate(Database& database);
/// What a slave does instead: throws std::runtime_error when the tables of this version are not there yet.
void require_migrated(Database& database);

}    // namespace opusclaw::store
