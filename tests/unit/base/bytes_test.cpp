// tests/unit/base/bytes_test.cpp: PaddedBuffer keeps its content and its padding through growth, moves and release.
#include "base/bytes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <string>

namespace opusclaw {
namespace {

bool padding_is_zero(const PaddedBuffer& buffer) {
    const char* behind = buffer.data() + buffer.size();
    return std::all_of(behind, behind + kJsonPadding, [](char c) { return c == '\0'; });
}

TEST(PaddedBuffer, StartsEmptyWithoutMemory) {
    const PaddedBuffer buffer;
    EXPECT_TRUE(buffer.empty());
    EXPECT_EQ(buffer.capacity(), 0u);
    EXPECT_EQ(buffer.view(), "");
}

TEST(PaddedBuffer, HoldsACopyOfTheTextAndZeroPadding) {
    std::string text = "hello";
    const PaddedBuffer buffer(text);
    text[0] = 'X';
    EXPECT_EQ(buffer.view(), "hello");
    EXPECT_TRUE(padding_is_zero(buffer));
}

TEST(PaddedBuffer, HasReadablePaddingBehindAnEmptyText) {
    const PaddedBuffer buffer{std::string_view()};
    EXPECT_TRUE(buffer.empty());
    ASSERT_NE(buffer.data(), nullptr);
    EXPECT_TRUE(padding_is_zero(buffer));
}

TEST(PaddedBuffer, KeepsItsContentWhenItGrows) {
    PaddedBuffer buffer("abc");
    buffer.reserve(1000);
    EXPECT_GE(buffer.capacity(), 1000u);
    EXPECT_EQ(buffer.view(), "abc");
    EXPECT_TRUE(padding_is_zero(buffer));
}

TEST(PaddedBuffer, NeverShrinksOnReserve) {
    PaddedBuffer buffer;
    buffer.reserve(1000);
    const char* before = buffer.data();
    buffer.reserve(10);
    EXPECT_EQ(buffer.data(), before);
    EXPECT_GE(buffer.capacity(), 1000u);
}

TEST(PaddedBuffer, TakesBytesWrittenThroughData) {
    PaddedBuffer buffer;
    buffer.reserve(8);
    std::memcpy(buffer.data(), "12345678", 8);
    buffer.set_size(8);
    EXPECT_EQ(buffer.view(), "12345678");
    EXPECT_TRUE(padding_is_zero(buffer));
    buffer.set_size(3);
    EXPECT_EQ(buffer.view(), "123");
    EXPECT_TRUE(padding_is_zero(buffer));
}

TEST(PaddedBuffer, AppendsPieceByPiece) {
    PaddedBuffer buffer;
    std::string expected;
    for (int i = 0; i < 1000; ++i) {
        buffer.append(std::to_string(i));
        expected += std::to_string(i);
    }
    EXPECT_EQ(buffer.view(), expected);
    EXPECT_TRUE(padding_is_zero(buffer));
}

TEST(PaddedBuffer, AppendsAViewOfItself) {
    PaddedBuffer buffer("abcdef");
    for (int i = 0; i < 6; ++i) buffer.append(buffer.view());
    EXPECT_EQ(buffer.size(), 6u * 64);
    EXPECT_TRUE(buffer.view().starts_with("abcdefabcdef"));
    EXPECT_TRUE(buffer.view().ends_with("abcdef"));
}

TEST(PaddedBuffer, LeavesTheOtherEmptyWhenMoved) {
    PaddedBuffer first("abc");
    PaddedBuffer second(std::move(first));
    EXPECT_EQ(second.view(), "abc");
    EXPECT_TRUE(first.empty());
    EXPECT_EQ(first.capacity(), 0u);
    first.append("new");
    EXPECT_EQ(first.view(), "new");
    second = std::move(first);
    EXPECT_EQ(second.view(), "new");
}

TEST(PaddedBuffer, KeepsItsMemoryOnClearAndGivesItBackOnRelease) {
    PaddedBuffer buffer("abc");
    buffer.clear();
    EXPECT_TRUE(buffer.empty());
    EXPECT_GE(buffer.capacity(), 3u);
    buffer.release();
    EXPECT_EQ(buffer.capacity(), 0u);
    EXPECT_EQ(buffer.data(), nullptr);
}

}    // namespace
}    // namespace opusclaw
