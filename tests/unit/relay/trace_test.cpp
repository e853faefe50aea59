// Tests of relay/trace.h: how a stream ended, in texts that a log row has room for (spec 04 section 19.4).
#include "relay/trace.h"

#include <gtest/gtest.h>

namespace opusclaw::relay {
namespace {

TEST(StreamStatus, KeepsTheFirstReasonAndTheFirstSoftErrors) {
    StreamStatus status;
    for (int i = 0; i < 25; ++i) status.soft_error(std::to_string(i));
    status.end(StreamEnd::HandlerStop, "first");
    status.end(StreamEnd::Done, "second");
    EXPECT_EQ(status.reason(), StreamEnd::HandlerStop);
    EXPECT_EQ(status.error(), "first");
    EXPECT_EQ(status.soft_errors(), 25U);
    EXPECT_EQ(status.kept().size(), StreamStatus::kKept);
    EXPECT_EQ(status.kept().back(), "19");
    EXPECT_FALSE(status.ok());
}

TEST(StreamStatus, CutsWhatIsLong) {
    const std::string loud = std::string(2047, 'x') + "\xc3\xa9" + std::string(1 << 20, 'x');
    StreamStatus status;
    for (int i = 0; i < 25; ++i) status.soft_error(loud);
    status.end(StreamEnd::HandlerStop, loud);
    EXPECT_EQ(status.error(), std::string(2047, 'x')) << "no half of a character";
    std::size_t kept = 0;
    for (const std::string& text : status.kept()) kept += text.size();
    EXPECT_EQ(kept, 3U * 2047);
    EXPECT_EQ(status.soft_errors(), 25U) << "all are counted";
    EXPECT_LT(status.log_line(7).size(), 3000U);
}

}    // namespace
}    // namespace opusclaw::relay
