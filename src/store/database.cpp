// store/database.cpp: the threads of a database and how work gets to them. Which statements run is the repositories'
// business, how a connection is opened that of sqlite.cpp.
#include "store/database.h"

#include <mutex>
#include <stdexcept>
#include <vector>

#include "base/error.h"
#include "base/log.h"
#include "net/completion.h"
#include "net/thread_pool.h"
#include "store/sqlite.h"

namespace opusclaw::store {

namespace {

constexpr std::size_t kQueue = 4096;

Engine engine_of(std::string_view dsn) {
    if (dsn.empty() || dsn.starts_with("local")) return Engine::Sqlite;
    if (dsn.starts_with("postgres://") || dsn.starts_with("postgresql://")) return Engine::Postgres;
    return Engine::Mysql;
}

void warn_about_ignored(const SqlitePath& path) {
    if (path.ignored.empty()) return;
    std::string names;
    for (const std::string& name : path.ignored) names.append(names.empty() ? "" : ", ").append(name);
    log::warning("SQLITE_PATH: ignored parameters: {}", names);
}

void roll_back(Session& session) noexcept {
    try {
        session.execute("ROLLBACK");
    } catch (const std::exception&) {
        // The engine has rolled back already, which is why this fails.
    }
}

}    // namespace

struct Database::State {
    State(SqlitePath where, std::size_t reader_count);
    ~State();
    void read(const std::function<void(Reader&)>& job);
    void write(const std::function<void(Transaction&)>& job);

    SqlitePath path;
    std::string begin;
    std::unique_ptr<Session> writer;    // used on the writer's thread only
    std::vector<std::unique_ptr<Session>> readers;
    std::mutex mutex;              // guards idle
    std::vector<Session*> idle;    // as many as reader threads: never empty when one asks
    net::ThreadPool write_pool, read_pool;
};

Database::State::State(SqlitePath where, std::size_t reader_count)
    : path(std::move(where)),
      begin("BEGIN " + path.transaction),
      writer(open_sqlite(path, SqliteUse::Write)),
      write_pool({.name = "flusher", .threads = 1, .queue = kQueue}),
      read_pool({.name = "db-reader", .threads = reader_count, .queue = kQueue}) {
    for (std::size_t i = 0; i < reader_count; ++i) {
        readers.push_back(open_sqlite(path, SqliteUse::Read));
        idle.push_back(readers.back().get());
    }
}

Database::State::~State() {
    read_pool.stop();
    write_pool.stop();
}

void Database::State::read(const std::function<void(Reader&)>& job) {
    struct Lease {
        State& state;
        Session* session = nullptr;
        explicit Lease(State& owner) : state(owner) {
            const std::lock_guard lock(state.mutex);
            session = state.idle.back();
            state.idle.pop_back();
        }
        ~Lease() {
            const std::lock_guard lock(state.mutex);
            state.idle.push_back(session);
        }
    } lease(*this);
    job(*lease.session);
}

void Database::State::write(const std::function<void(Transaction&)>& job) {
    writer->execute(begin);
    try {
        job(*writer);
        writer->execute("COMMIT");
    } catch (...) {
        roll_back(*writer);
        throw;
    }
}

Database::Database(const DatabaseOptions& options) {
    if (engine_of(options.dsn) != Engine::Sqlite)
        throw std::runtime_error("SQL_DSN names a database server; this version opens SQLite only");
    if (options.readers == 0) throw std::runtime_error("a database needs a reader thread");
    SqlitePath path = parse_sqlite_path(options.sqlite_path);
    warn_about_ignored(path);
    state_ = std::make_unique<State>(std::move(path), options.readers);
}

Database::~Database() = default;

Engine Database::engine() const { return state_->writer->engine(); }

Task<> Database::read_erased(std::function<void(Reader&)> job) {
    co_await state_->read_pool.run([this, &job] { state_->read(job); });
}

Task<> Database::write_erased(std::function<void(Transaction&)> job) {
    co_await state_->write_pool.run([this, &job] { state_->write(job); });
}

namespace {

/// Runs `work` on the pool and waits. Throws what it threw.
void run_now(net::ThreadPool& pool, const std::function<void()>& work) {
    const net::Completion done;
    const bool queued = pool.post([&work, done] {
        std::exception_ptr failure;
        try {
            work();
        } catch (...) {
            failure = std::current_exception();
        }
        done.finish(std::move(failure));
    });
    if (!queued) throw_error(ErrorKind::Unavailable, "queue_full", "The database is busy, try again later");
    done.wait();
}

}    // namespace

void Database::read_now(const std::function<void(Reader&)>& job) {
    run_now(state_->read_pool, [&] { state_->read(job); });
}

void Database::write_now(const std::function<void(Transaction&)>& job) {
    run_now(state_->write_pool, [&] { state_->write(job); });
}

void Database::post_write(std::function<void(Transaction&)> job,
                          std::function<void(std::exception_ptr)> done) {
    const auto run = [this, job = std::move(job), done] {
        std::exception_ptr failure;
        try {
            state_->write(job);
        } catch (...) {
            failure = std::current_exception();
        }
        done(std::move(failure));
    };
    if (!state_->write_pool.post(run))
        done(std::make_exception_ptr(Error(ErrorKind::Unavailable, "queue_full",
                                           Message::literal("The database is busy, try again later"))));
}

}    // namespace opusclaw::store
