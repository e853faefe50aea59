// relay/channel_test_plan.h: what a test of a channel sends (spec 03 section 4.2): the model, the endpoint and the body, by one
// ordered rule. Pure. Sending and judging: channel_test.h.
#pragma once

#include <string>
#include <string_view>

#include "catalog/channel.h"
#include "provider/provider.h"

namespace opusclaw::relay {

enum class TestKind { Chat, Responses, Compact, Embeddings, Image, Rerank };

/// As asked for; empty texts leave the choice to the rule.
struct TestWish {
    std::string model;
    std::string endpoint_type;
    bool stream = false;
};

struct TestPlan {
    TestKind kind = TestKind::Chat;
    std::string model;         // as it is billed and logged
    std::string sent_model;    // before the channel's mapping: without the suffix of compaction
    provider::Endpoint endpoint = provider::Endpoint::ChatCompletions;
    std::string path;    // that a client would call
    std::string body;
    bool stream = false;
};

/// False for types that only run tasks.
bool can_be_tested(int channel_type);
TestPlan plan_test(const catalog::Channel& channel, const TestWish& wish);

}    // namespace opusclaw::relay
