// tests/unit/store/sqlite_path_test.cpp: the grammar of SQLITE_PATH (spec 01 section 1.1).
#include "store/sqlite_path.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace opusclaw::store {
namespace {

using namespace std::chrono_literals;

TEST(SqlitePath, SeparatesTheFileFromTheParameters) {
    const SqlitePath path = parse_sqlite_path(
        "/data/one-api.db?_busy_timeout=1500&_txlock=exclusive&_time_format=sqlite");
    EXPECT_EQ(path.file, "/data/one-api.db");
    EXPECT_EQ(path.busy_timeout, 1500ms);
    EXPECT_EQ(path.transaction, "EXCLUSIVE");
    EXPECT_EQ(path.ignored, std::vector<std::string>{"_time_format"});
}

TEST(SqlitePath, HasTheDefaultsOfTheSpecification) {
    const SqlitePath path = parse_sqlite_path("one-api.db");
    EXPECT_EQ(path.busy_timeout, 30000ms);
    EXPECT_EQ(path.transaction, "IMMEDIATE");
    EXPECT_TRUE(path.pragmas.empty());
    EXPECT_TRUE(path.ignored.empty());
}

TEST(SqlitePath, ReadsPragmas) {
    const SqlitePath path = parse_sqlite_path(
        "a.db?_pragma=journal_mode(DELETE)&_pragma=cache_size%28-4000%29&_pragma=optimize");
    EXPECT_EQ(path.pragmas, (std::vector<std::string>{"PRAGMA journal_mode(DELETE)",
                                                      "PRAGMA cache_size(-4000)", "PRAGMA optimize"}));
}

TEST(SqlitePath, TakesAUriByItsPath) {
    EXPECT_EQ(parse_sqlite_path("file:/tmp/a%20b.db?mode=rwc").file, "/tmp/a b.db");
    EXPECT_EQ(parse_sqlite_path("file:///tmp/x.db").file, "/tmp/x.db");
    EXPECT_EQ(parse_sqlite_path("file:x.db?mode=rwc").ignored, std::vector<std::string>{"mode"});
}

TEST(SqlitePath, RefusesWhatMakesNoSense) {
    for (const std::string_view bad :
         {"", "?_busy_timeout=1", "a.db?_busy_timeout=soon", "a.db?_busy_timeout=-1", "a.db?_txlock=never",
          "a.db?_pragma=a;DROP TABLE users", "a.db?_pragma=x(y", "a.db?_pragma=x(a);--)", "a.db?_pragma="})
        EXPECT_THROW(parse_sqlite_path(bad), std::runtime_error) << bad;
}

}    // namespace
}    // namespace opusclaw::store
