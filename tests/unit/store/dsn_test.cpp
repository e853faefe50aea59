// tests/unit/store/dsn_test.cpp: which database a DSN names (store/dsn.h; spec 01 section 1.1).
#include "store/dsn.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace opusclaw::store {
namespace {

ServerDsn server(const std::string& dsn) { return std::get<ServerDsn>(parse_dsn(dsn, "x.db")); }

using Pairs = std::vector<std::pair<std::string, std::string>>;

TEST(Dsn, IsSqliteWhenEmptyOrLocal) {
    for (const std::string dsn : {"", "local", "local-whatever?x=1"}) {
        const DatabaseAddress address = parse_dsn(dsn, "one-api.db?_busy_timeout=7");
        EXPECT_EQ(engine_of(address), Engine::Sqlite);
        EXPECT_EQ(std::get<SqlitePath>(address).file, "one-api.db");
    }
}

TEST(Dsn, ReadsPostgresUrls) {
    const ServerDsn full = server(
        "postgres://us%40er:p%3Aa%2Fs%25s@db.example:6432/na%20me?sslmode=require&TimeZone=Asia/Shanghai"
        "&application_name=x&default_query_exec_mode=simple_protocol&search_path=a,b");
    EXPECT_EQ(full.engine, Engine::Postgres);
    EXPECT_EQ(full.host, "db.example");
    EXPECT_EQ(full.port, 6432);
    EXPECT_EQ(full.user, "us@er");
    EXPECT_EQ(full.password, "p:a/s%s");
    EXPECT_EQ(full.database, "na me");
    EXPECT_EQ(full.driver, (Pairs{{"sslmode", "require"}, {"application_name", "x"}}));
    EXPECT_EQ(full.session, (Pairs{{"TimeZone", "Asia/Shanghai"}, {"search_path", "a,b"}}));
    EXPECT_EQ(full.ignored, std::vector<std::string>{"default_query_exec_mode"});
    EXPECT_EQ(full.place(), "PostgreSQL db.example:6432/na me");
}

TEST(Dsn, FillsInWhatAPostgresUrlLeavesOut) {
    const ServerDsn small = server("postgresql://me@/");
    EXPECT_EQ(small.host, "localhost");
    EXPECT_EQ(small.port, 5432);
    EXPECT_EQ(small.database, "me");
    EXPECT_EQ(server("postgres://[::1]:1/d").host, "::1");
    const ServerDsn socket = server("postgres:///d?host=/run/postgresql&user=u&password=p");
    EXPECT_EQ(socket.socket, "/run/postgresql");
    EXPECT_EQ(socket.host, "");
    EXPECT_EQ(socket.user, "u");
}

TEST(Dsn, ReadsMysqlDsns) {
    const ServerDsn full = server(
        "root:a:b@c/d@tcp(db:3307)/"
        "oneapi?charset=utf8mb4&parseTime=True&loc=Local&timeout=1m5s&max_statement_time=9&tls=true");
    EXPECT_EQ(full.engine, Engine::Mysql);
    EXPECT_EQ(full.user, "root");
    EXPECT_EQ(full.password, "a:b@c/d");
    EXPECT_EQ(full.host, "db");
    EXPECT_EQ(full.port, 3307);
    EXPECT_EQ(full.database, "oneapi");
    EXPECT_TRUE(full.local_time);
    EXPECT_TRUE(full.must_encrypt);
    EXPECT_EQ(full.driver, (Pairs{{"connect_timeout", "65"}}));
    EXPECT_EQ(full.session, (Pairs{{"max_statement_time", "9"}}));
    EXPECT_TRUE(full.ignored.empty()) << "charset and parseTime are always so";
    EXPECT_EQ(full.place(), "MySQL db:3307/oneapi");
}

TEST(Dsn, FillsInWhatAMysqlDsnLeavesOut) {
    const ServerDsn small = server("u@/d");
    EXPECT_EQ(small.host, "127.0.0.1");
    EXPECT_EQ(small.port, 3306);
    EXPECT_FALSE(small.local_time);
    EXPECT_FALSE(small.must_encrypt);
    EXPECT_FALSE(server("u@/d?tls=preferred").must_encrypt);
    EXPECT_EQ(server("u:p@unix(/run/mysqld/mysqld.sock)/d?interpolateParams=true").socket,
              "/run/mysqld/mysqld.sock");
    EXPECT_EQ(server("u@tcp([::1]:5)/d").host, "::1");
}

TEST(Dsn, IsRefusedWhenItMakesNoSenseWithoutShowingAPassword) {
    for (const std::string dsn :
         {"host=db user=u password=secret", "u:secret@tcp(db:99999)/d", "u:secret@tcp(db/d",
          "u:secret@udp(db)/d", "u:secret@tcp(db)/", "postgres://u:secret@db:x/d",
          "postgres://u:secret@a,b/d", "u:secret@/d?timeout=soon", "u:secret@/d?tls=custom",
          "u:secret@/d?tls=skip-verify"}) {
        try {
            parse_dsn(dsn, "x.db");
            FAIL() << dsn;
        } catch (const std::runtime_error& error) {
            EXPECT_EQ(std::string(error.what()).find("secret"), std::string::npos) << error.what();
        }
    }
}

TEST(Dsn, KnowsTheSameSqliteFileInAnySpelling) {
    const auto file = [](const std::string& path) { return parse_dsn("", path); };
    EXPECT_TRUE(same_sqlite_file(file("a/../one.db?_txlock=deferred"), file("./one.db")));
    EXPECT_FALSE(same_sqlite_file(file("one.db"), file("two.db")));
    EXPECT_FALSE(same_sqlite_file(file("one.db"), parse_dsn("u@/d", "one.db")));
}

}    // namespace
}    // namespace opusclaw::store
