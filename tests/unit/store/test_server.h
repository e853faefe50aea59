// tests/unit/store/test_server.h: which engine the tests of this process run on, and the server for it: OPUSCLAW_TEST_ENGINE is
// sqlite (also when unset), postgres or mysql. A server is started once a process by tests/databases/serve.py, or named by
// OPUSCLAW_TEST_DSN; each test gets a database of its own there.
#pragma once

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>
#include <string>
#include <string_view>

#include "base/environment.h"
#include "store/database.h"

namespace opusclaw::store {

inline Engine tested_engine() {
    const std::string name = Environment::of_process().text("OPUSCLAW_TEST_ENGINE", "sqlite");
    if (name == "postgres") return Engine::Postgres;
    if (name == "mysql") return Engine::Mysql;
    if (name != "sqlite") throw std::runtime_error("OPUSCLAW_TEST_ENGINE is sqlite, postgres or mysql");
    return Engine::Sqlite;
}

/// The child that runs the server; it ends when its input is closed.
class TestServer {
public:
    explicit TestServer(Engine engine) {
        dsn_ = Environment::of_process().text("OPUSCLAW_TEST_DSN", "");
        if (!dsn_.empty()) return;
        start(engine == Engine::Postgres ? "postgres" : "mysql");
        const std::string line = first_line();
        constexpr std::string_view kReady = "READY ";
        if (!line.starts_with(kReady)) throw std::runtime_error("no database server for the tests: " + line);
        dsn_ = line.substr(kReady.size());
    }
    ~TestServer() {
        if (child_ == 0) return;
        ::close(input_);
        ::close(output_);
        int status = 0;
        ::waitpid(child_, &status, 0);
    }
    TestServer(const TestServer&) = delete;
    TestServer& operator=(const TestServer&) = delete;

    /// The DSN of a database there; empty: the administrator's own.
    std::string dsn(std::string_view database = {}) const {
        if (database.empty()) return dsn_;
        return dsn_.substr(0, dsn_.rfind('/') + 1).append(database);
    }

private:
    void start(const std::string& engine) {
        int in[2], out[2];
        if (::pipe2(in, O_CLOEXEC) != 0 || ::pipe2(out, O_CLOEXEC) != 0) throw std::runtime_error("pipe");
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
        posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
        std::string python = "python3", script = TEST_DATA "/../databases/serve.py", name = engine;
        char* arguments[] = {python.data(), script.data(), name.data(), nullptr};
        const int failed = ::posix_spawnp(&child_, "python3", &actions, nullptr, arguments, environ);
        posix_spawn_file_actions_destroy(&actions);
        ::close(in[0]);
        ::close(out[1]);
        input_ = in[1];
        output_ = out[0];
        if (failed != 0) throw std::runtime_error("python3 does not start");
    }
    std::string first_line() const {
        std::string line;
        for (char c = 0; ::read(output_, &c, 1) == 1 && c != '\n';) line += c;
        return line;
    }

    std::string dsn_;
    pid_t child_ = 0;
    int input_ = -1, output_ = -1;
};

inline const TestServer& test_server() {
    static const TestServer kServer(tested_engine());
    return kServer;
}

}    // namespace opusclaw::store
