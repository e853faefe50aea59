// tests/unit/settings/table_test.cpp: every row of the option table by itself, the defaults of the specification (01 sections 7
// and 8), and what may be stored (02 section 22.2).
#include <gtest/gtest.h>

#include <set>

#include "base/json/view.h"
#include "settings/option.h"
#include "settings/option_texts.h"

namespace opusclaw::settings {
namespace {

TEST(Options, HaveKeysOfTheirOwnAndAPurpose) {
    std::set<std::string_view> keys;
    for (const Option& row : all_options()) {
        EXPECT_TRUE(keys.insert(row.key).second) << row.key << " twice";
        EXPECT_FALSE(row.area.empty()) << row.key;
        EXPECT_EQ(find_option(row.key), &row);
    }
    EXPECT_EQ(find_option("NoSuchKey"), nullptr);
}

TEST(Options, AcceptTheirOwnDefault) {
    for (const Option& row : all_options()) {
        if (row.text_rule != nullptr) {
            EXPECT_EQ(row.text_rule(row.default_text, default_settings()), std::nullopt) << row.key;
        }
        if (!row.apply) continue;
        Settings settings = default_settings();
        EXPECT_EQ(row.apply(settings, row.default_text, {row.kind(), Source::Put}), Applied::Set) << row.key;
        EXPECT_EQ(settings, default_settings()) << row.key << " changes what another row set";
    }
}

TEST(Options, HideEverySecret) {
    for (const Option& row : all_options())
        if (row.secrecy == Secrecy::Secret) EXPECT_TRUE(is_hidden_key(row.key)) << row.key;
    EXPECT_TRUE(is_hidden_key("discord.client_secret"));
    EXPECT_TRUE(is_hidden_key("TurnstileSiteKey"));
    EXPECT_FALSE(is_hidden_key("WaffoPancakeWebhookPublicKey"));
    EXPECT_FALSE(is_hidden_key("WaffoPancakeWebhookTestKey"));
    EXPECT_FALSE(is_hidden_key("smtptoken"));
}

TEST(Options, GiveTheDefaultsOfTheSpecification) {
    const Settings& s = default_settings();
    EXPECT_EQ(s.system_name, "Opusclaw");
    EXPECT_EQ(s.server_address, "http://localhost:3000");
    EXPECT_EQ(s.quota_per_unit, 500000);
    EXPECT_EQ(s.quota_remind_threshold, Quota{1000});
    EXPECT_EQ(s.pre_consumed_quota, 500);
    EXPECT_EQ(s.retry_times, 0);
    EXPECT_EQ(s.usd_exchange_rate, 7.3);
    EXPECT_EQ(s.quota_display_type, QuotaDisplay::Usd);
    EXPECT_TRUE(s.password_login_enabled && s.register_enabled && s.log_consume_enabled && s.faq_enabled);
    EXPECT_FALSE(s.self_use_mode_enabled || s.passkey_enabled || s.model_request_rate_limit_enabled);
    EXPECT_EQ(s.email_domain_whitelist.size(), 9U);
    EXPECT_EQ(s.sensitive_words, std::vector<std::string>{"test_sensitive"});
    EXPECT_EQ(s.automatic_disable_keywords.size(), 7U);
    EXPECT_TRUE(s.automatic_retry_status_codes.contains(500));
    EXPECT_FALSE(s.automatic_retry_status_codes.contains(504));
    EXPECT_TRUE(s.automatic_disable_status_codes.contains(401));
    EXPECT_EQ(s.auto_groups, std::vector<std::string>{"default"});
    EXPECT_EQ(s.model_request_rate_limit_success, 1000);
    EXPECT_EQ(s.max_user_tokens, 1000);
    EXPECT_EQ(s.auto_test_channel_minutes, 10);
    EXPECT_FALSE(s.auto_test_channel_enabled || s.automatic_disable_channel_enabled);
    EXPECT_EQ(json::Document::copy(s.chats.text).root().type(), json::Type::Array);
}

TEST(Options, GiveTheBuiltInPrices) {
    const Settings& s = default_settings();
    EXPECT_EQ(find_number(s.model_ratio, "gpt-4"), 15);
    EXPECT_EQ(find_number(s.model_ratio, "no-such-model"), std::nullopt);
    EXPECT_EQ(find_number(s.model_ratio, "llama-3-sonar-large-32k-chat"), 0.5)
        << "free in New API by mistake";
    EXPECT_EQ(find_number(s.model_ratio, "gemini-2.5-flash-lite-thinking-*"), 0.05);
    EXPECT_EQ(s.model_ratio.size(), 240U) << "239, one of ours on top, two corrected in place";
    EXPECT_EQ(s.model_price.size(), 31U);
    EXPECT_EQ(find_number(s.audio_completion_ratio, "tts-1"), 0) << "an explicit zero is a value";
    EXPECT_EQ(find_number(s.group_ratio, "vip"), 1);
    EXPECT_EQ(find_number(s.group_group_ratio.at("vip"), "edit_this"), 0.9);
    EXPECT_EQ(find_number(s.tool_prices, "file_search"), 2.5);
    EXPECT_EQ(s.group_special_usable_group.at("vip").at("append_1"), "vip_special_group_1");
}

std::optional<std::string> refusal(std::string_view key, std::string_view text) {
    const Option* row = find_option(key);
    if (row == nullptr) return "no such row";
    try {
        if (row->text_rule != nullptr)
            if (auto problem = row->text_rule(text, default_settings())) return problem;
        Settings settings = default_settings();
        if (row->apply) row->apply(settings, text, {row->kind(), Source::Put});
        return std::nullopt;
    } catch (const BadValue& bad) {
        return std::string(row->refusal_prefix) + bad.what();
    }
}

TEST(Options, RefuseWithTheTextsOfTheSpecification) {
    struct Case {
        std::string_view key, text, refusal;
    };
    for (const Case& one : std::initializer_list<Case>{
             {"GitHubOAuthEnabled", "true",
              "无法启用 GitHub OAuth，请先填入 GitHub Client Id 以及 GitHub Client Secret！"},
             {"discord.enabled", "true",
              "无法启用 Discord OAuth，请先填入 Discord Client Id 以及 Discord Client Secret！"},
             {"oidc.enabled", "1", "无法启用 OIDC 登录，请先填入 OIDC Client Id 以及 OIDC Client Secret！"},
             {"LinuxDOOAuthEnabled", "true",
              "无法启用 LinuxDO OAuth，请先填入 LinuxDO Client Id 以及 LinuxDO Client Secret！"},
             {"WeChatAuthEnabled", "true", "无法启用微信登录，请先填入微信登录相关配置信息！"},
             {"TurnstileCheckEnabled", "true",
              "无法启用 Turnstile 校验，请先填入 Turnstile 校验相关配置信息！"},
             {"TelegramOAuthEnabled", "true", "无法启用 Telegram OAuth，请先填入 Telegram Bot Token！"},
             {"theme.frontend", "dark", "无效的主题值，可选值：default（新版前端）、classic（经典前端）"},
             {"GroupRatio", R"({"a":-1})", "group ratio must be not less than 0: a"},
             {"group_ratio_setting.group_ratio", R"({"a":-1})", "group ratio must be not less than 0: a"},
             {"ModelRequestRateLimitGroup", R"({"vip":[-1,5]})",
              "group vip has negative rate limit values: [-1, 5]"},
             {"ModelRequestRateLimitGroup", R"({"vip":[1]})",
              "group vip has negative rate limit values: [1, 0]"},
             {"ModelRequestRateLimitGroup", R"({"vip":[2147483648,1]})",
              "group vip [2147483648, 1] has max rate limits value 2147483647"},
             {"AutomaticRetryStatusCodes", "500,abc,99", "invalid http status code rules: abc, 99"}})
        EXPECT_EQ(refusal(one.key, one.text), one.refusal) << one.key;
    EXPECT_TRUE(refusal("ImageRatio", "{").value().starts_with("图片倍率设置失败: "));
    EXPECT_TRUE(refusal("AudioRatio", "[]").value().starts_with("音频倍率设置失败: "));
    EXPECT_TRUE(
        refusal("AudioCompletionRatio", R"({"a":"1"})").value().starts_with("音频补全倍率设置失败: "));
    EXPECT_TRUE(refusal("CreateCacheRatio", "").value().starts_with("缓存创建倍率设置失败: "));
}

TEST(Options, RefuseBadJsonAndNumbersOutOfRange) {
    for (const std::string_view key :
         {"ModelRatio", "ModelPrice", "CompletionRatio", "CacheRatio", "GroupGroupRatio", "TopupGroupRatio",
          "UserUsableGroups", "AutoGroups", "Chats", "tool_price_setting.prices",
          "billing_setting.billing_expr", "PayMethods", "global.thinking_model_blacklist",
          "channel_affinity_setting.rules", "group_ratio_setting.group_special_usable_group"})
        for (const std::string_view bad : {"", "{", "nonsense", R"({"a":1}x)", "5"})
            EXPECT_TRUE(refusal(key, bad)) << key << " takes " << bad;
    for (const std::string_view bad :
         {R"({"a":-0.5})", R"({"a":1e999})", R"({"a":null})", R"({"a":true})", "null", "[]"})
        EXPECT_TRUE(refusal("ModelRatio", bad)) << bad;
    for (const auto& [key, bad] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
             {"DataExportInterval", "0"},
             {"RetryTimes", "-1"},
             {"QuotaPerUnit", "0"},
             {"QuotaPerUnit", "x"},
             {"USDExchangeRate", "-1"},
             {"general_setting.custom_currency_exchange_rate", "0"},
             {"SMTPPort", "0"},
             {"SMTPPort", "65536"},
             {"performance_setting.disk_cache_threshold_mb", "-1"}})
        EXPECT_TRUE(refusal(key, bad)) << key << " takes " << bad;
}

TEST(Options, AcceptWhatTheSpecificationAccepts) {
    for (const auto& [key, good] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
             {"ModelRatio", "{}"},
             {"ModelRatio", R"( {"a": 0, "b": 1e2} )"},
             {"GitHubOAuthEnabled", "false"},
             {"ModelRequestRateLimitGroup", R"({"vip":[0,1,9]})"},
             {"theme.frontend", "default"},
             {"RetryTimes", "3"},
             {"group_ratio_setting.group_special_usable_group", "null"},
             {"console_setting.faq", ""},
             {"SMTPPort", "465"},
             {"AutomaticDisableStatusCodes", ""},
             {"EmailDomainRestrictionEnabled", "true"}})
        EXPECT_EQ(refusal(key, good), std::nullopt) << key << " = " << good;
}

}    // namespace
}    // namespace opusclaw::settings
