// Tests of base/log.h: one line a record whatever the text holds, whole lines from many threads, levels, the log file.
#include "base/log.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <thread>

#include "base/error.h"
#include "base/log_lines.h"

namespace opusclaw::log {
namespace {

/// Logs into a directory of its own; afterwards the log is as before.
class LogFile : public testing::Test {
protected:
    void SetUp() override {
        directory_ = std::filesystem::path(testing::TempDir()) /
                     ("opusclaw_log_" +
                      std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
        std::filesystem::remove_all(directory_);
        testing::internal::CaptureStdout();
    }
    void TearDown() override {
        testing::internal::GetCapturedStdout();
        start(Level::Info, std::nullopt);
        std::filesystem::remove_all(directory_);
    }
    std::filesystem::path file() const { return std::filesystem::directory_iterator(directory_)->path(); }
    std::vector<std::string> lines() const {
        flush();
        std::ifstream stream(file());
        std::vector<std::string> lines;
        for (std::string line; std::getline(stream, line);) lines.push_back(line);
        return lines;
    }
    std::filesystem::path directory_;
};

TEST_F(LogFile, IsNamedByItsStart) {
    start(Level::Info, directory_);
    info("hello");
    const std::string name = file().filename().string();
    EXPECT_TRUE(name.starts_with("oneapi-20")) << name;
    EXPECT_TRUE(name.ends_with(".log")) << name;
    EXPECT_EQ(name.size(), std::string_view("oneapi-YYYYMMDDHHMMSS.log").size());
}

TEST_F(LogFile, HoldsTimeLevelRequestIdAndText) {
    start(Level::Info, directory_);
    write(Level::Warning, "req-1", "text {} % %v");
    error("plain {}", 7);
    const auto written = lines();
    ASSERT_EQ(written.size(), 2U);
    EXPECT_EQ(written[0].substr(24), "warning [req-1] text {} % %v");
    EXPECT_EQ(written[1].substr(24), "error plain 7");
    EXPECT_EQ(written[0][4], '-');
    EXPECT_EQ(written[0][13], ':');
}

TEST_F(LogFile, CannotBeForged) {
    start(Level::Info, directory_);
    write(Level::Info, "id\nx", "a\r\n2026-01-01 error forged\x1b[31m\t\x7f\xc2\x9b!");
    const auto written = lines();
    ASSERT_EQ(written.size(), 1U);
    EXPECT_EQ(written[0].substr(24), "info [id\\nx] a\\r\\n2026-01-01 error forged\\x1b[31m\\t\\x7f\\x9b!");
}

TEST(LogEscape, KeepsTextAndShowsWhatIsNone) {
    EXPECT_EQ(escape("plain 中文 é"), "plain 中文 é");
    EXPECT_EQ(escape(std::string_view("a\0b", 3)), "a\\x00b");
    EXPECT_EQ(escape(std::string_view("\0\xff\0", 3)), "\\x00\ufffd\\x00");
    EXPECT_EQ(escape("a\u2028b\u2029"), "a\\u2028b\\u2029");
    EXPECT_EQ(escape("bad \xe4\xb8 end\n"), "bad \ufffd end\\n");
    EXPECT_EQ(escape(""), "");
}

TEST_F(LogFile, LeavesOutWhatIsBelowItsLevel) {
    start(Level::Warning, directory_);
    EXPECT_FALSE(enabled(Level::Info));
    EXPECT_TRUE(enabled(Level::Warning));
    debug("no");
    info("no");
    write(Level::Info, {}, "no");
    warning("yes");
    EXPECT_EQ(lines().size(), 1U);
    start(Level::Debug, std::nullopt);
    EXPECT_TRUE(enabled(Level::Debug));
}

TEST_F(LogFile, DoesNotMixLinesOfThreads) {
    start(Level::Info, directory_);
    constexpr int kThreads = 4;
    constexpr int kLines = 300;
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t)
        threads.emplace_back([t] {
            for (int i = 0; i < kLines; ++i) info("<{}-{}-{}>", t, i, std::string(200, 'x'));
        });
    for (std::thread& thread : threads) thread.join();
    std::set<std::string> seen;
    for (const std::string& line : lines()) {
        ASSERT_TRUE(line.substr(24).starts_with("info <") && line.ends_with(">")) << line;
        seen.insert(line.substr(24));
    }
    EXPECT_EQ(seen.size(), static_cast<std::size_t>(kThreads * kLines));
}

TEST_F(LogFile, IsFollowedByAnotherWhenItIsLong) {
    start_with_files_of(3, Level::Info, directory_);
    const std::filesystem::path first = file();
    std::this_thread::sleep_for(std::chrono::milliseconds(1100));    // names have seconds
    for (int i = 0; i < 4; ++i) info("line {}", i);
    flush();
    std::map<std::string, int> lines;    // of each file
    for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
        std::ifstream stream(entry.path());
        for (std::string line; std::getline(stream, line);) ++lines[entry.path()];
    }
    EXPECT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[first], 3);
}

TEST_F(LogFile, SaysWhenItCannotBeMade) {
    try {
        start(Level::Info, std::filesystem::path("/dev/null/logs"));
        FAIL() << "started";
    } catch (const Error& failed) {
        EXPECT_EQ(failed.code, "log_directory");
    }
    info("still there");
}

TEST(LogOutput, GoesToStdout) {
    testing::internal::CaptureStdout();
    start(Level::Info, std::nullopt);
    info("seen {}", 1);
    EXPECT_NE(testing::internal::GetCapturedStdout().find("info seen 1\n"), std::string::npos);
}

}    // namespace
}    // namespace opusclaw::log
