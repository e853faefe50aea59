// Tests of relay/error_row.h: the row of a failed attempt (spec 04 section 23.1).
#include "relay/error_row.h"

#include <gtest/gtest.h>

namespace opusclaw::relay {
namespace {

class ErrorRow : public testing::Test {
protected:
    ErrorRow() {
        auto user = std::make_shared<account::User>();
        user->id = UserId{7};
        user->username = "ann";
        auto token = std::make_shared<account::Token>();
        token->id = TokenId{5};
        token->name = "laptop";
        caller_.user = user;
        caller_.token = token;
        channel_.id = ChannelId{3};
        channel_.type = 1;
        channel_.name = "main";
        trace_.path = "/v1/chat/completions";
        trace_.request_id = "r1";
        trace_.ip = "192.0.2.1";
        trace_.channels = {ChannelId{9}, ChannelId{3}};
        failure_.client.status = 429;
        failure_.client.message = "slow down";
        failure_.client.code = "rate_limit";
    }
    store::LogRow row() {
        return error_row({.caller = caller_,
                          .model = "gpt-4o",
                          .group = "vip",
                          .channel = channel_,
                          .key_place = 2,
                          .trace = trace_,
                          .failure = failure_,
                          .now = from_unix(1'700'000'000),
                          .elapsed = std::chrono::seconds(4),
                          .stream = true});
    }
    account::Caller caller_;
    catalog::Channel channel_;
    Trace trace_;
    Failure failure_;
};

TEST_F(ErrorRow, TellsTheAttempt) {
    const store::LogRow made = row();
    EXPECT_EQ(made.type, 5);
    EXPECT_EQ(made.content, "status_code=429, slow down");
    EXPECT_EQ(made.user_id, 7);
    EXPECT_EQ(made.username, "ann");
    EXPECT_EQ(made.token_id, 5);
    EXPECT_EQ(made.token_name, "laptop");
    EXPECT_EQ(made.model_name, "gpt-4o");
    EXPECT_EQ(made.group, "vip");
    EXPECT_EQ(made.channel_id, 3);
    EXPECT_EQ(made.created_at, 1'700'000'000);
    EXPECT_EQ(made.use_time, 4);
    EXPECT_EQ(made.request_id, "r1");
    EXPECT_TRUE(made.is_stream);
    EXPECT_EQ(made.quota + made.prompt_tokens + made.completion_tokens, 0);
    EXPECT_EQ(made.ip, "") << "unless the user wants it on record";
    EXPECT_EQ(made.other,
              R"({"request_path":"/v1/chat/completions","error_type":"new_api_error",)"
              R"("error_code":"rate_limit","status_code":429,"channel_id":3,"channel_name":"main",)"
              R"("channel_type":1,"admin_info":{"use_channel":["9","3"]}})");
}

TEST_F(ErrorRow, NamesThePlaceOfTheKeyAndWhoseErrorItIs) {
    channel_.multi_key = true;
    failure_.client.source = dialect::ErrorSource::OpenaiUpstream;
    const std::string other = row().other;
    EXPECT_NE(other.find(R"("error_type":"openai_error")"), std::string::npos);
    EXPECT_NE(other.find(R"("is_multi_key":true,"multi_key_index":2)"), std::string::npos);
}

}    // namespace
}    // namespace opusclaw::relay
