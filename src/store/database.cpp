// store/database.cpp: the threads of a database and how work gets to them. Which statements run is the repositories'
// business, how a connection is opened that of connection.cpp.
#include "store/database.h"

#include <mutex>
#include <stdexcept>
#include <vector>

#include "base/error.h"
#include "base/log.h"
#include "net/completion.h"
#include "net/thread_pool.h"
#include "store/connection.h"

namespace opusclaw::store {

namespace {

constexpr std::size_t kQueue = 4096;

void warn_about_ignored(const DatabaseAddress& address) {
    const auto& ignored = std::visit([](const auto& any) -> const auto& { return any.ignored; }, address);
    if (ignored.empty()) return;
    std::string names;
    for (const std::string& name : ignored) names.append(names.empty() ? "" : ", ").append(name);
    log::warning("{}: ignored parameters: {}",
                 engine_of(address) == Engine::Sqlite ? "SQLITE_PATH" : "SQL_DSN", names);
}

void roll_back(Session& session) noexcept {
    session.drop_literals();
    try {
        session.execute("ROLLBACK");
    } catch (const std::exception&) {
        // The engine has rolled back already, which is why this fails.
    }
}

}    // namespace

struct Database::State {
    State(DatabaseAddress where, const DatabaseOptions& options);
    ~State();
    void read(const std::function<void(Reader&)>& job);
    void write(const std::function<void(Transaction&)>& job);
    Session& begin_writing();
    bool write_on(Session& session, const std::function<void(Transaction&)>& job);
    void write_repeatable(const std::function<void(Transaction&)>& job);

    DatabaseAddress address;
    std::string begin;
    Connection writer;    // used on the writer's thread only
    std::vector<std::unique_ptr<Connection>> readers;
    std::mutex mutex;                 // guards idle
    std::vector<Connection*> idle;    // as many as reader threads: never empty when one asks
    net::ThreadPool write_pool, read_pool;
};

Database::State::State(DatabaseAddress where, const DatabaseOptions& options)
    : address(std::move(where)),
      begin(begin_statement(address)),
      writer(address, SessionUse::Write, options.lifetime),
      write_pool({.name = "flusher", .threads = 1, .queue = kQueue}),
      read_pool({.name = "db-reader", .threads = options.readers, .queue = kQueue}) {
    writer.open();
    for (std::size_t i = 0; i < options.readers; ++i) {
        readers.push_back(std::make_unique<Connection>(address, SessionUse::Read, options.lifetime));
        idle.push_back(readers.back().get());
    }
    readers.front()->open();    // the others when they are needed
}

Database::State::~State() {
    read_pool.stop();
    write_pool.stop();
}

void Database::State::read(const std::function<void(Reader&)>& job) {
    struct Lease {
        State& state;
        Connection* connection = nullptr;
        explicit Lease(State& owner) : state(owner) {
            const std::lock_guard lock(state.mutex);
            connection = state.idle.back();
            state.idle.pop_back();
        }
        ~Lease() {
            const std::lock_guard lock(state.mutex);
            state.idle.push_back(connection);
        }
    } lease(*this);
    Session& session = lease.connection->ready();
    try {
        job(session);
    } catch (const Error&) {
        // A connection that broke while it was idle shows so only now; once something was read the job is not repeated.
        const bool answered = session.answered();
        if (!lease.connection->drop_if_lost() || answered) throw;
        job(lease.connection->ready());
    }
}

/// A connection that broke while it was idle is replaced: the job has not begun.
Session& Database::State::begin_writing() {
    Session* session = &writer.ready();
    try {
        session->execute(begin);
    } catch (const Error&) {
        if (!writer.drop_if_lost()) throw;
        session = &writer.ready();
        session->execute(begin);
    }
    return *session;
}

void Database::State::write(const std::function<void(Transaction&)>& job) {
    Session& session = begin_writing();
    try {
        job(session);
        session.execute("COMMIT");
    } catch (...) {
        if (!writer.drop_if_lost()) roll_back(session);
        throw;
    }
}

/// False: the connection was broken before anything was answered.
bool Database::State::write_on(Session& session, const std::function<void(Transaction&)>& job) {
    try {
        session.begin(begin);
        job(session);
        session.execute("COMMIT");
        return true;
    } catch (...) {
        const bool begun = session.answered();
        if (!writer.drop_if_lost()) {
            roll_back(session);
            throw;
        }
        if (begun) throw;
        return false;
    }
}

/// BEGIN goes to a server with the first statements, so that a connection which broke while it was idle shows in the job.
void Database::State::write_repeatable(const std::function<void(Transaction&)>& job) {
    if (!write_on(writer.ready(), job) && !write_on(writer.ready(), job))
        throw_error(ErrorKind::Unavailable, "database_error", "The database is away");
}

Database::Database(const DatabaseAddress& address, const DatabaseOptions& options) {
    if (options.readers == 0) throw std::runtime_error("a database needs a reader thread");
    warn_about_ignored(address);
    state_ = std::make_unique<State>(address, options);
}

Database::Database(const DatabaseOptions& options)
    : Database(parse_dsn(options.dsn, options.sqlite_path), options) {
    if (options.log_dsn.empty()) return;
    const DatabaseAddress address = parse_dsn(options.log_dsn, options.sqlite_path);
    if (same_sqlite_file(address, state_->address)) return;
    logs_ = std::make_unique<Database>(address, options);
}

Database::~Database() = default;

Engine Database::engine() const { return engine_of(state_->address); }

Database& Database::logs() { return logs_ ? *logs_ : *this; }

bool Database::logs_are_apart() const { return logs_ != nullptr; }

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
            state_->write_repeatable(job);
        } catch (...) {
            failure = std::current_exception();
        }
        done(std::move(failure));
    };
    if (!state_->write_pool.post(run))
        done(std::make_exception_ptr(Error(ErrorKind::Unavailable, "queue_full",
                                           Message::literal("The database is busy, try again later"))));
}

void Database::post_checkpoint(std::function<void(bool)> done) {
    const auto run = [this, done] {
        bool complete = true;
        try {
            if (engine() == Engine::Sqlite) complete = state_->writer.ready().checkpoint();
        } catch (const std::exception& error) {
            log::warning("the database could not be brought to the disk: {}", error.what());
            complete = false;
        }
        done(complete);
    };
    if (!state_->write_pool.post(run)) done(false);
}

}    // namespace opusclaw::store
