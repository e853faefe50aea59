// tests/unit/store/temp_database.h: what tests of store and settings share: an SQLite file in a folder of its own, and coroutines
// run to their end on a loop of this thread.
#pragma once

#include <gtest/gtest.h>

#include <exception>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "net/loop.h"
#include "store/database.h"

namespace opusclaw::store {

/// The file lives as long as the object; open() may be called again and again.
class TempDatabase {
public:
    TempDatabase()
        : folder_(std::filesystem::temp_directory_path() / ("opusclaw-" + random_alphanumeric(12))) {}
    ~TempDatabase() {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    TempDatabase(const TempDatabase&) = delete;
    TempDatabase& operator=(const TempDatabase&) = delete;

    std::string path() const { return (folder_ / "one-api.db").string(); }
    std::unique_ptr<Database> open(const std::string& parameters = {}) const {
        return std::make_unique<Database>(
            DatabaseOptions{.dsn = {}, .sqlite_path = path() + parameters, .readers = 2});
    }
    std::unique_ptr<Database> open_migrated() const {
        auto database = open();
        migrate(*database);
        return database;
    }

private:
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
