// Tests of api/token_json.h: masked keys, tokens on the wire, and the checks of new ones (spec 02 sections 20.1, 20.3).
#include "api/token_json.h"

#include <gtest/gtest.h>

#include <string>

#include "unit/api/refusal.h"

namespace opusclaw::api {
namespace {

settings::Settings with_unit(double quota_per_unit) {
    settings::Settings settings;
    settings.quota_per_unit = quota_per_unit;
    return settings;
}

store::TokenRow read(std::string_view body) {
    return read_new_token(JsonBody::parse(body), with_unit(500'000));
}
std::string refused(std::string_view body) {
    return refusal([body] { read(body); });
}

TEST(MaskedKeys, ShowLessOfShorterOnes) {
    EXPECT_EQ(masked_key(""), "");
    EXPECT_EQ(masked_key("a"), "*");
    EXPECT_EQ(masked_key("abcd"), "****");
    EXPECT_EQ(masked_key("abcde"), "ab****de");
    EXPECT_EQ(masked_key("abcdefgh"), "ab****gh");
    EXPECT_EQ(masked_key("abcdefghi"), "abcd**********fghi");
    EXPECT_EQ(masked_key("abcd" + std::string(40, 'x') + "wxyz"), "abcd**********wxyz");
}

TEST(TokenJson, HasTheMembersOfTheSpecification) {
    std::string out;
    json::Writer writer(out);
    write_token(writer, {.id = 3, .user_id = 1, .key = "abcdefghijkl", .name = "n", .remain_quota = 5});
    EXPECT_EQ(
        out,
        R"({"id":3,"user_id":1,"key":"abcd**********ijkl","status":1,"name":"n","created_time":0,"accessed_time":0,)"
        R"("expired_time":-1,"remain_quota":5,"unlimited_quota":false,"model_limits_enabled":false,"model_limits":"",)"
        R"("allow_ips":null,"used_quota":0,"group":"","cross_group_retry":false,"DeletedAt":null})");
}

TEST(NewTokens, ReadTheirNineFieldsOnly) {
    const store::TokenRow token = read(
        R"({"name":"n","expired_time":99,"remain_quota":7,"unlimited_quota":false,"model_limits_enabled":true,)"
        R"("model_limits":"a,b","allow_ips":"10.0.0.0/8\n::1","group":"vip","cross_group_retry":true,)"
        R"("key":"mine","status":2,"id":5,"user_id":6,"used_quota":8,"created_time":9})");
    EXPECT_EQ(token.name, "n");
    EXPECT_EQ(token.expired_time, 99);
    EXPECT_EQ(token.remain_quota, 7);
    EXPECT_TRUE(token.model_limits_enabled);
    EXPECT_EQ(token.model_limits, "a,b");
    EXPECT_EQ(token.allow_ips, "10.0.0.0/8\n::1");
    EXPECT_EQ(token.group, "vip");
    EXPECT_TRUE(token.cross_group_retry);
    EXPECT_EQ(token.key, "");
    EXPECT_EQ(token.status, 1);
    EXPECT_EQ(token.id + token.user_id + token.used_quota + token.created_time, 0);
}

TEST(NewTokens, NeverExpireUnlessToldWhen) {
    EXPECT_EQ(read("{}").expired_time, -1);
    EXPECT_EQ(read(R"({"expired_time":0})").expired_time, -1);
    EXPECT_EQ(read(R"({"expired_time":null})").expired_time, -1);
    EXPECT_EQ(read(R"({"expired_time":-1})").expired_time, -1);
}

TEST(NewTokens, HaveNamesOfFiftyCharacters) {
    std::string fifty;
    for (int i = 0; i < 50; ++i) fifty += "名";
    EXPECT_EQ(refused(R"({"name":")" + fifty + R"("})"), "");
    EXPECT_EQ(refused(R"({"name":")" + fifty + R"(x"})"), "token.name_too_long");
}

TEST(NewTokens, HaveAQuotaWithinBoundsUnlessUnlimited) {
    EXPECT_EQ(refused(R"({"remain_quota":-1})"), "token.quota_negative");
    EXPECT_EQ(refused(R"({"remain_quota":-1,"unlimited_quota":true})"), "");
    EXPECT_EQ(refused(R"({"remain_quota":500000000000000})"), "");
    try {
        read(R"({"remain_quota":500000000000001})");
        ADD_FAILURE() << "accepted";
    } catch (const Error& error) {
        EXPECT_EQ(error.message.text, "token.quota_exceed_max");
        EXPECT_EQ(error.message.arguments.at(0),
                  (std::pair<std::string, std::string>("Max", "500000000000000")));
    }
    const JsonBody most = JsonBody::parse(R"({"remain_quota":9223372036854775807})");
    EXPECT_EQ(refusal([&most] { read_new_token(most, with_unit(1e300)); }), "");
}

TEST(NewTokens, RefuseAddressesThatAreNone) {
    EXPECT_EQ(refused(R"({"allow_ips":"10.0.0.1\nnot-an-address"})"), "common.invalid_params");
    EXPECT_EQ(refused(R"({"allow_ips":"10.0.0.1\n*"})"), "common.invalid_params");
    EXPECT_EQ(refused(R"({"allow_ips":"10.0.0.1, 10.0.0.2\n"})"), "");
}

TokenUpdate update(std::string_view body) {
    return read_token_update(JsonBody::parse(body), with_unit(500'000));
}

TEST(TokenUpdates, TakeFieldsAsSentAndTheQuotaOnlyIfSent) {
    const TokenUpdate all = update(R"({"id":4,"name":"n","expired_time":0,"remain_quota":9,"status":2})");
    EXPECT_EQ(all.token.id, 4);
    EXPECT_EQ(all.token.expired_time, 0) << "an explicit 0 is expired at once";
    EXPECT_EQ(all.remain_quota, 9);
    EXPECT_EQ(all.status, 2);
    const TokenUpdate none = update(R"({"id":4})");
    EXPECT_EQ(none.remain_quota, std::nullopt);
    EXPECT_EQ(none.token.allow_ips, std::nullopt);
    EXPECT_EQ(none.token.expired_time, 0);
}

TEST(TokenUpdates, AreCheckedAsNewTokensAre) {
    const auto refused_update = [](std::string_view body) { return refusal([body] { update(body); }); };
    EXPECT_EQ(refused_update(R"({"remain_quota":-1})"), "token.quota_negative");
    EXPECT_EQ(refused_update(R"({"remain_quota":-1,"unlimited_quota":true})"), "");
    EXPECT_EQ(refused_update(R"({"name":")" + std::string(51, 'n') + "\"}"), "token.name_too_long");
    EXPECT_EQ(refused_update(R"({"allow_ips":"10.0.0.300"})"), "common.invalid_params");
}

TEST(TokenUpdates, EnableWhatIsNeitherExpiredNorUsedUp) {
    constexpr std::int64_t kNow = 1000;
    const auto enabled = [](const store::TokenRow& token) {
        return refusal([&token] { check_enabling(token, kNow); });
    };
    EXPECT_EQ(enabled({.status = 3, .expired_time = 999}), "token.expired_cannot_enable");
    EXPECT_EQ(enabled({.status = 3, .expired_time = 1001}), "");
    EXPECT_EQ(enabled({.status = 3, .expired_time = -1}), "");
    EXPECT_EQ(enabled({.status = 4, .remain_quota = 0}), "token.exhausted_cannot_enable");
    EXPECT_EQ(enabled({.status = 4, .remain_quota = 1}), "");
    EXPECT_EQ(enabled({.status = 4, .remain_quota = -5, .unlimited_quota = true}), "");
    EXPECT_EQ(enabled({.status = 2, .expired_time = 999, .remain_quota = 0}), "");
}

}    // namespace
}    // namespace opusclaw::api
