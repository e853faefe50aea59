// Tests of relay/log_row.h: the members of `other` and the pieces of `content` that only some bills have (spec 03 section 14.3; 05
// section 8.2). What every row has is in tests/integration/first_request.test.ts.
#include "relay/log_row.h"

#include <gtest/gtest.h>

#include "relay/request_form.h"

namespace opusclaw::relay {
namespace {

class ConsumeRow : public testing::Test {
protected:
    ConsumeRow() {
        caller_.user = user_;
        caller_.token = std::make_shared<account::Token>();
        facts_.form = &form_of(provider::Endpoint::ChatCompletions);
        facts_.model = "gpt-4o";
        route_.channel = &channel_;
        trace_.path = "/v1/chat/completions";
        trace_.channels = {ChannelId{3}};
        price_.model_ratio = 1.25;
        price_.completion_ratio = 4;
    }
    store::LogRow row() {
        return consume_row({.caller = caller_,
                            .facts = facts_,
                            .route = route_,
                            .trace = trace_,
                            .price = price_,
                            .usage = usage_,
                            .bill = bill_,
                            .clock = clock_});
    }
    /// Whether `other` has these members, one behind the other.
    bool tells(std::string_view members) { return row().other.find(members) != std::string::npos; }

    std::shared_ptr<account::User> user_ = std::make_shared<account::User>();
    account::Caller caller_;
    Facts facts_;
    catalog::Channel channel_;
    Route route_;
    Trace trace_;
    billing::Price price_;
    dialect::Usage usage_{.prompt = 21, .completion = 7, .total = 28};
    billing::Bill bill_{.quota = Quota{62}};
    ManualClock clock_;
};

TEST_F(ConsumeRow, NamesThePlaceOfTheKeyOfAChannelThatHasSeveral) {
    EXPECT_TRUE(tells(R"("admin_info":{"use_channel":["3"]}})")) << row().other;
    channel_.multi_key = true;
    route_.key_place = 2;
    trace_.local_count = true;
    EXPECT_TRUE(tells(
        R"("admin_info":{"use_channel":["3"],"is_multi_key":true,"multi_key_index":2,"local_count_tokens":true}})"))
        << row().other;
}

TEST_F(ConsumeRow, NamesWhatTheUserPrefersToPayFrom) {
    EXPECT_FALSE(tells("billing_preference"));
    user_->billing_preference = "wallet_only";
    EXPECT_TRUE(tells(R"("billing_source":"wallet","billing_preference":"wallet_only")"));
}

TEST_F(ConsumeRow, ExplainsABillByTheAudioFormula) {
    usage_.audio_input = 10;
    usage_.audio_output = 5;
    usage_.text_input = 11;
    usage_.text_output = 2;
    EXPECT_FALSE(tells("audio")) << "another formula made it";
    bill_.by_audio = true;
    price_.audio_ratio = 16;
    price_.audio_completion_ratio = 2;
    trace_.note = "note";
    EXPECT_TRUE(tells(R"("audio":true,"audio_input":10,"audio_output":5,"text_input":11,"text_output":2,)"
                      R"("audio_ratio":16,"audio_completion_ratio":2)"))
        << row().other;
    EXPECT_EQ(row().content,
              "模型倍率 1.25，补全倍率 4.00，音频倍率 16.00，音频补全倍率 2.00，分组倍率 1.00, note");
    price_.fixed = true;
    price_.model_price = 0.5;
    trace_.note.clear();
    EXPECT_EQ(row().content, "模型价格 0.50，分组倍率 1.00");
}

TEST_F(ConsumeRow, ExplainsAudioInputThatHasAPriceOfItsOwn) {
    price_.audio_input_usd_per_million = 1;
    EXPECT_FALSE(tells("audio_input_seperate_price")) << "there was none";
    usage_.audio_input = 5;
    EXPECT_TRUE(
        tells(R"("audio_input_seperate_price":true,"audio_input_token_count":5,"audio_input_price":1)"))
        << row().other;
    EXPECT_EQ(row().content, "Audio Input 花费 2.5");
    price_.group_ratio = 0;
    EXPECT_EQ(row().content, "Audio Input 花费 0") << "also where it is free";
}

TEST_F(ConsumeRow, RepeatsNoKeyThatAProviderSaid) {
    route_.key = "sk-provider-key-0123456789";
    trace_.stream.emplace();
    trace_.stream->soft_error("soft sk-provider-key-0123456789");
    trace_.stream->end(StreamEnd::HandlerStop, "hard sk-provider-key-0123456789");
    EXPECT_TRUE(
        tells(R"("stream_status":{"status":"error","end_reason":"handler_stop","end_error":"hard ***",)"
              R"("error_count":1,"errors":["soft ***"]})"))
        << row().other;
}

TEST_F(ConsumeRow, JoinsTheNamesOfOneFamilyAndTellsWhich) {
    facts_.model = "gpt-4o-gizmo-abc";
    trace_.note = "note";
    EXPECT_EQ(row().model_name, "gpt-4o-gizmo-*");
    EXPECT_EQ(row().content, "note, 模型 gpt-4o-gizmo-abc");
}

}    // namespace
}    // namespace opusclaw::relay
