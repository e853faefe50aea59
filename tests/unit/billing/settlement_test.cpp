// Tests of billing/settlement.h: whatever a settlement holds comes back from its bytes, and other bytes are refused.
#include "billing/settlement.h"

#include <gtest/gtest.h>

#include <random>

#include "base/text.h"
#include "store/journal_format.h"

namespace opusclaw::billing {
namespace {

std::string payload_of(Settlement& settlement) {
    return encode_settlement(settlement).substr(store::kRecordHeadBytes);
}

void expect_same(const Settlement& a, const Settlement& b) {
    EXPECT_EQ(a.user, b.user);
    EXPECT_EQ(a.token, b.token);
    EXPECT_EQ(a.channel, b.channel);
    EXPECT_EQ(a.amount, b.amount);
    EXPECT_EQ(a.counts, b.counts);
    EXPECT_EQ(a.in_quota_data, b.in_quota_data);
    EXPECT_EQ(a.now, b.now);
    ASSERT_EQ(a.log.has_value(), b.log.has_value());
    if (!a.log) return;
    const auto tie = [](const store::LogRow& row) {
        return std::tie(row.user_id, row.created_at, row.type, row.content, row.username, row.token_name,
                        row.model_name, row.quota, row.prompt_tokens, row.completion_tokens, row.use_time,
                        row.is_stream, row.channel_id, row.token_id, row.group, row.ip, row.request_id,
                        row.other);
    };
    EXPECT_EQ(tie(*a.log), tie(*b.log));
}

class Dice {
public:
    explicit Dice(unsigned seed) : random_(seed) {}
    std::int64_t number() {
        const auto bits = random_();
        return static_cast<std::int64_t>(bits >> (random_() % 64)) * (random_() % 2 == 0 ? 1 : -1);
    }
    bool flag() { return random_() % 2 == 0; }
    std::string text() {
        static const std::string kPieces[] = {"a", "é",  "额度", "\U0001F600",
                                              " ", "\\", "'",    std::string(200, 'x')};
        std::string out;
        for (auto left = random_() % 6; left > 0; --left) out += kPieces[random_() % std::size(kPieces)];
        return out;
    }
    Settlement settlement() {
        Settlement made{.user = UserId{number()},
                        .token = TokenId{number()},
                        .channel = ChannelId{number()},
                        .amount = Quota{number()},
                        .counts = flag(),
                        .in_quota_data = flag(),
                        .now = number()};
        if (flag()) {
            store::LogRow& row = made.log.emplace();
            for (std::int64_t* value :
                 {&row.user_id, &row.created_at, &row.type, &row.quota, &row.prompt_tokens,
                  &row.completion_tokens, &row.use_time, &row.channel_id, &row.token_id})
                *value = number();
            for (std::string* value : {&row.content, &row.username, &row.token_name, &row.model_name,
                                       &row.group, &row.ip, &row.request_id, &row.other})
                *value = text();
            row.is_stream = flag();
        }
        return made;
    }

private:
    std::mt19937_64 random_;
};

TEST(Settlement, ComesBackFromItsBytes) {
    for (unsigned seed = 0; seed < 2000; ++seed) {
        Settlement settlement = Dice(seed).settlement();
        const auto read = decode_settlement(payload_of(settlement));
        ASSERT_TRUE(read) << seed;
        if (settlement.log) store::finish_row(*settlement.log);    // as a row is when it is read
        expect_same(*read, settlement);
    }
}

TEST(Settlement, KeepsTheEndsOfItsNumbers) {
    for (const std::int64_t end : {INT64_MIN, INT64_MIN + 1, std::int64_t{-1}, std::int64_t{0}, INT64_MAX}) {
        Settlement settlement{.user = UserId{1}, .amount = Quota{end}, .now = end};
        const auto read = decode_settlement(payload_of(settlement));
        ASSERT_TRUE(read);
        expect_same(*read, settlement);
    }
}

TEST(Settlement, IsRefusedWhenItIsCutOrHasMore) {
    Settlement settlement = Dice(1).settlement();
    settlement.log = store::LogRow{.content = "content", .other = "{}"};
    const std::string payload = payload_of(settlement);
    for (std::size_t size = 0; size < payload.size(); ++size)
        EXPECT_FALSE(decode_settlement(std::string_view(payload).substr(0, size))) << size;
    EXPECT_FALSE(decode_settlement(payload + "x"));
    EXPECT_FALSE(decode_settlement(payload + '\0'));
}

TEST(Settlement, HasARowThatItsColumnsHold) {
    Settlement settlement;
    settlement.log = store::LogRow{.content = std::string("a\0b\xff", 4),
                                   .username = std::string(500, 'u'),
                                   .request_id = std::string(100, 'r')};
    const auto read = decode_settlement(payload_of(settlement));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->log->content, "ab\uFFFD");
    EXPECT_EQ(read->log->username, std::string(191, 'u'));
    EXPECT_EQ(read->log->request_id, std::string(64, 'r'));
}

TEST(Settlement, AlwaysFitsIntoARecord) {
    Settlement settlement;
    std::string wide;
    for (int i = 0; i < 100'000; ++i) wide += "\U0001F600";
    settlement.log = store::LogRow{};
    for (std::string* value : {&settlement.log->content, &settlement.log->username,
                               &settlement.log->token_name, &settlement.log->model_name,
                               &settlement.log->group, &settlement.log->ip, &settlement.log->request_id})
        *value = wide;
    settlement.log->other = std::string(64 * 1024, 'x');
    const std::string payload = payload_of(settlement);
    EXPECT_LE(payload.size(), store::kMostPayloadBytes);
    const auto read = decode_settlement(payload);
    ASSERT_TRUE(read);
    EXPECT_TRUE(text::valid_utf8(read->log->content));
    EXPECT_EQ(read->log->other.size(), 64U * 1024);
    settlement.log->other += 'x';
    payload_of(settlement);
    EXPECT_EQ(settlement.log->other, "{}");
}

}    // namespace
}    // namespace opusclaw::billing
