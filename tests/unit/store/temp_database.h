// tests/unit/store/temp_database.h: what tests of store and settings share: a database of their own on the engine that this process
// tests (test_server.h), and coroutines run to their end on a loop of this thread.
#pragma once

#include <gtest/gtest.h>

#include <exception>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "base/text.h"
#include "net/loop.h"
#include "store/connection.h"
#include "store/database.h"
#include "unit/store/test_server.h"

namespace opusclaw::store {

/// An empty database of the tested engine: a file, or a database on a server. It lives as long as the object; open() may be called
/// again and again.
class TempDatabase {
public:
    TempDatabase()
        : name_("opusclaw_" + text::lower(random_alphanumeric(12))),
          folder_(std::filesystem::temp_directory_path() / name_) {
        if (on_server()) administer("CREATE DATABASE \"" + name_ + "\"");
    }
    ~TempDatabase() {
        if (on_server())
            administer("DROP DATABASE \"" + name_ + "\"" +
                       (tested_engine() == Engine::Postgres ? " WITH (FORCE)" : ""));
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    TempDatabase(const TempDatabase&) = delete;
    TempDatabase& operator=(const TempDatabase&) = delete;

    /// The file of SQLite.
    std::string path() const { return (folder_ / "one-api.db").string(); }
    std::string dsn() const { return on_server() ? test_server().dsn(name_) : std::string(); }
    /// `parameters` of SQLITE_PATH count on SQLite only.
    std::unique_ptr<Database> open(const std::string& parameters = {}) const {
        return std::make_unique<Database>(
            DatabaseOptions{.dsn = dsn(), .sqlite_path = path() + parameters, .readers = 2});
    }
    std::unique_ptr<Database> open_migrated() const {
        auto database = open();
        migrate(*database);
        return database;
    }

private:
    static bool on_server() { return tested_engine() != Engine::Sqlite; }
    /// Outside of a transaction, where PostgreSQL wants it.
    static void administer(const std::string& sql) {
        const auto session = open_session(parse_dsn(test_server().dsn(), {}), SessionUse::Write);
        session->execute(sql);
    }

    std::string name_;
    std::filesystem::path folder_;
};

/// Runs statements as they stand, one transaction.
inline void run_all(Database& database, const std::vector<std::string>& statements) {
    database.write_now([&](Transaction& tx) {
        for (const std::string& sql : statements) tx.execute(sql);
    });
}

template <class Job>
auto read_one(Database& database, Job job) {
    std::optional<std::invoke_result_t<Job, Reader&>> result;
    database.read_now([&](Reader& db) { result.emplace(job(db)); });
    return std::move(*result);
}

template <class Job>
auto write_one(Database& database, Job job) {
    std::optional<std::invoke_result_t<Job, Transaction&>> result;
    database.write_now([&](Transaction& tx) { result.emplace(job(tx)); });
    return std::move(*result);
}

inline Task<> run_and_stop(net::Loop& loop, std::vector<Task<>> tasks, std::exception_ptr& failure) {
    try {
        net::TaskGroup group(loop);
        for (Task<>& task : tasks) group.start(std::move(task));
        co_await group.join();
    } catch (...) {
        failure = std::current_exception();
    }
    loop.stop();
}

/// Runs the tasks side by side on one loop. A task that throws fails the test.
inline void run_on_loop(std::vector<Task<>> tasks) {
    net::Loop loop(0);
    std::exception_ptr failure;
    net::TaskGroup outer(loop);
    loop.post([&] { outer.start(run_and_stop(loop, std::move(tasks), failure)); });
    loop.run();
    if (failure) std::rethrow_exception(failure);
    EXPECT_EQ(loop.broken_invariants(), 0U) << "a task threw";
}

inline void run_on_loop(Task<> task) {
    std::vector<Task<>> tasks;
    tasks.push_back(std::move(task));
    run_on_loop(std::move(tasks));
}

}    // namespace opusclaw::store
